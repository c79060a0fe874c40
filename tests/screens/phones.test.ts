/** The studio's phones in a real Chromium: each channel looks and behaves like itself, and one flow is watched on all of them at once. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { until } from "./house.ts";
import { openProject, type Project } from "./project.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CHANNELS = ["messenger", "wechat", "twitter", "instagram", "whatsapp", "botframework", "web"];

let browser: Browser;
let project: Project;
beforeAll(async () => {
  [browser, project] = await Promise.all([openBrowser(), openProject()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await project?.close();
});

const phone = (page: Looked, channel: string): Locator => page.locator(`.phone[data-channel="${channel}"]`);

/** All channels side by side, by the key that does it. */
async function opensAll(look: Parameters<typeof visit>[2] = {}): Promise<Looked> {
  const page = await visit(browser, `${project.url}/studio`, look);
  await page.locator("#say").waitFor();
  await page.keyboard.press("a");
  for (const channel of CHANNELS) await phone(page, channel).locator(".say input").waitFor();
  return page;
}

async function says(on: Locator, text: string): Promise<void> {
  await on.locator(".say input").fill(text);
  await on.locator(".say input").press("Enter");
}

async function sees(page: Looked, words: string, channels = CHANNELS): Promise<void> {
  for (const channel of channels) await phone(page, channel).locator(".b.bot", { hasText: words }).last().waitFor();
}

async function found(page: Looked): Promise<string[]> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished))`);
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })",
  )) as { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] };
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`));
}

it("one flow is watched on all phones at once: what is said or tapped on one happens on each, as its channel does it", {
  timeout: 90_000,
}, async () => {
  const page = await opensAll();
  await says(phone(page, "messenger"), "My boots don't fit");
  await sees(page, "What's your order number?");
  await says(phone(page, "twitter"), "AL-123456");
  await sees(page, "What's wrong with it?");

  // The same question, as each channel asks it: quick replies, links in the bubble, a numbered list, a list behind a button.
  for (const channel of ["messenger", "instagram", "botframework"])
    await phone(page, channel).locator(".quick button", { hasText: "Too small" }).waitFor();
  await phone(page, "wechat").locator(".b .buttons button", { hasText: "Too small" }).waitFor();
  await phone(page, "twitter").locator(".b.bot", { hasText: "1. Too small" }).waitFor();
  expect(await phone(page, "twitter").locator(".quick").count()).toBe(0);
  await phone(page, "whatsapp").getByRole("button", { name: "Choose one" }).click();
  await page.getByRole("menuitem", { name: "Faulty" }).waitFor();
  await page.keyboard.press("Escape");

  // WeChat's few messages are counted down, X's are the account's; Messenger counts none.
  const standing = (channel: string) => page.locator(".column", { has: phone(page, channel) }).locator(".standing");
  await standing("wechat").getByText("4 of 5 messages").waitFor();
  await standing("twitter").getByText("No window here").waitFor();
  await standing("twitter")
    .getByText(/^1\d of 15 messages$/)
    .waitFor();
  expect(await standing("messenger").getByText("messages").count()).toBe(0);

  // Tapped on WeChat; tapped on Messenger too, and said on X, which has nothing to tap.
  await phone(page, "wechat").locator(".b .buttons button", { hasText: "Too small" }).click();
  await sees(page, "Would you like another size or your money back?");
  for (const channel of CHANNELS) expect(await phone(page, channel).locator(".b.me", { hasText: "Too small" }).count()).toBe(1);
  expect(await phone(page, "messenger").locator(".quick button", { hasText: "Too small" }).count()).toBe(0);

  // The trace and the clock are of the phone that is looked at; the clock turns on all.
  await page.keyboard.press("Escape");
  await page.locator(".column[data-looked] .phone[data-channel=wechat]").waitFor();
  await expect.poll(() => page.locator(".turn.now .says").textContent()).toContain("Too small");
  await page.keyboard.press("2");
  for (const channel of CHANNELS) await phone(page, channel).locator(".jump", { hasText: "1 d" }).waitFor();
  await page.keyboard.press("2");
  await standing("wechat").getByText("Window closed").waitFor();
  await standing("wechat")
    .getByText(/^0 of \d messages$/)
    .waitFor();

  // Alone again with the phone that was looked at, its talk as it was.
  await page.keyboard.press("a");
  await phone(page, "messenger").waitFor({ state: "detached" });
  await phone(page, "wechat").locator(".b.bot", { hasText: "Would you like another size" }).waitFor();
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

it("by keyboard: a channel is chosen, an account is followed, and an entry of its lasting menu is tapped", {
  timeout: 60_000,
}, async () => {
  const page = await visit(browser, `${project.url}/studio`);
  await page.locator("#say").waitFor();
  await page.getByRole("button", { name: "Channel: Messenger" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "WeChat" }).waitFor();
  for (let presses = 0; presses < 4 && !(await page.evaluate(`document.activeElement?.textContent === "WeChat"`)); presses++)
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const wechat = phone(page, "wechat");
  await wechat.getByRole("button", { name: "Follow" }).focus();
  await page.keyboard.press("Enter");
  await wechat.locator(".b.bot").first().waitFor();
  await wechat.getByRole("group", { name: "The account’s menu" }).getByRole("button", { name: "退换货" }).focus();
  await page.keyboard.press("Enter");
  await wechat.locator(".b.bot", { hasText: "订单号" }).waitFor(); // WeChat's profile says that she reads Chinese
  await expect.poll(() => page.locator(".strip .budget").textContent()).toMatch(/\d of 3 messages/);
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

it("on the running server, phones of all channels are customers of the desk, and a person's answer reaches each", {
  timeout: 60_000,
}, async () => {
  const page = await opensAll();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.locator(".seg [aria-pressed=true]", { hasText: "Live" }).waitFor();
  await says(phone(page, "wechat"), "I want to talk to a person");
  await sees(page, "connecting you");
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(project.running.printed())![0];
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(`${project.url}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    const answer = await response.json();
    expect([path, response.ok, response.ok ? null : answer]).toEqual([path, true, null]);
    return answer;
  };
  type Ticket = { id: string; channel: string; conversation_id: string; conversation: { epoch: number } };
  let tickets: Ticket[] = [];
  await until(async () => {
    tickets = ((await call("GET", "/tickets?limit=50")) as { tickets: Ticket[] }).tickets;
    return CHANNELS.every((channel) => tickets.some((one) => one.channel === channel));
  }, "a ticket of each channel is at the desk");
  for (const { id, channel, conversation_id } of tickets) {
    await call("POST", `/tickets/${id}/claim`, {});
    const { epoch } = ((await call("GET", `/tickets/${id}`)) as Ticket).conversation;
    await call("POST", `/conversations/${conversation_id}/messages`, { epoch, text: `A person, on ${channel}.`, client_id: `to-${id}` });
  }
  for (const channel of CHANNELS)
    await phone(page, channel)
      .locator(".b.person", { hasText: `A person, on ${channel}.` })
      .waitFor();
  expect(page.complaints).toEqual([]);
  await page.context().close();
});

describe("axe finds nothing among several phones", () => {
  for (const look of [{}, { dark: true, language: "zh" as const }, { width: 390, height: 844 }]) {
    it(`as ${JSON.stringify(look)}`, { timeout: 60_000 }, async () => {
      const page = await opensAll(look);
      expect(await found(page)).toEqual([]);
      await says(phone(page, "messenger"), look.language ? "我想退货" : "I want to return my order");
      await sees(page, look.language ? "订单号" : "order number");
      await says(phone(page, "messenger"), "AL-123456");
      await phone(page, "wechat").locator(".b .buttons button").first().waitFor();
      expect(await found(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      if (look.width) {
        // One phone at a time; a tab brings the next.
        await page.getByRole("navigation", { name: "Channel" }).getByRole("button", { name: "X" }).click();
        await until(
          () => page.evaluate(`Math.abs(document.querySelector(".phone[data-channel=twitter]").getBoundingClientRect().left) < 2`),
          "X's phone fills the screen",
        );
      }
      expect(page.complaints).toEqual([]);
      await page.context().close();
    });
  }
});
