/** One customer in two chats: codes are given and taken, what a brand signed is read, and every copy in memory follows. */
import { createHash } from "node:crypto";
import type { CallOutcome } from "../model/event.ts";
import type { BotName, ConversationId } from "../model/ids.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { CODE_FOR_MS, type LinkOutcome, type LinkRefusal, type LinkRequest, readCode, type UnlinkOutcome } from "../model/link.ts";
import type { Conversation } from "../model/store.ts";
import type { Live, Road, RunningBot } from "./road.ts";
import { wakeLane } from "./worker.ts";

/** What a brand's own systems say of who is logged in. `once`: the token's hash. */
export type Login = { who: string; once: string };
export type ReadLogin = (bot: BotName, token: string) => Login | { wrong: string };

/** Links where both an act of the brand's and the customer's words may bring the proof. @param by `customer`, or `agent:ag_…` */
export async function linkByToken(
  road: Road,
  bot: RunningBot,
  id: ConversationId,
  token: string,
  by: string,
): Promise<LinkOutcome | { wrong: string }> {
  if (!road.readLogin) return { wrong: "This server has no BATON_LOGIN_SECRET, with which such tokens are signed." };
  const login = road.readLogin(bot.name, token);
  if ("wrong" in login) return login;
  return linked(road, bot, {
    bot: bot.name,
    conversation: id,
    proof: { kind: "signed", key: login.who, once: login.once },
    by,
    atMs: road.clock.nowMs(),
  });
}

/** The platform says who follows several accounts of one brand. */
export async function linkByPlatform(road: Road, bot: RunningBot, id: ConversationId, unionid: string): Promise<LinkOutcome> {
  return linked(road, bot, {
    bot: bot.name,
    conversation: id,
    proof: { kind: "unionid", key: unionid },
    by: "platform",
    atMs: road.clock.nowMs(),
  });
}

export async function unlink(road: Road, bot: RunningBot, id: ConversationId, by: string): Promise<UnlinkOutcome> {
  const outcome = await road.store.unlink(bot.name, id, by, road.clock.nowMs());
  if (outcome.kind === "not_linked") return outcome;
  follow(road, outcome.conversations);
  road.metrics.count("unlinked", bot.labels);
  return outcome;
}

async function linked(road: Road, bot: RunningBot, request: LinkRequest): Promise<LinkOutcome> {
  const outcome = await road.store.link(request);
  if (outcome.kind === "linked") {
    follow(road, outcome.conversations);
    road.metrics.count("linked", { ...bot.labels, kind: request.proof.kind });
  } else if (outcome.kind === "refused") road.metrics.count("links_refused", { ...bot.labels, kind: outcome.because });
  return outcome;
}

/** What is held of them is of before: each is read again, and what the link brought is decided. */
function follow(road: Road, conversations: ConversationId[]): void {
  for (const id of conversations) {
    const live = road.live.get(id);
    if (!live) continue;
    live.conversation = null;
    live.customer = null;
    live.inboxStale = true;
    wakeLane(road, live);
  }
}

/** After fields were learned at one address: whoever holds the customer's others reads them again. */
export function forgetFields(road: Road, { id, person }: Conversation): void {
  for (const other of road.live.values()) if (other.id !== id && other.conversation?.person === person) other.customer = null;
}

/** The actions `customer.code`, `customer.link` and `customer.unlink`. */
export async function runOwnAction(road: Road, live: Live, own: "code" | "link" | "unlink", input: JsonObject): Promise<CallOutcome> {
  switch (own) {
    case "code":
      return giveCode(road, live);
    case "link":
      return takeProof(road, live, typeof input.proof === "string" ? input.proof : "");
    case "unlink": {
      const outcome = await unlink(road, live.bot, live.id, "customer");
      return answered({ was_linked: outcome.kind === "unlinked" });
    }
  }
}

async function giveCode(road: Road, live: Live): Promise<CallOutcome> {
  if (!road.linkCode) return failed("failed", "This process was given no source of codes.");
  const code = road.linkCode();
  const expiresAtMs = road.clock.nowMs() + CODE_FOR_MS;
  await road.store.offerLink(live.bot.name, live.id, { hash: hashOf(live.bot.name, code), expiresAtMs });
  road.metrics.count("link_codes", live.bot.labels);
  return answered({ code, minutes: Math.round(CODE_FOR_MS / 60_000) });
}

async function takeProof(road: Road, live: Live, proof: string): Promise<CallOutcome> {
  const code = readCode(proof.trim());
  const outcome =
    code === null
      ? await linkByToken(road, live.bot, live.id, proof, "customer")
      : await linked(road, live.bot, {
          bot: live.bot.name,
          conversation: live.id,
          proof: { kind: "code", hash: hashOf(live.bot.name, code) },
          by: "customer",
          atMs: road.clock.nowMs(),
        });
  if ("wrong" in outcome) return failed("refused", outcome.wrong);
  if (outcome.kind === "refused") return failed(GONE.has(outcome.because) ? "not_found" : "refused", WHY[outcome.because]);
  if (outcome.kind === "noted") return answered({ channel: "", account: "", is_new: false });
  const other = await road.store.load(live.bot.name, outcome.other);
  return answered({ channel: other?.address.channel ?? "", account: other?.address.account ?? "", is_new: outcome.kind === "linked" });
}

const GONE = new Set<LinkRefusal>(["unknown", "expired", "used"]);

export const WHY: Record<LinkRefusal, string> = {
  unknown: "There is no such code.",
  expired: "The time of this code is over.",
  used: "This proof has been used.",
  own: "It was typed in the chat where it was given, which proves nothing.",
  too_many: "Too many wrong codes; the next one may be tried later.",
  kept_apart: "These chats were taken apart, and nobody has asked for it anew.",
  no_conversation: "There is no such conversation.",
};

function hashOf(bot: BotName, code: string): string {
  return createHash("sha256").update(`${bot} ${code}`).digest("base64url");
}

function answered(value: Json): CallOutcome {
  return { ok: true, value };
}

function failed(code: "failed" | "not_found" | "refused", message: string): CallOutcome {
  return { ok: false, error: { code, message } };
}
