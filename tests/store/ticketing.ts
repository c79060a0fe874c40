/** Tickets in their order, notices without gaps, the people of the desk, and the programs that sessions stand on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentId, BotName, QueueName, TicketId } from "../../model/ids.ts";
import { type Agent, orderKey, type Ticket } from "../../model/ticket.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, hear, NOON_MS, ticket } from "./made.ts";
import { opened } from "./opened.ts";

const returns = "returns" as QueueName;

export function ticketsContract(open: Open): void {
  test("a queue lists its tickets by priority, then the nearer of promise and window, then age, page by page", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const deadline = fc.option(fc.integer({ min: NOON_MS, max: NOON_MS + 3 }), { nil: null });
    const some = fc.sample(
      fc.record({
        priority: fc.constantFrom("urgent" as const, "high" as const, "normal" as const, "low" as const),
        promisedAtMs: deadline,
        windowClosesAtMs: deadline,
        openedAtMs: fc.integer({ min: NOON_MS - 3, max: NOON_MS }),
      }),
      40,
    );
    const all = some.map((about, at) => ticket(id, `ho_${at}`, about));
    await store.commit(decision(id, 0, { tickets: all }));
    const order = [...all].sort((one, other) => compare(orderKey(one), orderKey(other))).map((each) => each.id);
    const states = ["waiting" as const];
    expect((await store.tickets({ bot: ALDER, states, limit: 100 })).map((each) => each.id)).toEqual(order);
    const paged: TicketId[] = [];
    for (let page: Ticket[] = []; ; ) {
      const after = page.at(-1)?.id;
      page = await store.tickets({ bot: ALDER, states, limit: 7, ...(after ? { after } : {}) });
      if (page.length === 0) break;
      paged.push(...page.map((each) => each.id));
    }
    expect(paged).toEqual(order);
  });

  test("tickets are found by state, queue and agent, whole as they were written, and never those of another bot", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const mei = "ag_mei" as AgentId;
    const claimed = ticket(id, "ho_2", { state: "claimed", agent: mei, claimedAtMs: NOON_MS, package: { __proto__x: ["\0", "你"] } });
    const closed = ticket(id, "ho_3", { state: "closed", outcome: "resolved", closedAtMs: NOON_MS });
    await store.commit(
      decision(id, 0, { tickets: [ticket(id, "ho_1"), claimed, closed, ticket(id, "ho_4", { queue: returns, state: "offered" })] }),
    );
    const names = async (filter: object) => (await store.tickets({ bot: ALDER, limit: 10, ...filter })).map((each) => each.id);
    expect(await names({})).toEqual(["ho_1", "ho_2", "ho_3", "ho_4"]);
    expect(await names({ states: ["waiting", "offered"] })).toEqual(["ho_1", "ho_4"]);
    expect(await names({ states: ["closed"] })).toEqual(["ho_3"]);
    expect(await names({ queues: [returns] })).toEqual(["ho_4"]);
    expect(await names({ queues: [] })).toEqual([]);
    expect(await names({ agent: mei })).toEqual(["ho_2"]);
    expect(await store.ticket(ALDER, "ho_2" as TicketId)).toEqual(claimed);
    expect(await store.ticket("birch" as BotName, "ho_2" as TicketId)).toBeNull();
    expect(await store.tickets({ bot: "birch" as BotName, limit: 10 })).toEqual([]);
    expect(await store.waitingByQueue(ALDER)).toEqual({
      delivery: { waiting: 1, oldestMs: NOON_MS },
      returns: { waiting: 1, oldestMs: NOON_MS },
    });
    await store.commit(decision(id, 1, { tickets: [{ ...claimed, state: "closed", outcome: "returned", agent: null }] }));
    expect(await names({ agent: mei })).toEqual([]);
    expect((await store.ticket(ALDER, "ho_2" as TicketId))!.outcome).toBe("returned");
  });

  test("notices are numbered without gaps and only grow, also past a failed write and a crash", async () => {
    const house = await opened(open);
    const { id } = await hear(house.store, house.ids, "a");
    const notice = (kind: string) => ({ kind, conversation: id, ticket: null, queue: null, data: {} });
    await house.store.commit(decision(id, 0, { feed: [notice("a"), notice("b")] }));
    const broken = decision(id, 1, { feed: [notice("never"), notice("never")], atMs: 0.5 });
    const both = await Promise.allSettled([house.store.commit(broken), house.store.commit(decision(id, 1, { feed: [notice("c")] }))]);
    expect(both.map((each) => each.status)).toEqual(["rejected", "fulfilled"]);
    await house.store.commit(decision(id, 0, { feed: [notice("lost its race")] }));
    const store = await house.crash();
    await store.commit(decision(id, 2, { feed: [notice("d")] }));
    expect((await store.feed(ALDER, 0, 10)).map((row) => [row.n, row.kind])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
      [4, "d"],
    ]);
    expect((await store.feed(ALDER, 2, 1)).map((row) => row.n)).toEqual([3]);
    expect(await store.feedEnd(ALDER)).toBe(4);
    expect(await store.feedEnd("birch" as BotName)).toBe(0);
  });

  test("an agent is known by the hash of a token, and keeps it until there is a new one", async () => {
    const { store } = await opened(open);
    const mei: Agent = {
      id: "ag_mei" as AgentId,
      bot: ALDER,
      name: "Mei",
      role: "agent",
      queues: [],
      skills: [],
      languages: ["zh", "en"],
      away: false,
      capacity: 3,
      disabled: false,
    };
    await store.saveAgent(mei, "hash1");
    await store.saveAgent({ ...mei, away: true }, null);
    expect(await store.agentByToken("hash1")).toEqual({ ...mei, away: true });
    await store.saveAgent(mei, "hash2");
    expect(await store.agentByToken("hash1")).toBeNull();
    expect(await store.agents(ALDER)).toEqual([mei]);
    expect(await store.agents("birch" as BotName)).toEqual([]);
  });

  test("a program is kept under its hash as it was first saved", async () => {
    const { store } = await opened(open);
    await store.saveProgram(ALDER, "h1", { "flows/a.flow.yaml": "flow: a" }, NOON_MS);
    await store.saveProgram(ALDER, "h1", { "flows/a.flow.yaml": "changed" }, NOON_MS);
    expect(await store.program(ALDER, "h1")).toEqual({ "flows/a.flow.yaml": "flow: a" });
    expect(await store.program(ALDER, "h2")).toBeNull();
  });
}

function compare(one: (string | number)[], other: (string | number)[]): number {
  for (let at = 0; at < one.length; at++) {
    if (one[at]! < other[at]!) return -1;
    if (one[at]! > other[at]!) return 1;
  }
  return 0;
}
