/** A turn as one sentence: what was heard, what it was taken for, what came of it. */
import type { ReactNode } from "react";
import type { Json } from "../../model/json.ts";
import type { HeardView, StepRef, TraceView, TurnView } from "../../server/studio/views.ts";
import { Said } from "../design/said.tsx";
import { Step } from "./place.tsx";
import { type Key, known, rich, type T } from "./words.ts";

/** What was asked outside comes back as a turn of its own: for a reader it is one with the turn that asked. */
export type Told = { first: TurnView; back: TurnView[] };

/** @param turns the newest first, as they come */
export function tell(turns: TurnView[]): Told[] {
  const told: Told[] = [];
  let back: TurnView[] = [];
  for (const turn of turns) {
    if (turn.heard?.kind === "called") back.unshift(turn);
    else {
      told.push({ first: turn, back });
      back = [];
    }
  }
  if (back[0]) told.push({ first: back[0], back: back.slice(1) });
  return told;
}

export function Sentence({ told, t }: { told: Told; t: T }) {
  const { first, back } = told;
  const calls = back.flatMap((turn) => (turn.heard ? [turn] : []));
  const last = back.at(-1) ?? first;
  return (
    <>
      {heardPart(first, t)}
      {meaningPart(first, t)}
      {t("t.stop")}
      {calls.map((turn) => (
        <span key={turn.seq}> {callPart(turn.heard!, t)}</span>
      ))}{" "}
      {outcomePart(first, last, t)}
    </>
  );
}

function quote(text: string): ReactNode {
  return (
    <q>
      <Said text={text} links={false} />
    </q>
  );
}

function heardPart(turn: TurnView, t: T): ReactNode {
  const { heard } = turn;
  if (!heard) return t("t.due");
  const ad = heard.ad ? <b>{heard.ad.campaign ?? heard.ad.title}</b> : null;
  switch (heard.kind) {
    case "said":
      if (heard.title !== null) return rich(t("t.tapped"), { text: quote(heard.title) });
      if (!heard.text) return rich(t("t.sent"), { what: heard.attachments.map((kind) => word(kind, t)).join(", ") });
      return ad ? rich(t("t.saidAd"), { text: quote(heard.text), ad }) : rich(t("t.heard"), { text: quote(heard.text) });
    case "tapped":
      return rich(t("t.tapped"), { text: quote(heard.title ?? "") });
    case "referred":
      return rich(t("t.adTap"), { ad });
    case "happened":
      return ad ? rich(t("t.came"), { ad }) : rich(t("t.event"), { name: <b>{heard.name}</b> });
    case "due":
      return t("t.due");
    case "called":
      return rich(t("t.called"), { action: <b>{heard.action}</b> });
    case "returned":
      return t("t.returned");
    case "resolved":
      return t("t.resolved");
    case "ticket_due":
      return t("t.ticketDue");
    default:
      return rich(t("t.other"), { kind: <b>{heard.kind}</b> });
  }
}

function word(kind: string, t: T): string {
  const key = known(kind);
  return key ? t(key).toLowerCase() : kind;
}

const SIMPLE: Record<string, Key> = {
  "asks for a person": "m.person",
  "not understood": "m.notUnderstood",
  "a near tie": "m.tie",
  cancel: "m.cancel",
  repeat: "m.repeat",
  thanks: "m.thanks",
  "a greeting": "m.greeting",
  "small talk": "m.smallTalk",
  "a complaint": "m.complaint",
  abuse: "m.abuse",
  danger: "m.danger",
  "yes to what was offered": "m.yesOffered",
  "not spoken here": "m.noLanguage",
  "opt-out": "m.optOut",
  "opt-in": "m.optIn",
  "matches no advertisement": "m.noAdRule",
};
const ABOUT_A_STEP: Record<string, Key> = {
  answered: "m.fits",
  "not accepted": "m.refused",
  corrected: "m.corrected",
  "no reply": "m.noReply",
};

/** The first note that says how it was taken; what comes later follows from it. */
function meaningPart(turn: TurnView, t: T): ReactNode {
  const asked = turn.stands && turn.ends === "question" ? turn.stands : null;
  for (const note of turn.trace) {
    if (note.what === "matches flow" || note.what === "matches faq") return matchPart(note, turn, t);
    if (note.what === "refuses") return rich(t("m.refuses"), { name: <b>{text(note.data)}</b> });
    const simple = Object.hasOwn(SIMPLE, note.what) ? SIMPLE[note.what] : undefined;
    if (simple) return t(simple);
    const about = Object.hasOwn(ABOUT_A_STEP, note.what) ? ABOUT_A_STEP[note.what] : undefined;
    if (about && note.ref?.kind !== "faq") return rich(t(about), { step: <b>{note.ref?.step ?? note.at}</b> });
    if (note.what === "no answer to the question" || note.what === "skip") {
      const key = note.what === "skip" ? "m.skip" : "m.noAnswer";
      return rich(t(key), { step: asked ? <b>{asked.step}</b> : "…" });
    }
    if (note.what === "keyword" || note.what === "payload") return rich(t("m.keyword"), { flow: <b>{text(note.data)}</b> });
    if (note.what === "tapped link" || note.what === "tapped goto") return rich(t("m.link"), { flow: <b>{text(note.data)}</b> });
  }
  const started = turn.trace.find((note) => note.what === "started");
  return started && turn.heard?.ad ? rich(t("m.flow"), { flow: <b>{started.at}</b> }) : null;
}

function matchPart(note: TraceView, turn: TurnView, t: T): ReactNode {
  const all = turn.trace.filter(({ what }) => what === "matches flow" || what === "matches faq");
  if (all.length > 1) return rich(t("m.several"), { n: String(all.length), names: <b>{all.map(({ data }) => text(data)).join(", ")}</b> });
  const name = text(note.data);
  const candidates = turn.ranking?.candidates ?? [];
  const kind = note.what === "matches faq" ? "faq" : "flow";
  const mine = candidates.find((one) => one.kind === kind && one.name === name);
  const next = candidates.find((one) => one !== mine);
  const score = mine ? mine.score.toFixed(2) : "1.00";
  return (
    <>
      {rich(t(kind === "faq" ? "m.faqScore" : "m.flowScore"), { [kind]: <b>{name}</b>, score })}
      {next ? rich(t("m.nextBest"), { name: <b>{next.name}</b>, score: next.score.toFixed(2) }) : null}
    </>
  );
}

function callPart(heard: HeardView, t: T): ReactNode {
  const action = <b>{heard.action}</b>;
  if (!heard.outcome) return null;
  if (!heard.outcome.ok) return rich(t("c.failed"), { action, code: heard.outcome.code ?? "" });
  const found = inShort(heard.outcome.value);
  return found === "" ? rich(t("c.done"), { action }) : rich(t("c.ok"), { action, what: <bdi>{found}</bdi> });
}

/** The first plain values of an answer, as one would say them. */
export function inShort(value: Json): string {
  if (typeof value !== "object" || value === null) return value === null ? "" : String(value);
  const parts = Object.entries(value).flatMap(([key, one]) =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean" ? [`${key.replaceAll("_", " ")} ${String(one)}`] : [],
  );
  return parts
    .filter((part) => !part.includes("://"))
    .slice(0, 3)
    .join(", ");
}

function outcomePart(first: TurnView, last: TurnView, t: T): ReactNode {
  const handoff = last.handoff ?? first.handoff;
  if (handoff) return rich(t("o.handoff"), { queue: <b>{handoff.queue}</b>, detail: <bdi>{handoff.detail}</bdi> });
  const lines = [...first.said, ...(last === first ? [] : last.said)];
  const answered = [...first.answered, ...(last === first ? [] : last.answered)];
  const faq = answered.length > 0 ? <>{rich(t("o.answered"), { faq: <b>{answered.join(", ")}</b> })} </> : null;
  if (last.ends === "question" && last.stands) {
    const asked = lines.some(({ step }) => step?.step === last.stands?.step);
    return (
      <>
        {faq}
        {asked || faq || lines.length === 0 ? null : <>{t("o.said", { n: lines.length })} </>}
        {rich(t(asked ? "o.asked" : "o.waits"), { step: <Step step={last.stands} /> })}
      </>
    );
  }
  if (last.ends === "wait" && last.stands)
    return last.calls[0]
      ? rich(t("o.calls"), { action: <b>{last.calls[0].action}</b> })
      : rich(t("o.waits"), { step: <Step step={last.stands} /> });
  if (faq) return faq;
  const ended = [...last.trace].reverse().find((note) => note.what === "ended" && note.ref?.kind === "flow" && note.at !== "completed");
  if (last.ends === "goodbye") return ended ? rich(t("o.end"), { flow: <Step step={ended.ref as StepRef} /> }) : t("o.over");
  if (lines.length > 0) return t("o.said", { n: lines.length });
  return last.ends === "person" ? t("o.kept") : t("o.nothing");
}

export function text(data: Json): string {
  return typeof data === "string" ? data : data === null ? "" : JSON.stringify(data);
}
