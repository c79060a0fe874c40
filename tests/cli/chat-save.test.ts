/** `/save` in `baton chat`: what was tried by hand is a story from then on. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../road/process.ts";
import { copyOfDemo, type Project } from "./project.ts";

let project: Project;
beforeAll(() => {
  project = copyOfDemo();
});
afterAll(() => project.remove());

async function chat(lines: string[], args: string[] = []): Promise<string> {
  const { out, err } = await run(["chat", "--project", project.path, ...args], { input: `${lines.join("\n")}\n` });
  expect(err).toBe("");
  return out;
}

const play = (file: string) => run(["test", "--project", project.path, join(project.path, file)]);

describe("a conversation saved as a story", () => {
  it("passes: an advert, a form, an action, a question in the middle, a correction, silence, a person and back", async () => {
    const out = await chat([
      "/ad 1",
      "42",
      "/wait 21h",
      "I want to return my order",
      "how much is shipping",
      "AL-999999",
      "AL-100002",
      "/tap Too small",
      'a "quoted": text # with * everything',
      "no, I meant AL-100003",
      "/agent Hello, this is Mei: how can I help?",
      "/agent note a regular",
      "/agent return wish reason=small",
      "/attach location 47.37,8.54",
      "refund",
      "yes",
      "/agent resolve",
      "/save by-hand What Robin lived through",
    ]);
    const file = "tests/stories/alder/by-hand.story.yaml";
    expect(out).toMatch(/Saved as .*by-hand\.story\.yaml\. Played again, it goes as told;/);
    const text = readFileSync(join(project.path, file), "utf8");
    expect(text).toMatch(/^format: 1\nstory: What Robin lived through\nbot: alder\nchannel: messenger\nat: 2/);
    expect(text).toContain("  - { handoff: care, priority: high, reason: late return }\n");
    expect(text).toContain("  - wait: 21h\n");
    expect(text).toContain("  - agent_returns: { facts: { reason: small }, to_step: wish }\n");
    const { status, out: played } = await play(file);
    expect(played).toContain("✓ What Robin lived through");
    expect(status).toBe(0);
  });

  it("passes in Chinese, in the words that the customer saw", async () => {
    await chat(["我想退货", "AL-100002", "太小", "转人工", "/save zh.story.yaml"], ["--language", "zh"]);
    const text = readFileSync(join(project.path, "tests/stories/alder/zh.story.yaml"), "utf8");
    expect(text).toContain("texts: zh\n");
    expect(text).toContain("请问订单号是多少？");
    expect((await play("tests/stories/alder/zh.story.yaml")).status).toBe(0);
  });

  it("fails once the bot says something else", async () => {
    await chat(["how much is shipping", "/save cost"]);
    const file = join(project.path, "tests/stories/alder/cost.story.yaml");
    expect((await play("tests/stories/alder/cost.story.yaml")).status).toBe(0);
    const said = /bot: "(Free from [^"]*)"/.exec(readFileSync(file, "utf8"))![1]!;
    project.change("tests/stories/alder/cost.story.yaml", said, "Shipping costs a fortune.");
    const { status, out } = await play("tests/stories/alder/cost.story.yaml");
    expect(status).toBe(1);
    expect(out).toContain("the bot said `Free from");
  });

  it("never writes over a story, and wants something to tell", async () => {
    const out = await chat(["/save", "/save nothing", "hello", "/save tests/stories/alder/silence.story.yaml", "/save deep/down/hello"]);
    expect(out).toContain("Where to?");
    expect(out).toContain("Nothing has been said yet.");
    expect(out).toContain("silence.story.yaml exists already. Take another name.");
    expect(existsSync(join(project.path, "deep/down/hello.story.yaml"))).toBe(true);
  });
});
