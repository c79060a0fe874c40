/** Who asks, and whether they may at all: before the table of the law is looked at. No clock, no store. */
import type { Refusal } from "../model/desk.ts";
import type { Control } from "../model/event.ts";
import type { Agent } from "../model/ticket.ts";
import { type LawState, nameOf, now, refuse } from "./decided.ts";
import { worksOn } from "./tickets.ts";

/** Who decided it: for a ticket given to somebody, the supervisor who gave it. */
export function actorOf({ agents }: LawState, control: Control): Agent | undefined {
  const id = control.kind === "took_over" ? (control.by ?? control.agent) : "agent" in control ? control.agent : null;
  return id === null ? undefined : agents.find((agent) => agent.id === id);
}

export function mayAct({ ticket, agents }: LawState, control: Control, actor: Agent | undefined): Refusal | null {
  if (!actor || actor.disabled || actor.role === "system") return refuse("not_allowed", 403, "This agent may not work here.");
  if (control.kind === "took_over" && control.by !== undefined) {
    const given = agents.find((agent) => agent.id === control.agent);
    if (actor.role === "agent" && actor.id !== control.agent)
      return refuse("not_allowed", 403, "Only a supervisor gives a conversation to somebody else.");
    if (!given || given.disabled || given.role === "system") return refuse("not_found", 404, "There is no such agent.");
  }
  // A ticket that overflowed to somebody of another queue is theirs to work.
  const isTheirs = ticket?.agent === actor.id || ticket?.offer?.agent === actor.id;
  if (ticket && !isTheirs && !worksOn(actor, ticket.queue))
    return refuse("not_allowed", 403, `This agent does not work on the queue ${ticket.queue}.`, { queue: ticket.queue });
  return null;
}

export function byPerson(control: Control): boolean {
  const verbs: Control["kind"][] = [
    "claimed",
    "took_over",
    "agent_said",
    "noted",
    "transferred",
    "returned",
    "resolved",
    "snoozed",
    "woke",
  ];
  return verbs.includes(control.kind) || (control.kind === "requeued" && control.agent !== null);
}

/** The loser of a race learns who won, whatever epoch they saw. */
export function alreadyClaimed(state: LawState, control: Control, actor: Agent | undefined): Refusal | null {
  const { conversation, ticket } = state;
  if (conversation.controller !== "human") return null;
  const isClaim = control.kind === "claimed" && ticket?.id === control.ticket && conversation.ticket === ticket.id;
  const isTaking =
    control.kind === "took_over" && conversation.agent !== null && (actor?.role === "agent" || control.agent === conversation.agent);
  if (!isClaim && !isTaking) return null;
  const by = conversation.agent === null ? "someone outside this desk" : nameOf(state, conversation.agent);
  return refuse("already_claimed", 409, `This conversation is already with ${by}.`, {
    ...now(conversation),
    by,
    agent: conversation.agent,
  });
}
