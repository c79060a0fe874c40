/** The played X: who wrote to whom, what was uploaded, and what its webhooks tell of it, in either envelope. */
import type { Clock } from "../../../model/clock.ts";
import { type Diary, NO_DIARY, threadKeeper, threadsIn } from "../../diary.ts";
import type { Webhooks } from "./webhooks.ts";

export type PlayedOption = { label: string; metadata?: string };
export type PlayedLine = {
  id: string;
  by: "customer" | "bot" | "app";
  atMs: number;
  text: string;
  options: PlayedOption[];
  ctas: { label: string; url: string }[];
  mediaId: string | null;
};
export type PlayedThread = {
  customer: string;
  lines: PlayedLine[];
  blocked: boolean;
  followersOnly: boolean;
  typing: boolean;
  readId: string | null;
};
export type PlayedPerson = { name: string; username: string };
export type Envelope = "activity" | "account_activity";

export type Platform = {
  clock: Clock;
  find(account: string, customer: string): PlayedThread | undefined;
  /** The customer's thread, made when they first write: before that, nobody may write to them. */
  meet(account: string, customer: string): PlayedThread;
  nextId(): string;
  /** Adds a line and tells of it: received, or sent. `held`: the telling waits until the caller says. */
  say(
    account: string,
    thread: PlayedThread,
    line: Omit<PlayedLine, "id" | "atMs">,
    more?: Record<string, unknown>,
  ): { line: PlayedLine; tell(): void };
  /** An event of another kind, in the newer envelope. */
  tell(account: string, type: string, payload: unknown): void;
  person(customer: string): PlayedPerson;
  /** A thread is other than before. */
  changed(): void;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
};

const EPOCH_MS = 1_288_834_974_657;
/** X's own app, as `source_app_id` names it. */
export const X_APP = "258901";

export function createPlatform(
  options: { clock: Clock; appId: string; envelope: Envelope; people: Map<string, PlayedPerson>; diary?: Diary },
  webhooks: Webhooks,
): Platform {
  const { clock, appId, envelope, people } = options;
  const diary = options.diary ?? NO_DIARY;
  const threads = threadsIn<PlayedThread>(diary, ({ customer }) => newThread(String(customer)));
  const keepThreads = threadKeeper(diary, threads);
  let ids = 0n;
  let uuids = 0;

  const watching = new Set<() => void>();

  const platform: Platform = {
    clock,
    changed() {
      keepThreads();
      for (const told of watching) told();
    },
    watch(told) {
      watching.add(told);
      return () => watching.delete(told);
    },
    find: (account, customer) => threads.get(`${account} ${customer}`),
    meet(account, customer) {
      const known = platform.find(account, customer);
      if (known !== undefined) return known;
      const made = newThread(customer);
      threads.set(`${account} ${customer}`, made);
      return made;
    },
    nextId() {
      ids = (ids + 1n) % 4_194_304n;
      return String((BigInt(clock.nowMs() - EPOCH_MS) << 22n) + ids);
    },
    person: (customer) => people.get(customer) ?? { name: "Robin Example", username: `robin_${customer.slice(-4)}` },
    say(account, thread, line, more = {}) {
      const said: PlayedLine = { ...line, id: platform.nextId(), atMs: clock.nowMs() };
      thread.lines.push(said);
      platform.changed();
      const isOurs = line.by !== "customer";
      const app = line.by === "bot" ? appId : line.by === "app" ? X_APP : undefined;
      const [sender_id, recipient_id] = isOurs ? [account, thread.customer] : [thread.customer, account];
      const { initiated_via, ...data } = more;
      const message_data = { ...shownBy(said.text), ...data };
      const event: Record<string, unknown> = {
        type: "message_create",
        id: said.id,
        created_timestamp: String(said.atMs),
        ...(initiated_via === undefined ? {} : { initiated_via }),
        message_create: { target: { recipient_id }, sender_id, message_data },
      };
      return { line: said, tell: () => tellMessage(account, thread.customer, event, isOurs, app) };
    },
    tell(account, event_type, payload) {
      webhooks.tell({ data: { event_uuid: nextUuid(), filter: { user_id: account }, event_type, payload } });
    },
  };
  return platform;

  function nextUuid(): string {
    uuids += 1;
    return `${uuids % 2 === 0 ? "" : "-"}${8_511_582_263_942_900_000n + BigInt(uuids)}`; // half of them are negative
  }

  function tellMessage(account: string, customer: string, event: Record<string, unknown>, isOurs: boolean, app: string | undefined): void {
    const person = platform.person(customer);
    if (envelope === "activity") {
      const users = {
        [customer]: { data: { id: customer, name: person.name, username: person.username } },
        [account]: { data: { id: account } },
      };
      platform.tell(account, isOurs ? "dm.sent" : "dm.received", { direct_message_events: [event], users });
      return;
    }
    const users = { [customer]: { id: customer, name: person.name, screen_name: person.username } };
    const named = app === undefined ? event : { ...event, message_create: { ...(event.message_create as object), source_app_id: app } };
    const apps = app === undefined ? {} : { apps: { [app]: { id: app, name: app === X_APP ? "Twitter Web Client" : "Baton" } } };
    webhooks.tell({ for_user_id: account, direct_message_events: [named], ...apps, users });
  }
}

/** X shows texts escaped, and every address as one of its own short ones. */
function shownBy(text: string): Record<string, unknown> {
  const urls: { url: string; expanded_url: string }[] = [];
  const short = text.replace(/https?:\/\/\S+/g, (expanded_url) => {
    const url = `https://t.co/twin${String(urls.length).padStart(6, "0")}`;
    urls.push({ url, expanded_url });
    return url;
  });
  const escaped = short.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return { text: escaped, entities: { hashtags: [], symbols: [], user_mentions: [], urls } };
}

function newThread(customer: string): PlayedThread {
  return { customer, lines: [], blocked: false, followersOnly: false, typing: false, readId: null };
}
