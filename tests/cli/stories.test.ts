/** `baton test`: stories are played, and one that went otherwise says where and how. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../road/process.ts";
import { copyOfDemo, type Project } from "./project.ts";

let project: Project;
beforeAll(() => {
  project = copyOfDemo();
});
afterAll(() => project.remove());

const STORY = "tests/stories/alder/question-in-the-middle.story.yaml";

describe("baton test", () => {
  it("plays every story of the demo, in both languages, and counts the steps they reach", { timeout: 120_000 }, async () => {
    const { status, out } = await run(["test"]);
    expect(out).not.toContain("✗");
    expect(status).toBe(0);
    const [, went, all] = /(\d+) of (\d+) stories went as told\./.exec(out)!;
    expect(went).toBe(all);
    expect(out).toContain("✓ 客人用中文换尺码，中途问了运费");
    expect(out).toMatch(/alder: \d+ of \d+ steps are reached by a story\./);
  });

  it("names the line of a story that went otherwise, what was expected and what was said", async () => {
    project.change(STORY, "Returns and swaps are free within the US.*", "Returns cost a fortune.*");
    const { status, out } = await run(["test", "--project", project.path, `${project.path}/${STORY}`]);
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`^ {2}${STORY}:15$`, "m"));
    expect(out).toContain("✗ A question in the middle of a form is answered, and the form goes on");
    expect(out).toContain("Expected `Returns cost a fortune.*`; the bot said `Returns and swaps are free within the US.");
    expect(out).toContain("0 of 1 stories went as told.");
  });

  it("names a line of the bot that the story did not expect", async () => {
    const story = "tests/stories/alder/corrected-number.story.yaml";
    project.change(story, "script:\n", "script:\n  - customer: hello\n  - customer: never mind\n");
    const { status, out } = await run(["test", "--project", project.path, `${project.path}/${story}`]);
    expect(status).toBe(1);
    expect(out).toContain("Every message is to be expected, in order.");
  });

  it("shows a story that cannot be read like any other mistake", async () => {
    const story = "tests/stories/alder/never-mind.story.yaml";
    project.change(story, "script:", "scrpt:");
    const { status, out } = await run(["test", "--project", project.path, `${project.path}/${story}`]);
    expect(status).toBe(1);
    expect(out).toMatch(/never-mind\.story\.yaml:\d+:\d+ {2}[a-z-]+/);
    expect(out).toContain("script");
  });

  it("lists the steps that no story reaches", async () => {
    const { out } = await run(["test", "--coverage", "tests/stories/alder/faq-in-chinese.story.yaml"]);
    expect(out).toMatch(/^ {2}flows\/alder\/returns\.flow\.yaml:\d+ {2}returns\/create$/m);
  });

  it("has something to play, or says so", async () => {
    const { status, err } = await run(["test", "tests/stories/no-such-folder"]);
    expect(status).toBe(2);
    expect(err).toContain("There is no *.story.yaml to play.");
  });
});
