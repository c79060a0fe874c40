/** What a message means: the first rung that holds decides. */
import type { Attachment, Heard } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import { readCode } from "../../model/link.ts";
import { asksForPerson, cancels, greets, optsIn, optsOut, repeats, skips } from "../slots/answers.ts";
import { corrects } from "../slots/corrections.ts";
import { danger } from "../slots/mood.ts";
import { follow, hearAnything, hearDanger, misunderstood, understood } from "./anything.ts";
import { candidatesFor, isNearTie, SURE } from "./candidates.ts";
import { correct } from "./corrections.ts";
import { type Draft, flowOf, note, standingStep, topFrame } from "./draft.ts";
import { sayFaq } from "./faq.ts";
import { hearLanguage, switchesLanguage } from "./languages.ts";
import { runPattern } from "./patterns.ts";
import { readTap } from "./payloads.ts";
import { accept, answer, askAgain, type CollectStep, fail, leaveEmpty, openCollect, optionsOf, refuse } from "./questions.ts";
import { fillExtras, readAnswer, type Said } from "./reading.ts";
import { learn, startAd } from "./referrals.ts";
import { jumpTo, startFlow } from "./runs.ts";
import { sayMessage } from "./say.ts";
import { unrest } from "./stack.ts";
import { flowForKeyword, flowForPayload, plain } from "./triggers.ts";
import { remember } from "./values.ts";

type SaidEvent = Extract<Heard, { kind: "said" }>;

export function hearSaid(draft: Draft, event: SaidEvent): void {
  const text = event.text.normalize("NFKC").trim();
  const said: Said = { text, attachments: event.attachments };
  if (text === "" && event.attachments.length === 0 && event.payload === undefined) {
    if (event.referral === undefined || !startAd(draft, learn(draft, event.referral))) note(draft, "heard", "nothing was said");
    return;
  }
  const ad = event.referral === undefined ? undefined : learn(draft, event.referral);
  if (text !== "") {
    hearLanguage(draft, text);
    if (draft.needs !== null) return;
  }
  if (event.payload !== undefined && tapped(draft, event.payload)) {
    understood(draft);
    return;
  }
  if (event.payload !== undefined && leadsNowhere(event.payload, text)) {
    misunderstood(draft);
    return;
  }
  if (hearLinkCode(draft, text)) return;
  if (mayBeOrder(text)) {
    const kind = danger(text);
    if (kind !== null) {
      hearDanger(draft, kind);
      return;
    }
    if (hearOrder(draft, text)) return;
  }
  if (ad !== undefined && startAd(draft, ad)) {
    understood(draft);
    fillExtras(draft, text, null);
    return;
  }
  if (text !== "" && hearExact(draft, text)) {
    understood(draft);
    return;
  }
  if (endsWait(draft)) {
    understood(draft);
    return;
  }
  const step = openCollect(draft);
  if (step !== undefined && answers(draft, step, said)) {
    understood(draft);
    return;
  }
  if (text === "") {
    hearAttachments(draft, event.attachments);
    return;
  }
  if (step !== undefined && isFreeText(step)) {
    hearFreeText(draft, step, said);
    return;
  }
  if (hearRepair(draft, text, step)) {
    understood(draft);
    return;
  }
  if (greets(text)) {
    note(draft, "heard", "a greeting");
    runPattern(draft, "greeting", {}, "resume");
    return;
  }
  if (step === undefined && hearOffer(draft, text)) return;
  hearAnything(draft, text, step, step === undefined ? "all" : blocks(draft));
}

/** "Yes, please" to the one thing that was offered with a question: "Shall I get someone?". */
function hearOffer(draft: Draft, text: string): boolean {
  const { offered, lastLines } = draft.session;
  if (offered?.length !== 1 || !/[?？]\s*$/.test(lastLines?.at(-1) ?? "")) return false;
  if (readAnswer(draft, YES_NO, { text, attachments: [] }, []) !== true) return false;
  note(draft, "heard", "yes to what was offered");
  return tapped(draft, offered[0]!.payload);
}

/** A choice that stands for more than its text, of no flow or behind a closed guard. An old answer is read as its words. */
function leadsNowhere(payload: string, text: string): boolean {
  const { kind } = readTap(payload);
  return kind !== "answer" && plain(payload.normalize("NFKC")) !== plain(text);
}

/** A sticker is a nod, and asks for nothing; anything else deserves a word. */
function hearAttachments(draft: Draft, attachments: Attachment[]): void {
  if (!attachments.every((one) => one.kind === "sticker")) runPattern(draft, "attachment", {}, "resume");
  else if (openCollect(draft) !== undefined) askAgain(draft);
  else note(draft, "heard", "a sticker");
}

/** A code that was given in another chat of this brand's; its form is no other word's or number's. */
function hearLinkCode(draft: Draft, text: string): boolean {
  const code = draft.programs.newest.bot.channels.length > 1 ? readCode(text) : null;
  if (code === null) return false;
  note(draft, "heard", "a code of another chat");
  understood(draft);
  runPattern(draft, "link_code", { code }, "resume");
  return true;
}

/** No order is a single word with a digit in it: most answers to forms are told apart at once. */
const mayBeOrder = (text: string) => text !== "" && !/^\S*\d\S*$/.test(text);

/** Whole messages that always work: leaving, coming back, asking for a person. */
function hearOrder(draft: Draft, text: string): boolean {
  if (optsOut(text)) {
    note(draft, "heard", "opt-out");
    draft.session.optedOut = true;
    remember(draft, "opted_out", true); // holds at the customer's other addresses too
    runPattern(draft, "opt_out", {}, "resume");
    return true;
  }
  if (draft.session.optedOut && optsIn(text)) {
    note(draft, "heard", "opt-in");
    draft.session.optedOut = undefined;
    remember(draft, "opted_out", null);
    runPattern(draft, "opt_in", {}, "resume");
    return true;
  }
  if (asksForPerson(text)) {
    note(draft, "heard", "asks for a person");
    understood(draft);
    if (!startFlow(draft, "human_request", { why: "asked for a person" })) runPattern(draft, "human_request", {}, "resume");
    return true;
  }
  return false;
}

/** A number or label of what was offered last, a keyword. */
function hearExact(draft: Draft, text: string): boolean {
  const said = plain(text);
  const payload = offeredPayload(draft, said);
  if (payload !== null && tapped(draft, payload)) return true;
  if (blocks(draft) !== "all") return false;
  const flow = flowForKeyword(draft.programs.newest, said);
  if (flow === undefined) return false;
  note(draft, "heard", "keyword", flow);
  return startFlow(draft, flow, { why: "keyword" });
}

function offeredPayload(draft: Draft, wanted: string): string | null {
  const { offered } = draft.session;
  if (offered === undefined) return null;
  const byLabel = offered.find(({ title }) => plain(title) === wanted);
  if (byLabel !== undefined) return byLabel.payload;
  if (!/^\d{1,2}$/.test(wanted)) return null;
  // "2" is an answer to a question for a number, not the second of its suggestions.
  const step = openCollect(draft);
  if (step !== undefined && NUMERIC.has(step.slot.type) && offered.every(({ title, payload }) => title === payload)) return null;
  return offered[Number(wanted) - 1]?.payload ?? null;
}

const NUMERIC = new Set(["integer", "number", "money", "date", "time", "datetime", "phone"]);

/** A tap on something of ours or the brand's. False: it says nothing to us. */
export function tapped(draft: Draft, payload: string): boolean {
  const tap = readTap(payload);
  switch (tap.kind) {
    case "link":
      note(draft, "heard", "tapped link", tap.flow);
      return startFlow(draft, tap.flow, { why: "tap" });
    case "goto":
      note(draft, "heard", "tapped goto", `${tap.flow}/${tap.step}`);
      return jumpTo(draft, tap.flow, tap.step) || startFlow(draft, tap.flow, { why: "tap" });
    case "faq": {
      if (!sayFaq(draft, tap.id)) return false;
      if (openCollect(draft)) askAgain(draft);
      return true;
    }
    case "none_of_these":
      misunderstood(draft);
      return true;
    case "answer": {
      const step = openCollect(draft);
      if (step === undefined || topFrame(draft)!.flow !== tap.flow || step.id !== tap.step) return false;
      return answersByTap(draft, step, tap.value);
    }
    case "payload": {
      const flow = flowForPayload(draft.programs.newest, tap.payload);
      if (flow === undefined) return false;
      note(draft, "heard", "payload", flow);
      return startFlow(draft, flow, { why: "payload" });
    }
  }
}

function answersByTap(draft: Draft, step: CollectStep, value: string): boolean {
  const { confirming } = draft.session.question!;
  if (confirming !== undefined) {
    if (value === "yes") accept(draft, step, confirming);
    else if (value === "no") refuse(draft, step);
    else return false;
    return true;
  }
  if (step.slot.type === "yes_no") answer(draft, step, value === "yes");
  else if (!optionsOf(draft, step).some((option) => option.value === value)) fail(draft, step, "not_understood");
  else answer(draft, step, step.slot.type === "choices" ? [value] : value);
  return true;
}

/** A `wait` with `on_reply: continue` ends with the message, which is `event.text` of the next step. */
function endsWait(draft: Draft): boolean {
  const frame = topFrame(draft);
  const step = frame && standingStep(draft, frame);
  if (step?.kind !== "wait" || step.onReply !== "continue" || draft.session.question !== undefined) return false;
  note(draft, `${frame!.flow}/${step.id}`, "a reply ends the wait");
  unrest(draft);
  draft.at = step.next;
  return true;
}

const isFreeText = (step: CollectStep) => step.slot.type === "text" && step.slot.pattern === undefined;

/** The open question's own type. Free text is no form: it waits for what may match surely. */
function answers(draft: Draft, step: CollectStep, said: Said): boolean {
  const { confirming } = draft.session.question!;
  if (confirming !== undefined) {
    const yes = readAnswer(draft, YES_NO, said, []);
    if (typeof yes === "boolean") {
      note(draft, step.id, "confirmation", yes);
      if (yes) accept(draft, step, confirming);
      else refuse(draft, step);
      return true;
    }
  }
  if (isFreeText(step)) return false;
  // "No, I meant AL-654321" begins like an answer to a yes or no, and is none.
  if (step.slot.type === "yes_no" && corrects(said.text)?.sure && correct(draft, said.text)) return true;
  const value = readAnswer(draft, step.slot, said, optionsOf(draft, step));
  if (value === undefined) return false;
  answerAndMore(draft, step, value, said.text);
  return true;
}

const YES_NO = { name: "", type: "yes_no", personal: false, onlyWhenAsked: false } as const;

/** An answer may say more than was asked: that fills other slots first, so that their questions are passed. */
function answerAndMore(draft: Draft, step: CollectStep, value: Json, text: string): void {
  fillExtras(draft, text, step);
  answer(draft, step, value);
}

function hearFreeText(draft: Draft, step: CollectStep, said: Said): void {
  const { text } = said;
  if (hearRepair(draft, text, step)) {
    understood(draft);
    return;
  }
  if (draft.session.question?.confirming !== undefined) {
    fail(draft, step, "not_understood");
    return;
  }
  const among = blocks(draft);
  if (among !== "none") {
    const candidates = candidatesFor(draft, text, among);
    if (candidates === null) return;
    const [best] = candidates;
    if (best !== undefined && best.score >= SURE && !isNearTie(candidates)) {
      follow(draft, [best], text);
      return;
    }
  }
  understood(draft);
  answerAndMore(draft, step, text, text);
}

/** Cancel, correction, skip, repeat. */
function hearRepair(draft: Draft, text: string, step: CollectStep | undefined): boolean {
  if (draft.session.stack.length > 0 && cancels(text)) {
    note(draft, "heard", "cancel");
    runPattern(draft, "cancel", {}, "resume");
    return true;
  }
  if (correct(draft, text)) return true;
  if (step !== undefined && skips(text)) {
    note(draft, "heard", "skip");
    if (step.optional) leaveEmpty(draft, step);
    else runPattern(draft, "skip", {}, "resume");
    return true;
  }
  if (switchesLanguage(draft, text)) return true;
  if (repeats(text) && (step !== undefined || draft.session.lastLines !== undefined)) {
    note(draft, "heard", "repeat");
    repeatLines(draft);
    return true;
  }
  return false;
}

/** An open question is asked again by the pattern's end; otherwise the last lines are said once more. */
function repeatLines(draft: Draft): void {
  if (openCollect(draft) === undefined) {
    for (const text of draft.session.lastLines ?? []) sayMessage(draft, { text }, { flow: null, step: null }, "bot");
  }
  runPattern(draft, "repeat", {}, "resume");
}

/** What may interrupt the question that is open. */
function blocks(draft: Draft): "all" | "answers" | "none" {
  if (draft.session.question === undefined) return "all";
  const frame = topFrame(draft);
  return (frame && flowOf(draft, frame)?.interruptions) ?? "all";
}
