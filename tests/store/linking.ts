/** One customer at two addresses: only by proof, undone without a trace of the other, and never half. */
import { expect, test } from "vitest";
import type { Address } from "../../model/address.ts";
import { address } from "../../model/address.ts";
import type { ConversationId, TicketId } from "../../model/ids.ts";
import type { LinkRequest } from "../../model/link.ts";
import type { Store } from "../../model/store.ts";
import type { Open, Opened } from "./contract.ts";
import { ALDER, decision, entry, hear, MEI, NOON_MS, OLA, ticket } from "./made.ts";
import { opened } from "./opened.ts";

const WECHAT: Address = address("wechat", "gh_1", "oMei");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Mei on Messenger, who is given a code, and Mei on WeChat, who types it. */
async function twice({ store, ids }: Opened): Promise<{ first: ConversationId; second: ConversationId }> {
  const first = await hear(store, ids, "m.1");
  const second = await hear(store, ids, "w.1", "你好", { address: WECHAT });
  await decide(store, first.id, { first_name: "Mei", city: "Portland", tags: ["vip"] }, NOON_MS);
  await decide(store, second.id, { first_name: "美", phone: "+8613800000000", tags: ["wholesale"] }, NOON_MS + 1);
  return { first: first.id, second: second.id };
}

async function decide(store: Store, id: ConversationId, customer: NonNullable<ReturnType<typeof decision>["customer"]>, atMs = NOON_MS) {
  const began = (await store.load(ALDER, id))!.version;
  expect(await store.commit(decision(id, began, { customer, atMs }))).toMatchObject({ kind: "committed" });
}

const offer = (store: Store, id: ConversationId, hash = "h1", expiresAtMs = NOON_MS + HOUR_MS) =>
  store.offerLink(ALDER, id, { hash, expiresAtMs });
const code = (conversation: ConversationId, hash = "h1", atMs = NOON_MS + 10): LinkRequest => ({
  bot: ALDER,
  conversation,
  proof: { kind: "code", hash },
  by: "customer",
  atMs,
});
const fieldsOf = async (store: Store, id: ConversationId) => store.customer(ALDER, (await store.load(ALDER, id))!.person);

export function linkingContract(open: Open): void {
  test("a code given in one channel and typed in the other makes one customer, and both journals say so", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    await offer(store, first);
    const elder = (await store.load(ALDER, first))!.person;
    const younger = (await store.load(ALDER, second))!.person;
    expect(await store.link(code(second))).toEqual({ kind: "linked", person: elder, conversations: [first, second], other: first });
    expect((await store.load(ALDER, second))!).toMatchObject({ person: elder, linked: true, version: 2 });
    expect(await fieldsOf(store, second)).toEqual({
      first_name: "美",
      city: "Portland",
      phone: "+8613800000000",
      tags: ["vip", "wholesale"],
    });
    expect(await store.addressesOf(ALDER, elder)).toEqual([
      { address: MEI, conversation: first, proof: "code", linkedAtMs: NOON_MS + 10, home: elder },
      { address: WECHAT, conversation: second, proof: "code", linkedAtMs: NOON_MS + 10, home: younger },
    ]);
    expect(await store.personOf(ALDER, younger)).toBe(elder);
    for (const [id, other, channel] of [
      [first, second, "wechat"],
      [second, first, "messenger"],
    ] as const)
      expect((await store.journal(ALDER, id, 0, 20)).find((row) => row.skeleton.kind === "linked")).toMatchObject({
        kind: "control",
        skeleton: { proof: "code", conversation: other, channel },
        personal: null,
      });
    const waiting = await store.waiting(ALDER, first);
    expect(waiting.at(-1)!.row.personal).toMatchObject({ kind: "happened", name: "linked", fields: { channel: "wechat" } });
  });

  test("what is learned at one address afterwards is known at the other, the last writer of a field wins", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    await offer(store, first);
    await store.link(code(second));
    await decide(store, first, { city: "Seattle", size: 42 }, NOON_MS + 20);
    await decide(store, second, { city: "上海", tags: ["wholesale"] }, NOON_MS + 30);
    const fields = { first_name: "美", city: "上海", size: 42, phone: "+8613800000000", tags: ["wholesale"] };
    expect(await fieldsOf(store, first)).toEqual(fields);
    const again = await house.crash();
    expect(await fieldsOf(again, second)).toEqual(fields);
  });

  test("after unlinking each address knows what was learned there, and nothing of the other", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    const before = [(await store.load(ALDER, first))!.person, (await store.load(ALDER, second))!.person];
    await offer(store, first);
    await store.link(code(second));
    await decide(store, first, { city: "Seattle" }, NOON_MS + 20);
    await decide(store, second, { size: 42, tags: ["wholesale", "new"] }, NOON_MS + 30);
    expect(await store.unlink(ALDER, first, "agent:ag_1", NOON_MS + 40)).toMatchObject({
      kind: "unlinked",
      conversations: [first, second],
    });
    expect([(await store.load(ALDER, first))!.person, (await store.load(ALDER, second))!.person]).toEqual(before);
    expect((await store.load(ALDER, first))!.linked).toBeUndefined();
    expect(await fieldsOf(store, first)).toEqual({ first_name: "Mei", city: "Seattle" });
    expect(await fieldsOf(store, second)).toEqual({ first_name: "美", phone: "+8613800000000", size: 42, tags: ["wholesale", "new"] });
    expect(await store.unlink(ALDER, first, "agent:ag_1", NOON_MS + 50)).toEqual({ kind: "not_linked" });
    await decide(store, first, { city: "Bend" }, NOON_MS + 60);
    expect(await fieldsOf(store, second)).not.toHaveProperty("city");
    expect((await store.journal(ALDER, second, 0, 50)).at(-1)!.skeleton).toMatchObject({
      kind: "unlinked",
      conversation: first,
      by: "agent:ag_1",
    });
  });

  test("of three, the one that leaves goes alone and the others stay together, whoever was first", async () => {
    const house = await opened(open);
    const { store, ids } = house;
    const { first, second } = await twice(house);
    const third = (await hear(store, ids, "o.1", "hi", { address: OLA })).id;
    await decide(store, third, { size: 39 }, NOON_MS + 2);
    await offer(store, first);
    await store.link(code(second));
    await offer(store, second, "h2");
    await store.link(code(third, "h2"));
    expect((await store.load(ALDER, third))!.person).toBe((await store.load(ALDER, first))!.person);
    await store.unlink(ALDER, first, "customer", NOON_MS + 40);
    const persons = await Promise.all([first, second, third].map(async (id) => (await store.load(ALDER, id))!.person));
    expect(persons[1]).toBe(persons[2]);
    expect(persons[0]).not.toBe(persons[1]);
    expect(await fieldsOf(store, third)).toEqual({ first_name: "美", phone: "+8613800000000", size: 39, tags: ["wholesale"] });
    expect(await fieldsOf(store, first)).toEqual({ first_name: "Mei", city: "Portland", tags: ["vip"] });
    expect((await store.addressesOf(ALDER, persons[1]!)).map(({ conversation }) => conversation)).toEqual([second, third]);
  });

  test("a code is used once, holds for its time, and proves nothing where it was given", async () => {
    const house = await opened(open);
    const { store, ids } = house;
    const { first, second } = await twice(house);
    const third = (await hear(store, ids, "o.1", "hi", { address: OLA })).id;
    await offer(store, first);
    expect(await store.link(code(first))).toEqual({ kind: "refused", because: "own" });
    expect(await store.link(code(second, "h1", NOON_MS + HOUR_MS))).toEqual({ kind: "refused", because: "expired" });
    expect(await store.link(code(second, "other"))).toEqual({ kind: "refused", because: "unknown" });
    expect(await store.link(code(second))).toMatchObject({ kind: "linked" });
    expect(await store.link(code(third))).toEqual({ kind: "refused", because: "used" });
    expect(await store.link(code(second))).toMatchObject({ kind: "already", other: first }); // the same act told again after a crash
    await offer(store, first, "h2");
    await offer(store, first, "h3"); // a new code ends the one before it
    expect(await store.link(code(third, "h2"))).toEqual({ kind: "refused", because: "unknown" });
  });

  test("whoever guesses codes is stopped, also with the right one, for an hour", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    await offer(store, first, "right", NOON_MS + 3 * HOUR_MS);
    for (let at = 0; at < 5; at++) expect(await store.link(code(second, `g${at}`))).toEqual({ kind: "refused", because: "unknown" });
    expect(await store.link(code(second, "right"))).toEqual({ kind: "refused", because: "too_many" });
    expect(await store.link(code(second, "right", NOON_MS + 2 * HOUR_MS))).toMatchObject({ kind: "linked" });
  });

  test("two who type the same code at once: one is linked", async () => {
    const house = await opened(open);
    const { store, ids } = house;
    const { first, second } = await twice(house);
    const third = (await hear(store, ids, "o.1", "hi", { address: OLA })).id;
    await offer(store, first);
    const outcomes = await Promise.all([store.link(code(second)), store.link(code(third))]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["linked", "refused"]);
  });

  test("a turn that began before the link writes nothing: what it knew is no longer so", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    const { version } = (await store.load(ALDER, first))!;
    await offer(store, first);
    const [linked, turn] = await Promise.all([
      store.link(code(second)),
      store.commit(decision(first, version, { customer: { city: "X" } })),
    ]);
    expect([linked.kind, turn.kind]).toEqual(["linked", "conflict"]);
  });

  test("the brand's word for who is logged in links two addresses, once for each token", async () => {
    const house = await opened(open);
    const { store, ids } = house;
    const { first, second } = await twice(house);
    const third = (await hear(store, ids, "o.1", "hi", { address: OLA })).id;
    const signed = (conversation: ConversationId, once: string, key = "user-7"): LinkRequest => ({
      ...code(conversation),
      proof: { kind: "signed", key, once },
    });
    expect(await store.link(signed(first, "t1"))).toMatchObject({ kind: "noted" });
    expect(await store.link(signed(second, "t1"))).toEqual({ kind: "refused", because: "used" });
    expect(await store.link(signed(third, "t3", "user-8"))).toMatchObject({ kind: "noted" });
    expect(await store.link(signed(second, "t2"))).toMatchObject({ kind: "linked", other: first });
    expect(await store.link(signed(second, "t2"))).toMatchObject({ kind: "already" });
    const { person } = (await store.load(ALDER, first))!;
    expect((await store.addressesOf(ALDER, person)).map(({ proof }) => proof)).toEqual(["signed", "signed"]);
  });

  test("what the platform tells by itself does not undo an unlinking; a code or a new token does", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    const union = (conversation: ConversationId): LinkRequest => ({ ...code(conversation), proof: { kind: "unionid", key: "u_1" } });
    expect(await store.link(union(first))).toMatchObject({ kind: "noted" });
    expect(await store.link(union(second))).toMatchObject({ kind: "linked", other: first });
    await store.unlink(ALDER, second, "customer", NOON_MS + 20);
    expect(await store.link(union(second))).toEqual({ kind: "refused", because: "kept_apart" });
    expect(await store.link(union(first))).toMatchObject({ kind: "noted" });
    await offer(store, first);
    expect(await store.link(code(second))).toMatchObject({ kind: "linked" });
  });

  test("erasing a linked customer empties all their addresses, and the ledger knows every id that a backup may hold", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    await offer(store, first);
    await store.link(code(second));
    const { person } = (await store.load(ALDER, first))!;
    expect(await store.erase(ALDER, person, "customer", NOON_MS + 50, "now", ["before"])).toMatchObject({ conversations: 2 });
    expect(await store.find(ALDER, WECHAT)).toBeNull();
    expect(await store.customer(ALDER, person)).toEqual({});
    expect((await store.erasures(ALDER)).map(({ keyedHash }) => keyedHash).sort()).toEqual(["before", "now"]);
    expect(JSON.stringify(await store.journal(ALDER, first, 0, 50))).not.toContain("Mei");
  });

  test("erasing one that was linked for a while takes back what the other's turns and packages had seen of it", async () => {
    const house = await opened(open);
    const { store } = house;
    const { first, second } = await twice(house);
    await offer(store, first);
    await store.link(code(second));
    const { version } = (await store.load(ALDER, first))!;
    const seen = entry(
      "turn",
      { view: { nowMs: NOON_MS, customer: { phone: "SECRET" } }, trace: [{ at: "heard", what: "said" }] },
      { atMs: NOON_MS + 20 },
    );
    const closed = { ...ticket(first, "ho_1"), state: "closed" as const, openedAtMs: NOON_MS + 20, package: { facts: ["SECRET"] } };
    await store.commit(decision(first, version, { journal: [seen], tickets: [closed] }));
    await store.unlink(ALDER, second, "customer", NOON_MS + 30);
    await store.erase(ALDER, (await store.load(ALDER, second))!.person, "customer", NOON_MS + 40, "h");
    const journal = await store.journal(ALDER, first, 0, 50);
    expect(JSON.stringify([journal, await store.ticket(ALDER, "ho_1" as TicketId)])).not.toContain("SECRET");
    expect(journal.find((row) => row.kind === "turn")!.personal).toMatchObject({ trace: [{ at: "heard" }] });
    expect(await fieldsOf(store, first)).toMatchObject({ first_name: "Mei" });
  });

  test("when retention has let one address go, its customer goes on at the other, with what was learned there", async () => {
    const house = await opened(open);
    const { store, ids } = house;
    const old = (await hear(store, ids, "m.1", "hi", { atMs: NOON_MS - 400 * DAY_MS })).id;
    await store.commit(decision(old, 0, { decided: [1], customer: { city: "Portland" }, atMs: NOON_MS - 400 * DAY_MS }));
    const young = (await hear(store, ids, "w.1", "hi", { address: WECHAT })).id;
    await decide(store, young, { size: 42 });
    await offer(store, old, "h", NOON_MS);
    await store.link({ ...code(young, "h", NOON_MS - 399 * DAY_MS) });
    const [{ seq } = { seq: 0 }] = (await store.waiting(ALDER, old)).slice(-1);
    await store.commit(decision(old, (await store.load(ALDER, old))!.version, { decided: [seq], atMs: NOON_MS - 399 * DAY_MS }));
    await store.retain(ALDER, { saidBeforeMs: 0, customersBeforeMs: NOON_MS - DAY_MS, seenBeforeMs: 0 });
    expect(await store.load(ALDER, old)).toBeNull();
    expect((await store.load(ALDER, young))!.linked).toBeUndefined();
    expect(await fieldsOf(store, young)).toEqual({ size: 42 });
  });
}
