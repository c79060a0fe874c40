/** The package tells a person everything the bot knew, from where, and a bridge no more than it may know. */
import { describe, expect, it } from "vitest";
import { channelLimits } from "../../adapters/limits.ts";
import { compile } from "../../dialogue/compile.ts";
import { buildPackage, maskPackage, type PackageFacts } from "../../handoff/package.ts";
import { HandoffPackage, packageSchemaFile } from "../../handoff/schema.ts";
import { transcript } from "../../handoff/transcript.ts";
import type { Event } from "../../model/event.ts";
import type { ConversationId } from "../../model/ids.ts";
import { eventRow, type JournalRow } from "../../model/journal.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Session } from "../../model/session.ts";
import { readBuiltins } from "../../server/project.ts";
import { NOON, REQUEST, TALK, TICKET, talk, ticketOf } from "./desk.ts";

const FILES = {
  "bots/alder.bot.yaml": `
format: 1
bot: alder
name: Alder Outdoor
languages: [en]
timezone: America/Los_Angeles
currency: USD
flows: [../flows]
actions: ./alder.actions.yaml
channels: { messenger: { page: page_1 } }
defaults: { queue: care }
customer: { vip: { type: yes_no, default: false }, street: { type: text, personal: true } }
queues:
  care: { answer_within: 2m, max_wait: 15m, when_too_long: { link: later } }
`,
  "bots/alder.actions.yaml": `
format: 1
actions:
  orders.find: { safe: true, input: { number: text }, output: { state: text }, function: "./a.ts#a" }
  orders.refund: { input: { number: text }, output: {}, function: "./a.ts#a" }
`,
  "flows/returns.flow.yaml": `
format: 1
flow: returns
triggers: [ { phrases: [send it back] } ]
slots:
  order: { type: text, pattern: "AL-[0-9]{6}" }
  reason: { type: choice, of: { small: Too small, big: Too big } }
  email: { type: email }
  size: { type: integer, keep: 7d }
steps:
  - { collect: order, ask: Order? }
  - { collect: reason, ask: Why? }
  - { collect: email, ask: E-mail? }
  - { collect: size, ask: Size? }
`,
  "flows/later.flow.yaml": "format: 1\nflow: later\nsteps: [ { send: Later. } ]\n",
  "flows/spring.ads.yaml": `
format: 1
ads:
  - { match: { ref: spring_* }, campaign: spring, start: later }
  - { match: { ref: spring_boots_* }, campaign: spring_boots, start: later }
  - { match: { ad_id: "77" }, campaign: by_id, start: later }
`,
};
const PROGRAM = (() => {
  const files = new Map(Object.entries(FILES));
  const { program, problems } = compile({ bot: "bots/alder.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
  if (!program) throw new Error(JSON.stringify(problems, null, 1));
  return program;
})();

/** A journal as the road writes it: one row after the other, a second apart. */
function journal(
  ...rows: { event?: Event; kind?: JournalRow["kind"]; by?: JournalRow["by"]; cause?: number; skeleton?: JsonObject; personal?: Json }[]
): JournalRow[] {
  return rows.map(({ event, ...row }, at) => ({
    conversation: TALK,
    seq: at + 1,
    v: 1,
    atMs: NOON + at * 1000,
    by: row.by ?? (event ? "customer" : "bot"),
    cause: row.cause ?? null,
    kind: row.kind ?? "line",
    skeleton: row.skeleton ?? {},
    personal: row.personal ?? null,
    ...(event ? eventRow(event) : {}),
  }));
}
const said = (text: string) => ({ event: { kind: "said", text, attachments: [] } as Event });
const turn = (cause: number, skeleton: JsonObject = {}) => ({
  kind: "turn" as const,
  cause,
  skeleton: { ends: "question", program: "p", flow: "returns", step: "order", ...skeleton },
});
const line = (id: string, text: string) => ({
  kind: "line" as const,
  skeleton: { line: id, by: "bot", purpose: "reply", flow: "returns", step: "order" },
  personal: { message: { text } },
});
const called = (call: string, outcome: JsonObject) => ({ event: { kind: "called", call, outcome } as unknown as Event });

const ROWS = journal(
  {
    event: {
      kind: "said",
      text: "send it back",
      attachments: [],
      referral: {
        source: "ADS",
        ref: "spring_boots_2",
        adId: "9",
        adTitle: "Boots",
        postId: "po",
        productId: "pr",
        pictureUrl: "https://x/p.png",
      },
    },
  },
  turn(1, { ends: "question" }),
  line("ms_1", "Order?"),
  said("AL-123456"),
  turn(4, {
    calls: [
      { key: "k1", id: "ca_1", action: "orders.find" },
      { key: "k0", id: "ca_0", action: "profile" },
    ],
  }),
  called("k1", { ok: false, error: { code: "not_found", message: "no" } }),
  turn(6, { calls: [{ key: "k2", id: "ca_2", action: "orders.refund" }] }),
  said("How long does shipping take?"),
  turn(8, { answered: ["how_long"] }),
  line("ms_2", "Two days."),
  said("too small"),
  turn(11),
  said("A person please"),
);

const SESSION: Session = {
  shape: 1,
  stack: [
    {
      flow: "returns",
      program: PROGRAM.hash,
      step: "email",
      via: "start",
      saves: {},
      slots: {
        order: { value: "AL-123456", from: "customer", seq: 4 },
        reason: { value: "small", from: "customer", seq: 11 },
        email: { value: "mei.lin@example.com", from: "customer", seq: 11 },
      },
    },
    { flow: "human_request", program: PROGRAM.hash, step: "person", via: "pattern", slots: {}, saves: {} },
  ],
  kept: { size: { value: 42, from: "agent", seq: 2 } },
  language: "en",
};

function packed(over: Partial<PackageFacts> = {}): HandoffPackage {
  return buildPackage({
    ticket: ticketOf({ request: { ...REQUEST, step: "email", detail: "A person please" } }),
    conversation: talk({ session: { ...SESSION, question: { flow: "returns", step: "email", attempts: 1, askedAtMs: NOON } } }),
    epoch: 8,
    session: SESSION,
    rows: ROWS,
    program: PROGRAM,
    customer: { first_name: "Mei", last_name: "Lin", email: "mei.lin@example.com", vip: true, street: "Elm 1", shoe: "secret field" },
    window: { open: true, closesAtMs: NOON + 86_400_000, humanUntilMs: NOON + 7 * 86_400_000, openedBy: "message" },
    publicUrl: "https://bot.example",
    ...over,
  });
}

describe("handoff.v1", () => {
  // After a change of the schema: `npx vitest run tests/handoff/package.test.ts -u` writes the file anew.
  it("is what its schema says, and the published JSON Schema is that schema", async () => {
    const whole = packed();
    expect(HandoffPackage.parse(whole)).toEqual(whole);
    expect(HandoffPackage.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    await expect(packageSchemaFile()).toMatchFileSnapshot("../../handoff/package.schema.json");
  });

  it("says which messages the bot could not make out, and what they came nearest to", () => {
    const trace = [
      { at: "ranking", what: "candidates", data: [{ kind: "faq", name: "how_long", score: 0.4213 }] },
      { at: "heard", what: "not understood", data: 1 },
      { at: "cannot_understand", what: "pattern" },
    ];
    const rows = journal(said("the thing with the thing"), { ...turn(1), personal: { view: {}, trace: trace as unknown as Json } });
    expect(packed({ rows }).tried).toEqual([
      { message_id: `${TALK}.1`, near: [{ name: "faq/how_long", score: 0.42 }], outcome: "not_understood", at: expect.any(String) },
    ]);
  });

  it("says why, where, for whom and until when", () => {
    expect(packed()).toMatchObject({
      handoff_id: TICKET,
      conversation_id: TALK,
      epoch: 8,
      requested_at: new Date(NOON).toISOString(),
      requested_by: "bot",
      reason: { code: "customer_asked", detail: "A person please", flow: "returns", step: "email", rule: "step:returns/email" },
      route: { queue: "care", max_wait_s: 900, answer_within_s: 120, on_timeout: "later", priority: "normal" },
      open_question: { flow: "returns", step: "email", attempts: 1 },
      return_to: "order",
      promises: [{ text_id: "answer_within", due: new Date(NOON + 120_000).toISOString() }],
      window: { kind: "message", open: true, closes_at: new Date(NOON + 86_400_000).toISOString() },
      identity: { level: "asserted", customer_id: "cu_1", name: "Mei Lin" },
      transcript: { count: 7, first: `${TALK}.1`, last: `${TALK}.13`, last_seq: 13 },
    });
  });

  it("names the ad with its title, picture, post, product and campaign: the longest pattern's, the ad id's before it", () => {
    expect(packed().origin.ad).toEqual({
      source: "ADS",
      ref: "spring_boots_2",
      ad_id: "9",
      title: "Boots",
      picture_url: "https://x/p.png",
      post_id: "po",
      product_id: "pr",
      campaign: "spring_boots",
    });
    const byId = { ...SESSION, referral: { source: "ADS", ref: "spring_x", adId: "77" } };
    expect(packed({ session: byId }).origin.ad?.campaign).toBe("by_id");
    expect(packed({ session: { ...SESSION, ad: { campaign: "named" } } }).origin.ad?.campaign).toBe("named");
    expect(packed({ rows: journal(said("hi")) }).origin.ad).toBeNull();
  });

  it("knows every fact once, with the message it was said in, what proves it and whether it is personal", () => {
    const facts = Object.fromEntries(packed().facts.map((fact) => [fact.key, fact]));
    expect(facts.order).toEqual({
      key: "order",
      value: "AL-123456",
      source: "customer",
      flow: "returns",
      message_id: `${TALK}.4`,
      seq: 4,
      verified: false,
    });
    expect(facts.reason).toMatchObject({ value: "small", label: "Too small" });
    expect(facts.email).toMatchObject({ personal: true }); // an address is, whether or not the designer said so
    expect(facts.size).toMatchObject({ value: 42, source: "agent", verified: true });
    expect(facts["customer.vip"]).toMatchObject({ value: true, source: "profile" });
    expect(facts["customer.street"]).toMatchObject({ personal: true });
    expect(facts["customer.shoe"]).toBeUndefined(); // not declared: not ours to pass on
    expect(packed().facts).toHaveLength(Object.keys(facts).length);
  });

  it("tells what was tried: actions with their outcome, also one still out, and answers from the FAQ", () => {
    expect(packed().tried.map(({ at: _at, ...rest }) => rest)).toEqual([
      { action: "orders.find", outcome: "not_found" },
      { action: "orders.refund", outcome: "pending" },
      { faq: "how_long", outcome: "answered" },
    ]);
  });

  describe("the last question is what the customer wanted to know, not their request for a person", () => {
    const rows: [what: string, said: JournalRow[], expected: string | null][] = [
      ["the one the FAQ answered, not the form's answer after it", ROWS, "How long does shipping take?"],
      ["a question in Chinese", journal(said("可以退货吗"), said("AL-1"), said("转人工")), "可以退货吗"],
      ["a question without its mark", journal(said("where is my parcel"), said("person")), "where is my parcel"],
      ["no question at all: what was said last before", journal(said("broken boots"), said("person")), "broken boots"],
      ["nothing else was said", journal(said("A person!")), "A person!"],
      ["nothing was said: an event led here", journal({ event: { kind: "happened", name: "get_started", fields: {} } }), null],
    ];
    for (const [what, journalled, expected] of rows)
      it(what, () => expect(packed({ rows: journalled }).last_question?.text ?? null).toBe(expected));
  });

  it("sums it up without anything personal, with the messages it rests on", () => {
    const { summary } = packed();
    expect(summary?.text).toBe(
      "The customer asked for a person in returns at email. Came from the ad “Boots”. Known: order AL-123456, reason Too small, size 42, customer.vip true. " +
        "Tried: orders.find (not_found), orders.refund (pending), how_long (answered). Last question: “How long does shipping take?”.",
    );
    expect(summary?.evidence).toEqual([`${TALK}.4`, `${TALK}.11`, `${TALK}.2`, `${TALK}.8`]);
  });

  it("leaves for a bridge only with masks over what is personal, and without a name", () => {
    const masked = maskPackage(packed());
    expect(JSON.stringify(masked)).not.toMatch(/mei\.lin|Elm 1|Mei Lin/);
    expect(masked.facts.find((fact) => fact.key === "email")).toMatchObject({ value: "m***@example.com", masked: true });
    expect(masked.facts.find((fact) => fact.key === "order")).toMatchObject({ value: "AL-123456" });
    expect(HandoffPackage.parse(masked)).toEqual(masked);
  });

  it("of an erased journal holds nothing that was said", () => {
    const rows = ROWS.map((row) => ({ ...row, personal: null }));
    const bare = packed({ rows, session: { shape: 1, stack: [] }, customer: {} });
    expect(HandoffPackage.parse(bare)).toEqual(bare);
    expect(bare.last_question).toBeNull();
    expect(JSON.stringify(bare)).not.toMatch(/AL-123456|shipping take/);
  });

  it("a customer's field called __proto__ is nobody's prototype", () => {
    const customer = JSON.parse('{"__proto__": {"vip": true}, "email": 7}') as JsonObject;
    const keys = packed({ customer }).facts.map((fact) => fact.key);
    expect(keys).not.toContain("customer.vip");
    expect(({} as Record<string, unknown>).vip).toBeUndefined();
  });
});

describe("the journal as people read it", () => {
  it("shows each message once with what became of it, notes, changes of hands and what is gone", () => {
    const change = {
      what: "claimed",
      from: "queue",
      to: "human",
      epoch: 3,
      ticket: TICKET,
      queue: "care",
      agent: "mei",
      by: "mei",
      ticketState: "claimed",
      outcome: null,
    };
    const rows = journal(
      { event: { kind: "said", text: "first, better", attachments: [], messageId: "m1", edit: 1 } as Event }, // as the store keeps an edit
      line("ms_1", "long text in two pieces"),
      { kind: "delivery", cause: 2, skeleton: { line: "ms_1", state: "sent", why: null } },
      { kind: "delivery", cause: 2, skeleton: { line: "ms_other_piece", state: "refused", why: "window: closed" } },
      { kind: "note", by: "agent:mei", skeleton: { agent: "mei" }, personal: { text: "inside" } },
      { kind: "change", by: "agent:mei", skeleton: change },
      { event: { kind: "tapped", payload: "GO", title: "Go" } },
      { event: { kind: "edited", messageId: "m1", text: "first, better", edit: 1 } },
      { event: { kind: "person_spoke", app: "x", message: { text: "from the page's inbox" }, messageId: "m9" }, by: "platform" },
      { kind: "heard", by: "customer", skeleton: { kind: "said" } },
      { event: { kind: "due" }, by: "system" },
      turn(1),
      { event: { kind: "ignored", what: "x", why: "y" }, by: "platform" },
    );
    const told = transcript(rows).map(({ seq, kind, direction, by, text, state, erased, edited }) => ({
      seq,
      kind,
      direction,
      by,
      text,
      state,
      erased,
      edited,
    }));
    const none = { state: undefined, erased: undefined, edited: undefined };
    expect(told).toEqual([
      { ...none, seq: 1, kind: "message", direction: "in", by: "customer", text: "first, better", edited: true },
      { ...none, seq: 2, kind: "message", direction: "out", by: "bot", text: "long text in two pieces", state: "refused" },
      { ...none, seq: 5, kind: "note", direction: null, by: "agent", text: "inside" },
      { ...none, seq: 6, kind: "change", direction: null, by: "agent", text: null },
      { ...none, seq: 7, kind: "message", direction: "in", by: "customer", text: "Go" },
      { ...none, seq: 9, kind: "message", direction: "out", by: "person", text: "from the page's inbox", state: "sent" },
      { ...none, seq: 10, kind: "message", direction: "in", by: "customer", text: null, erased: true },
    ]);
  });

  it("an id belongs to one message only", () => {
    const ids = transcript(ROWS).map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith("ms_") || id.startsWith(`${TALK as ConversationId}.`))).toBe(true);
  });
});
