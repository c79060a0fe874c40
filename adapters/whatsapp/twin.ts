/** WhatsApp of our own on a loopback port: takes sends as the platform would, keeps threads and files, calls our webhook back. */
import type { Clock } from "../../model/clock.ts";
import type { TwinAnswer } from "../meta/twin/answers.ts";
import { badGateway } from "../meta/twin/answers.ts";
import type { Fault, FaultKind, Faults } from "../meta/twin/faults.ts";
import { type Memory, NO_MEMORY } from "../meta/twin/memory.ts";
import type { PlayedProfile } from "../meta/twin/platform.ts";
import { type Played, serveTwin } from "../meta/twin/serve.ts";
import { createWebhooks, type Patience } from "../meta/twin/webhooks.ts";
import { SOMEBODY, type Twin } from "../meta/twin.ts";
import { invalidToken, throughput, unavailable } from "./twin/answers.ts";
import { createCustomer } from "./twin/customer.ts";
import { answerGraph } from "./twin/graph.ts";
import { whatsappPhones } from "./twin/phones.ts";
import { createPlatform } from "./twin/platform.ts";
import type { PlayedTemplate } from "./twin/sends.ts";

export type WhatsappTwinOptions = {
  clock: Clock;
  appId: string;
  appSecret: string;
  numbers: { phoneNumberId: string; token: string }[];
  businessId: string;
  /** Where events go; may be named later with `deliverTo`. Until then they wait. */
  webhookUrl?: string;
  port?: number;
  adWindowMs?: number;
  ratePerSecond?: number;
  /** The approved templates. Default: whatever is named. */
  templates?: PlayedTemplate[];
  profile?: (customer: string) => PlayedProfile | null;
  faults?: Fault[];
  /** Where threads, names and events on their way outlive the process. Default: nowhere. */
  memory?: Memory;
  webhookTimeoutMs?: number;
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Told again with falling frequency for days, and then lost; nothing is switched off. Source: Meta, Cloud API webhooks; read 2026-09-28. */
const FOR_DAYS: Patience = {
  retriesAfterMs: [0, 1_000, 5_000, 15_000, 60_000, 300_000, 900_000, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 3 * DAY_MS],
  thenUnsubscribes: false,
};

export async function createWhatsappTwin(options: WhatsappTwinOptions): Promise<Twin> {
  const { clock, appSecret, numbers } = options;
  const faults: Faults = { waiting: [...(options.faults ?? [])] };
  const memory = options.memory ?? NO_MEMORY;
  const timeoutMs = options.webhookTimeoutMs ?? 5_000;
  const object = "whatsapp_business_account";
  const webhooks = createWebhooks({ clock, appSecret, object, faults, timeoutMs, memory, patience: FOR_DAYS });
  const platform = createPlatform(
    {
      ...options,
      adWindowMs: options.adWindowMs ?? DAY_MS,
      ratePerSecond: options.ratePerSecond ?? 80,
      templates: options.templates ?? null,
      profile: options.profile ?? (() => SOMEBODY),
      memory,
      faults,
    },
    webhooks,
  );
  const customers = new Map(numbers.map(({ phoneNumberId }) => [phoneNumberId, createCustomer(platform, phoneNumberId)]));
  let url = "";
  const played: Played = {
    first: numbers[0]?.phoneNumberId ?? "",
    customerOf: (number) => customers.get(number) ?? createCustomer(platform, number),
    find: platform.find,
    name: platform.name,
    named: platform.named,
    watch: platform.watch,
    menu: () => [], // WhatsApp has none
    answer: (call) => answerGraph(platform, () => url, call),
    refusalFor,
    phones: whatsappPhones,
  };
  const twin = await serveTwin(played, webhooks, faults, options);
  url = twin.url;
  return twin;
}

function refusalFor(kind: FaultKind): TwinAnswer | null {
  switch (kind) {
    case "190":
      return invalidToken();
    case "613":
      return throughput();
    case "429":
      return { ...throughput(), status: 429 };
    case "500":
      return unavailable();
    case "502":
      return badGateway();
    default:
      return null;
  }
}
