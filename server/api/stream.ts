/** The desk's live stream: numbered notices as server-sent events, from any number on, without a gap. */
import type express from "express";
import { z } from "zod";
import type { BotName } from "../../model/ids.ts";
import type { FeedRow } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { fault } from "./errors.ts";
import { PEOPLE, type Route, route } from "./route.ts";
import { seesNotice } from "./scope.ts";

const BATCH = 200;
const LOOK_MS = 250;
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
      async answer(deps, { agent, tokenHash, query, request, response }) {
        const header = request.headers["last-event-id"];
        const last = header === undefined ? undefined : Number_.safeParse(header);
        if (last && !last.success) return fault(400, "bad_request", "`Last-Event-ID` is not a number of this stream.");
        const held = open.get(agent.id) ?? 0;
        if (held >= STREAMS_MAX) return { ...fault(429, "rate_limited", "You have too many streams open."), details: { streams: held } };
        open.set(agent.id, held + 1);
        try {
          await stream(deps, agent, tokenHash, last?.data ?? query.after, request, response);
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
  signedIn: Agent,
  tokenHash: string,
  resume: number | undefined,
  request: express.Request,
  response: express.Response,
): Promise<void> {
  const { clock, store } = deps;
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
  let at = await startAt(deps, bot, resume, response);
  let [checkedMs, beatMs] = [clock.monotonicMs(), clock.monotonicMs()];
  while (!gone.signal.aborted && !deps.stopping?.aborted) {
    const nowMs = clock.monotonicMs();
    if (nowMs - checkedMs >= SIGNED_IN_MS) {
      const known = await store.agentByToken(tokenHash);
      if (!known || known.disabled || !PEOPLE.includes(known.role)) break;
      agent = known;
      checkedMs = nowMs;
    }
    const rows = await store.feed(bot, at, BATCH);
    for (const row of rows) {
      if (await seesNotice(deps, agent, row)) {
        await write(deps, response, gone.signal, eventOf(row));
        beatMs = clock.monotonicMs();
      }
      at = row.n;
      if (gone.signal.aborted) break;
    }
    if (rows.length === BATCH) continue;
    if (nowMs - beatMs >= HEARTBEAT_MS) {
      await write(deps, response, gone.signal, `: ${at}\n\n`);
      beatMs = nowMs;
    }
    await clock.sleepUntil(clock.nowMs() + LOOK_MS, gone.signal);
  }
  deps.stopping?.removeEventListener("abort", end);
  if (!response.writableEnded) response.end();
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
