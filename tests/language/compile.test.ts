import { describe, expect, it } from "vitest";
import { EMPTY_SCOPE, END, type Scope, STAY, type Step } from "../../dialogue/program.ts";
import { compileBrand, GOOD } from "./brand.ts";

const scope: Scope = { ...EMPTY_SCOPE };

function flowOf(text: string, more: Record<string, string> = {}) {
  const name = /^flow: (\w+)/m.exec(text)![1]!;
  const { program, problems } = compileBrand({ [`flows/alder/${name}.flow.yaml`]: text, ...more });
  expect(problems.filter((one) => one.severity === "error")).toEqual([]);
  return program!.flows.get(name)!;
}
const step = <K extends Step["kind"]>(flow: ReturnType<typeof flowOf>, id: string, kind: K) => {
  const found = flow.steps[flow.byId.get(id)!]!;
  expect(found.kind).toBe(kind);
  return found as Extract<Step, { kind: K }>;
};

describe("a brand's files become a program", () => {
  it("a right brand has no mistakes", () => {
    const { program, problems } = compileBrand();
    expect(problems).toEqual([]);
    expect([...program!.flows.keys()]).toEqual(["returns", "sizes"]);
    expect(program!.bot).toMatchObject({ name: "alder", title: "Alder", timezone: "America/Los_Angeles", currency: "USD" });
    expect(program!.bot.channels).toEqual([
      { channel: "messenger", account: "1", settings: { page: "1" } },
      { channel: "web", account: "default", settings: {} },
    ]);
    expect(program!.bot.queues.get("care")!.hours.days!.mon).toEqual([{ fromMin: 540, toMin: 1020 }]);
    expect(program!.bot.queues.get("care")!.hours.days!.sun).toEqual([]);
  });

  it("the same files have the same hash, and any change another", () => {
    const hash = compileBrand().program!.hash;
    expect(compileBrand().program!.hash).toBe(hash);
    expect(compileBrand({ "flows/alder/sizes.flow.yaml": `${GOOD["flows/alder/sizes.flow.yaml"]}# more\n` }).program!.hash).not.toBe(hash);
  });

  it("branches end at the step after what holds them", () => {
    const flow = flowOf(`format: 1
flow: ways
slots: { a: { type: text }, b: { type: yes_no, default: false } }
steps:
  - collect: a
    ask: A?
    no_reply: { send: Still there? }
    otherwise: { send: Never mind. }
  - if: slots.b
    then: [ { send: One }, { switch: "slots.b ? \\"x\\" : \\"y\\"", cases: { x: { end: flow } } } ]
  - send: Last
    id: last
`);
    const question = step(flow, "a", "collect");
    expect(flow.steps[question.noReply!]!.next).toBe(STAY);
    expect(flow.steps[question.otherwise!]!.next).toBe(flow.byId.get("if"));
    const branch = step(flow, "if", "if");
    expect(branch.else).toBe(flow.byId.get("last"));
    expect(flow.steps[branch.then]!.kind).toBe("send");
    expect(step(flow, "switch", "switch").else).toBe(flow.byId.get("last"));
    expect(step(flow, "last", "send").next).toBe(END);
  });

  it("ids are the slot, the flow, the last part of the action or the main key, and count on", () => {
    const flow = flowOf(`format: 1
flow: names
slots: { a: { type: text } }
steps:
  - { collect: a, ask: A? }
  - { collect: customer.email, ask: E-mail? }
  - { action: orders.find, with: { number: "1" } }
  - { call: sizes }
  - { send: One }
  - { if: "true", then: { send: Two } }
  - { send: Three }
  - { link: sizes, id: off }
`);
    expect([...flow.byId.keys()]).toEqual(["a", "email", "find", "sizes", "send", "if", "send_2", "send_3", "off"]);
    expect(flow.steps.filter((one) => one.writtenId).map((one) => one.id)).toEqual(["off"]);
  });

  it("a handoff whose `when_closed` goes on without `return_to` ends the stack, and with it goes there", () => {
    const flow = flowOf(`format: 1
flow: people
steps:
  - { handoff: care, id: first, when_closed: { send: Closed }, return_to: last }
  - { send: Middle }
  - { send: Last, id: last }
  - { handoff: care, id: second, when_closed: { send: Closed } }
`);
    const first = step(flow, "first", "handoff");
    expect(first.returnTo).toBe(flow.byId.get("last"));
    expect(flow.steps[first.whenClosed!]!.next).toBe(flow.byId.get("last"));
    const second = step(flow, "second", "handoff");
    const end = flow.steps[flow.steps[second.whenClosed!]!.next]!;
    expect(end).toMatchObject({ kind: "end", what: "all" });
  });

  it("a channel's variant is the whole message, already merged; `null` removes", () => {
    const flow = flowOf(`format: 1
flow: variants
steps:
  - send: Hello
    buttons: [ { title: Shop, url: "https://a.test" } ]
    channels: { web: { buttons: null }, messenger: { send: Hi } }
`);
    const { message } = step(flow, "send", "send");
    expect(message.channels.get("web")).toMatchObject({ texts: [{ source: "Hello" }] });
    expect(message.channels.get("web")!.buttons).toBeUndefined();
    expect(message.channels.get("messenger")).toMatchObject({ texts: [{ source: "Hi" }], buttons: [{ title: { source: "Shop" } }] });
  });

  it("where a text is expected, a scalar is what you see", () => {
    const flow = flowOf(`format: 1
flow: seen
slots: { a: { type: text, default: 0123 }, b: { type: choice, of: { 1: Yes, 2: no } } }
steps: [ { send: 1.10 }, { collect: b, ask: 2026 }, { set: { slots.a: 0x1F } } ]
`);
    expect(flow.slots.get("a")!.default!.read(scope)).toBe("0123");
    expect(step(flow, "send", "send").message.texts[0]!.print(scope, "en")).toBe("1.10");
    expect(flow.slots.get("b")!.of!.map((one) => [one.value, one.label.source])).toEqual([
      ["1", "Yes"],
      ["2", "no"],
    ]);
    expect(step(flow, "set", "set").sets[0]!.value!.read(scope)).toBe("0x1F");
  });

  it("settings are filled in, and an unset one without a default leaves its setting out", () => {
    const bot = GOOD["bots/alder.bot.yaml"]!.replace(
      '{ page: "1" }',
      '{ page: "${PAGE}", token: "${TOKEN}", host: "${HOST:-https://a.test}" }',
    );
    const { program } = compileBrand({ "bots/alder.bot.yaml": bot }, { env: { PAGE: "77" } });
    expect(program!.bot.channels[0]).toEqual({ channel: "messenger", account: "77", settings: { page: "77", host: "https://a.test" } });
  });

  it("an action's URL percent-encodes what is printed into it", () => {
    const { program } = compileBrand();
    const url = program!.actions.get("orders.find")!.http!.url;
    expect(url.read({ ...scope, saves: { input: { number: "a/b" } } })).toBe("https://shop.test/orders/a%2Fb");
  });

  it("the first folder that has a flow wins, and a built-in pattern stands behind all", () => {
    const bot = GOOD["bots/alder.bot.yaml"]!.replace("../flows/alder", "[../flows/alder, ../flows/shared]");
    const pattern = (line: string) => `format: 1\nflow: greeting\nsteps: { send: ${line} }\n`;
    const builtins = new Map([
      ["built-in/patterns/greeting.flow.yaml", pattern("Ours")],
      ["built-in/patterns/cancel.flow.yaml", pattern("Stopped").replace("greeting", "cancel")],
    ]);
    const { program, problems } = compileBrand(
      { "bots/alder.bot.yaml": bot, "flows/shared/greeting.flow.yaml": pattern("Theirs") },
      { builtins },
    );
    expect(problems).toEqual([]);
    const said = (name: string) => (program!.flows.get(name)!.steps[0] as Extract<Step, { kind: "send" }>).message.texts[0]!.source;
    expect([said("greeting"), said("cancel")]).toEqual(["Theirs", "Stopped"]);
    expect(program!.flows.get("greeting")!.pattern).toBe(true);
  });

  it("translations are found by context and text, then by text within the flow, and a message is whole or not at all", () => {
    const bot = GOOD["bots/alder.bot.yaml"]!.replace("[en]", "[en, zh]");
    const po = `msgid ""\nmsgstr "Language: zh\\n"\n\nmsgctxt "greet/send/send"\nmsgid "Hello"\nmsgstr "你好"\n\nmsgctxt "greet/moved/send"\nmsgid "Bye {{ customer.first_name ?? \\"you\\" }}"\nmsgstr "再见 {{ customer.first_name ?? \\"您\\" }}"\n`;
    const greet = `format: 1\nflow: greet\nsteps:\n  - send: Hello\n  - send: 'Bye {{ customer.first_name ?? "you" }}'\n  - { send: Hello, buttons: [ { title: Shop, url: "https://a.test" } ] }\n`;
    const { program } = compileBrand({ "bots/alder.bot.yaml": bot, "flows/alder/greet.flow.yaml": greet, "flows/alder/locales/zh.po": po });
    const messages = program!.flows.get("greet")!.steps.map((one) => (one as Extract<Step, { kind: "send" }>).message);
    expect(messages.map((one) => one.languages)).toEqual([["en", "zh"], ["en", "zh"], ["en"]]);
    expect(messages[0]!.texts[0]!.print(scope, "zh")).toBe("你好");
    expect(messages[1]!.texts[0]!.print(scope, "zh")).toBe("再见 您");
  });

  it("a pattern of a slot finds the first match, in linear time", () => {
    const flow = flowOf(
      `format: 1\nflow: codes\nslots: { code: { type: text, pattern: "(a+)+b" } }\nsteps: { collect: code, ask: Code? }\n`,
    );
    const { pattern } = flow.slots.get("code")!;
    expect(pattern!.first("it is aab, or ab")).toBe("aab");
    const began = performance.now();
    expect(pattern!.first("a".repeat(20_000))).toBeNull();
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it("a payload may end in `*`, and a `referral` trigger with a pattern is an advertisement rule", () => {
    const flow = flowOf(`format: 1\nflow: ads\ntriggers: [ { payload: ORDER_* }, { referral: true }, get_started ]\nsteps: { send: Hi }\n`);
    expect(flow).toMatchObject({ payloads: ["ORDER_*"], referral: true, events: ["get_started"] });
    const { program } = compileBrand({
      "flows/alder/spring.flow.yaml": "format: 1\nflow: spring\ntriggers: { referral: spring-* }\nsteps: { send: Hi }\n",
    });
    expect(program!.ads).toMatchObject([{ match: { ref: "spring-*" }, start: "spring" }]);
  });

  it("says whether any text reads the customer's profile", () => {
    expect(compileBrand().program!.readsProfile).toBe(false);
    const hello = `format: 1\nflow: hello\nsteps: { send: "Hello {{ customer.first_name ?? 'you' }}" }\n`;
    expect(compileBrand({ "flows/alder/hello.flow.yaml": hello }).program!.readsProfile).toBe(true);
  });
});
