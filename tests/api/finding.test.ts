/** What is looked up beside the tickets themselves: searching, being named in a note, reports; each only for those who may see it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
let otto: string;
let sue: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { name: "Mei Lin", queues: queues("care") })).token;
  await house.hires("noah", { name: "Noah Lind", queues: queues("care") });
  otto = (await house.hires("otto", { name: "Otto Berg", queues: queues("billing") })).token;
  sue = (await house.hires("sue", { name: "Sue Park", role: "supervisor" })).token;
});
afterAll(() => house.close());

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
type Any = any;
const get = async (path: string, token: string): Promise<Any> => (await house.call("GET", path, token)).body;

describe("searching", () => {
  it("finds a customer, their ticket and their words for those who may see them, and nothing for others", async () => {
    await house.writes("my zebra boots are torn", { from: "s1" });
    const { ticket, conversation } = await house.asks("s1");
    const { person } = await house.conversation({ from: "s1" });
    await house.store.commit({
      ...(await blank(conversation)),
      customer: { first_name: "Zora", last_name: "Quill" },
    });
    for (const token of [mei, sue]) {
      const found = await get("/search?q=quill%20ZORA", token);
      expect(found.customers).toEqual([expect.objectContaining({ customer: { id: person, name: "Zora Quill" }, ticket_id: ticket })]);
      const said = (await get("/search?q=zebra", token)).said;
      expect(said).toEqual([
        expect.objectContaining({ conversation_id: conversation, ticket_id: ticket, text: "my zebra boots are torn" }),
      ]);
      expect((await get(`/search?q=${ticket}`, token)).tickets[0]).toMatchObject({ ticket_id: ticket, queue: "care", state: "waiting" });
    }
    for (const q of ["quill", "zebra", ticket])
      expect([q, await get(`/search?q=${q}`, otto)]).toEqual([q, { customers: [], tickets: [], said: [] }]);
    expect(await get("/search?q=%20", sue)).toEqual({ customers: [], tickets: [], said: [] });
    expect((await house.call("GET", `/search?q=${"x".repeat(201)}`, sue)).status).toBe(400);
  });
});

async function blank(conversation: string) {
  const { id, version } = (await house.store.load("alder" as never, conversation as never))!;
  return {
    bot: "alder" as never,
    conversation: id,
    began: version,
    atMs: Date.now(),
    decided: [],
    journal: [],
    outbox: [],
    timers: { set: [], cancel: [] },
    tickets: [],
    feed: [],
  };
}

describe("who is named in a note", () => {
  it("finds it until they have looked; whoever may not see the ticket, or only resembles the name, is not told", async () => {
    const { ticket, conversation } = await house.asks("m1");
    const note = (text: string, id: string) => house.call("POST", `/conversations/${conversation}/notes`, sue, { text, client_id: id });
    expect((await note("@Mei Lin and @noah: do you know this one? @Otto Berg @Meistersinger @Sue Park a@b", "n1")).status).toBe(201);
    await note("@Mei Lin and @noah: do you know this one? @Otto Berg @Meistersinger @Sue Park a@b", "n1"); // sent again by a bad network
    const { mentions, unseen } = await get("/mentions", mei);
    expect(unseen).toBe(1);
    expect(mentions).toEqual([
      expect.objectContaining({ conversation_id: conversation, ticket_id: ticket, by: { id: "ag_sue", name: "Sue Park" }, seen_at: null }),
    ]);
    expect(mentions[0].text).toContain("do you know this one?");
    for (const token of [otto, sue]) expect((await get("/mentions", token)).mentions).toEqual([]);
    const feed = await house.store.feed("alder" as never, 0, 1_000);
    expect(feed.filter(({ kind }) => kind === "mentioned").map(({ data }) => data.to)).toEqual(["ag_mei", "ag_noah"]);
    expect((await house.call("POST", "/mentions/seen", mei, { conversation })).status).toBe(200);
    expect(await get("/mentions", mei)).toMatchObject({ unseen: 0, mentions: [{ conversation_id: conversation }] });
    // Sent on to where she does not work: the note is not hers to read any more.
    await house.call("POST", `/tickets/${ticket}/transfer`, sue, { queue: "billing" });
    expect((await get("/mentions", mei)).mentions).toEqual([]);
  });
});

describe("reports", () => {
  it("count what was opened, answered and ended, per queue, agent and day", async () => {
    const before = await get("/reports?days=2", sue);
    const { ticket, conversation } = await house.asks("r1");
    await house.asks("r2");
    const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
    await house.call("POST", `/conversations/${conversation}/messages`, mei, { epoch, client_id: "r", text: "Hello" });
    await house.call("POST", `/tickets/${ticket}/resolve`, mei, { code: "answered" });
    const after = await get("/reports?days=2", sue);
    expect(after.total.opened).toBe(before.total.opened + 2);
    expect(after.total.resolved).toBe(before.total.resolved + 1);
    expect(after.days).toHaveLength(2);
    expect(after.days.reduce((sum: number, day: Any) => sum + day.opened, 0)).toBe(after.total.opened);
    expect(after.queues.map(({ name }: Any) => name)).toEqual(["care", "billing"]);
    const hers = after.agents.find(({ id }: Any) => id === "ag_mei");
    expect(hers).toMatchObject({ opened: 1, resolved: 1, open: 0 });
    for (const spread of [hers.first_answer_s, hers.resolution_s]) {
      expect(spread.median).toBeGreaterThanOrEqual(0);
      expect(spread.p90).toBeLessThan(60);
    }
    expect(after.queues.find(({ name }: Any) => name === "billing").first_answer_s).toBeNull();
    expect((await house.call("GET", "/reports", mei)).status).toBe(403);
    expect((await house.call("GET", "/reports?days=93", sue)).status).toBe(400);
  });
});
