/** Builds `handoff.v1` from the journal: why, from which ad, what was asked, what is known, what was tried and promised. */
import type { Program } from "../dialogue/program.ts";
import { decidedIn } from "../dialogue/turn/decided.ts";
import { eventOf } from "../model/entry.ts";
import type { Referral } from "../model/event.ts";
import type { TicketId } from "../model/ids.ts";
import type { JournalRow, TurnPersonal, TurnSkeleton } from "../model/journal.ts";
import type { JsonObject } from "../model/json.ts";
import type { WindowState } from "../model/limits.ts";
import type { CustomerAddress, Proof } from "../model/link.ts";
import type { Session } from "../model/session.ts";
import type { Conversation } from "../model/store.ts";
import type { Ticket } from "../model/ticket.ts";
import { type Fact, facts } from "./facts.ts";
import type { HandoffPackage } from "./schema.ts";
import { messageId, transcript } from "./transcript.ts";

export type PackageFacts = {
  ticket: Ticket;
  conversation: Pick<Conversation, "id" | "address" | "person" | "session">;
  /** The epoch after the handoff. */
  epoch: number;
  /** As it was when the person was asked for, with the run that asked still on the stack. */
  session: Session;
  /** The journal in order, up to and with the event that led here. */
  rows: JournalRow[];
  /** The newest program, and the versions that runs stand on. */
  program: Program;
  named?: (hash: string) => Program | null;
  customer: JsonObject;
  window: WindowState;
  /** Where the customer writes from, this chat among them; absent: from here only. */
  addresses?: KnownAddress[];
  /** Where this server is reached from outside, without a slash at its end. */
  publicUrl: string;
};

export type KnownAddress = CustomerAddress & { heardAtMs: number | null; ticket: TicketId | null };

export function buildPackage(given: PackageFacts): HandoffPackage {
  const { ticket, conversation, session, rows, program, window } = given;
  const { request } = ticket;
  const queue = program.bot.queues.get(ticket.queue);
  const said = transcript(rows).filter((entry) => entry.kind === "message");
  const known = facts({ ...given, messageIds: messageIds(rows) });
  const tried = triedIn(rows, program);
  const question = lastQuestion(rows, ticket);
  const ad = adOf(session.referral ?? lastReferral(rows), program, session.ad?.campaign);
  const built: HandoffPackage = {
    schema: "handoff.v1",
    handoff_id: ticket.id,
    conversation_id: conversation.id,
    epoch: given.epoch,
    requested_at: iso(ticket.openedAtMs),
    requested_by: request.code !== "agent_takeover" ? "bot" : ticket.agent === null ? "platform" : "agent",
    reason: { code: request.code, detail: request.detail, flow: request.flow, step: request.step, rule: ruleOf(ticket) },
    route: {
      queue: ticket.queue,
      skills: ticket.skills,
      language: ticket.language,
      priority: ticket.priority,
      max_wait_s: queue?.maxWaitMs == null ? null : Math.round(queue.maxWaitMs / 1000),
      answer_within_s: queue?.answerWithinMs == null ? null : Math.round(queue.answerWithinMs / 1000),
      on_timeout: queue?.whenTooLong ?? null,
    },
    last_question: question,
    open_question: openQuestion(given),
    ask_agent: request.askAgent,
    return_to: request.returnTo,
    facts: known,
    tried,
    promises: ticket.promisedAtMs === null ? [] : [{ text_id: "answer_within", due: iso(ticket.promisedAtMs) }],
    origin: { channel: conversation.address.channel, account: conversation.address.account, ad },
    window: {
      kind: window.openedBy,
      open: window.open,
      closes_at: window.closesAtMs === null ? null : iso(window.closesAtMs),
      human_agent_until: window.humanUntilMs === null ? null : iso(window.humanUntilMs),
    },
    identity: identityOf(given, known),
    risk: risks(known, session),
    transcript: {
      count: said.length,
      first: said[0]?.id ?? null,
      last: said.at(-1)?.id ?? null,
      last_seq: rows.at(-1)?.seq ?? 0,
      url: `${given.publicUrl}/api/v1/conversations/${conversation.id}/messages?until_seq=${rows.at(-1)?.seq ?? 0}`,
    },
  };
  return { ...built, summary: summarize(built) };
}

/** For a bridge: what the designer declared personal leaves only as a mask. */
export function maskPackage(whole: HandoffPackage): HandoffPackage {
  return {
    ...whole,
    facts: whole.facts.map((fact) => (fact.personal ? { ...fact, value: mask(fact.value), masked: true } : fact)),
    identity: { level: whole.identity.level, customer_id: whole.identity.customer_id, ...otherChats(whole) },
  };
}

/** Which chats there are is nothing personal. */
function otherChats({ identity }: HandoffPackage): Pick<HandoffPackage["identity"], "other_chats"> {
  return identity.other_chats ? { other_chats: identity.other_chats } : {};
}

function mask(value: unknown): string {
  if (typeof value !== "string" || value.length < 2) return "***";
  const at = value.indexOf("@");
  return at > 0 ? `${value[0]}***${value.slice(at)}` : `${[...value][0]}***`;
}

function ruleOf({ request }: Ticket): string {
  if (request.code === "agent_takeover") return "desk.take_over";
  return request.flow === null ? request.code : request.step === null ? `flow:${request.flow}` : `step:${request.flow}/${request.step}`;
}

/** A request for a person puts the question away; it is still open when the run that it belongs to stands on it. */
function openQuestion({ session, conversation, ticket }: PackageFacts): HandoffPackage["open_question"] {
  const { flow, step } = ticket.request;
  const before = conversation.session.question;
  const question = session.question ?? (before?.flow === flow && before?.step === step ? before : undefined);
  return question ? { flow: question.flow, step: question.step, attempts: question.attempts } : null;
}

function messageIds(rows: JournalRow[]): Map<number, string> {
  return new Map(rows.map((row) => [row.seq, messageId(row)]));
}

/** Actions with their outcome, answers from the FAQ, and messages that were not understood with what they came nearest to, in order. */
function triedIn(rows: JournalRow[], program: Program): HandoffPackage["tried"] {
  const outcomes = new Map<string, string>();
  for (const row of rows) {
    const event = row.kind === "heard" ? eventOf(row) : null;
    if (event?.kind === "called") outcomes.set(event.call, event.outcome.ok ? "ok" : event.outcome.error.code);
  }
  return rows
    .filter((row) => row.kind === "turn")
    .flatMap((row) => {
      const turn = row.skeleton as unknown as TurnSkeleton;
      const at = iso(row.atMs);
      const called = (turn.calls ?? []).filter(
        ({ action }) => program.actions.get(action)?.own === undefined && program.actions.has(action),
      );
      return [
        ...unclear(row, rows, at),
        ...(turn.answered ?? []).map((faq) => ({ faq, outcome: "answered", at })),
        ...called.map(({ key, action }) => ({ action, outcome: outcomes.get(key) ?? "pending", at })),
      ];
    });
}

/** A text that the bot could not act upon: the message by its id, and its best guesses by their names. */
function unclear(row: JournalRow, rows: JournalRow[], at: string): HandoffPackage["tried"] {
  const trace = (row.personal as unknown as TurnPersonal)?.trace ?? [];
  const decided = decidedIn(trace);
  const outcome = decided.includes("cannot_understand") ? "not_understood" : decided.includes("clarify") ? "asked_back" : null;
  const said = outcome === null ? undefined : rows.find((one) => one.seq === row.cause);
  if (outcome === null || said === undefined) return [];
  const ranked = trace.findLast((one) => one.at === "ranking")?.data as unknown as
    | { kind: string; name: string; score: number }[]
    | undefined;
  const near = (ranked ?? [])
    .slice(0, NEAR_MAX)
    .map(({ kind, name, score }) => ({ name: `${kind}/${name}`, score: Math.round(score * 100) / 100 }));
  return [{ message_id: messageId(said), ...(near.length > 0 ? { near } : {}), outcome, at }];
}

const NEAR_MAX = 2;

const ASKS =
  /[?？]\s*$|[吗呢]\s*[。.!！]?\s*$|^(怎么|什么|为什么|多少|哪|能不能|可以)|^(how|what|when|where|why|who|which|can|could|do|does|is|are|will)\b/i;

/** The latest text that asks something; not the request for a person itself, while anything else was said. */
function lastQuestion(rows: JournalRow[], { request }: Ticket): HandoffPackage["last_question"] {
  const answered = new Set(rows.filter((row) => row.kind === "turn" && row.skeleton.answered !== undefined).map((row) => row.cause));
  const said = rows.flatMap((row) => {
    const event = row.kind === "heard" ? eventOf(row) : null;
    return event?.kind === "said" && event.text.trim() !== "" ? [{ row, text: event.text }] : [];
  });
  const asking = request.code === "customer_asked" ? said.at(-1) : undefined;
  const others = said.filter((one) => one !== asking);
  const found = others.findLast((one) => answered.has(one.row.seq) || ASKS.test(one.text.trim())) ?? others.at(-1) ?? asking;
  return found ? { text: found.text, message_id: messageId(found.row), seq: found.row.seq, at: iso(found.row.atMs) } : null;
}

function lastReferral(rows: JournalRow[]): Referral | undefined {
  for (const row of [...rows].reverse()) {
    const event = row.kind === "heard" ? eventOf(row) : null;
    if (event && "referral" in event && event.referral) return event.referral;
  }
  return undefined;
}

function adOf(referral: Referral | undefined, program: Program, known: string | undefined): HandoffPackage["origin"]["ad"] {
  if (!referral) return null;
  const campaign = known ?? campaignOf(referral, program);
  const ad = {
    source: referral.source,
    ref: referral.ref,
    ad_id: referral.adId,
    title: referral.adTitle,
    picture_url: referral.pictureUrl,
    video_url: referral.videoUrl,
    post_id: referral.postId,
    product_id: referral.productId,
    campaign,
  };
  return Object.fromEntries(Object.entries(ad).filter(([, value]) => value !== undefined));
}

/** The ads file's word for it: by ad id, else by ref as written, else by the longest pattern. LANGUAGE rule 30. */
function campaignOf(referral: Referral, program: Program): string | undefined {
  const named = program.ads.filter((ad) => ad.campaign !== null);
  const byId = referral.adId !== undefined && named.find((ad) => ad.match.ad_id === referral.adId);
  const byRef = referral.ref !== undefined && named.find((ad) => ad.match.ref === referral.ref);
  const byPattern = named
    .filter(({ match }) => match.ref?.endsWith("*") && referral.ref?.startsWith(match.ref.slice(0, -1)))
    .sort((a, b) => b.match.ref!.length - a.match.ref!.length)[0];
  return (byId || byRef || byPattern || undefined)?.campaign ?? undefined;
}

const LEVELS: { [proof in Proof]: HandoffPackage["identity"]["level"] | null } = {
  first_message: null,
  code: "otp",
  signed: "signed",
  unionid: "platform",
};

function identityOf({ conversation, customer, addresses = [], publicUrl }: PackageFacts, known: Fact[]): HandoffPackage["identity"] {
  const own = addresses.find((one) => one.conversation === conversation.id);
  const others = addresses.filter((one) => one !== own);
  const level = others.length > 0 && own ? LEVELS[own.proof] : null;
  return {
    level: level ?? (asserted(known) ? "asserted" : "none"),
    customer_id: conversation.person,
    ...nameOf(customer),
    ...(others.length === 0
      ? {}
      : {
          other_chats: others.map((one) => ({
            channel: one.address.channel,
            account: one.address.account,
            conversation_id: one.conversation,
            proof: one.proof,
            linked_at: iso(one.linkedAtMs),
            last_heard_at: one.heardAtMs === null ? null : iso(one.heardAtMs),
            ticket_id: one.ticket,
            url: `${publicUrl}/api/v1/conversations/${one.conversation}/messages`,
          })),
        }),
  };
}

/** Said by the customer, proven by nobody. */
function asserted(known: Fact[]): boolean {
  return known.some(({ key, source }) => (source === "customer" || source === "agent") && /(^|[._])(email|phone)$/.test(key));
}

function nameOf(customer: JsonObject): { name?: string } {
  const name = [customer.first_name, customer.last_name].filter((part) => typeof part === "string" && part !== "").join(" ");
  return name === "" ? {} : { name };
}

function risks(known: Fact[], session: Session): string[] {
  return [...(known.some((fact) => fact.personal) ? ["pii_seen"] : []), ...(session.optedOut ? ["opted_out"] : [])];
}

/** A few sentences made of what is above; nothing personal in them, so that a bridge may print them. */
function summarize(whole: HandoffPackage): HandoffPackage["summary"] {
  const { reason, origin, last_question: question, tried } = whole;
  const where = reason.flow === null ? "" : ` in ${reason.flow}${reason.step === null ? "" : ` at ${reason.step}`}`;
  const sentences = [`${WHY[reason.code]}${where}.`];
  if (origin.ad)
    sentences.push(`Came from ${origin.ad.title ? `the ad “${origin.ad.title}”` : (origin.ad.ref ?? origin.ad.ad_id ?? "a link")}.`);
  const chats = whole.identity.other_chats ?? [];
  if (chats.length > 0) sentences.push(`The same customer also writes on ${chats.map(({ channel }) => channel).join(", ")}.`);
  const plain = whole.facts.filter((fact) => !fact.personal && fact.source !== "default" && typeof fact.value !== "object");
  if (plain.length > 0) sentences.push(`Known: ${plain.map((fact) => `${fact.key} ${fact.label ?? String(fact.value)}`).join(", ")}.`);
  if (tried.length > 0)
    sentences.push(
      `Tried: ${tried.map((one) => `${one.action ?? one.faq ?? one.near?.[0]?.name ?? "a message"} (${one.outcome})`).join(", ")}.`,
    );
  if (question) sentences.push(`Last question: “${[...question.text].slice(0, 200).join("")}”.`);
  const evidence = [...plain.flatMap((fact) => fact.message_id ?? []), ...(question ? [question.message_id] : [])];
  return { text: sentences.join(" "), by: "template", evidence: [...new Set(evidence)] };
}

const WHY: Record<HandoffPackage["reason"]["code"], string> = {
  customer_asked: "The customer asked for a person",
  no_match: "The bot did not understand",
  low_confidence: "The bot was not sure enough",
  repeated_failure: "A question was tried too often",
  policy: "The flow hands over",
  sensitive_topic: "A sensitive topic came up",
  negative_mood: "The customer is unhappy",
  high_value: "Worth a person's time",
  ad_followup: "An advertisement's follow-up",
  tool_failure: "A system did not answer",
  model_down: "The model did not answer",
  agent_takeover: "A person took over",
  schedule: "Planned",
};

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
