/** The launcher in the page's corner and the window it opens: head, lines, composer. The keyboard alone is enough. */
/** @jsxImportSource preact */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { Icon } from "./icons.tsx";
import { Lines } from "./lines.tsx";
import type { Talk } from "./talk.ts";
import type { Config } from "./types.ts";
import { type Say, wordsOf } from "./words.ts";

export type ChatProps = { talk: Talk; config: Config; language: string; launcher: string | null; noticed: string | null };

export function Chat({ talk, config, language, launcher, noticed }: ChatProps): VNode {
  const [, told] = useReducer((n: number) => n + 1, 0);
  useEffect(() => talk.subscribe(() => told(0)), [talk]);
  const shown = talk.get();
  const own = shown.language ?? language; // follows the customer
  const t = wordsOf(own);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(shown.isOpen);
  useEffect(() => {
    if (wasOpen.current && !shown.isOpen) button.current?.focus();
    wasOpen.current = shown.isOpen;
  }, [shown.isOpen]);
  const label = launcher ?? config.look.launcher[own.split("-")[0]!] ?? t("open");
  return (
    <div class={`chat ${shown.isOpen ? "is-open" : ""}`} lang={own.startsWith("zh") ? "zh" : "en"}>
      {shown.isOpen ? <Panel {...{ talk, config, t, language: own, noticed }} /> : null}
      <button
        ref={button}
        type="button"
        class="launcher"
        aria-expanded={shown.isOpen}
        aria-haspopup="dialog"
        aria-label={shown.isOpen ? t("close") : shown.unread > 0 ? t("open_new", { n: shown.unread }) : label}
        onClick={() => (shown.isOpen ? talk.close() : talk.open())}
      >
        <Icon name={shown.isOpen ? "down" : "chat"} />
        <span class="label">{label}</span>
        {shown.unread > 0 ? (
          <span class="count" aria-hidden="true">
            {Math.min(99, shown.unread)}
          </span>
        ) : null}
      </button>
      <p class="hidden" role="status">
        {!shown.isOpen && shown.unread > 0 ? t("open_new", { n: shown.unread }) : ""}
      </p>
    </div>
  );
}

type PanelProps = { talk: Talk; config: Config; t: Say; language: string; noticed: string | null };

function Panel({ talk, config, t, language, noticed }: PanelProps): VNode {
  const shown = talk.get();
  const panel = useRef<HTMLDivElement>(null);
  const isWhole = matchMedia("(max-width: 480px)").matches;
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      talk.close();
    } else if (event.key === "Tab" && isWhole) keepInside(panel.current!, event);
  };
  return (
    <div ref={panel} class="panel" role="dialog" aria-modal={isWhole} aria-label={t("dialog", { title: config.title })} onKeyDown={onKey}>
      <Head {...{ talk, config, t }} />
      {noticed !== null ? <p class="strip">{noticed}</p> : null}
      <Scroller {...{ talk, config, t, language }} />
      <p class={`strip quiet ${strip(talk, t) === "" ? "none" : ""}`} role="status">
        {strip(talk, t)}
      </p>
      {shown.phase === "gone" ? (
        <div class="over">
          <p>{t("gone")}</p>
          <button type="button" class="button filled" onClick={() => talk.anew()}>
            {t("anew")}
          </button>
        </div>
      ) : (
        <Composer {...{ talk, t }} />
      )}
    </div>
  );
}

function strip(talk: Talk, t: Say): string {
  const { phase, slow } = talk.get();
  if (!navigator.onLine) return t("offline");
  if (phase === "lost") return t("lost");
  return slow ? t("slow") : "";
}

/** A window that fills the screen is all there is for the keyboard. */
function keepInside(panel: HTMLElement, event: KeyboardEvent): void {
  const all = [...panel.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), textarea, input:not([type=file]), [tabindex='0']")];
  const [first, last] = [all[0], all.at(-1)];
  const here = (panel.getRootNode() as ShadowRoot).activeElement;
  const goes = event.shiftKey ? (here === first ? last : null) : here === last ? first : null;
  if (!goes) return;
  event.preventDefault();
  goes.focus();
}

function Head({ talk, config, t }: { talk: Talk; config: Config; t: Say }): VNode {
  const { controller, agent } = talk.get();
  const under =
    controller === "human" ? t("person", { name: agent ?? t("somebody") }) : controller === "queue" ? t("waiting") : t("assistant");
  return (
    <header class="head">
      {config.look.logo !== null ? (
        <img class="logo" src={config.look.logo} alt="" />
      ) : (
        <span class="logo" aria-hidden="true">
          {[...config.title][0]}
        </span>
      )}
      <div class="grow">
        <h2 dir="auto">{config.title}</h2>
        <p class="cut" role="status">
          <bdi>{under}</bdi>
        </p>
      </div>
      <More {...{ talk, config, t }} />
      <button type="button" class="sign" aria-label={t("close")} onClick={() => talk.close()}>
        <Icon name="close" />
      </button>
    </header>
  );
}

function More({ talk, config, t }: { talk: Talk; config: Config; t: Say }): VNode {
  const [isOpen, setOpen] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.select(), [link]);
  // Escape and a tap elsewhere close this sheet first, and the window only after it.
  useEffect(() => {
    if (!isOpen) return;
    const root = whole.current!.getRootNode();
    const onKey = (event: Event) => {
      if ((event as KeyboardEvent).key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    const onTap = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    root.addEventListener("keydown", onKey, true);
    root.addEventListener("pointerdown", onTap);
    return () => {
      root.removeEventListener("keydown", onKey, true);
      root.removeEventListener("pointerdown", onTap);
    };
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    setLink(null);
    setCopied(false);
    button.current?.focus();
  };
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(link!).then(
      () => true,
      () => false,
    );
    field.current?.select();
    if (!done) document.execCommand("copy"); // a page without the newer right
    setCopied(true);
  };
  return (
    <div ref={whole} class="more">
      <button
        ref={button}
        type="button"
        class="sign"
        aria-label={t("more")}
        aria-expanded={isOpen}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <Icon name="more" />
      </button>
      {isOpen ? (
        <div class="sheet">
          {link === null ? (
            <button
              type="button"
              class="entry"
              disabled={talk.get().phase !== "live"}
              onClick={async () => {
                setLink(await talk.moveLink());
              }}
            >
              <Icon name="device" />
              {t("move")}
            </button>
          ) : (
            <div class="move">
              <label for="move">{t("move_hint")}</label>
              <input ref={field} id="move" readOnly value={link} />
              <button type="button" class="button filled" onClick={() => void copy()}>
                {copied ? t("copied") : t("copy")}
              </button>
              <span class="hidden" role="status">
                {copied ? t("copied") : ""}
              </span>
            </div>
          )}
          {config.look.privacyUrl !== null ? (
            <a class="entry" href={config.look.privacyUrl} target="_blank" rel="noopener">
              <Icon name="out" />
              {t("privacy")}
              <span class="hidden"> ({t("opens_tab")})</span>
            </a>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

const NEAR_PX = 80;

function Scroller({ talk, config, t, language }: { talk: Talk; config: Config; t: Say; language: string }): VNode {
  const shown = talk.get();
  const list = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(true);
  const height = useRef(0);
  const newest = shown.items.at(-1)?.seq ?? 0;
  const first = shown.items[0]?.seq ?? 0;
  // Whoever reads further up is left there; what comes before keeps its place under the eye.
  useLayoutEffect(() => {
    const box = list.current!;
    if (isNear) box.scrollTop = box.scrollHeight;
  }, [newest, shown.pending.length, shown.uploads.length, shown.typing]);
  useLayoutEffect(() => {
    const box = list.current!;
    if (!isNear) box.scrollTop += box.scrollHeight - height.current;
    height.current = box.scrollHeight;
  }, [first]);
  useEffect(() => {
    if (isNear && document.visibilityState === "visible") talk.seen();
  }, [newest, isNear]);
  const said = shown.items.some((item) => item.by === "you") || shown.pending.length > 0;
  const offers = shown.items.some((item) => item.by !== "note" && item.parts.some((part) => part.buttons || part.choices || part.cards));
  const onScroll = () => {
    const box = list.current!;
    height.current = box.scrollHeight;
    setNear(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX);
  };
  return (
    <div class="middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div ref={list} class="lines" role="log" aria-label={t("log")} aria-live="polite" tabIndex={0} onScroll={onScroll}>
        {shown.more ? (
          <button type="button" class="text older" onClick={() => void talk.older()}>
            {t("older")}
          </button>
        ) : null}
        {shown.phase === "starting" && shown.items.length === 0 ? (
          <div class="rest" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        ) : null}
        <Lines {...{ talk, t, language }} title={config.title} />
        {!said && !offers && shown.items.length > 0 && config.ice_breakers.length > 0 ? (
          <div class="choices">
            {config.ice_breakers.map((title, at) => (
              <button key={title} type="button" class="choice" onClick={() => talk.begin(at, title)}>
                {title}
              </button>
            ))}
          </div>
        ) : null}
      </div>
      {!isNear ? (
        <button
          type="button"
          class="newest"
          onClick={() => {
            list.current!.scrollTop = list.current!.scrollHeight;
          }}
        >
          <Icon name="down" />
          <span class="hidden">{t("newer")}</span>
        </button>
      ) : null}
    </div>
  );
}
