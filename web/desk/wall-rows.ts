/** Which tickets the wall lists: by queue, by who has them, or by what is late or at risk; what falls due first comes first. */
import { client } from "./data.ts";
import type { Wall } from "./types.ts";

export type WallTicket = Wall["tickets"][number];

/** @param show `queue:<name>`, `agent:<id>`, `agent:` (nobody), `late`, `at_risk`; anything else is everything */
export function wallRows(wall: Wall, show: string): WallTicket[] {
  const holds = (ticket: WallTicket): boolean => {
    if (show.startsWith("queue:")) return ticket.queue === show.slice("queue:".length);
    if (show.startsWith("agent:")) return (ticket.agent?.id ?? "") === show.slice("agent:".length);
    if (show === "late") return ticket.risk === "late";
    return show === "at_risk" ? ticket.risk !== "fine" : true;
  };
  const due = ({ due_at: at }: WallTicket) => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at));
  return wall.tickets.filter(holds).sort((a, b) => due(a) - due(b) || Date.parse(a.opened_at) - Date.parse(b.opened_at));
}

/** The rows as they are shown now, for whoever steps through them by keys. */
export function rowsOnWall(show: string): WallTicket[] {
  const wall = client.getQueryData<Wall>(["wall"]);
  return wall ? wallRows(wall, show) : [];
}
