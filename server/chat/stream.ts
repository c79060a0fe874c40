/** What an open chat window reads: numbered items as server-sent events, from any number on, without a gap; and what is of this moment. */
import type express from "express";
import type { JsonObject } from "../../model/json.ts";
import type { Conversation } from "../../model/store.ts";
import type { Chat } from "./chat.ts";
import type { ChatDeps } from "./deps.ts";
import type { Window } from "./hub.ts";
import { type Item, type Reading, readBack, readOn } from "./thread.ts";
import { type Known, RENEW_MS, STAY_MS, stayToken } from "./visitor.ts";

/** A nudge wakes a window; this is the look behind it. */
const LOOK_MS = 10_000;
const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing for so long is gone; their next connection resumes. */
const STALLED_MS = 30_000;
export const PAGE_ROWS = 60;

type Streaming = { deps: ChatDeps; chat: Chat; reading: Reading; known: Known; response: express.Response; gone: AbortSignal };

/** @param after the last number that this window has; undefined: it has nothing yet */
export async function stream(
  { deps, chat, reading, known, response }: Omit<Streaming, "gone">,
  request: express.Request,
  after: number | undefined,
): Promise<void> {
  const { clock, stopping } = deps;
  const ended = new AbortController();
  const end = () => ended.abort();
  request.on("close", end);
  response.on("close", end);
  stopping.addEventListener("abort", end);
  response.status(200).set({ "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no", Connection: "keep-alive" });
  response.flushHeaders();
  request.socket.setNoDelay(true);

  let nap = new AbortController();
  let isAwake = false;
  const moments: ("typing" | "seen")[] = [];
  const wake = () => {
    isAwake = true;
    nap.abort();
  };
  ended.signal.addEventListener("abort", wake);
  const window: Window = {
    customer: known.customer,
    conversation: known.conversation,
    wake,
    shows(what) {
      if (moments.length < 4) moments.push(what);
      wake();
    },
  };
  const close = chat.hub.open(window);
  const own: Streaming = { deps, chat, reading, known, response, gone: ended.signal };
  try {
    let at = await begin(own, after);
    let told = "";
    let beatMs = clock.monotonicMs();
    while (!ended.signal.aborted && !stopping.aborted) {
      isAwake = false;
      const conversation = await deps.store.load(chat.bot, known.conversation);
      if (conversation?.address.customer !== known.customer) {
        await write(own, frame("gone", {})); // forgotten: nothing here is theirs any more
        break;
      }
      const state = JSON.stringify(await stateOf(deps, chat, conversation));
      if (state !== told) await write(own, `event: state\ndata: ${state}\n\n`);
      told = state;
      const { items, end: reached, more } = await readOn(reading, chat.bot, known.conversation, at);
      for (const item of items) await write(own, numbered(item));
      // What is not shown passes too, so that whoever resumes need not pass it again.
      if (reached > at && items.at(-1)?.seq !== reached) await write(own, `id: ${reached}\nevent: at\ndata: {}\n\n`);
      at = reached;
      for (const what of moments.splice(0)) await write(own, frame(what, { at: clock.nowMs() }));
      if (clock.monotonicMs() - beatMs >= HEARTBEAT_MS) {
        await write(own, ": still here\n\n");
        beatMs = clock.monotonicMs();
      }
      if (more) continue;
      nap = new AbortController();
      if (!isAwake) await clock.sleepUntil(clock.nowMs() + LOOK_MS, nap.signal);
    }
  } finally {
    close();
    stopping.removeEventListener("abort", end);
    if (!response.writableEnded) response.end();
  }
}

/** A window that has nothing, or a number that we never gave, gets the last of the talk at once. */
async function begin(own: Streaming, after: number | undefined): Promise<number> {
  const { deps, chat, reading, known } = own;
  const newest = (await deps.store.tail(chat.bot, known.conversation, 1))[0]?.seq ?? 0;
  if (known.untilMs - deps.clock.nowMs() < STAY_MS - RENEW_MS)
    await write(own, frame("token", { token: stayToken(chat, known, deps.clock.nowMs()) }));
  if (after !== undefined && after <= newest) {
    await write(own, frame("resumed", {}));
    return after;
  }
  const { items, end, more } = await readBack(reading, chat.bot, known.conversation, PAGE_ROWS);
  const data = JSON.stringify({ items: items.map(({ json }) => json), more });
  await write(own, `id: ${end}\nevent: thread\ndata: ${data}\n\n`);
  return end;
}

async function stateOf({ store }: ChatDeps, chat: Chat, { controller, agent, session, address }: Conversation): Promise<JsonObject> {
  const name = agent === null ? null : ((await store.agents(chat.bot)).find((one) => one.id === agent)?.name ?? null);
  return { controller, agent: name, language: session.language ?? null, seen_at: chat.hub.seenAtMs(address.customer) };
}

function numbered({ seq, json }: Item): string {
  return `id: ${seq}\nevent: item\ndata: ${JSON.stringify(json)}\n\n`;
}

function frame(event: string, data: JsonObject): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function write({ deps, response, gone }: Streaming, text: string): Promise<void> {
  if (gone.aborted || response.write(text)) return;
  const drained = new AbortController();
  const resumed = () => drained.abort();
  response.once("drain", resumed);
  gone.addEventListener("abort", resumed);
  await deps.clock.sleepUntil(deps.clock.nowMs() + STALLED_MS, drained.signal);
  response.off("drain", resumed);
  gone.removeEventListener("abort", resumed);
  if (!drained.signal.aborted) response.destroy();
}
