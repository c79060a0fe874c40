/** Rules 28 to 30: channels, languages, advertisements, and what a channel or the brand's systems tell. */
import { describe, expect, it } from "vitest";
import { brand, effectsOf, slotsOf, talk } from "./talk.ts";

const flows = {
  label: `
triggers: [ { keyword: [LABEL, 标签] } ]
steps:
  - send: Here's your label.
    buttons: [ { title: Print, url: "https://x.test/label" } ]
    channels:
      wechat: { send: "Your label: https://x.test/label", buttons: null }
`,
  boots: `
triggers: [ { keyword: BOOTS } ]
slots: { product: { type: text }, size: { type: integer }, color: { type: choice, of: { red: Red, blue: Blue } } }
steps:
  - send: "The {{ slots.product ?? 'boots' }} from {{ referral.campaign ?? 'nowhere' }}!"
  - { collect: size, ask: Size? }
  - { collect: color, ask: Color? }
`,
  shipped: "triggers: [ { event: shipped } ]\nsteps:\n  - send: \"On its way: {{ event.fields.number ?? '?' }}\"\n",
};
const files = {
  "flows/spring.ads.yaml": `
format: 1
ads:
  - match: { ref: "spring-*" }
    campaign: Spring
    start: boots
    with: { product: "{{ referral.rest }}", color: "{{ referral.source }}" }
    language: es
  - match: { ad_id: "42" }
    campaign: Forty-two
    start: boots
  - match: { ref: spring-boots }
    campaign: Exact
    start: boots
`,
  "flows/locales/zh.po": `
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "label/send/send"
msgid "Here's your label."
msgstr "这是您的标签。"

msgctxt "label/send/buttons/1"
msgid "Print"
msgstr "打印"
`,
};

describe("one message, one language, one channel", () => {
  it("a channel gets its own version", () => {
    const p = brand(flows, { files });
    expect(effectsOf(turnOf(p, "messenger"), "send")[0]?.message).toEqual({
      text: "Here's your label.",
      buttons: [{ title: "Print", url: "https://x.test/label" }],
    });
    expect(effectsOf(turnOf(p, "wechat"), "send")[0]?.message).toEqual({ text: "Your label: https://x.test/label" });
  });
  function turnOf(p: ReturnType<typeof brand>, channel: string) {
    const t = talk(p, { channel });
    t.says("label");
    return t.turn;
  }

  it("the customer's language is heard, remembered, and kept", () => {
    const t = talk(brand(flows, { files }));
    expect(t.says("标签")).toEqual(["这是您的标签。"]);
    expect(t.session.language).toBe("zh");
    expect(t.customer.language).toBe("zh");
    expect(t.says("LABEL")).toEqual(["这是您的标签。"]);
    t.says("I would like to see the label in the shop, please");
    expect(t.session.language).toBe("en");
    expect(t.says("label")).toEqual(["Here's your label."]);
  });

  it("asking for a language goes on in it and says so", () => {
    const t = talk(brand(flows, { files }));
    t.says("label");
    expect(t.says("中文")).toEqual(["好的，我们用中文继续。"]);
    expect(t.says("English please")).toEqual(["Sure, let's go on in English."]);
    expect(t.says("español")).toEqual(["Claro, seguimos en español."]);
  });

  it("patterns speak Chinese and Spanish", () => {
    const t = talk(brand(flows, { files }));
    expect(t.says("你好")).toEqual(["您好！请问有什么可以帮您？"]);
    const s = talk(brand(flows, { files }), { customer: { first_name: "Ana" } });
    expect(s.says("hola")).toEqual(["¡Hola, Ana! ¿En qué te puedo ayudar?"]);
  });

  it("one variant too short for the language falls back whole, not by halves", () => {
    const half = { ...files, "flows/locales/zh.po": files["flows/locales/zh.po"].split("\n").slice(0, 7).join("\n") };
    const t = talk(brand(flows, { files: half }));
    t.says("标签");
    expect(effectsOf(t.turn, "send")[0]?.message).toEqual({
      text: "Here's your label.",
      buttons: [{ title: "Print", url: "https://x.test/label" }],
    });
  });
});

describe("advertisements", () => {
  it("start their flow and fill its slots; what does not fit is left out", () => {
    const t = talk(brand(flows, { files }));
    expect(t.refers({ ref: "spring-ridge-11" })).toEqual(["The ridge-11 from Spring!", "Size?"]);
    expect(slotsOf(t.session, "boots")).toEqual({ product: "ridge-11" });
    expect(t.session.stack[0]?.slots.product?.from).toBe("referral");
    expect(t.session.language).toBe("es");
  });

  it("ad_id beats an exact ref, which beats a pattern", () => {
    const p = brand(flows, { files });
    expect(talk(p).refers({ ref: "spring-boots" })[0]).toBe("The boots from Exact!");
    expect(talk(p).refers({ ref: "spring-boots", adId: "42" })[0]).toBe("The boots from Forty-two!");
    expect(talk(p).refers({ ref: "autumn" })).toEqual([]);
  });

  it("one that comes with a text or tap is part of it: one turn, one reply", () => {
    const t = talk(brand(flows, { files }));
    expect(t.hear({ kind: "said", text: "Hi, is it still there?", attachments: [], referral: { source: "ADS", adId: "42" } })).toEqual([
      "The boots from Forty-two!",
      "Size?",
    ]);
    const started = talk(brand(flows, { files }));
    expect(started.hear({ kind: "happened", name: "get_started", fields: {}, referral: { source: "ADS", adId: "42" } })[0]).toBe(
      "The boots from Forty-two!",
    );
  });

  it("one that comes after a greeting or a misunderstanding still starts; after more it only leaves its mark", () => {
    const t = talk(brand(flows, { files }));
    t.says("hi");
    t.says("blorp");
    expect(t.refers({ adId: "42" })[0]).toBe("The boots from Forty-two!");
    const busy = talk(brand(flows, { files }));
    busy.says("boots");
    expect(busy.refers({ ref: "spring-socks" })).toEqual([]);
    expect(busy.session.referral?.ref).toBe("spring-socks");
    expect(slotsOf(busy.session, "boots")).toEqual({ product: "socks" });
    expect(busy.turn.ends).toBe("question");
  });

  it("a person can be asked for with the very first text of an ad", () => {
    const t = talk(brand(flows, { files }));
    t.hear({ kind: "said", text: "agent please", attachments: [], referral: { source: "ADS", adId: "42" } });
    expect(t.turn.ends).toBe("person");
    expect(t.session.referral?.adId).toBe("42");
  });
});

describe("happenings", () => {
  it("get_started without a flow of its own greets", () => {
    const t = talk(brand(flows, { files }));
    expect(t.hear({ kind: "happened", name: "get_started", fields: {} })).toEqual(["Hello! What can I do for you?"]);
    expect(effectsOf(t.turn, "send")[0]?.purpose).toBe("reply");
  });
  it("what the brand's systems tell starts its flow, interrupts and comes back", () => {
    const t = talk(brand(flows, { files }));
    t.says("boots");
    expect(t.hear({ kind: "happened", name: "shipped", fields: { number: "N1", carrier: "X" } })).toEqual([
      "On its way: N1",
      "Back to where we were.",
      "Size?",
    ]);
    expect(effectsOf(t.turn, "send")[0]?.purpose).toBe("followup");
  });
  it("what nobody waits for is silence", () => {
    const t = talk(brand({ label: flows.label }));
    expect(t.hear({ kind: "happened", name: "reaction", fields: { emoji: "x" } })).toEqual([]);
    expect(t.turn.ends).toBe("silence");
  });
  it("a picture nobody asked for is acknowledged, one that was asked for is the answer", () => {
    const t = talk(
      brand({
        photo:
          "triggers: [ { keyword: PHOTO } ]\nslots: { p: { type: attachment } }\nsteps:\n  - { collect: p, ask: A picture? }\n  - send: Nice.\n",
      }),
    );
    const picture = { kind: "said" as const, text: "", attachments: [{ kind: "image" as const, url: "https://x.test/1.jpg" }] };
    expect(t.hear(picture)[0]).toMatch(/received it/);
    t.says("photo");
    expect(t.hear(picture)).toEqual(["Nice."]);
  });
});
