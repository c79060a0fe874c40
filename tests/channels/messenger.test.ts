/** Messenger keeps the contract. */
import { createMessengerAdapter } from "../../adapters/messenger/adapter.ts";
import { EXPECTED } from "../messenger/expected.ts";
import { CUSTOMER, eventFixtures, fixture, OUR_APP, PAGE, response, SECRET, sign, TOKEN } from "../messenger/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Reply, Subject, Webhook } from "./subject.ts";

const signed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/messenger",
  headers: { "x-hub-signature-256": sign(body), "content-type": "application/json" },
  body,
});
const customerId = (from: string) => `61000000000${from.padStart(5, "0")}`;
const item = ({ from, atMs }: Acted, event: Record<string, unknown>, fromPage = false) => {
  const [person, page] = [{ id: customerId(from) }, { id: PAGE }];
  const messaging = [{ sender: fromPage ? page : person, recipient: fromPage ? person : page, timestamp: atMs, ...event }];
  return signed(Buffer.from(JSON.stringify({ object: "page", entry: [{ id: PAGE, time: atMs, messaging }] })));
};
const refusal = (name: string): Reply => response(name);
const error = (code: number, error_subcode?: number): Reply => ({ status: 400, body: { error: { message: "m", code, error_subcode } } });

const messenger: Subject = {
  channel: "messenger",
  account: PAGE,
  manifest: `{ page: "${PAGE}" }`,
  open: ({ clock, apiUrl, timeoutMs }) =>
    createMessengerAdapter({
      accounts: [{ pageId: PAGE, pageToken: TOKEN }],
      appId: OUR_APP,
      appSecrets: [SECRET],
      verifyToken: "mytoken",
      apiUrl,
      clock,
      timeoutMs,
    }),
  recordings: [
    ...eventFixtures().map((name) => ({
      name,
      webhook: signed(fixture(name)),
      becomes: EXPECTED[name]!.map(([event, opens, customer = CUSTOMER]) => ({ event, opens, customer })),
    })),
    {
      name: "the platform's check of the address",
      webhook: {
        method: "GET",
        url: "/webhooks/messenger?hub.mode=subscribe&hub.verify_token=mytoken&hub.challenge=1158201444",
        headers: {},
        body: Buffer.alloc(0),
      },
      becomes: { handshake: "1158201444" },
    },
  ],
  says: (acted) => item(acted, { message: { mid: `m_contract${acted.nr}`, text: acted.text } }),
  customerId,
  opens: {
    postback: (acted) => item(acted, { postback: { mid: `m_contract${acted.nr}`, title: acted.text, payload: "NOTHING_OF_OURS" } }),
  },
  personSays: (acted) =>
    item(acted, { message: { is_echo: true, app_id: 263902037430900, mid: `m_contract${acted.nr}`, text: acted.text } }, true),
  signed,
  bodies: eventFixtures().map((name) => fixture(name)),
  lineIn(taken) {
    if (taken.method !== "POST" || !taken.url.includes("/messages")) return null;
    const { recipient, message } = JSON.parse(taken.body);
    if (message === undefined) return null;
    const { text, buttons = [] } = message.attachment?.payload ?? {};
    const options = [...(message.quick_replies ?? []), ...buttons].map((one: { title: string }) => one.title);
    return { to: recipient.id, shown: [message.text ?? text, ...options].join("\n") };
  },
  accepts: (_taken, nr) => ({ status: 200, body: { recipient_id: "1", message_id: `m_sent${nr}` } }),
  refusals: [
    { what: "outside the window: never, until they write", reply: error(10, 2018278), delivery: { kind: "never", because: "window" } },
    { what: "a person who does not receive: never", reply: error(551, 1545041), delivery: { kind: "never", because: "blocked" } },
    { what: "a message that is not accepted: never", reply: error(100), delivery: { kind: "never", because: "content" } },
    { what: "another app has the thread: never", reply: error(10, 2018300), delivery: { kind: "never", because: "not_owner" } },
    { what: "a token that is no more: the account stops", reply: error(190), delivery: { kind: "stopped" } },
    { what: "too fast: the account waits", reply: error(613), delivery: { kind: "later", holds: "account" } },
    { what: "temporarily unavailable: the line waits", reply: error(2), delivery: { kind: "later", holds: "line" } },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: error(2),
  windowClosed: refusal("error-10-outside-window"),
};

channelContract(messenger);
