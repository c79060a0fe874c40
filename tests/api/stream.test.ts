/** The desk's live stream: numbered, resumable from any number without a gap, scoped, and ended with the sign-in. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
let otto: string;
let ada: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  otto = (await house.hires("otto", { queues: queues("billing") })).token;
  ada = (await house.hires("ada", { role: "admin" })).token;
});
afterAll(() => house.close());

type Frame = { id: number | null; event: string; data: Record<string, unknown> };
type Listening = {
  status: number;
  /** With a number. */
  frames: Frame[];
  /** Of the moment, without one. */
  moments: Frame[];
  text(): string;
  until(enough: () => boolean): Promise<void>;
  ended: Promise<void>;
  hangUp(): void;
};

async function listen(token: string, query = "", headers: Record<string, string> = {}): Promise<Listening> {
  const cut = new AbortController();
  const response = await fetch(`${house.base}/stream${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: cut.signal,
  });
  let text = "";
  let woken = () => {};
  const frames: Frame[] = [];
  const moments: Frame[] = [];
  const decoder = new TextDecoder();
  const ended = (async () => {
    try {
      for await (const chunk of response.body!) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const parts = text
          .split("\n\n")
          .slice(0, -1)
          .filter((part) => !part.startsWith(":"));
        const all = parts.map(frameOf);
        frames.splice(0, frames.length, ...all.filter((one) => one.id !== null));
        moments.splice(0, moments.length, ...all.filter((one) => one.id === null));
        woken();
      }
    } catch {
      // hung up
    }
    woken();
  })();
  return {
    status: response.status,
    frames,
    moments,
    text: () => text,
    ended,
    hangUp: () => cut.abort(),
    async until(enough) {
      while (!enough()) await new Promise<void>((wake) => (woken = wake));
    },
  };
}

function frameOf(part: string): Frame {
  const field = (name: string) =>
    part
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field("id") === undefined ? null : Number(field("id")), event: field("event")!, data: JSON.parse(field("data")!) };
}

describe("a desk that listens", () => {
  it("hears of a ticket, its claim and its end, each with a number that grows", async () => {
    const live = await listen(mei);
    expect(live.status).toBe(200);
    await live.until(() => live.frames.length >= 1);
    expect(live.frames[0]).toMatchObject({ event: "ready" });
    const { ticket, conversation } = await house.asks("s1");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    await house.writes("are you there?", { from: "s1" });
    await house.call("POST", `/tickets/${ticket}/resolve`, mei, {});
    await live.until(() => live.frames.some((frame) => frame.event === "ticket.resolved"));
    live.hangUp();
    const ids = live.frames.map((frame) => frame.id!);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(ids.length);
    const mine = live.frames.filter((frame) => frame.data.ticket_id === ticket).map((frame) => frame.event);
    expect(mine).toEqual(expect.arrayContaining(["ticket.requested", "ticket.claimed", "heard", "ticket.resolved"]));
    expect(mine.indexOf("ticket.requested")).toBeLessThan(mine.indexOf("ticket.claimed"));
    expect(live.frames.at(-1)!.data).toMatchObject({ conversation_id: conversation, queue: "care", state: "closed", outcome: "resolved" });
    expect(live.text()).not.toContain("are you there"); // notices name what changed; the words are read where rights are checked
  });

  it("that was cut off resumes from any number and misses nothing, by header or by query", async () => {
    for (let i = 0; i < 12; i++) await house.asks(`r${i}`);
    const whole = (await house.store.feed("alder" as never, 0, 1000)).map((row) => row.n);
    expect(whole.length).toBeGreaterThan(12);
    for (const after of [0, 1, whole[5]!, whole.at(-2)!]) {
      const expected = whole.filter((n) => n > after);
      for (const resume of [() => listen(ada, `?after=${after}`), () => listen(ada, "", { "last-event-id": String(after) })]) {
        const live = await resume();
        await live.until(() => live.frames.length >= expected.length);
        live.hangUp();
        expect(live.frames.map((frame) => frame.id)).toEqual(expected);
      }
    }
  });

  it("at random cuts while tickets keep coming: the pieces join to the whole", async () => {
    const start = await house.store.feedEnd("alder" as never);
    const heard: number[] = [];
    const coming = (async () => {
      for (let i = 0; i < 25; i++) await house.asks(`j${i}`);
    })();
    let at = start;
    let isDone = false;
    void coming.then(() => (isDone = true));
    for (let cut = 0; !isDone || at < (await house.store.feedEnd("alder" as never)); cut++) {
      const live = await listen(ada, `?after=${at}`);
      const wanted = 1 + (cut % 4);
      const ended = coming.then(async () => {
        const last = await house.store.feedEnd("alder" as never); // fewer may be left than were wanted
        await live.until(() => (live.frames.at(-1)?.id ?? at) >= last);
      });
      await Promise.race([live.until(() => live.frames.length >= wanted), ended]);
      const taken = live.frames.map((frame) => frame.id!);
      live.hangUp();
      heard.push(...taken);
      at = taken.at(-1)!;
    }
    await coming;
    const whole = (await house.store.feed("alder" as never, start, 5000)).map((row) => row.n);
    expect(heard).toEqual(whole);
  });

  it("left alone while tickets keep coming, misses none", async () => {
    const start = await house.store.feedEnd("alder" as never);
    const live = await listen(ada, `?after=${start}`);
    for (let i = 0; i < 15; i++) {
      await house.asks(`l${i}`);
      await live.until(() => live.frames.some((frame) => frame.id === start + i + 1)); // so that many small batches are read
    }
    const whole = (await house.store.feed("alder" as never, start, 5000)).map((row) => row.n);
    await live.until(() => live.frames.at(-1)?.id === whole.at(-1));
    live.hangUp();
    expect(live.frames.map((frame) => frame.id)).toEqual(whole);
  });

  it("is told to read everything anew when its number is not one of ours", async () => {
    const live = await listen(ada, "?after=999999999");
    await live.until(() => live.frames.length >= 1);
    live.hangUp();
    const end = await house.store.feedEnd("alder" as never);
    expect(live.frames[0]).toEqual({ id: end, event: "reset", data: { after: end } });
    for (const bad of ["?after=-1", "?after=x", "?from=1"]) expect((await listen(ada, bad)).status).toBe(400);
    expect((await listen(ada, "", { "last-event-id": "1; drop" })).status).toBe(400);
  });

  it("hears of its own queues only, and of a ticket's going to another", async () => {
    const after = await house.store.feedEnd("alder" as never);
    const { ticket } = await house.asks("q1");
    await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    await house.call("POST", `/tickets/${ticket}/transfer`, mei, { queue: "billing" });
    const [first, second] = await Promise.all([listen(mei, `?after=${after}`), listen(otto, `?after=${after}`)]);
    await Promise.all([
      first.until(() => first.frames.some((one) => one.event === "ticket.left")),
      second.until(() => second.frames.length > 0),
    ]);
    first.hangUp();
    second.hangUp();
    expect(first.frames.map((one) => one.event)).not.toContain("ticket.transferred");
    expect(second.frames.map((one) => one.event)).toEqual(["ticket.transferred"]);
  });

  it("is woken by the commit, not by looking now and then", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => listen(ada)));
    await Promise.all(all.map((live) => live.until(() => live.frames.length >= 1)));
    const waitedMs: number[] = [];
    for (let i = 0; i < 15; i++) {
      const { ticket } = await house.asks(`w${i}`);
      const heard = (live: Listening) => live.frames.some((one) => one.event === "ticket.claimed" && one.data.ticket_id === ticket);
      const beganMs = performance.now();
      await Promise.all([house.call("POST", `/tickets/${ticket}/claim`, ada, {}), ...all.map((live) => live.until(() => heard(live)))]);
      waitedMs.push(performance.now() - beganMs);
    }
    for (const live of all) live.hangUp();
    waitedMs.sort((a, b) => a - b);
    expect(waitedMs[7]).toBeLessThan(150); // the look behind it comes every two seconds
  });

  it("ends within seconds of the sign-in's end", async () => {
    const { agent, token } = await house.hires("brief");
    const live = await listen(token);
    await live.until(() => live.frames.length >= 1);
    const beganMs = Date.now();
    await house.store.saveAgent({ ...agent, disabled: true }, null);
    await live.ended;
    expect(Date.now() - beganMs).toBeLessThan(9_000); // looked at every 3 s; the rest is for a busy machine
  });

  it("may not listen without end at once", async () => {
    const { token } = await house.hires("many");
    const all = await Promise.all(Array.from({ length: 10 }, () => listen(token)));
    expect(all.map((live) => live.status).sort()).toEqual([...Array(8).fill(200), 429, 429]);
    for (const live of all) live.hangUp();
    await Promise.all(all.map((live) => live.ended));
    let again = await listen(token);
    for (let tries = 0; again.status === 429 && tries < 100; tries++) {
      await new Promise((later) => setTimeout(later, 50));
      again = await listen(token);
    }
    expect(again.status).toBe(200); // places of those who left are free
    again.hangUp();
  });

  it("hears a beat every fifteen seconds, and its stream ends when the server drains", { timeout: 40_000 }, async () => {
    const quiet = await createHouse();
    try {
      const { token } = await quiet.hires("quiet");
      const response = await fetch(`${quiet.base}/stream`, { headers: { authorization: `Bearer ${token}` } });
      const beganMs = Date.now();
      let text = "";
      for await (const chunk of response.body!) {
        text += new TextDecoder().decode(chunk as Uint8Array);
        if (text.includes("\n: ") || text.startsWith(": ")) quiet.stop();
      }
      expect(text).toMatch(/\n: 0\n\n$/);
      expect(Date.now() - beganMs).toBeGreaterThan(14_000);
      expect(Date.now() - beganMs).toBeLessThan(25_000);
    } finally {
      await quiet.close();
    }
  });
});
