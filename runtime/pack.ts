/** Fills a new ticket's package from the journal, in the commit that opens it. */
import { buildPackage, type KnownAddress } from "../handoff/package.ts";
import { transcript } from "../handoff/transcript.ts";
import type { Passage } from "../model/adapter.ts";
import type { TicketId } from "../model/ids.ts";
import type { JournalRow } from "../model/journal.ts";
import type { Json } from "../model/json.ts";
import type { Session } from "../model/session.ts";
import { type Draft, windowOf } from "./draft.ts";
import { askForSummary } from "./summary.ts";

const PAGE = 500;
const ROWS_MAX = 5_000; // what a person can still make use of

export async function pack(draft: Draft, opened: { ticket: TicketId; session: Session }, epoch: number): Promise<void> {
  const { road, live, before } = draft;
  const ticket = draft.tickets.get(opened.ticket);
  if (!ticket) return;
  const rows = await readJournal(draft);
  if (live.account?.adapter.handover) draft.said = saidIn(rows);
  const packed = buildPackage({
    ticket,
    conversation: before,
    epoch,
    session: opened.session,
    rows,
    program: live.bot.newest,
    named: live.bot.named,
    customer: live.customer ?? {},
    window: windowOf(live, draft.now, draft.nowMs),
    ...(before.linked ? { addresses: await addressesOf(draft) } : {}),
    publicUrl: road.publicUrl,
  });
  const whole = { ...ticket, package: packed as unknown as Json, packageSeq: rows.at(-1)?.seq ?? 0 };
  draft.tickets.set(ticket.id, whole);
  askForSummary(draft, whole, rows);
}

/** The customer's other chats are part of the story: where they are, how that is known, and whether people work on them. */
async function addressesOf({ road, live, before }: Draft): Promise<KnownAddress[]> {
  const all = await road.store.addressesOf(live.bot.name, before.person);
  return Promise.all(
    all.map(async (one) => {
      const conversation = await road.store.load(live.bot.name, one.conversation);
      return { ...one, heardAtMs: conversation?.marks.heardAtMs ?? null, ticket: conversation?.ticket ?? null };
    }),
  );
}

const SAID_MAX = 50;

/** Notes of people and what was taken back stay in the house. */
function saidIn(rows: JournalRow[]): Passage["said"] {
  const messages = transcript(rows).filter(({ kind, text, erased }) => kind === "message" && !erased && text !== null && text !== "");
  return messages.slice(-SAID_MAX).map(({ by, text, atMs }) => ({
    by: by === "customer" ? by : by === "agent" || by === "person" ? "agent" : "bot",
    text: text!,
    atMs,
  }));
}

/** Up to the event that led here; of a very long conversation the latest part. */
async function readJournal(draft: Draft): Promise<JournalRow[]> {
  const { road, live, cause } = draft;
  const rows: JournalRow[] = [];
  let after = Math.max(0, (cause ?? 0) - ROWS_MAX);
  for (;;) {
    const page = await road.store.journal(live.bot.name, live.id, after, PAGE);
    rows.push(...(cause === null ? page : page.filter((row) => row.seq <= cause)));
    const last = page.at(-1);
    if (page.length < PAGE || !last || (cause !== null && last.seq >= cause)) return rows.slice(-ROWS_MAX);
    after = last.seq;
  }
}
