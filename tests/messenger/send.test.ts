import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createMessengerAdapter, type MessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { DAY_MS } from "../../adapters/messenger/limits.ts";
import { appsecretProof } from "../../adapters/meta/signature.ts";
import type { Outbound } from "../../model/adapter.ts";
import { address } from "../../model/address.ts";
import type { LineId } from "../../model/ids.ts";
import { CUSTOMER, NOW_MS, OUR_APP, outbound, PAGE, platform, type Reply, response, SECRET, stillClock, TOKEN } from "./setup.ts";

const SENT: Reply = response("send-success");
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function road(reply: (number: number) => Reply = () => SENT, options: { timeoutMs?: number; adWindowMs?: number } = {}) {
  let number = 0;
  const api = await platform(() => reply(++number));
  const clock = stillClock();
  const messenger = createMessengerAdapter({
    accounts: [{ pageId: PAGE, pageToken: TOKEN }],
    appId: OUR_APP,
    appSecrets: [SECRET, "older"],
    verifyToken: "mytoken",
    apiUrl: `${api.url}/proxy/`,
    apiVersion: "v26.0",
    clock,
    ...options,
  });
  opened.push(api, messenger);
  return { messenger, taken: api.taken, clock };
}
const send = (messenger: MessengerAdapter, more: Partial<Outbound> = {}) => messenger.send(outbound(more));

describe("a line goes out as the platform wants it", () => {
  test("to the page's own address, with token, proof and the line's id", async () => {
    const { messenger, taken } = await road();
    expect(await send(messenger)).toEqual({ kind: "sent", channelMessageId: "m_fixture0000000000000000000000000000000000000000000061" });
    expect(taken[0]?.method).toBe("POST");
    expect(taken[0]?.url).toBe(`/proxy/v26.0/${PAGE}/messages?appsecret_proof=${appsecretProof(SECRET, TOKEN)}`);
    expect(taken[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, "content-type": "application/json" });
    expect(taken[0]?.body).toEqual({
      recipient: { id: CUSTOMER },
      messaging_type: "RESPONSE",
      message: { text: "Hello!", metadata: "baton:ms_01" },
    });
  });

  const button = { type: "postback", title: "Track my order now,…", payload: "TRACK" };
  test.each<[string, Outbound["message"], Record<string, unknown>]>([
    [
      "quick replies",
      { text: "Which?", choices: [{ title: "A title far too long for it", payload: "A", imageUrl: "https://example.com/a.png" }] },
      {
        text: "Which?",
        quick_replies: [{ content_type: "text", title: "A title far too lon…", payload: "A", image_url: "https://example.com/a.png" }],
      },
    ],
    [
      "buttons of each kind",
      {
        text: "What now?",
        buttons: [
          { title: "Track my order now, please", payload: "TRACK" },
          { title: "Shop", url: "https://example.com" },
          { title: "Call", phone: "+15550100" },
        ],
      },
      {
        attachment: {
          type: "template",
          payload: {
            template_type: "button",
            text: "What now?",
            buttons: [
              button,
              { type: "web_url", title: "Shop", url: "https://example.com" },
              { type: "phone_number", title: "Call", payload: "+15550100" },
            ],
          },
        },
      },
    ],
    [
      "cards",
      {
        cards: [
          {
            title: "Ridge",
            subtitle: "189 USD",
            imageUrl: "https://example.com/r.jpg",
            url: "https://example.com/r",
            buttons: [{ title: "Buy", payload: "BUY" }],
          },
        ],
      },
      {
        attachment: {
          type: "template",
          payload: {
            template_type: "generic",
            elements: [
              {
                title: "Ridge",
                subtitle: "189 USD",
                image_url: "https://example.com/r.jpg",
                default_action: { type: "web_url", url: "https://example.com/r" },
                buttons: [{ type: "postback", title: "Buy", payload: "BUY" }],
              },
            ],
          },
        },
      },
    ],
    ...(["image", "video", "audio", "file"] as const).map((kind): [string, Outbound["message"], Record<string, unknown>] => [
      kind,
      { [kind]: { url: `https://example.com/${kind}`, name: "x" } },
      { attachment: { type: kind, payload: { url: `https://example.com/${kind}` } } },
    ]),
    ["half a surrogate pair", { text: "a\ud83d" }, { text: "a\ufffd" }],
  ])("%s", async (_what, message, body) => {
    const { messenger, taken } = await road();
    await send(messenger, { message });
    expect(taken[0]?.body.message).toEqual({ ...body, metadata: "baton:ms_01" });
  });

  test("a person known only by a plugin's reference is written to by it", async () => {
    const { messenger, taken } = await road(() => response("send-success-user-ref"));
    expect(await send(messenger, { address: address("messenger", PAGE, "user_ref:user-ref-3") })).toMatchObject({ kind: "sent" });
    expect(taken[0]?.body.recipient).toEqual({ user_ref: "user-ref-3" });
  });
  test.each(["*", "comment:7200000000000001"])("nothing is sent to %s", async (customer) => {
    const { messenger, taken } = await road();
    expect(await send(messenger, { address: address("messenger", PAGE, customer) })).toMatchObject({ kind: "never", because: "blocked" });
    expect(taken).toEqual([]);
  });
  test("nothing is sent for a page that is not ours", async () => {
    const { messenger, taken } = await road();
    expect(await send(messenger, { address: address("messenger", "999", CUSTOMER) })).toMatchObject({
      kind: "never",
      because: "not_owner",
    });
    expect(taken).toEqual([]);
  });
});

describe("who may speak when", () => {
  const HOUR_MS = 3_600_000;
  const heard = (agoMs: number, opening = "message") => ({ openings: { [opening]: NOW_MS - agoMs }, heardAtMs: NOW_MS - agoMs, spent: 0 });
  type Row = [what: string, more: Partial<Outbound>, expected: { messaging_type: string; tag?: string } | null, adWindowMs?: number];
  const rows: Row[] = [
    ["the bot answers within a day", { marks: heard(23 * HOUR_MS) }, { messaging_type: "RESPONSE" }],
    ["the bot reminds within a day", { marks: heard(HOUR_MS), purpose: "followup" }, { messaging_type: "UPDATE" }],
    ["an agent answers within a day", { marks: heard(HOUR_MS), by: "agent" }, { messaging_type: "RESPONSE" }],
    ["an agent answers on the sixth day", { marks: heard(6 * DAY_MS), by: "agent" }, { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" }],
    ["an agent after a week", { marks: heard(7 * DAY_MS), by: "agent" }, null],
    ["the bot after a day", { marks: heard(DAY_MS) }, null],
    ["the system after a day", { marks: heard(DAY_MS), by: "system" }, null],
    ["anybody who was never written to", { marks: { openings: {}, heardAtMs: null, spent: 0 }, by: "agent" }, null],
    ["the bot after a reaction", { marks: heard(HOUR_MS, "reaction") }, { messaging_type: "RESPONSE" }],
    ["the bot on the second day of an ad", { marks: heard(2 * DAY_MS, "ad_message") }, null],
    ["the same on a page that has seven", { marks: heard(2 * DAY_MS, "ad_message") }, { messaging_type: "RESPONSE" }, 7 * DAY_MS],
    ["no page has more than seven", { marks: heard(8 * DAY_MS, "ad_message") }, null, 30 * DAY_MS],
    ["the bot an hour after a bare ad click", { marks: heard(HOUR_MS, "ad_click") }, null],
    ["the bot right after a bare ad click", { marks: heard(1_000, "ad_click") }, { messaging_type: "RESPONSE" }],
    ["the bot after the platform closed the window", { marks: { ...heard(HOUR_MS), closedByChannelAtMs: NOW_MS - 1_000 } }, null],
    [
      "the agent after the same",
      { marks: { ...heard(HOUR_MS), closedByChannelAtMs: NOW_MS - 1_000 }, by: "agent" },
      { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" },
    ],
  ];
  test.each(rows)("%s", async (_what, more, expected, adWindowMs) => {
    const { messenger, taken } = await road(() => SENT, adWindowMs === undefined ? {} : { adWindowMs });
    const delivery = await send(messenger, more);
    if (expected === null) {
      expect(delivery).toMatchObject({ kind: "never", because: "window" });
      expect(taken).toEqual([]);
    } else {
      expect(delivery.kind).toBe("sent");
      const { messaging_type, tag } = taken[0]!.body;
      expect({ messaging_type, ...(tag === undefined ? {} : { tag }) }).toEqual(expected);
    }
  });

  test("a page whose long ad window was refused after a day gets a day from then on", async () => {
    const { messenger, taken } = await road(() => response("error-10-outside-window"), { adWindowMs: 7 * DAY_MS });
    const late = { marks: heard(2 * DAY_MS, "ad_message") };
    expect(await send(messenger, late)).toMatchObject({ kind: "never", because: "window" });
    expect(await send(messenger, { ...late, address: address("messenger", PAGE, "6100000000000099") })).toMatchObject({
      because: "window",
    });
    expect(taken).toHaveLength(1);
    expect(messenger.describe()).toMatchObject({ pages: [{ adWindowIsDay: true }] });
  });
});

describe("what the platform answers decides, by code alone", () => {
  const expected: [string, Record<string, unknown>][] = [
    ["send-success", { kind: "sent", channelMessageId: "m_fixture0000000000000000000000000000000000000000000061" }],
    ["send-success-attachment-saved", { kind: "sent", channelMessageId: "m_fixture0000000000000000000000000000000000000000000062" }],
    ["send-success-user-ref", { kind: "sent", channelMessageId: "m_fixture0000000000000000000000000000000000000000000063" }],
    ["send-success-with-usage-headers", { kind: "sent", channelMessageId: "m_fixture0000000000000000000000000000000000000000000064" }],
    ["error-2-temporary", { kind: "later", holds: "line" }],
    ["error-1200-temporary", { kind: "later", holds: "line" }],
    ["error-4-app-limit", { kind: "later", holds: "account" }],
    ["error-613-rate-limit", { kind: "later", holds: "account" }],
    ["error-613-abusive-tag-rate", { kind: "later", holds: "line" }],
    ["error-80006-page-limit", { kind: "later", holds: "account" }],
    ["error-10-outside-window", { kind: "never", because: "window" }],
    ["error-10-outside-window-instagram", { kind: "never", because: "window" }],
    ["error-10-cannot-receive", { kind: "never", because: "blocked" }],
    ["error-10-page-restricted", { kind: "stopped" }],
    ["error-10-user-stopped-topic", { kind: "never", because: "content" }],
    ["error-10-other-app-controls", { kind: "never", because: "not_owner" }],
    ["error-27-take-control-blocked", { kind: "never", because: "not_owner" }],
    ["error-100-no-matching-user", { kind: "never", because: "blocked" }],
    ["error-100-invalid-parameter", { kind: "never", because: "content" }],
    ["error-100-object-missing", { kind: "never", because: "content" }],
    ["error-100-attachment-too-large", { kind: "never", because: "content" }],
    ["error-100-attachment-fetch-failed", { kind: "later", holds: "line" }],
    ["error-100-attachment-type-mismatch", { kind: "never", because: "content" }],
    ["error-100-attachment-id-invalid", { kind: "never", because: "content" }],
    ["error-190-token-expired", { kind: "stopped" }],
    ["error-190-invalid-token", { kind: "stopped" }],
    ["error-200-not-approved", { kind: "stopped" }],
    ["error-200-person-unavailable", { kind: "never", because: "blocked" }],
    ["error-551-person-unavailable", { kind: "never", because: "blocked" }],
    ["error-368-blocked", { kind: "stopped" }],
    ["error-2018321-lead-flow", { kind: "later", holds: "line" }],
    ["error-9000001-message-deleted", { kind: "never", because: "content" }],
    ["error-html-502", { kind: "unknown" }],
  ];
  test.each(expected)("%s", async (name, delivery) => {
    const { messenger } = await road(() => response(name));
    const answered = await send(messenger);
    expect(answered).toMatchObject(delivery);
    if (answered.kind === "later") expect(answered.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    expect(JSON.stringify(answered)).not.toContain(TOKEN);
    expect(JSON.stringify(answered)).not.toContain("Hello!");
  });

  test.each<[string, Reply, string]>([
    ["an unknown refusal", { status: 400, body: { error: { code: 777_777, message: "x" } } }, "never"],
    ["an unknown refusal that says it will pass", { status: 400, body: { error: { code: 777_777, is_transient: true } } }, "later"],
    ["a bare 429", { status: 429, body: "slow down" }, "later"],
    ["a bare 500", { status: 500, body: "" }, "unknown"],
    ["a redirect", { status: 302, body: "" }, "unknown"],
    ["a success that cannot be read", { status: 200, body: "{" }, "unknown"],
    ["an error of an odd type", { status: 500, body: { error: "oops" } }, "unknown"],
    ["a broken answer that says so itself", { status: 500, body: { error: { code: 1, error_subcode: 1357046 } } }, "unknown"],
    ["a connection reset", "reset", "unknown"],
    ["an answer cut off", "cut", "unknown"],
  ])("%s", async (_what, reply, kind) => {
    const { messenger } = await road(() => reply);
    expect((await send(messenger)).kind).toBe(kind);
  });

  test("an answer that never comes is a doubt, not a failure", async () => {
    const { messenger } = await road(() => "hang", { timeoutMs: 300 });
    expect(await send(messenger)).toMatchObject({ kind: "unknown" });
  });

  test("a connection that is refused sent nothing, so the line may simply go again", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const messenger = createMessengerAdapter({
      accounts: [{ pageId: PAGE, pageToken: TOKEN }],
      appId: OUR_APP,
      appSecrets: [SECRET],
      verifyToken: "x",
      apiUrl: `http://127.0.0.1:${port}`,
      clock: stillClock(),
    });
    opened.push(messenger);
    expect(await send(messenger)).toMatchObject({ kind: "later", holds: "line" });
  });

  test("a file that could not be fetched is tried once more, an unknown error twice, each line for itself", async () => {
    const { messenger } = await road((number) => response(number <= 3 ? "error-100-attachment-fetch-failed" : "send-success"));
    expect((await send(messenger)).kind).toBe("later");
    expect(await send(messenger, { line: "ms_02" as LineId })).toMatchObject({ kind: "later" });
    expect(await send(messenger)).toMatchObject({ kind: "never", because: "content" });

    const unknown: Reply = { status: 500, body: { error: { code: 1, error_subcode: 99 } } };
    const other = await road(() => unknown);
    const kinds = [];
    for (let at = 0; at < 3; at += 1) kinds.push((await send(other.messenger)).kind);
    expect(kinds).toEqual(["later", "later", "never"]);
  });
});

describe("near the platform's limit we slow down by ourselves", () => {
  const used = (percent: number, minutes = 0): Reply => ({
    status: 200,
    body: { message_id: "m_1" },
    headers: {
      "x-business-use-case-usage": JSON.stringify({
        [PAGE]: [{ type: "messenger", call_count: percent, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: minutes }],
      }),
    },
  });
  const next = async (messenger: MessengerAdapter) => (await send(messenger)).kind;

  test("below 80 % nothing changes", async () => {
    const { messenger } = await road(() => used(79));
    for (let at = 0; at < 5; at += 1) expect(await next(messenger)).toBe("sent");
  });
  test("from 80 % on sends are spaced, more the nearer the limit", async () => {
    const { messenger, clock, taken } = await road(() => used(90));
    expect(await next(messenger)).toBe("sent");
    expect(await next(messenger)).toBe("sent"); // takes its turn, the next one waits
    expect(await send(messenger)).toMatchObject({ kind: "later", holds: "account", retryAfterMs: 1_050 });
    clock.advance(1_050);
    expect(await next(messenger)).toBe("sent");
    expect(taken).toHaveLength(3);
  });
  test("at 100 % the page waits until the platform said it may again", async () => {
    const { messenger, clock, taken } = await road((number) => (number === 1 ? used(100, 7) : used(10)));
    expect(await next(messenger)).toBe("sent");
    expect(await send(messenger)).toMatchObject({ kind: "later", holds: "account", retryAfterMs: 420_000 });
    await messenger.signal?.(address("messenger", PAGE, CUSTOMER), "typing");
    expect(taken).toHaveLength(1);
    clock.advance(420_000);
    expect(await next(messenger)).toBe("sent");
    expect(await next(messenger)).toBe("sent");
  });
  test("headers that make no sense are none", async () => {
    const { messenger } = await road(() => ({
      status: 200,
      body: { message_id: "m" },
      headers: { "x-app-usage": "{", "x-business-use-case-usage": "[1]" },
    }));
    for (let at = 0; at < 3; at += 1) expect(await next(messenger)).toBe("sent");
  });
});

describe("beside the lines", () => {
  const to = address("messenger", PAGE, CUSTOMER);
  test("typing and seen are told, and no failure of them is anybody's", async () => {
    const { messenger, taken } = await road((number) => (number < 3 ? response("sender-action-success") : "reset"));
    await messenger.signal?.(to, "typing");
    await messenger.signal?.(to, "seen");
    await messenger.signal?.(to, "typing");
    expect(taken.map((call) => call.body)).toEqual(
      ["typing_on", "mark_seen", "typing_on"].map((sender_action) => ({ recipient: { id: CUSTOMER }, sender_action })),
    );
  });
  test("a profile is told in our words", async () => {
    const { messenger, taken } = await road(() => response("user-profile"));
    expect(await messenger.profile?.(to)).toEqual({
      first_name: "Test",
      last_name: "Person",
      picture_url: "https://scontent.example.invalid/p.jpg",
      language: "en-US",
      country: "US",
      timezone: "Etc/GMT+7",
    });
    expect(taken[0]?.url).toContain(`/v26.0/${CUSTOMER}?fields=first_name,`);
  });
  test.each<[string, Reply]>([
    ["not permitted", response("user-profile-not-permitted")],
    ["missing", response("error-100-object-missing")],
    ["unreadable", { status: 200, body: "{" }],
    ["reset", "reset"],
  ])("a profile that is %s is null", async (_what, reply) => {
    const { messenger } = await road(() => reply);
    expect(await messenger.profile?.(to)).toBeNull();
  });
  test("a thread can be passed, taken and released", async () => {
    const { messenger, taken } = await road((number) =>
      response(number === 2 ? "error-27-take-control-blocked" : "thread-control-success"),
    );
    expect((await messenger.passThread(to, "263902037430900", "ho_01")).kind).toBe("sent");
    expect(await messenger.takeThread(to)).toMatchObject({ kind: "never", because: "not_owner" });
    expect((await messenger.releaseThread(to)).kind).toBe("sent");
    expect(taken.map((call) => call.url.split("?")[0])).toEqual(
      ["pass", "take", "release"].map((verb) => `/proxy/v26.0/${PAGE}/${verb}_thread_control`),
    );
    expect(taken[0]?.body).toEqual({ recipient: { id: CUSTOMER }, target_app_id: "263902037430900", metadata: "ho_01" });
  });
});
