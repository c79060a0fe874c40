/** A phone as the screen shows it: the thread as Messenger would, the session, the turns, and the ticket beside it. */
import type { Thread, ThreadLine } from "../../adapters/meta/twin/thread.ts";
import type { Flow, Program, Slot } from "../../dialogue/program.ts";
import type { Referral } from "../../model/event.ts";
import type { JournalRow, LineSkeleton } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Frame, SlotValue } from "../../model/session.ts";
import type { Conversation } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import { conversationOf, lineOf, type Phone, startersOf } from "./phone.ts";
import { adOf, type FindProgram, stepRef, turnsOf } from "./trace.ts";
import type {
  PhoneButton,
  PhoneCard,
  PhoneLine,
  PhoneMedium,
  PhoneView,
  SessionView,
  SlotView,
  StepRef,
  TicketView,
  TimerView,
} from "./views.ts";

const JOURNAL_MAX = 3_000;
const TURNS_MAX = 60;

export type Showing = { program: Program; named: FindProgram; agents: Agent[]; me: string };

export async function show(phone: Phone, showing: Showing): Promise<PhoneView> {
  const { ground, psid } = phone;
  const { program } = showing;
  const thread = ground.twin.threadState(psid);
  const conversation = await conversationOf(phone);
  const rows = conversation ? await ground.store.journal(ground.bot, conversation.id, 0, JOURNAL_MAX) : [];
  const tickets = await ticketsOf(phone, rows);
  const last = thread?.lines.at(-1);
  const ticket = conversation?.ticket ? (tickets.get(conversation.ticket) ?? null) : null;
  return {
    id: phone.id,
    mode: ground.mode,
    bot: ground.bot,
    revision: phone.revision,
    nowMs: ground.clock.nowMs(),
    customer: { name: `${phone.customer.first} ${phone.customer.last}`.trim(), first: phone.customer.first, locale: phone.customer.locale },
    page: program.bot.title,
    lines: await linesOf(phone, thread?.lines ?? [], rows, showing),
    quickReplies: last && last.by !== "customer" ? last.quickReplies.map((reply) => reply.title) : [],
    starters: thread === undefined ? startersOf(program).map((one) => one.title) : [],
    typing: thread?.typing ?? false,
    receipt: receiptOf(phone, thread),
    window: windowOf(phone, thread, program),
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

async function linesOf(phone: Phone, lines: ThreadLine[], rows: JournalRow[], showing: Showing): Promise<PhoneLine[]> {
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
  marksAfter(0);
  for (const [n, line] of lines.entries()) {
    const row = line.by === "bot" ? await lineOf(phone, line.mid) : null;
    const entry = row ? bySeq.get(row.seq) : undefined;
    const skeleton = entry?.skeleton as unknown as LineSkeleton | undefined;
    const person = line.by === "inbox" || line.by === "other_app" || row?.by === "agent";
    const content = contentOf(line);
    shown.push({
      kind: "line",
      id: line.mid,
      by: line.by === "customer" ? "customer" : person ? "person" : "bot",
      name: row?.agent ? (showing.agents.find((one) => one.id === row.agent)?.name ?? null) : null,
      atMs: line.atMs,
      text: content.text,
      buttons: content.buttons,
      cards: content.cards,
      media: content.media,
      ad: content.referral ? adOf(content.referral, showing.program) : null,
      tapped: phone.tapped.has(line.mid),
      reaction: phone.reactions.get(line.mid) ?? null,
      step: skeleton?.flow && skeleton.step ? stepRef(showing.program, skeleton.flow, skeleton.step) : null,
    });
    marksAfter(n + 1);
  }
  return shown;
}

type Content = { text: string; buttons: PhoneButton[]; cards: PhoneCard[]; media: PhoneMedium[]; referral: Referral | null };
type Wire = Record<string, unknown>;

/** The line in the platform's own shape, as its app would draw it. */
function contentOf(line: ThreadLine): Content {
  const { message } = line;
  const content: Content = { text: "", buttons: [], cards: [], media: [], referral: referralOf(message) };
  const attachment = wire(message.attachment);
  const payload = wire(attachment?.payload);
  if (attachment === undefined) {
    const attached = Array.isArray(message.attachments) ? (message.attachments as unknown[]) : [];
    for (const one of attached) content.media.push(mediumOf(wire(one)));
    content.text = attached.length > 0 ? "" : line.text;
    content.buttons = line.buttons.map(buttonOf);
  } else if (payload?.template_type === "generic") {
    const elements = Array.isArray(payload.elements) ? (payload.elements as unknown[]).map(wire) : [];
    content.cards = elements.map((element) => ({
      title: word(element?.title) ?? "",
      ...(word(element?.subtitle) ? { subtitle: word(element?.subtitle)! } : {}),
      ...(word(element?.image_url) ? { imageUrl: word(element?.image_url)! } : {}),
      buttons: (Array.isArray(element?.buttons) ? (element.buttons as unknown[]) : []).map((button) => buttonOf(wire(button) ?? {})),
    }));
  } else if (attachment.type === "template") {
    content.text = line.text;
    content.buttons = line.buttons.map(buttonOf);
  } else content.media.push(mediumOf(attachment));
  return content;
}

function mediumOf(attachment: Wire | undefined): PhoneMedium {
  const payload = wire(attachment?.payload);
  const url = word(payload?.url);
  const kind = payload?.sticker_id === undefined ? word(attachment?.type) : "sticker";
  return { kind: (kind ?? "file") as PhoneMedium["kind"], ...(url ? { url } : {}) };
}

function buttonOf(button: { type?: unknown; title?: unknown; url?: unknown }): PhoneButton {
  const title = word(button.title) ?? "";
  if (button.type === "web_url") return { kind: "link", title, ...(word(button.url) ? { url: word(button.url)! } : {}) };
  return { kind: button.type === "phone_number" ? "call" : "reply", title };
}

function referralOf(message: Wire): Referral | null {
  const told = wire(message.referral) ?? wire(wire(message.postback)?.referral);
  if (told === undefined) return null;
  const context = wire(told.ads_context_data);
  const referral: Referral = { source: word(told.source) ?? "" };
  const put = (key: "ref" | "adId" | "adTitle" | "pictureUrl" | "postId" | "productId", value: unknown) => {
    if (word(value) !== undefined) referral[key] = word(value)!;
  };
  put("ref", told.ref);
  put("adId", told.ad_id);
  put("adTitle", context?.ad_title);
  put("pictureUrl", context?.photo_url);
  put("postId", context?.post_id);
  put("productId", context?.product_id);
  return referral;
}

const wire = (value: unknown): Wire | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Wire) : undefined;
const word = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function receiptOf({ ground }: Phone, thread: Thread | undefined): PhoneView["receipt"] {
  const mine = thread?.lines.at(-1);
  if (mine?.by !== "customer") return "none";
  if (thread!.seenAtMs !== null && thread!.seenAtMs >= mine.atMs) return "seen";
  return ground.twin.counts().waiting > 0 ? "sent" : "delivered";
}

function windowOf({ ground }: Phone, thread: Thread | undefined, program: Program): PhoneView["window"] {
  const rules = Object.values(program.limits.get(ground.channel)?.windows.openings ?? {});
  const lengthMs = Math.max(1, ...rules.map((rule) => rule.lengthMs));
  const openUntilMs = thread?.openUntilMs ?? 0;
  const nowMs = ground.clock.nowMs();
  return {
    open: openUntilMs > nowMs,
    closesAtMs: openUntilMs === 0 ? null : openUntilMs,
    lengthMs,
    humanUntilMs: thread && thread.humanUntilMs > nowMs ? thread.humanUntilMs : null,
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
