/** `/why` and `/slots` in `baton chat`: what was heard, what became of it and why, as sentences. */
import type { CallOutcome, Heard } from "../model/event.ts";
import type { JournalRow } from "../model/journal.ts";
import type { Json } from "../model/json.ts";
import type { Trace } from "../model/turn.ts";
import { STAGE_AGENT, type Stage } from "../server/stage.ts";
import { textOf } from "../server/story-player.ts";

/** Everything since the customer, a timer or an agent last did something: a call's answer is a turn of its own. */
export async function why(stage: Stage): Promise<string[]> {
  const journal = await stage.journal();
  const from = journal.findLastIndex((row) => (row.kind === "heard" && row.skeleton.kind !== "called") || row.kind === "control");
  if (from < 0) return ["Nothing has been heard yet."];
  const rows = journal.slice(from);
  const sentences = rows.flatMap((row) => sentencesOf(row, rows, stage));
  const last = rows.findLast((row) => row.kind === "turn");
  sentences.push(last ? ending(last) : "nothing was decided: a person or a queue has the conversation");
  return counted(sentences).map((sentence) => `  ${sentence}`);
}

/** A loop goes round a hundred times; once is enough to read. */
function counted(sentences: string[]): string[] {
  const starts = sentences.flatMap((sentence, at) => (sentence === sentences[at - 1] ? [] : [at]));
  return starts.map((at, n) => {
    const times = (starts[n + 1] ?? sentences.length) - at;
    return times === 1 ? sentences[at]! : `${sentences[at]} (${times} times)`;
  });
}

function sentencesOf(row: JournalRow, rows: JournalRow[], stage: Stage): string[] {
  switch (row.kind) {
    case "heard":
      return row.skeleton.kind === "called" ? answered(row) : [heard(row, rows.filter((one) => one.kind === "turn").flatMap(traceOf))];
    case "control":
      return [`${row.by === `agent:${STAGE_AGENT}` ? "the agent" : row.by}: ${String(row.skeleton.kind).replaceAll("_", " ")}`];
    case "turn":
      return traceOf(row).flatMap((one) => walked(one, stage) ?? []);
    case "line": {
      const { message } = row.personal as unknown as { message: Parameters<typeof textOf>[0] };
      const { by, flow, step } = row.skeleton;
      const where = flow && step ? ` (${String(flow)}/${String(step)})` : "";
      return [`${by === "agent" ? "the agent" : "the bot"} said ${quoted(textOf(message))}${where}`];
    }
    case "note":
      return [`noted for agents: ${quoted(String((row.personal as { text?: string } | null)?.text ?? ""))}`];
    case "delivery":
      return row.skeleton.why ? [`delivery ${String(row.skeleton.state)}: ${String(row.skeleton.why)}`] : [];
    default:
      return [];
  }
}

function ending({ skeleton: { ends, flow, step } }: JournalRow): string {
  return `ends in ${ENDS[String(ends)] ?? String(ends)}${flow ? ` at ${String(flow)}${step ? `/${String(step)}` : ""}` : ""}`;
}

const traceOf = (row: JournalRow): Trace[] => (row.personal as { trace?: Trace[] } | null)?.trace ?? [];

const ENDS: Record<string, string> = {
  question: "a question",
  answer: "an answer",
  wait: "a wait",
  person: "a person",
  goodbye: "a goodbye",
  silence: "silence",
};

const LONG = 70;
const quoted = (text: string) => `“${text.length > LONG ? `${text.slice(0, LONG)}…` : text}”`.replaceAll("\n", " ");

/** The first sentence: heard this, so that; next best. */
function heard(row: JournalRow, trace: Trace[]): string {
  const event = row.personal as unknown as Heard | null;
  const meaning = meant(trace);
  return `heard ${event === null ? String(row.skeleton.kind) : named(event)}${meaning ? ` → ${meaning}` : ""}`;
}

function named(event: Heard): string {
  switch (event.kind) {
    case "said":
      return [event.text === "" ? "" : quoted(event.text), ...event.attachments.map((one) => `(${one.kind})`)].filter(Boolean).join(" ");
    case "tapped":
      return `a tap on ${quoted(event.title ?? event.payload)}`;
    case "referred":
      return "that the customer came by an advertisement or a link";
    case "happened":
      return event.name;
    case "due":
      return "the clock";
    case "called":
      return event.call;
  }
}

type Ranked = { kind: string; name: string; score: number };
const nameOf = ({ kind, name }: Ranked) => `${kind === "faq" ? "FAQ" : kind} ${name}`;
const scored = (one: Ranked) => `${nameOf(one)} ${one.score.toFixed(2)}`;

function meant(trace: Trace[]): string | null {
  const ranked = (trace.findLast(({ at }) => at === "ranking")?.data ?? []) as Ranked[];
  const chief = trace.find(({ at, what }) => at === "heard" && !SAME.has(what));
  const data = chief?.data === undefined ? "" : String(chief.data);
  const asked = trace.filter(({ at, what }) => at === "heard" && what.startsWith("matches "));
  const step = trace.find(({ what }) => what === "answered" || what === "not accepted" || what === "confirmation");
  if (chief?.what === "matches flow" || chief?.what === "matches faq") {
    if (asked.length > 1) return `${asked.length} questions: ${asked.map((one) => String(one.data)).join(", ")}`;
    const [best, ...others] = ranked.toSorted((a, b) => Number(b.name === data) - Number(a.name === data));
    const next = others[0] ? `; next best ${scored(others[0])}` : "";
    return best ? `${nameOf(best)}, ${best.score.toFixed(2)}${next}` : `${chief.what.slice("matches ".length)} ${data}`;
  }
  const several = asked.map((one) => String(one.data));
  if (chief?.what === "refuses") return `not about ${data}${several.length > 0 ? `, but ${several.join(" and ")}` : ""}`;
  if (chief?.what === "leans on") return `${several.join(" and ")}, leaning on ${data}`;
  if (chief?.what === "a near tie") return `a near tie (${ranked.slice(0, 3).map(scored).join(", ")}), so the customer picks`;
  const best = ranked[0] ? `; the best would have been ${scored(ranked[0])}` : "";
  if (chief?.what === "not understood") return `not understood, ${data} in a row${best}`;
  if (chief?.what === "no answer to the question") return `no answer to the open question${best}`;
  if (chief?.what === "keyword" || chief?.what === "payload" || chief?.what === "tapped link") return `flow ${data}, by ${BY[chief.what]}`;
  if (chief) return chief.what + (data ? ` ${data}` : "");
  const fix = trace.find(({ what }) => what === "corrected" || what === "correction comes too late");
  if (fix) return fix.what === "corrected" ? `corrects ${fix.at}` : `would correct ${fix.at}, too late`;
  if (step) return step.what === "not accepted" ? `not accepted as the answer to ${step.at}` : `the answer to ${step.at}`;
  return null;
}

/** Openings of a turn that say no more than the event itself. */
const SAME = new Set(["said", "tapped", "tapped a choice", "referral", "happened"]);
const BY: Record<string, string> = { keyword: "its keyword", payload: "its payload", "tapped link": "a button" };

/** One step of the way; null: it was told already. */
function walked({ at, what, data }: Trace, stage: Stage): string | null {
  const value = data === undefined ? "" : typeof data === "string" ? data : JSON.stringify(data);
  if (at === "heard" || at === "ranking") return null;
  if (at === "language") return what === "heard" ? `the customer writes ${value}` : `the customer asked for ${value}`;
  switch (what) {
    case "started":
      return `flow ${at} started (${value})`;
    case "ended":
      return `${at} ended`;
    case "pattern":
      return `pattern ${at} runs`;
    case "not accepted":
      return `${at}: not accepted, attempt ${value}`;
    case "no reply":
      return `${at}: no reply, silence ${value}`;
    case "waits until":
      return `${at} waits until ${moment(stage, Number(data))}`;
    case "called":
      return `${at} calls ${value}`;
    case "answered": // told by the first sentence
    case "call answered": // told by the answer itself
    case "call failed":
      return null;
  }
  if (typeof data === "boolean") return `${at}: \`${what}\` is ${value}`;
  return `${at}: ${what}${value === "" ? "" : ` (${value})`}`;
}

function answered(row: JournalRow): string[] {
  const { outcome } = row.personal as unknown as { outcome: CallOutcome };
  return [outcome.ok ? `it answered ${short(outcome.value)}` : `it failed: ${outcome.error.code}, ${outcome.error.message}`];
}

const SHOWN = 300;
function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function moment(stage: Stage, ms: number): string {
  return new Date(ms).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: stage.program.bot.timezone });
}

/** What is known: who has the conversation, the runs and their slots, the customer, the window. */
export async function slots(stage: Stage): Promise<string[]> {
  const conversation = await stage.conversation();
  if (!conversation) return ["Nobody has written yet."];
  const { session, controller, marks } = conversation;
  const lines = [`  controller: ${controller}`];
  for (const frame of session.stack) {
    lines.push(`  ${frame.flow}${frame.step ? ` at ${frame.step}` : ""}`);
    for (const [name, slot] of Object.entries(frame.slots)) lines.push(`    ${name} = ${JSON.stringify(slot.value)} (${slot.from})`);
    for (const [name, value] of Object.entries(frame.saves)) lines.push(`    ${name} = ${short(value as Json)} (saved)`);
  }
  lines.push(`  customer: ${JSON.stringify(await stage.customer())}`);
  for (const [opening, atMs] of Object.entries(marks.openings)) lines.push(`  last ${opening}: ${moment(stage, atMs)}`);
  return lines;
}
