/** Whoever writes in a page's chat is answered once, sees what was said in its order, and is nobody but themselves. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wordsOf } from "../../adapters/web/customer.ts";
import { type ChatHouse, draw, LOGIN_SECRET, openChatHouse, said, sees, until } from "./house.ts";

let house: ChatHouse;
beforeAll(async () => {
  house = await openChatHouse();
});
afterAll(() => house.close());

const door = (path = "") => `${house.url}/chat/v1/alder${path}`;
const login = (claims: object, secret = LOGIN_SECRET, head: object = { alg: "HS256", typ: "JWT" }) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part(head)}.${part(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
};
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

describe("a talk", () => {
  test("begins with the greeting, goes through a form by words and by taps, and comes in numbered order", async () => {
    const robin = house.customer();
    await robin.opens();
    await sees(robin, "What can I do for you?");
    expect(await robin.taps("Return or swap")).toBe(true);
    await sees(robin, "order number");
    await robin.says("AL-100002");
    await sees(robin, "wrong");
    expect(said(robin, "you")).toEqual(["Return or swap", "AL-100002"]);
    const numbers = robin.items().map((item) => item.seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(JSON.stringify(robin.items())).not.toContain("baton:"); // what a button carries stays on the server
  });

  test("an advertisement's link starts what the ads file says, and is told to the desk when it comes in the middle", async () => {
    const robin = house.customer();
    await robin.opens({ source: "newsletter", ref: "spring-boots-blue", referer_url: "https://shop.example/spring" });
    await sees(robin, "Ridge boots");
    const kim = house.customer();
    await kim.opens();
    await kim.says("I want to talk to a person");
    await sees(kim, "connecting you");
    await kim.comes({ source: "newsletter", ref: "spring-boots-blue" }); // interrupts nothing, and the desk knows of it
    const { conversation } = await house.takes(kim);
    const { messages } = await house.desk("GET", `/conversations/${conversation}/messages?limit=100`);
    expect(JSON.stringify(messages)).toContain("spring-boots-blue");

    const lee = house.customer();
    await lee.opens({ source: "PAGE", ref: "page:/about-us" }); // a page that no rule names is nobody's advertisement
    await lee.says("I want to talk to a person");
    await sees(lee, "connecting you");
    const looked = await house.takes(lee);
    expect(JSON.stringify(await house.desk("GET", `/conversations/${looked.conversation}/messages?limit=100`))).not.toContain("about-us");
  });

  test("an act that is posted again, also at once, counts once", async () => {
    const robin = house.customer();
    await robin.opens();
    const acts = [{ kind: "said", id: draw(), text: "where is my parcel" }];
    const all = await Promise.all([1, 2, 3].map(() => robin.call("POST", "/acts", { acts })));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    await sees(robin, "order number");
    await robin.says("AL-100001");
    await sees(robin, /way|UPS/);
    expect(said(robin, "you")).toEqual(["where is my parcel", "AL-100001"]);
    expect(said(robin, "bot").filter((words) => words.includes("order number"))).toHaveLength(1);
  });

  test("a start whose answer was lost makes no second visitor", async () => {
    const start = { key: `start_${draw()}${draw()}`, language: "en" };
    const post = () =>
      fetch(door("/start"), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(start) }).then(
        (response) => response.json() as Promise<{ token: string }>,
      );
    const [one, two] = [await post(), await post()];
    const visitor = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString("utf8")).slice(0, 2);
    expect(visitor(two.token)).toEqual(visitor(one.token));
  });

  test("nothing can be tapped that was not shown, and a forged payload is only a text", async () => {
    const [robin, kim] = [house.customer(), house.customer()];
    await robin.opens();
    await kim.opens();
    await sees(robin, "What can I do for you?");
    for (const ref of ["0.b9", "7.b0", "0.c0", "0.k0b0", "x", "0.b0; DROP"]) {
      const { status, body } = await robin.call("POST", "/acts", {
        acts: [{ kind: "tapped", id: draw(), seq: robin.items()[0]!.seq, ref }],
      });
      expect([status, status === 200 ? (body.unfit as unknown[]).length : 1]).toEqual([status, 1]);
    }
    const forged = { kind: "said", id: draw(), text: "hi", payload: "baton:goto:returns/done" };
    expect((await robin.call("POST", "/acts", { acts: [forged] })).status).toBe(400);
    expect(said(robin, "you")).toEqual([]);
  });
});

describe("with a person", () => {
  test("the desk's lines come live under the agent's name, typing and read marks go both ways", async () => {
    const robin = house.customer();
    await robin.opens();
    await robin.says("I want to talk to a person");
    await sees(robin, "connecting you");
    await until(() => robin.state().controller === "queue", "the window knows that a person is asked for");
    const desk = await house.takes(robin);
    await until(() => robin.state().controller === "human", "the window knows who is here");
    expect(robin.state().agent).toBe("First agent");
    expect(robin.items().at(-1)).toMatchObject({ by: "note", what: "joined", name: "First agent" });

    await house.desk("PUT", `/conversations/${desk.conversation}/presence`, { tab: "t1", state: "writing" });
    await until(() => robin.typing(), "the customer sees that somebody writes");
    await desk.says("Hello, this is a person.");
    await sees(robin, "this is a person");
    expect(robin.items().at(-1)).toMatchObject({ by: "agent", name: "First agent" });
    expect(robin.typing()).toBe(false);

    await robin.reads(robin.items().at(-1)!.atMs);
    await until(async () => {
      const { messages } = await house.desk("GET", `/conversations/${desk.conversation}/messages?limit=100`);
      return messages.some((one: { text?: string; state?: string }) => one.text === "Hello, this is a person." && one.state === "read");
    }, "the desk sees that it was read");
    await house.desk("PUT", `/conversations/${desk.conversation}/presence`, { tab: "t1", state: "looking" });
    await until(() => Number(robin.state().seen_at) > 0, "the customer sees that it was seen");
  });

  test("that a customer writes is told on the desk's stream", async () => {
    const robin = house.customer();
    await robin.opens();
    await robin.says("I want to talk to a person");
    await sees(robin, "connecting you");
    const { conversation } = await house.takes(robin);
    const abort = new AbortController();
    const stream = await fetch(`${house.url}/api/v1/stream`, { headers: { authorization: `Bearer ${house.token}` }, signal: abort.signal });
    let heard = "";
    void (async () => {
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) heard += Buffer.from(chunk).toString("utf8");
    })().catch(() => undefined);
    await until(async () => {
      await robin.types();
      return heard.includes(`event: customer_typing\ndata: {"conversation_id":"${conversation}"}`);
    }, "the desk is told");
    abort.abort();
  });

  test("a picture goes to the desk as what it is; what only says it is a picture does not", async () => {
    const robin = house.customer();
    await robin.opens();
    await robin.says("I want to talk to a person");
    await sees(robin, "connecting you");
    const { conversation } = await house.takes(robin);
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    expect(await robin.sends("../boot\u202egnp.png", "image/png", new Uint8Array(png))).toBe(200);
    await until(
      () => robin.items().some((item) => item.parts.some((part) => part.media?.kind === "image")),
      "the customer sees their picture",
    );
    const src = robin.items().at(-1)!.parts[0]!.media!.src!;
    const shown = await fetch(src);
    expect([shown.status, shown.headers.get("content-type"), shown.headers.get("cross-origin-resource-policy")]).toEqual([
      200,
      "image/png",
      "cross-origin",
    ]);
    const { messages } = await house.desk("GET", `/conversations/${conversation}/messages?limit=100`);
    expect(messages.at(-1).attachments[0]).toMatchObject({
      kind: "image",
      title: "boot gnp.png",
      src: expect.stringMatching(/^\/api\/v1\/uploads\/up_/),
    });

    expect(await robin.sends("x.png", "image/png", new TextEncoder().encode("<script>alert(1)</script>"))).toBe(415);
    expect(await robin.sends("x.html", "text/html", new TextEncoder().encode("<p>"))).toBe(415);
    const other = house.customer();
    await other.opens();
    const stolen = /\/files\/(up_[0-9A-Z]+)\//.exec(src)![1];
    const { body } = await other.call("POST", "/acts", { acts: [{ kind: "said", id: draw(), text: "", files: [stolen] }] });
    expect(body.unfit).toHaveLength(1);
  });
});

describe("who is who", () => {
  test("a connection that broke goes on where it was, without a gap and without a repetition", async () => {
    const robin = house.customer();
    await robin.opens();
    await sees(robin, "What can I do for you?");
    const other = await robin.continues();
    robin.loses();
    await other.says("where is my parcel");
    await sees(other, "order number");
    await other.says("AL-100001");
    await sees(other, /way|UPS/);
    await robin.returns(); // an item that came twice would throw
    await until(() => robin.items().length >= other.items().length, "all of it is here");
    expect(robin.items().map(wordsOf)).toEqual(other.items().map(wordsOf));
    other.close();
  });

  test("the link for another device works once", async () => {
    const robin = house.customer();
    await robin.opens();
    const { body } = await robin.call("POST", "/move", {});
    const resume = () => house.customer().call("POST", "/resume", { code: body.code });
    expect((await resume()).status).toBe(200);
    expect((await resume()).status).toBe(401);
    expect((await house.customer().call("POST", "/resume", { code: robin.token() })).status).toBe(401); // another kind of token
  });

  test("a token that was changed, or is another bot's, is nobody's", async () => {
    const robin = house.customer();
    await robin.opens();
    const token = robin.token()!;
    const [head, body, seal] = token.split(".");
    const claims = JSON.parse(Buffer.from(body!, "base64url").toString("utf8"));
    const other = Buffer.from(JSON.stringify([claims[0], "cv_OTHER", ...claims.slice(2)])).toString("base64url");
    for (const bad of [`${head}.${other}.${seal}`, `${head}.${body}.${"A".repeat(43)}`, "bw1.x.y", token.slice(0, -1)]) {
      const response = await fetch(door("/thread?before=100"), { headers: { authorization: `Bearer ${bad}` } });
      expect(response.status, bad).toBe(401);
    }
  });

  test("whoever was forgotten is gone from every window, and no token of theirs leads anywhere", async () => {
    const robin = house.customer();
    await robin.opens();
    await robin.says("I want to talk to a person");
    await sees(robin, "connecting you");
    const other = await robin.continues();
    const { conversation } = await house.takes(robin);
    const { customer } = await house.desk("GET", `/conversations/${conversation}`);
    const move = await robin.call("POST", "/move", {});
    await house.desk("POST", `/customers/${customer.id}/erase`, {});
    await until(() => robin.isGone() && other.isGone(), "both windows are told");
    expect(robin.items()).toEqual([]);
    expect((await robin.call("POST", "/acts", { acts: [{ kind: "said", id: draw(), text: "still me?" }] })).status).toBe(401);
    expect((await other.call("GET", "/thread?before=100")).status).toBe(401);
    expect((await robin.call("POST", "/resume", { code: move.body.code })).status).toBe(401);
    other.close();
  });

  test("a customer whom the brand names by a signed login is the same on every device, and nobody else can be", async () => {
    const sub = `c-${draw()}`;
    const claims = { sub, given_name: "Robin", exp: inAnHour(), aud: "alder" };
    const phone = house.customer({ login: login(claims) });
    await phone.opens();
    await sees(phone, "Hello Robin");
    const laptop = house.customer({ login: login({ ...claims, exp: inAnHour() + 60 }) });
    await laptop.opens();
    await sees(laptop, "Hello Robin");
    await laptop.says("where is my parcel");
    await sees(phone, "where is my parcel");
    const stranger = house.customer();
    await stranger.opens();
    const talkOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString("utf8"))[1] as string;
    const link = { conversation: talkOf(stranger.token()!), token: login({ ...claims, jti: draw() }) };
    const { linked, customer_id } = await house.desk("POST", "/links", link);
    const { customer } = await house.desk("GET", `/conversations/${talkOf(phone.token()!)}`);
    expect([linked, customer.id]).toEqual([true, customer_id]); // the chat knows them by the same word as every other channel
    for (const bad of [
      login(claims, "somebody-elses-secret-0000"),
      login({ ...claims, exp: 1 }),
      login({ ...claims, exp: inAnHour() + 10 * 86_400 }),
      login({ ...claims, aud: "another-bot" }),
      login({ given_name: "Robin", exp: inAnHour(), aud: "alder" }),
      login({ sub, exp: inAnHour() }),
      login(claims, LOGIN_SECRET, { alg: "none" }),
      login(claims, LOGIN_SECRET, { alg: "HS512" }),
      "a.b.c",
      "",
    ]) {
      const { status, body } = await house.customer().call("POST", "/start", { key: `k_${draw()}${draw()}`, login: bad });
      expect([status, (body.error as { code: string }).code]).toEqual([401, "wrong_sign_in"]);
    }
  });
});

describe("which pages", () => {
  const asked = (origin: string, path = "", init: RequestInit = {}) =>
    fetch(door(path), { ...init, headers: { origin, ...(init.headers as object) } });

  test("those that the manifest names may show the chat, by preflight and by answer", async () => {
    for (const origin of ["https://shop.example", "https://www.shop.example", "http://localhost:5173"]) {
      const preflight = await asked(origin, "/acts", { method: "OPTIONS" });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
      expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
      expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
      expect((await asked(origin)).status).toBe(200);
    }
  });

  test("others may not, and are told why", async () => {
    for (const origin of [
      "https://evil.example",
      "https://shop.example.evil.example",
      "https://notshop.example",
      "http://shop.example",
      "null",
    ]) {
      const response = await asked(origin);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain("origins");
      expect((await asked(origin, "/acts", { method: "OPTIONS" })).status).toBe(403);
    }
  });

  test("a bot that is not here, a path that is not there, and a body that is none are told", async () => {
    expect((await fetch(`${house.url}/chat/v1/nobody`)).status).toBe(404);
    expect((await fetch(door("/nothing"))).status).toBe(404);
    const post = (body: string, type = "application/json") =>
      fetch(door("/start"), { method: "POST", headers: { "content-type": type }, body }).then((response) => response.status);
    expect(await post("{")).toBe(400);
    expect(await post('{"__proto__":{"key":"x"}}')).toBe(400);
    expect(await post('{"key":"short"}')).toBe(400);
    expect(await post("x".repeat(200_000))).toBe(413);
  });

  test("a script that posts without end is asked to wait, and nobody else is", async () => {
    const [eager, robin] = [house.customer(), house.customer()];
    await eager.opens();
    await robin.opens();
    const answers: number[] = [];
    for (let at = 0; at < 60 && !answers.includes(429); at++)
      answers.push((await eager.call("POST", "/acts", { acts: [{ kind: "read", id: draw(), until: 1 }] })).status);
    expect(answers).toContain(429);
    await robin.says("hello");
    expect(said(robin, "bot").length).toBeGreaterThan(0);
  });
});

test("what was acknowledged before the process was killed is answered, and the window reads on where it was", async () => {
  const own = await openChatHouse();
  try {
    const robin = own.customer();
    await robin.opens();
    await sees(robin, "What can I do for you?");
    for (let round = 0; round < 2; round++) {
      await robin.says(round === 0 ? "where is my parcel" : "AL-100001");
      await own.kill(); // acknowledged a moment ago; nobody knows how far the answer has come
      robin.loses();
      await own.restart();
      await robin.returns(); // an item that came twice would throw
      await sees(robin, round === 0 ? "order number" : /way|UPS/);
    }
    expect(said(robin, "you")).toEqual(["where is my parcel", "AL-100001"]);
    expect(said(robin, "bot").filter((words) => words.includes("order number"))).toHaveLength(1);
  } finally {
    await own.close();
  }
});
