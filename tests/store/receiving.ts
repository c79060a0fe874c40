/** Receiving: acknowledged means kept, once, in order, and exactly as it came. */
import { expect, test } from "vitest";
import { address } from "../../model/address.ts";
import { eventOf } from "../../model/entry.ts";
import type { Incoming } from "../../model/event.ts";
import type { BotName } from "../../model/ids.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, hear, inbound, MEI, NOON_MS, OLA, said, saying, settled } from "./made.ts";
import { opened } from "./opened.ts";

export function receivingContract(open: Open): void {
  test("the same message a hundred times at once, and again later, is one event", async () => {
    const { store, ids } = await opened(open);
    const atOnce = await Promise.all(Array.from({ length: 100 }, () => store.receive([inbound(ids, "mid.1", said("hello"))])));
    const fresh = atOnce.flat().filter((each) => each.kind === "received");
    expect(fresh).toHaveLength(1);
    const id = (await store.find(ALDER, MEI))!;
    expect(atOnce.flat().every((each) => each.conversation === id)).toBe(true);
    expect(await store.receive([inbound(ids, "mid.1", said("hello"))])).toEqual([{ kind: "duplicate", conversation: id }]);
    expect(await store.waiting(ALDER, id)).toHaveLength(1);
    expect(await store.journal(ALDER, id, 0, 10)).toHaveLength(1);
    expect(await store.conversations(ALDER, 10)).toHaveLength(1);
  });

  test("a first message makes the conversation, its customer and their address, and says so once", async () => {
    const { store, ids } = await opened(open);
    const first = inbound(ids, "a", said("hello"));
    const [one] = await store.receive([first]);
    const [two] = await store.receive([inbound(ids, "b", said("again"))]);
    expect(one).toEqual({ kind: "received", conversation: first.newConversation, seq: 1, isNew: true });
    expect(two).toEqual({ kind: "received", conversation: first.newConversation, seq: 2, isNew: false });
    const conversation = await store.load(ALDER, first.newConversation);
    expect(conversation).toMatchObject({
      version: 0,
      epoch: 0,
      controller: "bot",
      agent: null,
      ticket: null,
      address: MEI,
      person: first.newPerson,
    });
    expect(conversation!.session).toEqual({ shape: 1, stack: [] });
    expect((await store.conversationsOf(ALDER, first.newPerson)).map((each) => each.id)).toEqual([first.newConversation]);
  });

  test("one POST with events of two customers and a repeated one keeps each where it belongs", async () => {
    const { store, ids } = await opened(open);
    await hear(store, ids, "old");
    const results = await store.receive([
      inbound(ids, "old", said("hello")),
      inbound(ids, "m1", said("one")),
      inbound(ids, "o1", said("two"), { address: OLA }),
      inbound(ids, "o1", said("two"), { address: OLA }),
    ]);
    expect(results.map((each) => each.kind)).toEqual(["duplicate", "received", "received", "duplicate"]);
    expect(await store.find(ALDER, MEI)).not.toBe(await store.find(ALDER, OLA));
    expect(results[3]!.conversation).toBe(results[2]!.conversation);
  });

  test("one POST is all or nothing: when one of its events cannot be kept, none is, and others of the same moment are", async () => {
    const { store, ids } = await opened(open);
    const broken = inbound(ids, "broken", said("hello"), { address: OLA });
    broken.receivedAtMs = 0.5; // no column of instants takes it
    const pairs = await Promise.allSettled([
      store.receive([inbound(ids, "good", said("kept"))]),
      store.receive([inbound(ids, "beside", said("lost with it"), { address: OLA }), broken]),
      store.receive([inbound(ids, "good2", said("kept too"))]),
    ]);
    expect(pairs.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await store.find(ALDER, OLA)).toBeNull();
    const id = (await store.find(ALDER, MEI))!;
    expect((await store.waiting(ALDER, id)).map((each) => each.seq)).toEqual([1, 2]);
    const [again] = await store.receive([inbound(ids, "beside", said("delivered again"), { address: OLA })]);
    expect(again!.kind).toBe("received");
  });

  test("undecided events wait in the order of the platform's time, then of arrival", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "late", "said last", { atMs: NOON_MS + 3000 });
    await hear(store, ids, "early", "said first", { atMs: NOON_MS + 1000 });
    await hear(store, ids, "same", "arrived after", { atMs: NOON_MS + 3000 });
    const texts = (await store.waiting(ALDER, id)).map((each) => (eventOf(each.row) as { text: string }).text);
    expect(texts).toEqual(["said first", "said last", "arrived after"]);
  });

  test("a text comes back exactly: NUL, lone surrogates, emoji, bidi marks and keys that would poison an object", async () => {
    const { store, ids } = await opened(open);
    const text = 'a\0b \ud83d \udc00\ud83d\ude00 \u202e "quoted" \\ 你好\u0000';
    const event = JSON.parse(`{"kind":"happened","name":"odd","fields":{"__proto__":{"polluted":true},"constructor":1}}`) as Incoming;
    const { id } = await hear(store, ids, "odd", text);
    await store.receive([inbound(ids, "odd2", event)]);
    const rows = await store.waiting(ALDER, id);
    expect((eventOf(rows[0]!.row) as { text: string }).text).toBe(text);
    expect(JSON.stringify(eventOf(rows[1]!.row))).toBe(JSON.stringify(event));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("ids of a platform that differ only in odd characters stay different", async () => {
    const { store, ids } = await opened(open);
    const keys = ["k", "k\0", "k\0x", "k\ud800", "k\ud801", "k\ufffd", '"k"', "k ", "K", "__proto__", "k' OR 1=1 --"];
    for (const key of keys) expect((await store.receive([inbound(ids, key, said(key))]))[0]!.kind).toBe("received");
    for (const key of keys) expect((await store.receive([inbound(ids, key, said(key))]))[0]!.kind).toBe("duplicate");
    const strange = address("messenger", "1 2", 'c\0"\ud800');
    const { id } = await hear(store, ids, "strange", "hi", { address: strange });
    expect((await store.load(ALDER, id))!.address).toEqual(strange);
    expect(await store.find(ALDER, strange)).toBe(id);
    expect(await store.find(ALDER, address("messenger", "1", '2c\0"\ud800'))).toBeNull();
  });

  test("two bots on one store share nothing, though page, customer and message ids are the same", async () => {
    const { store, ids } = await opened(open);
    const birch = "birch" as BotName;
    const ours = await hear(store, ids, "mid.1");
    const theirs = await hear(store, ids, "mid.1", "hello", { bot: birch });
    expect(theirs.id).not.toBe(ours.id);
    expect(await store.load(birch, ours.id)).toBeNull();
    expect(await store.waiting(birch, ours.id)).toEqual([]);
    expect(await store.journal(birch, ours.id, 0, 10)).toEqual([]);
    expect(await store.commit({ ...decision(ours.id, 0), bot: birch })).toEqual({ kind: "conflict" });
    await store.commit(saying(ours.id, 0, "ms_1"));
    await store.settle([settled(ours.id, "ms_1", "ready", { channelMessageId: "m.1" })]);
    expect(await store.outboxRow(birch, "ms_1" as never)).toBeNull();
    expect(await store.lineOf(birch, "m.1")).toBeNull();
    expect(await store.outbox(birch, ours.id)).toEqual([]);
    expect(await store.markSending(birch, ["ms_1" as never], NOON_MS)).toEqual({ sending: [], dropped: [] });
    await store.settle([{ ...settled(ours.id, "ms_1", "sent"), bot: birch }]);
    expect((await store.outboxRow(ALDER, "ms_1" as never))!.state).toBe("ready");
  });

  test("what a customer does opens the window, also when the process dies before the turn", async () => {
    const house = await opened(open);
    const { ids } = house;
    const { id } = await hear(house.store, ids, "a", "hi", { opens: "message", atMs: NOON_MS });
    await house.store.commit(decision(id, 0, { decided: [1], marks: { openings: { message: NOON_MS }, heardAtMs: NOON_MS, spent: 3 } }));
    await house.store.receive([inbound(ids, "b", { kind: "tapped", payload: "x" }, { opens: "postback", atMs: NOON_MS + 5000 })]);
    const marks = { openings: { message: NOON_MS, postback: NOON_MS + 5000 }, heardAtMs: NOON_MS + 5000, spent: 0, since: { message: 3 } };
    expect((await house.store.load(ALDER, id))!.marks).toEqual(marks);
    const store = await house.crash();
    expect((await store.load(ALDER, id))!.marks).toEqual(marks);
    await store.commit(decision(id, 1, { decided: [2] }));
    expect((await (await house.crash()).load(ALDER, id))!.marks).toEqual(marks);
  });

  test("an opening that arrives during a turn is not undone by it, and what that turn spent counts", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a", "hi", { opens: "message", atMs: NOON_MS });
    await store.commit(decision(id, 0, { decided: [1], marks: { openings: { message: NOON_MS }, heardAtMs: NOON_MS, spent: 4 } }));
    const began = (await store.load(ALDER, id))!;
    await hear(store, ids, "b", "more", { opens: "message", atMs: NOON_MS + 9000 });
    await store.commit(decision(id, 1, { marks: { ...began.marks, spent: began.marks.spent + 1 } }));
    expect((await store.load(ALDER, id))!.marks).toEqual({ openings: { message: NOON_MS + 9000 }, heardAtMs: NOON_MS + 9000, spent: 1 });
  });

  test("receipts and what is not for us are journalled and never wait; a person's own answer does", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(decision(id, 0, { decided: [1] }));
    await store.receive([
      inbound(ids, "r", { kind: "read", untilMs: NOON_MS }),
      inbound(ids, "i", { kind: "ignored", what: "account_linking", why: "This bot links no accounts." }),
    ]);
    expect(await store.waiting(ALDER, id)).toEqual([]);
    const journal = await store.journal(ALDER, id, 1, 10);
    expect(journal.map((row) => row.kind)).toEqual(["receipt", "ignored"]);
    expect(journal[1]!.skeleton).toMatchObject({ what: "account_linking", why: "This bot links no accounts." });
    await store.receive([inbound(ids, "p", { kind: "person_spoke", app: null, message: { text: "Mei here" }, messageId: "m.9" })]);
    expect((await store.waiting(ALDER, id)).map((each) => each.row.kind)).toEqual(["control"]);
  });

  test("an echo settles the line in doubt that it names, and a later answer of the sender changes nothing", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const row = ids.next("ms");
    await store.commit(saying(id, 0, row, { decided: [1], line: { state: "sending" } }));
    await store.settle([settled(id, row, "in_doubt")]);
    await store.receive([inbound(ids, "e", { kind: "echoed", messageId: "m.out", line: row })]);
    expect(await store.lineOf(ALDER, "m.out")).toMatchObject({ id: row, state: "sent", channelMessageId: "m.out" });
    await store.settle([settled(id, row, "ready")]);
    expect(await store.outbox(ALDER, id)).toEqual([]);
    expect((await store.outboxRow(ALDER, row as never))!.state).toBe("sent");
  });

  test("nobody settles a line of somebody else by naming it", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const row = ids.next("ms");
    await store.commit(saying(id, 0, row, { decided: [1], line: { state: "sending" } }));
    await store.receive([inbound(ids, "e", { kind: "echoed", messageId: "m.x", line: row }, { address: OLA })]);
    expect((await store.outboxRow(ALDER, row as never))!.state).toBe("sending");
  });

  test("a text that is taken back is no longer said anywhere and is not answered", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "m.1", "my card is 4111");
    await store.receive([inbound(ids, "u", { kind: "unsent", messageId: "m.1" })]);
    expect(await store.waiting(ALDER, id)).toEqual([]);
    const journal = await store.journal(ALDER, id, 0, 10);
    expect(journal[0]).toMatchObject({ kind: "heard", skeleton: { kind: "said" }, personal: null });
    expect(JSON.stringify(journal)).not.toContain("4111");
  });

  test("an edited text is answered as it was edited; an older edit that comes late changes nothing", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "m.1", "size 41");
    await store.receive([inbound(ids, "e2", { kind: "edited", messageId: "m.1", text: "size 43", edit: 2 })]);
    await store.receive([inbound(ids, "e1", { kind: "edited", messageId: "m.1", text: "size 42", edit: 1 })]);
    const [waiting] = await store.waiting(ALDER, id);
    expect(eventOf(waiting!.row)).toMatchObject({ kind: "said", text: "size 43" });
    const words = JSON.stringify(await store.journal(ALDER, id, 0, 10));
    expect(words).not.toContain("size 41");
    expect(words).not.toContain("size 42");
  });
}
