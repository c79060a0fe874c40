/** What a flow file may say: the keys of every step, of messages, slots and triggers. */
import { z } from "zod";
import { dottedName, duration, formed, keyed, maybeText, name, object, oneOrMore, text, value, type Written } from "./words.ts";

const texts = () => oneOrMore(text(), "a text or a list of variants");
export const CHANNEL = /^[a-z][a-z0-9_]*(:\S+)?$/;

const buttonShape = {
  title: text(),
  link: name("a flow's name").optional(),
  goto: name("a step's id").optional(),
  payload: text().optional(),
  url: text("a URL").optional(),
  phone: text("a phone number").optional(),
};
export const ButtonSource = object("a button", buttonShape);
export type ButtonSource = z.infer<typeof ButtonSource>;
const MadeButtons = object("buttons made from a list", { each: text("an expression that gives a list"), ...buttonShape });
const Choice = z.union([text(), object("a choice", { title: text() })]);
const MadeChoices = object("choices made from a list", { each: text("an expression that gives a list"), title: text() });
const cardShape = {
  title: text(),
  subtitle: text().optional(),
  image: text("a URL").optional(),
  url: text("a URL").optional(),
  buttons: z.array(ButtonSource).optional(),
};
const Card = object("a card", cardShape);
export type CardSource = z.infer<typeof Card>;
const MadeCards = object("cards made from a list", { each: text("an expression that gives a list"), ...cardShape });

const contentShape = {
  buttons: z
    .union([z.array(ButtonSource), MadeButtons])
    .nullable()
    .optional(),
  choices: z
    .union([z.array(Choice), MadeChoices])
    .nullable()
    .optional(),
  image: text("a URL").nullable().optional(),
  video: text("a URL").nullable().optional(),
  audio: text("a URL").nullable().optional(),
  file: text("a URL").nullable().optional(),
  cards: z
    .union([z.array(Card), MadeCards])
    .nullable()
    .optional(),
};
const sendTexts = () => oneOrMore(maybeText(), "a text or a list of variants");
const Template = object("a template's entry", {
  template: name("a template's name").optional(),
  language: text("a language as the template has it, such as `en_US`").optional(),
  values: z.union([z.array(text()), keyed(text(), "a map of values", null)]).optional(),
  image: text("a URL").optional(),
  notification: name("a notification's name").optional(),
});
const messageShape = {
  ...contentShape,
  channels: keyed(
    object("a channel's variant", { send: sendTexts().nullable().optional(), ask: sendTexts().nullable().optional(), ...contentShape }),
    "a map of channels",
    CHANNEL,
    "A channel is written `wechat`, or `wechat:gh_alder` for one account.",
  ).optional(),
  outside_window: keyed(
    z.union([name("a template's name"), Template]),
    "a map of channels",
    CHANNEL,
    "A channel is written `wechat`.",
  ).optional(),
};
const Message = object("a message", { send: sendTexts().optional(), ask: sendTexts().optional(), ...messageShape });
export type MessageSource = z.infer<typeof Message>;
/** A message or only its text: `notice`, `disclosure`. */
export const TextOrMessage = z.union([text(), object("a message", { send: sendTexts(), ...messageShape })]);
export type TextOrMessageSource = z.infer<typeof TextOrMessage>;

// Interfaces, since a type alias may not contain itself.
interface StepList extends Array<StepSource> {}
const steps = (): z.ZodType<StepList> => Steps;
const base = { id: name("a step's id").optional() };
const withValues = () => keyed(value(), "a map of values");
const saveName = () => name("a name").optional();

const Must = object("a `must`", { must: text("a condition"), invalid: texts().optional() });
const OptionSource = object("an option", { value: text(), label: text() });
const MadeOptions = object("options made from a list", { each: text("an expression that gives a list"), value: text(), label: text() });

const Send = object("a `send` step", { ...base, send: sendTexts(), ...messageShape }, "send");
const Collect = object(
  "a `collect` step",
  {
    ...base,
    collect: dottedName("a slot's name"),
    ask: sendTexts(),
    ...messageShape,
    invalid: texts().optional(),
    validate: z.union([text("a condition"), z.array(Must)]).optional(),
    options: z.union([z.array(z.union([OptionSource, text()])), MadeOptions]).optional(),
    when: text("a condition").optional(),
    ask_again: z.boolean().optional(),
    optional: z.boolean().optional(),
    confirm: texts().optional(),
    max_attempts: z.number().int().min(1).max(100).optional(),
    otherwise: z.lazy(steps).optional(),
    idle_after: duration().optional(),
    no_reply: z.lazy(steps).optional(),
  },
  "collect",
);
const TARGET = /^(slots|customer)\.[a-z][a-z0-9_]*$/;
const SetStep = object(
  "a `set` step",
  {
    ...base,
    set: keyed(value(), "a map of `slots.x` and `customer.y` to values", TARGET, "A `set` writes `slots.<name>` or `customer.<name>`."),
  },
  "set",
);
const If = object(
  "an `if` step",
  // biome-ignore lint/suspicious/noThenProperty: `then` is a word of the language.
  { ...base, if: text("a condition"), then: z.lazy(steps).optional(), else: z.lazy(steps).optional() },
  "if",
);
const Switch = object(
  "a `switch` step",
  { ...base, switch: text("an expression"), cases: keyed(z.lazy(steps), "a map of values to steps", null), else: z.lazy(steps).optional() },
  "switch",
);
const Call = object("a `call` step", { ...base, call: name("a flow's name"), with: withValues().optional(), save: saveName() }, "call");
const Link = object("a `link` step", { ...base, link: name("a flow's name"), with: withValues().optional() }, "link");
const Goto = object("a `goto` step", { ...base, goto: name("a step's id") }, "goto");
const End = object("an `end` step", { ...base, end: z.enum(["flow", "all"]) }, "end");
const Action = object(
  "an `action` step",
  {
    ...base,
    action: dottedName("an action's name"),
    with: withValues().optional(),
    save: saveName(),
    timeout: duration().optional(),
    on_error: z.lazy(steps).optional(),
  },
  "action",
);
const Answer = object("an `answer` step", { ...base, answer: text(), otherwise: z.lazy(steps).optional() }, "answer");
const Wait = object(
  "a `wait` step",
  {
    ...base,
    wait: z.union([duration(), object("a `wait`", { until: text("a moment") })]),
    on_reply: z.enum(["keep_waiting", "continue"]).optional(),
  },
  "wait",
);
const Handoff = object(
  "a `handoff` step",
  {
    ...base,
    handoff: name("a queue's name"),
    reason: text().optional(),
    priority: z.enum(["urgent", "high", "normal", "low"]).optional(),
    skills: oneOrMore(text("a skill"), "a skill or a list of them").optional(),
    notice: TextOrMessage.optional(),
    ask_agent: oneOrMore(name("a slot's name"), "a list of slots").optional(),
    return_to: name("a step's id, or `next`").optional(),
    when_closed: z.lazy(steps).optional(),
    when_too_long: z.lazy(steps).optional(),
  },
  "handoff",
);
const Track = object(
  "a `track` step",
  { ...base, track: name("an event's name"), value: value().optional(), currency: text().optional(), event_id: value().optional() },
  "track",
);
const Split = object(
  "a `split` step",
  {
    ...base,
    split: name("an experiment's name"),
    arms: keyed(z.number().min(0).max(100), "a map of arms to percentages"),
    cases: keyed(z.lazy(steps), "a map of arms to steps").optional(),
  },
  "split",
);
const StartSequence = object(
  "a `start_sequence` step",
  { ...base, start_sequence: name("a sequence's name"), with: withValues().optional() },
  "start_sequence",
);
const StopSequence = object(
  "a `stop_sequence` step",
  { ...base, stop_sequence: name("a sequence's name"), with: withValues().optional() },
  "stop_sequence",
);
const Tag = object("a `tag` step", { ...base, tag: oneOrMore(text("a tag"), "a tag or a list of tags") }, "tag");
const Untag = object("an `untag` step", { ...base, untag: oneOrMore(text("a tag"), "a tag or a list of tags") }, "untag");
const Note = object("a `note` step", { ...base, note: text() }, "note");

const Step = z.union([
  Send,
  Collect,
  SetStep,
  If,
  Switch,
  Call,
  Link,
  Goto,
  End,
  Action,
  Answer,
  Wait,
  Handoff,
  Track,
  Split,
  StartSequence,
  StopSequence,
  Tag,
  Untag,
  Note,
]);
export type StepSource =
  | z.infer<typeof Send>
  | z.infer<typeof Collect>
  | z.infer<typeof SetStep>
  | z.infer<typeof If>
  | z.infer<typeof Switch>
  | z.infer<typeof Call>
  | z.infer<typeof Link>
  | z.infer<typeof Goto>
  | z.infer<typeof End>
  | z.infer<typeof Action>
  | z.infer<typeof Answer>
  | z.infer<typeof Wait>
  | z.infer<typeof Handoff>
  | z.infer<typeof Track>
  | z.infer<typeof Split>
  | z.infer<typeof StartSequence>
  | z.infer<typeof StopSequence>
  | z.infer<typeof Tag>
  | z.infer<typeof Untag>
  | z.infer<typeof Note>;
export const Steps: z.ZodType<StepList> = oneOrMore(Step as z.ZodType<StepSource>, "a step or a list of steps");

export const SLOT_TYPES = [
  "text",
  "integer",
  "number",
  "money",
  "date",
  "time",
  "datetime",
  "yes_no",
  "choice",
  "choices",
  "email",
  "phone",
  "location",
  "attachment",
] as const;
const slotShape = {
  type: z.enum(SLOT_TYPES),
  of: z.union([keyed(text("a label"), "a map of values to labels", null), z.array(text("a value"))]).optional(),
  also: keyed(oneOrMore(text(), "a word or a list of words"), "a map of values to words", null).optional(),
  pattern: text("a regular expression").optional(),
  label: text().optional(),
  default: value().optional(),
  personal: z.boolean().optional(),
  keep: z.union([duration(), z.literal(true)]).optional(),
  only_when_asked: z.boolean().optional(),
};
export const SlotSource = object("a slot", slotShape);
export type SlotSource = z.infer<typeof SlotSource>;

const EVENTS = ["get_started", "followed", "comment", "person_wanted"] as const;
export const Trigger = z.union([
  object("a `phrases` trigger", { phrases: oneOrMore(text("a phrase"), "a list of phrases") }, "phrases"),
  object("a `payload` trigger", { payload: oneOrMore(text("a payload"), "a payload or a list of them") }, "payload"),
  object("a `keyword` trigger", { keyword: oneOrMore(text("a keyword"), "a keyword or a list of them") }, "keyword"),
  object("an `event` trigger", { event: oneOrMore(name("an event's name"), "an event or a list of them") }, "event"),
  object("a `referral` trigger", { referral: z.union([z.boolean(), text("`true` or a `ref` pattern")]) }, "referral"),
  z.enum(EVENTS),
]);
export type TriggerSource = z.infer<typeof Trigger>;

export const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
export const language = (): z.ZodType<Written> => formed(LANGUAGE, "a language", "Languages are written as `en`, `zh` or `zh-TW`.");
export const format = () => z.literal(1);

const fileShape = {
  format: format(),
  flow: name("a flow's name"),
  title: text("a few words for a button").optional(),
  description: text().optional(),
  language: language().optional(),
  only_on: oneOrMore(formed(CHANNEL, "a channel", "A channel is written `wechat`."), "a list of channels").optional(),
  triggers: oneOrMore(Trigger, "a trigger or a list of triggers").optional(),
  guard: text("a condition").optional(),
  otherwise: z.lazy(steps).optional(),
  interruptions: z.enum(["all", "answers", "none"]).optional(),
  inputs: z.array(name("a slot's name")).optional(),
  outputs: z.array(name("a slot's name")).optional(),
  slots: keyed(SlotSource, "a map of slots").optional(),
  steps: z.lazy(steps),
};
export const FlowFile = object("a flow file", fileShape);
export type FlowFile = z.infer<typeof FlowFile>;
