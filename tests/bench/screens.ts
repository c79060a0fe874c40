/** How soon the two screens are there, and how soon they show what happened: on this machine, in a real Chromium, from the real process. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { start, temporaryFolder } from "../road/process.ts";
import { openHouse, pause, psid } from "../screens/house.ts";
import { ROOT } from "../tidy/sources.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const EVENTS = Number(process.env.EVENTS ?? 60);

export async function measureScreens(): Promise<void> {
  for (const name of ["desk", "studio"]) console.log(`${name}: ${Math.round(scriptBytes(name) / 1000)} kB of script at first, gzipped`);
  const browser = await openBrowser();
  try {
    for (const screen of ["desk", "studio"] as const) {
      const cold = await times(ROUNDS, () => firstPaint(browser, screen));
      report(
        `${screen}, the process and the browser just started: first paint`,
        cold.map((one) => one.paintMs),
      );
      report(
        `${screen}, the same: ready to be used`,
        cold.map((one) => one.readyMs),
      );
      report(
        `${screen}, opened again by somebody else: first paint`,
        cold.map((one) => one.againPaintMs),
      );
      report(
        `${screen}, the same: ready to be used`,
        cold.map((one) => one.againReadyMs),
      );
    }
    report("desk: a customer's line, from its sending to the screen", await deskEvents(browser));
    report("studio: a customer's line on a live phone, from its sending to the screen", await studioEvents(browser));
  } finally {
    await browser.close();
  }
}

/** What the page names itself: what it loads later is not waited for. */
function scriptBytes(name: string): number {
  const html = readFileSync(join(ROOT, "dist/web", `${name}.html`), "utf8");
  const named = readdirSync(join(ROOT, "dist/web/assets")).filter((file) => file.endsWith(".js") && html.includes(file));
  return named.reduce((sum, file) => sum + gzipSync(readFileSync(join(ROOT, "dist/web/assets", file))).length, 0);
}

type Opening = { paintMs: number; readyMs: number; againPaintMs: number; againReadyMs: number };

async function firstPaint(browser: Browser, screen: "desk" | "studio"): Promise<Opening> {
  const folder = temporaryFolder();
  const baton = await start({ env: { BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`, LOG_LEVEL: "warn" } });
  try {
    const open = async () => {
      const page = await visit(browser, "about:blank");
      const beganMs = performance.now();
      await page.goto(`${baton.url}/${screen}`, { waitUntil: "commit" });
      await page
        .locator(screen === "desk" ? ".door input" : "#say")
        .first()
        .waitFor();
      const readyMs = performance.now() - beganMs;
      const paintMs = await paintOf(page);
      await page.context().close();
      return { paintMs, readyMs };
    };
    const first = await open();
    const second = await open();
    return { ...first, againPaintMs: second.paintMs, againReadyMs: second.readyMs };
  } finally {
    await baton.stop();
    folder.remove();
  }
}

const paintOf = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((told) => new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) told(paint.startTime);
  }).observe({ type: "paint", buffered: true }))`);

/** Calls `say` for each of so many lines and looks when each is on the screen. Both clocks are this machine's. */
async function shown(page: Looked, say: (text: string) => Promise<void> | void): Promise<number[]> {
  await page.evaluate(`window.shown = {}; new MutationObserver(() => {
    for (const text of document.body.innerText.match(/line number \\d+/g) ?? []) window.shown[text] ??= performance.timeOrigin + performance.now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });`);
  const took: number[] = [];
  for (let n = 1; n <= EVENTS; n++) {
    const text = `line number ${n}`;
    const beganMs = performance.timeOrigin + performance.now();
    await say(text);
    let at: number | undefined;
    while (at === undefined) {
      await pause(20);
      at = (await page.evaluate(`window.shown[${JSON.stringify(text)}]`)) as number | undefined;
    }
    took.push(at - beganMs);
    await pause(40);
  }
  return took;
}

async function deskEvents(browser: Browser): Promise<number[]> {
  const house = await openHouse();
  try {
    const mira = await house.hires("Mira Okafor", { role: "supervisor", capacity: 10 });
    const ana = psid(1);
    house.named(ana, "Ana", "Pereira");
    house.twin.customerSays(ana, "I want to talk to a person");
    const ticket = await house.ticketOf("I want to talk to a person");
    await house.call("POST", `/tickets/${ticket.id}/claim`, {}, mira.token);
    const page = await visit(browser, `${house.url}/health/live`);
    await page.evaluate(`sessionStorage.setItem("baton.token", ${JSON.stringify(mira.token)})`);
    await page.goto(`${house.url}/desk?ticket=${ticket.id}&pane=thread`);
    await page.locator(".line.customer").first().waitFor();
    await pause(1_000);
    const took = await shown(page, (text) => void house.twin.customerSays(ana, text));
    await page.context().close();
    return took;
  } finally {
    await house.close();
  }
}

async function studioEvents(browser: Browser): Promise<number[]> {
  const folder = temporaryFolder();
  const baton = await start({ env: { BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`, LOG_LEVEL: "warn" } });
  try {
    const page = await visit(browser, `${baton.url}/studio`);
    await page.getByRole("button", { name: "Live", exact: true }).click();
    await page.locator(".seg [aria-pressed=true]", { hasText: "Live" }).waitFor();
    await pause(1_000);
    const phone = await page.evaluate(`sessionStorage.getItem("baton.studio.phone")`);
    const took = await shown(page, async (text) => {
      const body = JSON.stringify({ act: "say", text });
      await fetch(`${baton.url}/api/v1/studio/phones/${phone}/act`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    });
    await page.context().close();
    return took;
  } finally {
    await baton.stop();
    folder.remove();
  }
}

async function times<T>(count: number, what: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let n = 0; n < count; n++) all.push(await what());
  return all;
}

function report(what: string, tookMs: number[]): void {
  const sorted = [...tookMs].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!);
  console.log(`${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${sorted.length})`);
}
