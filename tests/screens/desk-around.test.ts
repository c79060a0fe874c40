/** What lies around an agent's own tickets, in a real Chromium: offers, the supervisor's wall, mentions, customers, reports, pictures. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../browser.ts";
import { claimedBy, hears, openDesk, phoneOf, talks, ticketFor, writes } from "./at-desk.ts";
import { type House, openHouse, type Person, psid, until } from "./house.ts";
import { openProject } from "./project.ts";

let browser: Browser;
let house: House;
let sue: Person;
let noah: Person;

beforeAll(async () => {
  [browser, house] = await Promise.all([openBrowser(), openHouse()]);
  [sue, noah] = await Promise.all([
    house.hires("Sue Park", { role: "supervisor", capacity: 50 }),
    house.hires("Noah Lind", { queues: ["care"], capacity: 50 }),
  ]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

describe("a supervisor's wall", () => {
  it("shows who has what, and by keys alone one ticket is given to somebody else and another taken over", { timeout: 90_000 }, async () => {
    const first = await claimedBy(house, noah, psid(1), ["Ana", "Pereira"]);
    const second = await claimedBy(house, noah, psid(2), ["Ben", "Ott"]);
    const page = await openDesk(browser, house, sue.token);
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.getByRole("button", { name: "Show what Noah Lind has" }).click();
    const work = page.locator(".work");
    await work.getByText("Ana Pereira").waitFor();
    await work.getByText("Ben Ott").waitFor();
    const chosen = () => page.locator(".work .chosen").textContent();
    await page.keyboard.press("j");
    await page.locator(".work .chosen").waitFor();
    if (!(await chosen())?.includes("Ana Pereira")) await page.keyboard.press("j");
    await until(async () => (await chosen())?.includes("Ana Pereira") === true, "Ana's ticket is chosen");
    await page.locator(".work .chosen").getByRole("button", { name: "Assign" }).waitFor();
    await page.keyboard.press("a");
    await page.getByRole("dialog", { name: "Assign to somebody" }).getByText("Sue Park").click();
    await page.keyboard.press("Enter");
    await page.getByText("Given to Sue Park").first().waitFor();
    expect((await house.call("GET", `/tickets/${first.id}`)).agent.id).toBe(sue.id);

    await page.locator(".work .chosen").waitFor({ state: "detached" }); // it is not his any more
    await page.keyboard.press("j");
    await until(async () => (await chosen())?.includes("Ben Ott") === true, "Ben's ticket is chosen");
    await page.locator(".work .chosen").getByRole("button", { name: "Take over" }).waitFor();
    await page.keyboard.press("o");
    await writes(page);
    await page.keyboard.type("Hello Ben, Sue here.");
    await page.keyboard.press("Control+Enter");
    await hears(house, psid(2), /Hello Ben, Sue here\./);
    expect((await house.call("GET", `/tickets/${second.id}`)).agent.id).toBe(sue.id);

    // What the days were like.
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: "Reports" }).waitFor();
    await page.getByRole("row", { name: /^Sue Park/ }).waitFor();
    await page.getByRole("row", { name: /^care/ }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

describe("who is named in a note", () => {
  it("is told at once, finds the note among the mentions, and it is marked until they have looked", { timeout: 60_000 }, async () => {
    const ticket = await claimedBy(house, sue, psid(3), ["Cleo", "Marsh"]);
    const his = await openDesk(browser, house, noah.token);
    const hers = await openDesk(browser, house, sue.token, `?ticket=${ticket.id}&pane=thread`);
    await hers.getByLabel("Reply to Cleo Marsh").waitFor();
    await hers.keyboard.press("n");
    await writes(hers);
    await hers.keyboard.type("@Noah do you know this one?");
    await hers.keyboard.press("Control+Enter");
    await his.getByText("Sue Park named you in a note").first().waitFor();
    await his
      .getByRole("button", { name: /^Mentions/ })
      .locator("b", { hasText: "1" })
      .waitFor();
    await his.keyboard.press("g");
    await his.keyboard.press("m");
    await his.getByRole("button", { name: /Sue Park named you/ }).click();
    await his.locator(".line.note", { hasText: "do you know this one?" }).waitFor();
    await his
      .getByRole("button", { name: /^Mentions/ })
      .locator("b")
      .waitFor({ state: "detached" });
    expect([...his.complaints, ...hers.complaints]).toEqual([]);
    await his.context().close();
    await hers.context().close();
  });
});

describe("a customer's page", () => {
  it("tells what is known, reads earlier talks, and an admin forgets the customer there, after writing the word", {
    timeout: 60_000,
  }, async () => {
    const dora = psid(4);
    const ticket = await claimedBy(house, sue, dora, ["Dora", "Quill"]);
    await house.call("POST", `/tickets/${ticket.id}/resolve`, { code: "answered" }, sue.token);
    const page = await openDesk(browser, house, house.token);
    await page.keyboard.press("/");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type("quill dora");
    await page.getByRole("option", { name: "Dora Quill", exact: true }).click();
    await page.locator(".line.customer", { hasText: "person" }).waitFor();
    await page.getByText("Quill", { exact: true }).first().waitFor();
    await page.getByText("answered", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Erase" }).click();
    const dialog = page.getByRole("dialog", { name: "Erase this customer" });
    expect(await dialog.getByRole("button", { name: "Erase" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("erase");
    await page.keyboard.press("Enter");
    await page.getByText("Erased. Nothing of them is left.").first().waitFor();
    expect((await house.call("GET", "/search?q=quill")).customers).toEqual([]);
    expect(page.complaints).toEqual([]);
    await page.context().close();
    // A supervisor may read, not erase.
    await talks(house, psid(5), "hello");
    house.named(psid(5), "Emil", "Berg");
    const other = await claimedBy(house, sue, psid(6), ["Faye", "Lund"]);
    const hers = await openDesk(browser, house, sue.token, `?ticket=${other.id}&pane=thread`);
    await hers.getByLabel("Reply to Faye Lund").waitFor();
    await hers.keyboard.press("c");
    await hers.getByRole("main", { name: "Customer" }).getByText("Lund", { exact: true }).waitFor();
    expect(await hers.getByRole("button", { name: "Erase" }).count()).toBe(0);
    await hers.context().close();
  });
});

describe("a customer who writes from two chats", () => {
  it("is shown with what proves it, in the talk and on their page, where one chat is taken away after a word", {
    timeout: 60_000,
  }, async () => {
    const [gail, other] = [psid(21), psid(22)];
    house.named(gail, "Gail", "Moor");
    house.named(other, "Gail", "M.");
    await talks(house, gail, "connect my chats");
    await hears(house, gail, /type \S{4}-\S{4} there/);
    const code = /type (\S{4}-\S{4}) there/.exec(phoneOf(house, gail).join("\n"))![1]!;
    await talks(house, other, "hello");
    await talks(house, other, code);
    await hears(house, other, /connects this chat/);
    await talks(house, other, "yes");
    await hears(house, other, /Both chats know you now/);
    await hears(house, gail, /Your other chat/);
    await talks(house, gail, "person");
    const ticket = await ticketFor(house, "Gail M.");
    const page = await openDesk(browser, house, sue.token, `?ticket=${ticket.id}&pane=thread`);
    await page.getByText("Known as the same customer on Messenger: proven by a code").waitFor();
    await page.keyboard.press("c");
    const about = page.getByRole("main", { name: "Customer" });
    await about.getByText("proven by a code", { exact: false }).nth(1).waitFor();
    await about.getByRole("button", { name: "Unlink Messenger" }).nth(1).click();
    const dialog = page.getByRole("dialog", { name: "Unlink this chat" });
    await dialog.getByText("Nothing that was said is lost.", { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Unlink" }).click();
    await page.getByText("Unlinked.", { exact: true }).first().waitFor();
    await until(async () => (await about.locator(".addresses li").count()) === 1, "one chat is left");
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});

describe("where tickets are offered", () => {
  it("one agent lets it pass by a button, the next accepts it by a key", { timeout: 60_000 }, async () => {
    const offering = await openHouse({ BATON_OFFERS: "on" });
    try {
      const people = await Promise.all(["Mei Lin", "Jonas Falk"].map((name) => offering.hires(name, { queues: ["care"], capacity: 4 })));
      const [one, two] = await Promise.all(people.map(({ token }) => openDesk(browser, offering, token, "?view=waiting")));
      offering.named(psid(9), "Ida", "Noor");
      await talks(offering, psid(9), "person");
      const ticket = await ticketFor(offering, "Ida Noor", ({ state }) => state === "offered");
      const isFirst = ticket.offer.agent.id === people[0]!.id;
      const [asked, next] = isFirst ? [one!, two!] : [two!, one!];
      await asked
        .getByRole("button", { name: /Ida Noor/ })
        .first()
        .click();
      await asked.getByText(/Offered to you for/).waitFor();
      await asked.getByRole("button", { name: "Pass on" }).click();
      await asked.getByText(`Offered to ${isFirst ? "Jonas Falk" : "Mei Lin"}.`).waitFor();
      await next
        .getByRole("button", { name: /Ida Noor/ })
        .first()
        .click();
      await next.getByText(/Offered to you for/).waitFor();
      await next.keyboard.press("i");
      await writes(next);
      await next.keyboard.type("Hello Ida.");
      await next.keyboard.press("Control+Enter");
      await until(() => phoneOf(offering, psid(9)).some((line) => line.includes("Hello Ida.")), "Ida is answered");
      expect([...asked.complaints, ...next.complaints]).toEqual([]);
      await asked.context().close();
      await next.context().close();
    } finally {
      await offering.close();
    }
  });
});

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

describe("a customer's picture", () => {
  it("is shown by way of our own server, and one that is no picture is only a name", { timeout: 60_000 }, async () => {
    const host: Server = createServer((request, response) => {
      if (request.url?.endsWith(".png")) response.writeHead(200, { "content-type": "image/png" }).end(PNG);
      else response.writeHead(200, { "content-type": "image/png" }).end("<script>document.title = 'run'</script>");
    });
    await new Promise<void>((listening) => host.listen(0, "127.0.0.1", listening));
    const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const demo = await openProject({ SHOP_URL: origin });
    try {
      const plays = (verb: string, given: Record<string, string>) =>
        fetch(`${demo.url}/_twin/${verb}`, { method: "POST", body: new URLSearchParams(given) });
      const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(demo.running.printed())![0];
      const page = await openDesk(browser, demo, token, "?view=waiting");
      await plays("say", { text: "person" });
      await page.locator(".item").first().click();
      await page.keyboard.press("i");
      await writes(page);
      await plays("attach", { type: "image", url: `${origin}/boots.png` });
      await page.locator(".line.customer .picture img").waitFor();
      expect(await page.evaluate(`document.querySelector(".line.customer .picture img").naturalWidth`)).toBe(1);
      expect(await page.evaluate(`document.querySelector(".line.customer .picture img").src.startsWith("${origin}")`)).toBe(false);
      await plays("attach", { type: "image", url: `${origin}/trap` });
      await page.getByText("can no longer be had").waitFor();
      expect(await page.title()).not.toBe("run");
      // The demo has something to answer with.
      await page.keyboard.type("/swap");
      await page.getByRole("option", { name: /swap-size/ }).waitFor();
      expect(page.complaints).toEqual([]);
      await page.context().close();
    } finally {
      await demo.close();
      await new Promise((closed) => host.close(closed));
    }
  });
});
