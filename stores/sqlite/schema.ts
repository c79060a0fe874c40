/** The tables, as numbered steps: a step that was released is never edited, the next one is added below it. */
import type { Database } from "./database.ts";
import { StoreRefused } from "./refused.ts";

const STEPS: string[] = [
  `
  CREATE TABLE processes (
    id TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, pid_space TEXT NOT NULL, started TEXT NOT NULL,
    since_ms INTEGER NOT NULL, beat_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE conversations (
    n INTEGER PRIMARY KEY, bot TEXT NOT NULL, id TEXT NOT NULL,
    channel TEXT NOT NULL, account TEXT NOT NULL, customer TEXT NOT NULL, person TEXT NOT NULL,
    version INTEGER NOT NULL, epoch INTEGER NOT NULL, controller TEXT NOT NULL, agent TEXT, ticket TEXT,
    session TEXT NOT NULL, marks TEXT NOT NULL, created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX conversations_by_id ON conversations (bot, id);
  CREATE INDEX conversations_by_person ON conversations (bot, person);

  CREATE TABLE addresses (
    bot TEXT NOT NULL, channel TEXT NOT NULL, account TEXT NOT NULL, customer TEXT NOT NULL,
    person TEXT NOT NULL, conversation INTEGER NOT NULL, proof TEXT NOT NULL, linked_at_ms INTEGER NOT NULL,
    PRIMARY KEY (bot, channel, account, customer)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE customers (
    bot TEXT NOT NULL, person TEXT NOT NULL, fields TEXT NOT NULL, created_at_ms INTEGER NOT NULL, erased_at_ms INTEGER,
    PRIMARY KEY (bot, person)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE journal (
    n INTEGER PRIMARY KEY, place INTEGER NOT NULL UNIQUE, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, v INTEGER NOT NULL DEFAULT 1, said_by TEXT NOT NULL,
    cause INTEGER, skeleton TEXT NOT NULL, personal TEXT
  ) STRICT;

  CREATE TABLE inbox (place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, ready_at_ms INTEGER NOT NULL) STRICT;

  -- By conversation: a platform's keys are random, and in one heap of them every event would write a page of its own.
  CREATE TABLE seen (
    conversation INTEGER NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE erased_keys (
    bot TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (bot, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE answered (
    bot TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL, digest TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (bot, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    id TEXT PRIMARY KEY, bot TEXT NOT NULL, place INTEGER NOT NULL, lane TEXT NOT NULL, epoch INTEGER NOT NULL,
    said_by TEXT NOT NULL, agent TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    next_at_ms INTEGER NOT NULL, give_up_at_ms INTEGER NOT NULL, body TEXT NOT NULL, channel_message_id TEXT, why TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_open ON outbox (place) WHERE state IN ('ready', 'sending', 'in_doubt');

  CREATE TABLE timers (
    conversation INTEGER NOT NULL, id TEXT NOT NULL, bot TEXT NOT NULL, due_at_ms INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (conversation, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX timers_due ON timers (bot, due_at_ms);

  CREATE TABLE tickets (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, bot TEXT NOT NULL, conversation INTEGER NOT NULL,
    queue TEXT NOT NULL, state TEXT NOT NULL, agent TEXT,
    rank INTEGER NOT NULL, due_ms INTEGER NOT NULL, opened_at_ms INTEGER NOT NULL, closed_at_ms INTEGER, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX tickets_in_order ON tickets (bot, rank, due_ms, opened_at_ms, id);
  CREATE INDEX tickets_open ON tickets (bot, rank, due_ms, opened_at_ms, id) WHERE state <> 'closed';
  CREATE INDEX tickets_by_conversation ON tickets (conversation);

  CREATE TABLE feed (
    bot TEXT NOT NULL, n INTEGER NOT NULL, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, conversation TEXT NOT NULL,
    ticket TEXT, queue TEXT, data TEXT NOT NULL,
    PRIMARY KEY (bot, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX feed_by_conversation ON feed (conversation);

  CREATE TABLE agents (
    bot TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, token_hash TEXT,
    PRIMARY KEY (bot, id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX agents_by_token ON agents (token_hash) WHERE token_hash IS NOT NULL;

  CREATE TABLE programs (
    bot TEXT NOT NULL, hash TEXT NOT NULL, files TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (bot, hash)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE erasures (
    bot TEXT NOT NULL, keyed_hash TEXT NOT NULL, said_by TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (bot, keyed_hash)
  ) STRICT, WITHOUT ROWID;
  `,
  // 2: what the desk keeps: how people sign in, drafts, canned replies, files that agents send.
  `
  CREATE TABLE sign_in (
    table_name TEXT NOT NULL, id TEXT NOT NULL, lookup TEXT, owner TEXT, body TEXT NOT NULL,
    PRIMARY KEY (table_name, id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX sign_in_by_lookup ON sign_in (table_name, lookup) WHERE lookup IS NOT NULL;
  CREATE INDEX sign_in_by_owner ON sign_in (table_name, owner) WHERE owner IS NOT NULL;

  CREATE TABLE drafts (
    bot TEXT NOT NULL, agent TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (bot, agent, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX drafts_by_conversation ON drafts (bot, conversation);

  CREATE TABLE canned (bot TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (bot, id)) STRICT, WITHOUT ROWID;

  CREATE TABLE uploads (
    bot TEXT NOT NULL, id TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (bot, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_conversation ON uploads (bot, conversation);
  `,
  // 3: counts of tickets without reading what they hold, reports by the day, and who was named in a note.
  `
  CREATE INDEX tickets_held ON tickets (bot, state, queue, agent, opened_at_ms) WHERE state <> 'closed';
  CREATE INDEX tickets_by_opening ON tickets (bot, opened_at_ms);

  CREATE TABLE mentions (
    bot TEXT NOT NULL, agent TEXT NOT NULL, place INTEGER NOT NULL, conversation TEXT NOT NULL, at_ms INTEGER NOT NULL, seen_at_ms INTEGER,
    PRIMARY KEY (bot, agent, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mentions_by_conversation ON mentions (bot, conversation);
  `,
  // 4: a line that leaves straight from its commit has the state 'leaving' and stands in no index; those of a dead process are named by the journal after n.
  `
  CREATE TABLE leaving_after (n INTEGER NOT NULL) STRICT;
  INSERT INTO leaving_after SELECT coalesce(max(n), 0) FROM journal;
  `,
  // 5: one customer at several addresses. `own` and `home`: what an address learned itself and who it was, while it is linked.
  `
  ALTER TABLE conversations ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE customers ADD COLUMN written TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE addresses ADD COLUMN own TEXT;
  ALTER TABLE addresses ADD COLUMN home TEXT;
  CREATE INDEX addresses_by_home ON addresses (bot, home) WHERE home IS NOT NULL;

  CREATE TABLE link_codes (
    conversation INTEGER PRIMARY KEY, bot TEXT NOT NULL, hash TEXT NOT NULL, expires_at_ms INTEGER NOT NULL,
    used_by INTEGER, used_at_ms INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX link_codes_by_hash ON link_codes (bot, hash);

  CREATE TABLE link_tries (
    bot TEXT NOT NULL, conversation INTEGER NOT NULL, since_ms INTEGER NOT NULL, wrong INTEGER NOT NULL,
    PRIMARY KEY (bot, conversation)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE identities (
    bot TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, conversation INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, unlinked_at_ms INTEGER,
    PRIMARY KEY (bot, kind, key, conversation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX identities_by_conversation ON identities (conversation);
  `,
  // 6: what answerers have used, by conversation, by day and in all.
  `
  CREATE TABLE spending (
    bot TEXT NOT NULL, scope TEXT NOT NULL, tokens INTEGER NOT NULL, micros INTEGER NOT NULL, ms INTEGER NOT NULL, asks INTEGER NOT NULL,
    PRIMARY KEY (bot, scope)
  ) STRICT, WITHOUT ROWID;
  `,
];

export const SCHEMA_VERSION = STEPS.length;

/** @throws StoreRefused when a newer Baton has written this file */
export function schemaOf(db: Database, path: string): number {
  const version = Number(db.prepare("PRAGMA user_version").row([])?.[0] ?? 0);
  if (version > SCHEMA_VERSION)
    throw new StoreRefused(
      "newer_schema",
      `The store ${path} was written by a newer Baton (its tables are version ${version}, this one knows ${SCHEMA_VERSION}). ` +
        "Start the newer Baton, or restore the backup made before it was first started.",
    );
  return version;
}

/** Brings the tables up to date. Runs inside the caller's transaction: all steps or none. */
export function migrate(db: Database, path: string): void {
  const version = schemaOf(db, path);
  if (version === SCHEMA_VERSION) return;
  for (const step of STEPS.slice(version)) db.exec(step);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
