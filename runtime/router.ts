/** The router: asks the rules who should be offered which ticket, and puts the answer on the road like any control event. */
import { offers, rungAt } from "../handoff/route.ts";
import type { TicketId } from "../model/ids.ts";
import type { Ticket } from "../model/ticket.ts";
import { control } from "./control.ts";
import { saying } from "./log.ts";
import { type Road, type RunningBot, track } from "./road.ts";

const SOON_MS = 50; // a handful of tickets that change together are routed together
const AGAIN_MS = 15_000;
const TICKETS_MAX = 1_000;

/** A ticket or an agent changed, or time passes: look again at `atMs`, or soon. */
export function routeSoon(road: Road, bot: RunningBot, atMs = road.clock.nowMs() + SOON_MS): void {
  if (!bot.settings.offers || road.stopping) return;
  if (bot.routing) {
    if (bot.routing.atMs <= atMs) return;
    road.agenda.cancel(bot.routing);
  }
  bot.routing = road.agenda.at(atMs, () => {
    bot.routing = null;
    track(road, route(road, bot), (error) => {
      road.log("error", `Tickets could not be offered: ${saying(error)} Tried again.`, { bot: bot.name });
      routeSoon(road, bot, road.clock.nowMs() + AGAIN_MS);
    });
  });
}

async function route(road: Road, bot: RunningBot): Promise<void> {
  const [tickets, staff] = await Promise.all([
    road.store.tickets({ bot: bot.name, states: ["waiting", "offered", "claimed"], limit: TICKETS_MAX }),
    road.store.agents(bot.name),
  ]);
  forgetClosed(bot, tickets);
  const here = road.atDesk?.(bot.name);
  const agents = here ? staff.filter(({ id }) => here.has(id)) : staff;
  const nowMs = road.clock.nowMs();
  const { queues } = bot.newest.bot;
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
  for (const { ticket, agent } of offers({ tickets, agents, queues, nowMs, declined: bot.declined })) {
    const { conversation } = byId.get(ticket)!;
    road.strike("offer.before-commit");
    const lease = road.ids.next("ls");
    const untilMs = nowMs + bot.settings.offerMs;
    const outcome = await control(road, { bot: bot.name, conversation, control: { kind: "offered", ticket, agent, lease, untilMs } });
    if (outcome.ok) road.metrics.count("offers_made", bot.labels);
  }
  const next = nextLook(bot, tickets, nowMs);
  if (next !== null) routeSoon(road, bot, next);
}

/** When a waiting ticket's next rung begins, or a while later: agents come and go without telling. */
function nextLook(bot: RunningBot, tickets: Ticket[], nowMs: number): number | null {
  let next: number | null = null;
  for (const ticket of tickets) {
    if (ticket.state !== "waiting") continue;
    const queue = bot.newest.bot.queues.get(ticket.queue);
    const atMs = Math.min((queue && rungAt(queue, ticket, nowMs).nextAtMs) ?? Number.POSITIVE_INFINITY, nowMs + AGAIN_MS);
    if (next === null || atMs < next) next = atMs;
  }
  return next;
}

function forgetClosed(bot: RunningBot, tickets: Ticket[]): void {
  const open = new Set<TicketId>(tickets.map((ticket) => ticket.id));
  for (const id of bot.declined.keys()) if (!open.has(id)) bot.declined.delete(id);
}
