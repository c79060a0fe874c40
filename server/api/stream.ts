/** The desk's live stream: numbered notices as server-sent events, from any number on, without a gap. */
import type express from "express";
import { z } from "zod";
import type { BotName } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { FeedRow } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import { peopleWith } from "./company.ts";
import type { DeskDeps } from "./deps.ts";
import { fault } from "./errors.ts";
import { FEED_BATCH, type Listener } from "./live.ts";
import { type Call, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor, seesNotice } from "./scope.ts";

/** Commits wake a stream; this is the look behind them. */
const LOOK_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How soon a token that was revoked, or a role that changed, takes effect on an open stream. */
const SIGNED_IN_MS = 3_000;
/** A reader who takes nothing for so long is gone; their next connection resumes. */
const STALLED_MS = 30_000;
const STREAMS_MAX = 8;

const Number_ = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Streams that are open, by agent; ends with the process. */
type Open = Map<string, number>;

export function streamRoutes(): Route[] {
  const open: Open = new Map();
  return [
    route({
      method: "get",
      path: "/stream",
      roles: PEOPLE,
      query: z.strictObject({ after: Number_.optional() }),
      async answer(deps, call) {
        const { agent, query, request, response } = call;
        const header = request.headers["last-event-id"];
        const last = header === undefined ? undefined : Number_.safeParse(header);
        if (last && !last.success) return fault(400, "bad_request", "`Last-Event-ID` is not a number of this stream.");
        const held = open.get(agent.id) ?? 0;
        if (held >= STREAMS_MAX) return { ...fault(429, "rate_limited", "You have too many streams open."), details: { streams: held } };
        open.set(agent.id, held + 1);
        try {
          await stream(deps, call, last?.data ?? query.after, request, response);
        } finally {
          const left = (open.get(agent.id) ?? 1) - 1;
          if (left > 0) open.set(agent.id, left);
          else open.delete(agent.id);
        }
        return null;
      },
    }),
  ];
}

async function stream(
  deps: DeskDeps,
  { agent: signedIn, still }: Pick<Call, "agent" | "still">,
  resume: number | undefined,
  request: express.Request,
  response: express.Response,
): Promise<void> {
  const { clock, live } = deps;
  const bot = signedIn.bot;
  const gone = new AbortController();
  const end = () => gone.abort();
  request.on("close", end);
  response.on("close", end);
  deps.stopping?.addEventListener("abort", end);
  response.status(200).set({ "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no", Connection: "keep-alive" });
  response.flushHeaders();
  request.socket.setNoDelay(true);

  let agent = signedIn;
  let nap = new AbortController();
  let isAwake = false;
  const listener: Listener = {
    bot,
    agent: signedIn.id,
    presence: new Set(),
    typing: new Set(),
    people: true,
    recheck: false,
    wake() {
      isAwake = true;
      nap.abort();
    },
  };
  gone.signal.addEventListener("abort", listener.wake);
  let at = await startAt(deps, bot, resume, response);
  const unlisten = live.listen(listener);
  deps.agentsChanged?.(bot); // who has just come may be offered what waits
  for (const conversation of live.occupied(bot)) listener.presence.add(conversation);
  let [checkedMs, beatMs] = [clock.monotonicMs(), clock.monotonicMs()];
  while (!gone.signal.aborted && !deps.stopping?.aborted) {
    isAwake = false;
    const nowMs = clock.monotonicMs();
    if (listener.recheck || nowMs - checkedMs >= SIGNED_IN_MS) {
      listener.recheck = false;
      const known = await still();
      if (!known || !PEOPLE.includes(known.role)) {
        await write(deps, response, gone.signal, "event: signed_out\ndata: {}\n\n");
        break;
      }
      agent = known;
      checkedMs = nowMs;
    }
    const rows = await live.feed(bot, at);
    for (const row of rows) {
      if (await seesNotice(deps, agent, row)) {
        await write(deps, response, gone.signal, eventOf(row));
        beatMs = clock.monotonicMs();
      }
      at = row.n;
      if (gone.signal.aborted) break;
    }
    if (rows.length >= FEED_BATCH) continue;
    await writeFrames(deps, agent, listener, response, gone.signal);
    if (nowMs - beatMs >= HEARTBEAT_MS) {
      await write(deps, response, gone.signal, `: ${at}\n\n`);
      beatMs = nowMs;
    }
    nap = new AbortController();
    if (!isAwake && rows.length === 0) await clock.sleepUntil(clock.nowMs() + LOOK_MS, nap.signal);
    live.sweep();
  }
  unlisten();
  deps.stopping?.removeEventListener("abort", end);
  if (!response.writableEnded) response.end();
}

/** What is of this moment: without a number, since nobody needs it later. */
async function writeFrames(deps: DeskDeps, agent: Agent, listener: Listener, response: express.Response, gone: AbortSignal): Promise<void> {
  const { store, live } = deps;
  const writing = [...listener.typing];
  listener.typing.clear();
  for (const conversation of writing)
    if (await conversationFor(deps, agent, conversation))
      await write(deps, response, gone, frame("customer_typing", { conversation_id: conversation }));
  if (!listener.people && listener.presence.size === 0) return;
  const agents = await store.agents(agent.bot);
  const changed = [...listener.presence];
  listener.presence.clear();
  for (const conversation of changed) {
    if (!(await conversationFor(deps, agent, conversation))) continue;
    const people = peopleWith(deps, agent.bot, conversation, agents);
    await write(deps, response, gone, frame("presence", { conversation_id: conversation, people }));
  }
  if (!listener.people) return;
  listener.people = false;
  const online = live.online(agent.bot);
  const there = agents
    .filter((one) => !one.disabled && one.role !== "system")
    .map(({ id, name, away }) => ({ id, name, online: online.has(id), away }));
  await write(deps, response, gone, frame("people", { agents: there }));
}

function frame(event: string, data: JsonObject): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * Where the stream begins. A number we no longer have, or never had (the store was restored), cannot be resumed from
 * without a gap: the desk is told to read everything anew.
 */
async function startAt({ store }: DeskDeps, bot: BotName, resume: number | undefined, response: express.Response): Promise<number> {
  const end = await store.feedEnd(bot);
  if (resume === undefined) {
    response.write(`event: ready\nid: ${end}\ndata: {"after":${end}}\n\n`);
    return end;
  }
  const next = resume === end ? undefined : (await store.feed(bot, resume, 1))[0];
  if (resume === end || next?.n === resume + 1) return resume;
  response.write(`event: reset\nid: ${end}\ndata: {"after":${end}}\n\n`);
  return end;
}

function eventOf(row: FeedRow): string {
  const data = JSON.stringify({
    ...row.data,
    n: row.n,
    at: new Date(row.atMs).toISOString(),
    conversation_id: row.conversation,
    ticket_id: row.ticket,
    queue: row.queue,
  });
  return `id: ${row.n}\nevent: ${row.kind}\ndata: ${data}\n\n`;
}

async function write({ clock }: DeskDeps, response: express.Response, gone: AbortSignal, text: string): Promise<void> {
  if (response.write(text) || gone.aborted) return;
  const drained = new AbortController();
  const resumed = () => drained.abort();
  response.once("drain", resumed);
  gone.addEventListener("abort", resumed);
  await clock.sleepUntil(clock.nowMs() + STALLED_MS, drained.signal);
  response.off("drain", resumed);
  gone.removeEventListener("abort", resumed);
  if (!drained.signal.aborted) response.destroy();
}
