/** How loudly the desk tells of customers, as each agent has chosen: heard at the loudspeaker, read at the system's notices, in a real Chromium. */
import type { Browser, CDPSession } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser } from "../browser.ts";
import { claimedBy, live, openDesk, talks } from "./at-desk.ts";
import { type House, openHouse, type Person, psid, until } from "./house.ts";

let browser: Browser;
let house: House;
let mira: Person;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse()]);
  mira = await house.hires("Mira Okafor", { queues: ["care"], capacity: 50 });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

/** Hears what reaches the loudspeaker and reads the notices that the browser was given; both still go where they were going. */
const RECORDER = `
  window.heard = { soundsAtMs: [], notices: [] };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const ear = new AnalyserNode(this.context);
      connect.call(this, ear);
      const listen = setInterval(() => {
        const wave = new Float32Array(ear.fftSize);
        ear.getFloatTimeDomainData(wave);
        if (!wave.some((sample) => Math.abs(sample) > 0.005)) return;
        window.heard.soundsAtMs.push(performance.now());
        clearInterval(listen);
      }, 10);
      setTimeout(() => clearInterval(listen), 5000);
    }
    return connect.call(this, to, ...rest);
  };
  window.Notification = class extends window.Notification {
    constructor(title, options) {
      super(title, options);
      window.heard.notices.push({ title, body: options.body, tag: options.tag, click: () => this.onclick?.(new Event("click")) });
    }
  };
`;

type Heard = { soundsAtMs: number[]; notices: { title: string; body: string; tag: string }[] };
const heard = (page: Looked) => page.evaluate(`JSON.parse(JSON.stringify(window.heard))`) as Promise<Heard>;

/** The desk of an agent who allows notices, in a browser whose windows know which of them is looked at, as people's do. */
async function sits(query = ""): Promise<{ page: Looked; looksAway(): Promise<void>; looksBack(): Promise<void> }> {
  const page = await openDesk(browser, house, mira.token, query);
  const context = page.context();
  await context.grantPermissions(["notifications"], { origin: house.url });
  await context.addInitScript(RECORDER);
  await page.reload();
  await live(page);
  const window: CDPSession = await context.newCDPSession(page);
  await window.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  const other = await context.newPage();
  const looks = (front: Looked | typeof other, isHere: boolean) => async () => {
    await front.bringToFront();
    await until(() => page.evaluate(`document.hasFocus() === ${isHere}`), isHere ? "the desk is looked at" : "something else is looked at");
  };
  const looksBack = looks(page, true);
  await looksBack();
  return { page, looksAway: looks(other, false), looksBack };
}

async function chooses(page: Looked, setting: string, value: string): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByRole("group", { name: setting }).getByRole("button", { name: value, exact: true }).click();
  await dialog.getByRole("group", { name: setting }).locator("[aria-pressed=true]", { hasText: value }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
}

/** The customer writes, and it stands in the desk's list. */
async function writes(page: Looked, customer: string, text: string): Promise<void> {
  house.twin.customerSays(customer, text);
  await page.locator(".item", { hasText: text }).first().waitFor();
}

describe("who looks elsewhere", () => {
  it("hears a sound and is given a notice when a customer writes, by name and never with their words; a click leads there", {
    timeout: 60_000,
  }, async () => {
    const ticket = await claimedBy(house, mira, psid(1), ["Ana", "Pereira"]);
    const { page, looksAway, looksBack } = await sits();
    await page.locator(".item", { hasText: "Ana Pereira" }).waitFor();
    await chooses(page, "Browser notices", "On");

    // Looked at, the desk is quiet.
    await writes(page, psid(1), "is somebody there?");
    expect(await heard(page)).toEqual({ soundsAtMs: [], notices: [] });

    await looksAway();
    await writes(page, psid(1), "hello again");
    await until(async () => (await heard(page)).notices.length >= 1, "a notice is given");
    await until(async () => (await heard(page)).soundsAtMs.length >= 1, "a sound is heard");
    const { notices } = await heard(page);
    expect(notices[0]).toEqual({ title: "Ana Pereira", body: "wrote to you", tag: ticket.id });
    expect(JSON.stringify(notices)).not.toContain("hello again");
    await until(async () => (await page.title()).startsWith("(1) "), "the tab's title counts her");

    // Not for every line: one notice per customer takes the place of the one before, and sounds keep their distance.
    for (const n of [1, 2, 3]) await writes(page, psid(1), `line ${n} of a quick writer`);
    await until(async () => (await heard(page)).notices.length >= 2, "the newer lines are told");
    const after = await heard(page);
    expect(new Set(after.notices.map((one) => one.tag))).toEqual(new Set([ticket.id]));
    expect(after.soundsAtMs.length).toBeLessThan(1 + after.notices.length);
    for (const [n, atMs] of after.soundsAtMs.slice(1).entries()) expect(atMs - after.soundsAtMs[n]!).toBeGreaterThan(3_500);

    await looksBack();
    await page.evaluate("window.heard.notices[0].click()");
    await page.locator(".line.customer", { hasText: "hello again" }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it("is told of somebody new who waits, once, and of nobody when sound and notices are switched off", { timeout: 60_000 }, async () => {
    const { page, looksAway, looksBack } = await sits("?view=all");
    await chooses(page, "Browser notices", "On");
    await looksAway();
    house.named(psid(2), "Ben", "Ott");
    await talks(house, psid(2), "person");
    await page.locator(".item", { hasText: "Ben Ott" }).waitFor();
    await until(async () => (await heard(page)).notices.length >= 1, "a notice is given");
    await until(async () => (await heard(page)).soundsAtMs.length >= 1, "a sound is heard");
    await writes(page, psid(2), "still waiting");
    expect((await heard(page)).notices).toMatchObject([{ title: "Ben Ott", body: "is waiting for somebody" }]);

    await looksBack();
    await chooses(page, "Sound", "Never");
    await chooses(page, "Browser notices", "Off");
    await looksAway();
    const before = await heard(page);
    house.named(psid(3), "Cleo", "Marsh");
    await talks(house, psid(3), "person");
    await page.locator(".item", { hasText: "Cleo Marsh" }).waitFor();
    await writes(page, psid(1), "and what about me?");
    await page.waitForTimeout(1_500); // somebody new is told after a second
    expect(await heard(page)).toEqual(before);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

describe("keys", () => {
  it("one that was changed in the settings acts instead of the old one, also after a reload, and one that is taken is refused", {
    timeout: 60_000,
  }, async () => {
    await claimedBy(house, mira, psid(4), ["Dora", "Quill"]);
    const { page } = await sits();
    await page.locator(".item", { hasText: "Dora Quill" }).click();
    await page.getByLabel("Reply to Dora Quill").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: "Settings" });
    await dialog.getByText("Change keys").click();
    const changes = async (to: string) => {
      await dialog.getByRole("button", { name: /^Change the key of Note/ }).click();
      await dialog.getByRole("button", { name: /^Change the key of Note/, pressed: true }).waitFor();
      await page.keyboard.press(to);
    };
    await changes("j");
    await page.getByText("J is taken: Next").first().waitFor();
    await dialog.getByRole("button", { name: "Change the key of Note, now N" }).waitFor();
    await changes("y");
    await dialog.getByRole("button", { name: "Change the key of Note, now Y" }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "detached" });

    await page.reload();
    await live(page);
    await page.getByLabel("Reply to Dora Quill").waitFor();
    await page.keyboard.press("n"); // means nothing any more
    await page.keyboard.press("y");
    await page.getByLabel(/^Note/).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("n y");
    expect(await page.locator("#answer").inputValue()).toBe("n y"); // in a field, keys write

    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").locator("li", { hasText: "Note" }).locator("kbd", { hasText: "Y" }).first().waitFor();
    await page.keyboard.press("Escape");
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it("single keys that are switched off do nothing, and those with Ctrl still act", { timeout: 60_000 }, async () => {
    const { page } = await sits();
    await chooses(page, "Single keys", "Off");
    const first = page.locator(".item").first();
    await first.click();
    await page.locator("#answer").waitFor();
    await page.keyboard.press("Escape");
    for (const key of ["n", "e", "?", "/", "g", "w"]) await page.keyboard.press(key);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(1);
    expect(new URL(page.url()).search).not.toContain("wall");
    await page.keyboard.press("Escape");
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

it("more desks than ten stand open, and the operator reads no warning of it", { timeout: 30_000 }, async () => {
  const ended = new AbortController();
  for (let n = 0; n < 12; n++) {
    const { token } = await house.call("POST", "/agents", { name: `Agent ${n}` });
    const stream = await fetch(`${house.url}/api/v1/stream`, { headers: { authorization: `Bearer ${token}` }, signal: ended.signal });
    expect(stream.status).toBe(200);
  }
  expect(house.baton.printed()).not.toContain("MaxListeners");
  ended.abort();
});
