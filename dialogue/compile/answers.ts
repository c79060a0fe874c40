/** Compiles what a manifest says under `answers`: who may help to answer, what for, how long and at what cost. */
import { MAY_DO, type Price, type SpendingLimit, type SpendingLimits } from "../../model/answerer.ts";
import type { JsonObject } from "../../model/json.ts";
import type { AnswersPlan } from "../program.ts";
import type { AnswersSource } from "../read/bot-schema.ts";
import { json } from "../read/node.ts";
import { report, type Workshop } from "./workshop.ts";

type LimitSource = { tokens?: number | undefined; money?: number | undefined; time?: { ms: number } | undefined };

const TIMEOUT_MS = 8_000;
const TIMEOUT_MAX_MS = 30_000;
const MICROS = 1_000_000;
/** What holds where the manifest says nothing: a conversation that asks all day, and a day that runs away, are both stopped. */
const NO_LIMIT: SpendingLimit = { tokens: null, micros: null, ms: null };
const CONVERSATION: SpendingLimit = { tokens: 100_000, micros: null, ms: 120_000 };
const DAY: SpendingLimit = { tokens: 5_000_000, micros: null, ms: null };
/** Without rephrasing: an authored text is said as it was written unless a brand wants it otherwise. */
const MAY = MAY_DO.filter((one) => one !== "rephrase");

export function answersPlan(shop: Workshop, source: AnswersSource | undefined): AnswersPlan {
  if (source === undefined || typeof source === "string") return { from: "local-only" };
  if (source.timeout && (source.timeout.ms < 500 || source.timeout.ms > TIMEOUT_MAX_MS))
    report(shop, source.timeout.at, "bad-timeout", "A customer waits while a model is asked: `timeout` is between 500ms and 30s.", {
      help: "Leave it out for 8 s.",
    });
  const price = priceOf(source.price);
  const limits: SpendingLimits = {
    conversation: limitOf(source.limits?.conversation, CONVERSATION),
    day: limitOf(source.limits?.day, DAY),
    brand: limitOf(source.limits?.brand, NO_LIMIT),
  };
  const shared = { price, may: source.may ?? MAY, timeoutMs: source.timeout?.ms ?? TIMEOUT_MS, limits };
  if ("anthropic" in source) return { from: "anthropic", what: source.anthropic.text, key: source.key?.text ?? null, with: {}, ...shared };
  const inMoney = Object.values(limits).some((one) => one.micros !== null);
  if (inMoney && price === null)
    report(shop, source.langchain.at, "missing-price", "A limit in money can only be kept where it is known what a model costs.", {
      help: "Write `price: { input: 0.25, output: 2 }`, in dollars for a million tokens, or limit `tokens` and `time`.",
    });
  const settings: JsonObject = {};
  for (const { key, value } of source.with ?? [])
    Object.defineProperty(settings, key.text, { value: json(value), enumerable: true, writable: true, configurable: true });
  return { from: "langchain", what: source.langchain.text, key: null, with: settings, ...shared };
}

/** A limit that is written replaces ours whole: what it does not name has no limit. */
function limitOf(source: LimitSource | undefined, otherwise: SpendingLimit): SpendingLimit {
  if (source === undefined) return otherwise;
  const { tokens, money, time } = source;
  return { tokens: tokens ?? null, micros: money === undefined ? null : Math.round(money * MICROS), ms: time?.ms ?? null };
}

function priceOf(
  source: { input: number; output: number; cached?: number | undefined; stored?: number | undefined } | undefined,
): Price | null {
  if (source === undefined) return null;
  const { input, output } = source;
  return { input, output, cached: source.cached ?? input, stored: source.stored ?? input };
}
