/** What the studio's screen is told, as it goes over the wire: files and problems, a phone, its turns, a flow as a graph. */
import type { PhoneCard, PhoneMedium, PhoneMediumKind, PhoneMenuEntry, PhoneOption } from "../../adapters/played-phone.ts";
import type { Json, JsonObject } from "../../model/json.ts";

export type PlaceView = { file: string; line: number; column: number };

export type FileKind = "bot" | "actions" | "flow" | "faq" | "ads" | "locale" | "story" | "other";
export type FileView = { path: string; kind: FileKind; errors: number; warnings: number };

/** `text` is what `baton check` prints for it. */
export type ProblemView = {
  code: string;
  severity: "error" | "warning";
  file: string;
  line: number;
  column: number;
  length: number;
  message: string;
  near: string[];
  help: string | null;
  text: string;
  /** The line of the file that it is about. */
  excerpt: string;
};

export type AdView = {
  index: number;
  campaign: string;
  match: Record<string, string>;
  start: string;
  with: JsonObject;
  place: PlaceView;
  /** Where the flow that it starts stands; null: there is none. */
  flowPlace: PlaceView | null;
};

export type FlowView = { name: string; description: string; pattern: boolean; place: PlaceView; steps: number };

export type VersionView = {
  hash: string;
  /** When it became the one that runs, and how long that took from the save; null: since the start. */
  sinceMs: number;
  tookMs: number | null;
  /** Do the files on disk say something else that cannot run? */
  behind: boolean;
};

export type BotView = { name: string; title: string; file: string; languages: string[]; channels: ChannelView[] };
/** A channel that a phone can be had on, and on which kinds of time. */
export type ChannelView = { channel: string; modes: PhoneMode[] };

export type OverviewView = {
  bots: BotView[];
  bot: string;
  version: VersionView;
  files: FileView[];
  stories: FileView[];
  problems: ProblemView[];
  ads: AdView[];
  flows: FlowView[];
  /** Absolute folders, for links into an editor on the same machine. */
  root: string;
  builtinRoot: string;
};

export type FileTextView = { path: string; absolute: string; text: string; readOnly: boolean; problems: ProblemView[] };

/** `live`: on the running server, with its desk. `time`: a stage of its own, whose clock can be turned. */
export type PhoneMode = "live" | "time";

export type PhoneAd = { title: string; pictureUrl?: string; ref?: string; campaign: string | null };

/** One thing in the thread, in order. */
export type PhoneLine =
  | {
      kind: "line";
      id: string;
      by: "customer" | "bot" | "person" | "platform";
      name: string | null;
      atMs: number;
      text: string;
      options: PhoneOption[];
      /** Options behind a button of this name. */
      sheet: { label: string; options: PhoneOption[] } | null;
      cards: PhoneCard[];
      media: PhoneMedium[];
      ad: PhoneAd | null;
      reaction: string | null;
      /** The step that said it. */
      step: StepRef | null;
    }
  | { kind: "ad"; id: string; atMs: number; ad: PhoneAd }
  | { kind: "jump"; id: string; atMs: number; fromMs: number; toMs: number };

export type StepRef = { flow: string; step: string; kind: string; place: PlaceView | null };

/** `always`: this channel closes no window. */
export type WindowView = { always: boolean; open: boolean; closesAtMs: number | null; lengthMs: number; humanUntilMs: number | null };
/** Of so many messages that the brand may send, what is left; `untilMs`: when it is counted anew. */
export type BudgetView = { left: number; max: number; untilMs: number | null; of: "customer" | "account" };

export type SlotView = { name: string; label: string | null; value: Json; from: string; type: string; asking: boolean };
export type FrameView = { flow: string; step: StepRef | null; via: string; slots: SlotView[]; saves: JsonObject; stale: boolean };
export type SessionView = {
  controller: "bot" | "queue" | "human" | "none";
  agent: string | null;
  language: string | null;
  frames: FrameView[];
  question: (StepRef & { attempts: number; maxAttempts: number }) | null;
  kept: SlotView[];
  customer: JsonObject;
  ad: { campaign: string | null; title: string | null } | null;
  timers: TimerView[];
  /** Set when a save changed the flow under way: it moved along, or why not. */
  moved: { atMs: number; stays: string | null } | null;
};
export type TimerView = { key: string; atMs: number };

export type HeardView = {
  kind: string;
  text: string | null;
  title: string | null;
  attachments: string[];
  ad: PhoneAd | null;
  name: string | null;
  /** Of a call that came back. */
  action: string | null;
  outcome: { ok: boolean; code: string | null; value: Json } | null;
  tookMs: number | null;
};
/** `shares`: words of the text that its phrase has too. */
export type CandidateView = {
  kind: "flow" | "faq";
  name: string;
  score: number;
  phrase: string;
  place: PlaceView | null;
  shares: string[];
};
/** `acts`: what a candidate needs to be acted upon; `sure`: to interrupt a free text. */
export type RankingView = { text: string; none: number; acts: number; sure: number; candidates: CandidateView[] };
/** One sentence of the turn's trace; `ref` where it names a step, a flow or an FAQ entry. */
export type TraceView = { at: string; what: string; data: Json; ref: StepRef | null };
export type SaidView = {
  text: string;
  by: "bot" | "system" | "agent";
  step: StepRef | null;
  buttons: number;
  choices: number;
  cards: number;
  state: string;
  why: string | null;
};
export type TurnView = {
  seq: number;
  atMs: number;
  heard: HeardView | null;
  /** The ranking that decided. */
  ranking: RankingView | null;
  /** Of a text that was read in parts, or with what came before: each, with its best candidate. */
  readings: { text: string; best: CandidateView | null }[];
  trace: TraceView[];
  calls: { action: string; place: PlaceView | null }[];
  said: SaidView[];
  handoff: { queue: string; detail: string; ticket: string } | null;
  answered: string[];
  ends: string;
  stands: StepRef | null;
  program: string;
  /** What the commit wrote: journal numbers, first and last. */
  commit: { from: number; to: number };
};

export type TicketView = {
  id: string;
  queue: string;
  state: string;
  agent: string | null;
  mine: boolean;
  priority: string;
  detail: string;
  openedAtMs: number;
  promisedAtMs: number | null;
  summary: string;
  wants: string | null;
  stopped: StepRef | null;
  returnTo: string | null;
  askAgent: SlotView[];
  facts: { key: string; value: Json; source: string }[];
};

export type PhoneView = {
  id: string;
  mode: PhoneMode;
  channel: string;
  bot: string;
  /** Grows with every change that a screen can see. */
  revision: number;
  nowMs: number;
  customer: { name: string; first: string; locale: string };
  page: string;
  lines: PhoneLine[];
  /** Under the newest line; gone when something else is said. */
  offered: PhoneOption[];
  /** Offered before the first word. */
  starters: string[];
  /** How somebody begins who says nothing. */
  begins: "start" | "follow" | null;
  menu: PhoneMenuEntry[];
  /** What the channel's app sends beside words. */
  sends: PhoneMediumKind[];
  reacts: boolean;
  typing: boolean;
  receipt: "none" | "sent" | "delivered" | "seen";
  window: WindowView;
  budget: BudgetView | null;
  session: SessionView | null;
  turns: TurnView[];
  ticket: TicketView | null;
};

export type GraphNode = {
  id: string;
  kind: string;
  text: string;
  place: PlaceView;
  /** Has a designer named it, or did we? */
  named: boolean;
};
export type GraphEdge = { from: string; to: string; label: string | null; kind: "next" | "branch" | "otherwise" };
export type GraphView = { flow: string; description: string; start: string; nodes: GraphNode[]; edges: GraphEdge[] };

export type StoryView = {
  name: string;
  text: string;
  passes: boolean;
  wrong: { line: number; sentence: string } | null;
  /** What a story cannot tell yet and was left out. */
  left: string[];
  path: string;
};

/** Over `/studio/stream`. */
export type StudioNotice =
  | { kind: "files"; problems: number; errors: number; changed: string[] }
  | { kind: "reloaded"; bot: string; hash: string; tookMs: number }
  | { kind: "phone"; phone: string; revision: number };
