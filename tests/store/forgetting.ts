/** Forgetting: one customer at their word, everybody by age, and never what is under way. */
import { expect, test } from "vitest";
import type { TicketId } from "../../model/ids.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, entry, hear, inbound, line, MEI, NOON_MS, OLA, said, saying, settled, ticket, timer } from "./made.ts";
import { opened } from "./opened.ts";

const DAY_MS = 86_400_000;
const KEEP_ALL = { saidBeforeMs: 0, customersBeforeMs: 0, seenBeforeMs: 0 };

export function forgettingContract(open: Open): void {
  test("an erased customer is gone from everything, in one act; what stays tells only that something was", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "mid.1", "SECRET one");
    await hear(store, ids, "mid.2", "SECRET two");
    const other = await hear(store, ids, "o", "kept words", { address: OLA });
    const { person } = (await store.load(ALDER, id))!;
    await store.commit(
      decision(id, 0, {
        decided: [1],
        session: { shape: 1, stack: [], lastLines: ["SECRET session"] },
        controller: "human",
        ticketOpen: "ho_1" as TicketId,
        customer: { name: "SECRET name" },
        journal: [
          entry("line", { text: "SECRET line" }, { skeleton: { line: "ms_1" } }),
          entry("line", { text: "SECRET sent" }, { skeleton: { line: "ms_2" } }),
        ],
        outbox: [line("ms_1", 0, { text: "SECRET line" }), line("ms_2", 1, { text: "SECRET sent", state: "sending" })],
        timers: { set: [timer(id, "tm_1", NOON_MS)], cancel: [] },
        tickets: [{ ...ticket(id, "ho_1", { package: { summary: "SECRET package" }, note: "SECRET note" }) }],
        feed: [{ kind: "k", conversation: id, ticket: null, queue: null, data: { text: "SECRET notice" } }],
      }),
    );
    await store.settle([settled(id, "ms_2", "sent", { channelMessageId: "m.SECRET" })]);

    expect(await store.erase(ALDER, person, "customer", NOON_MS + 1, "hash-of-mei")).toEqual({ conversations: 1, entries: 4, lines: 2 });

    const conversation = (await store.load(ALDER, id))!;
    expect(conversation).toMatchObject({
      version: 2,
      epoch: 2,
      controller: "none",
      agent: null,
      ticket: null,
      session: { shape: 1, stack: [] },
    });
    expect(conversation.address.customer).not.toBe(MEI.customer);
    expect(await store.find(ALDER, MEI)).toBeNull();
    expect(await store.waiting(ALDER, id)).toEqual([]);
    expect(await store.outbox(ALDER, id)).toEqual([]);
    expect(await store.nextDue(ALDER)).toBeNull();
    expect(await store.customer(ALDER, person)).toEqual({});
    expect(await store.ticket(ALDER, "ho_1" as TicketId)).toMatchObject({ state: "closed", outcome: "erased", package: null, note: null });
    const journal = await store.journal(ALDER, id, 0, 50);
    expect(journal.map((row) => row.kind)).toEqual(["heard", "heard", "line", "line", "control"]);
    const rows = [await store.outboxRow(ALDER, "ms_1" as never), await store.outboxRow(ALDER, "ms_2" as never)];
    expect(JSON.stringify([journal, conversation, rows, await store.feed(ALDER, 0, 50)])).not.toContain("SECRET");
    expect(rows.map((row) => row!.state)).toEqual(["dropped", "sent"]);
    expect(await store.lineOf(ALDER, "m.SECRET")).toBeNull();
    expect(await store.erasures(ALDER)).toEqual([{ keyedHash: "hash-of-mei", by: "customer", atMs: NOON_MS + 1 }]);
    expect((await store.waiting(ALDER, other.id))[0]!.row.personal).toMatchObject({ text: "kept words" });
  });

  test("a turn under way when the customer is erased writes nothing, nor does its line go out", async () => {
    const { store, ids } = await opened(open);
    const { id, seq } = await hear(store, ids, "a");
    const { person } = (await store.load(ALDER, id))!;
    const [, turn] = await Promise.all([
      store.erase(ALDER, person, "brand", NOON_MS, "h"),
      store.commit(saying(id, 0, "ms_1", { decided: [seq] })),
    ]);
    expect(turn).toEqual({ kind: "conflict" });
    expect(await store.outbox(ALDER, id)).toEqual([]);
  });

  test("an erased person who writes again is somebody new; what was delivered before is not delivered again", async () => {
    const { store, ids } = await opened(open);
    const before = await hear(store, ids, "mid.1");
    const { person } = (await store.load(ALDER, before.id))!;
    await store.commit(decision(before.id, 0, { customer: { name: "Mei" } }));
    await store.erase(ALDER, person, "customer", NOON_MS, "h");
    expect((await store.receive([inbound(ids, "mid.1", said("hello"))]))[0]).toEqual({ kind: "duplicate", conversation: null });
    const after = await hear(store, ids, "mid.2");
    expect(after.id).not.toBe(before.id);
    const fresh = (await store.load(ALDER, after.id))!;
    expect(fresh.person).not.toBe(person);
    expect(await store.customer(ALDER, fresh.person)).toEqual({});
  });

  test("words older than the rule go, their skeleton stays; younger ones and those under way stay whole", async () => {
    const { store, ids, clock } = await opened(open);
    const old = NOON_MS - 400 * DAY_MS;
    const { id } = await hear(store, ids, "a", "old words", { atMs: old });
    await hear(store, ids, "b", "old and undecided", { atMs: old });
    await store.commit(saying(id, 0, "ms_old", { decided: [1], atMs: old, journal: [entry("line", "old line", { atMs: old })] }));
    await store.settle([settled(id, "ms_old", "sent")]);
    await hear(store, ids, "c", "new words", { atMs: NOON_MS });
    clock.atMs = NOON_MS;
    expect(await store.retain(ALDER, { ...KEEP_ALL, saidBeforeMs: NOON_MS - 399 * DAY_MS })).toBe(3);
    const said = (await store.journal(ALDER, id, 0, 10)).map((row) => (row.personal as { text?: string } | null)?.text ?? null);
    expect(said).toEqual([null, "old and undecided", null, "new words"]);
    expect(await store.outboxRow(ALDER, "ms_old" as never)).toBeNull();
  });

  test("customers long silent are deleted whole, unless something of theirs is still under way", async () => {
    const { store, ids } = await opened(open);
    const old = NOON_MS - 400 * DAY_MS;
    const gone = await hear(store, ids, "a", "hi", { atMs: old });
    await store.commit(decision(gone.id, 0, { decided: [1], customer: { name: "Mei" } }));
    const open_ = await hear(store, ids, "b", "hi", { atMs: old, address: OLA });
    await store.commit(decision(open_.id, 0, { decided: [1], tickets: [ticket(open_.id, "ho_1")] }));
    const { person } = (await store.load(ALDER, gone.id))!;
    expect(await store.retain(ALDER, { ...KEEP_ALL, customersBeforeMs: NOON_MS - DAY_MS })).toBeGreaterThan(0);
    expect(await store.load(ALDER, gone.id)).toBeNull();
    expect(await store.find(ALDER, MEI)).toBeNull();
    expect(await store.conversationsOf(ALDER, person)).toEqual([]);
    expect(await store.load(ALDER, open_.id)).not.toBeNull();
    expect(await store.counts(ALDER)).toMatchObject({ conversations: 1, customers: 1, journal: 1, tickets: 1 });
    expect((await hear(store, ids, "c")).id).not.toBe(gone.id);
  });

  test("keys of events are kept as long as the rule says, so that a day-old redelivery is still known", async () => {
    const { store, ids } = await opened(open);
    const read = (at: number) => inbound(ids, `k${at}`, { kind: "read", untilMs: 0 }, { atMs: NOON_MS - (at < 1200 ? 9 : 1) * DAY_MS });
    await store.receive(Array.from({ length: 1500 }, (_, at) => read(at)));
    expect(await store.retain(ALDER, { ...KEEP_ALL, seenBeforeMs: NOON_MS - 8 * DAY_MS })).toBe(1200);
    expect((await store.receive([inbound(ids, "k1200", { kind: "read", untilMs: 0 })]))[0]!.kind).toBe("duplicate");
    expect((await store.counts(ALDER)).seen).toBe(300);
  });

  test("the newest notice is never deleted, so numbers are not used again", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const notice = { kind: "k", conversation: id, ticket: null, queue: null, data: {} };
    await store.commit(decision(id, 0, { atMs: NOON_MS - 9 * DAY_MS, feed: [notice, notice, notice] }));
    await store.retain(ALDER, { ...KEEP_ALL, seenBeforeMs: NOON_MS - 8 * DAY_MS });
    await store.commit(decision(id, 1, { feed: [notice] }));
    expect((await store.feed(ALDER, 0, 10)).map((row) => row.n)).toEqual([3, 4]);
  });
}
