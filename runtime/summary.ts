/** A few sentences for whoever takes a ticket, asked for in the commit that opens it; until they come, and where none come, ours stand. */
import { notice } from "../handoff/decided.ts";
import type { HandoffPackage } from "../handoff/schema.ts";
import { transcript } from "../handoff/transcript.ts";
import { type Ask, modelCall, NOTHING_SPENT, type SpokenLine, type Word } from "../model/answerer.ts";
import type { Heard } from "../model/event.ts";
import type { CallId } from "../model/ids.ts";
import type { JournalRow } from "../model/journal.ts";
import type { Json } from "../model/json.ts";
import type { CallBody } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import { addCall, type Draft } from "./draft.ts";
import { openTicket } from "./effects.ts";
import { restingBecause } from "./purse.ts";

const KEY = "summary:";
const LINES_MAX = 40;
/** What was said in one line needs no summing up. */
const CUSTOMER_LINES_MIN = 2;

/** @param rows the journal up to what led to the ticket */
export function askForSummary(draft: Draft, ticket: Ticket, rows: JournalRow[]): void {
  const { road, live } = draft;
  const { answers } = live.bot.newest.bot;
  if (answers.from === "local-only" || !answers.may.includes("summarize") || restingBecause(road, live, NOTHING_SPENT) !== null) return;
  const lines = linesOf(rows);
  if (lines.filter((one) => one.by === "customer").length < CUSTOMER_LINES_MIN) return;
  const reason = (ticket.package as unknown as HandoffPackage).reason.code;
  const language = live.bot.newest.bot.languages[0] ?? "en"; // the team's, in which the brand writes its files
  const ask: Ask = { kind: "summarize", language, reason, lines };
  const body: CallBody = {
    key: `${KEY}${ticket.id}`,
    action: modelCall("summarize"),
    input: { ask: ask as unknown as Json },
    timeoutMs: answers.timeoutMs,
    safe: false,
    program: live.bot.newest.hash,
  };
  addCall(draft, { id: road.ids.next("ca") as CallId, entry: draft.turnEntry, timeoutMs: answers.timeoutMs, body });
}

function linesOf(rows: JournalRow[]): SpokenLine[] {
  return transcript(rows)
    .filter((one) => one.kind === "message" && one.text !== null && one.text !== "" && !one.erased)
    .slice(-LINES_MAX)
    .map(({ id, by, text }) => ({
      id,
      by: by === "customer" ? "customer" : by === "agent" || by === "person" ? "agent" : "bot",
      text: text!,
    }));
}

/** True: this was a summary. The ticket is told, if it is still open; its own summary stays where nothing usable came. */
export function takeSummary(draft: Draft, event: Heard): boolean {
  if (event.kind !== "called" || !event.call.startsWith(KEY)) return false;
  const ticket = openTicket(draft);
  const word = event.outcome.ok ? (event.outcome.value as unknown as Word) : null;
  if (!ticket?.package || event.call !== `${KEY}${ticket.id}` || word?.kind !== "summarize" || word.text === null) return true;
  const told = ticket.package as unknown as HandoffPackage;
  const summary: HandoffPackage["summary"] = { text: word.text, by: "model", evidence: word.evidence };
  const updated: Ticket = { ...ticket, package: { ...told, summary } as unknown as Json };
  draft.tickets.set(ticket.id, updated);
  draft.decision.feed.push(notice(updated, "summarized", {}));
  return true;
}
