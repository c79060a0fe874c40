/** The supervisor's wall: who waits, since when, what is at risk, per queue and agent. The clock starts at the handoff. */
import { queueView } from "../../handoff/route.ts";
import type { QueueName } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { OVERSEERS, ok, type Route, route } from "./route.ts";
import { iso } from "./ticket-json.ts";
import { type TicketRow, ticketRow } from "./ticket-rows.ts";

const TICKETS_MAX = 500;
const AT_RISK_PART = 0.25;

type Risk = "fine" | "at_risk" | "late";
type Standing = { ticket: Ticket; row: TicketRow; risk: Risk; dueMs: number | null };

export const wallRoutes: Route[] = [
  route({
    method: "get",
    path: "/wall",
    roles: OVERSEERS,
    async answer(deps, { agent }) {
      const { store, clock } = deps;
      const nowMs = clock.nowMs();
      const { queues } = deps.program(agent.bot)!.bot;
      const [agents, waiting, tickets] = await Promise.all([
        store.agents(agent.bot),
        store.waitingByQueue(agent.bot),
        store.tickets({ bot: agent.bot, states: ["waiting", "offered", "claimed", "snoozed"], limit: TICKETS_MAX }),
      ]);
      const standings: Standing[] = [];
      for (const ticket of tickets) {
        const row = await ticketRow(deps, ticket, agents, agent);
        standings.push({ ticket, row, ...riskOf(ticket, row, queues.get(ticket.queue)?.answerWithinMs ?? null, nowMs) });
      }
      return ok({
        at: iso(nowMs),
        total: { waiting: sum(waiting), oldest_at: iso(oldest(waiting)), ...counted(standings) },
        queues: [...queues.values()].map((queue) => {
          const here = waiting[queue.name as QueueName];
          const view = queueView(queue, { agents, waiting: here?.waiting ?? 0, nowMs });
          return {
            name: queue.name,
            open: view.open,
            staffed: view.staffed,
            opens_at: iso(view.opensAtMs),
            waiting: here?.waiting ?? 0,
            oldest_at: iso(here?.oldestMs ?? null),
            ...counted(standings.filter(({ ticket }) => ticket.queue === queue.name)),
          };
        }),
        agents: agents.filter((one) => !one.disabled && one.role !== "system").map((one) => agentJson(deps, one, standings)),
        tickets: standings.map(({ row, risk, dueMs }) => ({ ...row.json, risk, due_at: iso(dueMs) })),
      });
    },
  }),
];

/** What falls due first of: the promise, the answer to what the customer said since, and the window in which we may write at all. */
function riskOf(ticket: Ticket, row: TicketRow, answerWithinMs: number | null, nowMs: number): { risk: Risk; dueMs: number | null } {
  if (ticket.state === "snoozed") return { risk: "fine", dueMs: null };
  const isWaited = ticket.state !== "claimed" || !ticket.answered;
  const dues: { dueMs: number; fromMs: number }[] = [];
  if (isWaited && ticket.promisedAtMs !== null) dues.push({ dueMs: ticket.promisedAtMs, fromMs: ticket.openedAtMs });
  const { unansweredMs, windowMs } = row;
  if (unansweredMs !== null && !isWaited && answerWithinMs !== null)
    dues.push({ dueMs: unansweredMs + answerWithinMs, fromMs: unansweredMs });
  if ((isWaited || unansweredMs !== null) && windowMs !== null) dues.push({ dueMs: windowMs, fromMs: unansweredMs ?? ticket.openedAtMs });
  const first = dues.sort((a, b) => a.dueMs - b.dueMs)[0];
  if (!first) return { risk: "fine", dueMs: null };
  if (nowMs >= first.dueMs) return { risk: "late", dueMs: first.dueMs };
  const isSoon = dues.some(({ dueMs, fromMs }) => dueMs - nowMs < (dueMs - fromMs) * AT_RISK_PART);
  return { risk: isSoon ? "at_risk" : "fine", dueMs: first.dueMs };
}

function counted(standings: Standing[]): JsonObject {
  const count = (holds: (one: Standing) => boolean) => standings.filter(holds).length;
  return {
    at_risk: count(({ risk }) => risk === "at_risk"),
    late: count(({ risk }) => risk === "late"),
    claimed: count(({ ticket }) => ticket.state === "claimed"),
    unanswered: count(({ ticket, row }) => ticket.state === "claimed" && row.unansweredMs !== null),
  };
}

function agentJson(deps: DeskDeps, agent: Agent, standings: Standing[]): JsonObject {
  const theirs = standings.filter(({ ticket }) => ticket.agent === agent.id);
  const since = theirs.flatMap(({ row, ticket }) => (ticket.state === "claimed" && row.unansweredMs !== null ? [row.unansweredMs] : []));
  return {
    id: agent.id,
    name: agent.name,
    role: agent.role,
    away: agent.away,
    online: deps.live.online(agent.bot).has(agent.id),
    queues: agent.queues,
    capacity: agent.capacity,
    claimed: theirs.filter(({ ticket }) => ticket.state === "claimed").length,
    snoozed: theirs.filter(({ ticket }) => ticket.state === "snoozed").length,
    unanswered: since.length,
    oldest_unanswered_at: iso(since.length === 0 ? null : Math.min(...since)),
    late: theirs.filter(({ risk }) => risk === "late").length,
  };
}

type Waiting = Record<string, { waiting: number; oldestMs: number | null }>;

function sum(waiting: Waiting): number {
  return Object.values(waiting).reduce((all, one) => all + one.waiting, 0);
}

function oldest(waiting: Waiting): number | null {
  const since = Object.values(waiting).flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return since.length === 0 ? null : Math.min(...since);
}
