/** Sending: marked before, settled after, in order, and never by a speaker whose turn has passed. */
import { expect, test } from "vitest";
import type { Open } from "./contract.ts";
import { ALDER, decision, entry, hear, line, lineEntry, NOON_MS, OLA, saying, settled } from "./made.ts";
import { opened } from "./opened.ts";

export function leavingContract(open: Open): void {
  test("a line written as sending has been tried once; each mark is one attempt more", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(saying(id, 0, "ms_1", { line: { state: "sending", text: "hello" } }));
    const [row] = await store.outbox(ALDER, id);
    expect(row).toEqual({
      id: "ms_1",
      bot: ALDER,
      conversation: id,
      seq: 2,
      lane: "line",
      epoch: 0,
      by: "bot",
      agent: null,
      state: "sending",
      attempts: 1,
      nextAtMs: NOON_MS,
      giveUpAtMs: NOON_MS + 86_400_000,
      body: { message: { text: "hello" }, purpose: "reply", flow: null, step: null },
      channelMessageId: null,
      why: null,
    });
    await store.settle([settled(id, "ms_1", "ready", { attempts: 1, nextAtMs: NOON_MS + 500, why: "busy" })]);
    const { sending } = await store.markSending(ALDER, ["ms_1" as never], NOON_MS + 500);
    expect(sending).toMatchObject([{ id: "ms_1", state: "sending", attempts: 2, nextAtMs: NOON_MS + 500, why: "busy" }]);
    await store.settle([settled(id, "ms_1", "sent", { attempts: 2, channelMessageId: "m.1" })]);
    expect(await store.outbox(ALDER, id)).toEqual([]);
    expect(await store.lineOf(ALDER, "m.1")).toMatchObject({ id: "ms_1", state: "sent", attempts: 2, conversation: id });
    expect(await store.lineOf(ALDER, "m.1", id)).toMatchObject({ id: "ms_1", channelMessageId: "m.1" });
    expect(await store.lineOf(ALDER, "m.other")).toBeNull();
    expect(await store.lineOf(ALDER, "m.other", id)).toBeNull();
    const other = await hear(store, ids, "o", "hi", { address: OLA });
    expect(await store.lineOf(ALDER, "m.1", other.id)).toBeNull();
  });

  test("two that want to send one line: one gets it", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(saying(id, 0, "ms_1"));
    const both = await Promise.all([
      store.markSending(ALDER, ["ms_1" as never], NOON_MS),
      store.markSending(ALDER, ["ms_1" as never], NOON_MS),
    ]);
    expect(both.map(({ sending }) => sending.length)).toEqual([1, 0]);
  });

  test("a line of an older epoch is dropped and journalled instead of being sent", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(decision(id, 0, { controller: "human" }));
    await store.commit(saying(id, 1, "ms_late", { line: { epoch: 0 } })); // a turn that did not know
    const { sending, dropped } = await store.markSending(ALDER, ["ms_late" as never], NOON_MS);
    expect(sending).toEqual([]);
    expect(dropped).toMatchObject([{ id: "ms_late", state: "dropped", why: "epoch" }]);
    expect((await store.outboxRow(ALDER, "ms_late" as never))!.state).toBe("dropped");
    const last = (await store.journal(ALDER, id, 0, 10)).at(-1)!;
    expect(last).toMatchObject({ kind: "delivery", cause: dropped[0]!.seq, skeleton: { line: "ms_late", state: "dropped" } });
  });

  test("a call is nobody's voice: it is made whoever has control meanwhile", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(decision(id, 0, { journal: [entry("turn")], outbox: [line("ca_1", 0, { lane: "call" })] }));
    await store.commit(decision(id, 1, { controller: "human" }));
    expect((await store.markSending(ALDER, ["ca_1" as never], NOON_MS)).sending).toHaveLength(1);
  });

  test("what was being sent when the process died is in doubt, and is told once", async () => {
    const house = await opened(open);
    const { id } = await hear(house.store, house.ids, "a");
    await house.store.commit(
      decision(id, 0, {
        journal: [lineEntry("ms_1"), lineEntry("ms_2")],
        outbox: [line("ms_1", 0, { state: "sending" }), line("ms_2", 1)],
      }),
    );
    expect((await house.store.recover(ALDER, NOON_MS)).inDoubt).toEqual([]); // our own is under way, not in doubt
    const store = await house.crash();
    const { conversations, inDoubt } = await store.recover(ALDER, NOON_MS);
    expect(conversations).toEqual([id]);
    expect(inDoubt).toMatchObject([{ id: "ms_1", state: "in_doubt", attempts: 1 }]);
    expect((await store.outbox(ALDER, id)).map((row) => [row.id, row.state])).toEqual([
      ["ms_1", "in_doubt"],
      ["ms_2", "ready"],
    ]);
    expect((await store.recover(ALDER, NOON_MS)).inDoubt).toEqual([]);
    expect((await store.markSending(ALDER, ["ms_1" as never], NOON_MS)).sending).toMatchObject([{ attempts: 2 }]);
  });

  test("a call's result is settled and becomes an event in one unit, once", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(
      decision(id, 0, { decided: [1], journal: [entry("turn")], outbox: [line("ca_1", 0, { lane: "call", state: "sending" })] }),
    );
    const result = settled(id, "ca_1", "sent", {
      inbox: entry("heard", { kind: "called", call: "1", outcome: { ok: true, value: 7 } }, { by: "system", skeleton: { kind: "called" } }),
      feed: { kind: "call", conversation: id, ticket: null, queue: null, data: {} },
    });
    await Promise.all([store.settle([result]), store.settle([result])]);
    expect((await store.waiting(ALDER, id)).map((each) => each.row.personal)).toEqual([
      { kind: "called", call: "1", outcome: { ok: true, value: 7 } },
    ]);
    expect(await store.feedEnd(ALDER)).toBe(1);
  });

  test("a refused line is journalled beside its end, with the window's marks and a notice", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a", "hi", { opens: "message" });
    await store.commit(saying(id, 0, "ms_1", { decided: [1], line: { state: "sending" } }));
    const marks = (await store.load(ALDER, id))!.marks;
    await store.settle([
      settled(id, "ms_1", "refused", {
        why: "window: closed\ud800",
        journal: entry("delivery", null, { skeleton: { line: "ms_1", state: "refused" } }),
        marks: { ...marks, spent: 1, closedByChannelAtMs: NOON_MS + 5 },
        feed: { kind: "delivery", conversation: id, ticket: null, queue: null, data: { line: "ms_1" } },
      }),
    ]);
    expect((await store.outboxRow(ALDER, "ms_1" as never))!.why).toBe("window: closed\ud800");
    expect((await store.journal(ALDER, id, 2, 10)).map((row) => row.kind)).toEqual(["delivery"]);
    expect((await store.load(ALDER, id))!.marks).toEqual({ ...marks, spent: 1, closedByChannelAtMs: NOON_MS + 5 });
    expect(await store.feed(ALDER, 0, 10)).toMatchObject([{ n: 1, kind: "delivery", data: { line: "ms_1" } }]);
  });

  test("rows leave in the order in which they were decided", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const names: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const two = [ids.next("ms"), ids.next("ms")];
      names.push(...two);
      await store.commit(decision(id, turn, { journal: [entry("line"), entry("line")], outbox: two.map((name, at) => line(name, at)) }));
    }
    expect((await store.outbox(ALDER, id)).map((row) => row.id)).toEqual(names);
  });
}
