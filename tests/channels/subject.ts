/** What a channel lends to the contract: its recordings, its customer's acts as signed webhooks, its platform's answers. */
import type { IncomingHttpHeaders } from "node:http";
import type { Adapter, WebhookRequest } from "../../model/adapter.ts";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { Message } from "../../model/message.ts";

/** A webhook as the platform posts it; `receivedAtMs` is the house's. */
export type Webhook = Omit<WebhookRequest, "receivedAtMs">;

/** What one item of a recording becomes: `event` is matched in part; `customer` only where it is not the usual one. */
export type ExpectedEvent = { event: Record<string, unknown>; opens?: string; customer?: string };

export type Recording = {
  name: string;
  webhook: Webhook;
  /** Events in order (an ignored one says why), a refusal with this status, or a handshake answered with this body. */
  becomes: ExpectedEvent[] | { refused: number } | { handshake: string };
  /** How events are acknowledged, where it is not by 200. */
  answered?: number;
};

export type Acted = { from: string; text: string; nr: number; atMs: number };

/** A call of ours that reached the platform; `body` is the text as sent. */
export type Taken = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
export type Reply = { status: number; body: unknown; headers?: Record<string, string> } | "reset" | "hang";

export type Subject = {
  channel: string;
  /** The account that all webhooks here are for. */
  account: string;
  /** The channel's settings as a manifest says them, one YAML flow map: `{ page: "555" }`. */
  manifest: string;
  /** The adapter as a server builds it. Calls of ours go to `apiUrl`; none may wait longer than `timeoutMs`. */
  open(given: { clock: Clock; apiUrl: string; timeoutMs: number; fetchBytes?: (url: string) => Promise<Buffer | null> }): Adapter;
  /** Addresses of the platform's own files, for which it wants to know who asks. */
  files?: string[];
  /** The channel wants the bytes of a picture, and takes them in one call. */
  uploads?: true;
  /** The way that a conversation came, where sends need it. */
  via?(apiUrl: string): string;
  recordings: Recording[];
  /** A customer (1, 2, …) writes. `nr` is new for each act: the platform's id of it comes from there. */
  says(acted: Acted): Webhook;
  /** The customer's name at the platform, for a number. */
  customerId(from: string): string;
  /** Acts that open other windows than `says` does, by the opening's name. */
  opens?: Record<string, (acted: Acted) => Webhook>;
  /** A person answers the customer past us (the platform's own inbox, another tool). Absent: this channel never tells. */
  personSays?(acted: Acted): Webhook;
  /** Any body, posted and signed by the platform. Fuzzing sends changed recordings through it. */
  signed(body: Buffer): Webhook;
  /** Bodies to change: JSON or XML, as they are before any envelope of the channel's crypto. */
  bodies: Buffer[];
  /** The line in this call of ours: who gets it, and all the words it shows (options included). null: it is no line. */
  lineIn(taken: Taken): { to: string; shown: string } | null;
  /** What the platform answers when all is well: the `nr`th line taken, or a call that is no line (token, profile). */
  accepts(taken: Taken, nr: number): Reply;
  /** One refusal for each class of error; `delivery` is matched in part. */
  refusals: { what: string; reply: Reply; delivery: Partial<Delivery> }[];
  /** A refusal of one line that another try overcomes; and one that says the window is closed, where there are windows. */
  tryAgain: Reply;
  windowClosed: Reply | null;
  /** What a piece may hold beyond what the table of limits says; throws or expects. */
  checkPiece?(piece: Message): void;
};
