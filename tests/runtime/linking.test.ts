/** One customer in two chats, on the real road: what one chat learns the other knows, also while both are live and when the process dies. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Program } from "../../dialogue/program.ts";
import { BOT, createHouse, type House, type HouseOptions } from "./house.ts";

const FLOWS = {
  code: `
format: 1
flow: code
description: A code for another chat.
triggers: [ { keyword: [CODE] } ]
steps:
  - { action: customer.code, save: offer }
  - send: "Type {{ offer.code }}."
`,
  name: `
format: 1
flow: name
description: What they are called.
triggers: [ { keyword: [NAME] } ]
steps:
  - { collect: customer.first_name, ask: What is your name?, ask_again: true }
  - send: Hello {{ customer.first_name ?? "?" }}.
`,
  who: `
format: 1
flow: who
description: Who am I?
triggers: [ { keyword: [WHO] } ]
steps:
  - send: You are {{ customer.first_name ?? "nobody" }}.
`,
  login: `
format: 1
flow: login
description: A link from the shop's own pages.
inputs: [token]
slots: { token: { type: text } }
steps:
  - action: customer.link
    with: { proof: "{{ slots.token }}" }
    save: linked
    on_error: [ { send: "Not known: {{ error.code }}." }, { end: flow } ]
  - send: Welcome back.
`,
  apart: `
format: 1
flow: apart
description: Take the chats apart.
triggers: [ { keyword: [APART] } ]
steps:
  - { action: customer.unlink, save: done }
  - send: "Apart {{ done.was_linked ? 'now' : 'before' }}."
`,
};
const ADS = {
  "flows/login.ads.yaml": `
format: 1
ads:
  - { match: { ref: "login.*" }, start: login, with: { token: "{{ referral.rest }}" } }
`,
};

/** A bot with a second channel, so that codes are read. */
const onTwo = (program: Program): Program => ({
  ...program,
  bot: { ...program.bot, channels: [...program.bot.channels, { channel: "wechat", account: "gh_shop", settings: {} }] },
});

let house: House;
const folders: string[] = [];
afterEach(async () => {
  await house.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function onDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-linking-"));
  folders.push(folder);
  return join(folder, "baton.db");
}

async function begins(options: HouseOptions = {}): Promise<void> {
  const adapt: HouseOptions["adapt"] = (adapter) => ({ ...adapter, profile: async () => null }); // only what is said is known
  house = await createHouse({ flows: FLOWS, files: ADS, program: onTwo, adapt, ...options });
}

async function says(from: string, ...texts: string[]): Promise<string | undefined> {
  for (const text of texts) {
    await house.writes(text, { from });
    await house.idle();
  }
  return house.said(from).at(-1);
}

async function connects(): Promise<void> {
  await says("1", "NAME", "Mei");
  await says("2", "WHO");
  const code = /Type (\S+)\./.exec((await says("1", "CODE"))!)![1]!;
  expect(await says("2", code.toLowerCase().replace("-", " "))).toMatch(/^This code connects/);
  expect(await says("2", "yes")).toMatch(/^Done\. Both chats/);
}

test("a code typed in the other chat makes it know what the first was told, and the first is told of it", async () => {
  await begins();
  await connects();
  expect(house.said("1").at(-1)).toMatch(/^Your other chat/);
  expect(await says("2", "WHO")).toBe("You are Mei.");
  expect((await house.conversation("1")).person).toBe((await house.conversation("2")).person);
  expect(house.logged.join("\n")).not.toMatch(/[0-9BCDFGHJKLMNPQRSTVWXZ]{4}-[0-9BCDFGHJKLMNPQRSTVWXZ]{4}/);
});

test("what one of two live chats learns is what the other says next, whoever wrote last", async () => {
  await begins({ path: onDisk() });
  await connects();
  await says("2", "NAME", "Anna");
  expect(await says("1", "WHO")).toBe("You are Anna.");
  await says("1", "NAME", "Ana");
  expect(await says("2", "WHO")).toBe("You are Ana.");
  await house.restarts();
  expect(await says("2", "WHO")).toBe("You are Ana.");
});

test("taken apart, each chat knows what it was told itself", async () => {
  await begins();
  await connects();
  expect(await says("2", "APART")).toBe("Apart now.");
  expect(await says("2", "WHO")).toBe("You are nobody.");
  expect(await says("1", "WHO")).toBe("You are Mei.");
  expect(await says("1", "APART")).toBe("Apart before.");
});

test("a code that is wrong, over or typed where it was given links nobody", async () => {
  await begins();
  const code = /Type (\S+)\./.exec((await says("1", "CODE"))!)![1]!;
  await says("1", code, "yes");
  expect(house.said("1").at(-1)).toMatch(/^That didn't work/);
  await house.passes(16 * 60_000);
  await says("2", code, "yes");
  expect(house.said("2").at(-1)).toMatch(/no longer holds/);
  expect((await house.conversation("1")).person).not.toBe((await house.conversation("2")).person);
});

test("the same name, e-mail or phone alone makes nobody the same customer", async () => {
  await begins();
  await says("1", "NAME", "Mei");
  await says("2", "NAME", "Mei");
  expect((await house.conversation("1")).person).not.toBe((await house.conversation("2")).person);
});

test("a link from the shop's own pages says who is logged in, in any chat, and a forged one says nothing", async () => {
  await begins();
  await says("1", "NAME", "Mei");
  const opens = async (from: string, token: string) => {
    await house.writes("hello", { from, referral: { ref: `login.${token}`, source: "SHORTLINK", type: "OPEN_THREAD" } });
    await house.idle();
  };
  await opens("1", "signed:user-7:a");
  await opens("2", "signed:user-7:b");
  expect(house.said("2").at(-1)).toBe("Welcome back.");
  expect(await says("2", "WHO")).toBe("You are Mei.");
  await opens("3", "forged:user-7:c");
  expect(house.said("3").at(-1)).toBe("Not known: refused.");
  await opens("4", "signed:user-7:b"); // somebody else's link, used before
  expect(house.said("4").at(-1)).toBe("Not known: not_found.");
  expect(await says("4", "WHO")).toBe("You are nobody.");
});

test("whoever says stop in one chat is not written to unasked in the other; coming back counts where it is said", async () => {
  await begins();
  await connects();
  await says("2", "REMIND");
  await says("1", "STOP");
  await house.passes(22 * 3_600_000);
  expect(house.said("2")).not.toContain("Still interested?");
  await says("2", "REMIND");
  await says("1", "START");
  await house.passes(22 * 3_600_000);
  expect(house.said("2")).toContain("Still interested?");
});

test("each chat goes on in the language that is spoken there, whatever the other one learned", async () => {
  await begins({ program: (program) => ({ ...onTwo(program), bot: { ...onTwo(program).bot, languages: ["en", "es"] } }) });
  await connects();
  await says("1", "español por favor");
  expect((await house.conversation("1")).session.language).toBe("es");
  await says("2", "WHO");
  expect((await house.conversation("2")).session.language ?? "en").toBe("en");
});

test("a person who is asked for in one chat learns of the other, and by what it is proven", async () => {
  await begins();
  await connects();
  await house.hires("ag_noah");
  await says("2", "I want to talk to a person");
  const { package: packed } = await house.ticket("2");
  expect(packed).toMatchObject({
    identity: {
      level: "otp",
      name: "Mei",
      other_chats: [{ channel: "messenger", proof: "code", conversation_id: (await house.conversation("1")).id, ticket_id: null }],
    },
  });
  expect(JSON.stringify(packed)).toContain("The same customer also writes on messenger");
});

test("a process that dies between the link and its answer links once, and the customer is told all the same", async () => {
  await begins({ path: onDisk() });
  await says("1", "NAME", "Mei");
  await says("2", "WHO");
  const code = /Type (\S+)\./.exec((await says("1", "CODE"))!)![1]!;
  await says("2", code);
  const { link } = house.store;
  let died = false;
  house.store.link = async (request) => {
    const outcome = await link(request);
    if (!died) {
      died = true;
      await new Promise(() => {}); // what was stored is never heard of
    }
    return outcome;
  };
  await house.writes("yes", { from: "2" });
  await expect.poll(() => died).toBe(true);
  await house.restarts();
  await house.idle();
  expect(house.said("2").at(-1)).toMatch(/^Done\. Both chats/);
  const linked = (await house.journal("2")).filter((row) => row.skeleton.kind === "linked");
  expect(linked).toHaveLength(1);
  expect(await house.store.addressesOf(BOT, (await house.conversation("1")).person)).toHaveLength(2);
});

test("whom the platform names alike on two accounts is one customer from their first word, and stays apart once taken apart", async () => {
  const adapt: HouseOptions["adapt"] = (adapter) => ({ ...adapter, profile: async () => ({ unionid: "u_1" }) });
  await begins({ adapt });
  await says("1", "NAME", "Mei");
  expect(await says("2", "WHO")).toBe("You are Mei.");
  expect(house.said("2")).toHaveLength(1); // found out before the first answer, and answered once
  const { person } = await house.conversation("2");
  expect((await house.store.addressesOf(BOT, person)).map(({ proof }) => proof)).toEqual(["unionid", "unionid"]);
  expect(await says("2", "APART")).toBe("Apart now.");
  expect(await says("2", "WHO")).toBe("You are nobody.");
});
