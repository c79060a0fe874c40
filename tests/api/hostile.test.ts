/** Bad input at the desk's door: refused with a sentence, nothing echoed, nothing changed, nobody else disturbed. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BODY_MAX } from "../../server/api/route.ts";
import { createHouse, type House } from "./house.ts";

let house: House;
let ada: string;
let talk: string;
let epoch: number;
beforeAll(async () => {
  house = await createHouse();
  ada = (await house.hires("ada", { role: "admin" })).token;
  const { ticket, conversation } = await house.asks("c1");
  talk = conversation;
  epoch = (await house.call("POST", `/tickets/${ticket}/claim`, ada, {})).body.epoch;
});
afterAll(() => house.close());

const MARK = "EVIL<script>alert(1)</script>";
const said = (more: object) => ({ epoch, client_id: "h1", text: "Hello", ...more });

describe("a body that is not as the API says is refused, and not sent back", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const rows: [what: string, body: string | Uint8Array | (() => unknown), headers: Record<string, string>, status: number, code: string][] =
    [
      ["not JSON", `{"text": "${MARK}"`, {}, 400, "bad_request"],
      ["JSON that is no object", `"${MARK}"`, {}, 400, "bad_request"],
      ["an array", `[${"1,".repeat(10)}1]`, {}, 400, "bad_request"],
      ["nothing at all", "", {}, 400, "bad_request"],
      ["nested twenty thousand deep", `{"text": ${deep}}`, {}, 400, "bad_request"],
      ["larger than 64 KB", JSON.stringify({ text: "x".repeat(BODY_MAX) }), {}, 413, "too_large"],
      ["compressed", gzipSync(JSON.stringify({ text: "hi" })), { "content-encoding": "gzip" }, 415, "unsupported_media_type"],
      ["a form", "text=hello", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
      ["text that claims to be plain", `{"text":"hi"}`, { "content-type": "text/plain" }, 415, "unsupported_media_type"],
      ["another charset", `{"text":"hi"}`, { "content-type": "application/json; charset=iso-8859-1" }, 415, "unsupported_media_type"],
      ["an unknown key", () => said({ [MARK]: 1 }), {}, 400, "bad_request"],
      ["a key for the prototype", `{"epoch":1,"client_id":"h","text":"x","__proto__":{"agent":"ag_other"}}`, {}, 400, "bad_request"],
      ["a key for the constructor", () => said({ constructor: { prototype: { polluted: true } } }), {}, 400, "bad_request"],
      ["a speaker of the caller's choice", () => said({ agent: "ag_other", by: "bot" }), {}, 400, "bad_request"],
      ["an epoch as text", () => said({ epoch: String(epoch) }), {}, 400, "bad_request"],
      ["an epoch that is no whole number", () => said({ epoch: 1.5 }), {}, 400, "bad_request"],
      ["an empty text", () => said({ text: " \n" }), {}, 400, "bad_request"],
      ["a text with NUL", () => said({ text: "a\u0000b" }), {}, 400, "bad_request"],
      ["a text with an escape sequence", () => said({ text: "\u001b[2J" }), {}, 400, "bad_request"],
      ["a text of nine thousand characters", () => said({ text: "x".repeat(9000) }), {}, 400, "bad_request"],
      ["a picture by javascript:", () => said({ attachments: [{ kind: "image", url: "javascript:alert(1)" }] }), {}, 400, "bad_request"],
      [
        "a picture from this machine's files",
        () => said({ attachments: [{ kind: "image", url: "file:///etc/passwd" }] }),
        {},
        400,
        "bad_request",
      ],
      ["a key that is no key", () => said({}), { "idempotency-key": "a b" }, 400, "bad_request"],
      ["a key of 256 characters", () => said({}), { "idempotency-key": "k".repeat(256) }, 400, "bad_request"],
    ];
  for (const [what, body, headers, status, code] of rows)
    it(what, async () => {
      const sent = typeof body === "function" ? body() : body;
      const answer = await house.call("POST", `/conversations/${talk}/messages`, ada, sent, headers);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(answer.text).not.toContain("EVIL");
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    });

  it("a fact with a key for the prototype, however deep", async () => {
    const { ticket } = await house.conversation();
    const body = '{"facts":[{"key":"order","value":{"a":[{"__proto__":{"polluted":true}}]}}]}';
    const answer = await house.call("POST", `/tickets/${ticket}/return`, ada, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, "bad_request"]);
  });

  it("and nothing of it reached the customer, the log, or an object's prototype", async () => {
    await house.runtime.idle();
    expect(house.sent.filter((one) => one.by === "agent")).toEqual([]);
    expect(house.logged.join("\n")).not.toContain("EVIL");
    expect(house.logged.filter((line) => line.startsWith("error"))).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a query that is not as the API says", () => {
  const rows: [query: string, status: number][] = [
    ["limit=0", 400],
    ["limit=-1", 400],
    ["limit=1000000000", 400],
    ["limit=1e2", 200],
    ["limit=10&limit=20", 400],
    ["limit[a]=1", 400],
    ["state=open", 400],
    ["state=waiting&state=closed", 200],
    ["queue=../../etc", 400],
    [`queue=${"q".repeat(65)}`, 400],
    ["after=%00", 400],
    ["__proto__=1", 400],
    ["agent=me'--", 400],
    ["unknown=1", 400],
  ];
  for (const [query, status] of rows)
    it(query, async () => {
      expect((await house.call("GET", `/tickets?${query}`, ada)).status).toBe(status);
    });
});

describe("addresses and headers", () => {
  it("an id that is none is not there, whatever it holds", async () => {
    for (const id of ["%00", "..%2f..%2fagents", "'%20OR%201=1", "x".repeat(65), "%E0%A4%A", "__proto__", "constructor"]) {
      const answer = await house.call("GET", `/tickets/${id}`, ada);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body.error.code).toMatch(/^(not_found|bad_request)$/);
    }
  });
  it("a path that is no route, or a verb that is none of its, is refused only to those who signed in", async () => {
    for (const [method, path] of [
      ["GET", "/nothing"],
      ["DELETE", "/tickets/ho_1"],
      ["PUT", "/me"],
      ["GET", "/TICKETS"],
      ["GET", "/tickets/"],
    ] as const) {
      expect((await house.call(method, path, ada)).status).toBe(404);
      expect((await house.call(method, path, null)).status).toBe(401);
    }
  });
  it("a token in another place or shape signs nobody in", async () => {
    for (const authorization of [
      ada,
      `Basic ${ada}`,
      `Bearer  ${ada}`,
      `Bearer ${ada} x`,
      `bearer`,
      `Bearer ${ada.slice(0, -1)}`,
      `Bearer ${"x".repeat(5000)}`,
    ]) {
      const answer = await house.call("GET", "/me", null, undefined, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    expect((await house.call("GET", `/me?token=${ada}`, null)).status).toBe(401);
    expect((await house.call("GET", "/me", null, undefined, { cookie: `token=${ada}` })).status).toBe(401);
  });
  it("every answer says that it is not to be kept, framed or guessed at, and sets no cookie", async () => {
    for (const answer of [
      await house.call("GET", "/me", ada),
      await house.call("GET", "/me", null),
      await house.call("GET", "/nothing", ada),
    ]) {
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("x-powered-by")).toBeNull();
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("what a customer wrote", () => {
  it("comes to the desk as it was, in JSON and nothing else", async () => {
    const texts = [`${MARK}`, "{{ customer.email }}", "\u202eevil\u202c \u0000 \ud800", "javascript:alert(1)"];
    for (const [at, text] of texts.entries()) await house.writes(text, { from: `w${at}` });
    for (const [at, text] of texts.entries()) {
      const { id } = await house.conversation({ from: `w${at}` });
      const read = await house.call("GET", `/conversations/${id}/messages`, ada);
      expect(read.headers.get("content-type")).toMatch(/^application\/json/);
      expect(read.body.messages.find((one) => one.direction === "in")?.text).toBe(text);
    }
  });
});
