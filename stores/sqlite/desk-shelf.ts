/** What the desk keeps beside the conversations: sign-in, drafts, canned replies, files sent by agents. */
import type { CannedReply, DeskDraft, DeskShelf, DeskShelfReader, SignInBy, SignInRow, Upload } from "../../model/desk-shelf.ts";
import type { ConversationId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Database, Row } from "./database.ts";
import { seqOf } from "./place.ts";

const SIGN_IN = "SELECT table_name, id, lookup, owner, body FROM sign_in WHERE table_name = ?1";
const BY = {
  all: `${SIGN_IN} AND ?2 = '' ORDER BY id`,
  id: `${SIGN_IN} AND id = ?2`,
  key: `${SIGN_IN} AND lookup = ?2`,
  owner: `${SIGN_IN} AND owner = ?2 ORDER BY id`,
};
const PUT_SIGN_IN = `
  INSERT INTO sign_in (table_name, id, lookup, owner, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (table_name, id) DO UPDATE SET lookup = excluded.lookup, owner = excluded.owner, body = excluded.body`;
const REMOVE_SIGN_IN = "DELETE FROM sign_in WHERE table_name = ? AND id = ?";
const DRAFT = "SELECT body FROM drafts WHERE bot = ? AND agent = ? AND conversation = ?";
const SAVE_DRAFT = `
  INSERT INTO drafts (bot, agent, conversation, body) VALUES (?, ?, ?, ?)
  ON CONFLICT (bot, agent, conversation) DO UPDATE SET body = excluded.body`;
const REMOVE_DRAFT = "DELETE FROM drafts WHERE bot = ? AND agent = ? AND conversation = ?";
const CANNED = "SELECT body FROM canned WHERE bot = ? ORDER BY id";
const SAVE_CANNED = "INSERT INTO canned (bot, id, body) VALUES (?, ?, ?) ON CONFLICT (bot, id) DO UPDATE SET body = excluded.body";
const REMOVE_CANNED = "DELETE FROM canned WHERE bot = ? AND id = ?";
const UPLOAD = "SELECT body FROM uploads WHERE bot = ? AND id = ?";
const UPLOADS = "SELECT id FROM uploads ORDER BY id";
const SAVE_UPLOAD = "INSERT INTO uploads (bot, id, conversation, body) VALUES (?, ?, ?, ?)";

/** With a customer, or with a conversation that retention removes, goes what agents wrote and sent there. */
export const FORGET_SHELF = ["drafts", "uploads", "mentions"].map(
  (table) => `DELETE FROM ${table} WHERE (bot, conversation) = (SELECT bot, id FROM conversations WHERE n = ?)`,
);

const MENTIONS =
  "SELECT conversation, place, at_ms, seen_at_ms FROM mentions WHERE bot = ? AND agent = ? ORDER BY at_ms DESC, place DESC LIMIT ?";
const SEE_MENTIONS = "UPDATE mentions SET seen_at_ms = ?4 WHERE bot = ?1 AND agent = ?2 AND conversation = ?3 AND seen_at_ms IS NULL";
/** Written with the note that names somebody. */
export const MENTION = "INSERT OR IGNORE INTO mentions (bot, agent, place, conversation, at_ms) VALUES (?, ?, ?, ?, ?)";

export function shelfReader(db: Database): DeskShelfReader {
  const signIn = { all: db.prepare(BY.all), id: db.prepare(BY.id), key: db.prepare(BY.key), owner: db.prepare(BY.owner) };
  const draft = db.prepare(DRAFT);
  const canned = db.prepare(CANNED);
  const upload = db.prepare(UPLOAD);
  const uploads = db.prepare(UPLOADS);
  const mentions = db.prepare(MENTIONS);
  return {
    async mentions(bot, agent, limit) {
      return mentions.rows([bot, agent, limit]).map(([conversation, at, atMs, seenAtMs]) => ({
        conversation: conversation as ConversationId,
        seq: seqOf(at as number),
        atMs: atMs as number,
        seenAtMs: seenAtMs as number | null,
      }));
    },
    async signInRows(table, by) {
      const [how, value] = found(by);
      return signIn[how].rows([table, value]).map(signInRow);
    },
    async draft(bot, agent, conversation) {
      const row = draft.row([bot, agent, conversation]);
      return row && (JSON.parse(row[0] as string) as DeskDraft);
    },
    async canned(bot) {
      return canned.rows([bot]).map((row) => JSON.parse(row[0] as string) as CannedReply);
    },
    async upload(bot, id) {
      const row = upload.row([bot, id]);
      return row && (JSON.parse(row[0] as string) as Upload);
    },
    async uploads() {
      return uploads.rows([]).map((row) => row[0] as string);
    },
  };
}

function found(by: SignInBy): ["all" | "id" | "key" | "owner", string] {
  if (by === "all") return ["all", ""];
  if ("id" in by) return ["id", by.id];
  return "key" in by ? ["key", by.key] : ["owner", by.owner];
}

function signInRow(row: Row): SignInRow {
  return {
    table: row[0] as string,
    id: row[1] as string,
    key: row[2] as string | null,
    owner: row[3] as string | null,
    body: JSON.parse(row[4] as string) as JsonObject,
  };
}

/** @param unit runs one piece of work in the next transaction */
export function shelfWriter(
  db: Database,
  unit: <T>(work: () => T) => Promise<T>,
): Pick<DeskShelf, Exclude<keyof DeskShelf, keyof DeskShelfReader>> {
  const putSignIn = db.prepare(PUT_SIGN_IN);
  const removeSignIn = db.prepare(REMOVE_SIGN_IN);
  const saveDraft = db.prepare(SAVE_DRAFT);
  const removeDraft = db.prepare(REMOVE_DRAFT);
  const saveCanned = db.prepare(SAVE_CANNED);
  const removeCanned = db.prepare(REMOVE_CANNED);
  const saveUpload = db.prepare(SAVE_UPLOAD);
  const seeMentions = db.prepare(SEE_MENTIONS);
  return {
    writeSignIn: ({ put = [], remove = [] }) =>
      unit(() => {
        for (const { table, id } of remove) removeSignIn.write([table, id]);
        for (const { table, id, key, owner, body } of put) putSignIn.write([table, id, key, owner, JSON.stringify(body)]);
      }),
    seeMentions: (bot, agent, conversation, atMs) => unit(() => void seeMentions.run([bot, agent, conversation, atMs])),
    saveDraft: (bot, agent, conversation, draft) =>
      unit(() => {
        if (draft) saveDraft.write([bot, agent, conversation, JSON.stringify(draft)]);
        else removeDraft.write([bot, agent, conversation]);
      }),
    saveCanned: (bot, reply) => unit(() => saveCanned.write([bot, reply.id, JSON.stringify(reply)])),
    removeCanned: (bot, id) => unit(() => removeCanned.run([bot, id]) > 0),
    saveUpload: (bot, upload) => unit(() => saveUpload.write([bot, upload.id, upload.conversation, JSON.stringify(upload)])),
  };
}
