/** Two agents on one conversation see each other; drafts wait on the server; canned replies are found and filled in; a snoozed ticket comes back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
let noah: string;
let otto: string;
let sue: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  noah = (await house.hires("noah", { queues: queues("care") })).token;
  otto = (await house.hires("otto", { queues: queues("billing") })).token;
  sue = (await house.hires("sue", { role: "supervisor" })).token;
});
afterAll(() => house.close());

type Moment = { event: string; data: { conversation_id?: string; people?: object[]; agents?: { id: string; online: boolean }[] } };

async function watch(
  token: string,
): Promise<{ moments: Moment[]; until(enough: (moments: Moment[]) => boolean): Promise<void>; hangUp(): void }> {
  const cut = new AbortController();
  const response = await fetch(`${house.base}/stream`, { headers: { authorization: `Bearer ${token}` }, signal: cut.signal });
  const moments: Moment[] = [];
  let text = "";
  let wake = () => {};
  void (async () => {
    try {
      for await (const chunk of response.body!) {
        text += new TextDecoder().decode(chunk as Uint8Array);
        const parts = text.split("\n\n").slice(0, -1);
        const news = parts.flatMap((part) => {
          const event = /^event: (presence|people)$/m.exec(part)?.[1];
          expect(event === undefined || !/^id:/m.test(part)).toBe(true);
          return event ? [{ event, data: JSON.parse(/^data: (.*)$/m.exec(part)![1]!) }] : [];
        });
        moments.splice(0, moments.length, ...news);
        wake();
      }
    } catch {
      // hung up
    }
  })();
  return {
    moments,
    hangUp: () => cut.abort(),
    async until(enough) {
      while (!enough(moments)) await new Promise<void>((woken) => (wake = woken));
    },
  };
}

const be = (token: string, conversation: string, state: string, tab = "t1") =>
  house.call("PUT", `/conversations/${conversation}/presence`, token, { tab, state });

describe("who is with a conversation", () => {
  it("is seen by the others of its queue at once, the strongest of each one's tabs, and by nobody else", async () => {
    const { conversation } = await house.asks("p1");
    const [near, far] = await Promise.all([watch(noah), watch(otto)]);
    await be(mei, conversation, "open", "t1");
    await be(mei, conversation, "writing", "t2");
    const last = (moments: Moment[]) => moments.filter((one) => one.data.conversation_id === conversation).at(-1)?.data.people;
    await near.until((moments) => JSON.stringify(last(moments))?.includes("writing") === true);
    expect(last(near.moments)).toEqual([{ agent: "ag_mei", name: "Mei", state: "writing" }]);
    expect((await be(noah, conversation, "looking")).body).toMatchObject({
      people: [
        { agent: "ag_mei", state: "writing" },
        { agent: "ag_noah", state: "looking" },
      ],
    });
    await be(mei, conversation, "gone", "t1");
    await be(mei, conversation, "gone", "t2");
    await near.until((moments) => JSON.stringify(last(moments)) === JSON.stringify([{ agent: "ag_noah", name: "Noah", state: "looking" }]));
    const late = await watch(mei); // who comes later is told who is there
    await late.until((moments) => last(moments)?.length === 1);
    await be(noah, conversation, "gone");
    await near.until((moments) => last(moments)?.length === 0);
    expect(far.moments.filter((one) => one.event === "presence")).toEqual([]);
    for (const one of [near, far, late]) one.hangUp();
  });

  it("and who of the desk is there, as streams open and close", async () => {
    const first = await watch(sue);
    const second = await watch(mei);
    const online = (moments: Moment[]) =>
      moments
        .filter((one) => one.event === "people")
        .at(-1)
        ?.data.agents?.filter((one) => one.online)
        .map((one) => one.id);
    await first.until((moments) => online(moments)?.includes("ag_mei") === true);
    second.hangUp();
    await first.until((moments) => online(moments)?.includes("ag_mei") === false);
    expect(online(first.moments)).toContain("ag_sue");
    first.hangUp();
  });

  it("shows the customer that somebody writes only while that one has the conversation, and not for every letter", async () => {
    const { ticket, conversation } = await house.asks("p2");
    const shown = async () => {
      await house.runtime.idle();
      return house.signals.filter((one) => one.startsWith("p2 "));
    };
    await be(mei, conversation, "writing");
    expect(await shown()).toEqual([]);
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    for (let i = 0; i < 5; i++) await be(mei, conversation, "writing");
    await be(noah, conversation, "writing");
    await be(mei, conversation, "looking");
    expect(await shown()).toEqual(["p2 typing", "p2 seen"]);
  });
});

describe("a draft", () => {
  it("waits on the server for the one who wrote it, and goes when it is sent", async () => {
    const { ticket, conversation } = await house.asks("d1");
    const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
    const path = `/conversations/${conversation}/draft`;
    await house.call("PUT", path, mei, { reply: "Hola ", note: "call her", epoch, seq: 3 });
    expect((await house.call("GET", path, mei)).body).toMatchObject({ reply: "Hola ", note: "call her", epoch, seq: 3, attachments: [] });
    expect((await house.call("GET", path, noah)).body).toMatchObject({ reply: "", note: "", at: null });
    await house.call("POST", `/conversations/${conversation}/messages`, mei, { epoch, client_id: "d1", text: "Hola Ana" });
    expect((await house.call("GET", path, mei)).body).toMatchObject({ reply: "", note: "call her" });
    await house.call("POST", `/conversations/${conversation}/notes`, mei, { text: "call her" });
    expect((await house.call("GET", path, mei)).body).toMatchObject({ reply: "", note: "", at: null });
    expect((await house.call("PUT", path, mei, { reply: "x".repeat(20_001) })).status).toBe(400);
  });

  it("is forgotten with the customer it was written to", async () => {
    const { conversation } = await house.asks("d2");
    const admin = (await house.hires("ada", { role: "admin" })).token;
    await house.call("PUT", `/conversations/${conversation}/draft`, mei, { reply: "your address is 5 Elm Street" });
    const { person } = await house.conversation({ from: "d2" });
    expect((await house.call("POST", `/customers/${person}/erase`, admin, {})).status).toBe(200);
    expect(await house.store.draft("alder" as never, "ag_mei" as never, conversation as never)).toBeNull();
  });
});

describe("canned replies", () => {
  it("are found by a few letters, in the customer's language, filled in with what is known and no more", async () => {
    const label = {
      name: "return-label",
      title: "Return label",
      texts: { en: "Hi {{ customer.first_name }}, {{agent.name}} here. {{ __proto__ }}", zh: "您好" },
    };
    const made = await house.call("POST", "/canned", sue, label);
    expect(made.status).toBe(201);
    expect((await house.call("POST", "/canned", sue, label)).body.error.code).toBe("name_taken");
    await house.call("POST", "/canned", sue, { name: "hours", title: "Opening hours", texts: { en: "We return at nine." } });
    const { conversation } = await house.asks("k1");
    const find = async (query: string) =>
      (await house.call("GET", `/canned?${query}`, mei)).body as unknown as { canned: Record<string, unknown>[] };
    expect((await find("q=ret")).canned.map((one) => one.name)).toEqual(["return-label", "hours"]);
    expect((await find("q=label%20return")).canned.map((one) => one.name)).toEqual(["return-label"]);
    expect((await find("q=nothing")).canned).toEqual([]);
    expect((await find(`q=ret&conversation=${conversation}`)).canned[0]).toMatchObject({
      text: "Hi {{ customer.first_name }}, Mei here. {{ __proto__ }}",
    });
    const { person } = await house.conversation({ from: "k1" });
    await house.store.commit({
      bot: "alder" as never,
      conversation: conversation as never,
      began: (await house.conversation({ from: "k1" })).version,
      atMs: Date.now(),
      decided: [],
      journal: [],
      outbox: [],
      timers: { set: [], cancel: [] },
      tickets: [],
      feed: [],
      customer: { first_name: "Ana" },
    });
    expect(await house.store.customer("alder" as never, person)).toMatchObject({ first_name: "Ana" });
    expect((await find(`q=ret&conversation=${conversation}`)).canned[0]).toMatchObject({ text: "Hi Ana, Mei here. {{ __proto__ }}" });
    expect((await find("q=ret&language=zh-CN")).canned[0]).toMatchObject({ text: "您好", language: "zh" });
    const changed = await house.call("PATCH", `/canned/${made.body.id}`, sue, { title: "Label" });
    expect(changed.body).toMatchObject({ title: "Label", name: "return-label" });
    expect((await house.call("DELETE", `/canned/${made.body.id}`, sue)).status).toBe(200);
    expect((await house.call("DELETE", `/canned/${made.body.id}`, sue)).status).toBe(404);
    expect((await find("q=label")).canned).toEqual([]);
  });
});

describe("a ticket put aside", () => {
  it("comes back to its agent when the customer writes, and when its time has come", async () => {
    const { ticket } = await house.asks("z1");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await house.call("POST", `/tickets/${ticket}/snooze`, mei, { until })).status).toBe(200);
    expect((await house.call("GET", `/tickets/${ticket}`, mei)).body).toMatchObject({
      state: "snoozed",
      snoozed_until: until,
      agent: { id: "ag_mei" },
    });
    expect((await house.call("POST", `/tickets/${ticket}/snooze`, noah, { until })).body.error.code).toBe("not_controller");
    await house.writes("still there?", { from: "z1" });
    expect((await house.call("GET", `/tickets/${ticket}`, mei)).body).toMatchObject({ state: "claimed", snoozed_until: null });
    const soon = new Date(Date.now() + 400).toISOString();
    await house.call("POST", `/tickets/${ticket}/snooze`, mei, { until: soon });
    for (let tries = 0; tries < 100; tries++) {
      if ((await house.call("GET", `/tickets/${ticket}`, mei)).body.state === "claimed") break;
      await new Promise((later) => setTimeout(later, 50));
    }
    const woke = (await house.store.feed("alder" as never, 0, 5000)).filter((row) => row.kind === "ticket.woke" && row.ticket === ticket);
    expect(woke.map((row) => row.data.why)).toEqual(["customer", "time"]);
    await house.call("POST", `/tickets/${ticket}/snooze`, mei, { until });
    expect((await house.call("POST", `/tickets/${ticket}/wake`, mei, {})).status).toBe(200);
    for (const bad of ["tomorrow", new Date(Date.now() - 1000).toISOString(), new Date(Date.now() + 40 * 86_400_000).toISOString()])
      expect([400, 409]).toContain((await house.call("POST", `/tickets/${ticket}/snooze`, mei, { until: bad })).status);
  });
});
