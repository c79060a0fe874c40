/** Who stands at the chat's door: from which page, as which visitor, and whether that visitor's conversation still is theirs. */
import { createHmac } from "node:crypto";
import type express from "express";
import { readToken, signToken, type Visitor } from "../../adapters/web/token.ts";
import { address } from "../../model/address.ts";
import type { ConversationId } from "../../model/ids.ts";
import { bearerOf } from "../api/token.ts";
import { type Chat, isAllowed } from "./chat.ts";
import type { ChatDeps } from "./deps.ts";

export const STAY_MS = 30 * 24 * 3_600_000;
export const MOVE_MS = 15 * 60_000;
/** A token that has run for a day is renewed when its window opens. */
export const RENEW_MS = 24 * 3_600_000;

export type Known = { customer: string; conversation: ConversationId; untilMs: number };

export function stayToken(chat: Chat, known: { customer: string; conversation: string }, nowMs: number): string {
  return signToken(chat.keys.token, { ...known, untilMs: nowMs + STAY_MS, kind: "stay", nonce: null });
}

/** The visitor of a token whose conversation still answers to their name; null: nobody, or one who was forgotten. */
export async function knownBy(
  { store, clock }: ChatDeps,
  chat: Chat,
  token: string | null,
  kind: Visitor["kind"] = "stay",
): Promise<(Known & { nonce: string | null }) | null> {
  const visitor = token === null ? null : readToken(chat.keys.token, token, kind, clock.nowMs());
  if (!visitor) return null;
  const conversation = await store.find(chat.bot, address("web", chat.account, visitor.customer));
  if (conversation === null || conversation !== visitor.conversation) return null;
  return { customer: visitor.customer, conversation, untilMs: visitor.untilMs, nonce: visitor.nonce };
}

export function tokenOf(request: express.Request): string | null {
  return bearerOf(request.headers.authorization);
}

/** A stranger's name, made of the key that their browser drew: posting it again after a lost answer is no second visitor. */
export function strangerOf(chat: Chat, key: string): string {
  return `v_${hash(chat.keys.known, `stranger ${key}`)}`;
}

/** A known customer's name: the same on every device, and nobody reads the brand's id from it. */
export function customerOf(chat: Chat, subject: string): string {
  return `u_${hash(chat.keys.known, `subject ${subject}`)}`;
}

function hash(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64url").slice(0, 32);
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** May this page show the chat? Browsers name the page; whatever else asks is no page and carries no visitor's token of its own accord. */
export function mayShow({ publicUrl, isLocal }: ChatDeps, chat: Chat, request: express.Request): boolean {
  const origin = request.get("origin");
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.host === request.get("host") || origin === new URL(publicUrl).origin) return true;
  return (isLocal && LOOPBACK.has(page.hostname)) || isAllowed(chat.origins, origin);
}
