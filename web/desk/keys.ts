/** What keys do: one table, remappable, off inside fields, never with Alt or AltGr; and one listener for all of it. */
import { useEffect } from "react";
import { getPrefs, type Prefs, usePrefs } from "../design/prefs.ts";

export type ActId =
  | "palette"
  | "search"
  | "help"
  | "next"
  | "previous"
  | "open"
  | "reply"
  | "note"
  | "claim"
  | "assign"
  | "transfer"
  | "requeue"
  | "snooze"
  | "return"
  | "resolve"
  | "resolve_stay"
  | "take_over"
  | "undo"
  | "panel"
  | "go_inbox"
  | "go_waiting"
  | "go_mentions"
  | "go_wall"
  | "go_reports"
  | "customer"
  | "settings";

/** `mod` is Cmd on a Mac and Ctrl elsewhere; two keys with a space are pressed one after the other. */
export const KEYS: Record<ActId, string> = {
  palette: "mod+k",
  search: "/",
  help: "?",
  next: "j",
  previous: "k",
  open: "enter",
  reply: "r",
  note: "n",
  claim: "i",
  assign: "a",
  transfer: "t",
  requeue: "u",
  snooze: "z",
  return: "b",
  resolve: "e",
  resolve_stay: "shift+e",
  take_over: "o",
  undo: "mod+z",
  panel: "p",
  go_inbox: "g i",
  go_waiting: "g q",
  go_mentions: "g m",
  go_wall: "g w",
  go_reports: "g r",
  customer: "c",
  settings: "g s",
};
export const ACTS = Object.keys(KEYS) as ActId[];

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const SECOND_KEY_MS = 1_200;

export function keyOf(act: ActId, prefs: Prefs): string {
  return (Object.hasOwn(prefs.keymap, act) ? prefs.keymap[act] : undefined) ?? KEYS[act];
}

/** As it is printed on a key: `⌘K`, `Ctrl K`, `G I`. */
export function shownKey(key: string): string {
  return key
    .split(" ")
    .map((one) =>
      one
        .split("+")
        .map((part) => (part === "mod" ? (MAC ? "⌘" : "Ctrl ") : part === "shift" ? "⇧" : part === "enter" ? "↵" : part.toUpperCase()))
        .join(""),
    )
    .join(" ");
}

/** @returns the key of an act as printed; null when single keys are switched off and this is one */
export function useKey(act: ActId): string | null {
  const prefs = usePrefs();
  const key = keyOf(act, prefs);
  return prefs.keysOn || key.startsWith("mod+") ? shownKey(key) : null;
}

/** What was pressed, in the table's spelling; null for what can be no key of ours. */
export function pressed(event: KeyboardEvent): string | null {
  if (event.altKey || event.getModifierState("AltGraph") || event.isComposing) return null;
  if (["Shift", "Control", "Meta", "CapsLock"].includes(event.key)) return null;
  const mod = event.metaKey || event.ctrlKey;
  const letter = event.key.length === 1 && /[a-z]/i.test(event.key);
  const key = event.key.toLowerCase();
  if (mod) return `mod+${key}`;
  return letter && event.shiftKey ? `shift+${key}` : key;
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** @param run false: the act is not possible now, and the key keeps its own meaning */
export function useKeys(run: (act: ActId) => boolean): void {
  useEffect(() => {
    let first: { key: string; atMs: number } | null = null;
    const hear = (event: KeyboardEvent) => {
      const key = pressed(event);
      if (key === null || event.defaultPrevented) return;
      const prefs = getPrefs();
      const modified = key.startsWith("mod+");
      // In a field these are the field's: undoing what was typed, for one.
      if (key === "mod+z" && inField(event.target)) return;
      if (!modified && (!prefs.keysOn || inField(event.target) || document.querySelector('[role="dialog"], [role="menu"]'))) return;
      const both = first && event.timeStamp - first.atMs < SECOND_KEY_MS ? `${first.key} ${key}` : null;
      first = null;
      const act = ACTS.find((one) => keyOf(one, prefs) === (both ?? key)) ?? ACTS.find((one) => keyOf(one, prefs) === key);
      if (act) {
        if (run(act)) event.preventDefault();
        return;
      }
      if (ACTS.some((one) => keyOf(one, prefs).startsWith(`${key} `))) first = { key, atMs: event.timeStamp };
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [run]);
}
