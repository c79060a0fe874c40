/**
 * A brand's compiled files: what the checker makes once, at load, and every turn walks. Steps of a flow lie in one
 * flat list; each knows the index of the step after it, so a branch that ends goes on where the language says.
 */
import type { MayDo, Price, SpendingLimits } from "../model/answerer.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Limits } from "../model/limits.ts";
import type { Priority } from "../model/turn.ts";

/** Index into `Flow.steps`; END: the flow ends; STAY: back to the open question (after a `no_reply` that goes on). */
export type At = number;
export const END = -1;
export const STAY = -2;

/** Where something was written: for traces and links. Lines and columns from 1. */
export type Place = { file: string; line: number; column: number };

/** What names mean while a turn runs. Absent keys are missing values. Values as CEL knows them (Date, Time, Money ...). */
export type Scope = {
  slots: JsonObject;
  customer: JsonObject;
  event: JsonObject;
  referral: JsonObject;
  channel: JsonObject;
  bot: JsonObject;
  window: JsonObject;
  now: number;
  saves: JsonObject;
  error?: JsonObject;
  item?: Json;
  value?: Json;
  pattern?: JsonObject;
  /** For printing and for dates: the text's language, the customer's zone. */
  language: string;
  timezone: string;
  currency: string;
  queues: Record<string, { open: boolean; estimateMs: number | null }>;
};

/** Nobody and nothing: for what reads only what it is handed. Spread it, never write to it. */
export const EMPTY_SCOPE: Readonly<Scope> = {
  slots: {},
  customer: {},
  event: {},
  referral: {},
  channel: {},
  bot: {},
  window: {},
  now: 0,
  saves: {},
  language: "en",
  timezone: "UTC",
  currency: "USD",
  queues: {},
};

/** A CEL condition. A missing value on the way makes it false. `note` hears each evaluation, for the trace. */
export interface Condition {
  readonly source: string;
  readonly place: Place;
  holds(scope: Scope): boolean;
}
/** A value: a literal, a text with `{{ }}`, or a lone `{{ x }}` that keeps x's type (as Json). undefined: missing. */
export interface Value {
  readonly source: string;
  readonly place: Place;
  read(scope: Scope): Json | undefined;
}
/** A text in every language it has; `languages[0]` is the file's own. */
export interface Text {
  readonly source: string;
  readonly place: Place;
  readonly languages: string[];
  print(scope: Scope, language: string): string;
}
/** Variants, taken in turn. */
export type Texts = Text[];

export type ButtonPlan = { title: Text; link?: string; goto?: string; payload?: Value; url?: Value; phone?: Value };
export type EachPlan<T> = { each: Value; item: T };
export type ChoicePlan = { title: Text };
export type CardPlan = { title: Text; subtitle?: Text; image?: Value; url?: Value; buttons?: ButtonPlan[] };
export type MessagePlan = {
  place: Place;
  texts: Texts; // [] when there is only other content
  buttons?: ButtonPlan[] | EachPlan<ButtonPlan>;
  choices?: ChoicePlan[] | EachPlan<ChoicePlan>;
  image?: Value;
  video?: Value;
  audio?: Value;
  file?: Value;
  cards?: CardPlan[] | EachPlan<CardPlan>;
  /** Approved templates in its stead once the window is closed, by channel or channel and account. */
  outside?: Map<string, TemplatePlan>;
  /** The whole message as one channel (`wechat`, or `wechat:gh_alder`) is to get it, already merged. */
  channels: Map<string, MessagePlan>;
  /** Languages in which every text of it exists; the first is the file's own. */
  languages: string[];
};

export type TemplatePlan = { name: string; language?: string; values?: Value[] | Map<string, Value>; image?: Value };

export type SlotType =
  | "text"
  | "integer"
  | "number"
  | "money"
  | "date"
  | "time"
  | "datetime"
  | "yes_no"
  | "choice"
  | "choices"
  | "email"
  | "phone"
  | "location"
  | "attachment";
export type Slot = {
  name: string;
  type: SlotType;
  of?: { value: string; label: Text; also: string[] }[];
  pattern?: { source: string; first(text: string): string | null };
  label?: Text;
  default?: Value;
  personal: boolean;
  keep?: { forMs: number | null }; // null: no end
  onlyWhenAsked: boolean;
};
export type Target = { kind: "slot" | "customer"; name: string };

export type OptionsPlan = { each?: Value; value: Value; label: Text }[];

export type StepBase = { id: string; at: At; next: At; place: Place; writtenId: boolean };
export type Step = StepBase &
  (
    | { kind: "send"; message: MessagePlan }
    | {
        kind: "collect";
        target: Target;
        slot: Slot;
        ask: MessagePlan;
        invalid?: Texts;
        validate: { must: Condition; invalid?: Texts }[];
        options?: OptionsPlan;
        when?: Condition;
        askAgain: boolean;
        optional: boolean;
        confirm?: Texts;
        maxAttempts: number;
        otherwise?: At;
        idleAfterMs: number;
        noReply?: At;
      }
    | { kind: "set"; sets: { target: Target; value: Value | null }[] }
    | { kind: "if"; test: Condition; then: At; else: At }
    | { kind: "switch"; on: Value; cases: Map<string, At>; else: At }
    | { kind: "call"; flow: string; with: Map<string, Value>; save?: string }
    | { kind: "link"; flow: string; with: Map<string, Value> }
    | { kind: "goto"; to: At }
    | { kind: "end"; what: "flow" | "all" }
    | { kind: "action"; action: string; with: Map<string, Value>; save?: string; timeoutMs: number; onError?: At }
    | { kind: "answer"; text: Value; otherwise?: At }
    | { kind: "wait"; forMs?: number; until?: UntilPlan; onReply: "keep_waiting" | "continue" }
    | {
        kind: "handoff";
        queue: string;
        reason?: Text;
        priority: Priority;
        skills: string[];
        notice?: MessagePlan;
        askAgent: string[];
        returnTo?: At;
        whenClosed?: At;
        whenTooLong?: At;
      }
    | { kind: "tag"; add: Value[]; remove: Value[] }
    | { kind: "note"; text: Text }
  );
/** `tomorrow 09:00`, `mon 09:00` or a moment. */
export type UntilPlan =
  | { kind: "day"; day: "today" | "tomorrow" | "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"; hour: number; minute: number }
  | { kind: "moment"; value: Value };

export type Flow = {
  name: string;
  /** A few words for a button. */
  title?: Text;
  description: string;
  place: Place;
  language: string;
  pattern: boolean; // one of the patterns: no triggers, no keep
  onlyOn: Set<string> | null;
  phrases: { text: string; place: Place }[];
  payloads: string[];
  keywords: string[];
  events: string[];
  referral: boolean;
  guard?: Condition;
  otherwise: At | null;
  slots: Map<string, Slot>;
  inputs: string[];
  outputs: string[];
  interruptions: "all" | "answers" | "none";
  steps: Step[];
  start: At;
  byId: Map<string, At>;
};

export type FaqEntry = {
  id: string;
  /** A few words for a button. */
  title?: Text;
  place: Place;
  questions: { text: string; place: Place }[];
  /** The first that holds; `language`: only for customers who speak it. */
  answers: { when?: Condition; language?: string; message: MessagePlan }[];
  expiresOn: string | null;
  language: string;
  /** Where an imported entry came from, as the import wrote it. */
  source?: string;
  /** A passage of a document: it has no questions, is ranked by its own words and never said in others. */
  passage?: { document: string; heading: string; text: string };
};
export type AdRule = {
  place: Place;
  match: Record<string, string>;
  campaign: string | null;
  start: string;
  with: Map<string, Value>;
  language: string | null;
};

export type Hours = {
  timezone: string;
  days: Record<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun", { fromMin: number; toMin: number }[]> | null;
  holidays: string[];
};
export type Queue = {
  name: string;
  hours: Hours;
  notice?: MessagePlan;
  answerWithinMs: number | null;
  maxWaitMs: number | null;
  route: { skills: string[]; sameLanguage: boolean; overflow: string | null; forMs: number | null }[];
  /** Flows that each take over when nobody can be promised; `{ link: x }` in the file. */
  whenClosed: string | null;
  whenTooLong: string | null;
};

export type FieldType =
  | { kind: "slot"; type: SlotType }
  | { kind: "url" }
  | { kind: "list"; of: FieldType }
  | { kind: "map"; fields: Map<string, { type: FieldType; optional: boolean }> };
export type Action = {
  name: string;
  safe: boolean;
  personal: boolean;
  timeoutMs: number;
  place: Place;
  input: Map<string, { type: FieldType; optional: boolean }>;
  output: Map<string, { type: FieldType; optional: boolean }>;
  http?: { method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"; url: Value; headers: [string, Value][]; body?: Value };
  /** CEL over `status`, `headers`, `body`; a field not named is the body's. undefined when the answer does not fit `output`. */
  map: Map<string, Value>;
  /** `path` is project-relative, wherever the actions file lies. */
  module?: { path: string; name: string };
  /** Where `function:` is written. */
  moduleAt?: Place;
  /** One of ours: the runtime does it itself, without a network. */
  own?: OwnAction;
};
export type OwnAction = "code" | "link" | "unlink";

export type ChannelAccount = { channel: string; account: string; settings: Record<string, string> };
/** Who may help to answer. `what`: the model's name, or the package and class that make it. */
export type AnswersPlan =
  | { from: "local-only" }
  | {
      from: "anthropic" | "langchain";
      what: string;
      key: string | null;
      with: JsonObject;
      price: Price | null;
      may: MayDo[];
      timeoutMs: number;
      limits: SpendingLimits;
    };

export type Bot = {
  name: string;
  title: string;
  languages: string[];
  timezone: string;
  currency: string;
  channels: ChannelAccount[];
  disclosure?: MessagePlan;
  discloseAgainAfterMs: number;
  menu: ButtonPlan[];
  iceBreakers: ButtonPlan[];
  customerFields: Map<string, Slot>;
  defaults: { maxAttempts: number; idleAfterMs: number; queue: string | null; settleMs: number };
  retention: { saidMs: number; customersMs: number };
  queues: Map<string, Queue>;
  answers: AnswersPlan;
};

export type Program = {
  /** Of the source files: the same files, the same hash, on every machine. */
  hash: string;
  bot: Bot;
  flows: Map<string, Flow>;
  faq: Map<string, FaqEntry>;
  ads: AdRule[];
  actions: Map<string, Action>;
  events: Map<string, Map<string, { type: FieldType; optional: boolean }>>;
  /** The engine's own lines by id (`invalid_email` ...), the brand's over ours. */
  texts: Map<string, Texts>;
  limits: Map<string, Limits>;
  /** Does any text or condition read a profile field of the customer (first_name ...)? Then the first turn may wait for it. */
  readsProfile: boolean;
};
