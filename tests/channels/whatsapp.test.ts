/** WhatsApp keeps the contract. */
import { expect } from "vitest";
import type { Message } from "../../model/message.ts";
import { EXPECTED } from "../whatsapp/expected.ts";
import { adapter, change, eventFixtures, fixture, NUMBER, response, signed } from "../whatsapp/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Reply, Subject } from "./subject.ts";

const customerId = (from: string) => `1555010${from.padStart(4, "0")}`;
const message = ({ from, nr, atMs }: Acted, more: Record<string, unknown>) =>
  signed(
    change({
      contacts: [{ profile: { name: "Test Person" }, wa_id: customerId(from) }],
      messages: [{ from: customerId(from), id: `wamid.contract${nr}`, timestamp: String(Math.floor(atMs / 1000)), ...more }],
    }),
  );
const says = (acted: Acted) => message(acted, { type: "text", text: { body: acted.text } });
const error = (code: number, status = 400): Reply => ({ status, body: { error: { message: "m", type: "OAuthException", code } } });

type Option = { title: string; description?: string };
type Sent = {
  type: string;
  text: { body: string };
  interactive: {
    body: { text: string };
    action: { buttons?: { reply: Option }[]; sections?: { rows: Option[] }[]; parameters?: { display_text: string; url: string } };
  };
};

/** Every word of a message of ours that the customer sees. */
function wordsOf({ type, text, interactive }: Sent): string {
  if (type === "text") return text.body;
  if (type !== "interactive") return `[${type}]`;
  const { body, action } = interactive;
  const options = [...(action.buttons ?? []).map((one) => one.reply), ...(action.sections ?? []).flatMap((one) => one.rows)];
  const opener = action.parameters ? [`${action.parameters.display_text} ${action.parameters.url}`] : [];
  return [body.text, ...options.map((one) => [one.title, one.description ?? ""].join(" ")), ...opener].join("\n");
}

const whatsapp: Subject = {
  channel: "whatsapp",
  account: NUMBER,
  manifest: `{ phone: "${NUMBER}" }`,
  open: (given) => adapter(given),
  recordings: [
    ...eventFixtures().map((name) => ({ name, webhook: signed(fixture(name)), becomes: EXPECTED[name]! })),
    {
      name: "the platform's check of the address",
      webhook: {
        method: "GET",
        url: "/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=mytoken&hub.challenge=1158201444",
        headers: {},
        body: Buffer.alloc(0),
      },
      becomes: { handshake: "1158201444" },
    },
    { name: "a webhook about a page", webhook: signed(Buffer.from('{"object":"page","entry":[]}')), becomes: { refused: 404 } },
  ],
  says,
  customerId,
  opens: {
    tap: (acted) => message(acted, { type: "button", button: { payload: "NOTHING_OF_OURS", text: acted.text } }),
    ad_message: (acted) =>
      message(acted, { type: "text", text: { body: acted.text }, referral: { source_type: "ad", source_id: "1", headline: "Sale" } }),
  },
  personSays: ({ from, text, nr, atMs }) =>
    signed(
      change(
        {
          message_echoes: [
            {
              from: "15550100000",
              to: customerId(from),
              id: `wamid.contract${nr}`,
              timestamp: String(Math.floor(atMs / 1000)),
              type: "text",
              text: { body: text },
            },
          ],
        },
        "smb_message_echoes",
      ),
    ),
  signed,
  uploads: true,
  bodies: eventFixtures().map((name) => fixture(name)),
  lineIn(taken) {
    if (taken.method !== "POST" || !taken.url.includes("/messages")) return null;
    const body = JSON.parse(taken.body);
    return body.to === undefined ? null : { to: body.to.replace(/^\+/, ""), shown: wordsOf(body) };
  },
  accepts(_taken, nr) {
    const { status, body } = response("send-success");
    return { status, body: { ...body, messages: [{ id: `wamid.sent${nr}` }] } };
  },
  refusals: [
    {
      what: "outside the window: never, until they write",
      reply: response("error-131047-window"),
      delivery: { kind: "never", because: "window" },
    },
    {
      what: "a customer who cannot be reached: never",
      reply: response("error-131026-undeliverable"),
      delivery: { kind: "never", because: "blocked" },
    },
    { what: "a message that is not accepted: never", reply: error(131009), delivery: { kind: "never", because: "content" } },
    {
      what: "a template that is not there: never",
      reply: response("error-132001-template-missing"),
      delivery: { kind: "never", because: "content" },
    },
    { what: "a token that is no more: the number stops", reply: response("error-190-token"), delivery: { kind: "stopped" } },
    { what: "a missing permission: the number stops", reply: error(200, 403), delivery: { kind: "stopped" } },
    { what: "too many complaints: the number stops", reply: error(131048), delivery: { kind: "stopped" } },
    { what: "too fast: the number waits", reply: response("error-130429-throughput"), delivery: { kind: "later", holds: "account" } },
    {
      what: "too many to one customer: the line waits",
      reply: response("error-131056-pair-limit"),
      delivery: { kind: "later", holds: "line", retryAfterMs: 1_000 },
    },
    {
      what: "temporarily unavailable: the line waits",
      reply: response("error-131016-unavailable"),
      delivery: { kind: "later", holds: "line" },
    },
    { what: "a code of tomorrow: never", reply: error(139_999), delivery: { kind: "never", because: "content" } },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: response("error-131016-unavailable"),
  windowClosed: response("error-131047-window"),
  checkPiece({ text, choices = [], cards = [], image, video, file }: Message) {
    if (choices.length > 0) {
      expect(text, "options need a text to stand under").toMatch(/\S/);
      expect(new Set(choices.map((one) => one.title)).size).toBe(choices.length);
      if (choices.length <= 3 && choices.every((one) => one.title.length <= 20)) expect(text!.length).toBeLessThanOrEqual(1_024);
    }
    if (image || video || file) expect((text ?? "").length).toBeLessThanOrEqual(1_024);
    for (const card of cards) expect(card.buttons !== undefined || card.imageUrl !== undefined).toBe(true);
  },
};

channelContract(whatsapp);
