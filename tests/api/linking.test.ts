/** One customer in two chats, over the API: what the brand's own systems may prove, what the desk shows of it, and the way back. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHouse, type House, LOGIN_SECRET, queues } from "./house.ts";

let house: House;
let mei: string;
let otto: string;
let shop: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  otto = (await house.hires("otto", { queues: queues("billing") })).token;
  shop = (await house.hires("shop", { role: "system" })).token;
});
afterAll(() => house.close());

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
type Any = any;
let tokens = 0;
function token(
  claims: Record<string, unknown> = {},
  secret = LOGIN_SECRET,
  header: Record<string, unknown> = { alg: "HS256", typ: "JWT" },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 300;
  const body = `${part(header)}.${part({ sub: "user-7", aud: "alder", exp, jti: String(++tokens), ...claims })}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
const customer = (id: string) => ({ channel: "messenger", account: "page_alder", id });
const links = (id: string, told: string, by = shop) => house.call("POST", "/links", by, { customer: customer(id), token: told });

it("a token that the brand's systems signed makes two chats one customer, once", async () => {
  await house.writes("hello", { from: "k1" });
  await house.writes("hello", { from: "k2" });
  const first = token();
  expect((await links("k1", first)).body).toMatchObject({ linked: false });
  expect((await links("k2", first)).body.error).toMatchObject({ code: "not_proven", message: "This proof has been used." });
  const answer = (await links("k2", token())) as Any;
  expect(answer).toMatchObject({ status: 200, body: { linked: true, customer_id: (await house.conversation({ from: "k1" })).person } });
  expect((await house.conversation({ from: "k2" })).person).toBe(answer.body.customer_id);
});

it("a token that is forged, too old, too long, for another bot or of another kind proves nothing", async () => {
  await house.writes("hello", { from: "k3" });
  const now = Math.floor(Date.now() / 1000);
  const bad = [
    token({}, "another secret of at least thirty-two characters"),
    token({ exp: now - 120 }),
    token({ exp: now + 3 * 86_400 }),
    token({ aud: "birch" }),
    token({ sub: "" }),
    token({ exp: undefined }),
    token({}, LOGIN_SECRET, { alg: "none" }),
    `${token().split(".").slice(0, 2).join(".")}.`,
    "XXXX-YYYY",
    "a.b.c",
  ];
  for (const one of bad) expect([one, (await links("k3", one)).body.error?.code]).toEqual([one, "not_proven"]);
  expect((await links("k3", "x".repeat(3_000))).status).toBe(400);
  expect((await links("nobody", token())).status).toBe(404);
  expect((await links("k3", token(), mei)).status).toBe(403); // who works at the desk proves nothing
});

it("an agent who works with a customer sees all their chats, with proof and date, and can take one away", async () => {
  await house.writes("what I wrote elsewhere", { from: "k4" });
  await links("k4", token({ sub: "user-8" }));
  const { ticket, conversation } = await house.asks("k5");
  const elsewhere = (await house.conversation({ from: "k4" })).id;
  const old = (await house.conversation({ from: "k5" })).person;
  expect((await house.call("GET", `/conversations/${elsewhere}/messages`, mei)).status).toBe(404);
  await links("k5", token({ sub: "user-8" }));
  const { person } = await house.conversation({ from: "k5" });

  const page = (await house.call("GET", `/customers/${person}`, mei)).body as Any;
  expect(page.addresses.map((one: Any) => [one.conversation_id, one.proof])).toEqual([
    [elsewhere, "signed"],
    [conversation, "signed"],
  ]);
  expect(page.addresses[0]).toMatchObject({ channel: "messenger", account: "page_alder", linked_at: expect.stringMatching(/^\d{4}-/) });
  expect(page.conversations.map(({ id }: Any) => id).sort()).toEqual([elsewhere, conversation].sort());
  expect(((await house.call("GET", `/customers/${old}`, mei)).body as Any).id).toBe(person); // a link of before leads there too
  const talk = (await house.call("GET", `/conversations/${elsewhere}/messages`, mei)).body.messages;
  expect(talk.some(({ text }) => text === "what I wrote elsewhere")).toBe(true);
  expect(talk).toContainEqual(
    expect.objectContaining({ kind: "happening", name: "linked", chat: { channel: "messenger", proof: "signed" } }),
  );
  expect((await house.call("GET", `/conversations/${elsewhere}/messages`, otto)).status).toBe(404);

  expect((await house.call("POST", `/customers/${person}/unlink`, otto, { conversation: elsewhere })).status).toBe(404);
  const taken = await house.call("POST", `/customers/${person}/unlink`, mei, { conversation: elsewhere });
  expect(taken).toMatchObject({ status: 200, body: { conversation_id: elsewhere } });
  expect((await house.conversation({ from: "k4" })).person).not.toBe((await house.conversation({ from: "k5" })).person);
  expect((await house.call("GET", `/conversations/${elsewhere}/messages`, mei)).status).toBe(404);
  const again = await house.call("POST", `/customers/${(await house.conversation({ from: "k4" })).person}/unlink`, shop, {
    conversation: elsewhere,
  });
  expect(again.body.error).toMatchObject({ code: "not_linked" });
  expect((await house.call("GET", `/tickets/${ticket}`, mei)).status).toBe(200);
});

it("an admin who erases a linked customer erases all their chats", async () => {
  const admin = (await house.hires("ada", { role: "admin" })).token;
  await house.writes("SECRET one", { from: "k6" });
  await house.writes("SECRET two", { from: "k7" });
  await links("k6", token({ sub: "user-9" }));
  await links("k7", token({ sub: "user-9" }));
  const { person, id } = await house.conversation({ from: "k7" });
  expect((await house.call("POST", `/customers/${person}/erase`, admin, {})).body).toMatchObject({ conversations: 2 });
  expect(JSON.stringify(await house.store.journal("alder" as never, id, 0, 100))).not.toContain("SECRET");
});
