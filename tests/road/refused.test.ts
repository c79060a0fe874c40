/** What the platform refuses for good, or for now: told to those who must know, and the conversation goes on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, pause, type Send } from "./platform.ts";
import { recordedAnswer } from "./recorded.ts";
import { type Json, openRoad, type Road } from "./road.ts";
import { listen, type Notice } from "./stream.ts";

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.close());

const WINDOW = recordedAnswer("error-10-outside-window");
const UNAVAILABLE = recordedAnswer("error-551-person-unavailable");
const EXPIRED = recordedAnswer("error-190-token-expired");
async function refusing(answer: Answer, which: (send: Send) => boolean, during: () => Promise<void>): Promise<void> {
  road.platform.refuse = (send) => (which(send) ? answer : null);
  try {
    await during();
  } finally {
    road.platform.refuse = () => null;
  }
}

const attemptsOf = (psid: string) => road.platform.attempts.filter((one) => one.psid === psid);

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await look();
    if (found) return found;
    await pause(25);
  }
  throw new Error(`It never came to this: ${what}.`);
}

const newest = async (): Promise<Json> => (await road.admin.get("/conversations?limit=1")).body.conversations[0];

describe("a line of the bot that is refused for good", () => {
  it.each([
    ["outside the window (10/2018278)", WINDOW, "6600000000000001", /10\/2018278/],
    ["to somebody who cannot be reached (551)", UNAVAILABLE, "6600000000000002", /551/],
  ])("%s: is not tried again, stands in the journal, and the next question is answered", async (_what, answer, psid, why) => {
    let refused: Json[] = [];
    await refusing(
      answer,
      (send) => send.psid === psid,
      async () => {
        await road.says(psid, "where is my parcel");
        const { id } = await until("a conversation", newest);
        refused = await until("a refused line", async () => {
          const talk = (await road.talk(id)).filter((one) => one.direction === "out");
          return talk.length === 2 && talk.every((one) => one.state === "failed") && talk;
        });
      },
    );
    expect(refused.some((one) => why.test(one.why))).toBe(true);
    expect(attemptsOf(psid).length).toBeGreaterThan(0);

    // They write again: the order number that was asked for is understood, and the way is open.
    await road.says(psid, "AL-100001");
    await road.platform.hears(psid, "It's on its way");
    const talk = await road.talk((await newest()).id);
    expect(talk.at(-1)).toMatchObject({ by: "bot", state: "sent" });
  });
});

describe("a line of an agent that is refused for good", () => {
  it.each([
    ["outside the window (10/2018278)", WINDOW, "6600000000000003", "window"],
    ["to somebody who cannot be reached (551)", UNAVAILABLE, "6600000000000004", "blocked"],
  ])("%s: the agent sees it on the ticket and in the stream, once", async (_what, answer, psid, code) => {
    await road.says(psid, "I want a person");
    const heard = await road.platform.hears(psid, "I'm connecting you");
    const ticket = await road.ticketOf("I want a person");
    const { body } = await road.admin.post(`/tickets/${ticket.id}/claim`);
    const messages = `/conversations/${ticket.conversation_id}/messages`;
    const before = attemptsOf(psid).length;
    const [{ id: n }] = (await listen(road.baton.url, road.admin.token, null, (notices) => notices.length > 0)) as [Notice];
    await refusing(
      answer,
      (send) => send.psid === psid,
      async () => {
        const posted = await road.admin.post(messages, { epoch: body.epoch, client_id: `${code}-1`, text: "Hello, this is Mei." });
        expect(posted.status).toBe(202);
        const line = await until("the refused line", async () =>
          (await road.talk(ticket.conversation_id)).find((one) => one.client_id === `${code}-1` && one.state === "failed"),
        );
        expect(line).toMatchObject({ by: "agent", text: "Hello, this is Mei.", id: posted.body.id });
        expect(line.why).toBeTruthy();
        const told = await listen(road.baton.url, road.admin.token, n, (notices) => notices.some((one) => one.event === "delivery"));
        expect(told.find((one) => one.event === "delivery")?.data).toMatchObject({
          line: posted.body.id,
          state: "refused",
          code,
          ticket_id: ticket.id,
        });
      },
    );
    expect(attemptsOf(psid).length).toBe(before + 1);
    expect((await road.admin.get(`/tickets/${ticket.id}`)).body).toMatchObject({ state: "claimed" });

    // The customer writes: whoever has the ticket may answer, and is heard.
    await road.says(psid, "Are you still there?");
    await until("the customer's words", async () =>
      (await road.talk(ticket.conversation_id)).find((one) => one.text === "Are you still there?"),
    );
    const second = await road.admin.post(messages, { epoch: body.epoch, client_id: `${code}-2`, text: "Yes, I am." });
    expect(second.status).toBe(202);
    expect((await road.platform.receives(psid, heard + 1)).at(-1)).toBe("Yes, I am.");
    const metrics = await (await fetch(`${road.baton.url}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`baton_lines_refused_total\\{[^}]*kind="${code}"[^}]*\\} [1-9]`));
  });
});

describe("a page whose token is not valid any more (190)", () => {
  it("raises the alarm, holds every line, and all go out in order once the token works", { timeout: 60_000 }, async () => {
    const psids = ["6600000000000005", "6600000000000006", "6600000000000007"];
    await refusing(
      EXPIRED,
      () => true,
      async () => {
        for (const psid of psids) await road.says(psid, "where is my parcel");
        const account = await until("the alarm", async () => {
          const { bots } = (await (await fetch(`${road.baton.url}/health/ready`)).json()) as Json;
          return bots[0].accounts.find((one: Json) => one.stopped !== null);
        });
        expect(account.stopped).toContain("190");
        await pause(1_000);
        const tried = road.platform.attempts.filter((one) => psids.includes(one.psid));
        expect(tried.length).toBeLessThanOrEqual(psids.length); // nobody hammers a page that is stopped
        expect(psids.flatMap((psid) => road.platform.taken(psid))).toEqual([]);
        const talk = await road.talk((await newest()).id);
        expect(talk.filter((one) => one.direction === "out").every((one) => !["refused", "failed"].includes(one.state))).toBe(true);
      },
    );
    expect(road.baton.printed()).toMatch(/refuses everything we send/);
    for (const psid of psids) {
      const texts = await road.platform.receives(psid, 2, 40_000);
      expect(texts[0]).toContain("You're chatting with Alder's assistant");
      expect(texts[1]).toContain("order number");
      expect(texts.length).toBe(2);
    }
    const { bots } = (await (await fetch(`${road.baton.url}/health/ready`)).json()) as Json;
    expect(bots[0].accounts[0].stopped).toBe(null);
    expect(road.baton.printed()).toMatch(/takes messages again/);
  });
});

describe("half a minute later", () => {
  it("nothing that was refused for good has been tried again", () => {
    const refused = ["6600000000000001", "6600000000000002", "6600000000000003", "6600000000000004"].flatMap(attemptsOf);
    const times = new Map<string, number>();
    for (const { psid, text } of refused) times.set(`${psid} ${text}`, (times.get(`${psid} ${text}`) ?? 0) + 1);
    expect(refused.filter((one) => one.mid === null).length).toBeGreaterThanOrEqual(4);
    expect([...times].filter(([, n]) => n > 1)).toEqual([]);
  });
});
