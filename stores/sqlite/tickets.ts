/** Tickets, written whole; what a queue is ordered and searched by stands in columns. */
import type { AgentId, BotName, QueueName, TicketId } from "../../model/ids.ts";
import type { TicketFilter, TicketTimes } from "../../model/store.ts";
import { orderKey, type Ticket, type TicketOutcome } from "../../model/ticket.ts";
import type { Database, Statement } from "./database.ts";
import type { Known } from "./known.ts";

const WRITE = `
  INSERT INTO tickets (id, bot, conversation, queue, state, agent, rank, due_ms, opened_at_ms, closed_at_ms, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, state = excluded.state, agent = excluded.agent, rank = excluded.rank,
    due_ms = excluded.due_ms, opened_at_ms = excluded.opened_at_ms, closed_at_ms = excluded.closed_at_ms, body = excluded.body
  WHERE tickets.bot = excluded.bot`;
const READ = "SELECT body FROM tickets WHERE bot = ? AND id = ?";
const OF_CONVERSATION = "SELECT body FROM tickets WHERE conversation = ?";
const ORDER = "ORDER BY rank, due_ms, opened_at_ms, id LIMIT ?6";
const FILTER = `
  FROM tickets WHERE bot = ?1
    AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR queue IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR agent = ?4)
    AND (?5 IS NULL OR (rank, due_ms, opened_at_ms, id) > (SELECT rank, due_ms, opened_at_ms, id FROM tickets WHERE bot = ?1 AND id = ?5))`;
const LIST = `SELECT body ${FILTER} ${ORDER}`;
const LIST_OPEN = `SELECT body ${FILTER} AND state <> 'closed' ${ORDER}`; // by the index of open ones: closed ones only grow
const WAITING = `
  SELECT queue, count(*), min(opened_at_ms) FROM tickets INDEXED BY tickets_held
  WHERE bot = ? AND state <> 'closed' AND state IN ('waiting', 'offered') GROUP BY queue`;

// By an index alone: a desk with thousands of open tickets asks this with each that changes.
const HELD = `
  SELECT agent, count(*) FROM tickets INDEXED BY tickets_held
  WHERE bot = ? AND state <> 'closed' AND state = 'claimed' AND agent IS NOT NULL GROUP BY agent`;
const OFFERED = `
  SELECT json_extract(body, '$.offer.agent'), count(*) FROM tickets
  WHERE bot = ? AND state <> 'closed' AND state = 'offered' AND json_extract(body, '$.offer.agent') IS NOT NULL GROUP BY 1`;
const TIMES = `
  SELECT queue, agent, opened_at_ms, closed_at_ms,
    json_extract(body, '$.claimedAtMs'), json_extract(body, '$.answeredAtMs'), json_extract(body, '$.outcome')
  FROM tickets WHERE bot = ? AND opened_at_ms >= ? AND opened_at_ms < ? ORDER BY opened_at_ms LIMIT ?`;

export function ticketWriter(db: Database): (known: Known, ticket: Ticket) => void {
  const write = db.prepare(WRITE);
  return (conversation, ticket) => {
    const [rank, dueMs, openedAtMs] = orderKey(ticket);
    const { id, queue, state, agent, closedAtMs } = ticket;
    const whole = JSON.stringify(ticket);
    write.write([id, conversation.bot, conversation.n, queue, state, agent, rank, dueMs, openedAtMs, closedAtMs, whole]);
  };
}

export type TicketReader = {
  ticket(bot: BotName, id: TicketId): Ticket | null;
  tickets(filter: TicketFilter): Ticket[];
  ofConversation(conversation: number): Ticket[];
  waitingByQueue(bot: BotName): { [queue: string]: { waiting: number; oldestMs: number | null } };
  loads(bot: BotName): Map<AgentId, number>;
  ticketTimes(bot: BotName, fromMs: number, toMs: number, limit: number): TicketTimes[];
};

export function ticketReader(db: Database): TicketReader {
  const read = db.prepare(READ);
  const list = db.prepare(LIST);
  const listOpen = db.prepare(LIST_OPEN);
  const ofConversation = db.prepare(OF_CONVERSATION);
  const waiting = db.prepare(WAITING);
  const held = db.prepare(HELD);
  const offered = db.prepare(OFFERED);
  const times = db.prepare(TIMES);
  return {
    ticket(bot, id) {
      const row = read.row([bot, id]);
      return row && (JSON.parse(row[0] as string) as Ticket);
    },
    tickets({ bot, states, queues, agent, after, limit }) {
      const statement: Statement = states && !states.includes("closed") ? listOpen : list;
      const among = (names: string[] | undefined) => (names ? JSON.stringify(names) : null);
      return statement
        .rows([bot, among(states), among(queues), agent ?? null, after ?? null, limit])
        .map((row) => JSON.parse(row[0] as string) as Ticket);
    },
    ofConversation: (conversation) => ofConversation.rows([conversation]).map((row) => JSON.parse(row[0] as string) as Ticket),
    loads(bot) {
      const loads = new Map<AgentId, number>();
      for (const [agent, count] of [...held.rows([bot]), ...offered.rows([bot])])
        loads.set(agent as AgentId, (loads.get(agent as AgentId) ?? 0) + (count as number));
      return loads;
    },
    ticketTimes: (bot, fromMs, toMs, limit) =>
      times.rows([bot, fromMs, toMs, limit]).map(([queue, agent, openedAtMs, closedAtMs, claimedAtMs, answeredAtMs, outcome]) => ({
        queue: queue as QueueName,
        agent: agent as AgentId | null,
        openedAtMs: openedAtMs as number,
        closedAtMs: closedAtMs as number | null,
        claimedAtMs: claimedAtMs as number | null,
        answeredAtMs: answeredAtMs as number | null,
        outcome: outcome as TicketOutcome | null,
      })),
    waitingByQueue: (bot) =>
      Object.fromEntries(
        waiting
          .rows([bot])
          .map(([queue, count, oldest]) => [queue as string, { waiting: count as number, oldestMs: oldest as number | null }]),
      ),
  };
}
