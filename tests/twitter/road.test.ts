/** What customers of a brand on X live through, against the twin. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { AccountId } from "../../model/address.ts";
import type { TicketId } from "../../model/ids.ts";
import { AGENT, endAll, played } from "./played.ts";
import { ACCOUNT, CUSTOMER } from "./setup.ts";

const MINUTE_MS = 60_000;
afterEach(endAll);

describe("a message and its echo", () => {
  test.each(["activity", "account_activity"] as const)("a customer is answered once, by the %s envelope", async (envelope) => {
    const x = await played({ envelope });
    await x.says("MAGIC");
    expect(x.told()).toEqual(["It works."]);
    const { controller } = await x.conversation();
    expect(controller).toBe("bot");
    expect(x.twin.webhook.state()).toMatchObject({ valid: true, lost: 0 });
  });

  test("duplicates and events out of order change nothing", async () => {
    const x = await played();
    x.twin.fault("duplicate", 4);
    x.twin.fault("reorder", 1);
    await x.says("THREE");
    expect(x.told()).toEqual(["one", "two", "three"]);
    expect((await x.conversation()).controller).toBe("bot");
  });

  test("an echo that is here before the answer of its send is ours, and no person's", async () => {
    const x = await played();
    x.twin.fault("echo_first", 3);
    await x.says("THREE");
    expect(x.told()).toEqual(["one", "two", "three"]);
    await x.says("MAGIC");
    expect(x.told().at(-1)).toBe("It works.");
    expect((await x.conversation()).controller).toBe("bot");
  });

  test("a line whose answer was lost is found by its echo, and not said twice", async () => {
    const x = await played();
    x.twin.fault("reset_after");
    await x.says("MAGIC");
    await x.passes(MINUTE_MS);
    expect(x.told()).toEqual(["It works."]);
    expect((await x.conversation()).controller).toBe("bot");
    expect(await x.numbers()).not.toMatch(/lines_sent_again_total\{.*\} [1-9]/);
  });

  test("without echoes, X's history says whether a line arrived", async () => {
    const x = await played();
    await x.says("hello there");
    const before = x.told().length;
    x.twin.deliverTo("http://127.0.0.1:9/nowhere"); // nothing comes back any more
    x.twin.fault("reset_after");
    await x.desk({ kind: "took_over", agent: AGENT });
    await x.desk({ kind: "agent_said", agent: AGENT, message: { text: "Your boots & laces: https://shop.example/a?b=1" }, clientId: "c1" });
    await x.passes(MINUTE_MS);
    expect(x.told()).toHaveLength(before + 1);
    const states = (await x.journal()).filter((row) => row.kind === "delivery").map((row) => row.skeleton.state);
    expect(states).not.toContain("failed");
  });

  test("a person of the brand who answers in X's own app takes the conversation", async () => {
    const x = await played();
    await x.says("MAGIC");
    x.twin.customer.appSays(CUSTOMER, "Bob here, I look after this.");
    await x.settled();
    expect((await x.conversation()).controller).toBe("human");
    await x.says("MAGIC");
    expect(x.told()).toEqual(["It works."]);
  });

  test("an echo that comes after a restart still is ours", async () => {
    const path = join(tmpdir(), `baton-x-${process.pid}-${Math.random().toString(36).slice(2)}.db`);
    const x = await played({ store: path });
    await x.says("MAGIC");
    x.twin.fault("hang");
    await x.desk({ kind: "took_over", agent: AGENT });
    await x.desk({ kind: "agent_said", agent: AGENT, message: { text: "Mei here." }, clientId: "c1" });
    await x.restarts();
    await x.passes(MINUTE_MS);
    const spoke = (await x.journal()).filter((row) => row.kind === "change").map((row) => row.by);
    expect(x.told().filter((text) => text === "Mei here.").length).toBe(1);
    expect(spoke).toEqual([`agent:${AGENT}`]);
    rmSync(path, { force: true });
  });
});

describe("what outlives the process", () => {
  test("is the count of what was sent: after a restart the part for people is still theirs", async () => {
    const x = await played();
    for (let at = 0; at < 12; at++) await x.says("MAGIC", `17000000000000001${String(at).padStart(2, "0")}`);
    expect(x.twin.counts().sends).toBe(12);
    await x.restarts();
    await x.says("MAGIC", "1700000000000000299");
    expect(x.twin.counts().sends).toBe(12); // three of fifteen are kept
    await x.passes(16 * 60_000);
    expect(x.twin.counts().sends).toBe(13);
  });

  test("is the welcome: set once, changed when the manifest says something else, and never over somebody's own", async () => {
    const x = await played({ hasV1: true });
    const choices = [{ title: "My boots don't fit", payload: "link:returns" }];
    const sets = (text: string) => x.adapter().publishWelcome!(ACCOUNT as AccountId, { text, choices });
    expect(await sets("Hello")).toMatchObject({ kind: "sent" });
    const { messages, rules } = x.twin.welcomes();
    expect(messages[0]!.message_data).toMatchObject({
      text: "Hello",
      quick_reply: { type: "options", options: [{ label: "My boots don't fit", metadata: "link:returns" }] },
    });
    expect(rules[0]!.welcome_message_id).toBe(messages[0]!.id);
    await x.restarts();
    expect(await sets("Hello")).toMatchObject({ channelMessageId: messages[0]!.id });
    expect(x.twin.welcomes().messages).toHaveLength(1);
    expect(await sets("Hello there")).toMatchObject({ kind: "sent" });
    expect(x.twin.welcomes().messages.map((one) => one.message_data.text)).toEqual(["Hello there"]);
    expect(x.twin.welcomes().rules).toHaveLength(1);
    x.keeper.kept.clear(); // as if a person had set it
    expect(await sets("Ours")).toMatchObject({ kind: "never", because: "not_owner" });
    expect(x.twin.welcomes().messages.map((one) => one.message_data.text)).toEqual(["Hello there"]);
  });

  test("an account without the older endpoints has no welcome, and nothing is wrong with it", async () => {
    const x = await played();
    expect(await x.adapter().publishWelcome!(ACCOUNT as AccountId, { text: "Hello" })).toMatchObject({
      kind: "never",
      because: "not_owner",
    });
    await x.says("MAGIC");
    expect(x.told()).toEqual(["It works."]);
  });
});

describe("the budget", () => {
  test("when it is short, waiting bubbles leave as one message; none is lost, and their order stays", async () => {
    const x = await played();
    for (let at = 0; at < 8; at++) await x.says("MAGIC", String(9_000 + at));
    await x.says("THREE");
    expect(x.told()).toEqual(["one\n\ntwo\n\nthree"]);
    expect(x.twin.counts().sends).toBe(9);
  });

  test("what exceeds it waits for the next quarter of an hour, and X never has to refuse", async () => {
    const x = await played();
    for (let at = 0; at < 16; at++) await x.says("MAGIC", String(9_000 + at));
    expect(x.twin.counts().sends).toBe(12); // the last three are kept for people
    await x.passes(16 * MINUTE_MS);
    for (let at = 0; at < 16; at++) expect(x.told(String(9_000 + at))).toEqual(["It works."]);
    expect(x.twin.counts().sends).toBe(16);
  });

  test("a person may still answer when the bot has used its share", async () => {
    const x = await played();
    for (let at = 0; at < 13; at++) await x.says("MAGIC", String(9_000 + at));
    await x.says("PERSON");
    const { ticket } = await x.conversation();
    await x.desk({ kind: "claimed", ticket: ticket as TicketId, agent: AGENT });
    await x.desk({ kind: "agent_said", agent: AGENT, message: { text: "This is Mei." }, clientId: "c1" });
    expect(x.told()).toContain("This is Mei.");
  });

  test("a limit that X tells of overrules our table", async () => {
    const x = await played({ adapter: { sends: { quarter: 1_000, day: 10_000 } }, sends: { quarter: 4, day: 100 } });
    for (let at = 0; at < 6; at++) await x.says("MAGIC", String(9_000 + at));
    await x.passes(40 * MINUTE_MS);
    for (let at = 0; at < 6; at++) expect(x.told(String(9_000 + at))).toEqual(["It works."]);
  });

  test("429 is waited out until the time that X names", async () => {
    const x = await played();
    x.twin.fault("429");
    await x.says("MAGIC");
    expect(x.told()).toEqual([]);
    await x.passes(20 * MINUTE_MS);
    expect(x.told()).toEqual(["It works."]);
  });
});

describe("what an account can show", () => {
  test("without the older endpoints a question's options are a list, answered by number or label", async () => {
    const x = await played();
    await x.says("FEW");
    expect(x.told().at(-1)).toBe("Which size?\n\n1. Small\n2. Big");
    await x.says("2");
    expect(x.told().at(-1)).toBe("You took Big.");
    expect(x.adapter().describe()).toMatchObject({ accounts: [{ quickReplies: "no" }] });
  });

  test("with them they are quick replies, found out by the first that needs them", async () => {
    const x = await played({ hasV1: true });
    await x.says("FEW");
    const line = x.twin.thread(CUSTOMER).at(-1);
    expect(line).toMatchObject({ text: "Which size?", options: [{ label: "Small" }, { label: "Big" }] });
    x.twin.customer.taps(CUSTOMER, "Big");
    await x.settled();
    expect(x.told().at(-1)).toBe("You took Big.");
    expect(x.adapter().describe()).toMatchObject({ accounts: [{ quickReplies: "yes" }] });
  });

  test("links stand under the text as buttons, or in it", async () => {
    for (const hasV1 of [true, false]) {
      const x = await played({ hasV1 });
      await x.says("hi");
      await x.desk({ kind: "took_over", agent: AGENT });
      const message = { text: "Look", buttons: [{ title: "Our shop", url: "https://shop.example/" }] };
      await x.desk({ kind: "agent_said", agent: AGENT, message, clientId: "c1" });
      const line = x.twin.thread(CUSTOMER).at(-1);
      if (hasV1) expect(line).toMatchObject({ text: "Look", ctas: [{ label: "Our shop", url: "https://shop.example/" }] });
      else expect(line).toMatchObject({ text: "Look\n\nOur shop: https://shop.example/", ctas: [] });
    }
  });

  test("typing and seen are shown where the account has them", async () => {
    const x = await played({ hasV1: true });
    await x.says("MAGIC");
    const { address } = await x.conversation();
    await x.adapter().signal!(address, "typing");
    await x.adapter().signal!(address, "seen");
    const heard = x.twin.thread(CUSTOMER).find((line) => line.by === "customer");
    expect(x.twin.threadState(CUSTOMER)).toMatchObject({ typing: true, readId: heard?.id });
  });
});

describe("pictures", () => {
  const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(2_500_000, 7)]);

  test("one is uploaded in parts and goes with its text as one message", async () => {
    const x = await played({ adapter: { fetchMedia: async () => ({ ok: true, bytes: png }) } });
    await x.says("PICTURE");
    expect(x.twin.thread(CUSTOMER).at(-1)).toMatchObject({ text: "Here they are.", mediaId: expect.stringMatching(/^\d+$/) });
    expect([...x.twin.uploaded().values()]).toEqual([png.length]);
    expect(x.twin.counts().sends).toBe(1);
  });

  test("a video is waited for while X works on it", async () => {
    const mp4 = Buffer.concat([Buffer.from("0000001866747970", "hex"), Buffer.alloc(1_000)]);
    const x = await played({ adapter: { fetchMedia: async () => ({ ok: true, bytes: mp4 }) } });
    await x.says("PICTURE");
    await x.passes(MINUTE_MS);
    expect(x.twin.thread(CUSTOMER).at(-1)).toMatchObject({ text: "Here they are.", mediaId: expect.stringMatching(/^\d+$/) });
  });

  test.each([
    ["what is no picture", { ok: true as const, bytes: Buffer.from("<html>") }],
    ["what cannot be fetched", { ok: false as const, why: "refused" }],
  ])("%s leaves as a link", async (_what, fetched) => {
    const x = await played({ adapter: { fetchMedia: async () => fetched } });
    await x.says("PICTURE");
    expect(x.told()).toEqual(["Here they are.\n\nhttps://shop.example/boots.png"]);
  });

  test("a customer's picture is asked for with the account's signature, and only at X's own hosts", async () => {
    const x = await played();
    x.twin.customer.sendsPicture(CUSTOMER, "my boots");
    await x.settled();
    const said = (await x.journal()).find((row) => row.kind === "heard")?.personal as { text: string; attachments: { url: string }[] };
    expect(said.text).toBe("my boots");
    const url = said.attachments[0]!.url;
    expect((await fetch(url)).status).toBe(401);
    const asked = await x.adapter().fileRequest!(url);
    const answer = await fetch(asked!.url, { headers: asked!.headers });
    expect(answer.status).toBe(200);
    for (const other of [
      "https://evil.example/1.1/ton/data/dm/1/2/a.jpg",
      "https://ton.twitter.com.evil.example/1.1/ton/data/dm/1/2/a.jpg",
    ])
      expect(await x.adapter().fileRequest!(other)).toBeNull();
    const theirs = "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg";
    expect((await x.adapter().fileRequest!(theirs))?.headers.authorization).toMatch(/^OAuth oauth_consumer_key/);
  });
});

describe("who may be written to, and what cannot be read", () => {
  test("a customer who blocks the account is not written to, and the agent learns why", async () => {
    const x = await played();
    await x.says("PERSON");
    const { ticket } = await x.conversation();
    await x.desk({ kind: "claimed", ticket: ticket as TicketId, agent: AGENT });
    x.twin.customer.blocks(CUSTOMER);
    await x.desk({ kind: "agent_said", agent: AGENT, message: { text: "Hello?" }, clientId: "c1" });
    const refused = (await x.journal()).findLast((row) => row.kind === "delivery");
    expect(refused?.skeleton).toMatchObject({ state: "refused", code: "blocked", why: expect.stringContaining("349") });
  });

  test("an encrypted message is answered like one that we cannot read", async () => {
    const x = await played();
    x.twin.customer.saysEncrypted(CUSTOMER);
    await x.settled();
    expect(x.told()).toHaveLength(1);
  });

  test("by another policy nothing is said to it, and the journal tells why", async () => {
    const x = await played({ adapter: { encrypted: "ignore" } });
    x.twin.customer.saysEncrypted(CUSTOMER);
    await x.settled();
    expect(x.told()).toEqual([]);
    const told = (await x.journal("*")).find((row) => row.kind === "ignored");
    expect(told?.skeleton).toMatchObject({ what: "encrypted_message" });
  });

  test("who only mentions the brand in public is heard as somebody in public, and gets no private message", async () => {
    const x = await played();
    x.twin.customer.mentions(CUSTOMER, "hey @alder_outdoor MAGIC");
    await x.settled();
    expect(x.twin.counts().sends).toBe(0);
    const heard = (await x.journal(`public:${CUSTOMER}`)).find((row) => row.kind === "heard");
    expect(heard?.personal).toMatchObject({ name: "mention", fields: { text: "hey @alder_outdoor MAGIC" } });
  });
});

describe("tokens", () => {
  const keys = { clientId: "client", clientSecret: "client-secret", refreshToken: "first-refresh" };
  const oauth2 = { ...keys, livesMs: 2 * 60 * MINUTE_MS };
  const withOAuth2 = { oauth2, adapter: { accounts: [{ userId: "3805104374", oauth1: null, oauth2: keys }] } };

  test("an access token is renewed before it ends, and X's new refresh token is kept before it is used", async () => {
    const x = await played(withOAuth2);
    await x.says("MAGIC");
    await x.passes(5 * 60 * MINUTE_MS);
    await x.says("MAGIC");
    expect(x.told()).toEqual(["It works.", "It works."]);
    expect([...x.keeper.kept.values()]).toContainEqual(expect.objectContaining({ refresh: "first-refresh.2" }));
  });

  test("after a restart the kept token is used, since X takes the first one no more", async () => {
    const x = await played(withOAuth2);
    await x.says("MAGIC");
    await x.restarts();
    await x.passes(3 * 60 * MINUTE_MS);
    await x.says("MAGIC", "9001");
    expect(x.told("9001")).toEqual(["It works."]);
  });

  test("a token that another process has replaced meanwhile (a doctor's visit) is taken up, not refused", async () => {
    const x = await played(withOAuth2);
    await x.says("MAGIC");
    const [name, pair] = [...x.keeper.kept][0]!;
    const headers = { authorization: `Basic ${Buffer.from("client:client-secret").toString("base64")}` };
    const form = { grant_type: "refresh_token", refresh_token: (pair as { refresh: string }).refresh };
    const answer = await fetch(`${x.twin.url}/2/oauth2/token`, { method: "POST", headers, body: new URLSearchParams(form) });
    const theirs = (await answer.json()) as { access_token: string; refresh_token: string };
    const kept = {
      ...(pair as object),
      access: theirs.access_token,
      refresh: theirs.refresh_token,
      expiresAtMs: x.clock.nowMs() + 7_200_000,
    };
    await x.keeper.write(name, kept);
    await x.passes(3 * 60 * MINUTE_MS);
    await x.says("MAGIC");
    expect(x.told()).toEqual(["It works.", "It works."]);
  });

  test("a token that ended early is renewed once, and the line goes", async () => {
    const x = await played(withOAuth2);
    await x.says("MAGIC");
    await x.passes(10 * MINUTE_MS);
    x.twin.doorkeeper.endTokens();
    await x.says("MAGIC");
    await x.passes(MINUTE_MS);
    expect(x.told()).toEqual(["It works.", "It works."]);
  });

  test("an account whose permission was withdrawn stops, loudly, and loses no line", async () => {
    const x = await played(withOAuth2);
    await x.says("MAGIC");
    x.twin.doorkeeper.revoke();
    await x.passes(3 * 60 * MINUTE_MS);
    await x.says("MAGIC");
    expect(x.adapter().describe()).toMatchObject({ accounts: [{ state: "stopped", why: expect.stringContaining("authorise") }] });
    const [line] = await x.store().outbox("shop" as never, (await x.conversation()).id);
    expect(line).toMatchObject({ state: "ready" });
  });
});
