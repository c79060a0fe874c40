/** What the desk keeps beside the conversations: how people sign in, their drafts, canned replies, and the files that they send. */
import type { AgentId, BotName, ConversationId } from "./ids.ts";
import type { JsonObject } from "./json.ts";

/** A row of the sign-in library's tables (`user`, `session`, `account`), found by its id, its `key` (unique in its table) or its owner. */
export type SignInRow = { table: string; id: string; key: string | null; owner: string | null; body: JsonObject };
export type SignInBy = { id: string } | { key: string } | { owner: string } | "all";

/** What an agent had begun to write, and what they had seen of the talk meanwhile. */
export type DeskDraft = { reply: string; note: string; epoch: number | null; seq: number | null; attachments: string[]; atMs: number };

/** A reply kept for everybody; texts by language. */
export type CannedReply = { id: string; name: string; title: string; texts: { [language: string]: string } };

/** A file that an agent sends, or a visitor of a web chat (`agent` null). Its bytes lie beside the store, under its id. */
export type Upload = {
  bot: BotName;
  id: string;
  agent: AgentId | null;
  conversation: ConversationId;
  name: string;
  type: string;
  kind: "image" | "video" | "audio" | "file";
  bytes: number;
  atMs: number;
};

/** An agent was named in a note. */
export type Mention = { conversation: ConversationId; seq: number; atMs: number; seenAtMs: number | null };

export interface DeskShelfReader {
  /** The newest first. */
  mentions(bot: BotName, agent: AgentId, limit: number): Promise<Mention[]>;
  signInRows(table: string, by: SignInBy): Promise<SignInRow[]>;
  draft(bot: BotName, agent: AgentId, conversation: ConversationId): Promise<DeskDraft | null>;
  canned(bot: BotName): Promise<CannedReply[]>;
  upload(bot: BotName, id: string): Promise<Upload | null>;
  /** The ids of every file that still has a row. */
  uploads(): Promise<string[]>;
}

export interface DeskShelf extends DeskShelfReader {
  /** One unit. A row whose key another row of its table has is refused by a throw. */
  writeSignIn(changes: { put?: SignInRow[]; remove?: { table: string; id: string }[] }): Promise<void>;
  /** All of an agent's in one conversation. */
  seeMentions(bot: BotName, agent: AgentId, conversation: ConversationId, atMs: number): Promise<void>;
  /** null removes it. */
  saveDraft(bot: BotName, agent: AgentId, conversation: ConversationId, draft: DeskDraft | null): Promise<void>;
  saveCanned(bot: BotName, reply: CannedReply): Promise<void>;
  removeCanned(bot: BotName, id: string): Promise<boolean>;
  saveUpload(bot: BotName, upload: Upload): Promise<void>;
}
