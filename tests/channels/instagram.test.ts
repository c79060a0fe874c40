/** Instagram keeps the contract. */
import { EXPECTED } from "../instagram/expected.ts";
import { ACCOUNT, adapter, eventFixtures, fixture, signed } from "../instagram/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Reply, Subject } from "./subject.ts";

const customerId = (from: string) => `17841400000${from.padStart(5, "0")}`;
const item = ({ from, atMs }: Acted, event: Record<string, unknown>, fromAccount = false) => {
  const [person, account] = [{ id: customerId(from) }, { id: ACCOUNT }];
  const messaging = [{ sender: fromAccount ? account : person, recipient: fromAccount ? person : account, timestamp: atMs, ...event }];
  return signed(Buffer.from(JSON.stringify({ object: "instagram", entry: [{ id: ACCOUNT, time: atMs, messaging }] })));
};
const error = (code: number, error_subcode?: number): Reply => ({ status: 400, body: { error: { message: "m", code, error_subcode } } });

const instagram: Subject = {
  channel: "instagram",
  account: ACCOUNT,
  manifest: `{ account: "${ACCOUNT}" }`,
  open: (given) => adapter(given),
  recordings: [
    ...eventFixtures().map((name) => ({ name, webhook: signed(fixture(name)), becomes: EXPECTED[name]! })),
    {
      name: "the platform's check of the address",
      webhook: {
        method: "GET",
        url: "/webhooks/instagram?hub.mode=subscribe&hub.verify_token=mytoken&hub.challenge=1158201444",
        headers: {},
        body: Buffer.alloc(0),
      },
      becomes: { handshake: "1158201444" },
    },
    {
      name: "a check with another word",
      webhook: {
        method: "GET",
        url: "/webhooks/instagram?hub.mode=subscribe&hub.verify_token=theirs&hub.challenge=1",
        headers: {},
        body: Buffer.alloc(0),
      },
      becomes: { refused: 403 },
    },
  ],
  says: (acted) => item(acted, { message: { mid: `aWdf_contract${acted.nr}`, text: acted.text } }),
  customerId,
  opens: {
    postback: (acted) => item(acted, { postback: { mid: `aWdf_contract${acted.nr}`, title: acted.text, payload: "NOTHING_OF_OURS" } }),
  },
  personSays: (acted) => item(acted, { message: { is_echo: true, mid: `aWdf_contract${acted.nr}`, text: acted.text } }, true),
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
  accepts: (_taken, nr) => ({ status: 200, body: { recipient_id: "1", message_id: `aWdf_sent${nr}` } }),
  refusals: [
    { what: "outside the window: never, until they write", reply: error(10, 2534022), delivery: { kind: "never", because: "window" } },
    { what: "nobody of that name: never", reply: error(100, 2534014), delivery: { kind: "never", because: "blocked" } },
    { what: "a message that is not accepted: never", reply: error(100, 2534015), delivery: { kind: "never", because: "content" } },
    { what: "another app has the thread: never", reply: error(100, 2534037), delivery: { kind: "never", because: "not_owner" } },
    { what: "the owner switched messages off: the account stops", reply: error(200, 2534041), delivery: { kind: "stopped" } },
    { what: "the account is blocked: it stops", reply: error(100, 2534029), delivery: { kind: "stopped" } },
    { what: "a token that is no more: the account stops", reply: error(190), delivery: { kind: "stopped" } },
    { what: "an account that is not eligible: it stops", reply: error(36103), delivery: { kind: "stopped" } },
    { what: "too fast: the account waits", reply: error(613, 2534040), delivery: { kind: "later", holds: "account" } },
    { what: "temporarily unavailable: the line waits", reply: error(2), delivery: { kind: "later", holds: "line" } },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: error(2),
  windowClosed: error(10, 2534022),
};

channelContract(instagram);
