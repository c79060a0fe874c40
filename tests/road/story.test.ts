/** The road from an advertisement to a person and back, over real HTTP: the real process, recorded webhooks, Messenger's side as a stub. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapted, CUSTOMER, chose, post, RECORDINGS, recorded } from "./recorded.ts";
import { type Json, openRoad, type Road } from "./road.ts";

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());

const DISCLOSURE = "You're chatting with Alder's assistant";
const NOTICE = "I'm connecting you with our team.";

/** From the recording of a first message after a click on an advertisement; the demo's adverts have a ref of this form. */
const fromAd = (psid: string, text: string) =>
  adapted("message-with-ads-referral", psid, (event) => {
    event.message.text = text;
    event.message.referral.ref = "spring-boots-feed";
  });

describe("from an advertisement to a person and back", () => {
  it("the person knows the whole story, answers in the customer's thread, and the flow goes on where they say", async () => {
    const { platform } = road;
    platform.profiles.set(CUSTOMER, { first_name: "Ana", last_name: "Lima" });
    expect(await post(road.baton.url, fromAd(CUSTOMER, "Hi, can I get more info?"))).toBe(200);
    const greeted = await platform.receives(CUSTOMER, 3);
    expect(greeted[0]).toContain(DISCLOSURE);
    expect(greeted[1]).toContain("Hi Ana, you came for the Ridge boots.");
    expect(greeted[2]).toContain("Which EU size do you wear?");

    // A question in the middle of the question.
    await road.says(CUSTOMER, "Do you ship to Germany?");
    const answered = await platform.receives(CUSTOMER, 5);
    expect(answered[3]).toContain("Yes, to 34 countries");
    expect(answered[4]).toContain("Which EU size do you wear?");
    await road.says(CUSTOMER, "42");
    expect((await platform.receives(CUSTOMER, 6))[5]).toBe("Size 42: yes, the Ridge boots are in stock.");

    // A form, with the shop asked over HTTP, and a question in its middle.
    await road.says(CUSTOMER, "I want to return my order");
    expect((await platform.receives(CUSTOMER, 7))[6]).toContain("What's your order number?");
    await road.says(CUSTOMER, "AL-100002");
    expect((await platform.receives(CUSTOMER, 8))[7]).toBe("What's wrong with it?");
    const asked = platform.attempts.at(-1)!.body.message.quick_replies!;
    expect(asked.map((choice) => choice.title)).toEqual(["Too small", "Too big", "Faulty", "Changed my mind"]);
    await road.says(CUSTOMER, "Do I have to pay for a return?");
    const resumed = await platform.receives(CUSTOMER, 10);
    expect(resumed[8]).toContain("Returns and swaps are free within the US.");
    expect(resumed[9]).toBe("What's wrong with it?");

    // A person.
    await road.says(CUSTOMER, "I want a person");
    expect((await platform.receives(CUSTOMER, 11))[10]).toContain(NOTICE);
    const ticket = await road.ticketOf("I want a person");
    expect(ticket).toMatchObject({ queue: "care", reason: { code: "customer_asked" }, conversation: { controller: "queue" } });
    const facts = Object.fromEntries(ticket.package.facts.map((fact: Json) => [fact.key, fact]));
    expect(ticket.package).toMatchObject({
      schema: "handoff.v1",
      identity: { name: "Ana Lima" },
      open_question: { flow: "returns", step: "reason" },
      origin: {
        channel: "messenger",
        ad: {
          ref: "spring-boots-feed",
          ad_id: "120200000000000001",
          title: "Summer sale",
          picture_url: "https://scontent.example.invalid/ad.jpg",
          post_id: "102030405060708_900000000000001",
          product_id: "700000000000001",
        },
      },
      window: { open: true },
      last_question: { text: "Do I have to pay for a return?" },
    });
    expect(facts.order_number).toMatchObject({ value: "AL-100002", source: "customer", flow: "returns", verified: false });
    expect(facts.boot_size).toMatchObject({ value: 42, source: "customer" });
    const said = (await road.talk(ticket.conversation_id)).find((one) => one.id === facts.order_number.message_id);
    expect(said).toMatchObject({ text: "AL-100002", direction: "in" });
    expect(ticket.package.tried).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "orders.find", outcome: "ok" }),
        expect.objectContaining({ outcome: "answered" }),
      ]),
    );

    // Claim, answer, give back.
    const mei = await road.hires("Mei");
    const claimed = await mei.post(`/tickets/${ticket.id}/claim`);
    expect(claimed).toMatchObject({ status: 200, body: { ticket_id: ticket.id } });
    const line = { epoch: claimed.body.epoch, client_id: "mei-1", text: "Hi Ana, this is Mei. They run small, so I'd swap them." };
    expect((await mei.post(`/conversations/${ticket.conversation_id}/messages`, line)).status).toBe(202);
    expect((await platform.receives(CUSTOMER, 12))[11]).toBe(line.text);
    expect(platform.attempts.at(-1)).toMatchObject({ messagingType: "RESPONSE", tag: undefined });
    const returned = await mei.post(`/tickets/${ticket.id}/return`, { to_step: "wish", facts: [{ key: "reason", value: "small" }] });
    expect(returned.status).toBe(200);
    const back = await platform.receives(CUSTOMER, 14);
    expect(back[12]).toContain(DISCLOSURE); // who speaks has changed
    expect(back[13]).toBe("Would you like another size or your money back?");
    await post(road.baton.url, chose(CUSTOMER, platform.attempts.at(-1)!.body.message.quick_replies![1]!));
    const done = (await platform.receives(CUSTOMER, back.length + 2)).slice(back.length);
    expect(done[0]).toMatch(/^Done\. Your return is R-\d+\./);
    expect(done[1]).toBe("How did we do?");
    expect(platform.unproved).toEqual([]);
    expect(platform.attempts.filter((one) => one.psid === CUSTOMER && one.mid === null)).toEqual([]);
  });

  it("an advertisement opens a new thread by its Get Started button", async () => {
    const psid = "6100000000000002";
    const tap = adapted("postback-get-started-ads", psid, (event) => {
      event.postback.referral.ref = "spring-fell-story";
    });
    expect(await post(road.baton.url, tap)).toBe(200);
    const greeted = await road.platform.receives(psid, 3);
    expect(greeted[1]).toContain("you came for the Fell trail shoes.");
    await road.says(psid, "I need a person please");
    const ticket = await road.ticketOf("I need a person please");
    expect(ticket.package.origin.ad).toMatchObject({ ref: "spring-fell-story", ad_id: "120200000000000001", campaign: "Spring trail" });
    expect(ticket.package.facts).toContainEqual(expect.objectContaining({ key: "product", value: "fell", source: "referral" }));
  });

  it("in Chinese: the form, a question in its middle, a person, their answer, and the form goes on in Chinese", async () => {
    const psid = "6100000000000003";
    const { platform } = road;
    expect(await post(road.baton.url, fromAd(psid, "你好，我想退货"))).toBe(200);
    await platform.receives(psid, 3);
    await road.says(psid, "我想退货");
    const asked = await platform.hears(psid, "请问订单号是多少？");
    await road.says(psid, "ＡＬ－100002");
    await platform.hears(psid, "是什么原因呢？", asked);
    await road.says(psid, "退货要运费吗");
    const resumed = await platform.hears(psid, "美国境内退换免费。", asked);
    await platform.hears(psid, "是什么原因呢？", resumed);
    await road.says(psid, "转人工");
    const noticed = await platform.hears(psid, "正在为您转接人工客服", resumed);
    const ticket = await road.ticketOf("转人工");
    expect(ticket.language).toBe("zh");
    expect(ticket.package).toMatchObject({
      route: { language: "zh" },
      last_question: { text: "退货要运费吗" },
      open_question: { flow: "returns", step: "reason" },
      origin: { ad: { title: "Summer sale", product_id: "700000000000001" } },
    });
    expect(ticket.package.facts).toContainEqual(expect.objectContaining({ key: "order_number", value: "AL-100002", source: "customer" }));

    const lin = await road.hires("Lin", { languages: ["zh"] });
    const { body } = await lin.post(`/tickets/${ticket.id}/claim`);
    const text = "您好，我是小林，可以帮您换大一码。";
    await lin.post(`/conversations/${ticket.conversation_id}/messages`, { epoch: body.epoch, client_id: "lin-1", text });
    const answered = await platform.hears(psid, text, noticed);
    await lin.post(`/tickets/${ticket.id}/return`, { to_step: "wish", facts: [{ key: "reason", value: "small" }] });
    const back = await platform.hears(psid, "您想换尺码，还是退款？", answered);
    await road.says(psid, "退款");
    await platform.hears(psid, "办好了。退货单号 R-", back);
  });
});

describe("every recording of the platform", () => {
  const names = readdirSync(RECORDINGS)
    .filter((name) => name.endsWith(".json") && !["verification-request.json", "signature-vectors.json"].includes(name))
    .map((name) => name.slice(0, -".json".length));

  it("is acknowledged by the real process, also when it comes again, and nobody else notices", async () => {
    expect(names.length).toBeGreaterThan(80);
    const statuses = new Map<string, number[]>();
    for (const name of names) statuses.set(name, [await post(road.baton.url, recorded(name)), await post(road.baton.url, recorded(name))]);
    expect([...statuses].filter(([, twice]) => twice.some((status) => status !== 200))).toEqual([]);
    const psid = "6100000000000009";
    await road.says(psid, "Do you ship to Germany?");
    await road.platform.hears(psid, "Yes, to 34 countries");
    expect(road.platform.unproved).toEqual([]);
    expect(road.baton.printed()).not.toMatch(/"level":[56]0/); // no error, nothing fatal
  });
});
