/** What a writer has seen of a talk: a line that would answer something else than they read is held. */
import { client, type Thread } from "./data.ts";
import type { Entry } from "./types.ts";
import type { useWords } from "./words.ts";

/** What arrived so shortly before a send cannot have been read. */
const UNREAD_MS = 1_200;

function entriesOf(conversation: string): Entry[] {
  return client.getQueryData<Thread>(["thread", conversation])?.entries ?? [];
}

export function newest(conversation: string): number {
  return entriesOf(conversation).at(-1)?.seq ?? 0;
}

/** @returns what happened that the writer may not have seen, as a sentence */
export function movedOn(
  conversation: string,
  began: number | null,
  me: string,
  name: string,
  t: ReturnType<typeof useWords>,
): string | null {
  const entries = entriesOf(conversation);
  const colleague = entries.find(
    (entry) =>
      entry.kind === "message" &&
      entry.direction === "out" &&
      began !== null &&
      entry.seq > began &&
      (entry.by === "person" || (entry.by === "agent" && entry.agent !== me)),
  );
  if (colleague) return t("held.colleague");
  const last = entries.at(-1);
  const nowMs = Date.now();
  return last?.direction === "in" && nowMs - arrivedAt(last) < UNREAD_MS ? t("held.customer", { name }) : null;
}

const arrivals = new WeakMap<Entry, number>();
/** When this tab first had the line, by its own clock. */
function arrivedAt(entry: Entry): number {
  return arrivals.get(entry) ?? 0;
}
client.getQueryCache().subscribe((event) => {
  if (event.type !== "updated" || event.query.queryKey[0] !== "thread") return;
  const last = (event.query.state.data as Thread | undefined)?.entries.at(-1);
  if (last && !arrivals.has(last)) arrivals.set(last, Date.now());
});
