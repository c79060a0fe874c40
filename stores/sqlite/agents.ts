/** The people of the desk. A token is known here only by its hash. */
import type { BotName } from "../../model/ids.ts";
import type { Agent } from "../../model/ticket.ts";
import type { Database } from "./database.ts";

const SAVE = `
  INSERT INTO agents (bot, id, body, token_hash) VALUES (?, ?, ?, ?)
  ON CONFLICT (bot, id) DO UPDATE SET body = excluded.body, token_hash = coalesce(excluded.token_hash, token_hash)`;
const ALL = "SELECT body FROM agents WHERE bot = ? ORDER BY id";
const BY_TOKEN = "SELECT body FROM agents WHERE token_hash = ?";

/** Without a new token the old one stays. */
export function agentWriter(db: Database): (agent: Agent, tokenHash: string | null) => void {
  const save = db.prepare(SAVE);
  return (agent, tokenHash) => {
    save.run([agent.bot, agent.id, JSON.stringify(agent), tokenHash]);
  };
}

export function agentReader(db: Database): { all(bot: BotName): Agent[]; byToken(tokenHash: string): Agent | null } {
  const all = db.prepare(ALL);
  const byToken = db.prepare(BY_TOKEN);
  return {
    all: (bot) => all.rows([bot]).map((row) => JSON.parse(row[0] as string) as Agent),
    byToken(tokenHash) {
      const row = byToken.row([tokenHash]);
      return row && (JSON.parse(row[0] as string) as Agent);
    },
  };
}
