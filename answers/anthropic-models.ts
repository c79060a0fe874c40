/** What Anthropic's models cost, and how each is told to answer at once. Source: Anthropic's pages "Pricing" and "Models", seen 2026-11-24. */
import type { Price } from "../model/answerer.ts";

/** `off`: thinks unless told not to; `low`: always thinks, as little as it may; `none`: does not think by itself. */
export type Thinking = "off" | "low" | "none";
type Known = { price: Price; thinking: Thinking };

/** Dollars for a million tokens; reading from the cache and writing into it for five minutes are priced apart. */
const price = (input: number, output: number, cached: number, stored: number): Price => ({ input, output, cached, stored });

const MODELS: Record<string, Known> = {
  "claude-haiku-5-5": { price: price(0.1, 0.5, 0.01, 0.125), thinking: "off" }, // prompts up to 100,000 tokens: ours are
  "claude-haiku-4-5": { price: price(1, 5, 0.1, 1.25), thinking: "none" },
  "claude-sonnet-5-5": { price: price(2, 10, 0.1, 2.5), thinking: "low" },
  "claude-sonnet-5": { price: price(2, 10, 0.2, 2.5), thinking: "low" },
  "claude-sonnet-4-6": { price: price(3, 15, 0.3, 3.75), thinking: "none" },
  "claude-sonnet-4-5": { price: price(3, 15, 0.3, 3.75), thinking: "none" },
  "claude-opus-5-5": { price: price(4, 20, 0.2, 5), thinking: "low" },
  "claude-opus-5": { price: price(5, 25, 0.5, 6.25), thinking: "low" },
  "claude-opus-4-8": { price: price(5, 25, 0.5, 6.25), thinking: "none" },
  "claude-opus-4-5": { price: price(5, 25, 0.5, 6.25), thinking: "none" },
};

/** By the name as written, or without the date at its end. */
export function knownModel(name: string): Known | null {
  const plain = name.replace(/-\d{8}$/, "");
  return Object.hasOwn(MODELS, plain) ? MODELS[plain]! : null;
}
