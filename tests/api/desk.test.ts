/** A person at the desk, over real HTTP: from the ticket in the list to the customer's last line. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HandoffPackage } from "../../handoff/schema.ts";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
let noah: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  noah = (await house.hires("noah", { queues: queues("care") })).token;
});
afterAll(() => house.close());

describe("a customer who came by an ad asks for a person", () => {
  let ticket: string;
  let conversation: string;
  let epoch: number;

  it("and the ticket tells the whole story", async () => {
    const referral = { source: "ADS", ref: "boots_spring", adId: "238", adTitle: "Spring boots", postId: "p_1" };
    await house.writes("send my boots back", { referral });
    await house.writes("AL-123456");
    await house.writes("How long does shipping take?");
    await house.writes("mei@example.com");
    await house.writes("I want to talk to a person");
    expect(house.said("c1").join("\n")).toContain("Two to four days.");
    expect(house.said("c1").at(-1)).toBe("A person will be with you.");

    const list = await house.call("GET", "/tickets?state=waiting&queue=care", mei);
    expect(list.status).toBe(200);
    expect(list.body.tickets).toHaveLength(1);
    ({ id: ticket, conversation_id: conversation } = list.body.tickets[0]!);
    const { body } = await house.call("GET", `/tickets/${ticket}`, mei);
    epoch = body.conversation.epoch;
    expect(body.conversation).toMatchObject({ controller: "queue", is_open_ticket: true });
    const packed = HandoffPackage.parse(body.package);
    expect(packed).toMatchObject({
      handoff_id: ticket,
      conversation_id: conversation,
      epoch,
      requested_by: "bot",
      reason: { code: "customer_asked", flow: "returns", step: "reason" },
      route: { queue: "care", max_wait_s: 900, answer_within_s: 120 },
      last_question: { text: "How long does shipping take?" },
      open_question: { flow: "returns", step: "reason" },
      origin: {
        channel: "messenger",
        account: "page_alder",
        ad: { ad_id: "238", title: "Spring boots", ref: "boots_spring", campaign: "spring_boots", post_id: "p_1" },
      },
      identity: { level: "asserted" },
      risk: ["pii_seen"],
    });
    expect(packed.facts).toContainEqual(
      expect.objectContaining({ key: "order", value: "AL-123456", source: "customer", flow: "returns", verified: false }),
    );
    expect(packed.facts).toContainEqual(expect.objectContaining({ key: "email", value: "mei@example.com", personal: true }));
    expect(packed.tried).toContainEqual(expect.objectContaining({ action: "orders.find", outcome: "ok" }));
    expect(packed.tried).toContainEqual(expect.objectContaining({ faq: "how_long", outcome: "answered" }));
    expect(packed.promises).toHaveLength(1);
    expect(packed.summary?.text).not.toContain("mei@example.com");
    expect(packed.transcript.url).toMatch(/^https:\/\/bot\.example\/api\/v1\/conversations\/cv_/);
  });

  it("the talk can be read from the start, in pages that join", async () => {
    const whole = await house.call("GET", `/conversations/${conversation}/messages?limit=200`, mei);
    const texts = whole.body.messages.filter((one) => one.kind === "message").map((one) => `${one.direction} ${one.text}`);
    expect(texts[0]).toBe("in send my boots back");
    expect(texts).toContain("out Two to four days.");
    expect(texts.at(-1)).toBe("out A person will be with you.");
    const paged: unknown[] = [];
    for (let after = 0; ; ) {
      const page = await house.call("GET", `/conversations/${conversation}/messages?after_seq=${after}&limit=3`, mei);
      paged.push(...page.body.messages.map((one) => one.seq));
      after = page.body.next_after_seq;
      if (!page.body.more) break;
    }
    expect(paged).toEqual(whole.body.messages.map((one) => one.seq));
  });

  it("one agent claims it, and the loser learns who won", async () => {
    const both = await Promise.all([mei, noah].map((token) => house.call("POST", `/tickets/${ticket}/claim`, token, { epoch })));
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
    const won = both.findIndex((one) => one.status === 200);
    if (won === 1) [mei, noah] = [noah, mei];
    const lost = both[1 - won]!;
    expect(lost.body.error).toMatchObject({ code: "already_claimed", retryable: false, details: { by: won === 0 ? "Mei" : "Noah" } });
    epoch = both[won]!.body.epoch;
  });

  it("their line reaches the customer once, however often it is sent", async () => {
    const body = { epoch, client_id: "c1", text: "Hello, I am here." };
    const first = await house.call("POST", `/conversations/${conversation}/messages`, mei, body);
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ id: expect.stringMatching(/^ms_/), epoch });
    const again = await Promise.all([1, 2, 3].map(() => house.call("POST", `/conversations/${conversation}/messages`, mei, body)));
    for (const one of again) {
      expect(one.status).toBe(202);
      expect(one.body.id).toBe(first.body.id);
      expect(one.headers.get("idempotent-replayed")).toBe("true");
    }
    const other = await house.call("POST", `/conversations/${conversation}/messages`, mei, { ...body, text: "Something else" });
    expect(other.status).toBe(422);
    expect(other.body.error.code).toBe("idempotency_mismatch");
    await house.runtime.idle();
    expect(house.said("c1").filter((text) => text === "Hello, I am here.")).toHaveLength(1);
    expect(house.sent.at(-1)).toMatchObject({ by: "agent" });
  });

  it("nobody else speaks, and nobody under an epoch that has passed", async () => {
    const said = await house.call("POST", `/conversations/${conversation}/messages`, noah, { epoch, client_id: "c2", text: "Me too" });
    expect([said.status, said.body.error.code]).toEqual([403, "not_controller"]);
    const stale = await house.call("POST", `/conversations/${conversation}/messages`, mei, {
      epoch: epoch - 1,
      client_id: "c3",
      text: "Late",
    });
    const { code, details } = stale.body.error;
    expect([stale.status, code, details.epoch]).toEqual([409, "stale_epoch", epoch]);
    expect(details.messages.map((one) => one.text)).toContain("Hello, I am here."); // what they have not seen
    await house.writes("are you there?");
    expect(house.said("c1").join("\n")).not.toMatch(/Me too|Late/);
    expect(house.said("c1").at(-1)).toBe("Hello, I am here."); // the bot is silent
  });

  it("a note stays inside", async () => {
    const noted = await house.call("POST", `/conversations/${conversation}/notes`, noah, { text: "checked the invoice" });
    expect(noted.status).toBe(201);
    const { body } = await house.call("GET", `/conversations/${conversation}/messages?limit=200`, mei);
    expect(body.messages).toContainEqual(expect.objectContaining({ kind: "note", text: "checked the invoice", agent: "ag_noah" }));
    expect(house.said("c1").join("\n")).not.toContain("invoice");
  });

  it("a step or a fact that the flow does not know changes nothing", async () => {
    for (const [body, code] of [
      [{ to_step: "nowhere" }, "no_such_step"],
      [{ facts: [{ key: "colour", value: "red" }] }, "bad_fact"],
    ] as const) {
      const refused = await house.call("POST", `/tickets/${ticket}/return`, mei, body);
      expect([refused.status, refused.body.error.code]).toEqual([422, code]);
    }
    expect((await house.conversation()).controller).toBe("human");
  });

  it("given back with a fact, the flow goes on at the named step and knows it", async () => {
    const returned = await house.call("POST", `/tickets/${ticket}/return`, mei, {
      to_step: "decided",
      facts: [{ key: "exception", value: true }],
      epoch,
    });
    expect(returned.body.error).toBeUndefined();
    expect(returned.status).toBe(200);
    await house.runtime.idle();
    expect(house.said("c1").join("\n")).toContain("Exception granted.");
    expect((await house.conversation()).controller).toBe("bot");
    const after = await house.call("GET", `/tickets/${ticket}`, mei);
    expect(after.body).toMatchObject({ state: "closed", outcome: "returned" });
    const late = await house.call("POST", `/tickets/${ticket}/resolve`, mei, {});
    expect([late.status, late.body.error.code]).toEqual([409, "invalid_transition"]);
  });
});

describe("tickets move", () => {
  it("to another queue, out of the sight of the first", async () => {
    const otto = (await house.hires("otto", { queues: queues("billing") })).token;
    const { ticket, conversation } = await house.asks("c2");
    const claimed = await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    expect(claimed.status).toBe(200);
    expect((await house.call("GET", `/tickets/${ticket}`, otto)).status).toBe(404);
    const moved = await house.call(
      "POST",
      `/tickets/${ticket}/transfer`,
      mei,
      { queue: "billing", note: "a refund" },
      { "idempotency-key": "t1" },
    );
    expect(moved.status).toBe(200);
    expect(moved.body.epoch).toBe(claimed.body.epoch + 1);
    const again = await house.call(
      "POST",
      `/tickets/${ticket}/transfer`,
      mei,
      { queue: "billing", note: "a refund" },
      { "idempotency-key": "t1" },
    );
    expect(again.status).toBe(404); // it is no longer Mei's to see
    expect((await house.call("GET", `/conversations/${conversation}`, mei)).status).toBe(404);
    const seen = await house.call("GET", `/tickets/${ticket}`, otto);
    expect(seen.body).toMatchObject({ queue: "billing", state: "waiting", note: "a refund" });
    expect((await house.call("POST", `/tickets/${ticket}/transfer`, otto, { queue: "moon" })).status).not.toBe(200);
  });

  it("back to the queue, and to somebody a supervisor names", async () => {
    const sue = (await house.hires("sue", { role: "supervisor" })).token;
    const { ticket } = await house.asks("c3");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    expect((await house.call("POST", `/tickets/${ticket}/requeue`, mei, {})).status).toBe(200);
    expect((await house.call("GET", `/tickets/${ticket}`, mei)).body.state).toBe("waiting");
    expect((await house.call("POST", `/tickets/${ticket}/assign`, mei, { agent: "ag_noah" })).status).toBe(403);
    expect((await house.call("POST", `/tickets/${ticket}/assign`, sue, { agent: "ag_noah" })).status).toBe(200);
    expect((await house.call("GET", `/tickets?agent=ag_noah`, sue)).body.tickets.map((one) => one.id)).toContain(ticket);
    const resolved = await house.call(
      "POST",
      `/tickets/${ticket}/resolve`,
      noah,
      { code: "refunded", note: "done" },
      { "idempotency-key": "r1" },
    );
    expect(resolved.status).toBe(200);
    const again = await house.call(
      "POST",
      `/tickets/${ticket}/resolve`,
      noah,
      { code: "refunded", note: "done" },
      { "idempotency-key": "r1" },
    );
    expect([again.status, again.headers.get("idempotent-replayed"), again.body.epoch]).toEqual([200, "true", resolved.body.epoch]);
    await house.writes("thank you", { from: "c3" });
    expect((await house.conversation({ from: "c3" })).controller).toBe("bot");
  });

  it("one agent's key is nobody else's", async () => {
    const { ticket } = await house.asks("c4");
    const key = { "idempotency-key": "same" };
    expect((await house.call("POST", `/tickets/${ticket}/claim`, mei, {}, key)).status).toBe(200);
    const lost = await house.call("POST", `/tickets/${ticket}/claim`, noah, {}, key);
    expect([lost.status, lost.body.error.code]).toEqual([409, "already_claimed"]);
    const again = await house.call("POST", `/tickets/${ticket}/claim`, mei, {}, key);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  });

  it("an agent of every queue interrupts the bot, and the bot says no more", async () => {
    const ann = (await house.hires("ann")).token;
    await house.writes("I want to return my order", { from: "c5" });
    const { id } = await house.conversation({ from: "c5" });
    const taken = await house.call("POST", `/conversations/${id}/take-over`, ann, {});
    expect(taken.status).toBe(200);
    const before = house.said("c5").length;
    await house.writes("AL-123456", { from: "c5" });
    expect(house.said("c5")).toHaveLength(before);
    const { body } = await house.call("GET", `/tickets/${taken.body.ticket_id}`, ann);
    expect(body.package.reason).toMatchObject({ code: "agent_takeover", flow: "returns", step: "order" });
    const back = await house.call("POST", `/tickets/${taken.body.ticket_id}/return`, ann, {
      facts: [{ key: "order", value: "AL-999999" }],
    });
    expect(back.status).toBe(200);
  });
});

describe("the brand's own systems", () => {
  it("tell a conversation, once however often they tell it, and may nothing else", async () => {
    const shop = (await house.hires("shop", { role: "system", capacity: 0 })).token;
    await house.writes("hello", { from: "c6" });
    const told = {
      name: "order_shipped",
      customer: { channel: "messenger", account: "page_alder", id: "c6" },
      fields: { number: "AL-1", parcels: 2 },
      key: "s1",
    };
    const first = await house.call("POST", "/events", shop, told);
    expect(first.status).toBe(202);
    const again = await house.call("POST", "/events", shop, told);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
    await house.runtime.idle();
    expect(house.said("c6").filter((text) => text === "Your order AL-1 is on its way.")).toHaveLength(1);
    const rows: [unknown, number, string][] = [
      [{ ...told, name: "no_such", key: "s2" }, 404, "not_found"],
      [{ ...told, fields: { number: 1, parcels: 2 }, key: "s3" }, 422, "bad_fact"],
      [{ ...told, fields: { number: "AL-1" }, key: "s4" }, 422, "bad_fact"],
      [{ ...told, fields: { number: "AL-1", parcels: 1, more: 1 }, key: "s5" }, 422, "bad_fact"],
      [{ ...told, customer: { channel: "messenger", account: "page_birch", id: "c6" }, key: "s6" }, 404, "not_found"],
      [{ ...told, key: undefined }, 400, "bad_request"],
      [{ ...told, conversation: "cv_1" }, 400, "bad_request"],
    ];
    for (const [body, status, code] of rows) {
      const refused = await house.call("POST", "/events", shop, body);
      expect([refused.status, refused.body.error.code]).toEqual([status, code]);
    }
    expect((await house.call("GET", "/tickets", shop)).status).toBe(403);
    expect((await house.call("POST", "/events", mei, told)).status).toBe(403);
  });
});

describe("people come and go", () => {
  it("an admin hires; the token is told once and stands nowhere; it ends when the agent is disabled or gets another", async () => {
    const ada = (await house.hires("ada", { role: "admin" })).token;
    const made = await house.call("POST", "/agents", ada, { name: "Zoë", queues: ["care"], languages: ["en", "zh"] });
    expect(made.status).toBe(201);
    const { token, agent } = made.body;
    expect(token).toMatch(/^baton_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await house.store.agents("alder" as never))).not.toContain(token);
    const me = await house.call("GET", "/me", token);
    expect(me.body).toMatchObject({
      agent: { name: "Zoë", role: "agent", queues: ["care"] },
      queues: [{ name: "care", open: true, staffed: true }],
    });
    expect((await house.call("PATCH", "/agents/me", token, { away: true })).body.agent.away).toBe(true);
    expect((await house.call("PATCH", "/agents/me", token, { role: "admin" })).status).toBe(403);
    expect((await house.call("PATCH", `/agents/${agent.id}`, mei, { away: false })).status).toBe(404);
    expect((await house.call("PATCH", `/agents/${agent.id}`, ada, { queues: ["moon"] })).status).toBe(404);
    const renewed = await house.call("POST", `/agents/${agent.id}/token`, ada, {});
    expect(renewed.status).toBe(201);
    expect((await house.call("GET", "/me", token)).status).toBe(401);
    expect((await house.call("GET", "/me", renewed.body.token)).status).toBe(200);
    expect((await house.call("PATCH", `/agents/${agent.id}`, ada, { disabled: true })).status).toBe(200);
    expect((await house.call("GET", "/me", renewed.body.token)).status).toBe(401);
    expect((await house.call("PATCH", "/agents/me", ada, { disabled: true })).status).toBe(409);
  });

  it("whoever leaves for good leaves no customer behind: their tickets wait again, with their age", async () => {
    const ada = (await house.hires("ada3", { role: "admin" })).token;
    const { agent, token } = await house.hires("leaver", { queues: queues("care") });
    const { ticket, conversation } = await house.asks("c8");
    const opened = (await house.call("GET", `/tickets/${ticket}`, ada)).body as unknown as { opened_at: string };
    const { body } = await house.call("POST", `/tickets/${ticket}/claim`, token, {});
    await house.call("POST", `/conversations/${conversation}/messages`, token, { epoch: body.epoch, client_id: "l1", text: "One moment" });
    expect((await house.call("PATCH", `/agents/${agent.id}`, ada, { disabled: true })).status).toBe(200);
    const after = await house.call("GET", `/tickets/${ticket}`, ada);
    expect(after.body).toMatchObject({ state: "waiting", agent: null, opened_at: opened.opened_at });
    expect((await house.conversation({ from: "c8" })).controller).toBe("queue");
  });

  it("a customer who asks to be forgotten is, in the talk and in the ticket", async () => {
    const ada = (await house.hires("ada2", { role: "admin" })).token;
    await house.writes("my name is Ferdinand?", { from: "c7" });
    const { ticket } = await house.asks("c7");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    const { id, person, epoch } = await house.conversation({ from: "c7" });
    await house.call("POST", `/conversations/${id}/messages`, mei, { epoch, client_id: "f1", text: "Hello Ferdinand" });
    await house.call("POST", `/conversations/${id}/notes`, mei, { text: "Ferdinand is kind" });
    expect((await house.call("GET", `/tickets/${ticket}`, ada)).text).toContain("Ferdinand");
    expect((await house.call("POST", `/customers/${person}/erase`, mei, {})).status).toBe(403);
    const erased = await house.call("POST", `/customers/${person}/erase`, ada, {});
    expect(erased.body).toMatchObject({ erased: person, conversations: 1 });
    for (const path of [
      `/conversations/${id}/messages?limit=200`,
      `/conversations/${id}`,
      `/tickets/${ticket}`,
      "/tickets?state=closed&limit=200",
    ]) {
      const read = await house.call("GET", path, ada);
      expect(read.status).toBe(200);
      expect(read.text).not.toContain("Ferdinand");
    }
    expect((await house.call("POST", `/tickets/${ticket}/resolve`, mei, { note: "Ferdinand" })).status).not.toBe(200);
    expect((await house.call("POST", "/customers/cu_none/erase", ada, {})).status).toBe(404);
  });
});
