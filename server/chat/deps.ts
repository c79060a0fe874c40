/** What the chat's door is given; it builds nothing itself. */
import type { Program } from "../../dialogue/program.ts";
import type { Adapter } from "../../model/adapter.ts";
import type { Clock } from "../../model/clock.ts";
import type { BotName, ConversationId, Ids } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";
import type { Log } from "../../runtime/log.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { UploadFiles } from "../upload-files.ts";
import type { Chat } from "./chat.ts";

export type ChatDeps = {
  store: Store;
  runtime: Pick<Runtime, "receive" | "happened" | "link">;
  clock: Clock;
  ids: Ids;
  log: Log;
  files: UploadFiles;
  chats: Map<string, Chat>;
  adapter(bot: BotName): Adapter;
  program(bot: BotName): Program | null;
  /** Where browsers reach this server, when that is not the host they name. */
  publicUrl: string;
  /** Is it reached from this machine only? Then pages of this machine may show any chat. */
  isLocal: boolean;
  /** The desk is shown that this customer writes. */
  customerTypes(bot: BotName, conversation: ConversationId): void;
  /** Aborted when the server drains: windows connect again elsewhere. */
  stopping: AbortSignal;
};
