/** Where the desk is: screen, view, ticket and pane stand in the address, so that back, reload and links work. */
import { useSyncExternalStore } from "react";

export type Screen = "inbox" | "wall" | "customer" | "reports";
const SCREENS: readonly Screen[] = ["inbox", "wall", "customer", "reports"];
export type Pane = "list" | "thread" | "panel";
/** `customer` and `talk` (a conversation) are those of the customer's page. */
export type Place = { screen: Screen; view: string; ticket: string | null; pane: Pane; customer: string | null; talk: string | null };

let place = read();
const listeners = new Set<() => void>();
addEventListener("popstate", () => {
  place = read();
  tell();
});

export function getPlace(): Place {
  return place;
}

export function usePlace(): Place {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, getPlace);
}

/** @param replace without a step for the back button */
export function goTo(change: Partial<Place>, replace = false): void {
  const next = { ...place, ...change };
  if (next.ticket === null && next.pane !== "list") next.pane = "list";
  if ((Object.keys(next) as (keyof Place)[]).every((key) => next[key] === place[key])) return;
  place = next;
  const query = new URLSearchParams();
  if (next.screen !== "inbox") query.set("screen", next.screen);
  if (next.view !== "mine") query.set("view", next.view);
  if (next.ticket !== null) query.set("ticket", next.ticket);
  if (next.pane !== "list") query.set("pane", next.pane);
  if (next.screen === "customer") for (const key of ["customer", "talk"] as const) if (next[key] !== null) query.set(key, next[key]);
  const address = query.size === 0 ? location.pathname : `${location.pathname}?${query}`;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function read(): Place {
  const query = new URLSearchParams(location.search);
  const id = (name: string) => {
    const given = query.get(name);
    return given !== null && /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : null;
  };
  const ticket = id("ticket");
  const pane = query.get("pane");
  return {
    screen: SCREENS.find((one) => one === query.get("screen")) ?? "inbox",
    view: query.get("view") ?? "mine",
    ticket,
    pane: ticket !== null && (pane === "thread" || pane === "panel") ? pane : "list",
    customer: id("customer"),
    talk: id("talk"),
  };
}
