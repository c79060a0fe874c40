/** What a bot's manifest and its actions file may say. */
import { z } from "zod";
import { ButtonSource, format, language, SlotSource, TextOrMessage } from "./flow-schema.ts";
import { duration, formed, keyed, name, object, oneOrMore, text, value } from "./words.ts";

const settings = () => keyed(text("a setting"), "a map of settings", null);
const HOURS_KEY = /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/;
const LinkOnly = object("a queue's way out", { link: name("a flow's name") });

const Rung = object("a rung of `route`", {
  skills: oneOrMore(text("a skill"), "a skill or a list of them").optional(),
  language: z.enum(["same", "any"]).optional(),
  overflow: name("`anyone` or a queue's name").optional(),
  for: duration().optional(),
});
const QueueSource = object("a queue", {
  hours: keyed(
    text('times such as "09:00-17:00"'),
    "a map of days to times",
    HOURS_KEY,
    "Days are written `mon`, `sat` or `mon-fri`.",
  ).optional(),
  holidays: z.array(formed(/^\d{4}-\d\d-\d\d$/, "a day", "Days are written `2026-12-25`.")).optional(),
  timezone: text("a time zone").optional(),
  notice: TextOrMessage.optional(),
  answer_within: duration().optional(),
  max_wait: duration().optional(),
  route: z.array(Rung).optional(),
  when_closed: LinkOnly.optional(),
  when_too_long: LinkOnly.optional(),
});
export type QueueSource = z.infer<typeof QueueSource>;

const LIMIT_KEYS = { tokens: z.number().int().min(1).optional(), money: z.number().min(0).optional(), time: duration().optional() };
const Limit = () => object("a limit", LIMIT_KEYS).optional();
const answerer = {
  may: oneOrMore(z.enum(["choose", "fill", "rephrase", "summarize"]), "a list of what the model may do").optional(),
  timeout: duration().optional(),
  limits: object("`limits`", { conversation: Limit(), day: Limit(), brand: Limit() }).optional(),
  price: object("a price", {
    input: z.number().min(0),
    output: z.number().min(0),
    cached: z.number().min(0).optional(),
    stored: z.number().min(0).optional(),
  }).optional(),
};
const AnswersSource = z.union([
  z.literal("local-only"),
  object("`answers` of Anthropic", { anthropic: text("a model's name"), key: text("an API key").optional(), ...answerer }, "anthropic"),
  object(
    "`answers` of a langchain model",
    {
      langchain: formed(/^[^#\s]+#[A-Za-z_$][\w$]*$/, "a chat model's package and class", "It is written `@langchain/openai#ChatOpenAI`."),
      with: keyed(value(), "a map of the class's own settings", null).optional(),
      ...answerer,
    },
    "langchain",
  ),
]);
export type AnswersSource = z.infer<typeof AnswersSource>;

export const BotFile = object("a bot file", {
  format: format(),
  bot: name("a bot's name"),
  name: text().optional(),
  languages: oneOrMore(language(), "a list of languages"),
  timezone: text("a time zone").optional(),
  currency: formed(/^[A-Z]{3}$/, "a currency", "Currencies are three capital letters, such as `USD`.").optional(),
  flows: oneOrMore(text("a folder"), "a folder or a list of folders"),
  actions: text("a file").optional(),
  channels: keyed(z.union([settings(), z.array(settings())]), "a map of channels"),
  disclosure: TextOrMessage.optional(),
  menu: z.array(ButtonSource).optional(),
  ice_breakers: z.array(ButtonSource).optional(),
  customer: keyed(SlotSource, "a map of fields").optional(),
  defaults: object("`defaults`", {
    max_attempts: z.number().int().min(1).max(100).optional(),
    idle_after: duration().optional(),
    queue: name("a queue's name").optional(),
    disclose_again_after: duration().optional(),
    settle: duration().optional(),
  }).optional(),
  retention: object("`retention`", { said: duration().optional(), customers: duration().optional() }).optional(),
  texts: keyed(oneOrMore(text(), "a text or a list of variants"), "a map of texts").optional(),
  queues: keyed(QueueSource, "a map of queues").optional(),
  answers: AnswersSource.optional(),
  plugins: z.array(text("a module")).optional(),
});
export type BotFile = z.infer<typeof BotFile>;

const FIELD = /^[a-zA-Z_][a-zA-Z0-9_]*\??$/;
const FIELD_RULE = "A field's name is letters, digits and `_`; with `?` at its end it may be missing.";
export const fields = () => keyed(value(), "a map of fields to types", FIELD, FIELD_RULE);
const url = () => text("a URL").optional();
const Http = object("`http`", {
  get: url(),
  post: url(),
  put: url(),
  patch: url(),
  delete: url(),
  headers: keyed(text(), "a map of headers", null).optional(),
  body: value().optional(),
});
export type HttpSource = z.infer<typeof Http>;
const ActionSource = object("an action", {
  safe: z.boolean().optional(),
  personal: z.boolean().optional(),
  input: fields().optional(),
  output: fields().optional(),
  timeout: duration().optional(),
  http: Http.optional(),
  map: keyed(
    text("an expression"),
    "a map of fields to expressions",
    /^[a-zA-Z_][a-zA-Z0-9_]*$/,
    "The keys of `map` are fields of `output`.",
  ).optional(),
  function: text("a module and a function, such as `./actions/tables.ts#book`").optional(),
});
export type ActionSource = z.infer<typeof ActionSource>;
export const ActionsFile = object("an actions file", {
  format: format(),
  actions: keyed(
    ActionSource,
    "a map of actions",
    /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/,
    "An action's name is small letters, digits and `_`, its parts set apart by dots.",
  ).optional(),
  events: keyed(object("an event", { fields: fields().optional() }), "a map of events").optional(),
});
export type ActionsFile = z.infer<typeof ActionsFile>;
