/** A phone: one customer's thread on a twin, what they may do with it, and how far the clock was turned. */
import type { PhoneMediumKind, PhoneMenuEntry, PhoneOption, PhoneScreen, PlayedAd } from "../../adapters/played-phone.ts";
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
  /** How the platform names the customer. */
  owner: string;
  ground: Ground;
  customer: { first: string; last: string; locale: string };
  marks: Mark[];
  reactions: Map<string, string>;
  /** Lines of ours by the platform's message id: they never change. */
  known: Map<string, OutboxRow>;
  moved: { atMs: number; stays: string | null } | null;
  revision: number;
  seen: string;
  usedMs: number;
};

/** @param n new among all phones, and what the platform's name for the customer is made of */
export function newPhone(n: string, ground: Ground, customer: Phone["customer"]): Phone {
  return {
    id: `ph_${n}`,
    owner: ground.phones.customer(n),
    ground,
    customer,
    marks: [],
    reactions: new Map(),
    known: new Map(),
    moved: null,
    revision: 0,
    seen: "",
    usedMs: 0,
  };
}

export type Act =
  | { act: "say"; text: string }
  /** `id`: of the option, where the screen knows it. `elseSay`: what is not there (on another channel) is said instead. */
  | { act: "tap"; title: string; id: string | null; elseSay: boolean }
  | { act: "start"; title: string | null }
  | { act: "ad"; rule: number; how: "open" | "message" | "after"; text: string | null }
  | { act: "attach"; kind: PhoneMediumKind }
  | { act: "react"; line: string }
  | { act: "pass"; ms: number }
  | { act: "pass_to"; what: "timer" | "window" };

/** null: done. Else a sentence that says why not. */
export async function act(phone: Phone, program: Program, what: Act): Promise<string | null> {
  const { ground, owner } = phone;
  const { phones } = ground;
  switch (what.act) {
    case "say":
      phones.says(owner, what.text);
      break;
    case "tap": {
      const there = optionsOn(phones.screen(owner), phones.menu()).filter((one) => one.kind === "reply");
      const option = there.find((one) => one.id === what.id) ?? there.findLast((one) => one.title === what.title);
      if (option && phones.taps(owner, option.id)) break;
      if (!what.elseSay) return "That cannot be tapped any more.";
      phones.says(owner, what.title);
      break;
    }
    case "start": {
      const starter = what.title === null ? null : startersOf(program, ground.channel).find((one) => one.title === what.title);
      if (starter === undefined || (starter === null && phones.begins === null)) return "There is no such button.";
      phones.begin(owner, starter);
      break;
    }
    case "ad": {
      const rule = program.ads[what.rule];
      if (!rule) return "There is no such advertisement any more.";
      const ad = playedAd(rule, what.rule);
      const isAfter = what.how === "after";
      if (isAfter) phones.says(owner, what.text ?? "Hi");
      const isShown = phones.enters(owner, ad, what.how === "message" ? (what.text ?? "Hi") : null);
      if (!isShown) mark(phone, { kind: "ad", ad: shownAd(rule, ad) });
      break;
    }
    case "attach":
      if (!phones.sends.includes(what.kind)) return "This channel's app sends no such thing.";
      phones.attaches(owner, what.kind);
      break;
    case "react":
      if (!phones.reacts || !phones.screen(owner)?.lines.some((line) => line.id === what.line)) return "There is no such message.";
      phones.reactsTo(owner, what.line);
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

function optionsOn(screen: PhoneScreen | null, menu: PhoneMenuEntry[]): PhoneOption[] {
  const lines = screen?.lines ?? [];
  return [
    ...lines.flatMap((line) => [...line.options, ...(line.sheet?.options ?? []), ...line.cards.flatMap((card) => card.options)]),
    ...(screen?.offered ?? []),
    ...menu.flatMap(({ option, entries }) => [...(option ? [option] : []), ...entries]),
  ];
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
  const { ground, owner } = phone;
  phone.marks.push({ ...what, after: ground.phones.screen(owner)?.lines.length ?? 0, atMs: ground.clock.nowMs() });
}

export async function conversationOf({ ground, owner }: Phone): Promise<Conversation | null> {
  const id = await conversationId(ground, owner);
  return id === null ? null : ground.store.load(ground.bot, id);
}

function conversationId(ground: Ground, owner: string): Promise<ConversationId | null> {
  return ground.store.find(ground.bot, address(ground.channel, ground.account, owner));
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

function windowEndMs({ ground, owner }: Phone): number | null {
  const untilMs = ground.phones.screen(owner)?.window?.untilMs ?? 0;
  return untilMs > ground.clock.nowMs() ? untilMs : null;
}

/** What a newcomer may tap before the first word. */
export function startersOf(program: Program, channel: string): { title: string; payload: string }[] {
  if (!program.limits.get(channel)?.iceBreakers) return [];
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
  const { ground, owner } = phone;
  const screen = ground.phones.screen(owner);
  const conversation = await conversationOf(phone);
  // A line may stand on the phone before our books know its id: whose it is, is seen a moment later.
  for (const { by, messageId } of screen?.lines ?? []) if (by === "brand" && messageId !== null) await lineOf(phone, messageId);
  const seen = JSON.stringify([
    screen?.lines.length,
    screen?.lines.at(-1)?.text,
    screen?.offered.length,
    screen?.typing,
    screen?.receipt,
    screen?.window,
    screen?.budget,
    conversation?.version,
    conversation?.epoch,
    conversation?.marks.spent,
    phone.known.size,
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
