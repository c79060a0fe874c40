/** The word passes: a channel with people or bots of its own is told so, by a row of the outbox in the same commit, in order with the lines. */
import { maskPackage } from "../handoff/package.ts";
import type { HandoffPackage } from "../handoff/schema.ts";
import type { Passage } from "../model/adapter.ts";
import type { AccountId } from "../model/address.ts";
import type { LineId } from "../model/ids.ts";
import type { Json } from "../model/json.ts";
import type { Controller, LineBody } from "../model/store.ts";
import { type Draft, giveUpAt } from "./draft.ts";

/** Called when nothing more is decided: from here on only the commit follows. */
export function tellChannel(draft: Draft): void {
  const { road, live, decision, before, now } = draft;
  const { account } = live;
  if (!account?.adapter.handover || decision.controller === undefined) return;
  const kind = passageOf(before.controller, decision.controller, decision.agent !== null, before.agent !== null);
  const id = now.ticket ?? before.ticket;
  const ticket = id === null ? null : (draft.tickets.get(id) ?? live.ticket);
  const entry = decision.journal.findLastIndex((one) => one.kind === "change");
  if (kind === null || ticket === null || entry < 0) return;
  const passage: Passage = { kind, ticket: { ...ticket, package: masked(ticket.package) }, said: draft.said ?? [] };
  const message = account.adapter.handover(account.account as AccountId, now.address, passage);
  if (message === null) return;
  const body: LineBody = { message, purpose: "reply", flow: null, step: null };
  const row = {
    id: road.ids.next("ms") as LineId,
    lane: "line" as const,
    epoch: 0, // stamped when the draft closes
    by: "system" as const,
    agent: null,
    state: "ready" as const,
    nextAtMs: draft.nowMs,
    giveUpAtMs: giveUpAt(draft, "system"),
    body,
    entry,
  };
  const behind = decision.outbox.findIndex((other) => other.entry > entry);
  decision.outbox.splice(behind < 0 ? decision.outbox.length : behind, 0, row);
}

/** What this change of hands is to the other side; null: nothing, or it has told us itself. */
function passageOf(from: Controller, to: Controller, isOurAgent: boolean, wasOurAgent: boolean): Passage["kind"] | null {
  switch (to) {
    case "queue":
      return from === "human" ? null : "asked"; // back in the queue, it is still asked
    case "human":
      return from !== "human" && isOurAgent ? "accepted" : null;
    default:
      return from === "queue" ? "failed" : from === "human" && wasOurAgent ? "completed" : null;
  }
}

/** What leaves the house leaves without what the designer declared personal. */
function masked(whole: Json): Json {
  const isPackage = typeof whole === "object" && whole !== null && "schema" in whole;
  return isPackage ? (maskPackage(whole as unknown as HandoffPackage) as unknown as Json) : null;
}
