/** What the left column offers: who waits, what is mine, each queue, and a few questions people ask often. */

import type { Me, Ticket } from "./types.ts";
import { promiseOf, windowOf } from "./urgency.ts";

export type View = { id: string; group: "inbox" | "queue" | "view"; holds(ticket: Ticket, nowMs: number): boolean };

/** Names of queues are the brand's; their views are called `queue:<name>`. */
export function viewsFor(me: Me): View[] {
  const mine = me.agent.id;
  return [
    {
      id: "mine",
      group: "inbox",
      holds: ({ state, agent, offer }) => (state === "claimed" && agent?.id === mine) || offer?.agent.id === mine,
    },
    { id: "waiting", group: "inbox", holds: ({ state }) => state === "waiting" || state === "offered" },
    { id: "snoozed", group: "inbox", holds: ({ state, agent }) => state === "snoozed" && agent?.id === mine },
    { id: "mentions", group: "inbox", holds: () => false }, // its rows are notes, not tickets
    { id: "all", group: "inbox", holds: () => true },
    ...me.queues.map(({ name }): View => ({ id: `queue:${name}`, group: "queue", holds: ({ queue }) => queue === name })),
    { id: "late", group: "view", holds: (ticket, nowMs) => promiseOf(ticket, nowMs)?.urgency === "broken" },
    {
      id: "closing",
      group: "view",
      holds: ({ window }, nowMs) => {
        const clock = windowOf(window, nowMs);
        return clock !== null && clock.leftMs > 0 && clock.leftMs < 24 * 3_600_000;
      },
    },
    { id: "ads", group: "view", holds: ({ ad }) => ad !== null },
  ];
}

/** Mine, and not answered: what the tab's title counts. */
export function waitsForMe(ticket: Ticket, me: Me): boolean {
  return (
    (ticket.agent?.id === me.agent.id && ticket.state === "claimed" && ticket.unanswered_since !== null) ||
    ticket.offer?.agent.id === me.agent.id
  );
}

/** Nobody's yet, in a queue I serve, and I am here with room for it. */
export function couldBeNext({ state, queue }: Ticket, tickets: Ticket[], { agent }: Me): boolean {
  if (state !== "waiting" || agent.away || (agent.queues.length > 0 && !agent.queues.includes(queue))) return false;
  return tickets.filter((one) => one.state === "claimed" && one.agent?.id === agent.id).length < agent.capacity;
}
