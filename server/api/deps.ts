/** What the desk API is given; it builds nothing itself. */
import type { Program } from "../../dialogue/program.ts";
import type { Address } from "../../model/address.ts";
import type { Clock } from "../../model/clock.ts";
import type { ControlRoad } from "../../model/desk.ts";
import type { BotName, ConversationId, Ids } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ReceivedEvent, Store } from "../../model/store.ts";
import type { MediaFetcher } from "../../runtime/fetch-media.ts";
import type { Log } from "../../runtime/log.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { UploadFiles } from "../upload-files.ts";
import type { Live } from "./live.ts";

export type DeskDeps = {
  store: Store;
  road: ControlRoad;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** How people sign in with a password; built when the first of them asks. */
  signIn(): Promise<SignIn>;
  live: Live;
  /** Where browsers reach this server, when that is not the host they name (a proxy rewrites it). */
  publicUrl: string;
  /** Pictures and files of customers and brands, fetched on safe terms. */
  media: MediaFetcher;
  /** A customer's file that its channel gives by an id and not by an address; null: not there (any more). */
  attachment?(bot: BotName, address: Address, id: string): Promise<Buffer | null>;
  /** Files that agents send. */
  files: UploadFiles;
  /** The customer is shown that an agent has seen their words: best effort. */
  seen(bot: BotName, conversation: ConversationId): void;
  /** The newest program of a bot; null for one that this process does not run. */
  program(bot: BotName): Program | null;
  /** Something that the brand's own systems tell a conversation; the key makes it one event however often it is told. */
  tell(bot: BotName, to: ConversationId | Address, name: string, fields: JsonObject, key: string): Promise<ReceivedEvent | null>;
  /** Makes a conversation's customer the one whom a brand's token names, and takes its address away again. */
  links: Pick<Runtime, "link" | "unlink">;
  /** Shows the customer that somebody writes, as far as the channel can. */
  typing(bot: BotName, conversation: ConversationId): void;
  /** An agent came, went or changed: whoever keeps a copy reads again. */
  agentsChanged?(bot: BotName): void;
  /** Aborted when the server drains: open streams end, so that desks connect elsewhere. */
  stopping?: AbortSignal;
};
