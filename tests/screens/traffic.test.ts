/**
 * An hour of a shop's traffic, a hundred and twenty times as fast: 200 customers on Messenger, thirty of whom want a person, and three agents who work the
 * desk in a real Chromium by keyboard alone. At the end the store and the platform's own record are held against each other.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { address } from "../../model/address.ts";
import type { BotName } from "../../model/ids.ts";
import type { JournalRow } from "../../model/journal.ts";
import { openSqliteReader } from "../../stores/sqlite.ts";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { type House, openHouse, pause, psid, until } from "./house.ts";

const BOT = "alder" as BotName;
const PAGE = "100000000000042";
const CUSTOMERS = 200;
const HANDOFFS = 30;
const HOUR_MS = 3_600_000;
const TIMES_AS_FAST = 120;
const SIGNED = /^\[(Mira|Jonas|Lea)\] /;

let browser: Browser;
let house: House;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

/** What a customer says, and how what they then see must begin, line by line: nothing missing, nothing twice, nothing else. */
type Exchange = [says: string, sees: string[]];

const DISCLOSURE = "You're chatting with Alder's assistant.";
const ASKS_NUMBER = "What's your order number?";
const SHIPPING: Exchange = ["How long does shipping take?", ["Two to four working days"]];

const FORM: Exchange[] = [
  ["My boots don't fit", [DISCLOSURE, ASKS_NUMBER]],
  [SHIPPING[0], [...SHIPPING[1], ASKS_NUMBER]],
  ["AL-123456", ["What's wrong with it?"]],
  ["Too small", ["Would you like another size or your money back?"]],
  ["Refund", ["Done. Your return is", "How did we do?"]],
];
const QUESTION: Exchange[] = [[SHIPPING[0], [DISCLOSURE, ...SHIPPING[1]]]];
const FROM_AD: Exchange[] = [["ad", [DISCLOSURE, "Hi ", "Which EU size do you wear?"]]];
const HALF: Exchange[] = FORM.slice(0, 3);

/** In three ways to a person: asked at once, in the middle of a form, and by the flow itself. */
const TO_A_PERSON: Exchange[][] = [
  [["I want to talk to a person", ["I'm connecting you"]]],
  [...HALF, ["I want a person", ["I'm connecting you"]]],
  [FORM[0]!, ["AL-100003", ["That order is more than 60 days old"]]],
];

type Customer = { psid: string; name: string; arrivesMs: number; script: Exchange[]; wantsPerson: boolean; done: boolean };

/** Arrivals as a page has them: some all the time, many after each of three posts. */
function arrivals(): Customer[] {
  return Array.from({ length: CUSTOMERS }, (_, n) => {
    const wantsPerson = n % Math.floor(CUSTOMERS / HANDOFFS) === 0 && n / Math.floor(CUSTOMERS / HANDOFFS) < HANDOFFS;
    const inWave = n % 5 < 3;
    const atShare = inWave ? ((n % 3) + ((n * 7) % 20) / 100) / 3 : n / CUSTOMERS;
    const others = [FORM, QUESTION, FROM_AD, HALF];
    const script = wantsPerson ? TO_A_PERSON[n % TO_A_PERSON.length]! : others[n % others.length]!;
    return {
      psid: psid(1_000 + n),
      name: `Customer${n}`,
      arrivesMs: Math.round((atShare * HOUR_MS) / TIMES_AS_FAST),
      script,
      wantsPerson,
      done: false,
    };
  });
}

const thread = (who: Customer) => house.twin.thread(who.psid);
const seen = (who: Customer) => thread(who).filter((line) => line.by !== "customer");
const MORE = (who: Customer) => `One more thing, please, for ${who.name}.`;
const THANKS = "Thank you!";

async function lives(who: Customer): Promise<void> {
  house.named(who.psid, who.name);
  await pause(who.arrivesMs);
  let lines = 0;
  for (const [says, sees] of who.script) {
    if (says === "ad") house.twin.clicksAd(who.psid, { ref: "spring-boots-blue", adId: "238", title: "Spring boots" }, "hi");
    else house.twin.customerSays(who.psid, says);
    lines += sees.length;
    await until(() => seen(who).length >= lines, `${who.name} is answered`, 120_000);
  }
  if (who.wantsPerson) {
    await until(() => seen(who).length > lines, `a person answers ${who.name}`, 200_000);
    house.twin.customerSays(who.psid, MORE(who));
    await until(() => seen(who).length > lines + 1, `a person answers ${who.name} again`, 200_000);
    house.twin.customerSays(who.psid, THANKS);
  }
  who.done = true;
}

/** An agent at the keyboard: takes what is next, answers, answers again, resolves, until nobody is left. */
async function works(page: Looked, name: string, isOver: () => boolean): Promise<number> {
  const keys = page.keyboard;
  const look = (what: string): Promise<string> => page.evaluate(`String(${what})`);
  const mine = () => look(`document.querySelector("label[for=answer]")?.textContent ?? ""`);
  const hasFocus = async () => (await look(`document.activeElement?.id`)) === "answer";
  const isSent = async (text: string) =>
    /Sent|Delivered|Read/.test(
      (await look(`[...document.querySelectorAll(".line.person")].at(-1)?.textContent ?? ""`)).split(text)[1] ?? "",
    );
  const lastOfCustomer = () => look(`[...document.querySelectorAll(".line.customer .said")].at(-1)?.textContent ?? ""`);
  const within = async (so: () => Promise<boolean>, waitMs: number) => {
    for (const endMs = Date.now() + waitMs; Date.now() < endMs; await pause(40)) if (await so()) return true;
    return false;
  };
  /** Whoever wrote in this very moment is seen first; one more key then sends. */
  const sends = async (text: string) => {
    await keys.press("Control+a"); // a key that came as the field took the focus stands in it
    await keys.type(text);
    do await keys.press("Control+Enter");
    while (!(await within(() => isSent(text), 2_000)));
  };
  let resolved = 0;
  while (!isOver()) {
    if (!(await within(hasFocus, 200))) {
      await keys.press("Escape");
      if ((await mine()).startsWith("Reply to")) await keys.press("r");
      else {
        await keys.press("i"); // takes what is open, if nobody else has
        if (!(await within(hasFocus, 1_200))) await keys.press("j");
      }
      continue;
    }
    const customer = (await mine()).replace("Reply to ", "");
    await sends(`[${name}] Hello ${customer}, I am reading it now.`);
    if (!(await within(async () => (await lastOfCustomer()).includes(`for ${customer}.`), 60_000)))
      throw new Error(`${customer} never wrote on.`);
    await sends(`[${name}] That is done, ${customer}.`);
    await within(async () => (await lastOfCustomer()) === THANKS, 20_000);
    await keys.press("Escape");
    await keys.press("e");
    await within(async () => (await look(`document.querySelector("[role=dialog]") !== null`)) === "true", 5_000);
    for (let tabs = 0; tabs < 6 && (await look(`document.activeElement?.getAttribute("type")`)) !== "radio"; tabs++)
      await keys.press("Tab");
    await keys.press("Space");
    await keys.press("Enter");
    await within(async () => (await look(`document.querySelector("[role=dialog]") === null`)) === "true", 5_000);
    resolved++;
  }
  return resolved;
}

async function sits(name: string): Promise<Looked> {
  const person = await house.hires(name, { queues: ["care"], languages: ["en", "zh"], capacity: 4 });
  const page = await visit(browser, `${house.url}/health/live`, { width: 1280, height: 800 });
  await page.evaluate(`sessionStorage.setItem("baton.token", ${JSON.stringify(person.token)})`);
  await page.goto(`${house.url}/desk`);
  await page.locator(".rail").waitFor();
  return page;
}

it("nothing is lost or said twice, the bot is silent while a person has it, and every ticket is resolved", {
  timeout: 300_000,
  retry: 0, // an hour is not played twice
}, async () => {
  const customers = arrivals();
  expect(customers.filter((one) => one.wantsPerson)).toHaveLength(HANDOFFS);
  const agents = ["Mira", "Jonas", "Lea"];
  const pages: Looked[] = [];
  for (const name of agents) pages.push(await sits(name));
  const lives_ = Promise.all(customers.map(lives));
  let resolved = 0;
  const isOver = () => resolved >= HANDOFFS;
  const counting = setInterval(async () => {
    const { tickets } = await house.call("GET", "/tickets?state=closed&limit=200").catch(() => ({ tickets: [] }));
    resolved = tickets.length;
  }, 500);
  try {
    const each = await Promise.all([...pages.map((page, at) => works(page, agents[at]!, isOver)), lives_.then(() => 0)]);
    expect(each.reduce((sum, n) => sum + n, 0)).toBe(HANDOFFS);
  } finally {
    clearInterval(counting);
  }
  for (const page of pages) expect(page.complaints).toEqual([]);

  // The platform's own record: each customer saw exactly what the script says, and a person's lines where a person was wanted.
  const wrong = customers.flatMap((who) => {
    const expected = who.script.flatMap(([says, sees]) => [says === "ad" ? "hi" : says, ...sees]);
    if (who.wantsPerson) expected.push("[", MORE(who), "[", THANKS);
    const lines = thread(who).map((line) => line.text);
    const fits = lines.length === expected.length && lines.every((line, at) => line.startsWith(expected[at]!));
    return fits ? [] : [{ who: who.name, lines, expected }];
  });
  expect(wrong).toEqual([]);
  for (const who of customers.filter((one) => one.wantsPerson)) {
    const signed = thread(who).flatMap((line) => SIGNED.exec(line.text)?.[1] ?? []);
    expect([who.name, signed.length, new Set(signed).size]).toEqual([who.name, 2, 1]); // one agent, both lines
  }

  // The store says the same.
  await house.stop();
  const store = await openSqliteReader({ path: house.store });
  try {
    const tickets = await store.tickets({ bot: BOT, limit: 500 });
    expect(tickets).toHaveLength(HANDOFFS);
    expect(tickets.filter((one) => one.state !== "closed" || one.outcome !== "resolved")).toEqual([]);
    for (const who of customers) {
      const id = await store.find(BOT, address("messenger", PAGE, who.psid));
      const rows = await store.journal(BOT, id!, 0, 1_000);
      const said = rows.filter((row) => row.kind === "line");
      expect([who.name, said.length]).toEqual([who.name, seen(who).length]);
      expect([who.name, rows.filter((row) => row.kind === "heard" && row.skeleton.kind === "said").length]).toEqual([
        who.name,
        thread(who).length - seen(who).length,
      ]);
      expect(rows.some((row) => row.kind === "change" && row.skeleton.to === "human")).toBe(who.wantsPerson);
      if (who.wantsPerson) expect([who.name, botLinesWhileAPersonHadIt(rows)]).toEqual([who.name, []]);
      expect(await store.waiting(BOT, id!)).toEqual([]);
      expect(await store.outbox(BOT, id!)).toEqual([]);
    }
  } finally {
    await store.close();
  }
});

function botLinesWhileAPersonHadIt(rows: JournalRow[]): JournalRow[] {
  let isPersons = false;
  return rows.filter((row) => {
    if (row.kind === "change") isPersons = row.skeleton.to === "human";
    return row.kind === "line" && isPersons && row.skeleton.by === "bot";
  });
}
