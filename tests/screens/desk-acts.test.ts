/** Everything an agent can do with a ticket, done by keys in a real Chromium, and what customer and server have of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../browser.ts";
import { claimedBy, hears, live, openDesk, phoneOf, talks, ticketFor, writes } from "./at-desk.ts";
import { type House, openHouse, type Person, psid, until } from "./house.ts";

let browser: Browser;
let house: House;
let mira: Person;
let noah: Person;

/** A second queue that is open whenever the tests run. */
function withBilling(root: string): void {
  const path = join(root, "bots", "alder.bot.yaml");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^queues:\n/m, "queues:\n  billing: { answer_within: 5m, max_wait: 30m }\n"));
}

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse({}, withBilling)]);
  [mira, noah] = await Promise.all([
    house.hires("Mira Okafor", { role: "supervisor", languages: ["en"], capacity: 50 }),
    house.hires("Noah Lind", { queues: ["billing"], capacity: 50 }),
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

describe("a ticket that is mine", () => {
  it("goes to another queue with a note, and whoever takes it there reads the note", { timeout: 60_000 }, async () => {
    const ticket = await claimedBy(house, mira, psid(1), ["Ana", "Pereira"]);
    const his = await openDesk(browser, house, noah.token, "?view=waiting");
    const hers = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    await hers.getByLabel("Reply to Ana Pereira").waitFor();
    await hers.keyboard.press("t");
    const dialog = hers.getByRole("dialog", { name: "Transfer to another queue" });
    await dialog.getByLabel("billing").check();
    await dialog.getByLabel("Note for whoever takes it").fill("needs a refund by hand");
    await hers.keyboard.press("Control+Enter");
    await hers.getByText("Sent on to billing").first().waitFor();
    await his
      .getByRole("button", { name: /Ana Pereira/ })
      .first()
      .click();
    await his.getByText("needs a refund by hand").first().waitFor();
    await his.getByText("Mira Okafor sent it on to billing").waitFor();
    await his.keyboard.press("i");
    await writes(his);
    expect([...his.complaints, ...hers.complaints]).toEqual([]);
    await his.context().close();
    await hers.context().close();
  });

  it("goes back into the queue, is put aside and woken, and its time of waiting is kept", { timeout: 60_000 }, async () => {
    const ticket = await claimedBy(house, mira, psid(2), ["Ben", "Ott"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    await page.getByLabel("Reply to Ben Ott").waitFor();
    await page.keyboard.press("u");
    await page.getByText("Back in the queue, with its age").first().waitFor();
    const back = await ticketFor(house, "Ben Ott", ({ state }) => state === "waiting");
    expect(back.opened_at).toBe(ticket.opened_at);
    await page.keyboard.press("i");
    await writes(page);
    await page.keyboard.press("Escape");

    await page.keyboard.press("z");
    await page.getByRole("dialog", { name: "Snooze until" }).getByText("In three hours").click();
    await page.keyboard.press("Enter");
    await page
      .getByText(/Snoozed until/)
      .first()
      .waitFor();
    const aside = await ticketFor(house, "Ben Ott", ({ state }) => state === "snoozed");
    expect(Date.parse(aside.snoozed_until) - Date.now()).toBeGreaterThan(2 * 3_600_000);
    await page.getByRole("button", { name: "Undo" }).click();
    await ticketFor(house, "Ben Ott", ({ state }) => state === "claimed");

    // The customer's next word wakes it as well.
    await until(async () => {
      await page.keyboard.press("z"); // until the desk has heard that it is awake, the key offers to wake it
      if (await page.getByRole("dialog", { name: "Snooze until" }).isVisible()) return true;
      await page.keyboard.press("Escape");
      return false;
    }, "a time can be chosen");
    await until(() => page.evaluate(`document.activeElement?.name === "until"`), "the first time can be chosen");
    await page.keyboard.press("Enter");
    await ticketFor(house, "Ben Ott", ({ state }) => state === "snoozed");
    house.twin.customerSays(psid(2), "still there?");
    await ticketFor(house, "Ben Ott", ({ state }) => state === "claimed");
    await page.locator(".line.customer.open", { hasText: "still there?" }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it("goes back to the bot at a chosen step with facts set, and the flow goes on knowing them", { timeout: 60_000 }, async () => {
    const cleo = psid(3);
    house.named(cleo, "Cleo", "Marsh");
    await talks(house, cleo, "I want to return my order", "AL-100003");
    const ticket = await ticketFor(house, "Cleo Marsh");
    expect(ticket.reason.step).toBe("late");
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    await page.getByRole("button", { name: "Take it" }).waitFor();
    await page.keyboard.press("i");
    await writes(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog", { name: "Back to the bot" });
    await dialog.getByRole("group", { name: "Exception" }).getByRole("button", { name: "Yes" }).click();
    await dialog.getByLabel(/Go on in returns at/).selectOption("decided");
    await dialog.getByLabel("Note").fill("loyal customer");
    await page.keyboard.press("Control+Enter");
    await page.getByText("The bot goes on").first().waitFor();
    await hears(house, cleo, /What's wrong with it\?/); // the exception was granted, so the form goes on
    await page.getByText("You gave it back to the bot").waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it("is resolved with a code only after a moment in which one key undoes it, and not when the customer writes meanwhile", {
    timeout: 90_000,
  }, async () => {
    const ticket = await claimedBy(house, mira, psid(4), ["Dora", "Kim"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    const resolves = async (code: string) => {
      await page.getByLabel("Reply to Dora Kim").waitFor();
      await page.keyboard.press("e");
      await page.getByRole("dialog", { name: "Resolve" }).getByText(code).click();
      await page.keyboard.press("Enter");
      await page.getByText("Resolved Dora Kim").first().waitFor();
    };
    const state = async () => (await house.call("GET", `/tickets/${ticket.id}`)).state;
    await resolves("Refunded");
    expect(await state()).toBe("claimed");
    await page.keyboard.press("Control+z");
    await page.getByLabel("Reply to Dora Kim").waitFor();

    await resolves("Refunded");
    house.twin.customerSays(psid(4), "one more thing");
    await page.getByText("Dora Kim wrote meanwhile, so this is not resolved.").first().waitFor();
    expect(await state()).toBe("claimed");
    await page.getByRole("button", { name: "Look", exact: true }).click();
    await page.locator(".line.customer.open", { hasText: "one more thing" }).waitFor();

    await resolves("Refunded");
    await until(async () => (await state()) === "closed", "it is resolved", 15_000);
    expect(await house.call("GET", `/tickets/${ticket.id}`)).toMatchObject({ outcome: "resolved", wrap_up: "refunded" });

    // Whoever closes the tab at once meant it.
    const other = await claimedBy(house, mira, psid(5), ["Emil", "Berg"]);
    await page.goto(`${house.url}/desk?ticket=${other.id}&pane=thread`);
    await live(page);
    await page.getByLabel("Reply to Emil Berg").waitFor();
    await page.keyboard.press("Shift+E");
    await page.getByRole("dialog", { name: "Resolve" }).getByText("Answered").click();
    await page.keyboard.press("Enter");
    await page.getByText("Being resolved.").waitFor();
    await page.close({ runBeforeUnload: true });
    await until(async () => (await house.call("GET", `/tickets/${other.id}`)).state === "closed", "it is resolved", 15_000);
    expect(page.complaints).toEqual([]);
  });

  it("keeps what was begun to be written, with its files, through a reload and on another screen", { timeout: 60_000 }, async () => {
    const ticket = await claimedBy(house, mira, psid(6), ["Faye", "Lund"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    const field = page.getByLabel("Reply to Faye Lund");
    await field.waitFor();
    await page.keyboard.press("r");
    await page.keyboard.type("Hello Faye, the label");
    await page.getByLabel("Attach a file").last().setInputFiles({ name: "label.png", mimeType: "image/png", buffer: PNG });
    await page.getByRole("button", { name: "Remove label.png" }).waitFor();
    await page.keyboard.type(" is");
    await page.reload(); // at once: nobody waits until it is kept
    await live(page);
    await until(async () => (await field.inputValue().catch(() => "")) === "Hello Faye, the label is", "the draft is there again");
    await page.locator(".files .chip", { hasText: "label.png" }).waitFor();
    const elsewhere = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`, { width: 390, height: 844 });
    await until(
      async () => (await elsewhere.getByLabel("Reply to Faye Lund").inputValue()) === "Hello Faye, the label is",
      "the draft is on the phone as well",
    );

    // Sent with its file: the customer has both, and no draft is left.
    await page.keyboard.press("r");
    await writes(page);
    await page.keyboard.press("Control+Enter");
    await hears(house, psid(6), /Hello Faye, the label is/);
    await until(
      () => house.twin.thread(psid(6)).some((line) => JSON.stringify(line.message).includes("/files/")),
      "the customer has the picture",
    );
    await page.locator(".line.person img[alt='label.png']").waitFor();
    expect(await page.evaluate(`document.querySelector(".line.person img").naturalWidth`)).toBe(1);
    await page.reload();
    await field.waitFor();
    expect(await field.inputValue()).toBe("");
    expect(page.complaints).toEqual([]);
    await page.context().close();
    await elsewhere.context().close();
  });
});

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

describe("the keys", () => {
  it("go on walking the list after an answer was begun: opening another talk does not take them away", { timeout: 60_000 }, async () => {
    await claimedBy(house, mira, psid(20), ["Jo", "Abel"]);
    const second = await claimedBy(house, mira, psid(21), ["Kit", "Abel"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${second.id}&pane=thread`);
    await page.getByLabel("Reply to Kit Abel").waitFor();
    await page.keyboard.press("r");
    await writes(page);
    await page.keyboard.press("Escape");
    const at = () => new URL(page.url()).searchParams.get("ticket");
    const walked = new Set<string | null>([at()]);
    for (const key of ["k", "k", "j"]) {
      const before = at();
      await page.keyboard.press(key);
      await until(() => at() !== before, `${key} goes on`);
      await page.locator(".composer").waitFor();
      walked.add(at());
    }
    expect(walked.size).toBeGreaterThan(2);
    expect(await page.evaluate("document.activeElement.id")).not.toBe("answer");
    await page.context().close();
  });
});

describe("a line that did not arrive", () => {
  it("says why on itself, and goes again where that may help", { timeout: 60_000 }, async () => {
    const gus = psid(7);
    const ticket = await claimedBy(house, mira, gus, ["Gus", "Vale"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    const says = async (text: string) => {
      await page.getByLabel("Reply to Gus Vale").waitFor();
      await page.keyboard.press("r");
      await writes(page);
      await page.keyboard.type(text);
      await page.keyboard.press("Control+Enter");
      return page.locator(".line.person", { hasText: text }).first();
    };
    // The platform's own window has closed; only a word of the customer opens it.
    const thread = house.twin.threadState(gus)!;
    [thread.openUntilMs, thread.humanUntilMs] = [0, 0];
    const late = await says("Your refund is on its way.");
    await late.getByText(/Not sent: .*window/).waitFor();
    house.twin.customerSays(gus, "hello?");
    await page.locator(".line.customer", { hasText: "hello?" }).waitFor();
    await late.getByRole("button", { name: "Send again" }).click();
    await hears(house, gus, /Your refund is on its way\./);
    await late.getByRole("button", { name: "Send again" }).waitFor({ state: "detached" });
    expect(phoneOf(house, gus).filter((line) => line.includes("on its way"))).toHaveLength(1);

    // The platform took the line and broke off before it said so, and no echo comes: the agent decides.
    house.twin.fault("reset_before");
    const doubtful = await says("Is there anything else?");
    await doubtful.getByText("It may have arrived; the channel did not say").waitFor({ timeout: 20_000 });
    await doubtful.getByRole("button", { name: "Send again" }).click();
    await hears(house, gus, /Is there anything else\?/);

    // Whoever does not want to be written to is not written to again.
    house.twin.customer.blocks(gus);
    const blocked = await says("Good-bye.");
    await blocked.getByText(/Not sent: /).waitFor();
    expect(await blocked.getByRole("button", { name: "Send again" }).count()).toBe(0);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

describe("a conversation that the bot has", () => {
  it("is found, read and taken over by a key; the bot is silent from then on", { timeout: 60_000 }, async () => {
    const hal = psid(8);
    house.named(hal, "Hal", "Ito");
    await talks(house, hal, "I want to return my order");
    const page = await openDesk(browser, house, mira.token);
    await page.keyboard.press("/");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type("Hal Ito");
    await page
      .getByRole("option", { name: /Hal Ito/ })
      .first()
      .click();
    await page.locator(".line.customer", { hasText: "I want to return my order" }).waitFor();
    await page.getByText("the bot has it").last().waitFor();
    await page.getByRole("button", { name: "Take over" }).click();
    await writes(page);
    await page.keyboard.type("Hi Hal, a person here.");
    await page.keyboard.press("Control+Enter");
    await hears(house, hal, /Hi Hal, a person here\./);
    const said = phoneOf(house, hal).length;
    house.twin.customerSays(hal, "AL-123456");
    await page.locator(".line.customer.open", { hasText: "AL-123456" }).waitFor();
    expect(phoneOf(house, hal).slice(said + 1)).toEqual([]);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

describe("canned replies", () => {
  it("are found by `/` and a few letters, filled in, and finished by hand", { timeout: 60_000 }, async () => {
    await house.call("POST", "/canned", {
      name: "return-label",
      title: "Return label",
      texts: { en: "Here is your label, {{ customer.first_name }}." },
    });
    await house.call("POST", "/canned", { name: "opening-hours", title: "Hours", texts: { en: "We are open from nine." } });
    const ticket = await claimedBy(house, mira, psid(9), ["Ida", "Noor"]);
    const page = await openDesk(browser, house, mira.token, `?ticket=${ticket.id}&pane=thread`);
    await page.getByLabel("Reply to Ida Noor").waitFor();
    await page.keyboard.press("r");
    await writes(page);
    await page.keyboard.type("/label");
    await page.getByRole("option", { name: /return-label/ }).waitFor();
    await until(async () => (await page.getByRole("option").count()) === 1, "only that one is offered");
    await page.keyboard.press("Enter");
    expect(await page.getByLabel("Reply to Ida Noor").inputValue()).toBe("Here is your label, Ida.");
    await page.keyboard.type(" Best, Mira");
    await page.keyboard.press("Control+Enter");
    await hears(house, psid(9), /Here is your label, Ida\. Best, Mira/);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
