/** What became of each line, as the agent sees it: sent, delivered, read, failed and why, and once more where that may help. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHouse, type House, queues } from "./house.ts";

let house: House;
let mei: string;
beforeAll(async () => {
  house = await createHouse();
  mei = (await house.hires("mei", { queues: queues("care") })).token;
});
afterAll(() => house.close());

type Line = { id: string; text: string; state: string; why: string | null; retry?: boolean; seq: number; kind: string };

async function claimed(from: string) {
  const { ticket, conversation } = await house.asks(from);
  const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
  const said = async (text: string) =>
    (
      await house.call("POST", `/conversations/${conversation}/messages`, mei, {
        epoch,
        client_id: `c-${text.length}-${text.slice(0, 9).replaceAll(" ", "_")}`,
        text,
      })
    ).body.id;
  const lines = async (query = "limit=200") =>
    (await house.call("GET", `/conversations/${conversation}/messages?${query}`, mei)).body.messages as unknown as Line[];
  const line = async (id: string) => (await lines()).find((one) => one.id === id)!;
  return { ticket, conversation, epoch, said, lines, line };
}

describe("a line of an agent", () => {
  it("is sent, then delivered, then read, and the desk is told each time", async () => {
    const { said, line, conversation } = await claimed("l1");
    const after = await house.store.feedEnd("alder" as never);
    const id = await said("Hello, I am Mei.");
    await house.runtime.idle();
    expect(await line(id)).toMatchObject({ state: "sent" });
    await house.comes("l1", { kind: "delivered", messageIds: [], untilMs: Date.now() });
    expect(await line(id)).toMatchObject({ state: "delivered" });
    await house.comes("l1", { kind: "read", untilMs: Date.now() });
    expect(await line(id)).toMatchObject({ state: "read" });
    const later = await said("And one more.");
    await house.runtime.idle();
    expect([(await line(id)).state, (await line(later)).state]).toEqual(["read", "sent"]); // what was said since is not read by it
    const told = (await house.store.feed("alder" as never, after, 100)).filter(
      (row) => row.kind === "delivery" && row.conversation === conversation,
    );
    expect(told.map((row) => row.data.state)).toEqual(["sent", "delivered", "read", "sent"]);
  });

  it("that the platform refused says why, and goes again only where that may help, and only once", async () => {
    house.refusing.push(
      { text: "wrong words", with: { kind: "never", because: "content", why: "The words are not allowed." } },
      { text: "not ours", with: { kind: "never", because: "not_owner", why: "Another app has the thread." } },
    );
    const { said, line, lines, conversation, epoch } = await claimed("l2");
    const [bad, again] = [await said("wrong words here"), await said("not ours now")];
    await house.runtime.idle();
    expect(await line(bad)).toMatchObject({ state: "failed", why: expect.stringContaining("The words are not allowed.") });
    expect((await line(bad)).retry).toBeUndefined();
    expect(await line(again)).toMatchObject({ state: "failed", retry: true });
    const retry = (body: object) => house.call("POST", `/conversations/${conversation}/retry`, mei, body);
    expect((await retry({ epoch, line: bad })).body.error.code).toBe("invalid_transition");
    expect((await retry({ epoch, line: "ms_nobody" })).status).toBe(404);
    expect((await retry({ epoch: epoch - 1, line: again })).body.error.code).toBe("stale_epoch");
    house.refusing.length = 0;
    const first = await retry({ epoch, line: again });
    const second = await retry({ epoch, line: again });
    expect([first.status, second.status, second.body.id]).toEqual([202, 202, first.body.id]);
    await house.runtime.idle();
    expect(house.said("l2").filter((text) => text === "not ours now")).toHaveLength(1);
    expect((await line(again)).retry).toBeUndefined();
    expect((await lines()).filter((one) => one.text === "not ours now").map((one) => one.state)).toEqual(["failed", "sent"]);
    const other = await claimed("l2b");
    expect((await house.call("POST", `/conversations/${other.conversation}/retry`, mei, { epoch: other.epoch, line: again })).status).toBe(
      404,
    );
  });

  it("of the bot, which a person's taking over silenced, is not an agent's to send", async () => {
    const { lines, conversation, epoch } = await claimed("l3");
    const bots = (await lines()).filter((one) => one.state !== undefined && one.kind === "message");
    expect(bots.length).toBeGreaterThan(0);
    expect((await house.call("POST", `/conversations/${conversation}/retry`, mei, { epoch, line: bots[0]!.id })).status).toBe(404);
  });
});

describe("a long talk", () => {
  it("is read from its end, page by page, and the pages join to the whole", async () => {
    const { said, lines, conversation } = await claimed("l4");
    for (let i = 0; i < 25; i++) {
      await house.writes(`word ${i}`, { from: "l4" });
      await said(`answer number ${i} ${"x".repeat(i)}`);
    }
    await house.runtime.idle();
    const whole = await lines("limit=200");
    const pages: Line[][] = [];
    let before = Number.MAX_SAFE_INTEGER;
    for (let more = true; more; ) {
      const { body } = await house.call("GET", `/conversations/${conversation}/messages?before_seq=${before}&limit=7`, mei);
      const page = body as unknown as { messages: Line[]; next_before_seq: number; more: boolean };
      pages.unshift(page.messages);
      before = page.next_before_seq;
      more = page.more;
    }
    const joined = pages.flat();
    expect(joined.map((one) => one.seq)).toEqual([...joined.map((one) => one.seq)].sort((a, b) => a - b));
    expect(joined.map((one) => [one.seq, one.text, one.state])).toEqual(whole.map((one) => [one.seq, one.text, one.state]));
    expect((await house.call("GET", `/conversations/${conversation}/messages?before_seq=9&after_seq=1`, mei)).status).toBe(400);
  });
});
