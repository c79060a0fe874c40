/** What X's own history says of a line in doubt: X takes no key of ours with a message, so it is known by its words. */
import type { Doubtful } from "../../model/adapter.ts";
import { id, list, record, text } from "../wire.ts";
import { ask } from "./api.ts";
import { readHeaders, spend } from "./budget.ts";
import { instantOf } from "./context.ts";
import type { Account, Sending } from "./send.ts";
import { readText, sameWords } from "./words.ts";

const PAGE = 50;
/** Their clock and ours. */
const SKEW_MS = 5_000;

/**
 * @returns the message's id; null when the history reaches back far enough and has no such message; undefined when it cannot be
 *   asked or does not reach back
 */
export async function find(
  { clock }: Sending,
  account: Account,
  customer: string,
  { message, sinceMs, isTaken }: Doubtful,
): Promise<string | null | undefined> {
  const nowMs = clock.nowMs();
  if (spend(account.budgets.lookups, "agent", nowMs) > 0) return undefined;
  const query: [string, string][] = [
    ["dm_event.fields", "id,text,event_type,created_at,sender_id,attachments,entities"],
    ["event_types", "MessageCreate"],
    ["max_results", String(PAGE)],
  ];
  const answer = await ask(account.api, { method: "GET", path: `/2/dm_conversations/with/${customer}/dm_events`, query });
  if (answer.kind !== "answered") return undefined;
  readHeaders(account.budgets.lookups, answer.headers, nowMs);
  if (answer.status !== 200 || answer.body === undefined) return undefined;
  const events = list(answer.body.data).map(record);
  const fromMs = sinceMs === null ? null : sinceMs - SKEW_MS;
  let reachesBack = events.length < PAGE;
  for (const event of events) {
    const messageId = id(event?.id);
    if (event === undefined || messageId === undefined) continue;
    if (fromMs !== null && instantOf(event.created_at, messageId, nowMs) < fromMs) {
      reachesBack = true;
      continue;
    }
    if (id(event.sender_id) !== account.id || account.left.has(messageId)) continue;
    const keys = list(record(event.attachments)?.media_keys);
    const came = { text: readText(event), ...(keys.length > 0 ? { image: { url: text(keys[0]) ?? "" } } : {}) };
    if (sameWords(came, message) && !(await isTaken(messageId))) return messageId;
  }
  return reachesBack ? null : undefined;
}
