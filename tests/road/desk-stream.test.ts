/** The desk's stream over a real connection, and the process that stops, is refused a second copy, and begins again. */
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pause } from "./platform.ts";
import { run } from "./process.ts";
import { post, said } from "./recorded.ts";
import { openRoad, type Road } from "./road.ts";
import { listen } from "./stream.ts";

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());

describe("the stream of the desk", () => {
  it("goes on from a number without a gap, after the connection broke and after the process was started again", async () => {
    const [ready] = await listen(road.baton.url, road.admin.token, null, (notices) => notices.length > 0);
    expect(ready).toMatchObject({ event: "ready" });
    for (const n of [1, 2, 3]) await road.says(`630000000000000${n}`, "I want a person");
    await Promise.all([1, 2, 3].map((n) => road.platform.hears(`630000000000000${n}`, "I'm connecting you")));
    await pause(300);
    const all = await listen(road.baton.url, road.admin.token, ready!.id, (notices) => notices.length >= 3);
    const numbers = all.map((one) => one.id);
    expect(numbers).toEqual(numbers.map((_, at) => ready!.id + 1 + at)); // an admin sees every notice
    const rest = await listen(road.baton.url, road.admin.token, numbers[0]!, (notices) => notices.length >= numbers.length - 1, true);
    expect(rest.slice(0, numbers.length - 1)).toEqual(all.slice(1));

    expect(await road.baton.stop()).toBe(0);
    await road.restart();
    const again = await listen(road.baton.url, road.admin.token, numbers[0]!, (notices) => notices.length >= numbers.length - 1);
    expect(again.slice(0, numbers.length - 1)).toEqual(all.slice(1));
    const never = await listen(road.baton.url, road.admin.token, 1_000_000, (notices) => notices.length > 0);
    expect(never[0]).toMatchObject({ event: "reset" });
  });
});

describe("the process", () => {
  it("a second one on the same store is refused with a sentence", async () => {
    const second = await run(["start"], { env: { ...road.env, PORT: "0" } });
    expect(second.status).toBe(2);
    expect(second.err).toMatch(/store|baton\.db/i);
    expect(second.err).toContain(String(road.baton.child.pid));
    expect(second.err).not.toContain("    at ");
    expect((await fetch(`${road.baton.url}/health/ready`)).status).toBe(200);
  });

  it("a port that is taken is named, with what to do", async () => {
    const port = new URL(road.baton.url).port;
    const second = await run(["start"], { env: { ...road.env, PORT: port, BATON_STORE: "sqlite::memory:" } });
    expect(second.status).toBe(2);
    expect(second.err.trim()).toBe(`Port ${port} is taken by another process. Stop that one, or choose another with PORT.`);
  });

  it("SIGTERM ends open streams at once, sends what it can, and the next one sends the rest, once", { timeout: 40_000 }, async () => {
    const psids = Array.from({ length: 30 }, (_, n) => `64000000000000${String(n).padStart(2, "0")}`);
    const agent = new Agent({ keepAlive: true, keepAliveMsecs: 60_000 }); // as a browser or a proxy holds it
    const open = await new Promise<IncomingMessage>((answered) =>
      get(`${road.baton.url}/api/v1/stream`, { agent, headers: { authorization: `Bearer ${road.admin.token}` } }, answered),
    );
    open.resume();
    const statuses = await Promise.all(psids.map((psid) => post(road.baton.url, said(psid, "Do you ship to Germany?"))));
    const begunMs = Date.now();
    const stopping = road.baton.stop();
    expect(await stopping).toBe(0);
    expect(Date.now() - begunMs).toBeLessThan(10_000);
    expect(statuses).toEqual(psids.map(() => 200));
    agent.destroy();
    await road.restart();
    for (const psid of psids) await road.platform.hears(psid, "Yes, to 34 countries");
    await pause(300);
    for (const psid of psids) expect(road.platform.taken(psid).filter((text) => text.includes("34 countries")).length).toBe(1);
  });

  it("SIGTERM ends with 0 within 25 s, though the platform does not answer and a request never ends", { timeout: 40_000 }, async () => {
    const psid = "6500000000000001";
    road.platform.refuse = () => "hang";
    await road.says(psid, "where is my parcel");
    const { hostname, port } = new URL(road.baton.url);
    const half = connect(Number(port), hostname, () =>
      half.write("POST /webhooks/messenger HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"),
    );
    half.on("error", () => {});
    await pause(300);
    const begunMs = Date.now();
    expect(await road.baton.stop()).toBe(0);
    expect(Date.now() - begunMs).toBeLessThan(25_000);
    half.destroy();
    road.platform.refuse = () => null;
    await road.restart();
    await road.platform.hears(psid, "order number"); // what was in doubt is settled by the next one
  });
});
