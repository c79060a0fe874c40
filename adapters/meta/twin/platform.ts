/** The played platform itself: its threads, its clock, and what it tells the webhook when somebody acts. */
import type { Clock } from "../../../model/clock.ts";
import type { Wire } from "../../wire.ts";
import type { TwinDialect } from "./dialect.ts";
import type { Memory } from "./memory.ts";
import { remember } from "./memory.ts";
import type { Accepted } from "./sends.ts";
import { heard, newThread, open, type Thread, type ThreadLine } from "./thread.ts";
import type { Webhooks } from "./webhooks.ts";

export type PlayedProfile = {
  first_name?: string;
  last_name?: string;
  profile_pic?: string;
  locale?: string;
  timezone?: number;
  gender?: string;
};

export type PlatformOptions = {
  clock: Clock;
  appId: string;
  appSecret: string;
  pages: { pageId: string; pageToken: string }[];
  /** Conversation Routing with a default app: threads have owners and others only listen. */
  routing: boolean;
  /** How long the first message after an ad click lets a business speak. */
  adWindowMs: number;
  ratePerSecond: number;
  profile: (psid: string) => PlayedProfile | null;
  memory: Memory;
  dialect: TwinDialect;
};

export type Platform = PlatformOptions & {
  find(page: string, psid: string): Thread | undefined;
  /** The thread, made if this is the customer's first act. */
  meet(page: string, psid: string): { thread: Thread; isNew: boolean };
  threads(): Thread[];
  profileOf(psid: string): PlayedProfile | null;
  /** Gives a customer a name that their profile shows from now on. */
  name(psid: string, profile: PlayedProfile): void;
  named(psid: string): PlayedProfile | null;
  /** Something in this thread is other than before; `line`, where it is one that was there already. */
  changed(thread: Thread, line?: ThreadLine): void;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  /** What is shown before anything is said, as set by the Messenger Profile; of this account. */
  profileSet(page: string): Wire;
  takeRate(page: string): boolean;
  botSaid(thread: Thread, accepted: Accepted): string;
  nextMid(): string;
  subscribe(): void;
  isSubscribed(): boolean;
  /** One webhook about this thread: `messaging`, or `standby` while another app owns it. */
  tell(thread: Thread, event: Record<string, unknown>, options?: { fromPage?: boolean; routing?: boolean }): void;
  customerActed(thread: Thread, options: { line?: ThreadLine; opens: boolean; lengthMs?: number; says: boolean }): void;
  pageSaid(thread: Thread, words: string, app: string | null): string;
};

export function createPlatform(options: PlatformOptions, webhooks: Webhooks): Platform {
  const { clock, appId, dialect } = options;
  const { memory } = options;
  const known = remember(memory.past);
  const threads = new Map(known.threads.map((thread) => [`${thread.page}/${thread.psid}`, thread]));
  const kept = new Map(known.threads.map((thread) => [thread, thread.lines.length]));
  const watching = new Set<() => void>();
  // Message ids must be new even to a store that outlived the last twin.
  const epoch = clock.nowMs().toString(36);
  let mids = 0;
  const profiles = new Map<string, Wire>();
  const rate = { second: 0, spent: new Map<string, number>() };

  const platform: Platform = {
    ...options,
    find: (page, psid) => threads.get(`${page}/${psid}`),
    meet(page, psid) {
      const known = platform.find(page, psid);
      if (known !== undefined) return { thread: known, isNew: false };
      const thread = newThread(page, psid);
      if (options.routing) thread.owner = appId;
      threads.set(`${page}/${psid}`, thread);
      return { thread, isNew: true };
    },
    threads: () => [...threads.values()],
    profileOf: (psid) => known.profiles.get(psid) ?? options.profile(psid),
    name(psid, profile) {
      known.profiles.set(psid, profile);
      memory.keep({ kind: "named", psid, profile });
    },
    named: (psid) => known.profiles.get(psid) ?? null,
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
    profileSet(page) {
      const known = profiles.get(page) ?? {};
      profiles.set(page, known);
      return known;
    },
    takeRate(page) {
      const second = Math.floor(clock.nowMs() / 1000);
      if (second !== rate.second) {
        rate.second = second;
        rate.spent.clear();
      }
      const spent = (rate.spent.get(page) ?? 0) + 1;
      rate.spent.set(page, spent);
      return spent <= options.ratePerSecond;
    },
    nextMid() {
      mids += 1;
      return `${dialect.midPrefix}${epoch}${String(mids).padStart(8, "0")}`;
    },
    subscribe: webhooks.subscribe,
    isSubscribed: () => !webhooks.counts().unsubscribed,
    tell(thread, event, { fromPage = false, routing = false } = {}) {
      const nowMs = clock.nowMs();
      const person = thread.psid.startsWith("user_ref:") ? { user_ref: thread.psid.slice("user_ref:".length) } : { id: thread.psid };
      const page = { id: thread.page };
      const item = { sender: fromPage ? page : person, recipient: fromPage ? person : page, timestamp: nowMs, ...event };
      platform.changed(thread);
      const listening = thread.owner !== null && thread.owner !== appId && !routing;
      webhooks.tell({ id: thread.page, time: nowMs, [listening ? "standby" : "messaging"]: [item] });
    },
    botSaid(thread, accepted) {
      const mid = platform.nextMid();
      const nowMs = clock.nowMs();
      const { message, text, buttons, quickReplies, messagingType, tag } = accepted;
      const line: ThreadLine = { mid, by: "bot", atMs: nowMs, text, buttons, quickReplies, message, messagingType };
      if (tag !== undefined) line.tag = tag;
      thread.lines.push(line);
      thread.typing = false;
      platform.tell(thread, { message: echoOf(dialect, message, mid, numbered(appId)) }, { fromPage: true });
      if (dialect.tellsDeliveries) platform.tell(thread, { delivery: { mids: [mid], watermark: nowMs } });
      return mid;
    },
    pageSaid(thread, words, app) {
      const mid = platform.nextMid();
      const nowMs = clock.nowMs();
      const by = app === dialect.inbox ? "inbox" : "other_app";
      thread.lines.push({ mid, by, atMs: nowMs, text: words, buttons: [], quickReplies: [], message: { text: words } });
      if (options.routing && app !== null && thread.owner !== app) {
        const event = { take_thread_control: { previous_owner_app_id: thread.owner, new_owner_app_id: app, metadata: "" } };
        thread.owner = app;
        platform.tell(thread, event, { routing: true });
      }
      platform.tell(thread, { message: echoOf(dialect, { text: words }, mid, app === null ? null : numbered(app)) }, { fromPage: true });
      return mid;
    },
    customerActed(thread, { line, opens, lengthMs, says }) {
      const nowMs = clock.nowMs();
      if (line !== undefined) thread.lines.push(line);
      if (opens) open(thread, nowMs, lengthMs);
      if (says) heard(thread, nowMs);
      thread.blocked = false;
      const unread = thread.lines.findLast((one) => one.by !== "customer" && one.atMs > thread.readUntilMs);
      if (!unread) return;
      thread.readUntilMs = nowMs;
      platform.tell(thread, { read: dialect.read(unread.mid, nowMs) });
    },
  };
  return platform;
}

/** App ids come back as numbers in echoes, which is half of why they are compared as texts. */
function numbered(app: string): number | string {
  return Number.isSafeInteger(Number(app)) ? Number(app) : app;
}

/** The platform keeps templates and metadata as sent, and never shows quick replies. */
function echoOf(
  { marksEchoes }: TwinDialect,
  message: Record<string, unknown>,
  mid: string,
  app: number | string | null,
): Record<string, unknown> {
  const echo: Record<string, unknown> = { is_echo: true };
  if (app !== null && marksEchoes) echo.app_id = app;
  if (marksEchoes && message.metadata !== undefined) echo.metadata = message.metadata;
  echo.mid = mid;
  if (message.text !== undefined) echo.text = message.text;
  if (message.attachment !== undefined) echo.attachments = [message.attachment];
  return echo;
}
