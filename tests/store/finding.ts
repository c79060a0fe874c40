/** What screens look up beside the talk itself: words, who holds how much, when tickets were worked, who was named in a note. */
import { expect, test } from "vitest";
import type { AgentId, BotName } from "../../model/ids.ts";
import type { Open } from "./contract.ts";
import { ALDER, decision, entry, hear, NOON_MS, OLA, ticket } from "./made.ts";
import { opened } from "./opened.ts";

const mei = "ag_mei" as AgentId;
const noah = "ag_noah" as AgentId;
const BIRCH = "birch" as BotName;

export function findingContract(open: Open): void {
  test("words are found in what is known of customers, in tickets and in what was said, and never in another bot's", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a", "These BOOTS don't fit, 100% sure_ly");
    const other = await hear(store, ids, "b", "鞋子不合脚", { address: OLA });
    await hear(store, ids, "c", "boots of another shop", { bot: BIRCH });
    const { person } = (await store.load(ALDER, id))!;
    await store.commit(
      decision(id, 0, {
        customer: { first_name: "Hal", last_name: "Itō", text: "nothing" },
        journal: [entry("note", { text: 'said "boots" twice' })],
        tickets: [ticket(id, "ho_1", { package: { summary: { text: "The customer wants a label." } }, note: "by hand" })],
      }),
    );
    const found = async (...words: string[]) => {
      const { customers, tickets, said } = await store.search(ALDER, words, 10);
      return [customers.map((one) => one.person), tickets.map((one) => one.id), said.map((one) => `${one.conversation} ${one.kind}`)];
    };
    expect(await found("itō", "HAL")).toEqual([[person], [], []]);
    expect(await found("boots")).toEqual([[], [], [`${id} note`, `${id} heard`]]);
    expect(await found("boots", "twice")).toEqual([[], [], [`${id} note`]]);
    expect(await found("label")).toEqual([[], ["ho_1"], []]);
    expect(await found("hand")).toEqual([[], ["ho_1"], []]);
    expect(await found("不合脚")).toEqual([[], [], [`${other.id} heard`]]);
    // Signs that SQL or JSON give a meaning, and the names of JSON's own fields, are words like any other.
    expect((await found("100%"))[2]).toEqual([`${id} heard`]);
    expect((await found("sure_ly"))[2]).toEqual([`${id} heard`]);
    expect((await found('"boots"'))[2]).toEqual([`${id} note`]);
    for (const nothing of ["%", "zzz", "first_name", "last_name", "attachments", "!", "\\"])
      expect([nothing, await found(nothing)]).toEqual([nothing, [[], [], nothing === "%" ? [`${id} heard`] : []]]);
    expect(await found()).toEqual([[], [], []]);
    expect((await store.search(ALDER, ["boots"], 1)).said).toHaveLength(1);

    await store.erase(ALDER, person, "customer", NOON_MS, "h");
    for (const word of ["hal", "boots", "label"]) expect(await found(word)).toEqual([[], [], []]);
  });

  test("how much each agent holds is counted, what is offered to them included", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const held = { state: "claimed" as const, agent: mei };
    await store.commit(
      decision(id, 0, {
        tickets: [
          ticket(id, "ho_1", held),
          ticket(id, "ho_2", held),
          ticket(id, "ho_3", { ...held, state: "snoozed" }),
          ticket(id, "ho_4", { ...held, state: "closed", outcome: "resolved" }),
          ticket(id, "ho_5", { state: "claimed", agent: null }),
          ticket(id, "ho_6", { state: "offered", offer: { agent: noah, lease: "l", untilMs: NOON_MS } }),
          ticket(id, "ho_7"),
        ],
      }),
    );
    expect(await store.loads(ALDER)).toEqual(
      new Map([
        [mei, 2],
        [noah, 1],
      ]),
    );
    expect(await store.loads(BIRCH)).toEqual(new Map());
  });

  test("the times of tickets are told by when they were opened", async () => {
    const { store, ids } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const done = {
      state: "closed" as const,
      outcome: "resolved" as const,
      agent: mei,
      claimedAtMs: NOON_MS + 2,
      answeredAtMs: NOON_MS + 3,
    };
    await store.commit(
      decision(id, 0, {
        tickets: [
          ticket(id, "ho_1", { ...done, openedAtMs: NOON_MS + 1, closedAtMs: NOON_MS + 9 }),
          ticket(id, "ho_2", { openedAtMs: NOON_MS }),
          ticket(id, "ho_3", { openedAtMs: NOON_MS - 1 }),
          ticket(id, "ho_4", { openedAtMs: NOON_MS + 10 }),
        ],
      }),
    );
    const none = { queue: "delivery", agent: null, claimedAtMs: null, answeredAtMs: null, closedAtMs: null, outcome: null };
    const first = { ...none, openedAtMs: NOON_MS };
    expect(await store.ticketTimes(ALDER, NOON_MS, NOON_MS + 10, 10)).toEqual([
      first,
      {
        queue: "delivery",
        agent: mei,
        openedAtMs: NOON_MS + 1,
        claimedAtMs: NOON_MS + 2,
        answeredAtMs: NOON_MS + 3,
        closedAtMs: NOON_MS + 9,
        outcome: "resolved",
      },
    ]);
    expect(await store.ticketTimes(ALDER, NOON_MS, NOON_MS + 10, 1)).toEqual([first]);
  });

  test("who is named in a note finds it until they have seen it, and not once the customer is forgotten", async () => {
    const { store, ids, crash } = await opened(open);
    const { id } = await hear(store, ids, "a");
    const note = entry("note", { text: "ask @Mei" });
    const made = await store.commit(decision(id, 0, { journal: [entry("control"), note], mentions: { entry: 1, agents: [mei, noah] } }));
    const seq = made.kind === "committed" ? made.seqs[1]! : 0;
    // A turn that lost its race names nobody.
    await store.commit(decision(id, 0, { journal: [note], mentions: { entry: 0, agents: [mei] } }));
    const again = await crash();
    expect(await again.mentions(ALDER, mei, 10)).toEqual([{ conversation: id, seq, atMs: NOON_MS, seenAtMs: null }]);
    await again.seeMentions(ALDER, mei, id, NOON_MS + 5);
    await again.seeMentions(ALDER, mei, id, NOON_MS + 6);
    expect(await again.mentions(ALDER, mei, 10)).toEqual([{ conversation: id, seq, atMs: NOON_MS, seenAtMs: NOON_MS + 5 }]);
    expect((await again.mentions(ALDER, noah, 10))[0]!.seenAtMs).toBeNull();
    expect(await again.mentions(BIRCH, mei, 10)).toEqual([]);
    const { person } = (await again.load(ALDER, id))!;
    await again.erase(ALDER, person, "customer", NOON_MS, "h");
    expect(await again.mentions(ALDER, noah, 10)).toEqual([]);
  });
}
