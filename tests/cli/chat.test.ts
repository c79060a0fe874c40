/** `baton chat` with a script piped in: it plays as if it were typed. */
import { describe, expect, it } from "vitest";
import { run } from "../road/process.ts";
import { copyOfDemo } from "./project.ts";

/** @returns what was printed after each line typed, by that line */
async function talk(
  lines: string[],
  args: string[] = [],
): Promise<{ status: number | null; out: string; answerTo: (line: string) => string }> {
  const { status, out, err } = await run(["chat", ...args], { input: `${lines.join("\n")}\n` });
  if (err !== "") throw new Error(err);
  return {
    status,
    out,
    answerTo(line) {
      const [, rest] = out.split(`› ${line}\n`);
      if (rest === undefined) throw new Error(`${line} was not typed:\n${out}`);
      return rest.split(/^\S+ \d\d:\d\d › /m)[0]!;
    },
  };
}

describe("the customer in the terminal", () => {
  it("comes by an advertisement, fills a form, is reminded, and looks behind the scenes", async () => {
    const { status, answerTo } = await talk([
      "/ad",
      "/ad 1",
      "42",
      "I want to return my order",
      "AL-100002",
      "/why",
      "/slots",
      "/tap Too small",
      "/tap Nonsense",
    ]);
    expect(status).toBe(0);
    expect(answerTo("/ad")).toContain("1  Spring boots (ref: spring-boots-*)");
    expect(answerTo("/ad 1")).toMatch(/You're chatting with Alder's assistant.*you came for the Ridge boots.*Which EU size do you wear\?/s);
    expect(answerTo("42")).toContain("Size 42: yes, the Ridge boots are in stock.");
    expect(answerTo("AL-100002")).toMatch(/What's wrong with it\?\n +\(1 Too small\) \(2 Too big\) \(3 Faulty\) \(4 Changed my mind\)/);
    expect(answerTo("/why")).toMatch(/^ {2}heard “AL-100002” → the answer to order_number\n/);
    expect(answerTo("/why")).toMatch(/^ {2}returns\/look_up calls orders\.find\n {2}it answered \{.*"status":"delivered"/m);
    expect(answerTo("/why")).toMatch(/^ {2}returns\/if_2: `order\.age_days > 60` is false$/m);
    expect(answerTo("/why")).toMatch(/\n {2}ends in a question at returns\/reason\n$/);
    expect(answerTo("/slots")).toContain('order_number = "AL-100002" (customer)');
    expect(answerTo("/slots")).toContain("controller: bot");
    expect(answerTo("/tap Too small")).toContain("Would you like another size or your money back?");
    expect(answerTo("/tap Nonsense")).toContain("There is nothing called Nonsense to tap.");
  });

  it("waits 21 hours, and one reminder came in between", async () => {
    const { answerTo } = await talk(["/ad 1", "42", "/wait 21h", "/wait soon"]);
    expect(answerTo("/wait 21h")).toMatch(/21h later\n.*Still thinking about the Ridge boots/);
    expect(answerTo("/wait soon")).toContain("How long?");
  });

  it("and the agent on the other side: a person answers, notes, and gives back with facts", async () => {
    const lines = [
      "I want to return my order",
      "AL-100002",
      "I want a person",
      "/ticket",
      "/agent Hello, this is Mei.",
      "/agent note a regular",
      "where are my boots",
    ];
    const { answerTo, out } = await talk([
      ...lines,
      "/agent return wish reason=small",
      "refund",
      "/frobnicate",
      "/help",
      "/quit",
      "never heard",
    ]);
    expect(answerTo("I want a person")).toContain("I'm connecting you with our team.");
    expect(JSON.parse(answerTo("/ticket"))).toMatchObject({ schema: "handoff.v1", reason: { code: "customer_asked" } });
    expect(answerTo("/agent Hello, this is Mei.")).toContain("Agent: Hello, this is Mei.");
    expect(answerTo("/agent note a regular")).toContain("Noted, for agents only.");
    expect(answerTo("where are my boots").trim()).toBe(
      "(A person has the conversation. /agent <text> answers, /agent return gives it back to the bot.)",
    );
    expect(answerTo("/agent return wish reason=small")).toMatch(
      /Given back to the bot\..*Would you like another size or your money back\?/s,
    );
    expect(answerTo("refund")).toMatch(/Done\. Your return is R-\d+/);
    expect(answerTo("/frobnicate").trim()).toBe("/frobnicate is not a command here. /help lists them.");
    expect(answerTo("/help")).toContain("/agent return [step]");
    expect(out).not.toContain("never heard");
  });

  it("asks why, and reads a sentence: what was heard, what it was taken for, what came next best", async () => {
    const { answerTo } = await talk(["how much is shipping", "/why"]);
    expect(answerTo("/why")).toMatch(/^ {2}heard “how much is shipping” → FAQ shipping_cost, 1\.00(; next best .* 0\.\d\d)?\n/);
    const gibberish = await talk(["I want to return my order", "mumble", "/why"]);
    expect(gibberish.answerTo("/why")).toMatch(/^ {2}heard “mumble” → no answer to the open question/);
    const person = await talk(["person", "are you there", "/why"]);
    expect(person.answerTo("are you there").trim()).toMatch(/^\(The customer waits for a person, so the bot is silent\./);
    expect(person.answerTo("/why")).toMatch(/^ {2}heard “are you there”\n {2}ends in a person/);
  });

  it("sends a place and a file", async () => {
    const { answerTo } = await talk([
      "/attach location 47.37,8.54",
      "/attach location nowhere",
      "/attach hologram",
      "/attach file",
      "/why",
    ]);
    expect(answerTo("/attach location 47.37,8.54")).toContain("Thanks, I've received it.");
    expect(answerTo("/attach location nowhere")).toContain("Where?");
    expect(answerTo("/attach hologram")).toContain("There is no kind hologram to send.");
    expect(answerTo("/why")).toMatch(/^ {2}heard \(file\)/);
  });

  it("in Chinese, when the profile says so", async () => {
    const { answerTo } = await talk(["我想退货", "转人工"], ["--language", "zh"]);
    expect(answerTo("我想退货")).toContain("请问订单号是多少？");
    expect(answerTo("转人工")).toContain("正在为您转接人工客服");
  });

  it("under the rules of another channel", async () => {
    const { answerTo } = await talk(["I want to return my order", "AL-100002"], ["--channel", "wechat"]);
    expect(answerTo("AL-100002")).toContain("What's wrong with it?");
    const { status, err } = await run(["chat", "--channel", "fax"]);
    expect(status).toBe(2);
    expect(err).toMatch(/^There is no channel called fax\. Channels: .*messenger.*\n$/);
  });

  it("a line that came too late for the channel's window is told as not sent", async () => {
    const project = copyOfDemo();
    project.change("flows/alder/spring_boots.flow.yaml", "wait: 20h", "wait: 30h");
    const { answerTo } = await talk(["/ad 1", "42", "/wait 31h"], ["--project", project.path]);
    project.remove();
    expect(answerTo("42")).not.toContain("Not sent");
    expect(answerTo("/wait 31h")).toMatch(/\(Not sent: “Still thinking about the Ridge boots.*” The window of messenger has closed/);
  });

  it("WeChat's five messages are counted anew with each thing the customer writes", async () => {
    const lines = ["hello", ...Array.from({ length: 8 }, (_, n) => `${n % 2 ? "how much is shipping" : "do you ship to Canada"}?`)];
    const { out } = await talk(lines, ["--channel", "wechat"]);
    expect(out).not.toContain("Not sent");
    expect(out).not.toContain("Nothing was said");
  });

  it("hears nothing that a terminal could not say, and lives", async () => {
    const { status } = await talk([
      "{{ slots.x }}",
      "__proto__",
      "\u202e\u0007",
      "/ad __proto__",
      "/tap constructor",
      "/agent return __proto__=1",
      "x".repeat(50_000),
    ]);
    expect(status).toBe(0);
  });
});
