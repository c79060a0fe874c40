/** Plays one story on a stage and says, at the first line that goes otherwise, what was expected and what happened. */

import { createRanker, type Ranker } from "../answers/match.ts";
import type { Program } from "../dialogue/program.ts";
import type { ActionFixture, ScriptLine, Story, StoryAttachment, TableLine } from "../dialogue/read/story.ts";
import { decidedIn, rankedIn } from "../dialogue/turn/decided.ts";
import { gotoPayload } from "../dialogue/turn/payloads.ts";
import type { Profile } from "../model/adapter.ts";
import type { Attachment, Heard, Referral } from "../model/event.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Message } from "../model/message.ts";
import { EMPTY_SESSION, type Session } from "../model/session.ts";
import type { Trace } from "../model/turn.ts";
import type { CallFunction } from "../runtime/road.ts";
import { createStage, type Shown, STAGE_AGENT, type Stage } from "./stage.ts";
import { withAnswers } from "./story-answers.ts";

export type Played = {
  /** null: it went as told. */
  wrong: Wrong | null;
  /** Further rows of a table that went otherwise. */
  more: Wrong[];
  /** `flow/step` of every step that was walked. */
  reached: Set<string>;
};

/** Stories that name no time begin on a Monday morning in the bot's first months. */
const MONDAY_MS = Date.UTC(2026, 2, 2, 17, 30);

/** @param program compiled with or without translations, as the story's `texts` asks */
export async function playStory(story: Story, program: Program): Promise<Played> {
  const acts = withActions(program, story.actions);
  const { rank } = story.table.length > 0 ? { rank: createRanker(acts.program) } : {};
  const played: Played = { wrong: null, more: [], reached: new Set() };
  const plays = async (script: ScriptLine[]): Promise<Wrong | null> => {
    const { wrong, reached } = await playOnce({ ...story, script }, acts, rank);
    for (const step of reached) played.reached.add(step);
    return wrong;
  };
  if (story.script.length > 0) played.wrong = await plays(story.script);
  for (const line of played.wrong ? [] : story.table) {
    const wrong = await plays([...story.script, ...scriptOf(line)]);
    if (wrong !== null) played.more.push({ line: line.place.line, sentence: wrong.sentence });
  }
  played.wrong ??= played.more.shift() ?? null;
  return played;
}

/** A row's message as a story of its own: what comes before it, the message, and what is decided. */
function scriptOf({ place, text, after, decided, among }: TableLine): ScriptLine[] {
  const says = (said: string): ScriptLine => ({ place, kind: "customer", text: said, referral: null, attachment: null, duplicate: false });
  const whatever: ScriptLine = { place, kind: "bot_any", many: true };
  return [...after.flatMap((one) => [says(one), whatever]), says(text), { place, kind: "decided", decided, among }, whatever];
}

async function playOnce(
  story: Story,
  acts: { program: Program; callFunction: CallFunction },
  rank?: Ranker,
): Promise<{ wrong: Wrong | null; reached: Set<string> }> {
  const helped = story.answers.length > 0 ? withAnswers(acts.program, story.answers) : null;
  const stage = await createStage({
    program: helped?.program ?? acts.program,
    ...(helped ? { answerer: helped.answerer } : {}),
    channel: story.channel ?? acts.program.bot.channels[0]?.channel ?? "messenger",
    atMs: story.atMs ?? MONDAY_MS,
    profile: profileOf(story.customer),
    customer: story.customer,
    closed: story.closed,
    callFunction: acts.callFunction,
    ...(rank ? { rank } : {}),
  });
  try {
    return { wrong: await play(stage, story), reached: await reached(stage) };
  } finally {
    await stage.close();
  }
}

type Wrong = { line: number; sentence: string };
type Reading = { stage: Stage; seen: number; acts: number; pendingReferral: Referral | null };

async function play(stage: Stage, story: Story): Promise<Wrong | null> {
  const reading: Reading = { stage, seen: 0, acts: 0, pendingReferral: story.referral ? referralOf(story.referral) : null };
  let skipping = false; // `bot: "**"` lets any number of messages pass
  for (const line of story.script) {
    const wrong = (sentence: string): Wrong => ({ line: line.place.line, sentence });
    if (line.kind === "bot_any" && line.many) {
      skipping = true;
      continue;
    }
    if (isSeeing(line)) {
      const problem = see(reading, line, skipping);
      if (problem) return wrong(problem);
      skipping = false;
      continue;
    }
    const unexpected = skipping ? [] : stage.shown.slice(reading.seen);
    if (unexpected.length > 0 && isActing(line))
      return wrong(`Before this line the bot also said ${quoted(unexpected[0]!)}. Every message is to be expected, in order.`);
    if (isActing(line)) {
      if (skipping) reading.seen = stage.shown.length;
      skipping = false;
    }
    const problem = await act(reading, line);
    if (problem) return wrong(problem);
  }
  const left = skipping ? [] : stage.shown.slice(reading.seen);
  const last = story.script.at(-1)!;
  return left.length > 0 ? { line: last.place.line, sentence: `After the last line the bot also said ${quoted(left[0]!)}.` } : null;
}

type Seeing = Extract<ScriptLine, { kind: "bot" | "bot_any" | "customer_sees" }>;

function isSeeing(line: ScriptLine): line is Seeing {
  return line.kind === "bot" || line.kind === "bot_any" || line.kind === "customer_sees";
}

/** Does something that what was said before must not trail into? Looking at tickets or slots does not. */
function isActing(line: ScriptLine): boolean {
  return line.kind !== "handoff" && line.kind !== "ended" && line.kind !== "tracked" && line.kind !== "decided";
}

function see(reading: Reading, line: Seeing, skipping: boolean): string | null {
  const { stage } = reading;
  const fits = (shown: Shown) => {
    if (line.kind === "customer_sees" ? shown.by !== "agent" : shown.by === "agent") return false;
    return line.kind === "bot_any" || line.text.matches(textOf(shown.message));
  };
  const expected = line.kind === "bot_any" ? "any message" : `\`${line.text.source}\``;
  if (skipping) {
    const at = stage.shown.findIndex((shown, n) => n >= reading.seen && fits(shown));
    if (at < 0) return `Expected ${expected}; among what was said, nothing fits.`;
    reading.seen = at + 1;
    return null;
  }
  const next = stage.shown[reading.seen];
  if (!next) return `Expected ${expected}; nothing more was said.`;
  if (!fits(next)) return `Expected ${expected}; ${next.by === "agent" ? "the agent" : "the bot"} said ${quoted(next)}.`;
  reading.seen++;
  return null;
}

async function act(reading: Reading, line: ScriptLine): Promise<string | null> {
  const { stage } = reading;
  const hears = async (event: Heard, duplicate: boolean) => {
    const key = `line:${line.place.line}:${++reading.acts}`; // messages of a table may stand on one line
    await stage.hears(event, { key });
    if (duplicate) await stage.hears(event, { key });
    return null;
  };
  const referral = () => {
    const mine = reading.pendingReferral;
    reading.pendingReferral = null;
    return mine ? { referral: mine } : {};
  };
  switch (line.kind) {
    case "customer": {
      const given = line.referral ? { referral: referralOf(line.referral) } : referral();
      const attachments = line.attachment ? [attachmentOf(line.attachment)] : [];
      return hears({ kind: "said", text: line.text, attachments, messageId: `m_in_${line.place.line}`, ...given }, line.duplicate);
    }
    case "tap": {
      const tapped = offered(stage.shown.slice(0, reading.seen), line.title);
      if (!tapped) return `There is nothing called ${line.title} to tap.`;
      if (tapped.url) return null; // a link opens elsewhere: the bot hears nothing of it
      if (tapped.choice) return hears({ kind: "said", text: line.title, attachments: [], payload: tapped.payload }, line.duplicate);
      return hears({ kind: "tapped", payload: tapped.payload, title: line.title, ...referral() }, line.duplicate);
    }
    case "payload":
      return hears({ kind: "tapped", payload: line.payload, ...referral() }, line.duplicate);
    case "referral":
      return hears({ kind: "referred", referral: referralOf(line.referral) }, line.duplicate);
    case "attachment":
      return hears(
        { kind: "said", text: "", attachments: [attachmentOf(line.attachment)], messageId: `m_in_${line.place.line}` },
        line.duplicate,
      );
    case "event":
      return hears({ kind: "happened", name: line.name, fields: line.fields, ...referral() }, line.duplicate);
    case "channel":
      return stage.goesTo(line.channel) ? null : `The bot has no channel ${line.channel}.`;
    case "wait":
      await stage.passes(line.ms);
      return null;
    case "handoff":
      return handoff(stage, line);
    case "agent": {
      const refused = await claimed(stage);
      if (refused) return refused;
      const said = await stage.control({
        kind: "agent_said",
        agent: STAGE_AGENT,
        message: { text: line.text },
        clientId: `line:${line.place.line}`,
      });
      return said.ok ? null : said.message;
    }
    case "agent_returns": {
      const refused = await claimed(stage);
      if (refused) return refused;
      const facts = Object.entries(line.facts).map(([key, value]) => ({ key, value }));
      const returned = await stage.control({
        kind: "returned",
        agent: STAGE_AGENT,
        facts,
        ...(line.toStep ? { toStep: line.toStep } : {}),
        ...(line.note ? { note: line.note } : {}),
      });
      return returned.ok ? null : returned.message;
    }
    case "agent_resolves": {
      const refused = await claimed(stage);
      if (refused) return refused;
      const resolved = await stage.control({ kind: "resolved", agent: STAGE_AGENT });
      return resolved.ok ? null : resolved.message;
    }
    case "at_step":
      await stage.begins(standing(stage.program, line.flow, line.slots));
      await hears({ kind: "tapped", payload: gotoPayload(line.flow, line.step) }, false);
      return null;
    case "ended": {
      const open = (await stage.conversation())?.session.stack.length ?? 0;
      if ((open === 0) === line.ended) return null;
      return line.ended ? "A flow is still under way." : "No flow is under way any more.";
    }
    case "decided":
      return decision(stage, line);
    case "tracked":
      return "Business events are not tracked in this release.";
    case "bot":
    case "bot_any":
    case "customer_sees":
      return null;
  }
}

async function handoff(stage: Stage, line: Extract<ScriptLine, { kind: "handoff" }>): Promise<string | null> {
  const ticket = await stage.ticket();
  if (!ticket) return "Expected a handoff; nobody was asked for.";
  if (ticket.queue !== line.queue) return `Expected a handoff to ${line.queue}; it went to ${ticket.queue}.`;
  if (line.priority && ticket.priority !== line.priority) return `Expected the priority ${line.priority}; it is ${ticket.priority}.`;
  if (line.reason && !line.reason.matches(ticket.request.detail))
    return `Expected the reason \`${line.reason.source}\`; it is \`${ticket.request.detail}\`.`;
  const facts = (ticket.package as { facts?: { key: string; value: Json }[] }).facts ?? [];
  for (const [slot, value] of Object.entries(line.slots ?? {})) {
    const fact = facts.find((one) => one.key === slot);
    if (!fact) return `Expected the package to name ${slot}; it names ${facts.map((one) => one.key).join(", ") || "nothing"}.`;
    if (JSON.stringify(fact.value) !== JSON.stringify(value))
      return `Expected ${slot} to be ${JSON.stringify(value)}; it is ${JSON.stringify(fact.value)}.`;
  }
  return null;
}

/** Of all turns since the customer last did something: a call's answer has one of its own. */
async function decision(stage: Stage, line: Extract<ScriptLine, { kind: "decided" }>): Promise<string | null> {
  const rows = await stage.journal();
  const from = rows.findLastIndex((row) => row.kind === "heard" && row.skeleton.kind !== "called" && row.skeleton.kind !== "due");
  const trace = rows
    .slice(Math.max(0, from))
    .flatMap((row) => (row.kind === "turn" ? ((row.personal as { trace?: Trace[] } | null)?.trace ?? []) : []));
  const decided = decidedIn(trace);
  const ranked = rankedIn(trace);
  const told = `it decided ${decided.join(", ") || "nothing"}${ranked.length > 0 ? `; ranked: ${ranked.slice(0, 3).join(", ")}` : ""}`;
  if (decided.join() !== line.decided.join()) return `Expected the decision ${line.decided.join(", ")}; ${told}.`;
  const missing = line.among.find((one) => !ranked.includes(one));
  return missing === undefined ? null : `Expected ${missing} among what was ranked; ${told}.`;
}

/** The agent takes what waits, or what the bot has, before they speak. */
async function claimed(stage: Stage): Promise<string | null> {
  const conversation = await stage.conversation();
  if (!conversation || conversation.controller === "human") return null;
  const ticket = await stage.ticket();
  const outcome = ticket
    ? await stage.control({ kind: "claimed", ticket: ticket.id, agent: STAGE_AGENT })
    : await stage.control({ kind: "took_over", agent: STAGE_AGENT });
  return outcome.ok ? null : outcome.message;
}

/** What actions answer: the story's fixtures, in order, the last one for all that follow; one without a fixture is unreachable. */
function withActions(program: Program, fixtures: Map<string, ActionFixture[]>): { program: Program; callFunction: CallFunction } {
  const actions = new Map(
    [...program.actions].map(([name, { http: _http, ...action }]) => [
      name,
      action.own ? action : { ...action, module: { path: "story", name } },
    ]),
  );
  const calls = new Map<string, number>();
  const callFunction: CallFunction = async ({ name }) => {
    const n = calls.get(name) ?? 0;
    calls.set(name, n + 1);
    const mine = fixtures.get(name) ?? [];
    const fixture = mine[Math.min(n, mine.length - 1)];
    if (fixture?.ok) return fixture.value;
    throw Object.assign(new Error(`The story answers ${name} with ${fixture?.error ?? "nothing"}.`), {
      code: fixture?.error ?? "unreachable",
    });
  };
  return { program: { ...program, actions }, callFunction };
}

/** A session that stands in a flow with slots filled, so that a story may begin in the middle. */
function standing(program: Program, flow: string, slots: JsonObject): Session {
  const values = Object.fromEntries(Object.entries(slots).map(([name, value]) => [name, { value, from: "customer" as const }]));
  return { ...EMPTY_SESSION, stack: [{ flow, program: program.hash, step: null, slots: values, saves: {}, via: "start" }] };
}

async function reached(stage: Stage): Promise<Set<string>> {
  const steps = new Set<string>();
  for (const row of await stage.journal()) {
    if (row.kind === "line" && row.skeleton.flow && row.skeleton.step) steps.add(`${row.skeleton.flow}/${row.skeleton.step}`);
    if (row.kind !== "turn") continue;
    if (row.skeleton.flow && row.skeleton.step) steps.add(`${row.skeleton.flow}/${row.skeleton.step}`);
    const trace = (row.personal as { trace?: { at: string }[] } | null)?.trace ?? [];
    for (const { at } of trace) if (at.includes("/")) steps.add(at);
  }
  return steps;
}

type Offered = { payload: string; choice: boolean; url: boolean };

/** The button or choice of that title, the newest first. */
function offered(shown: Shown[], title: string): Offered | null {
  for (const { message } of [...shown].reverse()) {
    const choice = message.choices?.find((one) => one.title === title);
    if (choice) return { payload: choice.payload, choice: true, url: false };
    const buttons = [...(message.buttons ?? []), ...(message.cards ?? []).flatMap((card) => card.buttons ?? [])];
    const button = buttons.find((one) => one.title === title);
    if (button) return { payload: button.payload ?? "", choice: false, url: button.payload === undefined };
  }
  return null;
}

export function textOf(message: Message): string {
  if (message.text !== undefined && message.text !== "") return message.text;
  if (message.cards) return message.cards.map((card) => [card.title, card.subtitle].filter(Boolean).join("\n")).join("\n");
  const medium = message.image ?? message.video ?? message.audio ?? message.file;
  return medium?.url ?? "";
}

function quoted(shown: Shown): string {
  return `\`${textOf(shown.message)}\``;
}

function profileOf(customer: JsonObject): Profile {
  const text = (key: string) => (typeof customer[key] === "string" ? { [key]: customer[key] } : {});
  return { ...text("first_name"), ...text("last_name"), ...text("language"), ...text("timezone"), ...text("country") };
}

const REFERRAL_KEYS: Record<string, keyof Referral> = {
  ref: "ref",
  ad_id: "adId",
  ad_title: "adTitle",
  picture_url: "pictureUrl",
  post_id: "postId",
  product_id: "productId",
  scene: "scene",
  source: "source",
  type: "type",
};

export function referralOf(given: JsonObject): Referral {
  const referral: Referral = { source: given.ad_id === undefined ? "SHORTLINK" : "ADS" };
  for (const [key, value] of Object.entries(given)) {
    const name = REFERRAL_KEYS[key];
    if (name) Object.assign(referral, { [name]: String(value) });
  }
  return referral;
}

function attachmentOf(given: StoryAttachment): Attachment {
  return { url: `https://cdn.example/${given.kind}`, ...given };
}
