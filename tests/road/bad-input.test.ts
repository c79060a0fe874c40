/** What nobody should send, sent to the real process: refused or harmless, nothing lost, and nothing of it in what it prints. */
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP_SECRET, PAGE, PAGE_TOKEN, said, signature } from "./recorded.ts";
import { openRoad, type Road } from "./road.ts";

let road: Road;
/** A body that comes one byte a second; begun first, since its end takes the longest. */
let slow: Promise<{ afterMs: number; answer: string }>;
beforeAll(async () => {
  road = await openRoad({ LOG_LEVEL: "trace" });
  slow = trickle(road.baton.url);
});
afterAll(async () => {
  await road.close();
});

const CANARY = "canary-8c1f0e";
let customers = 0;
const newCustomer = (): string => `65000000000${String(++customers).padStart(5, "0")}`;

type Sent = { status: number; text: string };
async function send(body: string | Buffer, headers: Record<string, string> = {}, path = "/webhooks/messenger"): Promise<Sent> {
  const response = await fetch(`${road.baton.url}${path}`, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: response.status, text: await response.text() };
}
const signed = (body: string | Buffer) => ({ "x-hub-signature-256": signature(body) });

/** A good message is still answered, and rightly. */
async function answersRightly(): Promise<void> {
  const psid = newCustomer();
  await road.says(psid, "Do you ship to Germany?");
  expect((await road.platform.receives(psid, 2))[1]).toBe(
    "Yes, to 34 countries, Canada, most of Europe and China among them. Duty is shown and paid at the checkout, so nothing comes on top at your door.",
  );
}

/** One message of the platform, written by hand: JSON that no serializer of ours would write. */
const handwritten = (psid: string, inside: string): string =>
  `{"object":"page","entry":[{"id":"${PAGE}","time":${Date.now()},"messaging":[{"sender":{"id":"${psid}"},"recipient":{"id":"${PAGE}"},"timestamp":${Date.now()},${inside}}]}]}`;

describe("whoever is not the platform", () => {
  const body = () => JSON.stringify(said(newCustomer(), `${CANARY} forged`));

  it.each([
    ["signs with another secret", (text: string) => ({ "x-hub-signature-256": signature(text, "another secret") })],
    ["signs another body", () => ({ "x-hub-signature-256": signature("{}") })],
    ["does not sign", () => ({})],
    ["sends an empty signature", () => ({ "x-hub-signature-256": "" })],
    ["sends a signature that is no hash", () => ({ "x-hub-signature-256": "sha256=zz" })],
    ["sends half a signature", (text: string) => ({ "x-hub-signature-256": signature(text).slice(0, 40) })],
    ["sends the old kind of signature only", (text: string) => ({ "x-hub-signature": signature(text) })],
  ])("%s, and is refused", async (_who, headers) => {
    const text = body();
    const before = road.platform.attempts.length;
    const { status } = await send(text, headers(text) as Record<string, string>);
    expect(status).toBe(401);
    await answersRightly();
    expect(road.platform.attempts.length).toBe(before + 2);
  });

  it.each([
    "/webhooks/other",
    "/webhooks/messenger/",
    "/webhooks/messenger/x",
    "/webhooks/MESSENGER",
    "/webhooks/..%2fmessenger",
    "/_twin/say",
    "/",
  ])("replays a signed webhook to %s, where nobody takes it", async (path) => {
    const psid = newCustomer();
    const text = JSON.stringify(said(psid, `${CANARY} replayed`));
    expect((await send(text, signed(text), path)).status).toBe(404);
    expect(road.platform.taken(psid)).toEqual([]);
  });

  it("replays a signed webhook to the desk, which wants a token of its own", async () => {
    const text = JSON.stringify(said(newCustomer(), `${CANARY} replayed`));
    expect((await send(text, signed(text), "/api/v1/tickets")).status).toBe(401);
  });

  it("knows the address but not the verify token", async () => {
    const ask = (token: string) =>
      fetch(`${road.baton.url}/webhooks/messenger?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`);
    expect((await ask("guessed")).status).toBe(403);
    const right = await ask("mytoken");
    expect([right.status, await right.text()]).toEqual([200, "1158201444"]);
  });
});

describe("a body that is too much", () => {
  it("of more than 1 MB, as its length says, is refused before it is sent", async () => {
    const { status } = await raw(`POST /webhooks/messenger HTTP/1.1\r\nhost: x\r\ncontent-length: 1100000\r\n\r\n`);
    expect(status).toBe(413);
  });

  it("of more than 1 MB in chunks is refused while it comes", async () => {
    const status = await new Promise<number>((resolve) => {
      const request = httpRequest(`${road.baton.url}/webhooks/messenger`, { method: "POST" }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.on("error", () => resolve(0));
      for (let n = 0; n < 11; n++) request.write(Buffer.alloc(100_000, 0x20)); // and never an end
    });
    expect(status).toBe(413);
    await answersRightly();
  });

  it("that is compressed is refused", async () => {
    const bytes = gzipSync(JSON.stringify(said(newCustomer(), `${CANARY} compressed`)));
    expect((await send(bytes, { ...signed(bytes), "content-encoding": "gzip" })).status).toBe(415);
  });

  it("with ten thousand headers is refused", async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `x-${n}: ${CANARY}`).join("\r\n");
    expect((await raw(`GET /health/live HTTP/1.1\r\nhost: x\r\n${many}\r\n\r\n`)).status).toBe(431);
    await answersRightly();
  });

  it("that comes one byte a second is cut off after 15 s, and others are answered meanwhile", { timeout: 40_000 }, async () => {
    await answersRightly();
    const { afterMs, answer } = await slow;
    expect(afterMs).toBeGreaterThan(12_000);
    expect(afterMs).toBeLessThan(20_000);
    expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
    await answersRightly();
  });
});

describe("a signed body that says nothing sensible", () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  it.each([
    ["is no JSON", `{"object":"page","entry":[${CANARY}`],
    ["is empty", ""],
    ["is a number", "42"],
    ["is null", "null"],
    ["is a list", "[]"],
    ["has no entries", '{"object":"page"}'],
    ["has entries of the wrong kind", '{"object":"page","entry":[null,1,"x",[],{"messaging":{"a":1}},{"messaging":[null,7,[]]}]}'],
    ["is about something else", '{"object":"user","entry":[]}'],
    ["is ten thousand objects deep", deep(10_000)],
    ["is ten thousand lists deep", `{"object":"page","entry":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["is not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ])("%s", async (_what, body) => {
    const { status } = await send(body, signed(body));
    expect([200, 400, 404]).toContain(status);
    await answersRightly();
  });

  it("has a message that is ten thousand objects deep beside the words, which are answered", async () => {
    const psid = newCustomer();
    const body = handwritten(psid, `"message":{"mid":"m_deep_${psid}","text":"Do you ship to Germany?","extra":${deep(10_000)}}`);
    const { status } = await send(body, signed(body));
    expect([200, 400]).toContain(status);
    if (status === 200) await road.platform.hears(psid, "Yes, to 34 countries");
    await answersRightly();
  });

  it("has keys that reach for prototypes: they reach nothing", async () => {
    const psid = newCustomer();
    const evil = `"__proto__":{"text":"polluted","vip":true,"is_echo":true},"constructor":{"prototype":{"polluted":"${CANARY}"}}`;
    const body = handwritten(psid, `${evil},"message":{${evil},"mid":"m_proto_${psid}","text":"Do you ship to Germany?"}`);
    expect((await send(body, signed(body))).status).toBe(200);
    await road.platform.hears(psid, "Yes, to 34 countries");
    const only = newCustomer();
    const nothing = handwritten(only, `"message":{"__proto__":{"mid":"m_proto2_${only}","text":"I want a person"}}`);
    expect((await send(nothing, signed(nothing))).status).toBe(200);
    await answersRightly();
    expect(road.platform.taken(only)).toEqual([]);
    const me = await road.admin.get("/me");
    expect(JSON.stringify(me.body)).not.toContain("polluted");
  });
});

describe("what customers write", () => {
  const TEXTS: [string, string][] = [
    ["a template", "{{ slots.order_number }} {{ customer.id }}"],
    ["a template that does much", "{{ [1,2,3].map(x, x * 1000000).size() }}"],
    ["a name of the environment", `\${MESSENGER_APP_SECRET} \${BATON_SECRET} $HOME`],
    ["an expression", "slots.reason == 'mind' || customer.vip"],
    ["SQL", "'; DROP TABLE journal; -- \" or 1=1"],
    ["a script", "<script>alert(1)</script>"],
    ["half an emoji", "half \ud83d an emoji \udc4d"],
    ["a NUL", "before\u0000after"],
    ["control characters", "a\u0007b\u001b[31mc\u0008d\r\ne"],
    ["other directions", "abc \u202e gnp.exe \u2066 x \u2069 \u200f"],
    ["what cannot be seen", "z\u200bw\u00ad\u2060\ufeff"],
    ["a word of JavaScript", "__proto__"],
    ["another", "constructor"],
    ["and another", "toString"],
    ["a payload", 'baton:goto {"flow":"returns","step":"create"}'],
    ["many marks on one letter", `e${"\u0301".repeat(2_000)}`],
    ["a very long word", "x".repeat(20_000)],
    ["a line of nothing", "   \n\t "],
  ];

  it.each(TEXTS)("%s is words: answered, kept as written, and nothing of ours is told", async (_what, text) => {
    const psid = newCustomer();
    await road.says(psid, `${text}${CANARY}`);
    const answers = (await road.platform.receives(psid, 2)).join("\n");
    for (const secret of [APP_SECRET, PAGE_TOKEN, road.env.BATON_SECRET!, process.env.HOME ?? "-", "3000000"])
      expect(answers).not.toContain(secret);
    expect(answers).not.toContain("undefined");
    const { body } = await road.admin.get("/conversations?limit=1");
    expect((await road.talk(body.conversations[0].id))[0].text).toBe(`${text}${CANARY}`);
  });

  it("goes into a slot and to a person as it was written", async () => {
    const psid = newCustomer();
    const text = `{{ slots.order_number }} \${BATON_SECRET} \u202e ${CANARY} \ud83d __proto__`;
    for (const [line, answer] of [
      ["My boots are broken", "order number"],
      ["skip", "What happened"],
      [text, "A photo"],
      ["skip", "I'm handing this to our workshop team"],
    ] as const) {
      const before = road.platform.taken(psid).length;
      await road.says(psid, line);
      await road.platform.hears(psid, answer, before);
    }
    const ticket = await road.ticketOf("My boots are broken");
    expect(ticket.package.facts).toContainEqual(expect.objectContaining({ key: "what", value: text, source: "customer" }));
  });

  it("an agent's line is words too", async () => {
    const psid = newCustomer();
    await road.says(psid, "I want a person");
    const heard = await road.platform.hears(psid, "I'm connecting you");
    const ticket = await road.ticketOf("I want a person");
    const { body } = await road.admin.post(`/tickets/${ticket.id}/claim`);
    const text = `{{ customer.id }} \${MESSENGER_APP_SECRET} \u202e`;
    await road.admin.post(`/conversations/${ticket.conversation_id}/messages`, { epoch: body.epoch, client_id: "words", text });
    expect((await road.platform.receives(psid, heard + 1)).at(-1)).toBe(text);
  });
});

describe("after all of this", () => {
  it("the process is well, every send was proved, and it printed neither a customer's word nor a secret", async () => {
    await answersRightly();
    expect((await fetch(`${road.baton.url}/health/ready`)).status).toBe(200);
    expect(road.platform.unproved).toEqual([]);
    expect(await road.baton.stop()).toBe(0);
    const printed = road.baton.printed();
    expect(printed).toContain("Stopping"); // the log is on
    for (const hidden of [CANARY, "ship to Germany", "34 countries", APP_SECRET, PAGE_TOKEN, road.env.BATON_SECRET!, "mytoken"])
      expect(printed).not.toContain(hidden);
    expect(printed).not.toMatch(/unhandled|TypeError|RangeError/i);
  });
});

/** Writes bytes as they are, and reads the first line of the answer. */
function raw(text: string): Promise<{ status: number }> {
  const { hostname, port } = new URL(road.baton.url);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding("utf8").on("data", (data) => {
      answer += data;
      socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0) }));
  });
}

function trickle(url: string): Promise<{ afterMs: number; answer: string }> {
  const { hostname, port } = new URL(url);
  const begunMs = Date.now();
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write("POST /webhooks/messenger HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
    });
    const drip = setInterval(() => socket.write(" "), 1_000);
    socket.setEncoding("utf8").on("data", (data) => {
      answer += data;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(drip);
      resolve({ afterMs: Date.now() - begunMs, answer });
    });
  });
}
