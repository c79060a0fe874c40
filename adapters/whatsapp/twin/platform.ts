/** The played platform itself: its numbers, threads, files and pair limits, and what it tells the webhook when somebody acts. */
import type { Clock } from "../../../model/clock.ts";
import { type Faults, LATER_FAULTS, strike } from "../../meta/twin/faults.ts";
import { type Memory, remember } from "../../meta/twin/memory.ts";
import type { PlayedProfile } from "../../meta/twin/platform.ts";
import { newThread, open, type Thread, type ThreadLine } from "../../meta/twin/thread.ts";
import type { Webhooks } from "../../meta/twin/webhooks.ts";
import type { Wire } from "../../wire.ts";
import type { Content, PlayedTemplate } from "./sends.ts";

const DAY_MS = 86_400_000;
/** One message in six seconds to one customer, and 45 of them lent in advance. Source: Meta, Cloud API, pair rate limits; read 2026-09-28. */
const PAIR_EVERY_MS = 6_000;
const PAIR_BURST = 45;

export type PlatformOptions = {
  clock: Clock;
  appId: string;
  appSecret: string;
  numbers: { phoneNumberId: string; token: string }[];
  businessId: string;
  adWindowMs: number;
  ratePerSecond: number;
  templates: PlayedTemplate[] | null;
  profile: (customer: string) => PlayedProfile | null;
  memory: Memory;
  faults: Faults;
};

export type Platform = PlatformOptions & {
  find(number: string, customer: string): Thread | undefined;
  meet(number: string, customer: string): Thread;
  name(customer: string, profile: PlayedProfile): void;
  named(customer: string): PlayedProfile | null;
  changed(thread: Thread, line?: ThreadLine): void;
  watch(told: () => void): () => void;
  takeRate(number: string): boolean;
  takePair(thread: Thread): boolean;
  nextId(): string;
  /** Keeps a file; a customer's or one of ours. @returns its id */
  keepFile(type: string, bytes: Buffer): string;
  fileOf(id: string): { type: string; bytes: Buffer } | undefined;
  /** One change of the field `messages` about this thread's number, or of another field. */
  tell(thread: Thread, value: Wire, field?: string): void;
  customerWrote(thread: Thread, message: Wire, words: string, options?: { lengthMs?: number }): string;
  businessSaid(thread: Thread, body: Wire, content: Content): string;
  phoneSaid(thread: Thread, words: string): string;
  /** Something that the customer did to a message: it opens nothing. */
  toldOf(thread: Thread, message: Wire): void;
  reads(thread: Thread): void;
  /** The thread in which the customer wrote this message. */
  threadWith(number: string, messageId: string): Thread | undefined;
};

export function createPlatform(options: PlatformOptions, webhooks: Webhooks): Platform {
  const { clock, memory, faults } = options;
  const known = remember(memory.past);
  const threads = new Map(known.threads.map((thread) => [`${thread.page}/${thread.psid}`, thread]));
  const kept = new Map(known.threads.map((thread) => [thread, thread.lines.length]));
  const watching = new Set<() => void>();
  const pairs = new Map<Thread, { tokens: number; atMs: number }>();
  const files = new Map<string, { type: string; bytes: Buffer }>();
  const rate = { second: 0, spent: new Map<string, number>() };
  const epoch = clock.nowMs().toString(36);
  let ids = 0;

  const seconds = (atMs: number) => String(Math.floor(atMs / 1000));
  const profileOf = (customer: string) => known.profiles.get(customer) ?? options.profile(customer);
  const nameOf = (customer: string) => {
    const profile = profileOf(customer);
    return [profile?.first_name, profile?.last_name].filter((part) => part !== undefined).join(" ");
  };

  const platform: Platform = {
    ...options,
    find: (number, customer) => threads.get(`${number}/${customer}`),
    meet(number, customer) {
      const found = platform.find(number, customer);
      if (found !== undefined) return found;
      const thread = newThread(number, customer);
      threads.set(`${number}/${customer}`, thread);
      return thread;
    },
    name(customer, profile) {
      known.profiles.set(customer, profile);
      memory.keep({ kind: "named", psid: customer, profile });
    },
    named: (customer) => known.profiles.get(customer) ?? null,
    changed(thread, line) {
      const { lines, ...state } = thread;
      const added = lines.slice(kept.get(thread) ?? 0);
      kept.set(thread, lines.length);
      memory.keep({ kind: "thread", thread: state, lines: line && !added.includes(line) ? [line, ...added] : added });
      for (const told of watching) told();
    },
    watch(told) {
      watching.add(told);
      return () => watching.delete(told);
    },
    takeRate(number) {
      const second = Math.floor(clock.nowMs() / 1000);
      if (second !== rate.second) {
        rate.second = second;
        rate.spent.clear();
      }
      const spent = (rate.spent.get(number) ?? 0) + 1;
      rate.spent.set(number, spent);
      return spent <= options.ratePerSecond;
    },
    takePair(thread) {
      const nowMs = clock.nowMs();
      const pair = pairs.get(thread) ?? { tokens: PAIR_BURST, atMs: nowMs };
      const tokens = Math.min(PAIR_BURST, pair.tokens + (nowMs - pair.atMs) / PAIR_EVERY_MS);
      const may = tokens >= 1;
      pairs.set(thread, { tokens: may ? tokens - 1 : tokens, atMs: nowMs });
      return may;
    },
    nextId() {
      ids += 1;
      return `wamid.TWIN${epoch}${String(ids).padStart(8, "0")}`;
    },
    keepFile(type, bytes) {
      ids += 1;
      const id = `77${clock.nowMs()}${ids}`;
      files.set(id, { type, bytes });
      return id;
    },
    fileOf: (id) => files.get(id),
    tell(thread, value, field = "messages") {
      platform.changed(thread);
      const metadata = { display_phone_number: "15550100000", phone_number_id: thread.page };
      const changes = [{ value: { messaging_product: "whatsapp", metadata, ...value }, field }];
      webhooks.tell({ id: options.businessId, changes });
    },
    customerWrote(thread, message, words, { lengthMs = DAY_MS } = {}) {
      const nowMs = clock.nowMs();
      const id = platform.nextId();
      const line: ThreadLine = { mid: id, by: "customer", atMs: nowMs, text: words, buttons: [], quickReplies: [], message };
      readAll(thread, nowMs);
      thread.lines.push(line);
      thread.blocked = false;
      open(thread, nowMs, lengthMs);
      const contacts = [{ profile: { name: nameOf(thread.psid) }, wa_id: thread.psid }];
      platform.tell(thread, { contacts, messages: [{ from: thread.psid, id, timestamp: seconds(nowMs), ...message }] });
      return id;
    },
    businessSaid(thread, body, content) {
      const nowMs = clock.nowMs();
      const id = platform.nextId();
      const { type, text, buttons, replies } = content;
      const line: ThreadLine = { mid: id, by: "bot", atMs: nowMs, text, buttons, quickReplies: replies, message: body };
      if (type === "template") line.tag = "template";
      const fails = strike(faults, LATER_FAULTS) !== null;
      if (!fails) thread.lines.push(line);
      thread.typing = false;
      if (fails) platform.tell(thread, { statuses: [{ ...statusOf(thread, id, "failed", body), errors: [UNDELIVERABLE] }] });
      else for (const status of ["sent", "delivered"]) platform.tell(thread, { statuses: [statusOf(thread, id, status, body)] });
      return id;
    },
    phoneSaid(thread, words) {
      const nowMs = clock.nowMs();
      const id = platform.nextId();
      thread.lines.push({ mid: id, by: "inbox", atMs: nowMs, text: words, buttons: [], quickReplies: [], message: { text: words } });
      const echo = { from: "15550100000", to: thread.psid, id, timestamp: seconds(nowMs), type: "text", text: { body: words } };
      platform.tell(thread, { message_echoes: [echo] }, "smb_message_echoes");
      return id;
    },
    toldOf(thread, message) {
      const contacts = [{ profile: { name: nameOf(thread.psid) }, wa_id: thread.psid }];
      const told = { from: thread.psid, id: platform.nextId(), timestamp: seconds(clock.nowMs()), ...message };
      platform.tell(thread, { contacts, messages: [told] });
    },
    reads: (thread) => readAll(thread, clock.nowMs()),
    threadWith: (number, messageId) =>
      [...threads.values()].find((one) => one.page === number && one.lines.some(({ mid, by }) => mid === messageId && by === "customer")),
  };
  return platform;

  /** What the customer answers they have read: one status for each message, as the platform does. */
  function readAll(thread: Thread, nowMs: number): void {
    const unread = thread.lines.filter((one) => one.by === "bot" && one.atMs > thread.readUntilMs);
    if (unread.length === 0) return;
    thread.readUntilMs = nowMs;
    platform.tell(thread, { statuses: unread.map((line) => statusOf(thread, line.mid, "read", line.message)) });
  }

  function statusOf(thread: Thread, id: string, status: string, body: Wire): Wire {
    const told: Wire = { id, status, timestamp: seconds(clock.nowMs()), recipient_id: thread.psid };
    if (body.biz_opaque_callback_data !== undefined) told.biz_opaque_callback_data = body.biz_opaque_callback_data;
    const isFree = thread.openUntilMs > clock.nowMs();
    const price = isFree ? { type: "free_customer_service", category: "service" } : { type: "regular", category: "marketing" };
    if (status === "sent" || status === "delivered") told.pricing = { billable: !isFree, pricing_model: "PMP", ...price };
    return told;
  }
}

const UNDELIVERABLE = {
  code: 131026,
  title: "Message undeliverable",
  message: "Message undeliverable",
  error_data: { details: "Unable to deliver message." },
  href: "/documentation/business-messaging/whatsapp/support/error-codes",
};
