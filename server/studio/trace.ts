/** The turns of one conversation as the studio shows them: heard, candidates, steps, values, effects, commit; each with its place. */
import type { Program, Step } from "../../dialogue/program.ts";
import { ACCEPTABLE, SURE } from "../../dialogue/turn/candidates.ts";
import { eventOf } from "../../model/entry.ts";
import type { Control, Heard, Referral } from "../../model/event.ts";
import type { DeliverySkeleton, JournalRow, LinePersonal, LineSkeleton, TurnPersonal, TurnSkeleton } from "../../model/journal.ts";
import type { Json } from "../../model/json.ts";
import type { Ticket } from "../../model/ticket.ts";
import type { Ranking } from "../../model/turn.ts";
import { sharedWords } from "./shares.ts";
import type { CandidateView, HeardView, PhoneAd, PlaceView, SaidView, StepRef, TraceView, TurnView } from "./views.ts";

/** Programs by hash; one that is no longer kept gives way to the newest. */
export type FindProgram = (hash: string) => Program;

export function turnsOf(rows: JournalRow[], programs: FindProgram, tickets: Map<string, Ticket>): TurnView[] {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const states = deliveries(rows);
  const calls = callsOf(rows);
  let stood = "";
  return rows
    .filter((row) => row.kind === "turn")
    .map((row) => {
      const before = stood;
      const skeleton = row.skeleton as unknown as TurnSkeleton;
      const personal = row.personal as unknown as TurnPersonal;
      const program = programs(skeleton.program);
      const written = writtenWith(row, rows);
      const cause = row.cause === null ? actBefore(row, rows) : bySeq.get(row.cause);
      stood = skeleton.flow ?? "";
      const ticket = skeleton.handoff === undefined ? undefined : tickets.get(skeleton.handoff);
      return {
        seq: row.seq,
        atMs: row.atMs,
        heard:
          cause === undefined
            ? null
            : heardOf(
                cause,
                calls,
                program,
                (skeleton.joined ?? []).map((seq) => bySeq.get(seq)),
              ),
        ranking: rankingOf(personal, program),
        readings: readingsOf(personal, program),
        trace: traceOf(personal, program, before),
        calls: (skeleton.calls ?? []).map(({ action }) => ({ action, place: program.actions.get(action)?.place ?? null })),
        said: written.filter((one) => one.kind === "line").map((one) => saidOf(one, program, states)),
        handoff: skeleton.handoff === undefined ? null : handoffOf(skeleton.handoff, ticket),
        answered: skeleton.answered ?? [],
        ends: skeleton.ends,
        stands: skeleton.flow === null || skeleton.step === null ? null : stepRef(program, skeleton.flow, skeleton.step),
        program: skeleton.program,
        commit: { from: row.seq, to: written.at(-1)?.seq ?? row.seq },
      };
    });
}

/** The rows of a turn's commit. An act of the desk is journalled in it and has no number before: then they lie one after the other. */
function writtenWith(turn: JournalRow, rows: JournalRow[]): JournalRow[] {
  const after = rows.filter((row) => row.seq >= turn.seq);
  if (turn.cause !== null) return after.filter((row) => row.cause === turn.cause && row.kind !== "delivery");
  const end = after.findIndex((row) => row.cause !== null || row.kind === "control" || row.kind === "heard");
  return end < 0 ? after : after.slice(0, end);
}

function actBefore(turn: JournalRow, rows: JournalRow[]): JournalRow | undefined {
  return rows.findLast((row) => row.seq < turn.seq && row.kind === "control" && row.atMs === turn.atMs);
}

export function stepRef(program: Program, flowName: string, stepId: string): StepRef {
  const step = stepNamed(program, flowName, stepId);
  return { flow: flowName, step: stepId, kind: step?.kind ?? "", place: step?.place ?? program.flows.get(flowName)?.place ?? null };
}

function stepNamed(program: Program, flowName: string, stepId: string): Step | undefined {
  const flow = program.flows.get(flowName);
  const at = flow?.byId.get(stepId);
  return at === undefined ? undefined : flow!.steps[at];
}

type Calls = Map<string, { action: string; atMs: number }>;

function callsOf(rows: JournalRow[]): Calls {
  const calls: Calls = new Map();
  for (const row of rows) {
    if (row.kind !== "turn") continue;
    for (const { key, action } of (row.skeleton as unknown as TurnSkeleton).calls ?? []) calls.set(key, { action, atMs: row.atMs });
  }
  return calls;
}

function heardOf(row: JournalRow, calls: Calls, program: Program, joined: (JournalRow | undefined)[]): HeardView {
  const event: Heard | Control | null = eventOf(row);
  const heard: HeardView = {
    kind: String(row.skeleton.kind ?? row.kind),
    text: null,
    title: null,
    attachments: [],
    ad: null,
    name: null,
    action: null,
    outcome: null,
    tookMs: null,
  };
  if (event === null) return heard;
  heard.kind = event.kind;
  for (const other of joined) {
    const more = other && eventOf(other);
    if (more?.kind === "referred") heard.ad = adOf(more.referral, program);
  }
  switch (event.kind) {
    case "said":
      heard.text = event.text;
      heard.attachments = event.attachments.map((one) => one.kind);
      if (event.payload !== undefined) heard.title = event.text;
      break;
    case "tapped":
      heard.title = event.title ?? event.payload;
      break;
    case "happened":
      heard.name = event.name;
      break;
    case "called": {
      const call = calls.get(event.call);
      heard.action = call?.action ?? event.call;
      heard.tookMs = call ? row.atMs - call.atMs : null;
      heard.outcome = event.outcome.ok
        ? { ok: true, code: null, value: event.outcome.value }
        : { ok: false, code: event.outcome.error.code, value: event.outcome.error.message };
      break;
    }
  }
  if ("referral" in event && event.referral) heard.ad = adOf(event.referral, program);
  return heard;
}

/** The rule's campaign is what a designer calls it; what the platform calls it comes second. */
export function adOf(referral: Referral, program: Program): PhoneAd {
  const rule = program.ads.find((one) =>
    Object.entries(one.match).every(([key, pattern]) => fits(pattern, referral[FIELDS[key] ?? "ref"] as string | undefined)),
  );
  const campaign = rule?.campaign ?? null;
  return {
    title: referral.adTitle ?? campaign ?? referral.ref ?? referral.source,
    campaign,
    ...(referral.pictureUrl ? { pictureUrl: referral.pictureUrl } : {}),
    ...(referral.ref ? { ref: referral.ref } : {}),
  };
}

const FIELDS: Record<string, keyof Referral> = {
  ref: "ref",
  ad_id: "adId",
  post_id: "postId",
  product_id: "productId",
  scene: "scene",
  source: "source",
  type: "type",
};

function fits(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return value === pattern;
  const tail = rest.at(-1)!;
  return value.startsWith(head) && value.endsWith(tail) && value.length >= head.length + tail.length;
}

/** The last one that was asked for decided. */
function rankingOf(personal: TurnPersonal, program: Program): TurnView["ranking"] {
  const last = personal?.view.rankings?.at(-1);
  if (!last) return null;
  const [text, { none }] = last;
  return { text, none, acts: ACCEPTABLE, sure: SURE, candidates: candidatesOf(last, program).slice(0, CANDIDATES_MAX) };
}

function readingsOf(personal: TurnPersonal, program: Program): TurnView["readings"] {
  const rankings = personal?.view.rankings ?? [];
  if (rankings.length < 2) return [];
  return rankings.map((one) => ({ text: one[0], best: candidatesOf(one, program)[0] ?? null }));
}

function candidatesOf([text, ranking]: [string, Ranking], program: Program): CandidateView[] {
  const seen = new Set<string>();
  const candidates: CandidateView[] = [];
  for (const { kind, name, score, phrase } of [...ranking.candidates].sort((a, b) => b.score - a.score)) {
    if (seen.has(`${kind} ${name}`)) continue;
    seen.add(`${kind} ${name}`);
    const place = kind === "flow" ? program.flows.get(name)?.place : program.faq.get(name)?.place;
    candidates.push({ kind, name, score, phrase, place: place ?? null, shares: sharedWords(text, phrase) });
  }
  return candidates;
}

const CANDIDATES_MAX = 5;

/** A note names `flow/step`, a step of the flow that was named last, a flow, an FAQ entry, or none of them. */
function traceOf(personal: TurnPersonal, program: Program, before: string): TraceView[] {
  const notes = personal?.trace ?? [];
  let flow = before;
  return notes
    .filter((note) => note.at !== "ranking")
    .map(({ at, what, data }) => {
      const ref = refOf(at, program, flow);
      if (ref) flow = ref.flow;
      return { at, what, data: (data ?? null) as Json, ref };
    });
}

function refOf(at: string, program: Program, flow: string): StepRef | null {
  if (at === "heard" || at === "referral" || at === "language") return null;
  if (at.startsWith("faq/")) {
    const place: PlaceView | undefined = program.faq.get(at.slice("faq/".length))?.place;
    return place ? { flow: "", step: at.slice("faq/".length), kind: "faq", place } : null;
  }
  const slash = at.indexOf("/");
  if (slash > 0) return stepRef(program, at.slice(0, slash), at.slice(slash + 1));
  const known = program.flows.get(at);
  if (known) return { flow: at, step: "", kind: "flow", place: known.place };
  if (stepNamed(program, flow, at)) return stepRef(program, flow, at);
  for (const one of program.flows.values()) if (!one.pattern && one.byId.has(at)) return stepRef(program, one.name, at);
  return null;
}

type States = Map<string, { state: string; why: string | null }>;

function deliveries(rows: JournalRow[]): States {
  const states: States = new Map();
  for (const row of rows) {
    if (row.kind !== "delivery") continue;
    const { line, state, why } = row.skeleton as unknown as DeliverySkeleton;
    states.set(line, { state, why });
  }
  return states;
}

function saidOf(row: JournalRow, program: Program, states: States): SaidView {
  const skeleton = row.skeleton as unknown as LineSkeleton;
  const message = (row.personal as unknown as LinePersonal)?.message ?? {};
  const state = states.get(skeleton.line);
  return {
    text: message.text ?? message.cards?.map((card) => card.title).join(" · ") ?? "",
    by: skeleton.by,
    step: skeleton.flow !== null && skeleton.step !== null ? stepRef(program, skeleton.flow, skeleton.step) : null,
    buttons: message.buttons?.length ?? 0,
    choices: message.choices?.length ?? 0,
    cards: message.cards?.length ?? 0,
    state: state?.state ?? "sent",
    why: state?.why ?? null,
  };
}

function handoffOf(id: string, ticket: Ticket | undefined): TurnView["handoff"] {
  return { queue: ticket?.queue ?? "", detail: ticket?.request.detail ?? "", ticket: id };
}
