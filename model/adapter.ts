/** A channel: two translations and its tables. It returns events, never holds the engine, and never retries by itself. */
import type { AccountId, Address, ChannelName } from "./address.ts";
import type { Delivery } from "./delivery.ts";
import type { Envelope } from "./event.ts";
import type { LineId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Limits, Marks } from "./limits.ts";
import type { Button, Message, Purpose, Speaker } from "./message.ts";
import type { Ticket } from "./ticket.ts";

export type WebhookRequest = {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  receivedAtMs: number;
  /** It came from a program on this machine, through no proxy and from no page in a browser. */
  isFromHere?: boolean;
};

export type Received =
  /** `answer`: what the platform wants to hear once they are stored, where it wants to hear something of its own. */
  | { kind: "events"; events: Envelope[]; answer?: string; answerAs?: { status: number; contentType: string } }
  /** The platform's check of the address: answer with this body, text/plain unless it says otherwise. */
  | { kind: "handshake"; body: string; contentType?: string }
  | { kind: "refused"; status: 400 | 401 | 403 | 404; why: string };

/** One message on its way; `message` is one of the pieces that `pieces` made. */
export type Outbound = {
  line: LineId;
  /** Lines behind it that go out in the same message, where the channel joins them. */
  alongside?: LineId[];
  address: Address;
  message: Message;
  by: Speaker;
  purpose: Purpose;
  marks: Marks;
  nowMs: number;
};

/** What the channel tells about a person; keys are those of `customer.*`. */
export type Profile = {
  first_name?: string;
  last_name?: string;
  language?: string;
  timezone?: string;
  country?: string;
  picture_url?: string;
  /** Who the person is on all accounts of one brand, where the platform says so: the proof for linking them. */
  unionid?: string;
  /** How they came to follow the account, in the platform's word. */
  followed_by?: string;
};

/** What `baton doctor` finds out about one thing that an account needs. `ok` null: it could not be asked; true with a `next`: an advice. */
export type Finding = { what: string; ok: boolean | null; found: string; next?: string };

/** `leadsTo`: what the code says, to be drawn by whoever likes; `picture`: the platform's own drawing. */
export type MadeCode = { kind: "made"; leadsTo: string; picture: string; untilMs: number | null };

/** What a check is given. `webhookUrl`: where the platform reaches us, null when nobody said. `probe`: a GET from outside, null: no answer. */
export type CheckUp = {
  webhookUrl: string | null;
  nowMs: number;
  probe(url: string): Promise<{ status: number; body: string } | null>;
};

/** A line in doubt, for a platform that knows it by its words alone. `isTaken`: is this message another line of ours? */
export type Doubtful = { message: Message; sinceMs: number | null; isTaken(messageId: string): Promise<boolean> };

export type Joins = {
  /** How many of the first of these should go as one message now; 1: none is joined. */
  howMany(account: AccountId, waiting: Message[]): number;
  join(waiting: Message[]): Message;
};

export type OwnMessages = {
  /** Did a send from here get this id as its answer? */
  knows(account: AccountId, messageId: string): boolean;
  /** Could this message that came back be that line, alone or joined with others? */
  isLike(came: Message, line: Message): boolean;
};

/**
 * The word passes between the bot and people: asked for, taken by an agent of ours, nobody came, given back. `said`: the latest
 * messages before it, oldest first, where people were asked for. The ticket's package is masked, as for a bridge.
 */
export type Passage = {
  kind: "asked" | "accepted" | "failed" | "completed";
  ticket: Ticket;
  said: { by: "customer" | "bot" | "agent"; text: string; atMs: number }[];
};

export interface Adapter {
  readonly channel: ChannelName;
  readonly limits: Limits;
  /** Does this adapter serve webhooks under this path? e.g. `/webhooks/messenger`. */
  readonly path: string;
  /** Bytes in, values out. Verifies the signature over the raw body; does no I/O; never throws. */
  receive(request: WebhookRequest): Received;
  /**
   * Where the proof of a request needs more than our own secret: fetches what `receive` will judge it by. False: it cannot be
   * judged now, and must be delivered again. Never throws.
   */
  prove?(request: WebhookRequest): Promise<boolean>;
  /**
   * Cuts and degrades one message into those that the channel takes one by one. Pure. At least one piece.
   *
   * @param to whom it goes to, where what can be shown differs among an account's customers
   */
  pieces(message: Message, to?: Address): Message[];
  /** One piece out, one request. Never throws, never retries. */
  send(outbound: Outbound): Promise<Delivery>;
  /** Typing and seen marks: best effort, never a line, failures are nobody's. */
  signal?(address: Address, what: "typing" | "seen"): Promise<void>;
  /** Do its profiles tell who a person is on the brand's other accounts (`unionid`)? Then each newcomer is asked about, if there are others. */
  vouches?: boolean;
  /** May one person have two names on one account? Then newcomers are asked about where a bot has no other account there, too. */
  renames?: boolean;
  /** What the channel tells about the person, or null. Never throws. */
  profile?(address: Address): Promise<Profile | null>;
  /** Asks the platform's history for an `in_doubt` line: its message id, null for surely absent, undefined for unknown. */
  find?(address: Address, line: LineId, doubtful: Doubtful): Promise<string | null | undefined>;
  /** Where an account's budget may be short: how waiting lines of one speaker to one customer leave as one message. */
  joins?: Joins;
  /** Where echoes carry no mark of ours: what tells our own message from a person's. */
  own?: OwnMessages;
  /** How a file that came in must be asked for, where its host wants to know who asks; null: plainly. */
  fileRequest?(url: string): Promise<{ url: string; headers: Record<string, string> } | null>;
  /** What a channel with people or bots of its own is told of it, in order with the lines; null: nothing. Pure. */
  handover?(account: AccountId, to: Address, passage: Passage): Message | null;
  /** Does this account show us echoes of our own sends (so that doubt can be settled)? */
  echoes: boolean;
  /** The bytes of an attachment that has an id and no address (a voice, a video), or null. Never throws. */
  media?(account: AccountId, id: string): Promise<Buffer | null>;
  /** Sets the account's lasting menu. `title` names a group where the entries need one. Never throws. */
  publishMenu?(account: AccountId, entries: Button[], title: string): Promise<Delivery>;
  /** Sets what is shown to whoever opens the conversation; a welcome that somebody set up there stays. Never throws. */
  publishWelcome?(account: AccountId, message: Message): Promise<Delivery>;
  /** Makes a code that a poster or a page shows; whoever scans it comes with this scene. `forMs` null: for good. Never throws. */
  makeCode?(account: AccountId, scene: string, forMs: number | null): Promise<MadeCode | Exclude<Delivery, { kind: "sent" }>>;
  /** Asks the platform about everything that an account of ours needs; changes nothing. Never throws. */
  check?(account: AccountId, about: CheckUp): Promise<Finding[]>;
  /** Health of the account for `/health/ready` and metrics; no secret in it. */
  describe(): JsonObject;
  close(): Promise<void>;
}
