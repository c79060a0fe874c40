/** A person at the desk in a real Chromium, let in by a token of theirs. */
import type { Browser } from "playwright-core";
import { type Looked, visit } from "../browser.ts";
import { type House, type Json, type Person, until } from "./house.ts";

type Look = Parameters<typeof visit>[2];

export async function openDesk(browser: Browser, house: Pick<House, "url">, token: string, query = "", look: Look = {}): Promise<Looked> {
  const page = await visit(browser, `${house.url}/health/live`, look);
  await page.evaluate(`sessionStorage.setItem("baton.token", ${JSON.stringify(token)})`);
  await page.goto(`${house.url}/desk${query}`);
  await live(page);
  return page;
}

/** Until the screen has caught up: before, it does nothing that could rest on something old. */
export async function live(page: Looked): Promise<void> {
  await page.locator(".whole[data-line=live]").waitFor();
}

/** Until keys go into the answer. */
export function writes(page: Looked): Promise<void> {
  return until(() => page.evaluate(`document.activeElement?.id === "answer"`), "the answer field has the focus");
}

/** What the customer has on their phone. */
export function phoneOf(house: House, customer: string): string[] {
  return house.twin.thread(customer).map((line) => `${line.by}: ${line.text}`);
}

export function hears(house: House, customer: string, words: RegExp): Promise<void> {
  return until(() => phoneOf(house, customer).some((line) => words.test(line)), `the customer sees ${words}`);
}

/** The customer writes, and the bot has answered each of it. */
export async function talks(house: House, customer: string, ...words: string[]): Promise<void> {
  for (const text of words) {
    const before = phoneOf(house, customer).length;
    house.twin.customerSays(customer, text);
    await until(() => phoneOf(house, customer).length > before + 1, `the bot answers ${text}`);
  }
}

/** The newest ticket of a customer of this name that holds so. */
export async function ticketFor(house: House, name: string, so: (ticket: Json) => boolean = () => true): Promise<Json> {
  let found: Json;
  await until(async () => {
    const { tickets } = await house.call("GET", "/tickets?limit=200&state=waiting,offered,claimed,snoozed,closed");
    found = tickets.filter((one: Json) => one.customer.name === name && so(one)).at(-1);
    return found !== undefined;
  }, `${name} has such a ticket`);
  return found;
}

/** A customer asks for a person, and somebody has claimed them. @returns the ticket */
export async function claimedBy(house: House, agent: Person, customer: string, name: [first: string, last: string]): Promise<Json> {
  house.named(customer, ...name);
  await talks(house, customer, "person");
  const ticket = await ticketFor(house, name.join(" "), ({ state }) => state !== "closed");
  await house.call("POST", `/tickets/${ticket.id}/claim`, {}, agent.token);
  return ticket;
}
