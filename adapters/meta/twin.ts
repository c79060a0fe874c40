/** A Messenger or an Instagram of our own on a loopback port: takes sends as the platform would, keeps threads, calls our webhook back. */
import type { Clock } from "../../model/clock.ts";
import type { PlayedPhones } from "../played-phone.ts";
import { list, record, type Wire } from "../wire.ts";
import { type Customer, createCustomer } from "./twin/customer.ts";
import type { TwinDialect } from "./twin/dialect.ts";
import { type Fault, type FaultKind, type Faults, refusalFor } from "./twin/faults.ts";
import { answerGraph } from "./twin/graph.ts";
import { type Memory, NO_MEMORY } from "./twin/memory.ts";
import { metaPhones } from "./twin/phones.ts";
import { createPlatform, type PlayedProfile } from "./twin/platform.ts";
import { type Played, serveTwin } from "./twin/serve.ts";
import type { Thread, ThreadLine } from "./twin/thread.ts";
import { createWebhooks } from "./twin/webhooks.ts";

export type TwinOptions = {
  clock: Clock;
  appId: string;
  appSecret: string;
  pages: { pageId: string; pageToken: string }[];
  /** Where events go; may be named later with `deliverTo`. Until then they wait. */
  webhookUrl?: string;
  port?: number;
  /** Conversation Routing with a default app. Default: none, as on most pages. */
  routing?: boolean;
  adWindowMs?: number;
  ratePerSecond?: number;
  profile?: (psid: string) => PlayedProfile | null;
  faults?: Fault[];
  /** Where threads, names and events on their way outlive the process. Default: nowhere. */
  memory?: Memory;
  webhookTimeoutMs?: number;
};

export type Twin = {
  /** The address to use as the channel's `…_API_URL`. */
  url: string;
  deliverTo(webhookUrl: string): void;
  /** The customer's side of the first page's threads. */
  customer: Customer;
  customerOf(pageId: string): Customer;
  customerSays: Customer["says"];
  taps: Customer["taps"];
  clicksAd: Customer["clicksAd"];
  clicksLink: Customer["clicksLink"];
  sendsAttachment: Customer["sendsAttachment"];
  reacts: Customer["reacts"];
  pageInboxSays: Customer["pageInboxSays"];
  /** What both sides said, in order; `[]` for a stranger. */
  thread(psid: string, pageId?: string): ThreadLine[];
  /** Window, owner and marks of a thread as the platform keeps them. */
  threadState(psid: string, pageId?: string): Thread | undefined;
  /** Gives a customer a name that their profile shows from now on. */
  name(psid: string, profile: PlayedProfile): void;
  /** The name that was given, also by an earlier process. */
  named(psid: string): PlayedProfile | null;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  /** The entries of the first account's lasting menu, as the platform keeps them. */
  menu(): Wire[];
  fault(kind: FaultKind, times?: number, after?: number): void;
  /** Resolves when no webhook is on its way. */
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number; unsubscribed: boolean; sends: number };
  phones: PlayedPhones;
  close(): Promise<void>;
};

const DAY_MS = 86_400_000;

/** Someone to talk about, in a demo without a network. */
export const SOMEBODY: PlayedProfile = { first_name: "Robin", last_name: "Example", locale: "en_US", timezone: 0 };

export async function createMetaTwin(dialect: TwinDialect, options: TwinOptions): Promise<Twin> {
  const { clock, appId, appSecret, pages } = options;
  const faults: Faults = { waiting: [...(options.faults ?? [])] };
  const memory = options.memory ?? NO_MEMORY;
  const webhooks = createWebhooks({
    clock,
    appSecret,
    object: dialect.object,
    faults,
    timeoutMs: options.webhookTimeoutMs ?? 5_000,
    memory,
  });
  const platform = createPlatform(
    {
      clock,
      appId,
      appSecret,
      pages,
      routing: options.routing ?? false,
      adWindowMs: options.adWindowMs ?? DAY_MS,
      ratePerSecond: options.ratePerSecond ?? 300,
      profile: options.profile ?? (() => SOMEBODY),
      memory,
      dialect,
    },
    webhooks,
  );
  const customers = new Map(pages.map(({ pageId }) => [pageId, createCustomer(platform, pageId)]));
  const played: Played = {
    first: pages[0]?.pageId ?? "",
    customerOf: (pageId) => customers.get(pageId) ?? createCustomer(platform, pageId),
    find: platform.find,
    name: platform.name,
    named: platform.named,
    watch: platform.watch,
    menu: () => actionsIn(platform.profileSet(pages[0]?.pageId ?? "").persistent_menu),
    answer: (call) => answerGraph(platform, call),
    refusalFor,
    phones: (twin) => metaPhones(twin, dialect),
  };
  return serveTwin(played, webhooks, faults, options);
}

function actionsIn(menu: unknown): Wire[] {
  const actions = list(menu).flatMap((one) => list(record(one)?.call_to_actions));
  return actions.flatMap((one): Wire[] => {
    const action = record(one);
    return action === undefined ? [] : [action];
  });
}
