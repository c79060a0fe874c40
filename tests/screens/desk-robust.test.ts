/** What the desk withstands: hostile words, long lists and long talks, small screens, and the eyes of an accessibility checker. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { HOSTILE_STRINGS, TELLTALE } from "../hostile-strings.ts";
import { type House, type Json, openHouse, type Person, psid, until } from "./house.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let house: House;
let mira: Person;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse()]);
  mira = await house.hires("Mira Okafor", { role: "supervisor", languages: ["en"], capacity: 100 });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

async function open(query = "", look: Parameters<typeof visit>[2] = {}): Promise<Looked> {
  const page = await visit(browser, `${house.url}/health/live`, look);
  await page.evaluate(`sessionStorage.setItem("baton.token", ${JSON.stringify(mira.token)})`);
  await page.goto(`${house.url}/desk${query}`);
  await page.locator(".rail").waitFor({ state: "attached" });
  return page;
}

async function waiting(): Promise<number> {
  const { queues } = await house.call("GET", "/me");
  return queues.reduce((sum: number, queue: Json) => sum + queue.waiting, 0);
}

async function claimed(customer: string): Promise<Json> {
  house.twin.customerSays(customer, "person");
  let ticket: Json;
  await until(async () => {
    const { tickets } = await house.call("GET", "/tickets?limit=200&state=waiting");
    ticket = tickets.at(-1);
    return ticket !== undefined;
  }, "the ticket is there");
  await house.call("POST", `/tickets/${ticket.id}/claim`, {}, mira.token);
  return ticket;
}

async function complaintsOfAxe(page: Looked): Promise<string[]> {
  await page.evaluate(AXE);
  const found: Json = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return found.violations.map((one: Json) => `${one.id}: ${one.nodes.map((node: Json) => node.html.slice(0, 160)).join(" | ")}`);
}

const sideways = (page: Looked): Promise<number> => page.evaluate("document.documentElement.scrollWidth - innerWidth");

describe("words that would be more than words", () => {
  it("a customer's 500 hostile lines, names and ad titles are only text, and the screen keeps its shape", {
    timeout: 240_000,
  }, async () => {
    expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(500);
    const eve = psid(1);
    house.named(eve, HOSTILE_STRINGS[0]!);
    const ticket = await claimed(eve);
    for (const text of HOSTILE_STRINGS) house.twin.customerSays(eve, text);
    const talk = async (): Promise<Json[]> => {
      const all: Json[] = [];
      for (let after = 0; ; ) {
        const page = await house.call("GET", `/conversations/${ticket.conversation_id}/messages?after_seq=${after}&limit=200`);
        all.push(...page.messages);
        if (!page.more) return all;
        after = page.next_after_seq;
      }
    };
    const sayable = HOSTILE_STRINGS.filter((text) => text.trim() !== "").length;
    await until(async () => (await talk()).filter((one) => one.direction === "in").length > sayable, "all of it was heard", 120_000);
    const lines: string[] = (await talk()).filter((one) => one.direction === "in" && one.text).map((one) => one.text);

    // More customers whose names and ads are hostile.
    for (const [at, text] of HOSTILE_STRINGS.slice(1, 41).entries()) {
      house.named(psid(100 + at), text, HOSTILE_STRINGS[at + 60]!);
      house.twin.clicksAd(psid(100 + at), { ref: "spring-boots-blue", adId: "238", title: HOSTILE_STRINGS[at + 120]! }, "person");
    }
    await until(async () => (await waiting()) >= 40, "forty wait", 60_000);

    for (const width of [1440, 390]) {
      const page = await open(`?view=all&ticket=${ticket.id}&pane=thread`, { width, height: 900 });
      await page.evaluate(`window.${TELLTALE} = undefined`);
      await page.locator(".line.customer").last().waitFor();
      // From the newest line to the oldest, as one reads: everything is shown once.
      const seen = new Set<string>();
      let still = 0;
      for (let turn = 0; turn < 400 && still < 6; turn++) {
        const found: string[] = await page.evaluate(`[...document.querySelectorAll(".line.customer .said")].map((one) => one.textContent)`);
        const before = seen.size;
        for (const text of found) seen.add(text);
        const top = await page.evaluate(
          `(() => { const it = document.querySelector(".talk > .scroll"); it.scrollTop -= it.clientHeight * 0.7; return it.scrollTop; })()`,
        );
        still = seen.size === before && top === 0 ? still + 1 : 0;
        await page.waitForTimeout(40);
      }
      expect(lines.filter((text) => !seen.has(text))).toEqual([]);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      expect(await page.evaluate(`window.${TELLTALE}`)).toBeUndefined();
      const links: string[] = await page.evaluate(`[...document.links].map((one) => one.protocol)`);
      expect(links.filter((protocol) => !["http:", "https:"].includes(protocol))).toEqual([]);
      expect(
        await page.evaluate(`document.querySelectorAll("#root script, #root iframe, #root object, #root embed, #root style").length`),
      ).toBe(0);
      if (width === 1440) {
        const rail = await page.locator(".rail").boundingBox();
        expect(rail).toMatchObject({ x: 0, width: 56 });
        expect((await page.locator(".list").boundingBox())!.width).toBe(312);
        for (const other of await page.locator(".item").all()) expect((await other.boundingBox())!.width).toBeLessThanOrEqual(312);
        await page.locator(".item").last().click();
        await page.locator(".why").waitFor();
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await page.evaluate(`window.${TELLTALE}`)).toBeUndefined();
      }
      expect(page.complaints).toEqual([]);
      await page.context().close();
    }
  });
});

describe("everybody can use it", () => {
  it("axe finds nothing, by day, by night, on a phone and in Chinese", { timeout: 180_000 }, async () => {
    const ana = psid(3);
    house.named(ana, "Ana", "Pereira");
    const ticket = await claimed(ana);
    house.twin.customerSays(ana, "these boots don't fit");
    for (const look of [{}, { dark: true }, { width: 390, height: 844 }, { language: "zh", dark: true }] as const) {
      const page = await open(`?ticket=${ticket.id}&pane=thread`, look);
      await page.locator(".line.customer.open").first().waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      for (const key of ["e", "t", "z", "b", "a", "?", "Control+k"]) {
        await page.keyboard.press(key);
        await page.getByRole("dialog").waitFor();
        expect(await complaintsOfAxe(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.keyboard.press("n");
      expect(await complaintsOfAxe(page)).toEqual([]);
      await page.goto(`${house.url}/desk?ticket=${ticket.id}&pane=panel`);
      await page.locator(".why").waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      await page.goto(`${house.url}/desk?screen=wall`);
      await page.locator(".horizon").waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      await page.goto(`${house.url}/desk?screen=reports`);
      await page.locator("table").first().waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      await page.goto(`${house.url}/desk?screen=customer&customer=${ticket.customer.id}`);
      await page.locator(".line.customer").first().waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      await page.goto(`${house.url}/desk?view=mentions`);
      await page.locator(".list .empty").waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      await page.goto(`${house.url}/desk?view=late`);
      await page.locator(".list").waitFor();
      expect(await complaintsOfAxe(page)).toEqual([]);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      expect(page.complaints).toEqual([]);
      await page.context().close();
    }
    const door = await visit(browser, `${house.url}/desk`);
    await door.getByLabel("Password").waitFor();
    expect(await complaintsOfAxe(door)).toEqual([]);
    await door.context().close();
  });

  it("on a phone every button is large enough for a thumb", { timeout: 60_000 }, async () => {
    const ben = psid(4);
    const ticket = await claimed(ben);
    for (const pane of ["list", "thread", "panel"]) {
      const page = await open(`?ticket=${ticket.id}&pane=${pane}`, { width: 390, height: 844 });
      await page
        .locator(pane === "panel" ? ".why" : pane === "thread" ? ".composer textarea" : ".item")
        .first()
        .waitFor();
      const small: string[] = await page.evaluate(`[...document.querySelectorAll("button:not(.link), select")].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.height < 44 || box.width < 40) && getComputedStyle(one).visibility !== "hidden";
      }).map((one) => one.outerHTML.slice(0, 120))`);
      expect(small).toEqual([]);
      await page.context().close();
    }
  });
});
