/** What the studio's screen is set to: which phone, what lies open beside it. The phone outlives a reload, in this tab. */
import { useSyncExternalStore } from "react";

export type Pane = "files" | "phone" | "trace";
export type Beside = "files" | "map" | "desk";
export type Look = { file: string; line: number };

export type State = {
  /** The bot that is worked on; null: the first of the project. */
  bot: string | null;
  phone: string | null;
  /** All phones that are played together, this one among them; empty: it is alone. */
  together: string[];
  /** Of the three columns, the one that a narrow screen shows. */
  pane: Pane;
  beside: Beside;
  /** The flow that the map shows; null: the one that runs. */
  flow: string | null;
  source: Look | null;
  dialog: "story" | "help" | "palette" | null;
};

const PLACE = "baton.studio.phone";
const BOT = "baton.studio.bot";
const TOGETHER = "baton.studio.together";

let state: State = {
  bot: sessionStorage.getItem(BOT),
  phone: sessionStorage.getItem(PLACE),
  together: sessionStorage.getItem(TOGETHER)?.split(",") ?? [],
  pane: "phone",
  beside: "files",
  flow: null,
  source: null,
  dialog: null,
};
const listeners = new Set<() => void>();

export const getState = (): State => state;

export function setState(change: Partial<State>): void {
  state = { ...state, ...change };
  if (change.phone !== undefined) kept(PLACE, state.phone);
  if (change.together !== undefined) kept(TOGETHER, state.together.length > 0 ? state.together.join(",") : null);
  if (change.bot !== undefined) kept(BOT, state.bot);
  for (const listener of listeners) listener();
}

function kept(place: string, value: string | null): void {
  if (value === null) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, value);
}

export function useStudio(): State {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, getState);
}
