/** What FAQ, advertisement and story files may say. */
import { z } from "zod";
import { ButtonSource, format, language } from "./flow-schema.ts";
import { dottedName, duration, formed, keyed, name, object, oneOrMore, text, value } from "./words.ts";

const answer = () => oneOrMore(text(), "a text or a list of variants");
const FaqSource = object("an FAQ entry", {
  id: name("an FAQ entry's id"),
  questions: oneOrMore(text("a question"), "a list of questions"),
  answer: answer().optional(),
  answers: z.array(object("an answer", { when: text("a condition").optional(), answer: answer() })).optional(),
  buttons: z.array(ButtonSource).optional(),
  expires: formed(/^\d{4}-\d\d-\d\d$/, "a day", "Days are written `2027-01-31`.").optional(),
});
export type FaqSource = z.infer<typeof FaqSource>;
export const FaqFile = object("an FAQ file", { format: format(), language: language().optional(), faq: z.array(FaqSource) });
export type FaqFile = z.infer<typeof FaqFile>;

export const MATCH_KEYS = ["ref", "ad_id", "post_id", "product_id", "scene", "tweet", "comment"] as const;
const Ad = object("an advertisement", {
  match: object(
    "`match`",
    Object.fromEntries(MATCH_KEYS.map((key) => [key, text().optional()])) as Record<
      (typeof MATCH_KEYS)[number],
      z.ZodOptional<ReturnType<typeof text>>
    >,
  ),
  campaign: text().optional(),
  start: name("a flow's name"),
  with: keyed(value(), "a map of values").optional(),
  language: language().optional(),
});
export type AdSource = z.infer<typeof Ad>;
export const AdsFile = object("an advertisements file", {
  format: format(),
  ads: z.array(Ad).optional(),
  sequences: z.array(value()).optional(),
});
export type AdsFile = z.infer<typeof AdsFile>;

const ANY_KEY = null;
export const StoryFile = object("a story file", {
  format: format(),
  story: text(),
  bot: name("a bot's name"),
  channel: name("a channel's name").optional(),
  account: text().optional(),
  at: text("a moment such as 2026-03-02T09:30:00-08:00").optional(),
  texts: language().optional(),
  closed: oneOrMore(name("a queue's name"), "a list of queues").optional(),
  at_step: formed(/^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/, "a step", "A step is written `flow/step`.").optional(),
  slots: keyed(value(), "a map of values", ANY_KEY).optional(),
  fixtures: object("`fixtures`", {
    customer: keyed(value(), "a map of values", ANY_KEY).optional(),
    actions: keyed(value(), "a map of actions to their answers", ANY_KEY).optional(),
    referral: keyed(value(), "a map of values", ANY_KEY).optional(),
  }).optional(),
  script: z.array(value()),
});
export type StoryFile = z.infer<typeof StoryFile>;
export { dottedName, duration };
