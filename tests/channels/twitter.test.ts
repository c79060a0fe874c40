/** X keeps the contract. */
import { createTwitterAdapter } from "../../adapters/twitter/adapter.ts";
import { crcAnswer } from "../../adapters/twitter/signature.ts";
import { EXPECTED } from "../twitter/expected.ts";
import { ACCOUNT, dm, eventFixtures, fixture, KEYS, memoryKeeper, read, SECRET, sign } from "../twitter/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Reply, Subject, Webhook } from "./subject.ts";

const signed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/twitter",
  headers: { "x-twitter-webhooks-signature": sign(body), "content-type": "application/json" },
  body,
});
const customerId = (from: string) => `17000000000000${from.padStart(5, "0")}`;
const idOf = (nr: number) => String(1_976_000_000_000_000_000n + BigInt(nr));
const says = ({ from, text, nr, atMs }: Acted) => signed(Buffer.from(dm({ id: idOf(nr), text, from: customerId(from), atMs })));
const refusal = (status: number, code: number, headers?: Record<string, string>): Reply => ({
  status,
  body: { errors: [{ code, message: "m" }] },
  ...(headers ? { headers } : {}),
});
const recorded = (status: number, name: string): Reply => ({ status, body: JSON.parse(read(`responses/${name}.json`)) });

const fetched = (fetchBytes: (url: string) => Promise<Buffer | null>) => async (url: string) => {
  const bytes = await fetchBytes(url);
  return bytes === null ? ({ ok: false, why: "refused" } as const) : ({ ok: true, bytes } as const);
};

const twitter: Subject = {
  channel: "twitter",
  account: ACCOUNT,
  manifest: `{ user: "${ACCOUNT}" }`,
  open: ({ clock, apiUrl, timeoutMs, fetchBytes }) =>
    createTwitterAdapter({
      accounts: [{ userId: ACCOUNT, oauth1: { accessToken: KEYS.accessToken, accessSecret: KEYS.accessSecret }, oauth2: null }],
      consumerKey: KEYS.consumerKey,
      consumerSecrets: [SECRET],
      apiUrl,
      sends: { quarter: 10_000, day: 100_000 }, // what a brand may agree; the short budget has tests of its own
      keeper: memoryKeeper(),
      clock,
      timeoutMs,
      ...(fetchBytes ? { fetchMedia: fetched(fetchBytes) } : {}),
    }),
  files: ["https://ton.twitter.com/1.1/ton/data/dm/1582103724607971328/1582103713757442048/uF9xqJVh.jpg"],
  recordings: [
    ...eventFixtures().map((name) => ({
      name,
      webhook: signed(fixture(name)),
      becomes: EXPECTED[name]!.map(([event, customer]) => ({ event, customer })),
    })),
    {
      name: "the platform's check of the address",
      webhook: { method: "GET", url: "/webhooks/twitter?crc_token=foo%20bar&nonce=1", headers: {}, body: Buffer.alloc(0) },
      becomes: { handshake: JSON.stringify({ response_token: crcAnswer(SECRET, "foo bar") }) },
    },
    {
      name: "a check without a token",
      webhook: { method: "GET", url: "/webhooks/twitter", headers: {}, body: Buffer.alloc(0) },
      becomes: { refused: 400 },
    },
  ],
  says,
  customerId,
  personSays: ({ from, text, nr, atMs }) =>
    signed(Buffer.from(dm({ id: idOf(nr), text, from: ACCOUNT, to: customerId(from), atMs, app: "258901" }))),
  signed,
  bodies: eventFixtures().map((name) => fixture(name)),
  lineIn(taken) {
    if (taken.method !== "POST") return null;
    if (taken.url.endsWith("/direct_messages/events/new.json")) {
      const { target, message_data } = JSON.parse(taken.body).event.message_create;
      const options = [...(message_data.quick_reply?.options ?? []), ...(message_data.ctas ?? [])].map(
        (one) => `${one.label} ${one.url ?? ""}`,
      );
      return { to: target.recipient_id, shown: [message_data.text, ...options].join("\n") };
    }
    const [, to] = /^\/2\/dm_conversations\/with\/(\d+)\/messages$/.exec(taken.url) ?? [];
    return to === undefined ? null : { to, shown: JSON.parse(taken.body).text };
  },
  accepts(taken, nr) {
    if (taken.url.startsWith("/1.1/")) return recorded(403, "error-403-code-453"); // as most plans have it
    if (taken.url.endsWith("/messages")) return { status: 201, body: { data: { dm_conversation_id: "1-2", dm_event_id: `99${nr}` } } };
    return { status: 200, body: { data: [] } };
  },
  refusals: [
    {
      what: "a customer who takes no messages: never",
      reply: recorded(403, "error-403-code-349"),
      delivery: { kind: "never", because: "blocked" },
    },
    {
      what: "a customer who does not follow: never",
      reply: recorded(403, "error-403-code-150"),
      delivery: { kind: "never", because: "blocked" },
    },
    { what: "a text that is not accepted: never", reply: refusal(403, 354), delivery: { kind: "never", because: "content" } },
    { what: "keys that are not ours: the account stops", reply: recorded(401, "error-401-code-32"), delivery: { kind: "stopped" } },
    { what: "a missing permission: the account stops", reply: recorded(403, "error-403-code-93"), delivery: { kind: "stopped" } },
    {
      what: "the limit is reached: the account waits",
      reply: recorded(429, "error-429-code-88"),
      delivery: { kind: "later", holds: "account" },
    },
    { what: "over capacity: the line waits", reply: refusal(503, 130), delivery: { kind: "later", holds: "line" } },
    { what: "an internal error: in doubt", reply: refusal(500, 131), delivery: { kind: "unknown" } },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: refusal(503, 130),
  windowClosed: null,
};

channelContract(twitter);
