/** Any chat model of langchain's: its own fake stands for the provider, so that what is ours is all that is judged. */
import { describe, expect, it } from "vitest";
import { createAnswerer } from "../../answers/answerer.ts";
import { langchainModel } from "../../answers/langchain.ts";
import { loadOptional } from "../../answers/optional.ts";
import type { Ask } from "../../model/answerer.ts";
import { openShop, shopProgram } from "./shop.ts";

const fakes = await loadOptional<Record<string, unknown>>("@langchain/core/utils/testing");
if (fakes === null) console.warn("@langchain/core is not installed: what langchain's models may do is not tested.");

const HELPED = '{ langchain: "@langchain/core/utils/testing#FakeListChatModel" }';
const answererSaying = (...responses: string[]) =>
  createAnswerer(
    langchainModel({ what: "@langchain/core/utils/testing#FakeListChatModel", settings: { responses }, price: null, load: loadOptional }),
  );
const ASK: Ask = {
  kind: "understand",
  text: "anything pretty for grandma",
  language: "en",
  offered: [{ id: "faq/gift_wrap", title: "Do you wrap presents?", about: "" }],
  slots: [],
  question: null,
};
const about = { signal: new AbortController().signal, progress: () => {} };

describe.skipIf(fakes === null)("a langchain chat model", () => {
  it("chooses among what the brand offers, and the customer gets the brand's words", async () => {
    const shop = await openShop({ program: shopProgram(HELPED), answerer: answererSaying('{"choice":"faq/gift_wrap","slots":[]}') });
    expect(await shop.says("anything pretty for grandma")).toEqual(["Yes, choose gift wrap at the checkout. It costs $4."]);
    await shop.close();
  });

  it("may wrap its answer in a fence, and is counted at its worst where it does not say what it used", async () => {
    const answerer = answererSaying('Here you are:\n```json\n{"choice":"faq/gift_wrap","slots":[]}\n```');
    let written = 0;
    const answered = await answerer.ask(ASK, { ...about, progress: () => void written++ });
    expect(answered).toMatchObject({ ok: true, word: { choice: "faq/gift_wrap" } });
    expect(answered.usage).toEqual(answerer.worstCase(ASK));
    expect(written).toBeGreaterThan(1);
  });

  it("that says something else altogether is not believed", async () => {
    for (const nonsense of [
      "",
      "faq/gift_wrap",
      "{",
      '{"choice":"faq/gift_wrap"}',
      '{"choice":"faq/gift_wrap","slots":[]} or {"choice":"none"}',
    ]) {
      const answered = await answererSaying(nonsense).ask(ASK, about);
      expect(answered, nonsense).toMatchObject({ ok: false, code: "bad_answer" });
    }
  });

  it("that is not there, or throws, is told apart in plain words without the customer's", async () => {
    const missing = createAnswerer(langchainModel({ what: "@langchain/nowhere#Model", settings: {}, price: null, load: loadOptional }));
    expect(await missing.ask(ASK, about)).toMatchObject({
      ok: false,
      code: "not_installed",
      message: expect.stringContaining("@langchain/nowhere"),
    });
    const other = createAnswerer(
      langchainModel({ what: "@langchain/core/utils/testing#NoModel", settings: {}, price: null, load: loadOptional }),
    );
    expect(await other.ask(ASK, about)).toMatchObject({ ok: false, code: "not_installed" });
    class Broken {
      async stream(): Promise<never> {
        throw Object.assign(new Error("grandma said so"), { status: 503 });
      }
    }
    const load = async () => ({ Broken });
    const broken = createAnswerer(langchainModel({ what: "x#Broken", settings: {}, price: null, load }));
    const answered = await broken.ask(ASK, about);
    expect(answered).toMatchObject({ ok: false, code: "failed" });
    expect(JSON.stringify(answered)).not.toContain("grandma");
  });
});
