/** Where the desk is: screen, view, ticket and pane stand in the address, so that back, reload and links work. */
import { useSyncExternalStore } from "react";

export type Screen = "inbox" | "wall";
export type Pane = "list" | "thread" | "panel";
export type Place = { screen: Screen; view: string; ticket: string | null; pane: Pane };

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
  if (next.screen === place.screen && next.view === place.view && next.ticket === place.ticket && next.pane === place.pane) return;
  place = next;
  const query = new URLSearchParams();
  if (next.screen !== "inbox") query.set("screen", next.screen);
  if (next.view !== "mine") query.set("view", next.view);
  if (next.ticket !== null) query.set("ticket", next.ticket);
  if (next.pane !== "list") query.set("pane", next.pane);
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
  const ticket = query.get("ticket");
  const pane = query.get("pane");
  return {
    screen: query.get("screen") === "wall" ? "wall" : "inbox",
    view: query.get("view") ?? "mine",
    ticket: ticket !== null && /^[A-Za-z0-9_-]{1,64}$/.test(ticket) ? ticket : null,
    pane: ticket !== null && (pane === "thread" || pane === "panel") ? pane : "list",
  };
}
