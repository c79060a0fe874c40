/** Who should be offered which ticket, and whether a queue can promise a person at all. Pure: the router loop brings the facts. */
import type { Queue } from "../dialogue/program.ts";
import type { AgentId, QueueName, TicketId } from "../model/ids.ts";
import { type Agent, orderKey, type Ticket } from "../model/ticket.ts";
import type { QueueView } from "../model/turn.ts";
import { estimateMs, usualHandlingMs } from "./estimate.ts";
import { opensAtMs, queueOpen } from "./hours.ts";

type Rung = Queue["route"][number];
const ANY: Rung = { skills: [], sameLanguage: false, overflow: null, forMs: null };

/** How many tickets each agent holds or is being offered. */
export function loads(tickets: Ticket[]): Map<AgentId, number> {
  const held = new Map<AgentId, number>();
  for (const ticket of tickets) {
    const agent = ticket.state === "claimed" ? ticket.agent : ticket.state === "offered" ? (ticket.offer?.agent ?? null) : null;
    if (agent !== null) held.set(agent, (held.get(agent) ?? 0) + 1);
  }
  return held;
}

export type QueueFacts = {
  agents: Agent[];
  /** Tickets of this queue that wait or are offered. */
  waiting: number;
  loads?: Map<AgentId, number>;
  /** How long the latest tickets of this queue took from claim to close. */
  handledMs?: number[];
  nowMs: number;
};

/** The queue as the flow sees it before it promises anybody. */
export function queueView(queue: Queue, facts: QueueFacts): QueueView {
  const { agents, waiting, nowMs } = facts;
  const open = queueOpen(queue.hours, nowMs);
  const staff = agents.filter((agent) => reachable(agent) && canTake(agent, queue));
  const places = staff.reduce((sum, agent) => sum + agent.capacity, 0);
  const taken = staff.reduce((sum, agent) => sum + Math.min(agent.capacity, facts.loads?.get(agent.id) ?? 0), 0);
  return {
    open,
    staffed: places > 0,
    waiting,
    estimateMs: estimateMs(waiting, places, taken, usualHandlingMs(facts.handledMs ?? [])),
    opensAtMs: opensAtMs(queue.hours, nowMs),
  };
}

/** Each ticket's rung is a matter of its age: a rung that lasted its time is left for the next, which asks for less. */
export function rungAt(queue: Queue, ticket: Ticket, nowMs: number): { rung: number; nextAtMs: number | null } {
  let endsAtMs = ticket.openedAtMs;
  for (const [rung, { forMs }] of queue.route.entries()) {
    if (forMs === null) return { rung, nextAtMs: null };
    endsAtMs += forMs;
    if (nowMs < endsAtMs) return { rung, nextAtMs: endsAtMs };
  }
  return { rung: Math.max(0, queue.route.length - 1), nextAtMs: null };
}

export type RouteFacts = {
  /** Waiting, offered and claimed ones: the waiting ones are to be offered, the others fill places. */
  tickets: Ticket[];
  agents: Agent[];
  queues: Map<string, Queue>;
  nowMs: number;
  /** Who let an offer of this ticket pass: not asked again while somebody else can be. */
  declined?: Map<TicketId, Set<AgentId>>;
};
export type Offer = { ticket: TicketId; agent: AgentId; rung: number };

/** The offers to make now, the oldest eligible ticket first; each agent within their capacity. */
export function offers(facts: RouteFacts): Offer[] {
  const { agents, queues, nowMs } = facts;
  const held = loads(facts.tickets);
  const made: Offer[] = [];
  for (const ticket of facts.tickets.filter((one) => one.state === "waiting").sort(byOrder)) {
    const queue = queues.get(ticket.queue);
    if (!queue || !queueOpen(queue.hours, nowMs)) continue;
    const rung = firstStaffedRung(queue, ticket, agents, rungAt(queue, ticket, nowMs).rung);
    const passed = facts.declined?.get(ticket.id);
    const candidates = agents
      .filter((agent) => reachable(agent) && fits(queue, ticket, rung, agent) && (held.get(agent.id) ?? 0) < agent.capacity)
      .sort(bestFor(ticket, held, passed));
    const agent = candidates[0];
    if (!agent) continue;
    held.set(agent.id, (held.get(agent.id) ?? 0) + 1);
    made.push({ ticket: ticket.id, agent: agent.id, rung });
  }
  return made;
}

/** A rung that nobody at work could ever answer is not waited for. */
function firstStaffedRung(queue: Queue, ticket: Ticket, agents: Agent[], from: number): number {
  const last = Math.max(0, queue.route.length - 1);
  for (let rung = from; rung < last; rung++) if (agents.some((agent) => reachable(agent) && fits(queue, ticket, rung, agent))) return rung;
  return last;
}

/**
 * Does this agent answer to this rung? A rung's own skills are always asked; the ticket's (`skills:` of the handoff
 * step) on every rung but the last, where they only say who is better: no ticket waits for a skill that nobody has.
 */
export function fits(queue: Queue, ticket: Ticket, rung: number, agent: Agent): boolean {
  const { skills, sameLanguage, overflow } = queue.route[rung] ?? ANY;
  const isLast = rung >= queue.route.length - 1;
  const inReach =
    worksAt(agent, queue.name as QueueName) || overflow === "anyone" || (overflow !== null && worksAt(agent, overflow as QueueName));
  if (!inReach) return false;
  if (sameLanguage && !speaks(agent, ticket.language)) return false;
  return [...skills, ...(isLast ? [] : ticket.skills)].every((skill) => agent.skills.includes(skill));
}

/** Whoever may work there is not yet whoever does: a supervisor is offered only the queues they are in. */
function worksAt(agent: Agent, queue: QueueName): boolean {
  return agent.queues.length === 0 || agent.queues.includes(queue);
}

function canTake(agent: Agent, queue: Queue): boolean {
  const rungs = queue.route.length === 0 ? [ANY] : queue.route;
  return (
    worksAt(agent, queue.name as QueueName) ||
    rungs.some(({ overflow }) => overflow === "anyone" || (overflow !== null && worksAt(agent, overflow as QueueName)))
  );
}

/** At work and able to hold a ticket at all. */
function reachable(agent: Agent): boolean {
  return !agent.away && !agent.disabled && agent.capacity > 0 && agent.role !== "system";
}

/** `zh` speaks to `zh-TW`; an agent with no languages named speaks to everybody, and so a ticket whose language is unknown. */
function speaks(agent: Agent, language: string | null): boolean {
  if (language === null || agent.languages.length === 0) return true;
  const base = language.split("-")[0]!.toLowerCase();
  return agent.languages.some((one) => one.split("-")[0]!.toLowerCase() === base);
}

/** Who has not let it pass, knows most of what is asked, speaks the language, has most room; ties by id. */
function bestFor(ticket: Ticket, held: Map<AgentId, number>, passed: Set<AgentId> | undefined) {
  const score = (agent: Agent): number[] => [
    passed?.has(agent.id) ? 1 : 0,
    ticket.skills.filter((skill) => !agent.skills.includes(skill)).length,
    speaks(agent, ticket.language) ? 0 : 1,
    (held.get(agent.id) ?? 0) / agent.capacity,
  ];
  return (a: Agent, b: Agent): number => {
    const [left, right] = [score(a), score(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? (a.id < b.id ? -1 : 1) : left[at]! - right[at]!;
  };
}

function byOrder(a: Ticket, b: Ticket): number {
  const [left, right] = [orderKey(a), orderKey(b)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
}
