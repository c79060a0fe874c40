import { describe, expect, test } from "vitest";
import { EXPECTED } from "./expected.ts";
import { adapter, CUSTOMER, eventFixtures, eventsOf, fixture, item, PAGE, post } from "./setup.ts";

describe("every recorded webhook becomes the right events, or is ignored for a reason", () => {
  const messenger = adapter();
  test("no recording is left out", () => {
    expect(eventFixtures()).toEqual(Object.keys(EXPECTED).sort());
  });
  test.each(Object.entries(EXPECTED))("%s", (name, expected) => {
    const events = eventsOf(post(messenger, fixture(name)));
    expect(events).toHaveLength(expected.length);
    for (const [at, [event, opens, customer = CUSTOMER]] of expected.entries()) {
      expect(events[at]).toMatchObject({ event, address: { channel: "messenger", account: PAGE, customer } });
      expect(events[at]?.opens).toBe(opens);
      if (event.kind === "ignored") expect(events[at]?.event).toMatchObject({ why: expect.stringMatching(/\.$/) });
    }
    expect(new Set(events.map((one) => one.key)).size).toBe(events.length);
  });
});

describe("the same event is the same event however it comes", () => {
  const messenger = adapter();
  const keyOf = (body: Buffer | string) => eventsOf(post(messenger, body))[0]?.key;

  test("a redelivery a minute later has the key of the first", () => {
    expect(keyOf(fixture("retry-duplicate-second.json"))).toBe(keyOf(fixture("retry-duplicate-first.json")));
  });
  test("events without an id have a key of all they say, whatever the order of their keys", () => {
    const body = fixture("referral-shortlink.json").toString("utf8");
    const { entry, object } = JSON.parse(body);
    const { timestamp, recipient, sender, referral } = entry[0].messaging[0];
    const turned = { entry: [{ messaging: [{ referral, timestamp, recipient, sender }], time: 1, id: PAGE }], object };
    expect(keyOf(JSON.stringify(turned))).toBe(keyOf(body));
    expect(keyOf(body.replace("poster-7", "poster-8"))).not.toBe(keyOf(body));
  });
  test("a message seen on standby does not stand in the way of the same message given to us", () => {
    const body = fixture("standby-message.json").toString("utf8");
    expect(keyOf(body)).not.toBe(keyOf(body.replace('"standby"', '"messaging"')));
  });
  test("an echo on standby and on messaging is one echo", () => {
    const body = fixture("echo-text-page-inbox.json").toString("utf8");
    expect(keyOf(body.replace('"messaging"', '"standby"'))).toBe(keyOf(body));
  });
  test("two edits of one message are two events, one edit delivered twice is one", () => {
    const edit = (number: unknown) => keyOf(item({ message_edit: { mid: "m_1", text: "x", num_edit: number } }));
    expect(edit(1)).toBe(edit("1"));
    expect(edit(2)).not.toBe(edit(1));
  });
  test("all recordings together give no key to two different events", () => {
    const seen = new Map<string, string>();
    for (const name of eventFixtures())
      for (const { key, event, address } of eventsOf(post(messenger, fixture(name)))) {
        const known = seen.get(key);
        const is = JSON.stringify([event, address]);
        // The recordings of comments share one comment.
        if (known !== undefined && !name.startsWith("feed-comment")) expect(is).toBe(known);
        seen.set(key, is);
      }
  });
});

describe("whose words are these?", () => {
  const messenger = adapter();
  const eventOf = (fields: Record<string, unknown>) =>
    eventsOf(post(messenger, item({ sender: { id: PAGE }, recipient: { id: CUSTOMER }, ...fields })))[0];

  test("our own line comes back with the id that we gave it", () => {
    const envelope = eventOf({ message: { is_echo: true, app_id: 400000000000001, metadata: "baton:ms_01", mid: "m_1", text: "hi" } });
    expect(envelope).toMatchObject({ address: { customer: CUSTOMER }, event: { kind: "echoed", messageId: "m_1", line: "ms_01" } });
  });
  test("a wrong app id in the settings does not make us take ourselves for a person", () => {
    const envelope = eventOf({ message: { is_echo: true, app_id: 999, metadata: "baton:ms_01", mid: "m_1", text: "hi" } });
    expect(envelope?.event).toMatchObject({ kind: "echoed", line: "ms_01" });
  });
  test.each([[263902037430900], ["263902037430900"], [26390203743090], ["26390203743090"]])(
    "the page's inbox is known by its id %j",
    (app) => {
      expect(eventOf({ message: { is_echo: true, app_id: app, mid: "m_1", text: "hi" } })?.event).toMatchObject({
        kind: "person_spoke",
        app: "263902037430900",
      });
    },
  );
  test("what a person sent is shown with its pictures, cards and buttons", () => {
    const attachments = [
      { type: "image", payload: { url: "https://example.com/a.jpg" } },
      { type: "image", payload: { url: "https://example.com/b.jpg" } },
      {
        type: "template",
        payload: {
          template_type: "generic",
          elements: [{ title: "Boots", subtitle: "189 USD", buttons: [{ type: "postback", title: "Buy", payload: "BUY" }] }],
        },
      },
      {
        type: "template",
        payload: { template_type: "button", text: "Call us", buttons: [{ type: "phone_number", title: "Call", payload: "+1555" }] },
      },
    ];
    expect(eventOf({ message: { is_echo: true, mid: "m_1", attachments } })?.event).toMatchObject({
      kind: "person_spoke",
      message: {
        text: "Call us\nhttps://example.com/b.jpg",
        image: { url: "https://example.com/a.jpg" },
        cards: [{ title: "Boots", subtitle: "189 USD", buttons: [{ title: "Buy", payload: "BUY" }] }],
        buttons: [{ title: "Call", phone: "+1555" }],
      },
    });
  });
  test("a commenter is never taken for a customer with the same number", () => {
    const feed = JSON.parse(fixture("feed-comment-added.json").toString("utf8"));
    feed.entry[0].changes[0].value.from.id = CUSTOMER;
    expect(eventsOf(post(messenger, JSON.stringify(feed)))[0]?.address.customer).toBe(`comment:${CUSTOMER}`);
  });
  test("a message that was taken back is unsent, and one of a kind we cannot see still opens the window", () => {
    expect(eventsOf(post(messenger, item({ message: { mid: "m_1", is_deleted: true } })))[0]?.event).toEqual({
      kind: "unsent",
      messageId: "m_1",
    });
    const unseen = eventsOf(post(messenger, item({ message: { mid: "m_2", is_unsupported: true } })))[0];
    expect(unseen).toMatchObject({ opens: "message", event: { kind: "said", attachments: [{ kind: "unknown" }] } });
  });
});

describe("who owns the thread", () => {
  const messenger = adapter();
  const controlOf = (fields: Record<string, unknown>) => eventsOf(post(messenger, item(fields)))[0]?.event;
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    [
      "passed to us by nobody, printed as a text",
      { pass_thread_control: { previous_owner_app_id: "null", new_owner_app_id: 400000000000001 } },
      { kind: "thread_given", from: null },
    ],
    [
      "passed by us to the inbox",
      { pass_thread_control: { previous_owner_app_id: 400000000000001, new_owner_app_id: 263902037430900 } },
      { kind: "thread_taken", app: "263902037430900" },
    ],
    [
      "taken, in the old shape without a new owner",
      { take_thread_control: { previous_owner_app_id: "400000000000001", metadata: "" } },
      { kind: "thread_taken", app: null },
    ],
    [
      "taken by us",
      { take_thread_control: { previous_owner_app_id: "", new_owner_app_id: "400000000000001" } },
      { kind: "thread_given", from: null },
    ],
    [
      "wanted by an app whose id is a text",
      { request_thread_control: { requested_owner_app_id: "263902037430900" } },
      { kind: "thread_wanted", app: "263902037430900" },
    ],
  ];
  test.each(cases)("%s", (_what, fields, expected) => {
    expect(controlOf(fields)).toEqual(expected);
  });
});

describe("times and numbers", () => {
  const messenger = adapter();
  test.each([
    [1_760_000_000, 1_760_000_000_000],
    ["1760000000", 1_760_000_000_000],
    [1_760_000_000_123, 1_760_000_000_123],
    ["1760000000123", 1_760_000_000_123],
    [undefined, 1_760_000_000_923],
    [-5, 1_760_000_000_923],
    ["soon", 1_760_000_000_923],
  ])("a timestamp of %j is read as %d", (timestamp, atMs) => {
    expect(eventsOf(post(messenger, item({ timestamp, message: { mid: "m_1", text: "hi" } })))[0]?.atMs).toBe(atMs);
  });
  test("ids beyond 2^53 keep every digit, and long numbers in a customer's text stay as typed", () => {
    const words = 'my order: 12345678901234567890, or "x": 12345678901234567890';
    const body = item({ sender: { id: "BIG" }, message: { mid: "m_1", text: words } }).replace('"BIG"', "98765432109876543210");
    expect(eventsOf(post(messenger, body))[0]).toMatchObject({ address: { customer: "98765432109876543210" }, event: { text: words } });
  });
});
