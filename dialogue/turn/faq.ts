/** Answers from the FAQ: the first whose `when` holds, while the entry has not expired. */
import { DateTime } from "luxon";
import type { FaqEntry, MessagePlan, Step } from "../program.ts";
import { helpWith, reworded } from "./asks.ts";
import { ACCEPTABLE, candidatesFor, isNearTie } from "./candidates.ts";
import { type Draft, note, writableTop } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { printMessage, sayMessage } from "./say.ts";
import { bareScope, languageOf, scopeOf } from "./scope.ts";

/** The answer that an entry gives here and now; null: none. */
export function answerOf(draft: Draft, entry: FaqEntry): MessagePlan | null {
  if (entry.expiresOn !== null) {
    const today = DateTime.fromMillis(draft.view.nowMs, { zone: draft.programs.newest.bot.timezone }).toISODate();
    if (today !== null && today > entry.expiresOn) return null;
  }
  for (const one of entry.answers) {
    if (one.language !== undefined && !speaks(languageOf(draft), one.language)) continue;
    if (one.when === undefined || one.when.holds(bareScope(draft))) return one.message;
  }
  return null;
}

const speaks = (customer: string, written: string) => customer === written || customer.split("-")[0] === written;

export function sayFaq(draft: Draft, id: string): boolean {
  const entry = draft.programs.newest.faq.get(id);
  const message = entry && answerOf(draft, entry);
  if (message === undefined || message === null) return false;
  const where = { flow: null, step: `faq/${id}` };
  // Only a text that is the same for everybody is given to anybody else to word.
  const isForAll = message.texts.every((text) => !text.source.includes("{{"));
  const printed = printMessage(draft, message, bareScope(draft), where);
  const words = printed.text === undefined || !isForAll || entry?.passage ? null : reworded(draft, id, printed.text);
  if (words === "asked") return true;
  draft.session.topic = `faq/${id}`;
  note(draft, `faq/${id}`, "answered");
  sayMessage(draft, words === null ? printed : { ...printed, text: words }, where, "bot");
  return true;
}

/** The step `answer`: a text is answered from the FAQ, or `otherwise` goes on. */
export function answerFromFaq(draft: Draft, step: Step & { kind: "answer" }): void {
  writableTop(draft).step = step.id;
  const read = step.text.read(scopeOf(draft));
  const text = typeof read === "string" ? read.trim() : "";
  if (text !== "") {
    const candidates = candidatesFor(draft, text, "answers");
    if (candidates === null) return; // it must be ranked first
    const [best] = candidates;
    if (best !== undefined && best.score >= ACCEPTABLE && !isNearTie(candidates) && sayFaq(draft, best.name)) {
      draft.at = step.next;
      return;
    }
    const help = helpWith(draft, text, undefined, "answers");
    if (help?.kind === "asked") return;
    if (help?.kind === "follow" && sayFaq(draft, help.candidate.name)) {
      draft.at = step.next;
      return;
    }
  }
  if (step.otherwise !== undefined) draft.at = step.otherwise;
  else runPattern(draft, "cannot_understand", { times: 1, candidates: [] }, "next");
}
