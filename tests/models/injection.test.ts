/**
 * A model that falls for everything it reads, behind the real road. Whatever a customer, a file, an advertisement or a name makes it
 * say, nothing changes that would not have changed without it: no step, slot, field, ticket or action, and no word that the brand did not write.
 */
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Program } from "../../dialogue/program.ts";
import type { Answerer } from "../../model/answerer.ts";
import type { Referral } from "../../model/event.ts";
import { type AnthropicTwin, anthropicTwin, streamed } from "./anthropic-twin.ts";
import { DIRECT, INVISIBLE, POISONS, REWORDED, SUMMARIES, TAKEN_OVER } from "./attacks.ts";
import { anthropicAnswerer, hasSdk, openShop, shopProgram } from "./shop.ts";

let twin: AnthropicTwin;
let answerer: Answerer;
const plain = shopProgram();
let cases = 0;

beforeAll(() => {
  nock.disableNetConnect();
  answerer = anthropicAnswerer();
});
afterEach(() => twin?.close());
afterAll(() => {
  nock.enableNetConnect();
  if (hasSdk) expect(cases).toBeGreaterThanOrEqual(200);
});

type Try = { program?: Program; before?: string[]; text: string; referral?: Referral; profile?: { first_name: string } };

/** Everything that lasts: where the talk stands, what is known, who has it, what was said and done. */
async function stateAfter(attempt: Try, helped: boolean) {
  const calls: object[] = [];
  const { program = plain, before = [], text, referral, profile } = attempt;
  const shop = await openShop({ program, calls, answerer: helped ? answerer : null, ...(profile ? { profile } : {}) });
  for (const one of before) await shop.says(one);
  const said = shop.shown.length;
  await shop.hears({ kind: "said", text, attachments: [], ...(referral ? { referral } : {}) });
  const { session, controller, ticket } = (await shop.conversation())!;
  const { calls: _asked, ...rest } = session;
  const state = {
    shown: shop.shown.slice(said).map(({ message, by }) => ({ message, by })),
    session: rest,
    controller,
    isTicket: ticket !== null,
    customer: await shop.customer(),
    calls,
  };
  await shop.close();
  return state;
}

async function changesNothing(attempt: Try, answer: string): Promise<void> {
  cases++;
  const alone = await stateAfter(attempt, false);
  twin = anthropicTwin();
  twin.answers(() => streamed(answer), true);
  const helped = await stateAfter(attempt, true);
  expect(twin.sent.length, "the model was asked").toBeGreaterThan(0);
  expect(helped).toEqual(alone);
}

const answerFor = (nth: number): [what: string, answer: string] => TAKEN_OVER[nth % TAKEN_OVER.length]!;
const IN_QUESTION = ["I want to return my order"];

describe.skipIf(!hasSdk)("what a customer says straight out", () => {
  it.each(DIRECT.map((text, nth) => [text, ...answerFor(nth)]))("%j, and the model gives %s", (text, _what, answer) =>
    changesNothing({ text }, answer),
  );
  it.each(DIRECT.map((text, nth) => [text, ...answerFor(nth + 9)]))(
    "%j in the middle of a form, and the model gives %s",
    (text, _what, answer) => changesNothing({ text, before: IN_QUESTION }, answer),
  );
});

describe.skipIf(!hasSdk)("what a customer says in signs that nobody sees", () => {
  it.each(INVISIBLE.map((text, nth) => [JSON.stringify(text), answerFor(nth)[0], text, answerFor(nth)[1]]))(
    "%s, and the model gives %s",
    async (_shown, _what, text, answer) => {
      await changesNothing({ text, before: IN_QUESTION }, answer as string);
      const sent = twin.sent.map(({ body }) => body.messages[0]!.content).join();
      expect(sent).not.toMatch(/[\u{e0000}-\u{e007f}\u200b\u202a-\u202e\u2060-\u2064\u00ad\ufeff]/u);
    },
  );
});

describe.skipIf(!hasSdk)("what a model makes up by itself", () => {
  it.each(TAKEN_OVER)("%s", (_what, answer) => changesNothing({ text: "zebra carpets", before: IN_QUESTION }, answer));
});

describe.skipIf(!hasSdk)("what a brand's own texts say, because somebody got at them", () => {
  const quoted = (text: string) => JSON.stringify(text);
  it.each(POISONS.map((poison, nth) => [poison, ...answerFor(nth)]))(
    "an entry of the FAQ: %j, and the model gives %s",
    (poison, _what, answer) => {
      const faq = `format: 1\nfaq:\n  - id: poisoned\n    questions: [${quoted(`Do you polish? ${poison.replaceAll("{{", "((")}`)}]\n    answer: Yes.\n`;
      return changesNothing({ program: shopProgram(undefined, { "flows/poison.faq.yaml": faq }), text: "zebra carpets" }, answer as string);
    },
  );
  it.each(POISONS.map((poison, nth) => [poison, ...answerFor(nth + 5)]))(
    "a flow's description: %j, and the model gives %s",
    (poison, _what, answer) => {
      const flow = `format: 1\nflow: poisoned\ndescription: ${quoted(poison)}\ntriggers: [ { phrases: [polish my boots] } ]\nsteps: [ { send: Done. } ]\n`;
      return changesNothing(
        { program: shopProgram(undefined, { "flows/poisoned.flow.yaml": flow }), text: "zebra carpets" },
        answer as string,
      );
    },
  );
  it.each(POISONS.map((poison, nth) => [poison, ...answerFor(nth + 11)]))(
    "an advertisement: %j, and the model gives %s",
    async (poison, _what, answer) => {
      await changesNothing({ text: "zebra carpets", referral: { source: "ADS", ref: poison, adTitle: poison } }, answer as string);
      expect(JSON.stringify(twin.sent.map(({ body }) => body))).not.toContain(JSON.stringify(poison).slice(1, -1)); // it never leaves
    },
  );
  it.each(POISONS.map((poison, nth) => [poison, ...answerFor(nth + 17)]))(
    "a name: %j, and the model gives %s",
    async (poison, _what, answer) => {
      await changesNothing({ text: "zebra carpets", profile: { first_name: poison } }, answer as string);
      expect(JSON.stringify(twin.sent.map(({ body }) => body))).not.toContain(JSON.stringify(poison).slice(1, -1));
    },
  );
});

describe.skipIf(!hasSdk)("another wording of an answer that says", () => {
  const program = shopProgram("{ anthropic: claude-haiku-5-5, key: k, may: [rephrase] }");
  it.each(REWORDED)("%s is not said", async (_what, text) => {
    cases++;
    twin = anthropicTwin();
    twin.answers(() => streamed(JSON.stringify({ text, sources: ["faq/shipping_time"] })), true);
    const attempt = { program, text: "How long does shipping take?" };
    const helped = await stateAfter(attempt, true);
    expect(twin.sent).toHaveLength(1);
    expect(helped).toEqual(await stateAfter(attempt, false));
  });

  it("the same in other words is said", async () => {
    const text = "Within the country it takes two to four working days, and about a week when it goes abroad.";
    twin = anthropicTwin();
    twin.answers(() => streamed(JSON.stringify({ text, sources: ["faq/shipping_time"] })), true);
    const { shown } = await stateAfter({ program, text: "How long does shipping take?" }, true);
    expect(shown.map(({ message }) => message.text)).toEqual([text]);
  });

  it("what another entry says is not said", async () => {
    cases++;
    twin = anthropicTwin();
    twin.answers(
      () => streamed(JSON.stringify({ text: "Two to four working days, about a week abroad.", sources: ["faq/gift_wrap"] })),
      true,
    );
    const attempt = { program, text: "How long does shipping take?" };
    expect(await stateAfter(attempt, true)).toEqual(await stateAfter(attempt, false));
  });
});

describe.skipIf(!hasSdk)("a summary for agents that carries", () => {
  it.each(SUMMARIES)("%s is not shown: ours stays", async (_what, text) => {
    cases++;
    twin = anthropicTwin();
    twin.answers(({ body }) => {
      const { lines } = JSON.parse(body.messages[0]!.content) as { lines: { id: string }[] };
      return streamed(JSON.stringify({ text, evidence: lines.map(({ id }) => id) }));
    }, true);
    const shop = await openShop({ answerer });
    await shop.says("How long does shipping take?");
    await shop.says("I want to talk to a person");
    expect(twin.sent).toHaveLength(1);
    expect((await shop.ticket())!.package).toMatchObject({ summary: { by: "template" } });
    await shop.close();
  });
});

describe.skipIf(!hasSdk)("a flow that a model would start for somebody", () => {
  it.each(DIRECT.slice(0, 12))("%j: at most a button, and nothing happens until it is tapped", async (text) => {
    cases++;
    twin = anthropicTwin();
    twin.answers(() => streamed('{"choice":"flow/cancel_order","slots":[]}'), true);
    const { session, shown, calls, isTicket, customer } = await stateAfter({ text }, true);
    expect({ stack: session.stack, calls, isTicket }).toEqual({ stack: [], calls: [], isTicket: false });
    expect(customer).toEqual((await stateAfter({ text }, false)).customer);
    for (const { message } of shown) for (const { payload } of message.buttons ?? []) expect(payload).toMatch(/^baton:/);
  });
});
