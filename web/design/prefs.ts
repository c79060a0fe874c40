/** What a person chose for their own screen: theme, language, keys, sound. Kept in this browser only. */
import { useSyncExternalStore } from "react";

export type Prefs = {
  theme: "system" | "light" | "dark";
  language: "auto" | "en" | "zh";
  /** Enter sends, Shift Enter breaks the line; else Cmd/Ctrl Enter sends. */
  enterSends: boolean;
  /** Single keys act outside fields. */
  keysOn: boolean;
  /** Keys that the person changed: act → key. */
  keymap: Record<string, string>;
  sound: "hidden" | "always" | "never";
  notify: boolean;
  panelOpen: boolean;
  /** Sections of the package that are folded. */
  folded: string[];
};

const DEFAULTS: Prefs = {
  theme: "system",
  language: "auto",
  enterSends: false,
  keysOn: true,
  keymap: {},
  sound: "hidden",
  notify: false,
  panelOpen: true,
  folded: ["tried", "earlier"],
};
const PLACE = "baton.prefs";

let prefs: Prefs = read();
const listeners = new Set<() => void>();
apply(prefs);
addEventListener("storage", (event) => {
  if (event.key === PLACE) take(read());
});

export function getPrefs(): Prefs {
  return prefs;
}

export function setPrefs(change: Partial<Prefs>): void {
  take({ ...prefs, ...change });
  try {
    localStorage.setItem(PLACE, JSON.stringify(prefs));
  } catch {
    // A browser that keeps nothing still shows what was chosen until it closes.
  }
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(subscribe, getPrefs);
}

export function language(from: Prefs = prefs): "en" | "zh" {
  if (from.language !== "auto") return from.language;
  return navigator.languages
    .find((one) => /^(en|zh)\b/i.test(one))
    ?.toLowerCase()
    .startsWith("zh")
    ? "zh"
    : "en";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function take(next: Prefs): void {
  prefs = next;
  apply(next);
  for (const listener of listeners) listener();
}

/** @returns what was kept, key by key only where it has the expected type */
function read(): Prefs {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    if (typeof kept !== "object" || kept === null) return DEFAULTS;
    const entries = Object.entries(DEFAULTS).map(([key, normal]) => {
      const value: unknown = Object.hasOwn(kept, key) ? (kept as Record<string, unknown>)[key] : undefined;
      return [key, value !== undefined && value !== null && typeof value === typeof normal ? value : normal];
    });
    return Object.fromEntries(entries) as Prefs;
  } catch {
    return DEFAULTS;
  }
}

function apply(next: Prefs): void {
  const root = document.documentElement;
  if (next.theme === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = next.theme;
  root.lang = language(next) === "zh" ? "zh-CN" : "en";
}
