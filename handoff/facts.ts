/** What is known at a handoff, each with where it came from: slots of the runs, kept slots, fields of the customer. */
import type { Flow, Program, Slot } from "../dialogue/program.ts";
import type { JsonObject } from "../model/json.ts";
import type { Frame, Session, SlotValue } from "../model/session.ts";
import type { HandoffPackage } from "./schema.ts";

export type Fact = HandoffPackage["facts"][number];

export type Known = {
  session: Session;
  program: Program;
  named?: (hash: string) => Program | null;
  customer: JsonObject;
  /** Message ids by journal number. */
  messageIds: Map<number, string>;
};

/** The run on top first, then those below it, then what is kept, then the customer's fields. A key is told once. */
export function facts(known: Known): Fact[] {
  const { session, program, customer } = known;
  const found = new Map<string, Fact>();
  const add = (fact: Fact) => {
    const key = `${fact.flow ?? ""}/${fact.key}`;
    if (!found.has(key)) found.set(key, fact);
  };
  for (const frame of [...session.stack].reverse())
    for (const fact of slotFacts(known, frame.slots, flowOf(known, frame), frame.flow)) add(fact);
  for (const fact of slotFacts(known, session.kept ?? {}, undefined, undefined))
    if (![...found.values()].some(({ key }) => key === fact.key)) add(fact);
  for (const [field, slot] of program.bot.customerFields) {
    const value = Object.hasOwn(customer, field) ? customer[field] : undefined;
    if (value === undefined || value === null) continue;
    add({ key: `customer.${field}`, value, source: "profile", verified: false, ...(slot.personal ? { personal: true } : {}) });
  }
  for (const field of ["email", "phone"]) {
    const value = Object.hasOwn(customer, field) ? customer[field] : undefined;
    if (typeof value === "string" && value !== "")
      add({ key: `customer.${field}`, value, source: "profile", verified: false, personal: true });
  }
  return [...found.values()];
}

function slotFacts(known: Known, slots: Record<string, SlotValue>, flow: Flow | undefined, name: string | undefined): Fact[] {
  return Object.entries(slots)
    .filter(([, held]) => held.value !== null)
    .map(([key, held]) => {
      const slot = flow?.slots.get(key) ?? declared(known.program, key);
      const message = held.seq === undefined ? undefined : known.messageIds.get(held.seq);
      return {
        key,
        value: held.value,
        ...labelOf(slot, held),
        source: held.from,
        ...(name === undefined ? {} : { flow: name }),
        ...(message === undefined ? {} : { message_id: message }),
        ...(held.seq === undefined ? {} : { seq: held.seq }),
        ...(held.atMs === undefined ? {} : { set_at: new Date(held.atMs).toISOString() }),
        verified: held.from === "agent" || held.from === "action",
        ...(isPersonal(slot) ? { personal: true } : {}),
      };
    });
}

/** The checker has decided by type what the designer left open; a slot that no flow declares any more is taken for personal. */
function isPersonal(slot: Slot | undefined): boolean {
  return slot === undefined || slot.personal;
}

/** `keep` slots have the same type in every flow that declares them. */
function declared(program: Program, name: string): Slot | undefined {
  for (const flow of program.flows.values()) {
    const slot = flow.slots.get(name);
    if (slot?.keep) return slot;
  }
  return undefined;
}

function flowOf({ program, named }: Known, frame: Frame): Flow | undefined {
  const own = frame.program === program.hash ? program : (named?.(frame.program) ?? program);
  return own.flows.get(frame.flow);
}

/** A choice as the agents read it: its label's source text. */
function labelOf(slot: Slot | undefined, held: SlotValue): { label?: string } {
  const option = slot?.of?.find((one) => one.value === held.value);
  return option && option.label.source !== held.value ? { label: option.label.source } : {};
}
