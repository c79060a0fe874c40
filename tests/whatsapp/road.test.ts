/** A reminder after a closed window, and a line that fails after it was taken, on the whole road: flow, commit, outbox, status, ticket. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { AGENT, type ContractHouse, createContractHouse } from "../channels/house.ts";
import type { Reply, Subject, Taken } from "../channels/subject.ts";
import { adapter, change, NUMBER, response, signed } from "./setup.ts";

const CUSTOMER = "15550100001";
let nr = 0;
const seconds = (atMs: number) => String(Math.floor(atMs / 1000));
const sent: Record<string, unknown>[] = [];

const whatsapp: Subject = {
  channel: "whatsapp",
  account: NUMBER,
  manifest: `{ phone: "${NUMBER}" }`,
  open: (given) => adapter(given),
  recordings: [],
  says: ({ text, nr: id, atMs }) =>
    signed(
      change({
        contacts: [{ profile: { name: "Ana" }, wa_id: CUSTOMER }],
        messages: [{ from: CUSTOMER, id: `wamid.${id}`, timestamp: seconds(atMs), type: "text", text: { body: text } }],
      }),
    ),
  customerId: () => CUSTOMER,
  signed,
  bodies: [],
  lineIn(taken: Taken) {
    if (!taken.url.includes("/messages")) return null;
    const body = JSON.parse(taken.body);
    if (body.to === undefined) return null;
    sent.push(body);
    return { to: CUSTOMER, shown: body.text?.body ?? `[${body.template?.name}]` };
  },
  accepts: (): Reply => ({ ...response("send-success"), body: { messages: [{ id: `wamid.sent${++nr}` }] } }),
  refusals: [],
  tryAgain: response("error-131016-unavailable"),
  windowClosed: null,
};

const flow = (name: string, word: string, steps: string) =>
  `format: 1\nflow: ${name}\ndescription: x\ntriggers: [ { keyword: [${word}] } ]\nsteps:\n${steps}`;
const FLOWS = {
  boots: flow(
    "boots",
    "BOOTS",
    [
      "  - send: I will tell you.",
      "  - wait: 40h",
      "  - send: They are in, {{ customer.first_name ?? 'friend' }}.",
      "    buttons: [ { title: Our shop, url: 'https://shop.example' } ]",
      "    outside_window: { whatsapp: { template: boots_are_in, values: [ \"{{ customer.first_name ?? 'friend' }}\" ] } }",
      "  - send: And without a template.",
      "",
    ].join("\n"),
  ),
  person: flow("person", "PERSON", "  - handoff: care\n"),
};

let house: ContractHouse;
beforeEach(async () => {
  sent.length = 0;
  house = await createContractHouse(whatsapp, FLOWS);
});
afterEach(() => house.close());

test("after forty hours the approved template goes out with its value, and what has none does not", async () => {
  await house.writes("BOOTS");
  await house.passes(41 * 3_600_000);
  expect(house.said()).toEqual(["I will tell you.", "[boots_are_in]"]);
  expect(sent.at(-1)).toMatchObject({
    type: "template",
    template: { name: "boots_are_in", language: { code: "en" }, components: [{ parameters: [{ type: "text", text: "Ana" }] }] },
  });
  const told = (await house.journal()).filter((row) => row.kind === "delivery").at(-1);
  expect(told?.skeleton).toMatchObject({ state: "refused", code: "window" });
});

test("while the window is open the message itself goes out, with its button", async () => {
  await house.writes("BOOTS");
  await house.passes(30 * 3_600_000);
  await house.writes("still there?");
  await house.passes(10.5 * 3_600_000);
  expect(sent.some((body) => body.type === "interactive")).toBe(true);
  expect(sent.some((body) => body.type === "template")).toBe(false);
});

test("a line that was taken and fails later is shown on the ticket with its reason, once, and the agent may say it again", async () => {
  await house.writes("PERSON");
  const { ticket, id } = await house.conversation();
  await house.desk({ kind: "claimed", ticket: ticket!, agent: AGENT });
  await house.desk({ kind: "agent_said", agent: AGENT, message: { text: "This is Mei." }, clientId: "c1" });
  const mark = sent.at(-1)!.biz_opaque_callback_data as string;
  const failed = {
    id: `wamid.sent${nr}`,
    status: "failed",
    timestamp: seconds(house.clock.nowMs()),
    recipient_id: CUSTOMER,
    errors: [{ code: 131026, title: "Message undeliverable" }],
    biz_opaque_callback_data: mark,
  };
  for (let times = 0; times < 2; times++) await house.posts(signed(change({ statuses: [failed] })));
  await house.runtime.idle();
  const line = mark.slice("baton:".length);
  expect(await house.store.outboxRow("shop" as never, line as never)).toMatchObject({
    state: "refused",
    why: "blocked: code 131026: the message cannot reach this customer",
  });
  const rows = await house.store.journal("shop" as never, id, 0, 1_000);
  const deliveries = rows.filter((row) => row.kind === "delivery" && row.skeleton.line === line);
  expect(deliveries.map((row) => row.skeleton)).toMatchObject([{ state: "refused", code: "blocked" }]);
  expect(deliveries[0]!.cause).toBe(rows.find((row) => row.kind === "line" && row.skeleton.line === line)?.seq);
});

test("a status settles a line whose answer was lost: it is not said twice", async () => {
  house.fates.push("reset");
  await house.writes("BOOTS");
  const mark = sent.at(-1)!.biz_opaque_callback_data as string;
  const status = {
    id: "wamid.lost",
    status: "delivered",
    timestamp: seconds(house.clock.nowMs()),
    recipient_id: CUSTOMER,
    biz_opaque_callback_data: mark,
  };
  await house.posts(signed(change({ statuses: [status] })));
  await house.passes(60_000);
  expect(house.tried).toEqual(["I will tell you."]);
  const row = await house.store.outboxRow("shop" as never, mark.slice("baton:".length) as never);
  expect(row).toMatchObject({ state: "sent", channelMessageId: "wamid.lost" });
});

test("a doubtful line that a status reports as failed ends there, and what stands behind it goes on", async () => {
  house.fates.push("reset");
  await house.writes("BOOTS");
  const mark = sent.at(-1)!.biz_opaque_callback_data as string;
  const failed = {
    id: "wamid.lost",
    status: "failed",
    timestamp: seconds(house.clock.nowMs()),
    recipient_id: CUSTOMER,
    errors: [{ code: 131026 }],
    biz_opaque_callback_data: mark,
  };
  await house.posts(signed(change({ statuses: [failed] })));
  await house.writes("PERSON");
  await house.passes(1_000);
  expect(house.tried.filter((one) => one === "I will tell you.")).toHaveLength(1);
  expect(house.said().length).toBeGreaterThan(0);
});

test("a customer who hides their number behind a username is still the same customer", async () => {
  const person = "US.13490000000000001";
  const message = (from: Record<string, string>, contact: Record<string, string>, id: string) =>
    signed(
      change({
        contacts: [{ profile: { name: "Ana", username: "ana" }, ...contact, user_id: person }],
        messages: [{ ...from, from_user_id: person, id, timestamp: seconds(house.clock.nowMs()), type: "text", text: { body: "BOOTS" } }],
      }),
    );
  await house.posts(message({ from: CUSTOMER }, { wa_id: CUSTOMER }, "wamid.n1"));
  await house.runtime.idle();
  await house.posts(message({}, {}, "wamid.n2"));
  await house.runtime.idle();
  const before = await house.conversation();
  const after = await house.store.find("shop" as never, { ...before.address, customer: person as never });
  expect((await house.store.load("shop" as never, after!))?.person).toBe((await house.store.load("shop" as never, before.id))?.person);
  expect(sent.at(-1)?.to).toBe(person);
});

test("once the window is closed an agent's words are refused, and an approved template that they name goes out", async () => {
  await house.writes("PERSON");
  const { ticket } = await house.conversation();
  await house.desk({ kind: "claimed", ticket: ticket!, agent: AGENT });
  await house.desk({ kind: "agent_said", agent: AGENT, message: { text: "I ask the shop." }, clientId: "c1" });
  await house.passes(25 * 3_600_000);
  const message = { text: "They are in." };
  await house.desk({ kind: "took_over", agent: AGENT }).catch(() => undefined);
  await expect(house.desk({ kind: "agent_said", agent: AGENT, message, clientId: "c2" })).rejects.toThrow("window_closed");
  const outside = { name: "boots_are_in", language: "en_US" };
  await house.desk({ kind: "agent_said", agent: AGENT, message: { ...message, outside }, clientId: "c3" });
  expect(house.said().at(-1)).toBe("[boots_are_in]");
});
