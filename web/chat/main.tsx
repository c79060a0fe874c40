/**
 * The one script that a page loads: `<script async src="https://bot.example.com/chat.js" data-bot="alder"></script>`.
 * Everything stands in a shadow root of its own element; nothing of the page is touched, and nothing inline is needed.
 */
/** @jsxImportSource preact */
import { render } from "preact";
import { openApi } from "./api.ts";
import css from "./chat.css";
import { referralOf } from "./referral.ts";
import { createTalk, type Talk } from "./talk.ts";
import { themeOf } from "./theme.ts";
import type { Config } from "./types.ts";
import { Chat } from "./window.tsx";
import { wordsOf } from "./words.ts";

type Baton = {
  open(): void;
  close(): void;
  /** A signed login of your backend's; null: nobody is signed in any more. */
  identify(login: string | null): void;
  /** The page went on without loading anew: look where the customer came from again. */
  page(): void;
};
declare global {
  interface Window {
    Baton?: Baton;
  }
}

const script = (document.currentScript ?? document.querySelector('script[data-bot][src*="/chat.js"]')) as HTMLScriptElement | null;
const MOVED = /[#&]baton-chat=(bw1\.[\w.-]+)/;

if (script?.dataset.bot && !window.Baton) {
  const given = script.dataset;
  const server = new URL(script.src).origin;
  let talk: Talk | null = null;
  const waiting: ((talk: Talk) => void)[] = [];
  const soon = (act: (talk: Talk) => void) => (talk ? act(talk) : waiting.push(act));
  window.Baton = {
    open: () => soon((one) => one.open()),
    close: () => soon((one) => one.close()),
    identify: (login) => soon((one) => one.identify(login)),
    page: () => soon((one) => one.came(referralOf(given))),
  };
  void begin(given, server).then((begun) => {
    if (!begun) return;
    talk = begun;
    for (const act of waiting.splice(0)) act(begun);
  });
}

async function begin(given: DOMStringMap, server: string): Promise<Talk | null> {
  const language = given.lang || document.documentElement.lang || navigator.language || "en";
  const door = `${server}/chat/v1/${encodeURIComponent(given.bot!)}`;
  const config = await configOf(door, language);
  if (!config) return null;
  if (document.body === null) await new Promise((ready) => addEventListener("DOMContentLoaded", ready, { once: true }));
  const host = document.createElement("baton-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
  dress(host, given, config);

  const referral = referralOf(given);
  const talk = createTalk({ door, config, language, referral, login: given.login || null });
  const code = MOVED.exec(location.hash)?.[1];
  let noticed: string | null = null;
  if (code !== undefined) {
    history.replaceState(history.state, "", location.pathname + location.search); // nobody copies it on
    if (!(await talk.resume(code))) noticed = wordsOf(language)("moved");
    talk.open();
  } else talk.came(referral);
  render(<Chat {...{ talk, config, language, noticed }} launcher={given.launcher || null} />, root);
  return talk;
}

async function configOf(door: string, language: string): Promise<Config | null> {
  for (let tries = 0; tries < 6; tries++) {
    const answer = await openApi(door).get<Config>(`?language=${encodeURIComponent(language)}`);
    if (answer.ok) return answer.body;
    if (answer.kind === "refused") {
      console.warn(`Baton chat: ${answer.message}`);
      return null;
    }
    await new Promise((again) => setTimeout(again, 2_000 * 2 ** tries));
  }
  return null;
}

/** The page's word over the manifest's: attributes of the script first, then custom properties in the page's own CSS. */
function dress(host: HTMLElement, given: DOMStringMap, { look }: Config): void {
  const style = getComputedStyle(host);
  const color = given.color || style.getPropertyValue("--baton-color").trim() || look.color || "";
  for (const [property, value] of Object.entries(themeOf(color))) host.style.setProperty(property, value);
  host.dataset.corner = (given.corner || look.corner) === "left" ? "left" : "right";
  // A page that knows only light is not met with a dark window, whatever the system prefers.
  const known = `${document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content} ${getComputedStyle(document.documentElement).colorScheme}`;
  const theme = given.theme || (/dark/.test(known) ? "auto" : "light");
  host.dataset.theme = theme === "dark" || theme === "auto" ? theme : "light";
}
