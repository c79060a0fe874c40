/** The desk in a real Chromium, against the real server: an agent's day, with the network cut and the server killed in the middle. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { type House, openHouse, type Person, pause, psid, until } from "./house.ts";

const PASSWORD = "a sentence that only Mira says";

let browser: Browser;
let house: House;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

/** By the door: name, one-time password, then one's own. */
async function signIn(person: Person, look: Parameters<typeof visit>[2] = {}, password = PASSWORD): Promise<Looked> {
  const page = await visit(browser, `${house.url}/desk`, look);
  await page.getByLabel("Name or e-mail").fill(person.signInName);
  await page.getByLabel("Password").fill(person.oneTimePassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Keep it and go on" }).click();
  await page.getByRole("navigation", { name: "Queues and views" }).waitFor();
  return page;
}

/** Who has come through the door before, on another screen: by a token of theirs. */
async function open(person: Person, query = "", look: Parameters<typeof visit>[2] = {}): Promise<Looked> {
  const page = await visit(browser, `${house.url}/health/live`, look);
  await page.evaluate(`sessionStorage.setItem("baton.token", ${JSON.stringify(person.token)})`);
  await page.goto(`${house.url}/desk${query}`);
  await page.locator(".rail").waitFor();
  return page;
}

const phone = (customer: string) => house.twin.thread(customer).map((line) => `${line.by}: ${line.text}`);
const hears = (customer: string, words: RegExp) =>
  until(() => phone(customer).some((line) => words.test(line)), `the customer sees ${words}`);

const writes = (page: Looked) => until(() => page.evaluate(`document.activeElement?.id === "answer"`), "the answer field has the focus");

async function asksForAPerson(customer: string, ...words: string[]): Promise<void> {
  for (const text of words) {
    const before = phone(customer).length;
    house.twin.customerSays(customer, text);
    await until(() => phone(customer).length > before + 1, `the bot answers ${text}`);
  }
}

describe("an agent's day", () => {
  it("from the ad to the answer and back to the bot, with the network cut and the server killed in the middle", {
    timeout: 120_000,
  }, async () => {
    const mira = await house.hires("Mira Okafor", { role: "supervisor", languages: ["en"], capacity: 4 });
    const page = await signIn(mira);
    await page.getByText("Nobody is waiting").first().waitFor();

    const ana = psid(1);
    house.named(ana, "Ana", "Pereira");
    house.twin.clicksAd(ana, { ref: "spring-boots-blue", adId: "238", title: "Spring boots" }, "hi");
    await hears(ana, /you came for the Ridge boots/);
    await asksForAPerson(ana, "I want to return my order", "AL-123456", "how long does shipping take?", "I want to talk to a person");

    // It appears by itself, and tells why in a glance.
    const row = page.getByRole("button", { name: /Ana Pereira/ }).first();
    await row.waitFor({ timeout: 5_000 });
    await row.click();
    const panel = page.getByRole("complementary", { name: "About this conversation" });
    await panel.getByText("The customer asked for a person.").waitFor();
    await panel.getByText("AL-123456").waitFor();
    await panel.getByText("Spring boots").first().waitFor();

    // A fact leads to the line it rests on.
    await panel.getByRole("button", { name: /said/ }).first().click();
    await page.locator(".line.customer.lit", { hasText: "AL-123456" }).waitFor();

    // Taken and answered by keys alone.
    await page.keyboard.press("i");
    await page.getByLabel("Reply to Ana Pereira").waitFor();
    await writes(page);
    await page.keyboard.type("Hi Ana, Mira here.");
    await page.keyboard.press("Control+Enter");
    await hears(ana, /Hi Ana, Mira here\./);
    await page
      .locator(".line.person", { hasText: "Hi Ana, Mira here." })
      .getByText(/Sent|Delivered|Read/)
      .waitFor();

    // A note stays inside.
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await page.keyboard.type("sixth order, never sent one back");
    await page.keyboard.press("Control+Enter");
    await page.locator(".line.note", { hasText: "sixth order" }).waitFor();
    expect(phone(ana).some((line) => line.includes("sixth order"))).toBe(false);

    // The network is cut: typing goes on, sending does not, and nothing is lost or said twice.
    await page.context().setOffline(true);
    await house.kill();
    await page.getByText(/No connection since/).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.keyboard.type("Your label is ready.");
    await page.getByText("You can type, not send.").waitFor();
    await page.keyboard.press("Control+Enter");
    await expect(page.getByLabel("Reply to Ana Pereira").inputValue()).resolves.toBe("Your label is ready.");
    house.twin.customerSays(ana, "are you still there?");
    await house.restart();
    await page.context().setOffline(false);
    await page.getByText("No connection since").waitFor({ state: "detached", timeout: 20_000 });
    await page.locator(".line.customer", { hasText: "are you still there?" }).waitFor({ timeout: 15_000 });
    await page.getByText("One new line while you were away").waitFor();
    await pause(1_300); // what has just arrived must have been seen before a line goes out
    await page.getByLabel("Reply to Ana Pereira").press("Control+Enter");
    await hears(ana, /Your label is ready\./);
    expect(phone(ana).filter((line) => line.includes("Your label is ready."))).toHaveLength(1);

    // Back to the bot: the flow goes on.
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog", { name: "Back to the bot" });
    await dialog.getByLabel("Note").fill("all answered");
    await dialog.getByRole("button", { name: "Back to the bot" }).click();
    await page.getByText("You gave it back to the bot").waitFor();
    const said = phone(ana).length;
    house.twin.customerSays(ana, "where is my parcel");
    await until(() => phone(ana).length > said + 1, "the bot speaks again");
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it("who has a conversation and who looks on see each other, and a line that came too late is held, kindly", {
    timeout: 60_000,
  }, async () => {
    const [noah, lea] = await Promise.all([
      house.hires("Noah Lind", { capacity: 4 }),
      house.hires("Lea Brandt", { role: "supervisor", capacity: 4 }),
    ]);
    const ben = psid(2);
    house.named(ben, "Ben", "Ott");
    await asksForAPerson(ben, "person");
    const ticket = await house.ticketOf("person");
    const his = await open(noah, `?ticket=${ticket.id}&pane=thread`);
    const hers = await open(lea, `?ticket=${ticket.id}&pane=thread`);
    await his.getByText("Lea Brandt is looking").first().waitFor();
    await his.keyboard.press("i");
    await writes(his);
    await his.keyboard.type("Hello Ben, I am ");
    await hers.getByText("Noah Lind is writing").first().waitFor();
    await hers.getByText("With Noah Lind.").waitFor();

    // She takes over while he writes: his words stay, unsent.
    await hers.keyboard.press("o");
    await writes(hers);
    await his.getByText("With Lea Brandt.").waitFor();
    expect(phone(ben).some((line) => line.includes("I am"))).toBe(false);

    // The customer writes in the very moment she sends: she sees it first, and one more key sends.
    await hers.keyboard.type("We are looking into it.");
    house.twin.customerSays(ben, "forget it, I found it");
    await hers.locator(".line.customer", { hasText: "forget it" }).waitFor();
    await hers.keyboard.press("Control+Enter");
    await hers.getByText("Ben Ott wrote just now.").waitFor();
    expect(phone(ben).some((line) => line.includes("looking into it"))).toBe(false);
    await hers.keyboard.press("Control+Enter");
    await hears(ben, /We are looking into it\./);

    // Resolved with a code; the list goes on.
    await hers.keyboard.press("Escape");
    await hers.keyboard.press("e");
    await hers.getByRole("dialog", { name: "Resolve" }).getByText("Answered").click();
    await hers.keyboard.press("Enter");
    await hers.getByText("Resolved Ben Ott").first().waitFor();
    const isResolved = async () =>
      (await house.call("GET", "/tickets?state=closed")).tickets.some((one: { wrap_up: string }) => one.wrap_up === "answered");
    await until(isResolved, "it is resolved, after the moment in which it could be undone", 15_000);
    expect([...his.complaints, ...hers.complaints]).toEqual([]);
    await his.context().close();
    await hers.context().close();
  });
});
