/** What FAQ, advertisement and story files may say. */
import { z } from "zod";
import { ButtonSource, format, language } from "./flow-schema.ts";
import { duration, formed, keyed, name, object, oneOrMore, text, value } from "./words.ts";

const answer = () => oneOrMore(text(), "a text or a list of variants");
const FaqSource = object("an FAQ entry", {
  id: name("an FAQ entry's id"),
  title: text("a few words for a button").optional(),
  questions: oneOrMore(text("a question"), "a list of questions"),
  answer: answer().optional(),
  answers: z
    .array(object("an answer", { when: text("a condition").optional(), language: language().optional(), answer: answer() }))
    .optional(),
  buttons: z.array(ButtonSource).optional(),
  expires: formed(/^\d{4}-\d\d-\d\d$/, "a day", "Days are written `2027-01-31`.").optional(),
  source: text("where it came from").optional(),
});
export type FaqSource = z.infer<typeof FaqSource>;
const DocumentSource = object("a document", {
  id: name("a document's id"),
  title: text(),
  file: text("a Markdown or text file"),
  url: formed(/^https?:\/\/\S+$/, "a web address", "Addresses begin with `https://`.").optional(),
  language: language().optional(),
  expires: formed(/^\d{4}-\d\d-\d\d$/, "a day", "Days are written `2026-12-25`.").optional(),
});
export type DocumentSource = z.infer<typeof DocumentSource>;
export const FaqFile = object("an FAQ file", {
  format: format(),
  language: language().optional(),
  faq: z.array(FaqSource).optional(),
  documents: z.array(DocumentSource).optional(),
});
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

const values = (says: string) => keyed(value(), says, null);
const expected = () => text("a text, in which `*` stands for any");
const again = { duplicate: z.literal(true).optional() };
const ReferralValues = () => values("a map such as `{ ref: spring, ad_id: 42 }`");
const AttachmentSource = object("an attachment", {
  kind: z.enum(["image", "video", "audio", "file", "sticker", "location"]),
  url: text("a URL").optional(),
  title: text().optional(),
  lat: z.number().optional(),
  lng: z.number().optional(),
});
/** What a turn decided: `faq/<id>`, `flow/<name>`, `question/<step>`, or a pattern by its name; several in order. */
const decided = () =>
  oneOrMore(
    formed(DECIDED, "a decision", "Decisions are written `faq/<id>`, `flow/<name>`, `question/<step>`, or as a pattern's name."),
    "a decision or a list of them",
  );
const DECIDED = /^(?:(?:faq|flow|question)\/)?[a-z][a-z0-9_]*$/;
const among = () =>
  oneOrMore(
    formed(/^(?:faq|flow)\/[a-z][a-z0-9_]*$/, "a candidate", "Candidates are written `faq/<id>` or `flow/<name>`."),
    "a candidate or a list of them",
  );
export const STEP_PATH = /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/;
const stepPath = () => formed(STEP_PATH, "a step", "A step is written `flow/step`.");

const ScriptLine = z.union([
  object(
    "a `customer` line",
    { customer: text(), referral: ReferralValues().optional(), attachment: AttachmentSource.optional(), ...again },
    "customer",
  ),
  object("a `bot` line", { bot: expected() }, "bot"),
  object("a `tap` line", { tap: text("a title or a label"), ...again }, "tap"),
  object("a `payload` line", { payload: text("a payload"), ...again }, "payload"),
  object("a `referral` line", { referral: ReferralValues(), ...again }, "referral"),
  object(
    "an `attachment` line",
    { attachment: z.union([AttachmentSource, z.enum(["image", "video", "audio", "file", "sticker"])]), ...again },
    "attachment",
  ),
  object("an `event` line", { event: name("an event's name"), fields: values("a map of fields").optional(), ...again }, "event"),
  object("a `channel` line", { channel: name("a channel's name") }, "channel"),
  object("a `decided` line", { decided: decided(), among: among().optional() }, "decided"),
  object("a `wait` line", { wait: duration() }, "wait"),
  object(
    "a `handoff` line",
    {
      handoff: name("a queue's name"),
      priority: z.enum(["urgent", "high", "normal", "low"]).optional(),
      reason: expected().optional(),
      slots: values("a map of slots").optional(),
    },
    "handoff",
  ),
  object("an `agent` line", { agent: text() }, "agent"),
  object("a `customer_sees` line", { customer_sees: expected() }, "customer_sees"),
  object(
    "an `agent_returns` line",
    {
      agent_returns: z.union([
        z.literal(true),
        object("`agent_returns`", {
          facts: values("a map of slots").optional(),
          to_step: name("a step's id").optional(),
          note: text().optional(),
        }),
      ]),
    },
    "agent_returns",
  ),
  object("an `agent_resolves` line", { agent_resolves: z.literal(true) }, "agent_resolves"),
  object("an `at_step` line", { at_step: stepPath(), slots: values("a map of slots").optional() }, "at_step"),
  object("a `tracked` line", { tracked: name("an event's name") }, "tracked"),
  object("an `ended` line", { ended: z.boolean() }, "ended"),
]);
export type ScriptLineSource = z.infer<typeof ScriptLine>;

const AnswerSource = object("what a model answers", {
  choose: text("an entry such as `faq/shipping_time` or `flow/returns`").optional(),
  fill: keyed(
    object("a filled slot", { value: oneOrMore(text("a value"), "a value or a list of values"), said: text("the customer's own words") }),
    "a map of slots",
  ).optional(),
  rephrase: text().optional(),
  summarize: text().optional(),
  error: z.enum(["timeout", "unreachable", "refused", "failed", "bad_answer", "busy"]).optional(),
});
export type AnswerSource = z.infer<typeof AnswerSource>;

const TableRow = object("a row of a table", {
  says: oneOrMore(text("a message"), "a message or a list of them"),
  after: oneOrMore(text("a message"), "a message or a list of them").optional(),
  decided: decided(),
  among: among().optional(),
});
export type TableRowSource = z.infer<typeof TableRow>;

export const StoryFile = object("a story file", {
  format: format(),
  story: text(),
  bot: name("a bot's name"),
  channel: name("a channel's name").optional(),
  account: text().optional(),
  at: text("a moment such as 2026-03-02T09:30:00-08:00").optional(),
  texts: language().optional(),
  closed: oneOrMore(name("a queue's name"), "a list of queues").optional(),
  fixtures: object("`fixtures`", {
    customer: values("a map of fields").optional(),
    actions: values("a map of actions to their answers").optional(),
    referral: ReferralValues().optional(),
    answers: z.array(AnswerSource).optional(),
  }).optional(),
  script: z.array(ScriptLine).optional(),
  table: z.array(TableRow).optional(),
});
export type StoryFile = z.infer<typeof StoryFile>;
