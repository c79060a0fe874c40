/** A phone as the screen shows it: the thread as its channel would, the session, the turns, and the ticket beside it. */
import type { PhoneScreen, PhoneLine as PlayedLine } from "../../adapters/played-phone.ts";
import type { Flow, Program, Slot } from "../../dialogue/program.ts";
import type { JournalRow, LinePersonal, LineSkeleton } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Frame, SlotValue } from "../../model/session.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import { conversationOf, lineOf, type Phone, startersOf } from "./phone.ts";
import { adOf, type FindProgram, stepRef, turnsOf } from "./trace.ts";
import type { PhoneLine, PhoneView, SessionView, SlotView, StepRef, TicketView, TimerView } from "./views.ts";

const JOURNAL_MAX = 3_000;
const TURNS_MAX = 60;
/** So many letters tell one line from another; what follows may have been cut or joined. */
const SAME_WORDS = 40;

export type Showing = { program: Program; named: FindProgram; agents: Agent[]; me: string };

export async function show(phone: Phone, showing: Showing): Promise<PhoneView> {
  const { ground, owner } = phone;
  const { program } = showing;
  const { phones } = ground;
  const screen = phones.screen(owner);
  const conversation = await conversationOf(phone);
  const rows = conversation ? await ground.store.journal(ground.bot, conversation.id, 0, JOURNAL_MAX) : [];
  const tickets = await ticketsOf(phone, rows);
  const ticket = conversation?.ticket ? (tickets.get(conversation.ticket) ?? null) : null;
  return {
    id: phone.id,
    mode: ground.mode,
    channel: ground.channel,
    bot: ground.bot,
    revision: phone.revision,
    nowMs: ground.clock.nowMs(),
    customer: { name: `${phone.customer.first} ${phone.customer.last}`.trim(), first: phone.customer.first, locale: phone.customer.locale },
    page: program.bot.title,
    lines: await linesOf(phone, screen?.lines ?? [], rows, showing),
    offered: screen?.offered ?? [],
    starters: screen === null ? startersOf(program, ground.channel).map((one) => one.title) : [],
    begins: screen === null ? phones.begins : null,
    menu: phones.menu(),
    sends: phones.sends,
    reacts: phones.reacts,
    typing: screen?.typing ?? false,
    receipt: screen?.receipt ?? "none",
    window: windowOf(phone, screen, program),
    budget: screen?.budget ?? null,
    session: conversation ? await sessionOf(phone, conversation, ticket, showing) : null,
    turns: turnsOf(rows, showing.named, tickets).slice(-TURNS_MAX).reverse(),
    ticket: ticket ? ticketOf(ticket, showing) : null,
  };
}

async function ticketsOf({ ground }: Phone, rows: JournalRow[]): Promise<Map<string, Ticket>> {
  const ids = new Set(
    rows.flatMap((row) => (row.kind === "turn" && typeof row.skeleton.handoff === "string" ? [row.skeleton.handoff] : [])),
  );
  for (const row of rows) if (row.kind === "change" && typeof row.skeleton.ticket === "string") ids.add(row.skeleton.ticket);
  const tickets = new Map<string, Ticket>();
  for (const id of ids) {
    const ticket = await ground.store.ticket(ground.bot, id as Ticket["id"]);
    if (ticket) tickets.set(id, ticket);
  }
  return tickets;
}

async function linesOf(phone: Phone, lines: PlayedLine[], rows: JournalRow[], showing: Showing): Promise<PhoneLine[]> {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const shown: PhoneLine[] = [];
  const marksAfter = (after: number) => {
    for (const [n, mark] of phone.marks.entries()) {
      if (mark.after !== after) continue;
      const id = `mark-${n}`;
      if (mark.kind === "ad") shown.push({ kind: "ad", id, atMs: mark.atMs, ad: mark.ad });
      else shown.push({ kind: "jump", id, atMs: mark.atMs, fromMs: mark.fromMs, toMs: mark.toMs });
    }
  };
  const said = saidIn(rows);
  marksAfter(0);
  for (const [n, line] of lines.entries()) {
    const row = line.by !== "brand" ? null : line.messageId === null ? said.next(line.text) : await lineOf(phone, line.messageId);
    const entry = row ? bySeq.get(row.seq) : undefined;
    const skeleton = entry?.skeleton as unknown as LineSkeleton | undefined;
    const isPersons = line.by === "person" || row?.by === "agent";
    shown.push({
      kind: "line",
      id: line.id,
      by: line.by === "customer" || line.by === "platform" ? line.by : isPersons ? "person" : "bot",
      name: row?.agent ? (showing.agents.find((one) => one.id === row.agent)?.name ?? null) : null,
      atMs: line.atMs,
      text: line.text,
      options: line.options,
      sheet: line.sheet ?? null,
      cards: line.cards,
      media: line.media,
      ad: line.referral ? adOf(line.referral, showing.program) : null,
      reaction: phone.reactions.get(line.id) ?? null,
      step: skeleton?.flow && skeleton.step ? stepRef(showing.program, skeleton.flow, skeleton.step) : null,
    });
    marksAfter(n + 1);
  }
  return shown;
}

type Said = { seq: number; by: string; agent?: string | undefined };

/** Where a platform names no message of ours, its lines are known by their words, in order. */
function saidIn(rows: JournalRow[]): { next(shown: string): Said | null } {
  const lines = rows.filter((row) => row.kind === "line");
  let at = 0;
  return {
    next(shown) {
      for (let n = at; n < lines.length; n++) {
        const row = lines[n]!;
        const words = (row.personal as unknown as LinePersonal | null)?.message?.text ?? "";
        if (!shown.includes(words.slice(0, SAME_WORDS)) && !words.includes(shown.slice(0, SAME_WORDS))) continue;
        at = n + 1;
        const { by, agent } = row.skeleton as unknown as LineSkeleton;
        return { seq: row.seq, by, agent: agent ?? undefined };
      }
      return null;
    },
  };
}

function windowOf({ ground }: Phone, screen: PhoneScreen | null, program: Program): PhoneView["window"] {
  const windows = program.limits.get(ground.channel)?.windows;
  const lengthMs = Math.max(1, ...Object.values(windows?.openings ?? {}).map((rule) => rule.lengthMs));
  const untilMs = screen?.window?.untilMs ?? 0;
  const humanUntilMs = screen?.window?.humanUntilMs ?? 0;
  const nowMs = ground.clock.nowMs();
  return {
    always: windows?.always ?? false,
    open: untilMs > nowMs,
    closesAtMs: untilMs === 0 ? null : untilMs,
    lengthMs,
    humanUntilMs: humanUntilMs > nowMs ? humanUntilMs : null,
  };
}

async function sessionOf(phone: Phone, conversation: Conversation, ticket: Ticket | null, showing: Showing): Promise<SessionView> {
  const { session, controller, agent } = conversation;
  const customer = await phone.ground.store.customer(phone.ground.bot, conversation.person);
  const top = session.stack.at(-1);
  const open = session.question;
  const flow = open && flowAt(showing, top?.program, open.flow);
  const at = open && flow?.byId.get(open.step);
  const asked = at === undefined ? undefined : flow!.steps[at];
  return {
    controller,
    agent: agent === null ? null : (showing.agents.find((one) => one.id === agent)?.name ?? agent),
    language: session.language ?? null,
    frames: session.stack.toReversed().map((frame) => frameOf(frame, showing, open?.flow === frame.flow ? open.step : null)),
    question: open
      ? {
          ...stepIn(showing, top?.program, open.flow, open.step),
          attempts: open.attempts,
          maxAttempts: asked?.kind === "collect" ? asked.maxAttempts : 0,
        }
      : null,
    kept: Object.entries(session.kept ?? {}).map(([name, slot]) => slotOf(name, slot, undefined, false)),
    customer: fieldsOf(customer),
    ad: session.referral ? { campaign: session.ad?.campaign ?? null, title: session.referral.adTitle ?? null } : null,
    timers: timersOf(conversation, ticket),
    moved: phone.moved,
  };
}

function timersOf({ session, controller }: Conversation, ticket: Ticket | null): TimerView[] {
  const timers: TimerView[] = controller === "bot" ? Object.entries(session.timers ?? {}).map(([key, atMs]) => ({ key, atMs })) : [];
  if (ticket && ticket.state !== "claimed") {
    if (ticket.promisedAtMs !== null) timers.push({ key: "promise", atMs: ticket.promisedAtMs });
    if (ticket.expiresAtMs !== null) timers.push({ key: "max_wait", atMs: ticket.expiresAtMs });
  }
  return timers.sort((a, b) => a.atMs - b.atMs);
}

function fieldsOf(customer: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(customer).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)),
  );
}

function flowAt({ named, program }: Showing, hash: string | undefined, name: string): Flow | undefined {
  return (hash === undefined ? program : named(hash)).flows.get(name);
}

function stepIn({ named, program }: Showing, hash: string | undefined, flow: string, step: string): StepRef {
  return stepRef(hash === undefined ? program : named(hash), flow, step);
}

/** The slots of a run in the order they were declared: those filled, and the one being asked. */
function frameOf(frame: Frame, showing: Showing, asking: string | null): SessionView["frames"][number] {
  const flow = flowAt(showing, frame.program, frame.flow);
  const at = asking === null ? undefined : flow?.byId.get(asking);
  const step = at === undefined ? undefined : flow?.steps[at];
  const asked = step?.kind === "collect" && step.target.kind === "slot" ? step.target.name : null;
  const slots: SlotView[] = [];
  for (const [name, slot] of flow?.slots ?? []) {
    const held = Object.hasOwn(frame.slots, name) ? frame.slots[name] : undefined;
    if (held || name === asked) slots.push(slotOf(name, held, slot, name === asked));
  }
  return {
    flow: frame.flow,
    step: frame.step === null ? null : stepIn(showing, frame.program, frame.flow, frame.step),
    via: frame.via,
    slots,
    saves: frame.saves as JsonObject,
    stale: frame.program !== showing.program.hash,
  };
}

function slotOf(name: string, held: SlotValue | undefined, slot: Slot | undefined, asking: boolean): SlotView {
  return {
    name,
    label: slot?.label?.source ?? null,
    value: (held?.value ?? null) as Json,
    from: held?.from ?? "",
    type: slot?.type ?? "",
    asking,
  };
}

function ticketOf(ticket: Ticket, showing: Showing): TicketView {
  const { request } = ticket;
  const pack = (typeof ticket.package === "object" && ticket.package !== null ? ticket.package : {}) as {
    summary?: { text?: string };
    facts?: { key: string; value: Json; source: string }[];
    last_question?: { text?: string } | null;
  };
  const flow = request.flow === null ? undefined : showing.program.flows.get(request.flow);
  return {
    id: ticket.id,
    queue: ticket.queue,
    state: ticket.state,
    agent: ticket.agent === null ? null : (showing.agents.find((one) => one.id === ticket.agent)?.name ?? ticket.agent),
    mine: ticket.agent === showing.me,
    priority: ticket.priority,
    detail: request.detail,
    openedAtMs: ticket.openedAtMs,
    promisedAtMs: ticket.promisedAtMs,
    summary: pack.summary?.text ?? "",
    wants: pack.last_question?.text ?? null,
    stopped: request.flow !== null && request.step !== null ? stepRef(showing.program, request.flow, request.step) : null,
    returnTo: request.returnTo,
    askAgent: request.askAgent.map((name) => slotOf(name, undefined, flow?.slots.get(name), true)),
    facts: (pack.facts ?? []).map(({ key, value, source }) => ({ key, value, source })),
  };
}
