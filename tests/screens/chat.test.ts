/** The chat in a real Chromium, in somebody else's page with a strict content policy: by keyboard, with a person, offline, on two devices. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { type ChatHouse, type Json, openChatHouse, until } from "../chat/house.ts";
import { HOSTILE_STRINGS, TELLTALE } from "../hostile-strings.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let house: ChatHouse;
let shop: Server;
let page = "";
/** What stands in the shop's script tag beside the bot; changed by a test. */
let attributes = "";

beforeAll(async () => {
  shop = createServer((_request, response) => {
    // As docs/channels/web.md names it, and nothing more.
    const policy = `default-src 'none'; script-src ${house.url}; connect-src ${house.url}; img-src ${house.url} data: blob:; media-src ${house.url}; require-trusted-types-for 'script'`;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    response.end(
      `<!doctype html><html lang="en"><head><title>A shop</title><meta name="color-scheme" content="light dark"></head><body><main><h1>A shop</h1><p><a href="#x">A link of the shop's</a></p></main><script async src="${house.url}/chat.js" data-bot="alder" data-theme="auto" ${attributes}></script></body></html>`,
    );
  });
  [browser, house] = await Promise.all([openBrowser(), openChatHouse()]);
  await new Promise<void>((ready) => shop.listen(0, "localhost", ready));
  page = `http://localhost:${(shop.address() as AddressInfo).port}/`;
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await house?.close();
  shop?.close();
});

const lines = (look: Looked) =>
  look
    .getByRole("log")
    .textContent()
    .then((text) => text ?? "");
const shows = (look: Looked, words: string | RegExp) => look.getByRole("log").getByText(words).first().waitFor();
const focused = (look: Looked) =>
  look.evaluate<string>(
    "(() => { const one = document.querySelector('baton-chat').shadowRoot.activeElement; return one?.getAttribute('aria-label') ?? one?.textContent ?? ''; })()",
  );

async function opened(look: Looked): Promise<void> {
  await look.getByRole("button", { name: "Questions? Ask us." }).click();
  await shows(look, "What can I do for you?");
}

async function violations(look: Looked): Promise<string[]> {
  await look.evaluate(`Promise.all(document.querySelector("baton-chat").shadowRoot.getAnimations().map((one) => one.finished))`);
  await look.evaluate(AXE);
  const found = await look.evaluate<Json>(
    `axe.run('baton-chat', { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return found.violations.map((one: Json) => `${one.id}: ${JSON.stringify(one.nodes[0].target)} ${one.nodes[0].failureSummary}`);
}

async function ticketWith(words: string): Promise<{ conversation: string; says(text: string): Promise<Json> }> {
  let ticket: Json;
  await until(async () => {
    for (const one of (await house.desk("GET", "/tickets?limit=100")).tickets) {
      const { messages } = await house.desk("GET", `/conversations/${one.conversation_id}/messages?limit=100`);
      if (messages.some((message: Json) => message.text === words)) ticket = one;
    }
    return ticket !== undefined;
  }, `there is a ticket about ${words}`);
  await house.desk("POST", `/tickets/${ticket.id}/claim`, {});
  const conversation = ticket.conversation_id;
  let nr = 0;
  return {
    conversation,
    async says(text) {
      const { epoch } = await house.desk("GET", `/conversations/${conversation}`);
      return house.desk("POST", `/conversations/${conversation}/messages`, { epoch, client_id: `screen${++nr}`, text });
    },
  };
}

describe("a customer in a shop's page", () => {
  it("talks by keyboard alone, gets a person, loses the network, reloads, and goes on upon a phone", { timeout: 120_000 }, async () => {
    const look = await visit(browser, page);
    await look.getByRole("button", { name: "Questions? Ask us." }).waitFor();
    await look.keyboard.press("Tab"); // the shop's own link
    await look.keyboard.press("Tab");
    await look.keyboard.press("Enter");
    await shows(look, "What can I do for you?");
    expect(await focused(look)).toBe("Write a message");
    expect(await violations(look)).toEqual([]);

    await look.keyboard.press("Escape");
    await until(async () => (await focused(look)) === "Questions? Ask us.", "the focus is back where the window was opened");
    await look.keyboard.press("Enter");
    await shows(look, "What can I do for you?");
    for (let at = 0; at < 12 && (await focused(look)) !== "Return or swap"; at++) await look.keyboard.press("Shift+Tab");
    await look.keyboard.press("Enter");
    await shows(look, "order number");
    await look.getByLabel("Write a message").focus();
    await look.keyboard.type("I'd rather talk to a person at the shop");
    await look.keyboard.press("Enter");
    await shows(look, "I'd rather talk to a person at the shop");
    await look.keyboard.type("person");
    await look.keyboard.press("Enter");
    await shows(look, "connecting you");
    await look.getByRole("dialog").getByText("A person will be with you soon").waitFor();

    const desk = await ticketWith("I'd rather talk to a person at the shop");
    await desk.says("Hello, I see your boots. https://alder.example/fit helps.");
    await shows(look, "Hello, I see your boots.");
    await shows(look, "First agent is here now");
    expect(await look.getByRole("link", { name: /alder\.example\/fit/ }).getAttribute("rel")).toContain("noopener");

    await look.context().setOffline(true);
    await look.getByText("No connection. What you write is kept.").first().waitFor();
    await look.getByLabel("Write a message").fill("Written under way");
    await look.keyboard.press("Enter");
    await shows(look, "Kept. It is sent when you are online again.");
    await look.getByLabel("Write a message").fill("half written");
    await look.context().setOffline(false);
    await until(async () => !(await lines(look)).includes("Kept."), "what was kept is sent");
    const heard = async () => {
      const { messages } = await house.desk("GET", `/conversations/${desk.conversation}/messages?limit=100`);
      return messages.filter((one: Json) => one.text === "Written under way").length;
    };
    await until(async () => (await heard()) === 1, "the desk has it once");

    await look.route("**/chat/v1/*/acts", (route) => route.abort());
    const typed = await look.getByLabel("Write a message").inputValue();
    await look.getByLabel("Write a message").fill("Written before the page was left");
    await look.keyboard.press("Enter");
    await look.getByLabel("Write a message").fill(typed);
    await look.unroute("**/chat/v1/*/acts");
    await look.reload();
    await until(async () => {
      const { messages } = await house.desk("GET", `/conversations/${desk.conversation}/messages?limit=100`);
      return messages.some((one: Json) => one.text === "Written before the page was left");
    }, "what the page could not send is sent by the next one");
    await shows(look, "Written under way"); // the window was open, and is again
    expect(await look.getByLabel("Write a message").inputValue()).toBe("half written");
    expect((await lines(look)).split("Written under way")).toHaveLength(2);

    await look.getByRole("button", { name: "More" }).click();
    await look.getByRole("button", { name: "Continue on another device" }).click();
    const link = await look.getByLabel(/Open this link on your other device/).inputValue();
    const phone = await visit(browser, link, { width: 390, height: 844, dark: true });
    await shows(phone, "Hello, I see your boots.");
    expect(phone.url()).toBe(page);
    expect(await violations(phone)).toEqual([]);
    await phone.getByLabel("Write a message").fill("From my phone now");
    await phone.getByRole("button", { name: "Send", exact: true }).click();
    await shows(look, "From my phone now");
    await desk.says("I see you on both.");
    await Promise.all([shows(look, "I see you on both."), shows(phone, "I see you on both.")]);
    const late = await visit(browser, link);
    await late.getByText("This link is over or was used.").waitFor();
    expect(await heard()).toBe(1);
    for (const one of [look, phone, late]) {
      expect(one.complaints).toEqual([]);
      await one.context().close();
    }
  });

  it("writes what nobody should write, and reads it back as the text it is", { timeout: 90_000 }, async () => {
    const look = await visit(browser, page);
    await opened(look);
    const chosen = HOSTILE_STRINGS.filter((text) => text.trim() !== "" && text.length < 1_500)
      .filter((_, at) => at % 6 === 0)
      .slice(0, 25);
    for (const text of ["person", ...chosen]) {
      await look.getByLabel("Write a message").fill(text);
      await look.keyboard.press("Enter");
    }
    await until(async () => (await look.locator(".line.you.waiting, .line.you.stored").count()) === 0, "all of it is stored", 40_000);
    const desk = await ticketWith("person");
    for (const text of chosen.slice(0, 6)) await desk.says(text).catch(() => undefined); // the desk takes no control characters
    await desk.says("That was all.");
    await shows(look, "That was all.");
    expect(await look.evaluate(`window[${JSON.stringify(TELLTALE)}] === undefined`)).toBe(true);
    expect(
      await look.evaluate(
        `document.querySelector("baton-chat").shadowRoot.querySelectorAll("script, iframe, object, style, form:not(.composer)").length`,
      ),
    ).toBe(0);
    const wide = `(() => { const box = document.querySelector("baton-chat").shadowRoot.querySelector(".lines"); return box.scrollWidth - box.clientWidth; })()`;
    expect(await look.evaluate(wide)).toBe(0);
    expect(look.complaints).toEqual([]);
    await look.context().close();
  });

  it("in Chinese, at night, is met in Chinese", { timeout: 60_000 }, async () => {
    attributes = 'data-lang="zh-CN" data-color="#ffd54a"';
    const look = await visit(browser, page, { dark: true, language: "zh" });
    attributes = "";
    await look.getByRole("button", { name: "有问题？问我们" }).click();
    await shows(look, "您");
    await look.getByLabel("输入消息").fill("我的包裹在哪里");
    await look.keyboard.press("Enter");
    await shows(look, "订单号");
    expect(await violations(look)).toEqual([]);
    expect(look.complaints).toEqual([]);
    await look.context().close();
  });

  it("who was forgotten sees nothing of it any more, and can begin anew", { timeout: 60_000 }, async () => {
    const look = await visit(browser, page);
    await opened(look);
    await look.getByLabel("Write a message").fill("person, and then forget me");
    await look.keyboard.press("Enter");
    await look.getByLabel("Write a message").fill("person");
    await look.keyboard.press("Enter");
    await shows(look, "connecting you");
    const { conversation } = await ticketWith("person, and then forget me");
    const { customer } = await house.desk("GET", `/conversations/${conversation}`);
    await house.desk("POST", `/customers/${customer.id}/erase`, {});
    await look.getByText("This chat is over and no longer kept.").waitFor();
    expect(await lines(look)).not.toContain("forget me");
    await look.getByRole("button", { name: "Start a new chat" }).click();
    await shows(look, "What can I do for you?");
    expect(await lines(look)).not.toContain("forget me");
    await look.context().close();
  });

  it("a picture and a file too many are shown for what they are", { timeout: 60_000 }, async () => {
    const look = await visit(browser, page);
    await opened(look);
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    const field = look.locator("input[type=file]");
    await field.setInputFiles({ name: "boot.png", mimeType: "image/png", buffer: png });
    await look.getByRole("img", { name: "boot.png" }).waitFor();
    await until(
      () =>
        look.evaluate<boolean>(
          `[...document.querySelector("baton-chat").shadowRoot.querySelectorAll(".picture img")].some((one) => one.src.includes("/files/") && one.naturalWidth > 0)`,
        ),
      "the picture is shown from the server",
    );
    await field.setInputFiles({ name: "run.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
    await shows(look, "run.exe cannot be sent");
    await look.getByRole("button", { name: "Remove" }).click();
    await field.setInputFiles({ name: "fake.png", mimeType: "image/png", buffer: Buffer.from("<script>") });
    await shows(look, "fake.png cannot be sent");
    await look.context().close();
  });
});

it("a page that the manifest does not name gets no chat, and its author is told why", async () => {
  const other = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>x</title><script async src="${house.url}/chat.js" data-bot="alder"></script>`);
  });
  await new Promise<void>((ready) => other.listen(0, "0.0.0.0", ready));
  const { port } = other.address() as AddressInfo;
  const look = await visit(browser, "about:blank");
  const warned = look.waitForEvent("console", (message) => message.text().includes("origins"));
  await look.goto(`http://127.0.0.2:${port}/`);
  await warned;
  expect(await look.locator("baton-chat").count()).toBe(0);
  await look.context().close();
  other.close();
});
