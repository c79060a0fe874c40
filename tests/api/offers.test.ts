/** Tickets that are offered: a lease for one agent at a time, let pass, accepted, or over by itself. */
import { afterEach, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
afterEach(() => house.close());

type Offered = { state: string; offer: { agent: { id: string }; lease?: string } | null };
async function offeredTo(token: string, ticket: string, isWanted: (told: Offered) => boolean): Promise<Offered> {
  for (let tries = 0; tries < 200; tries++) {
    const told = (await house.call("GET", `/tickets/${ticket}`, token)).body as unknown as Offered;
    if (isWanted(told)) return told;
    await new Promise((later) => setTimeout(later, 20));
  }
  throw new Error(`Ticket ${ticket} was never offered as expected.`);
}

/** Until the desk was told that an offer of this ticket is over: it may be out again by the time anybody looks. */
async function ended(ticket: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const feed = await house.store.feed("alder" as never, 0, 1000);
    if (feed.some((row) => row.ticket === ticket && row.kind === "ticket.offer_ended" && row.data.why === "expired")) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`The offer of ticket ${ticket} never ended.`);
}

describe("a ticket is offered", () => {
  it("to one agent, whose lease nobody else sees; let pass, it comes to the other, who accepts it", async () => {
    house = await createHouse({ offers: true });
    const tokens = new Map<string, string>();
    for (const name of ["mei", "noah"]) tokens.set(`ag_${name}`, (await house.hires(name, { queues: queues("care") })).token);
    const sue = (await house.hires("sue", { role: "supervisor", away: true })).token;
    const { ticket } = await house.asks("o1");
    const first = (await offeredTo(sue, ticket, (told) => told.offer !== null)).offer!.agent.id;
    const second = first === "ag_mei" ? "ag_noah" : "ag_mei";
    const mine = (await offeredTo(tokens.get(first)!, ticket, (told) => told.offer !== null)).offer!;
    expect(mine.lease).toMatch(/^ls_/);
    for (const other of [tokens.get(second)!, sue]) {
      const seen = await house.call("GET", `/tickets/${ticket}`, other);
      expect(seen.text).not.toContain(mine.lease);
    }
    // Neither by their own wish nor by a stolen lease does another get it meanwhile.
    for (const [act, body] of [
      ["claim", {}],
      ["accept", { lease: mine.lease }],
      ["decline", { lease: mine.lease }],
    ] as const) {
      const refused = await house.call("POST", `/tickets/${ticket}/${act}`, tokens.get(second)!, body);
      expect([act, refused.status, refused.body.error.code]).toEqual([act, 409, "invalid_transition"]);
    }
    expect((await house.call("POST", `/tickets/${ticket}/decline`, tokens.get(first)!, { lease: mine.lease })).status).toBe(200);
    const theirs = (await offeredTo(tokens.get(second)!, ticket, (told) => told.offer?.agent.id === second)).offer!;
    expect((await house.call("POST", `/tickets/${ticket}/accept`, tokens.get(first)!, { lease: mine.lease })).status).toBe(409);
    const accepted = await house.call("POST", `/tickets/${ticket}/accept`, tokens.get(second)!, { lease: theirs.lease });
    expect(accepted.status).toBe(200);
    const lost = await house.call("POST", `/tickets/${ticket}/accept`, tokens.get(first)!, { lease: mine.lease });
    expect([lost.status, lost.body.error.code]).toEqual([409, "already_claimed"]);
  });

  it("for as long as the lease runs; then the timer ends it, and the ticket is offered on", async () => {
    house = await createHouse({ offers: true, offerMs: 300 });
    await house.hires("mei", { queues: queues("care") });
    const sue = (await house.hires("sue", { role: "supervisor", away: true })).token;
    const { ticket, conversation } = await house.asks("o2");
    await offeredTo(sue, ticket, (told) => told.state === "offered");
    await ended(ticket);
    expect((await house.store.load("alder" as never, conversation as never))?.controller).toBe("queue");
  });
});

describe("a queue is left", () => {
  it("by the customer's own words: the ticket is closed and the bot answers again", async () => {
    house = await createHouse();
    const mei = (await house.hires("mei", { queues: queues("care") })).token;
    const { ticket } = await house.asks("o3");
    await house.writes("never mind", { from: "o3" });
    expect((await house.conversation({ from: "o3" })).controller).toBe("bot");
    expect((await house.call("GET", `/tickets/${ticket}`, mei)).body).toMatchObject({ state: "closed", outcome: "cancelled" });
    const late = await house.call("POST", `/tickets/${ticket}/claim`, mei, {});
    expect([late.status, late.body.error.code]).toEqual([409, "invalid_transition"]);
    const said = house.said("o3").length;
    await house.writes("How long does shipping take?", { from: "o3" });
    expect(house.said("o3").slice(said).join("\n")).toContain("Two to four days.");
  });

  it("when nobody is there, no person is promised in the first place", async () => {
    house = await createHouse();
    await house.hires("mei", { queues: queues("care"), away: true });
    await house.writes("I want to talk to a person", { from: "o4" });
    const { controller, ticket } = await house.conversation({ from: "o4" });
    expect([controller, ticket]).toEqual(["bot", null]);
    expect(house.said("o4").join("\n")).not.toContain("A person will be with you.");
  });
});
