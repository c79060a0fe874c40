/** Deciding: one commit, guarded by the version, all of it or nothing. */
import { expect, test } from "vitest";
import type { Speaker } from "../../model/message.ts";
import type { Decision } from "../../model/store.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, entry, hear, line, lineEntry, NOON_MS, OLA, saying, settled, ticket, timer } from "./made.ts";
import { opened } from "./opened.ts";

export function decidingContract(open: Open): void {
  test("of many turns that began from one version exactly one is written, and nothing of the others", async () => {
    const { store, ids } = await opened(open);
    const { id, seq } = await hear(store, ids, "a");
    const turns = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        store.commit(
          saying(id, 0, `ms_${at}`, {
            decided: [seq],
            session: { shape: 1, stack: [], language: `l${at}` },
            timers: { set: [timer(id, `tm_${at}`, NOON_MS)], cancel: [] },
            tickets: [ticket(id, `ho_${at}`)],
            customer: { [`f${at}`]: at },
            feed: [{ kind: "k", conversation: id, ticket: null, queue: null, data: {} }],
          }),
        ),
      ),
    );
    expect(turns.map((each) => each.kind).sort()).toEqual(["committed", ...Array(19).fill("conflict")].sort());
    const won = turns.findIndex((each) => each.kind === "committed");
    expect(turns[won]).toEqual({ kind: "committed", version: 1, epoch: 0, seqs: [2], dropped: [], underWay: [] });
    const conversation = (await store.load(ALDER, id))!;
    expect(conversation).toMatchObject({ version: 1, session: { language: `l${won}` } });
    expect(await store.waiting(ALDER, id)).toEqual([]);
    expect((await store.outbox(ALDER, id)).map((row) => row.id)).toEqual([`ms_${won}`]);
    expect(await store.customer(ALDER, conversation.person)).toEqual({ [`f${won}`]: won });
    expect(await store.counts(ALDER)).toMatchObject({ timers: 1, tickets: 1, feed: 1, journal: 2, inbox: 0, outbox: 1 });
  });

  test("a text that arrives during a turn does not undo it, and waits for its own", async () => {
    const { store, ids } = await opened(open);
    const { id, seq } = await hear(store, ids, "a");
    const later = await hear(store, ids, "b");
    expect((await store.commit(decision(id, 0, { decided: [seq] }))).kind).toBe("committed");
    expect((await store.waiting(ALDER, id)).map((each) => each.seq)).toEqual([later.seq]);
  });

  test("what a turn does not name stays as it was", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const session = { shape: 1 as const, stack: [], language: "zh", lastLines: ["一"] };
    await store.commit(decision(id, 0, { session, agent: "ag_mei" as never, ticketOpen: "ho_1" as never, controller: "human" }));
    await store.commit(decision(id, 1, { journal: [entry("note", "for agents")] }));
    expect(await store.load(ALDER, id)).toMatchObject({
      version: 2,
      epoch: 1,
      controller: "human",
      agent: "ag_mei",
      ticket: "ho_1",
      session,
    });
    await store.commit(decision(id, 2, { agent: null, ticketOpen: null }));
    expect(await store.load(ALDER, id)).toMatchObject({ version: 3, epoch: 1, controller: "human", agent: null, ticket: null, session });
  });

  test("the journal is numbered without gaps, in the order of its decisions, and pages from any number", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const many = await store.commit(decision(id, 0, { journal: Array.from({ length: 30 }, (_, at) => entry("turn", { at })) }));
    expect(many.kind === "committed" && many.seqs).toEqual(Array.from({ length: 30 }, (_, at) => at + 2));
    const page = await store.journal(ALDER, id, 20, 5);
    expect(page.map((row) => row.seq)).toEqual([21, 22, 23, 24, 25]);
    expect(page[0]).toMatchObject({ conversation: id, kind: "turn", v: 1, atMs: NOON_MS, by: "bot", cause: null, personal: { at: 19 } });
    expect(await store.journal(ALDER, id, 31, 5)).toEqual([]);
  });

  test("a client's repeated request is one act: the same answer, another body under its id is refused", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const seen = { key: "client:1", digest: "d1", answer: { seq: 7, line: "ms_1" } };
    expect(await store.answered(ALDER, "client:1")).toBeNull();
    const first = await store.commit(saying(id, 0, "ms_1", { seen }));
    expect(first.kind).toBe("committed");
    for (const began of [0, 1])
      expect(await store.commit(saying(id, began, "ms_2", { seen: { ...seen, answer: "another" } }))).toEqual({
        kind: "repeated",
        answer: seen.answer,
      });
    expect(await store.commit(saying(id, 1, "ms_3", { seen: { ...seen, digest: "d2" } }))).toEqual({ kind: "mismatch" });
    expect(await store.answered(ALDER, "client:1")).toEqual({ digest: "d1", answer: seen.answer });
    expect((await store.outbox(ALDER, id)).map((row) => row.id)).toEqual(["ms_1"]);
  });

  test("the same request twice at once is one act", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const seen = { key: "client:1", digest: "d1", answer: 1 };
    const both = await Promise.all([store.commit(saying(id, 0, "ms_1", { seen })), store.commit(saying(id, 0, "ms_2", { seen }))]);
    expect(both.map((each) => each.kind)).toEqual(["committed", "repeated"]);
  });

  test("a request that lost its race leaves its id free", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    await store.commit(decision(id, 0));
    const seen = { key: "client:1", digest: "d1", answer: 1 };
    expect((await store.commit(decision(id, 0, { seen }))).kind).toBe("conflict");
    expect((await store.commit(decision(id, 1, { seen }))).kind).toBe("committed");
  });

  // Whose unsent lines survive a change of controller.
  const SURVIVE: { to: Decision["controller"]; survive: Speaker[] | undefined; goOut: string[]; dropped: string[] }[] = [
    { to: "queue", survive: ["bot", "system"], goOut: ["bot", "system"], dropped: ["agent"] },
    { to: "human", survive: ["agent", "system"], goOut: ["agent", "system"], dropped: ["bot"] },
    { to: "bot", survive: ["agent"], goOut: ["agent"], dropped: ["bot", "system"] },
    { to: "none", survive: [], goOut: [], dropped: ["bot", "agent", "system"] },
    { to: "none", survive: undefined, goOut: [], dropped: ["bot", "agent", "system"] },
  ];
  test.each(SURVIVE)(
    "when control passes to $to with $survive, lines of $goOut go out and those of $dropped do not",
    async ({ to, survive, goOut, dropped }) => {
      const { store, ids } = await opened(open);
      const { id } = await hear(store, ids, "a");
      const speakers: Speaker[] = ["bot", "agent", "system"];
      await store.commit(
        decision(id, 0, {
          journal: [...speakers.map((by) => lineEntry(`ms_${by}`, by)), ...speakers.map((by) => lineEntry(`ms_${by}_underway`, by))],
          outbox: [
            ...speakers.map((by, at) => line(`ms_${by}`, at, { by })),
            ...speakers.map((by, at) => line(`ms_${by}_underway`, 3 + at, { by, state: "sending" })),
            {
              ...line("ca_1", 0, { lane: "call" }),
              body: { key: "1", action: "look_up", input: {}, timeoutMs: 1, safe: true, program: "p" },
            },
          ],
        }),
      );
      const passed = await store.commit(decision(id, 1, { controller: to, ...(survive ? { survive } : {}) }));
      expect(passed).toMatchObject({
        kind: "committed",
        epoch: 1,
        dropped: dropped.map((by) => `ms_${by}`),
        underWay: speakers.map((by) => `ms_${by}_underway`),
      });
      const ready = (await store.outbox(ALDER, id)).filter((row) => row.state === "ready");
      expect(ready.map((row) => row.id).sort()).toEqual(["ca_1", ...goOut.map((by) => `ms_${by}`)].sort());
      for (const row of ready) if (row.lane === "line") expect(row.epoch).toBe(1);
      const told = (await store.journal(ALDER, id, 0, 50)).filter((row) => row.kind === "delivery").map((row) => row.skeleton.line);
      expect(told).toEqual(dropped.map((by) => `ms_${by}`));
      const marked = await store.markSending(
        ALDER,
        ready.map((row) => row.id),
        NOON_MS,
      );
      expect(marked.dropped).toEqual([]);
      expect(marked.sending).toHaveLength(ready.length);
    },
  );

  test("fields of a customer: the last writer of each wins, null removes, and odd names are only names", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const person = (await store.load(ALDER, id))!.person;
    await store.commit(decision(id, 0, { customer: { name: "Mei", size: 41, gone: true } }));
    await store.commit(decision(id, 1, { customer: JSON.parse('{"size":43,"gone":null,"__proto__":"odd"}') }));
    expect(JSON.stringify(await store.customer(ALDER, person))).toBe('{"name":"Mei","size":43,"__proto__":"odd"}');
  });

  test("a timer that is due waits as an event, once; one set again moves, one cancelled never rings", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const other = await hear(store, ids, "b", "hi", { address: OLA });
    await store.commit(
      decision(id, 0, {
        decided: [1],
        timers: {
          set: [timer(id, "tm_due", NOON_MS + 10), timer(id, "tm_moved", NOON_MS + 5), timer(id, "tm_off", NOON_MS + 1)],
          cancel: [],
        },
      }),
    );
    await store.commit(
      decision(other.id, 0, {
        decided: [1],
        timers: {
          set: [timer(other.id, "tm_ticket", NOON_MS + 12, { kind: "ticket_due", ticket: "ho_1" as never, what: "promise" })],
          cancel: [],
        },
      }),
    );
    await store.commit(decision(id, 1, { timers: { set: [timer(id, "tm_moved", NOON_MS + 99)], cancel: ["tm_off" as never] } }));
    expect(await store.nextDue(ALDER)).toBe(NOON_MS + 10);
    expect(await store.ring(ALDER, NOON_MS + 9, 10)).toEqual([]);
    const rung = await Promise.all([store.ring(ALDER, NOON_MS + 50, 10), store.ring(ALDER, NOON_MS + 50, 10)]);
    expect(rung).toEqual([[id, other.id], []]);
    expect((await store.waiting(ALDER, id)).map(({ row, atMs }) => [row.kind, row.personal, atMs])).toEqual([
      ["heard", { kind: "due" }, NOON_MS + 10],
    ]);
    expect((await store.waiting(ALDER, other.id))[0]!.row).toMatchObject({
      kind: "control",
      personal: { kind: "ticket_due", ticket: "ho_1", what: "promise" },
    });
    expect(await store.nextDue(ALDER)).toBe(NOON_MS + 99);
  });

  test("after a crash everything decided is there, and what was undecided is taken up again", async () => {
    const house = await opened(open);
    const { id } = await hear(house.store, house.ids, "a");
    await hear(house.store, house.ids, "b");
    await house.store.commit(
      saying(id, 0, "ms_1", { decided: [1], session: { shape: 1, stack: [], language: "en" }, tickets: [ticket(id, "ho_1")] }),
    );
    const store = await house.crash();
    expect(await store.load(ALDER, id)).toMatchObject({ version: 1, session: { language: "en" } });
    expect((await store.waiting(ALDER, id)).map((each) => each.seq)).toEqual([2]);
    expect((await store.recover(ALDER, NOON_MS)).conversations).toEqual([id]);
    expect((await store.commit(saying(id, 1, "ms_2", { decided: [2] }))).kind).toBe("committed");
    expect((await store.journal(ALDER, id, 0, 10)).map((row) => row.seq)).toEqual([1, 2, 3, 4]);
    await store.settle([settled(id, "ms_1", "sent"), settled(id, "ms_2", "sent")]);
    expect((await store.recover(ALDER, NOON_MS)).conversations).toEqual([]);
  });
}
