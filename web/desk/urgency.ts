/** Two clocks that are never mixed: what we promised (flag) and until when the channel lets us write (hourglass). */
import type { Urgency } from "../design/shapes.tsx";
import type { Ticket, WindowView } from "./types.ts";

export type Clock = { atMs: number; leftMs: number; urgency: Exclude<Urgency, "plain"> };

const SOON_PART = 0.25;
const SOON_MS = 60_000;
const WINDOW_SOON_MS = 2 * 3_600_000;

/** @returns null when nothing was promised, or it was kept */
export function promiseOf(ticket: Pick<Ticket, "promised_at" | "opened_at" | "answered" | "state">, nowMs: number): Clock | null {
  if (ticket.promised_at === null || ticket.answered || ticket.state === "closed") return null;
  const atMs = Date.parse(ticket.promised_at);
  const leftMs = atMs - nowMs;
  const soonMs = Math.max(SOON_MS, (atMs - Date.parse(ticket.opened_at)) * SOON_PART);
  return { atMs, leftMs, urgency: leftMs < 0 ? "broken" : leftMs <= soonMs ? "soon" : "fine" };
}

export type WindowClock = Clock & { left: number; openedMs: number; lines: number | null };

/** What a person may still use; null: the channel always lets us write. */
export function windowOf(window: WindowView | null | undefined, nowMs: number): WindowClock | null {
  const until = window?.human_agent_until ?? window?.closes_at ?? null;
  if (!window || until === null) return null;
  const atMs = Date.parse(until);
  const openedMs = window.opened_at ? Date.parse(window.opened_at) : atMs - 7 * 86_400_000;
  const leftMs = atMs - nowMs;
  const left = Math.min(1, Math.max(0, leftMs / Math.max(1, atMs - openedMs)));
  const spent = window.left === 0;
  return {
    atMs,
    leftMs,
    left,
    openedMs,
    lines: window.left ?? null,
    urgency: leftMs <= 0 || spent ? "broken" : leftMs < WINDOW_SOON_MS ? "soon" : "fine",
  };
}
