/** Who owns the thread: the events of Conversation Routing, whose app ids are texts, numbers, null, "" or "null". */
import type { Control, Envelope } from "../../model/event.ts";
import { appId, text, type Wire } from "../wire.ts";
import { customerOf, envelope, type Item, ignored } from "./context.ts";

/** Messenger's own question flow of lead ads. Source: Meta, lead ads in Messenger; read 2026-09-28. */
export const LEAD_GEN_APP = "413038776280800";

export function fromThreadControl(item: Item, kind: "pass" | "take" | "request", control: Wire): Envelope {
  const customer = customerOf(item);
  const what = `${kind}_thread_control`;
  if (customer === undefined) return ignored(item, what, "It names no customer.");
  const note = text(control.metadata);
  if (kind === "request") {
    const wanted: Control = { kind: "thread_wanted", app: appId(control.requested_owner_app_id) };
    return envelope(item, customer, what, undefined, note === undefined ? wanted : { ...wanted, note });
  }
  const from = appId(control.previous_owner_app_id);
  const to = appId(control.new_owner_app_id);
  // Old events do not name the new owner: passing is told to whom it is passed, taking to whom it was taken from.
  const ours = to === null ? kind === "pass" : to === item.appId;
  const event: Control = ours ? { kind: "thread_given", from } : { kind: "thread_taken", app: to };
  const opens = ours && (from === LEAD_GEN_APP || item.entryHop) ? "lead_form" : undefined;
  return envelope(item, customer, what, undefined, note === undefined ? event : { ...event, note }, opens);
}
