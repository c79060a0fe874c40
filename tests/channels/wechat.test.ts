/** WeChat keeps the contract. */
import { createWechatAdapter } from "../../adapters/wechat/adapter.ts";
import { EXPECTED } from "../wechat/expected.ts";
import { ACCOUNT, account, fixture, plain, pushFixtures, response, vectors } from "../wechat/setup.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Recording, Subject } from "./subject.ts";

const customerId = (from: string) => `oContract${from.padStart(19, "0")}`;
const push = ({ from, atMs }: Acted, fields: string) =>
  plain(
    `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><FromUserName><![CDATA[${customerId(from)}]]></FromUserName>` +
      `<CreateTime>${Math.floor(atMs / 1_000)}</CreateTime>${fields}</xml>`,
  );
const event = (acted: Acted, name: string, key: string) =>
  push(acted, `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${name}]]></Event><EventKey><![CDATA[${key}]]></EventKey>`);
const text = (acted: Acted, more = "") =>
  push(
    acted,
    `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${acted.text}]]></Content><MsgId>${7_250_021_412_600_000 + acted.nr}</MsgId>${more}`,
  );

const plainRecordings: Recording[] = pushFixtures().map((name) => ({ name, webhook: plain(fixture(name)), becomes: [EXPECTED[name]!] }));
const hostile: Recording[] = [
  { name: "a document type with entities", webhook: plain(fixture("hostile-doctype-entity.xml")), becomes: { refused: 401 } },
  { name: "two envelopes in one", webhook: plain(fixture("hostile-duplicate-encrypt.xml")), becomes: { refused: 401 } },
  {
    name: "markup in a customer's text stays text",
    webhook: plain(fixture("hostile-html-in-content.xml")),
    becomes: [
      {
        event: { kind: "said", text: /<Content><!\[CDATA\[([\s\S]*?)\]\]>/.exec(String(fixture("hostile-html-in-content.xml")))![1] },
        opens: "message",
      },
    ],
  },
];
const getVector = vectors().urlSignatureVectors.find((one) => one.id === "gen-get")!;

const wechat: Subject = {
  channel: "wechat",
  account: ACCOUNT,
  manifest: `{ account: ${ACCOUNT} }`,
  open: ({ clock, apiUrl, timeoutMs, fetchBytes = async () => null }) =>
    createWechatAdapter({
      accounts: [{ ...account, aesKeys: [] }],
      apiUrl,
      clock,
      timeoutMs,
      fetchBytes,
      boundary: () => "boundary0123456789",
    }),
  recordings: [
    ...plainRecordings,
    ...hostile,
    {
      name: "the platform's check of the address",
      webhook: {
        method: "GET",
        url: `/webhooks/wechat?signature=${getVector.signature}&timestamp=${getVector.timestamp}&nonce=${getVector.nonce}&echostr=${getVector.echostr}`,
        headers: {},
        body: Buffer.alloc(0),
      },
      becomes: { handshake: getVector.echostr! },
    },
  ],
  uploads: true,
  says: (acted) => text(acted),
  customerId,
  opens: {
    "a tap on a menu's line": (acted) => text(acted, "<bizmsgmenuid>NOTHING_OF_OURS</bizmsgmenuid>"),
    "a click in the lasting menu": (acted) => event(acted, "CLICK", "NOTHING_OF_OURS"),
    "a scan": (acted) => event(acted, "SCAN", "poster-7"),
  },
  personSays: (acted) => push(acted, "<MsgType>event</MsgType><Event>kf_create_session</Event><KfAccount>mei@alder</KfAccount>"),
  signed: (body) => plain(body),
  bodies: pushFixtures().map((name) => fixture(name)),
  lineIn(taken) {
    if (!taken.url.includes("/message/custom/send")) return null;
    const sent = JSON.parse(taken.body);
    const menu = sent.msgmenu ?? {};
    const lines = [sent.text?.content, menu.head_content, ...(menu.list ?? []).map((one: { content: string }) => one.content)];
    return { to: sent.touser, shown: lines.filter((line) => line !== undefined).join("\n") };
  },
  accepts: (taken) => (taken.url.includes("stable_token") ? response("stable-token-ok") : response("message-custom-send-ok")),
  refusals: [
    {
      what: "all messages of the window used: never, until they act",
      reply: response("error-45047"),
      delivery: { kind: "never", because: "window" },
    },
    { what: "the window over: never, until they act", reply: response("error-45015"), delivery: { kind: "never", because: "window" } },
    { what: "somebody who does not follow: never", reply: response("error-43004"), delivery: { kind: "never", because: "blocked" } },
    { what: "a text that is too long: never", reply: response("error-45002"), delivery: { kind: "never", because: "content" } },
    {
      what: "a code we do not know: never this message",
      reply: { status: 200, body: { errcode: 99_999 } },
      delivery: { kind: "never", because: "content" },
    },
    { what: "a token that stays stale: the account stops", reply: response("error-42001"), delivery: { kind: "stopped" } },
    { what: "no right to the call: the account stops", reply: response("error-48001"), delivery: { kind: "stopped" } },
    { what: "the platform busy: the line waits", reply: response("error-system-busy"), delivery: { kind: "later", holds: "line" } },
    {
      what: "too many calls in a minute: the account waits",
      reply: response("error-45011"),
      delivery: { kind: "later", holds: "account", retryAfterMs: 60_000 },
    },
    {
      what: "all calls of the day used: the account waits",
      reply: response("error-45009-old-hint"),
      delivery: { kind: "later", holds: "account" },
    },
    {
      what: "an errcode printed as a text",
      reply: { status: 200, body: { errcode: "45047" } },
      delivery: { kind: "never", because: "window" },
    },
    { what: "an unreadable answer: in doubt", reply: { status: 502, body: "<html>" }, delivery: { kind: "unknown" } },
    { what: "a broken connection: in doubt", reply: "reset", delivery: { kind: "unknown" } },
    { what: "no answer in time: in doubt", reply: "hang", delivery: { kind: "unknown" } },
  ],
  tryAgain: response("error-system-busy"),
  windowClosed: response("error-45015"),
};

channelContract(wechat);
