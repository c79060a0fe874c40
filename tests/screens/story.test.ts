/**
 * The whole story in a real Chromium on the real process, as `npm start` runs it: a customer on the studio's phone, a person at the desk
 * in another browser, from the ad to the answer and back to the flow; then again with the network cut, and with the server killed.
 */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Looked, openBrowser, visit } from "../browser.ts";
import { type Running, start, temporaryFolder } from "../road/process.ts";
import { pause, until } from "./house.ts";

const PASSWORD = "a sentence that only this agent says";

const folder = temporaryFolder();
let browser: Browser;
let baton: Running;
let desk: Looked;

const env = (more: Record<string, string> = {}) => ({ BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`, LOG_LEVEL: "warn", ...more });

beforeAll(async () => {
  [browser, baton] = await Promise.all([openBrowser(), start({ env: env() })]);
  desk = await signIn();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await baton?.stop();
  folder.remove();
});

/** By the door, with what the first start printed. */
async function signIn(): Promise<Looked> {
  const [, name, password] = /name (\S+), one-time password (\S+)/.exec(baton.printed())!;
  const page = await visit(browser, `${baton.url}/desk`);
  await page.getByLabel("Name or e-mail").fill(name!);
  await page.getByLabel("Password").fill(password!);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Keep it and go on" }).click();
  await page.getByText("Nobody is waiting").first().waitFor();
  return page;
}

/** A live phone of somebody new. */
async function openPhone(): Promise<Looked> {
  const page = await visit(browser, `${baton.url}/studio`);
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.locator(".seg [aria-pressed=true]", { hasText: "Live" }).waitFor();
  await page.locator(".hello").waitFor();
  return page;
}

const thread = (page: Looked): Promise<string[]> => page.locator(".feed .b").allTextContents();
const times = async (page: Looked, words: string) => (await thread(page)).filter((line) => line.includes(words)).length;

async function says(page: Looked, text: string): Promise<void> {
  await page.locator("#say").fill(text);
  await page.locator("#say").press("Enter");
  await page.locator(".b.me", { hasText: text }).last().waitFor();
}

async function hears(page: Looked, by: "bot" | "person", words: string | RegExp): Promise<void> {
  await page.locator(`.b.${by}`, { hasText: words }).last().waitFor({ timeout: 20_000 });
}

/** Every bubble, by how it begins: nothing is lost, nothing is there twice, all of it in order. */
async function hearsAll(page: Looked, reply: string, meanwhile: string[] = []): Promise<void> {
  const assistant = "You're chatting with Alder's assistant.";
  const all = [
    ...["Get Started", assistant, "Hi Ana, you came for the Ridge boots.", "Which EU size do you wear?"],
    ...["My boots don't fit", "What's your order number?", "How long does shipping take?", "Two to four working days"],
    ...["What's your order number?", "AL-123456", "What's wrong with it?", "I want a person", "I'm connecting you"],
    ...[...meanwhile, reply, assistant, "Let's pick up where we left off.", "What's wrong with it?", "Too small"],
    ...["Would you like another size or your money back?", "Refund", "Done. Your return is", "How did we do?"],
  ];
  await hears(page, "bot", "How did we do?");
  const heard = await thread(page);
  expect(heard.map((line, at) => (line.startsWith(all[at] ?? "-") ? all[at] : line))).toEqual(all);
}

/** What may happen in the middle of it. `whileAsked`: the customer has just answered. `whileWriting`: the agent's line is half written. */
type Middle = { whileAsked?(phone: Looked): Promise<void>; whileWriting?(phone: Looked): Promise<void> };

async function play(reply: string, { whileAsked, whileWriting }: Middle = {}): Promise<Looked> {
  const phone = await openPhone();
  const answer = desk.getByLabel("Reply to Ana Pereira");

  // In by an advertisement; a form; something else asked in the middle of it; and the form goes on where it was.
  await phone.locator(".ad-card .enter", { hasText: "Spring boots" }).first().click();
  await hears(phone, "bot", "Which EU size do you wear?");
  await says(phone, "My boots don't fit");
  await hears(phone, "bot", "What's your order number?");
  await says(phone, "How long does shipping take?");
  await until(async () => (await times(phone, "order number?")) >= 2, "the form asks on after the answer");
  await says(phone, "AL-123456");
  await whileAsked?.(phone);
  await hears(phone, "bot", "What's wrong with it?");
  await says(phone, "I want a person");

  // On the desk by itself, with the whole story.
  const row = desk.getByRole("button", { name: /Ana Pereira/ }).first();
  await row.waitFor();
  await row.click();
  const panel = desk.getByRole("complementary", { name: "About this conversation" });
  await panel.getByText("The customer asked for a person.").waitFor();
  await panel.getByText("AL-123456").first().waitFor();
  await panel.getByText("Spring boots").first().waitFor();
  await desk.locator(".line.customer", { hasText: "I want a person" }).waitFor();

  // Taken and answered by keys; the phone shows who it is.
  await desk.keyboard.press("i");
  await answer.waitFor();
  await until(() => desk.evaluate(`document.activeElement?.id === "answer"`), "the answer field has the focus");
  await desk.keyboard.type(reply);
  await whileWriting?.(phone);
  await pause(1_300); // what has just arrived must have been seen before a line goes out
  await answer.press("Control+Enter");
  await hears(phone, "person", reply);
  expect(await times(phone, reply)).toBe(1);

  // Back to the bot, and the flow goes on with what it knew.
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("b");
  const dialog = desk.getByRole("dialog", { name: "Back to the bot" });
  await dialog.getByLabel("Note").fill("all answered");
  await dialog.getByRole("button", { name: "Back to the bot" }).click();
  await until(async () => (await times(phone, "What's wrong with it?")) >= 2, "the bot asks on after the person");
  await phone.locator(".quick button", { hasText: "Too small" }).click();
  await hears(phone, "bot", "Would you like another size or your money back?");
  await phone.locator(".quick button", { hasText: "Refund" }).click();
  await hears(phone, "bot", "Done. Your return is");
  expect(phone.complaints).toEqual([]);
  expect(desk.complaints).toEqual([]);
  return phone;
}

it("from the ad to a person and back to the flow, on two screens that follow by themselves", { timeout: 90_000 }, async () => {
  const phone = await play("Hi Ana, here is a person.");
  await hearsAll(phone, "Hi Ana, here is a person.");
  await phone.context().close();
});

it("the network is cut in the middle: nothing can be sent, what was written stays, and both screens catch up without a gap", {
  timeout: 90_000,
}, async () => {
  const cut = async (phone: Looked) => {
    const id = (await phone.evaluate(`sessionStorage.getItem("baton.studio.phone")`)) as string;
    await Promise.all([phone.context().setOffline(true), desk.context().setOffline(true)]);
    await phone.getByText("The server cannot be reached just now.").waitFor();
    await desk.getByText(/No connection since/).waitFor();

    // Neither can send; both keep what they write.
    await desk.getByLabel("Reply to Ana Pereira").press("Control+Enter");
    await desk.getByText("You can type, not send.").waitFor();
    await phone.locator("#say").fill("I have one more question");
    await phone.locator("#say").press("Enter");

    // Meanwhile the talk goes on elsewhere.
    const body = JSON.stringify({ act: "say", text: "are you still there?" });
    const headers = { "content-type": "application/json" };
    const acted = await fetch(`${baton.url}/api/v1/studio/phones/${id}/act`, { method: "POST", headers, body });
    expect(acted.status).toBe(200);

    await Promise.all([phone.context().setOffline(false), desk.context().setOffline(false)]);
    await phone.locator(".b.me", { hasText: "are you still there?" }).waitFor({ timeout: 20_000 });
    await desk.locator(".line.customer", { hasText: "are you still there?" }).waitFor({ timeout: 20_000 });
    await desk.getByText("One new line while you were away").waitFor();
    await desk.getByText("No connection since").waitFor({ state: "detached" });
    await phone.locator(".offline").waitFor({ state: "detached" });
    expect(await desk.getByLabel("Reply to Ana Pereira").inputValue()).toBe("A line written through a cut.");
    expect(await phone.locator("#say").inputValue()).toBe("I have one more question");
    expect(await times(phone, "I have one more question")).toBe(0);
  };
  const phone = await play("A line written through a cut.", { whileWriting: cut });
  await hearsAll(phone, "A line written through a cut.", ["are you still there?"]);
  await phone.context().close();
});

it("the server is killed in the middle, twice: the phone's thread goes on, the draft is there, nothing is lost or said twice", {
  timeout: 120_000,
}, async () => {
  const kill = async () => {
    const { port } = new URL(baton.url);
    baton.child.kill("SIGKILL");
    await baton.exited;
    return async () => {
      baton = await start({ env: env({ PORT: port }) });
    };
  };
  const phone = await play("A line written through a kill.", {
    // Right after the customer's answer: it was taken, and is answered when the server is back.
    async whileAsked(phone) {
      const again = await kill();
      await phone.getByText("The server cannot be reached just now.").waitFor();
      await again();
      await hears(phone, "bot", "What's wrong with it?");
      await phone.locator(".offline").waitFor({ state: "detached" });
      expect(await times(phone, "AL-123456")).toBe(1);
    },
    async whileWriting(phone) {
      const before = await thread(phone);
      const again = await kill();
      await phone.getByText("The server cannot be reached just now.").waitFor();
      await desk.getByText(/No connection since/).waitFor();
      await again();
      await phone.locator(".offline").waitFor({ state: "detached", timeout: 20_000 });
      await desk.getByText("No connection since").waitFor({ state: "detached", timeout: 20_000 });
      expect(await thread(phone)).toEqual(before);
      expect(await desk.getByLabel("Reply to Ana Pereira").inputValue()).toBe("A line written through a kill.");
    },
  });
  await hearsAll(phone, "A line written through a kill.");
  await phone.context().close();
});
