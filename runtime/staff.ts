/** Who is at work and how long the queues are: read at most once a second, so that a turn asks nobody. */
import { queueView } from "../handoff/route.ts";
import type { QueueName } from "../model/ids.ts";
import type { QueueView } from "../model/turn.ts";
import type { Road, RunningBot } from "./road.ts";

const FRESH_MS = 1_000;

/** The queues as a turn sees them; `read` tells which of them it looked at, for the journal. */
export type Queues = { atMs: number; views: Record<string, QueueView>; read: Set<string> };

export function isStaffFresh(bot: RunningBot, nowMs: number): boolean {
  return bot.queues !== null && nowMs - bot.queues.atMs < FRESH_MS && nowMs >= bot.queues.atMs;
}

/** After a ticket or an agent changed: the next turn looks again. One that has looked already keeps what it saw: without any view it would send customers away. */
export function staffChanged(bot: RunningBot): void {
  if (bot.queues) bot.queues.atMs = Number.NEGATIVE_INFINITY;
}

export async function readStaff(road: Road, bot: RunningBot): Promise<void> {
  const nowMs = road.clock.nowMs();
  const [agents, waiting, loads] = await Promise.all([
    road.store.agents(bot.name),
    road.store.waitingByQueue(bot.name),
    road.store.loads(bot.name),
  ]);
  bot.agents = agents;
  const queues: Queues = { atMs: nowMs, views: {}, read: new Set() };
  const facts = { agents, loads, nowMs };
  for (const [name, queue] of bot.newest.bot.queues) {
    let view: QueueView | null = null; // hours and estimates are worked out when somebody looks
    Object.defineProperty(queues.views, name, {
      enumerable: true,
      get(): QueueView {
        queues.read.add(name);
        view ??= queueView(queue, { ...facts, waiting: waiting[name as QueueName]?.waiting ?? 0 });
        return view;
      },
    });
  }
  bot.queues = queues;
}
