/** A phone: one customer's thread on a twin, what they may do with it, and how far the clock was turned. */
import type { PlayedAd } from "../../adapters/played-phone.ts";
import type { AdRule, Program } from "../../dialogue/program.ts";
import { linkPayload } from "../../dialogue/turn/payloads.ts";
import { address } from "../../model/address.ts";
import type { ControlOutcome } from "../../model/desk.ts";
import type { Control } from "../../model/event.ts";
import type { ConversationId } from "../../model/ids.ts";
import type { Conversation, OutboxRow } from "../../model/store.ts";
import type { Ground } from "./ground.ts";
import type { PhoneAd } from "./views.ts";

/** What the screen did that no message tells: stands after so many lines of the thread. */
export type Mark = { after: number; atMs: number } & ({ kind: "ad"; ad: PhoneAd } | { kind: "jump"; fromMs: number; toMs: number });

export type Phone = {
  id: string;
  psid: string;
  ground: Ground;
  customer: { first: string; last: string; locale: string };
  marks: Mark[];
  reactions: Map<string, string>;
  tapped: Set<string>;
  /** Lines of ours by the platform's message id: they never change. */
  known: Map<string, OutboxRow>;
  moved: { atMs: number; stays: string | null } | null;
  revision: number;
  seen: string;
  usedMs: number;
};

export function newPhone(psid: string, ground: Ground, customer: Phone["customer"]): Phone {
  return {
    id: `ph_${psid}`,
    psid,
    ground,
    customer,
    marks: [],
    reactions: new Map(),
    tapped: new Set(),
    known: new Map(),
    moved: null,
    revision: 0,
    seen: "",
    usedMs: 0,
  };
}

export type Act =
  | { act: "say"; text: string }
  | { act: "tap"; title: string }
  | { act: "start"; title: string | null }
  | { act: "ad"; rule: number; how: "open" | "message" | "after"; text: string | null }
  | { act: "attach"; kind: "image" | "video" | "audio" | "file" | "sticker" }
  | { act: "react"; line: string }
  | { act: "pass"; ms: number }
  | { act: "pass_to"; what: "timer" | "window" };

/** null: done. Else a sentence that says why not. */
export async function act(phone: Phone, program: Program, what: Act): Promise<string | null> {
  const { ground, psid } = phone;
  const { customer } = ground.twin;
  switch (what.act) {
    case "say":
      customer.says(psid, what.text);
      break;
    case "tap": {
      const thread = ground.twin.thread(psid);
      const line = thread.findLast((one) => one.quickReplies.some((reply) => reply.title === what.title));
      if (!customer.taps(psid, what.title)) return "That cannot be tapped any more.";
      if (line) phone.tapped.add(line.mid);
      break;
    }
    case "start": {
      const starter = what.title === null ? undefined : startersOf(program).find((one) => one.title === what.title);
      if (what.title !== null && !starter) return "There is no such button.";
      customer.startsWith(psid, starter?.payload ?? "GET_STARTED", starter?.title);
      break;
    }
    case "ad": {
      const rule = program.ads[what.rule];
      if (!rule) return "There is no such advertisement any more.";
      const ad = playedAd(rule, what.rule);
      const isNew = ground.twin.threadState(psid) === undefined;
      if (what.how === "message") customer.clicksAd(psid, ad, what.text ?? "Hi");
      else {
        if (what.how === "after") customer.says(psid, what.text ?? "Hi");
        customer.clicksAd(psid, ad);
        if (!isNew || what.how === "after") mark(phone, { kind: "ad", ad: shownAd(rule, ad) });
      }
      break;
    }
    case "attach":
      customer.sendsAttachment(psid, what.kind);
      break;
    case "react":
      if (!ground.twin.thread(psid).some((line) => line.mid === what.line)) return "There is no such message.";
      customer.reacts(psid, "love", what.line);
      phone.reactions.set(what.line, "❤️");
      break;
    case "pass":
      return pass(phone, what.ms);
    case "pass_to": {
      const atMs = what.what === "timer" ? await nextTimerMs(phone) : windowEndMs(phone);
      if (atMs === null) return what.what === "timer" ? "No timer is set." : "There is no window to pass.";
      return pass(phone, Math.max(0, atMs - ground.clock.nowMs()) + (what.what === "window" ? 1_000 : 0));
    }
  }
  await ground.settles();
  return null;
}

async function pass(phone: Phone, ms: number): Promise<string | null> {
  const { ground } = phone;
  if (!ground.passes) return "The clock of the running server is everybody's. Use a phone on its own time.";
  const fromMs = ground.clock.nowMs();
  mark(phone, { kind: "jump", fromMs, toMs: fromMs + ms });
  await ground.passes(ms);
  return null;
}

type NewMark = { kind: "ad"; ad: PhoneAd } | { kind: "jump"; fromMs: number; toMs: number };

function mark(phone: Phone, what: NewMark): void {
  const { ground, psid } = phone;
  phone.marks.push({ ...what, after: ground.twin.thread(psid).length, atMs: ground.clock.nowMs() });
}

export async function conversationOf({ ground, psid }: Phone): Promise<Conversation | null> {
  const id = await conversationId(ground, psid);
  return id === null ? null : ground.store.load(ground.bot, id);
}

function conversationId(ground: Ground, psid: string): Promise<ConversationId | null> {
  return ground.store.find(ground.bot, address(ground.channel, ground.page, psid));
}

/** The earliest thing that would happen by itself: the session's timers, and the ticket's deadlines. */
async function nextTimerMs(phone: Phone): Promise<number | null> {
  const conversation = await conversationOf(phone);
  if (!conversation) return null;
  const ticket = conversation.ticket === null ? null : await phone.ground.store.ticket(phone.ground.bot, conversation.ticket);
  const nowMs = phone.ground.clock.nowMs();
  const times = [
    ...(conversation.controller === "bot" ? Object.values(conversation.session.timers ?? {}) : []),
    ticket?.state === "claimed" ? null : (ticket?.promisedAtMs ?? null),
    ticket?.state === "claimed" ? null : (ticket?.expiresAtMs ?? null),
  ].filter((one) => one !== null && one > nowMs) as number[];
  return times.length === 0 ? null : Math.min(...times);
}

function windowEndMs({ ground, psid }: Phone): number | null {
  const untilMs = ground.twin.threadState(psid)?.openUntilMs ?? 0;
  return untilMs > ground.clock.nowMs() ? untilMs : null;
}

/** What a newcomer may tap before the first word. */
export function startersOf(program: Program): { title: string; payload: string }[] {
  return program.bot.iceBreakers.flatMap(({ title, link, payload }) => {
    const sent = link !== undefined ? linkPayload(link) : payload?.source;
    return sent === undefined ? [] : [{ title: title.source, payload: sent }];
  });
}

/** Something that this rule matches: what `*` stands for is up to the advertisement. */
export function playedAd(rule: AdRule, index: number): PlayedAd {
  const value = (key: string) => rule.match[key]?.replaceAll("*", "feed");
  const ad: PlayedAd = { title: rule.campaign ?? rule.start, adId: value("ad_id") ?? `2385000000000${String(index).padStart(4, "0")}` };
  const ref = value("ref");
  const post = value("post_id");
  const product = value("product_id");
  if (ref !== undefined) ad.ref = ref;
  if (post !== undefined) ad.postId = post;
  if (product !== undefined) ad.productId = product;
  return ad;
}

function shownAd(rule: AdRule, ad: PlayedAd): PhoneAd {
  return { title: ad.title ?? rule.start, campaign: rule.campaign, ...(ad.ref ? { ref: ad.ref } : {}) };
}

/** An act of the person at the desk, as the studio's own agent or as the one given. */
export async function control(phone: Phone, make: (conversation: Conversation) => Control): Promise<ControlOutcome> {
  const conversation = await conversationOf(phone);
  if (!conversation) return { ok: false, refused: "not_found", status: 404, message: "Nobody has written yet." };
  const outcome = await phone.ground.runtime.control({
    bot: phone.ground.bot,
    conversation: conversation.id,
    control: make(conversation),
  });
  await phone.ground.settles();
  return outcome;
}

/** Has anything changed that a screen can see? */
export async function look(phone: Phone): Promise<boolean> {
  const { ground, psid } = phone;
  const thread = ground.twin.threadState(psid);
  const conversation = await conversationOf(phone);
  const seen = JSON.stringify([
    thread?.lines.length,
    thread?.typing,
    thread?.seenAtMs,
    ground.twin.counts().waiting > 0,
    conversation?.version,
    conversation?.epoch,
    conversation?.marks.spent,
    phone.marks.length,
    phone.reactions.size,
    phone.moved?.atMs,
  ]);
  if (seen === phone.seen) return false;
  phone.seen = seen;
  phone.revision++;
  return true;
}

export async function lineOf(phone: Phone, mid: string): Promise<OutboxRow | null> {
  const known = phone.known.get(mid);
  if (known) return known;
  const row = await phone.ground.store.lineOf(phone.ground.bot, mid);
  if (row) phone.known.set(mid, row);
  return row;
}

/** After a save: the conversation goes on in the new program, or says why it stays. */
export async function moveAlong(phone: Phone): Promise<void> {
  const conversation = await conversationOf(phone);
  if (!conversation) return;
  const moved = await phone.ground.runtime.move(phone.ground.bot, conversation.id);
  if (moved.kind === "none") return;
  phone.moved = { atMs: phone.ground.clock.nowMs(), stays: moved.kind === "stays" ? moved.why : null };
}
