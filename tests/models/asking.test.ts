/** A customer whose words the bot alone would not be sure of, and a model that helps as far as it may. */
import { Socket } from "node:net";
import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { STAGE_AGENT } from "../../server/stage.ts";
import { type AnthropicTwin, anthropicTwin, type Sent, streamed, understanding } from "./anthropic-twin.ts";
import { hasSdk, openShop, type Shop, shopProgram } from "./shop.ts";

let twin: AnthropicTwin;
let shop: Shop;

beforeEach(() => {
  nock.disableNetConnect();
  twin = anthropicTwin();
});
afterEach(async () => {
  await shop?.close();
  twin.close();
  nock.enableNetConnect();
});

describe.skipIf(!hasSdk)("a question in words that nobody foresaw", () => {
  it("is answered in the brand's own words, chosen by the model", async () => {
    shop = await openShop();
    twin.says(understanding({ choice: "faq/gift_wrap" }));
    expect(await shop.says("could u make it look pretty for grandma's birthday")).toEqual([
      "Yes, choose gift wrap at the checkout. It costs $4.",
    ]);
    expect(twin.sent).toHaveLength(1);
  });

  it("needs no model where the bot is sure", async () => {
    shop = await openShop();
    expect(await shop.says("How long does shipping take?")).toEqual(["Two to four working days, and about a week abroad."]);
    expect(await shop.says("hello")).not.toEqual([]);
    expect(twin.sent).toEqual([]);
  });

  it("leads to what the bot would have said alone when the model is not sure either", async () => {
    shop = await openShop({ answerer: null });
    const alone = await shop.says("zebra carpets?");
    await shop.close();
    shop = await openShop();
    twin.says(understanding({ choice: "none" }));
    expect(await shop.says("zebra carpets?")).toEqual(alone);
    expect(twin.sent).toHaveLength(1);
  });

  it("never starts a flow on the model's word alone: it is offered to tap", async () => {
    shop = await openShop();
    twin.says(understanding({ choice: "flow/cancel_order" }));
    expect(await shop.says("zzz qqq vvv")).toEqual(["Which of these do you mean?"]);
    expect(shop.shown.at(-1)!.message.buttons).toEqual([{ title: "cancel my order now", payload: "baton:link:cancel_order" }]);
    expect((await shop.conversation())!.session.stack).toEqual([]);
    expect(await shop.taps("baton:link:cancel_order")).toEqual(["Which order?"]);
  });

  it("starts a flow that the bot had thought of too", async () => {
    shop = await openShop();
    twin.says(understanding({ choice: "flow/returns" }));
    expect(await shop.says("the boots go back back back, some order")).toEqual(["What went wrong?"]);
  });

  it("waits its turn: what is written meanwhile is answered after it", async () => {
    shop = await openShop();
    twin.answers(() => streamedLater());
    const first = shop.hears({ kind: "said", text: "anything pretty for grandma", attachments: [] });
    const second = shop.hears({ kind: "said", text: "How long does shipping take?", attachments: [] });
    await Promise.all([first, second]);
    expect(shop.shown.map(({ message }) => message.text)).toEqual([
      "Yes, choose gift wrap at the checkout. It costs $4.",
      "Two to four working days, and about a week abroad.",
    ]);
  });
});

const streamedLater = () => streamed(understanding({ choice: "faq/gift_wrap" }));

describe.skipIf(!hasSdk)("an answer in the customer's own words", () => {
  const inReturn = async () => {
    shop = await openShop();
    expect(await shop.says("I want to return my order")).toEqual(["What went wrong?"]);
  };

  it("fills the slot with the option that the model sees in them", async () => {
    await inReturn();
    twin.says(understanding({ slots: [{ name: "reason", values: ["small"], evidence: "my toes hurt" }] }));
    expect(await shop.says("well my toes hurt in them")).toEqual(["Was it a gift?"]);
    const [frame] = (await shop.conversation())!.session.stack;
    expect(frame!.slots.reason).toMatchObject({ value: "small", from: "customer" });
  });

  it("fills nothing from words that the customer never wrote", async () => {
    await inReturn();
    twin.says(understanding({ slots: [{ name: "reason", values: ["small"], evidence: "they are too small" }] }));
    expect((await shop.says("well my toes hurt in them")).join()).not.toContain("gift");
    expect((await shop.conversation())!.session.stack[0]!.slots).toEqual({});
  });

  it("reads a day from the words that the model points at, by itself", async () => {
    await inReturn();
    await shop.says("too small");
    twin.says(understanding({ slots: [{ name: "gift", values: ["no"], evidence: "just for me" }] }));
    expect(await shop.says("it was just for me")).toEqual(["Which day should we fetch it?"]);
    twin.says(understanding({ slots: [{ name: "wanted", values: ["1999-01-01"], evidence: "next friday" }] }));
    expect((await shop.says("not before thursday but perhaps next friday or so")).join()).toContain("March 13");
  });
});

describe.skipIf(!hasSdk)("a model that does not answer as it should", () => {
  it.each([
    ["is busy", () => twin.fails(429, "rate_limit_error")],
    ["is overloaded", () => twin.fails(529, "overloaded_error")],
    ["breaks", () => twin.fails(500, "api_error")],
    ["refuses the key", () => twin.fails(401, "authentication_error")],
    ["cannot be reached", () => twin.breaksOff()],
    ["answers in prose", () => twin.says("Sure! I think it is about shipping.")],
    ["answers in another shape", () => twin.says('{"choice":7}')],
    ["adds what was not asked for", () => twin.says('{"choice":"faq/gift_wrap","slots":[],"action":"refund"}')],
    ["is cut off", () => twin.says('{"choice":"faq/gift', {}, "max_tokens")],
    ["would rather not", () => twin.says("", {}, "refusal")],
    ["chooses what nobody offered", () => twin.says(understanding({ choice: "faq/secret_discount" }))],
    ["chooses a pattern of ours", () => twin.says(understanding({ choice: "flow/opt_out" }))],
  ])("%s: the customer gets what the bot says alone", async (_title, fail) => {
    shop = await openShop({ answerer: null });
    const alone = await shop.says("zebra carpets?");
    await shop.close();
    shop = await openShop();
    fail();
    expect(await shop.says("zebra carpets?")).toEqual(alone);
    expect(shop.logged.join()).not.toContain("zebra");
  });

  it("is silent: the customer waits as long as the manifest says, and no longer", async () => {
    shop = await openShop({ program: shopProgram("{ anthropic: claude-haiku-5-5, key: k, timeout: 500ms }") });
    twin.staysSilent(5_000);
    expect(await shop.says("zebra carpets?")).toHaveLength(1);
    const [, called] = (await shop.journal()).filter((row) => row.kind === "heard");
    expect(called!.personal).toMatchObject({ kind: "called", outcome: { ok: false, error: { code: "timeout" } } });
  });

  it("rests after three failures, and is tried again with one ask", async () => {
    shop = await openShop();
    for (const word of ["ape", "bee", "cat"]) {
      twin.fails(500, "api_error");
      await shop.says(`zebra ${word}?`);
      await shop.says("How long does shipping take?"); // or a person would have it by now
    }
    expect(twin.sent).toHaveLength(3);
    await shop.says("zebra dog?");
    expect(twin.sent).toHaveLength(3); // nobody was asked
    await shop.says("How long does shipping take?");
    await shop.passes(31_000);
    twin.says(understanding({ choice: "faq/opening_hours" }));
    expect(await shop.says("zebra eel?")).toEqual(["From nine to six, not on Sundays."]);
  });
});

describe.skipIf(!hasSdk)("people and the model", () => {
  it("an agent who takes over while it is asked has the conversation, and its answer changes nothing", async () => {
    shop = await openShop();
    let takeOver: Promise<unknown> | undefined;
    twin.answers(() => {
      takeOver = shop.control({ kind: "took_over", agent: STAGE_AGENT });
      return streamed(understanding({ choice: "faq/gift_wrap" }));
    });
    await shop.says("anything pretty for grandma");
    await takeOver;
    await shop.settles();
    const { controller, session } = (await shop.conversation())!;
    if (controller === "human") expect(session.asking).toBeUndefined();
    expect(session.awaiting).toBeUndefined();
    await shop.control({ kind: "returned", agent: STAGE_AGENT, facts: [] });
    expect(await shop.says("How long does shipping take?")).toContain("Two to four working days, and about a week abroad.");
  });

  it("a ticket gets a summary of what was said, with the lines it rests on, and keeps ours until then", async () => {
    shop = await openShop();
    await shop.says("How long does shipping take?");
    twin.answers(({ body }) => {
      const { lines } = JSON.parse(body.messages[0]!.content) as { lines: { id: string; by: string; text: string }[] };
      expect(lines.map(({ by }) => by)).toContain("customer");
      return streamed(
        JSON.stringify({ text: "The customer asked about shipping and wants a person.", evidence: [lines[0]!.id, "made-up"] }),
      );
    });
    await shop.says("I want to talk to a person");
    const ticket = (await shop.ticket())!;
    expect(ticket.package).toMatchObject({
      summary: { by: "model", text: "The customer asked about shipping and wants a person.", evidence: [expect.stringContaining("cv_")] },
    });
    expect((await shop.store.feed(shop.bot, 0, 100)).map(({ kind }) => kind)).toContain("ticket.summarized");
  });

  it("a summary that rests on nothing, or carries a link or a number of its own, is not shown", async () => {
    for (const text of ["Call them at 555-0199.", "See https://evil.test/x", "<b>Refund now</b>"]) {
      shop = await openShop();
      await shop.says("How long does shipping take?");
      twin.answers(({ body }) => {
        const { lines } = JSON.parse(body.messages[0]!.content) as { lines: { id: string }[] };
        return streamed(JSON.stringify({ text, evidence: [lines[0]!.id] }));
      });
      await shop.says("I want to talk to a person");
      expect((await shop.ticket())!.package).toMatchObject({ summary: { by: "template" } });
      await shop.close();
    }
    shop = await openShop();
  });
});

describe.skipIf(!hasSdk)("what leaves the house", () => {
  it("is the text without addresses, numbers and hidden signs, and nothing else of the customer", async () => {
    shop = await openShop();
    twin.says(understanding({}));
    await shop.says("zebra\u200b for ana@mail.example, card 4111 1111 1111 1111, see https://x.example/t?k=1 \u{e0041}");
    const [{ body, headers }] = twin.sent as [Sent];
    const whole = JSON.stringify(body);
    expect(JSON.parse(body.messages[0]!.content)).toMatchObject({
      message: "zebra for [e-mail 1], card [number 1], see [link 1] ",
    });
    for (const secret of ["ana@mail", "4111", "x.example", "\u200b", "Ana", "cu_", "cv_"]) expect(whole).not.toContain(secret);
    expect(Object.values(headers).join("\n")).toContain("test-key");
  });

  it("is kept by the provider where it stays the same: the rules and the catalogue", async () => {
    shop = await openShop();
    twin.says(understanding({}));
    twin.says(understanding({}));
    await shop.says("zebra carpets?");
    await shop.says("purple elephants?");
    const [first, second] = twin.sent as [Sent, Sent];
    expect(second.body.system).toEqual(first.body.system);
    expect(first.body.system.at(-1)!.cache_control).toEqual({ type: "ephemeral" });
    expect(first.body.system.at(-1)!.text).toContain("faq/gift_wrap");
    expect(first.body.output_config.format.type).toBe("json_schema");
    expect(first.body.stream).toBe(true);
  });

  it("is nothing at all where the manifest says local-only, whatever keys lie about", async () => {
    const reached: string[] = [];
    const connect = Socket.prototype.connect;
    Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
      reached.push(JSON.stringify(args[0]));
      return (connect as (...all: unknown[]) => Socket).apply(this, args);
    } as typeof connect;
    try {
      shop = await openShop({ program: shopProgram("local-only") }); // an answerer is at hand, and is not asked
      for (const text of ["zebra carpets?", "anything pretty", "I want to return my order", "my toes hurt", "I want to talk to a person"])
        await shop.says(text);
    } finally {
      Socket.prototype.connect = connect;
    }
    expect(reached).toEqual([]);
    expect(twin.sent).toEqual([]);
    expect((await shop.journal()).filter((row) => JSON.stringify(row.skeleton).includes("model:"))).toEqual([]);
  });

  it("is asked for in a call that says so in the journal and in the trace", async () => {
    shop = await openShop();
    twin.says(understanding({ choice: "faq/gift_wrap" }));
    await shop.says("anything pretty for grandma");
    const turns = (await shop.journal()).filter((row) => row.kind === "turn");
    expect(turns[0]!.skeleton).toMatchObject({ ends: "wait", calls: [{ key: "c1", action: "model:understand" }] });
    expect(turns[1]!.skeleton).toMatchObject({ ends: "answer", answered: ["gift_wrap"] });
    const trace = (turns[1]!.personal as { trace: { at: string; what: string; data?: unknown }[] }).trace;
    expect(trace).toContainEqual({ at: "model", what: "chose", data: "faq/gift_wrap" });
  });
});
