import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Envelope } from "../../model/event.ts";
import { adapter, CUSTOMER, eventFixtures, eventsOf, fixture, item, PAGE, post } from "./setup.ts";

const messenger = adapter();

/** What every envelope must be, whatever came in: storable, addressed, timed and known by a key. */
function expectSound(envelopes: Envelope[]): void {
  for (const { key, address, atMs, event } of envelopes) {
    expect(key.length).toBeGreaterThan(10);
    expect(key.length).toBeLessThan(600);
    expect(typeof address.account).toBe("string");
    expect(address.customer).not.toBe("");
    expect(Number.isInteger(atMs) && atMs > 0).toBe(true);
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    expectPlain(event);
    if (event.kind === "said") expect(typeof event.text).toBe("string");
    if (event.kind === "tapped") expect(typeof event.payload).toBe("string");
  }
}

function expectPlain(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
  for (const one of Object.values(value)) expectPlain(one);
}

const oddValue = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.constant({}),
  fc.constant([]),
  fc.constant("__proto__"),
  fc.constant("\ud800"),
  fc.constant(2 ** 60),
  fc.constant({ id: { id: {} } }),
  fc.constant([[[[{ type: [] }]]]]),
  fc.json().map((json) => JSON.parse(json)),
);

type Tree = { [key: string]: unknown } | unknown[];

/** Every place in a body where something may be replaced, removed or added. */
function places(tree: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.keys(tree).flatMap((key) => {
    const here = [...path, key];
    return [here, ...places((tree as Record<string, unknown>)[key], here)];
  });
}

function change(tree: Tree, path: (string | number)[], what: "replace" | "remove" | "add", value: unknown): void {
  let parent: Record<string, unknown> = tree as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = parent[key];
    if (typeof next !== "object" || next === null) return;
    parent = next as Record<string, unknown>;
  }
  const key = path.at(-1)!;
  if (what === "remove") delete parent[key];
  else if (what === "replace") parent[key] = value;
  else parent[`${key}_more`] = value;
}

describe("no body brings the receiver down", () => {
  const bodies = eventFixtures().map((name) => fixture(name).toString("utf8"));

  test("recordings with anything replaced, removed or added", () => {
    const mutation = fc.record({
      body: fc.constantFrom(...bodies),
      changes: fc.array(
        fc.record({ at: fc.nat(), what: fc.constantFrom("replace" as const, "remove" as const, "add" as const), value: oddValue }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
    });
    fc.assert(
      fc.property(mutation, ({ body, changes }) => {
        const tree = JSON.parse(body) as Tree;
        for (const { at, what, value } of changes) {
          const all = places(tree);
          if (all.length > 0) change(tree, all[at % all.length]!, what, structuredClone(value));
        }
        const received = post(messenger, JSON.stringify(tree));
        if (received.kind === "events") expectSound(received.events);
        else expect(received.kind).toBe("refused");
      }),
      { numRuns: 4_000 },
    );
  });

  test("recordings as bytes with bytes changed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bodies),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (body, changes) => {
          const bytes = Buffer.from(body);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          const received = post(messenger, bytes);
          if (received.kind === "events") expectSound(received.events);
          else expect([400, 404]).toContain(received.kind === "refused" ? received.status : 0);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("any bytes at all, and any address", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.constantFrom("GET", "POST", "HEAD", ""), (bytes, url, method) => {
        const body = Buffer.from(bytes);
        const received = messenger.receive({ method, url, headers: {}, body, receivedAtMs: 1 });
        expect(received.kind).toBe("refused");
      }),
      { numRuns: 1_000 },
    );
  });

  test("a tree of brackets deeper than any stack", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    for (const place of ["message", "referral", "optin", "order", "some_future_event", "template", "lead"]) {
      const body = `{"object":"page","entry":[{"id":"${PAGE}","messaging":[{"sender":{"id":"${CUSTOMER}"},"${place}":{"type":"x","x":${deep}}}]}]}`;
      expectSound(eventsOf(post(messenger, body)));
    }
    expectSound(
      eventsOf(post(messenger, `{"object":"page","entry":[{"id":"${PAGE}","messaging":[{"message":{"attachments":${deep}}}]}]}`)),
    );
  });

  test("long numbers in a megabyte of text", () => {
    const words = '\\"1234567890123456789 '.repeat(40_000);
    const received = post(messenger, `{"object":"page","entry":[{"id":${PAGE}000000,"messaging":[{"message":{"text":"${words}"}}]}]}`);
    expectSound(eventsOf(received));
  });

  test("a thousand items in one body are a thousand events", () => {
    const messaging = Array.from({ length: 1_000 }, (_, at) => ({
      sender: { id: CUSTOMER },
      recipient: { id: PAGE },
      timestamp: 1_760_000_000_000 + at,
      message: { mid: `m_${at}`, text: "hi" },
    }));
    const events = eventsOf(post(messenger, JSON.stringify({ object: "page", entry: [{ id: PAGE, messaging }] })));
    expect(new Set(events.map((one) => one.key)).size).toBe(1_000);
  });
});

describe("nothing a customer writes is more than text", () => {
  const eventOf = (body: string) => eventsOf(post(messenger, body))[0]?.event;

  test("keys that would change a prototype are left out", () => {
    const poison = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"ref":"x"}';
    const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
    for (const kind of ["referral", "optin", "order", "template", "policy_enforcement", "app_roles", "messaging_customer_information"]) {
      const body = item({ KIND: 0 }).replace('"KIND":0', `"${kind}":${poison}`);
      expectSound(eventsOf(post(messenger, body)));
    }
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
  test("templates, expressions, control and bidi characters, lone surrogates come through as typed", () => {
    const words = '{{ customer.first_name }} <%= x %> %s \u0000 \u202e \u200f \ud83d <b>&amp;</b> "; DROP TABLE';
    expect(eventOf(item({ message: { mid: "m_1", text: words } }))).toMatchObject({ kind: "said", text: words });
  });
  test("an id as long as a novel makes no key as long as a novel", () => {
    expectSound(eventsOf(post(messenger, item({ message: { mid: "m".repeat(100_000), text: "hi" } }))));
  });
});
