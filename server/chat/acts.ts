/** What a visitor does, from the browser's words to ours: what was tapped is looked up, files are only those they sent, the rest is text. */
import { z } from "zod";
import { ACT_ID, SEAL_HEADER } from "../../adapters/web/receive.ts";
import { sealOf } from "../../adapters/web/seal.ts";
import { EMPTY_SCOPE, type Program, type Scope } from "../../dialogue/program.ts";
import { linkPayload } from "../../dialogue/turn/payloads.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Chat } from "./chat.ts";
import type { ChatDeps } from "./deps.ts";
import { type Reading, tapped } from "./thread.ts";
import type { Known } from "./visitor.ts";

const ActId = z.string().regex(ACT_ID);
const Short = z.string().max(500);
export const Referral = z.strictObject({
  source: Short.optional(),
  type: Short.optional(),
  ref: Short.optional(),
  ad_id: Short.optional(),
  product_id: Short.optional(),
  scene: Short.optional(),
  referer_url: z.string().max(2_000).optional(),
  more: z.record(z.string().max(60), Short).optional(),
});

const Act = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("said"),
    id: ActId,
    text: z.string().max(10_000).default(""),
    files: z.array(z.string().max(64)).max(5).default([]),
  }),
  /** `ref` names a button of the line `seq`, as the window was told it. */
  z.strictObject({ kind: z.literal("tapped"), id: ActId, seq: z.int().min(1), ref: z.string().max(20) }),
  /** One of the manifest's ice breakers, by its place. */
  z.strictObject({ kind: z.literal("began"), id: ActId, at: z.int().min(0).max(50), language: z.string().max(20) }),
  z.strictObject({ kind: z.literal("referred"), id: ActId, referral: Referral }),
  z.strictObject({ kind: z.literal("read"), id: ActId, until: z.int().min(1) }),
]);
export const Acts = z.strictObject({ acts: z.array(Act).min(1).max(20) });
type Act = z.infer<typeof Act>;

/** What this browser asked for cannot be: it is told which act, and posts it no more. */
export type Unfit = { unfit: string; why: string };

export async function translate(deps: ChatDeps, chat: Chat, reading: Reading, known: Known, act: Act): Promise<JsonObject | Unfit> {
  switch (act.kind) {
    case "said": {
      const attachments = await Promise.all(act.files.map((file) => ownFile(deps, chat, known, file)));
      if (attachments.includes(null)) return { unfit: act.id, why: "A file that was not sent by you." };
      return { kind: "said", id: act.id, text: act.text, attachments: attachments as JsonObject[] };
    }
    case "tapped": {
      const found = await tapped(reading, chat.bot, known.conversation, act.seq, act.ref);
      if (!found) return { unfit: act.id, why: "There is nothing there to tap." };
      if (found.isChoice) return { kind: "said", id: act.id, text: found.title, payload: found.payload };
      return { kind: "tapped", id: act.id, payload: found.payload, title: found.title };
    }
    case "began": {
      const program = deps.program(chat.bot);
      const breaker = program && iceBreakers(program, act.language)[act.at];
      return breaker ? { kind: "tapped", id: act.id, ...breaker } : { unfit: act.id, why: "There is nothing there to tap." };
    }
    default:
      return { ...act } as JsonObject;
  }
}

async function ownFile({ store, files }: ChatDeps, chat: Chat, known: Known, id: string): Promise<JsonObject | null> {
  const upload = /^up_[0-9A-Z]{26}$/.test(id) ? await store.upload(chat.bot, id) : null;
  if (!upload || upload.agent !== null || upload.conversation !== known.conversation) return null;
  return { kind: upload.kind, url: files.link(upload), name: upload.name };
}

/** What a newcomer may begin with, in one language; nothing is known of them yet. */
export function iceBreakers({ bot }: Program, language: string): { title: string; payload: string }[] {
  const scope: Scope = { ...EMPTY_SCOPE, language, timezone: bot.timezone, currency: bot.currency };
  return bot.iceBreakers.flatMap(({ title, link, payload }) => {
    const its = link === undefined ? payload?.read(scope) : linkPayload(link);
    return typeof its === "string" && its !== "" ? [{ title: title.print(scope, language), payload: its }] : [];
  });
}

/** Stores acts as the channel's webhook does: answered once they are committed, each once however often it is posted. */
export async function post(deps: ChatDeps, chat: Chat, customer: string, events: JsonObject[]): Promise<number> {
  const body = Buffer.from(JSON.stringify({ customer, events }), "utf8");
  const { status } = await deps.runtime.receive(chat.bot, deps.adapter(chat.bot), {
    method: "POST",
    url: "/webhooks/web",
    headers: { [SEAL_HEADER]: sealOf(chat.keys.door, body) },
    body,
    receivedAtMs: deps.clock.nowMs(),
  });
  return status;
}
