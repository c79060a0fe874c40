/** Sound, browser notices and the tab's title: told when somebody waits for me or could be next, and only as loud as I chose. */
import { useEffect, useRef } from "react";
import plain from "../design/icon.svg?url";
import waiting from "../design/icon-waiting.svg?url";
import { getPrefs } from "../design/prefs.ts";
import { oneLine } from "../design/said.tsx";
import { useDesk } from "./desk.tsx";
import { useLine } from "./live.ts";
import { goTo } from "./route.ts";
import type { Ticket } from "./types.ts";
import { couldBeNext, waitsForMe } from "./views.ts";
import { say } from "./words.ts";

const QUIET_MS = 4_000;
/** Somebody who waits longer than this waits for anybody: no colleague was quicker, and it was offered to nobody. */
const NOBODYS_MS = 1_000;
let lastChime = 0;

export function useNotices(): void {
  const { tickets, me, ticket } = useDesk();
  const mine = tickets.filter((one) => waitsForMe(one, me));
  const isLive = useLine().phase === "live";
  const known = useRef<Map<string, string> | null>(null);
  const mayBeNext = useRef<Map<string, Ticket>>(new Map());
  mayBeNext.current = new Map(tickets.filter((one) => couldBeNext(one, tickets, me)).map((one) => [one.id, one]));
  const count = mine.length;

  useEffect(() => {
    const name = ticket?.customer.name;
    document.title = `${count > 0 ? `(${count}) ` : ""}${name ? `${oneLine(name).slice(0, 40)} · ` : ""}${say("title")}`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = count > 0 ? waiting : plain;
  }, [count, ticket?.customer.name]);

  useEffect(() => {
    if (!isLive) return; // what is read as the desk opens is no news; what came while the line was down is
    const next = [...mayBeNext.current.values()];
    const now = new Map([...mine, ...next].map((one) => [one.id, `${one.state} ${one.state === "waiting" ? "" : (one.last?.at ?? "")}`]));
    const before = known.current;
    known.current = now;
    if (before === null) return;
    const isNews = (one: Ticket) => before.get(one.id) !== now.get(one.id);
    const news = mine.find(isNews);
    if (news) tell(news, say(news.offer ? "notify.offer" : "notify.wrote"));
    for (const one of next.filter(isNews)) setTimeout(() => mayBeNext.current.has(one.id) && tell(one, say("notify.waits")), NOBODYS_MS);
  });
}

function tell(ticket: Ticket, what: string): void {
  const { sound, notify } = getPrefs();
  const hidden = document.hidden || !document.hasFocus();
  if (sound === "always" || (sound === "hidden" && hidden)) {
    if (Date.now() - lastChime > QUIET_MS) chime();
  }
  if (!notify || !hidden || !("Notification" in globalThis) || Notification.permission !== "granted") return;
  // One per conversation: a newer one takes the place of the one before.
  const notice = new Notification(oneLine(ticket.customer.name ?? say("someone")), {
    body: what,
    tag: ticket.id,
    silent: true,
  });
  notice.onclick = () => {
    window.focus();
    goTo({ screen: "inbox", ticket: ticket.id, pane: "thread" });
    notice.close();
  };
}

/** Two soft notes; made here, so that no file is needed. */
export function chime(): void {
  lastChime = Date.now();
  try {
    const context = new AudioContext();
    const loudness = context.createGain();
    loudness.gain.setValueAtTime(0.0001, context.currentTime);
    loudness.gain.exponentialRampToValueAtTime(0.06, context.currentTime + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.5);
    loudness.connect(context.destination);
    const tone = context.createOscillator();
    tone.frequency.setValueAtTime(660, context.currentTime);
    tone.frequency.setValueAtTime(880, context.currentTime + 0.16);
    tone.connect(loudness);
    tone.start();
    tone.stop(context.currentTime + 0.5);
    tone.onended = () => void context.close();
    // Nobody has touched this page yet, and the browser plays nothing: later would be too late.
    setTimeout(() => context.state === "suspended" && void context.close(), NOBODYS_MS);
  } catch {
    // A browser that may not play says nothing.
  }
}
