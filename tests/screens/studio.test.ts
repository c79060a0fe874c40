/** The studio in a real Chromium, on the real server: from an advertisement to a story that passes, as a designer would go. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { run } from "../road/process.ts";
import { openProject, type Project } from "./project.ts";

const FLOW = "flows/alder/returns.flow.yaml";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let project: Project;
beforeAll(async () => {
  [browser, project] = await Promise.all([openBrowser(), openProject()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await project?.close();
});

async function open(look: Parameters<typeof visit>[2] = {}): Promise<Looked> {
  const page = await visit(browser, `${project.url}/studio`, look);
  await page.locator("#say").waitFor();
  return page;
}

async function writes(page: Looked, text: string, answer: RegExp): Promise<void> {
  await page.locator("#say").fill(text);
  await page.locator("#say").press("Enter");
  await page.locator(".b.bot", { hasText: answer }).last().waitFor();
}

/** What axe finds, by rule and place. */
async function found(page: Looked): Promise<string[]> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished))`); // half faded in, nothing is legible
  await page.evaluate(AXE);
  const result = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })",
  );
  const { violations } = result as { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] };
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`));
}

it("an ad, a greeting that names the product, the turn as a sentence, a mistake shown and mended, the map lit, a story that passes", {
  timeout: 90_000,
}, async () => {
  const page = await open();
  await page.locator(".ad-card .enter", { hasText: "Spring trail" }).click();
  await page.locator(".b.bot", { hasText: "Hi Ana, you came for the Fell trail shoes" }).waitFor();
  await expect.poll(() => page.locator(".turn.now .says").textContent()).toContain("Came from the ad Spring trail: flow spring_boots.");
  await expect.poll(() => page.locator(".strip .big").textContent()).toMatch(/^(1 d|23 h 59 min)$/);

  await writes(page, "My boots don't fit", /order number/);
  await expect
    .poll(() => page.locator(".turn.now .says").textContent())
    .toMatch(/Heard My boots don't fit: flow returns, [01]\.\d\d.*Asked returns › order_number\./);

  const good = project.read(FLOW);
  project.write(FLOW, good.replace("link: faulty_item", "link: fautly_item"));
  await page.locator(".problem", { hasText: "There is no flow called fautly_item" }).waitFor();
  const at = good.split("\n").findIndex((line) => line.includes("link: faulty_item")) + 1;
  await page.locator(".over", { hasText: `returns.flow:${at} needs mending` }).waitFor();
  await writes(page, "AL-123456", /What's wrong with it/); // the phone runs on

  await page.locator("#say").press("Escape");
  await page.keyboard.press("F8");
  await page.locator(".code-lines .bad", { hasText: "fautly_item" }).waitFor();
  await page.keyboard.press("Escape");
  project.write(FLOW, good);
  await page.locator(".problem").waitFor({ state: "detached" });

  await page.keyboard.press("m");
  await page.locator(".box.now", { hasText: "reason" }).waitFor();
  expect(await page.locator(".box.been").count()).toBeGreaterThan(3);
  await page.locator(".quick button", { hasText: "Too small" }).click();
  await page.locator(".box.now", { hasText: "wish" }).waitFor();
  expect(await page.locator(".quick button", { hasText: "Too small" }).count()).toBe(0); // a tapped quick reply is gone
  await page.keyboard.press("m");

  await page.keyboard.press("s");
  const dialog = page.getByRole("dialog", { name: "Save as story" });
  await dialog.getByText("it passes").waitFor();
  await dialog.getByLabel("What happens, in a sentence").fill("Shoes from the trail ad are too small");
  await dialog.getByText("it passes").waitFor();
  await dialog.getByRole("button", { name: "Save it" }).click();
  await page.getByText("Saved as tests/stories/alder/shoes-from-the-trail-ad-are-too-small.story.yaml").first().waitFor();
  expect(existsSync(join(project.root, "tests/stories/alder/shoes-from-the-trail-ad-are-too-small.story.yaml"))).toBe(true);
  expect((await run(["test", "--project", project.root])).out).toContain("1 of 1 stories went as told");
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

it("time is a dial: past the window the bot may not write any more, and the thread shows the jump", { timeout: 60_000 }, async () => {
  const page = await open();
  await writes(page, "My boots don't fit", /order number/);
  await page.locator("#say").press("Escape");
  await page.keyboard.press("3");
  await page.locator(".jump", { hasText: "30 min" }).waitFor();
  await page.keyboard.press("4");
  await page.locator(".strip .closed", { hasText: "Window closed" }).waitFor();
  await page.locator(".fuse.closed").first().waitFor();
  expect(await page.locator(".jump").count()).toBe(2);
  await page.context().close();
});

it("by keyboard alone: an ad's card, the phone, a person at the desk beside it, and back to the flow", { timeout: 60_000 }, async () => {
  const page = await open();
  await page.keyboard.press("/");
  await page.keyboard.type("I want to return my order");
  await page.keyboard.press("Enter");
  await page.locator(".b.bot", { hasText: "order number" }).waitFor();
  await page.keyboard.type("AL-100003");
  await page.keyboard.press("Enter");
  await page.locator(".b.bot", { hasText: "more than 60 days" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("d");
  await page.locator(".ticket", { hasText: "late return" }).waitFor();
  const press = async (name: string) => {
    await page.locator(".desk").getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
  };
  await press("Claim");
  await page.locator(".desk textarea").focus();
  await page.keyboard.type("That is fine, Ana.");
  await page.keyboard.press("Enter");
  await page.locator(".b.person", { hasText: "That is fine, Ana." }).waitFor();
  await press("Yes");
  await press("Return to the bot");
  await page.locator(".b.bot", { hasText: "What's wrong with it?" }).waitFor();
  await expect.poll(() => page.locator(".turn.now .says").textContent()).toContain("Given back by a person");
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("A flow, a file").fill("csat");
  await page.keyboard.press("Enter");
  await page.locator(".map", { hasText: "csat" }).waitFor();
  await page.context().close();
});

it("what a customer writes is only ever text", { timeout: 60_000 }, async () => {
  const page = await open();
  const hostile = [
    "<img src=x onerror=window.ran=1>",
    "<script>window.ran=1</script>",
    "\u202egnirts desrever",
    'javascript:window.ran=1 https://example.com/" onclick="window.ran=1',
    "{{ 7*7 }} ${window.ran=1} {text} {step}",
  ];
  for (const text of hostile) {
    await page.locator("#say").fill(text);
    await page.locator("#say").press("Enter");
    await expect.poll(() => page.locator(".b.me").last().textContent()).toBe(text);
  }
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect(await page.locator(".feed img, .side img, .feed script").count()).toBe(0);
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

it("a saved change that the talk cannot follow says why, also in Chinese, and each note of the trace leads to its line", {
  timeout: 60_000,
}, async () => {
  const page = await open({ language: "zh" });
  await writes(page, "My boots don't fit", /order number|订单号/);
  await writes(page, "AL-123456", /What's wrong with it|是什么原因/);
  await page.locator(".turn.now .kv", { hasText: "符合问题" }).waitFor();
  await page.locator(".turn.now .kv", { hasText: "order.age_days > 60" }).waitFor();
  await page.locator(".turn.now .ln").first().click();
  await page.locator(".code-lines .at").waitFor();
  await page.keyboard.press("Escape");
  const good = project.read(FLOW);
  project.write(FLOW, good.replace("{ collect: reason, ask", "{ collect: reason, id: why, ask"));
  await page.locator(".moved", { hasText: "`returns` 的步骤 `reason` 已经没有了。" }).waitFor();
  project.write(FLOW, good);
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

it("of two bots in one project each has its own phone and advertisements, and one is chosen by keyboard", { timeout: 60_000 }, async () => {
  const manifest = "format: 1\nbot: birch\nname: Birch Books\nlanguages: [en]\ntimezone: UTC\ncurrency: EUR\nflows: [../flows/birch]\n";
  const two = await openProject(
    {},
    {
      "bots/birch.bot.yaml": `${manifest}channels: { messenger: {} }\n`,
      "flows/birch/reading.flow.yaml":
        "format: 1\nflow: reading\ntriggers: [ { keyword: [READ] } ]\nsteps: [ { send: Birch knows every book. } ]\n",
    },
  );
  try {
    const page = await visit(browser, `${two.url}/studio`);
    const choose = async (from: string, to: string) => {
      await page.getByRole("button", { name: `Bot: ${from}` }).focus();
      await page.keyboard.press("Enter");
      const entry = page.getByRole("menuitem", { name: new RegExp(`^${to}`) });
      await entry.waitFor();
      const isOn = () => page.evaluate(`document.activeElement?.textContent?.startsWith(${JSON.stringify(to)}) === true`);
      for (let presses = 0; presses < 3 && !(await isOn()); presses++) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: `Bot: ${to}` }).waitFor();
    };
    await page.locator(".ad-card .enter", { hasText: "Spring trail" }).waitFor();
    await choose("Alder Outdoor", "Birch Books");
    await page.locator(".ad-card").first().waitFor({ state: "detached" });
    await page.locator(".screen .hd", { hasText: "Birch Books" }).waitFor();
    await writes(page, "READ", /Birch knows every book/);
    await expect.poll(() => page.locator(".turn.now .says").textContent()).toContain("Heard READ, a keyword of reading");

    await choose("Birch Books", "Alder Outdoor");
    await page.locator(".ad-card .enter", { hasText: "Spring trail" }).click();
    await page.locator(".b.bot", { hasText: "Fell trail shoes" }).waitFor();
    expect(await page.locator(".b", { hasText: "Birch" }).count()).toBe(0);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  } finally {
    await two.close();
  }
});

describe("axe finds nothing", () => {
  for (const look of [{}, { dark: true, language: "zh" as const }, { width: 390, height: 844 }]) {
    it(`as ${JSON.stringify(look)}`, { timeout: 90_000 }, async () => {
      const page = await open(look);
      expect(await found(page)).toEqual([]);
      await page.locator("#say").fill("I want to return my order");
      await page.locator("#say").press("Enter");
      await page.locator(".b.bot").last().waitFor();
      await page.locator("#say").fill("AL-100003");
      await page.locator("#say").press("Enter");
      await page.locator(".b.bot").nth(2).waitFor();
      await page.waitForTimeout(300);
      expect(await found(page)).toEqual([]);
      await page.locator("#say").press("Escape");
      await page.keyboard.press("d");
      if (look.width) await page.locator(".views button").nth(2).click();
      await page.locator(".ticket").waitFor();
      expect(await found(page)).toEqual([]);
      await page.keyboard.press("d");
      await page.keyboard.press("m");
      if (look.width) await page.locator(".views button").nth(1).click();
      await page.locator(".box").first().waitFor();
      await page.waitForTimeout(300);
      expect(await found(page)).toEqual([]);
      await page.keyboard.press("s");
      await page.locator(".dialog.story pre").waitFor();
      await page.waitForTimeout(300);
      expect(await found(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      await page.context().close();
    });
  }
});
