/**
 * The message that X shows to whoever opens the conversation, before a word is said. Of the older endpoints: an account that lacks them
 * has none. Source: X v1.1 reference, welcome messages and their rules; read 2026-08-22.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Delivery } from "../../model/delivery.ts";
import type { Keeper } from "../../model/keeper.ts";
import type { Message } from "../../model/message.ts";
import { id, list, record, type Wire } from "../wire.ts";
import { type Asked, ask, type Request } from "./api.ts";
import { deliveryOf, refusalIn } from "./errors.ts";
import { V1 } from "./limits.ts";
import { type Account, hasV1, learnV1 } from "./send.ts";

const AT = "/1.1/direct_messages/welcome_messages";

type Told = { kind: "told"; body: Wire | undefined } | { kind: "ended"; delivery: Delivery };
/** What we have set there, by which it is known as ours: X's lists do not say who made what. `old`: not yet taken away. */
const Kept = z.object({ says: z.string(), id: z.string(), old: z.array(z.string()).max(50) });

/** In an order in which each stop on the way is taken up by the next start. */
export async function publishWelcome(account: Account, keeper: Keeper, message: Message, nowMs: number): Promise<Delivery> {
  if (!hasV1(account, nowMs)) return none("this account has no welcome messages");
  const keptAs = `twitter-welcome-${account.id}`;
  const read = Kept.safeParse(await keeper.read(keptAs).catch(() => null));
  let kept = read.success ? read.data : null;
  const data = dataOf(message);
  const says = createHash("sha256").update(JSON.stringify(data)).digest("hex");
  const ruled = await call(account, nowMs, { method: "GET", path: `${AT}/rules/list.json` });
  if (ruled.kind === "ended") return ruled.delivery;
  const rule = record(list(ruled.body?.welcome_message_rules)[0]);
  const shown = id(rule?.welcome_message_id);
  if (shown !== undefined && shown !== kept?.id && !kept?.old.includes(shown))
    return none("somebody has set a welcome message there already; it stays");
  if (kept?.says !== says) {
    const made = await call(account, nowMs, { method: "POST", path: `${AT}/new.json`, json: { welcome_message: { message_data: data } } });
    if (made.kind === "ended") return made.delivery;
    const fresh = id(record(made.body?.welcome_message)?.id);
    if (fresh === undefined) return { kind: "unknown", why: "X answered without the message's id" };
    kept = { says, id: fresh, old: kept ? [...kept.old, kept.id].slice(-50) : [] };
    await keeper.write(keptAs, kept);
  }
  if (shown !== kept.id) {
    const delivery = await setRule(account, nowMs, id(rule?.id), kept.id);
    if (delivery) return delivery;
  }
  for (const old of kept.old) await call(account, nowMs, { method: "DELETE", path: `${AT}/destroy.json`, query: [["id", old]] });
  if (kept.old.length > 0) await keeper.write(keptAs, { ...kept, old: [] });
  return { kind: "sent", channelMessageId: kept.id };
}

/** @returns what stands in the way; null: it is set */
async function setRule(account: Account, nowMs: number, before: string | undefined, message: string): Promise<Delivery | null> {
  if (before !== undefined) {
    const gone = await call(account, nowMs, { method: "DELETE", path: `${AT}/rules/destroy.json`, query: [["id", before]] });
    if (gone.kind === "ended") return gone.delivery;
  }
  const json = { welcome_message_rule: { welcome_message_id: message } };
  const set = await call(account, nowMs, { method: "POST", path: `${AT}/rules/new.json`, json });
  return set.kind === "ended" ? set.delivery : null;
}

function dataOf({ text: words = "", choices = [] }: Message): Wire {
  const options = choices
    .slice(0, V1.options.max)
    .map(({ title, payload }) => ({ label: [...title].slice(0, V1.options.labelMax).join(""), metadata: payload }));
  return { text: words, ...(options.length > 0 ? { quick_reply: { type: "options", options } } : {}) };
}

async function call(account: Account, nowMs: number, request: Request): Promise<Told> {
  const answer: Asked = await ask(account.api, request);
  if (answer.kind === "unauthorised") return { kind: "ended", delivery: answer.delivery };
  if (answer.kind === "failed")
    return { kind: "ended", delivery: { kind: "later", retryAfterMs: 0, holds: "line", why: `no answer (${answer.why})` } };
  const refusal = refusalIn(answer.status, answer.body);
  if (refusal === null) {
    learnV1(account, true, nowMs);
    return { kind: "told", body: answer.body };
  }
  if (refusal.act === "plan") learnV1(account, false, nowMs);
  const delivery = refusal.act === "plan" ? none("this account's plan has no welcome messages") : deliveryOf(refusal, null);
  return { kind: "ended", delivery };
}

function none(why: string): Delivery {
  return { kind: "never", because: "not_owner", why };
}
