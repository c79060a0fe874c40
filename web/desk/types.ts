/** What the server's API answers, as far as the desk reads it (docs/api.md). Names and texts of customers are never trusted to be short or plain. */
export type Role = "agent" | "supervisor" | "admin";
export type Agent = {
  id: string;
  name: string;
  role: Role;
  queues: string[];
  skills: string[];
  languages: string[];
  away: boolean;
  capacity: number;
  disabled: boolean;
};
export type Named = { id: string; name: string };
export type QueueView = {
  name: string;
  open: boolean;
  staffed: boolean;
  opens_at: string | null;
  waiting: number;
  oldest_at: string | null;
  wait_estimate_s: number | null;
};
export type Me = { agent: Agent; bot: { name: string; title: string }; queues: QueueView[]; feed_end: number };

export type SessionAnswer = {
  agent: Named & { role: Role };
  name: string;
  csrf: string;
  must_change_password: boolean;
  expires_at: string;
};

export type Priority = "urgent" | "high" | "normal" | "low";
export type TicketState = "waiting" | "offered" | "claimed" | "snoozed" | "closed";
export type WindowView = {
  open: boolean;
  opened_at?: string | null;
  closes_at: string | null;
  human_agent_until: string | null;
  left?: number | null;
};
export type Ad = {
  source?: string;
  ref?: string | null;
  ad_id?: string;
  title?: string | null;
  picture_url?: string;
  campaign?: string;
  product_id?: string;
};
export type Ticket = {
  id: string;
  conversation_id: string;
  queue: string;
  state: TicketState;
  outcome: string | null;
  agent: Named | null;
  offer: { agent: Named; until: string; lease?: string } | null;
  priority: Priority;
  skills: string[];
  language: string | null;
  reason: { code: string; flow: string | null; step: string | null; detail?: string };
  opened_at: string;
  claimed_at: string | null;
  closed_at: string | null;
  promised_at: string | null;
  expires_at: string | null;
  window_closes_at: string | null;
  snoozed_until?: string | null;
  answered: boolean;
  wrap_up: string | null;
  note: string | null;
  order: [number, number, number, string];
  channel: string;
  customer: { id: string; name: string | null };
  ad: Ad | null;
  window: WindowView | null;
  last: { by: "customer" | "bot" | "agent" | "person" | "system"; text: string | null; at: string; kind?: string } | null;
  unanswered_since: string | null;
};

export type Fact = {
  key: string;
  value: unknown;
  label?: string;
  source: "customer" | "agent" | "flow" | "referral" | "default" | "profile" | "action";
  flow?: string;
  message_id?: string;
  seq?: number;
  set_at?: string;
  verified: boolean;
  personal?: boolean;
};
export type Package = {
  requested_at: string;
  requested_by: "bot" | "agent" | "platform";
  reason: { code: string; detail: string; flow: string | null; step: string | null; rule: string };
  route: { queue: string; skills: string[]; language: string | null; answer_within_s: number | null; max_wait_s: number | null };
  summary?: { text: string; by: string };
  last_question: { text: string; message_id: string; seq: number; at: string } | null;
  open_question: { flow: string; step: string; attempts: number } | null;
  ask_agent: string[];
  return_to: string | null;
  facts: Fact[];
  tried: { action?: string; faq?: string; message_id?: string; near?: { name: string; score: number }[]; outcome: string; at: string }[];
  promises: { text_id: string; due: string }[];
  origin: { channel: string; account: string; ad: Ad | null };
  identity: { level: string; customer_id: string; name?: string };
  risk: string[];
};
export type TicketDetail = Ticket & {
  conversation: { id: string; controller: Controller; epoch: number; is_open_ticket: boolean } | null;
  package: Package;
};

export type Controller = "bot" | "queue" | "human" | "none";
export type SlotType = { name: string; type: string; of?: string[] };
export type Conversation = {
  id: string;
  controller: Controller;
  epoch: number;
  agent: Named | null;
  channel: string;
  customer: { id: string; fields: Record<string, unknown> };
  language: string | null;
  flow: { name: string; step: string } | null;
  steps: { flow: string; steps: string[]; slots: SlotType[] } | null;
  window: WindowView | null;
};

export type LineState = "sending" | "sent" | "delivered" | "read" | "in_doubt" | "failed" | "dropped";
export type Medium = { url?: string; name?: string; src?: string };
export type Attachment = { kind: string; url?: string; src?: string; title?: string; name?: string; lat?: number; lng?: number };
export type Entry = {
  seq: number;
  id: string;
  at: string;
  kind: "message" | "note" | "change" | "happening";
  direction: "in" | "out" | null;
  by: "customer" | "bot" | "system" | "agent" | "person";
  agent?: string;
  text: string | null;
  message?: {
    text?: string;
    buttons?: { title: string; url?: string }[];
    choices?: { title: string }[];
    image?: Medium;
    video?: Medium;
    audio?: Medium;
    file?: Medium;
    cards?: { title: string; subtitle?: string; src?: string; url?: string; buttons?: { title: string }[] }[];
  };
  attachments?: Attachment[];
  tapped?: string;
  referral?: { source: string; ref?: string; adId?: string; adTitle?: string; src?: string };
  name?: string;
  flow?: string | null;
  step?: string | null;
  state?: LineState;
  why?: string | null;
  retry?: boolean;
  client_id?: string;
  change?: {
    what: string;
    from: Controller;
    to: Controller;
    epoch: number;
    ticket: string | null;
    queue: string | null;
    agent: string | null;
    by: string | null;
    outcome: string | null;
    ticket_state: TicketState | null;
    why?: string;
  };
  chat?: { channel: string; proof?: Proof };
  edited?: boolean;
  erased?: boolean;
};
export type Page = { messages: Entry[]; next_after_seq?: number; next_before_seq?: number; more: boolean };

export type Acted = { epoch: number; seq: number | null; ticket_id: string | null; under_way: string[]; id?: string };
export type Draft = { reply: string; note: string; epoch: number | null; seq: number | null; attachments: string[]; files: Uploaded[] };
export type Uploaded = { id: string; kind: string; name: string; type: string; bytes: number; src: string };
export type Canned = { id: string; name: string; title: string; texts: Record<string, string>; text: string; language: string };
export type PresenceState = "open" | "looking" | "writing" | "noting";
export type Company = { agent: string; name: string; state: PresenceState };
export type Colleague = { id: string; name: string; online: boolean; away: boolean };

export type Counts = { waiting: number; oldest_at: string | null; at_risk: number; late: number; claimed: number; unanswered: number };
export type Wall = {
  at: string;
  total: Counts;
  queues: (Counts & { name: string; open: boolean; staffed: boolean; opens_at: string | null })[];
  agents: {
    id: string;
    name: string;
    role: Role;
    away: boolean;
    online: boolean;
    queues: string[];
    capacity: number;
    claimed: number;
    snoozed: number;
    unanswered: number;
    oldest_unanswered_at: string | null;
    late: number;
  }[];
  tickets: (Ticket & { risk: "fine" | "at_risk" | "late"; due_at: string | null })[];
};
export type Proof = "first_message" | "code" | "signed" | "unionid";
export type Earlier = {
  id: string;
  fields: Record<string, unknown>;
  addresses: { conversation_id: string; channel: string; account: string; proof: Proof; linked_at: string }[];
  conversations: { id: string; channel: string; account: string; controller: Controller; ticket_id: string | null; created_at: string }[];
  tickets: {
    id: string;
    conversation_id: string;
    queue: string;
    state: TicketState;
    outcome: string | null;
    wrap_up: string | null;
    agent: Named | null;
    reason: { code: string };
    opened_at: string;
    closed_at: string | null;
    summary: string | null;
  }[];
};

type About = {
  customer: { id: string; name: string | null } | null;
  conversation_id: string | null;
  ticket_id: string | null;
  at: string | null;
};
export type Search = {
  customers: About[];
  tickets: (About & { queue: string; state: TicketState; text: string | null })[];
  said: (About & { seq: number; by: Entry["by"]; kind: Entry["kind"]; text: string | null })[];
};
export type Mention = {
  conversation_id: string;
  ticket_id: string | null;
  customer: { id: string; name: string | null };
  seq: number;
  by: Named | null;
  text: string | null;
  at: string;
  seen_at: string | null;
};
export type Mentions = { mentions: Mention[]; unseen: number };
export type Spread = { median: number; p90: number } | null;
export type Sum = {
  opened: number;
  resolved: number;
  returned: number;
  left: number;
  open: number;
  first_answer_s: Spread;
  resolution_s: Spread;
};
export type Reports = {
  at: string;
  timezone: string;
  is_complete: boolean;
  total: Sum;
  queues: (Sum & { name: string })[];
  agents: (Sum & Named)[];
  days: (Sum & { day: string })[];
};
