/** A line that may have arrived: an echo, the platform's history, or in the end the bot's own rule says what becomes of it. */

import type { AccountId } from "../model/address.ts";
import type { LineId } from "../model/ids.ts";
import type { JournalRow } from "../model/journal.ts";
import type { Message } from "../model/message.ts";
import type { LineBody, OutboxRow } from "../model/store.ts";
import { end, known, pump, type Step, sent, settlement } from "./outbox.ts";
import { type Account, accountOf, type Live, type Road, type RunningBot } from "./road.ts";
import { settleSoon } from "./settle.ts";

const ECHO_WAIT_MS = 5_000;
/** So many waits in vain since the last echo: this account is not subscribed to them. A line that never arrived is a wait in vain too. */
const VAIN_MAX = 3;
/** So many lines in the latest conversations and no echo among them: none come. Fewer may have been too quick for theirs. */
const LINES_WITHOUT = 50;
const CONVERSATIONS_LOOKED_AT = 20;
const ENTRIES_LOOKED_AT = 100;
const AGAIN_FIRST_MS = 250;
const AGAIN_MAX_MS = 30_000;

/** What to do about the lane's head, which is `in_doubt`. Later lines wait these seconds with it, never longer. */
export async function resolveDoubt(road: Road, live: Live, row: OutboxRow): Promise<Step> {
  const conversation = await known(road, live);
  if (!conversation) return "next"; // erased meanwhile
  const { account } = live;
  if (!account) return end(road, live, row, "failed", "in_doubt", "It may have been sent; its account is no longer served.");
  const back = live.cameBack?.get(row.id);
  if (back !== undefined) return sent(road, live, account, row, back);
  const nowMs = road.clock.nowMs();
  if (live.doubt?.line !== row.id && account.adapter.echoes && account.echoesMissed < VAIN_MAX)
    waitForEcho(road, live, account, row, nowMs);
  if (live.doubt?.line === row.id) {
    if (nowMs < live.doubt.untilMs) return { holdUntilMs: live.doubt.untilMs };
    live.doubt = null;
    account.echoesMissed++;
  }
  if (account.adapter.find) {
    road.strike("doubt.before-find");
    const found = await account.adapter.find(conversation.address, row.id as LineId, {
      message: (row.body as LineBody).message,
      sinceMs: conversation.marks.heardAtMs,
      isTaken: async (messageId) => (await road.store.lineOf(live.bot.name, messageId, live.id)) !== null,
    });
    if (typeof found === "string") return sent(road, live, account, row, found);
    if (found === null) return again(road, live, account, row);
  }
  return byRule(road, live, account, row);
}

function waitForEcho(road: Road, live: Live, account: Account, row: OutboxRow, nowMs: number): void {
  live.doubt = {
    line: row.id,
    untilMs: nowMs + ECHO_WAIT_MS,
    refused() {
      live.doubt = null;
      live.rowsStale = true; // the store has ended it already
      pump(road, live);
    },
    echoed(messageId) {
      live.doubt = null;
      if (live.rows[0]?.id !== row.id) return;
      sent(road, live, account, row, messageId);
      live.rows.shift();
      pump(road, live);
    },
  };
}

/**
 * A message of ours that came back without a mark, or a person's? Ours when its id is known by now, or when it says what a line
 * says that is on its way or in doubt: that line is settled by it.
 */
export async function explains(road: Road, live: Live, { messageId, message }: { messageId: string; message: Message }): Promise<boolean> {
  if (await road.store.lineOf(live.bot.name, messageId, live.id)) return true;
  await known(road, live);
  const { account } = live;
  const own = account?.adapter.own;
  if (!account || !own) return false;
  if (own.knows(account.account as AccountId, messageId)) return true;
  const rows = (await road.store.outbox(live.bot.name, live.id)).filter(
    (row) => row.lane === "line" && (row.state !== "ready" || row.attempts > 0) && own.isLike(message, (row.body as LineBody).message),
  );
  if (rows.length === 0) return own.knows(account.account as AccountId, messageId); // its answer came while we read
  account.echoesMissed = 0;
  for (const row of rows) {
    if (live.doubt?.line === row.id) live.doubt.echoed(messageId);
    else if (row.state === "sending") live.cameBack = new Map(live.cameBack).set(row.id, messageId);
    else settleSoon(road, live, { ...settlement({ ...row, state: "sent" }, null), channelMessageId: messageId });
  }
  live.rowsStale = true;
  return true;
}

/** After a start nothing has been heard yet: the latest journals tell whether these accounts send echoes at all. */
export async function learnEchoes(road: Road, bot: RunningBot): Promise<void> {
  const lines = new Map<Account, number>();
  for (const { id, address } of await road.store.conversations(bot.name, CONVERSATIONS_LOOKED_AT)) {
    const account = accountOf(bot, address);
    if (!account) continue;
    const journal = await road.store.journal(bot.name, id, 0, ENTRIES_LOOKED_AT);
    const before = lines.get(account) ?? 0;
    lines.set(account, journal.some(isEcho) ? Number.NEGATIVE_INFINITY : before + journal.filter(({ kind }) => kind === "line").length);
  }
  for (const [account, count] of lines) if (count >= LINES_WITHOUT) account.echoesMissed = VAIN_MAX;
}

function isEcho(entry: JournalRow): boolean {
  return entry.kind === "receipt" && entry.skeleton.kind === "echoed";
}

/** A lost reply strands the customer, a doubled one does not; nobody misses a reminder; an agent decides alone. */
function byRule(road: Road, live: Live, account: Account, row: OutboxRow): Step {
  if (row.by === "agent")
    return end(
      road,
      live,
      row,
      "failed",
      "in_doubt",
      "The platform did not say whether it arrived; the agent decides whether to say it again.",
    );
  const rule = live.bot.settings.onDoubt[(row.body as LineBody).purpose];
  if (rule === "again") return again(road, live, account, row);
  return end(road, live, row, "failed", "in_doubt", "The platform did not say whether it arrived, and it is not sent twice.");
}

function again(road: Road, live: Live, account: Account, row: OutboxRow): Step {
  road.metrics.count("lines_sent_again", account.labels);
  const backOffMs = Math.min(AGAIN_MAX_MS, AGAIN_FIRST_MS * 2 ** Math.min(Math.max(0, row.attempts - 1), 16));
  const ready = { ...row, state: "ready" as const, nextAtMs: road.clock.nowMs() + backOffMs };
  live.rows[0] = ready;
  settleSoon(road, live, settlement(ready, row.why));
  return "again";
}
