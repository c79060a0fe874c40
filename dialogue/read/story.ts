/** Reads a story file: a conversation as it should go, for `baton test`. Who plays it is elsewhere. */
import type { NoWord } from "../../model/answerer.ts";
import type { CallErrorCode } from "../../model/event.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Priority } from "../../model/turn.ts";
import { nearNames } from "../expressions/near.ts";
import type { Problem } from "../problem.ts";
import type { Place } from "../program.ts";
import { type AnswerSource, type ScriptLineSource, StoryFile, type TableRowSource } from "./content-schema.ts";
import { json, type Node, placeOf, problemAt } from "./node.ts";
import { list, readAs } from "./shape.ts";
import type { Keyed, Written } from "./words.ts";
import { load } from "./yaml.ts";

export type StoryAttachment = {
  kind: "image" | "video" | "audio" | "file" | "sticker" | "location";
  url?: string;
  title?: string;
  lat?: number;
  lng?: number;
};
/** `*` stands for any text, line breaks included; the whole has to match. */
export type ExpectedText = { source: string; matches(text: string): boolean };
/** What one call of an action answers in a story. */
export type ActionFixture = { ok: true; value: Json } | { ok: false; error: CallErrorCode };

/** What a model says to one ask, as if it had said so. */
export type AnswerFixture = {
  choose?: string;
  fill: { name: string; values: string[]; evidence: string }[];
  rephrase?: string;
  summarize?: string;
  error?: NoWord;
};

export type ScriptLine = { place: Place } & (
  | { kind: "customer"; text: string; referral: JsonObject | null; attachment: StoryAttachment | null; duplicate: boolean }
  /** Title of a button or choice, as shown. */
  | { kind: "tap"; title: string; duplicate: boolean }
  | { kind: "payload"; payload: string; duplicate: boolean }
  | { kind: "referral"; referral: JsonObject; duplicate: boolean }
  | { kind: "attachment"; attachment: StoryAttachment; duplicate: boolean }
  | { kind: "event"; name: string; fields: JsonObject; duplicate: boolean }
  /** From here on the same person writes in another of the bot's channels, and `bot:` lines are what is said there. */
  | { kind: "channel"; channel: string }
  /** What the last turn decided, in order; `among`: what was ranked too. */
  | { kind: "decided"; decided: string[]; among: string[] }
  /** Moves the clock. */
  | { kind: "wait"; ms: number }
  | { kind: "bot"; text: ExpectedText }
  /** `bot: "*"`: any one message; `bot: "**"`: any number of them. */
  | { kind: "bot_any"; many: boolean }
  /** Only what is written is compared; null: not. Slots: those named. */
  | { kind: "handoff"; queue: string; priority: Priority | null; reason: ExpectedText | null; slots: JsonObject | null }
  | { kind: "agent"; text: string }
  | { kind: "customer_sees"; text: ExpectedText }
  | { kind: "agent_returns"; facts: JsonObject; toStep: string | null; note: string | null }
  | { kind: "agent_resolves" }
  /** Begins in the middle: the first line of its script. */
  | { kind: "at_step"; flow: string; step: string; slots: JsonObject }
  | { kind: "tracked"; name: string }
  /** Is no flow on the stack? */
  | { kind: "ended"; ended: boolean }
);

export type Story = {
  title: string;
  place: Place;
  bot: string;
  channel: string | null; // null: the bot's first
  account: string | null;
  /** The virtual clock's start; null: the runner's own choice. */
  atMs: number | null;
  /** Language in which `bot:` lines are written; null: the files' own. */
  texts: string | null;
  closed: string[]; // queues without people
  customer: JsonObject;
  referral: JsonObject | null;
  /** Answers of successive calls by action; the last one serves all that follow. */
  actions: Map<string, ActionFixture[]>;
  /** What a model says to successive asks; none: nobody is asked. */
  answers: AnswerFixture[];
  script: ScriptLine[];
  /** Each message is said in a conversation of its own, after the script and what its row says comes before. */
  table: TableLine[];
};
export type TableLine = { place: Place; text: string; after: string[]; decided: string[]; among: string[] };

/** `story` is null when anything is wrong with the file. Never throws. */
export function parseStory(text: string, file: string): { story: Story | null; problems: Problem[] } {
  const loaded = load(file, text);
  const problems = [...loaded.problems];
  if (!loaded.root) {
    if (problems.length === 0)
      problems.push(
        problemAt({ source: loaded.source, start: 0, end: 1 }, "empty-file", "This file is empty.", { help: "Begin it with `format: 1`." }),
      );
    return { story: null, problems };
  }
  const read = readAs(loaded.root, StoryFile, problems, "this file");
  const story = read ? storyOf(read, problems) : null;
  return { story: problems.length > 0 ? null : story, problems };
}

function storyOf(read: StoryFile, problems: Problem[]): Story {
  const script = (read.script ?? []).map(scriptLine);
  const table = (read.table ?? []).flatMap(tableLines);
  for (const [i, line] of script.entries()) {
    if (line.kind === "at_step" && i > 0)
      problems.push(
        problemAt(read.script![i]!.node, "story-order", "`at_step` says where the story begins, so it is the first line of the script.", {
          help: "Move it to the top.",
        }),
      );
  }
  if (script.length === 0 && table.length === 0 && problems.length === 0)
    problems.push(
      problemAt(read.node, "empty-story", "This story has no script.", {
        help: "Write what is said, line by line: `- customer: Hello` and `- bot: Hi!*`.",
      }),
    );
  return {
    title: read.story.text,
    place: placeOf(read.story.at),
    bot: read.bot.text,
    channel: read.channel?.text ?? null,
    account: read.account?.text ?? null,
    atMs: read.at ? moment(read.at, problems) : null,
    texts: read.texts?.text ?? null,
    closed: (read.closed ?? []).map((one) => one.text),
    customer: values(read.fixtures?.customer),
    referral: read.fixtures?.referral ? values(read.fixtures.referral) : null,
    actions: new Map((read.fixtures?.actions ?? []).map((one) => [one.key.text, answers(one.value, problems)])),
    answers: (read.fixtures?.answers ?? []).map(answerFixture),
    script,
    table,
  };
}

function answerFixture({ choose, fill, rephrase, summarize, error }: AnswerSource): AnswerFixture {
  return {
    ...(choose ? { choose: choose.text } : {}),
    fill: (fill ?? []).map(({ key, value }) => ({ name: key.text, values: value.value.map((one) => one.text), evidence: value.said.text })),
    ...(rephrase ? { rephrase: rephrase.text } : {}),
    ...(summarize ? { summarize: summarize.text } : {}),
    ...(error ? { error } : {}),
  };
}

function tableLines(row: TableRowSource): TableLine[] {
  return row.says.map((said) => ({
    place: placeOf(said.at),
    text: said.text,
    after: (row.after ?? []).map((one) => one.text),
    decided: row.decided.map((one) => one.text),
    among: (row.among ?? []).map((one) => one.text),
  }));
}

function scriptLine(source: ScriptLineSource): ScriptLine {
  const place = placeOf(source.node);
  const duplicate = "duplicate" in source && source.duplicate === true;
  if ("customer" in source) {
    const attachment = source.attachment ? attachmentOf(source.attachment) : null;
    return {
      place,
      kind: "customer",
      text: source.customer.text,
      referral: source.referral ? values(source.referral) : null,
      attachment,
      duplicate,
    };
  }
  if ("bot" in source) {
    if (source.bot.text === "*" || source.bot.text === "**") return { place, kind: "bot_any", many: source.bot.text === "**" };
    return { place, kind: "bot", text: expected(source.bot.text) };
  }
  if ("tap" in source) return { place, kind: "tap", title: source.tap.text, duplicate };
  if ("payload" in source) return { place, kind: "payload", payload: source.payload.text, duplicate };
  if ("referral" in source) return { place, kind: "referral", referral: values(source.referral), duplicate };
  if ("attachment" in source) return { place, kind: "attachment", attachment: attachmentOf(source.attachment), duplicate };
  if ("event" in source) return { place, kind: "event", name: source.event.text, fields: values(source.fields), duplicate };
  if ("channel" in source) return { place, kind: "channel", channel: source.channel.text };
  if ("decided" in source)
    return { place, kind: "decided", decided: source.decided.map((one) => one.text), among: (source.among ?? []).map((one) => one.text) };
  if ("wait" in source) return { place, kind: "wait", ms: source.wait.ms };
  if ("handoff" in source) {
    return {
      place,
      kind: "handoff",
      queue: source.handoff.text,
      priority: source.priority ?? null,
      reason: source.reason ? expected(source.reason.text) : null,
      slots: source.slots ? values(source.slots) : null,
    };
  }
  if ("agent" in source) return { place, kind: "agent", text: source.agent.text };
  if ("customer_sees" in source) return { place, kind: "customer_sees", text: expected(source.customer_sees.text) };
  if ("agent_returns" in source) {
    const given = source.agent_returns === true ? null : source.agent_returns;
    return {
      place,
      kind: "agent_returns",
      facts: values(given?.facts),
      toStep: given?.to_step?.text ?? null,
      note: given?.note?.text ?? null,
    };
  }
  if ("agent_resolves" in source) return { place, kind: "agent_resolves" };
  if ("at_step" in source) {
    const [flow, step] = source.at_step.text.split("/") as [string, string];
    return { place, kind: "at_step", flow, step, slots: values(source.slots) };
  }
  if ("tracked" in source) return { place, kind: "tracked", name: source.tracked.text };
  return { place, kind: "ended", ended: source.ended };
}

export function expected(source: string): ExpectedText {
  const pieces = source.split("*");
  return { source, matches: (text) => matchesPieces(text, pieces) };
}

/** First and last piece at the ends, those between in order: linear in the text. */
function matchesPieces(text: string, pieces: string[]): boolean {
  if (pieces.length === 1) return text === pieces[0];
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

function values(source: Keyed<Node> | undefined): JsonObject {
  const made: JsonObject = {};
  for (const { key, value } of source ?? [])
    Object.defineProperty(made, key.text, { value: json(value), enumerable: true, writable: true, configurable: true });
  return made;
}

function attachmentOf(
  source: StoryAttachment["kind"] | { kind: StoryAttachment["kind"]; url?: Written; title?: Written; lat?: number; lng?: number },
): StoryAttachment {
  if (typeof source === "string") return { kind: source };
  return {
    kind: source.kind,
    ...(source.url ? { url: source.url.text } : {}),
    ...(source.title ? { title: source.title.text } : {}),
    ...(source.lat !== undefined ? { lat: source.lat } : {}),
    ...(source.lng !== undefined ? { lng: source.lng } : {}),
  };
}

const CODES: CallErrorCode[] = ["bad_answer", "timeout", "unreachable", "not_found", "refused", "failed", "in_doubt"];

/** A list answers successive calls; `error: timeout` fails one. */
function answers(node: Node, problems: Problem[]): ActionFixture[] {
  if (node.kind === "list") return node.items.flatMap((item) => answer(item, problems));
  return answer(node, problems);
}

function answer(node: Node, problems: Problem[]): ActionFixture[] {
  const only = node.kind === "map" && node.entries.length === 1 ? node.entries[0]! : null;
  const written = only?.key.text === "error" && only.value.kind === "scalar" ? only.value : null;
  if (!written) return [{ ok: true, value: json(node) }];
  const code = CODES.find((one) => one === written.text);
  if (code) return [{ ok: false, error: code }];
  problems.push(
    problemAt(written, "unknown-choice", `\`${written.text}\` is none of the errors of an action.`, {
      near: nearNames(written.text, CODES),
      help: `They are ${list(CODES)}.`,
    }),
  );
  return [];
}

function moment(written: Written, problems: Problem[]): number | null {
  const ms = Date.parse(written.text);
  if (!Number.isNaN(ms) && /(Z|[+-]\d\d:\d\d)$/.test(written.text)) return ms;
  problems.push(
    problemAt(written.at, "bad-moment", `\`${written.text}\` is not a moment.`, {
      help: "Write day, time and zone: 2026-03-02T09:30:00-08:00.",
    }),
  );
  return null;
}
