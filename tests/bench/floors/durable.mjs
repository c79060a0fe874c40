/** What both floors share: the talk on SQLite with FULL synchronisation and group commit, sends through one pool. No flows, no handoff, no windows. */
import { createHmac, timingSafeEqual } from "node:crypto";
import Database from "libsql";
import { Pool } from "undici";
import { answer } from "../talk.mjs";

const db = new Database(`${process.env.DATA_DIR}/floor.db`);
db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
  CREATE TABLE seen(mid TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE state(psid TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
  CREATE TABLE outbox(id INTEGER PRIMARY KEY, psid TEXT, text TEXT);`);
const see = db.prepare("INSERT OR IGNORE INTO seen VALUES (?)");
const read = db.prepare("SELECT body FROM state WHERE psid = ?");
const write = db.prepare("INSERT INTO state VALUES (?, ?) ON CONFLICT (psid) DO UPDATE SET body = excluded.body");
const put = db.prepare("INSERT INTO outbox (psid, text) VALUES (?, ?)");
const done = db.prepare("DELETE FROM outbox WHERE id = ?");
const begin = db.prepare("BEGIN IMMEDIATE");
const commit = db.prepare("COMMIT");
const pool = new Pool(process.env.GRAPH_URL, { connections: 64 });
const path = `/v26.0/${process.env.PAGE_ID}/messages`;
const headers = { "content-type": "application/json", authorization: `Bearer ${process.env.PAGE_TOKEN}` };

let webhooks = [];
let sent = [];
let armed = false;
const lanes = new Map();

export function verified(signature, raw) {
  if (signature?.length !== 71) return false;
  return timingSafeEqual(Buffer.from(signature.slice(7), "hex"), createHmac("sha256", process.env.APP_SECRET).update(raw).digest());
}

/** Commits what came in this turn of the event loop, then acknowledges and sends. */
export function take(body, acknowledge) {
  webhooks.push({ body, acknowledge });
  arm();
}

function arm() {
  if (!armed) setImmediate(flush);
  armed = true;
}

function flush() {
  armed = false;
  const batch = webhooks;
  const finished = sent;
  webhooks = [];
  sent = [];
  const lines = [];
  begin.run();
  for (const { body } of batch) {
    for (const { messaging } of body.entry) {
      for (const event of messaging) {
        const mid = (event.message ?? event.postback).mid;
        if (see.run(mid).changes === 0) continue;
        const psid = event.sender.id;
        const row = read.get(psid);
        const state = row ? JSON.parse(row.body) : {};
        const text = answer(state, event.message?.text ?? event.postback.payload);
        write.run(psid, JSON.stringify(state));
        lines.push({ id: put.run(psid, text).lastInsertRowid, psid, text });
      }
    }
  }
  for (const id of finished) done.run(id);
  commit.run();
  for (const { acknowledge } of batch) acknowledge();
  for (const line of lines) {
    const before = lanes.get(line.psid) ?? Promise.resolve();
    const mine = before
      .then(() => send(line))
      .then(() => {
        if (lanes.get(line.psid) === mine) lanes.delete(line.psid);
      });
    lanes.set(line.psid, mine);
  }
}

async function send({ id, psid, text }) {
  const body = JSON.stringify({ recipient: { id: psid }, messaging_type: "RESPONSE", message: { text } });
  const response = await pool.request({ method: "POST", path, headers, body });
  await response.body.text();
  sent.push(id);
  arm();
}
