/** Web chat keeps the contract: its platform is our own door, and the live windows stand where others have an API. */
import { createWebAdapter } from "../../adapters/web/adapter.ts";
import { keyFor, sealOf } from "../../adapters/web/seal.ts";
import type { Message } from "../../model/message.ts";
import { channelContract } from "./contract.ts";
import type { Acted, Recording, Subject, Webhook } from "./subject.ts";

const ACCOUNT = "default";
const KEY = keyFor("the contract's secret", "door", "shop");
const customerId = (from: string) => `v_contract${from.padStart(20, "0")}`;

const sealed = (body: Buffer): Webhook => ({
  method: "POST",
  url: "/webhooks/web",
  headers: { "x-baton-chat-seal": sealOf(KEY, body) },
  body,
});
const post = (from: string, ...events: object[]) => sealed(Buffer.from(JSON.stringify({ customer: customerId(from), events })));
const actId = (nr: number) => `act_${String(nr).padStart(8, "0")}`;
const said = ({ from, text, nr, atMs }: Acted) => post(from, { kind: "said", id: actId(nr), text, at: atMs });

const SAID = { kind: "said", id: "act_said0001", text: "你好 👋 <b>hi</b>" };
const FILE = { kind: "image", url: "https://bot.example.com/files/up_1/boot.jpg?sig=x", name: "boot.jpg" };
const WAY = {
  source: "newsletter",
  ref: "spring-boots-blue",
  ad_id: "6045",
  type: "email",
  referer_url: "https://shop.example/boots",
  more: { utm_campaign: "spring" },
};
const ACTS: [name: string, act: object, event: Record<string, unknown>][] = [
  ["a text with markup in it", SAID, { kind: "said", text: SAID.text, attachments: [], messageId: SAID.id }],
  [
    "a picture",
    { kind: "said", id: "act_file0001", text: "", attachments: [FILE] },
    { kind: "said", text: "", attachments: [{ kind: "image", url: FILE.url, title: "boot.jpg" }] },
  ],
  [
    "a choice that was tapped",
    { kind: "said", id: "act_pick0001", text: "Big", payload: "baton:answer:few/size:big" },
    { kind: "said", text: "Big", payload: "baton:answer:few/size:big" },
  ],
  [
    "a button",
    { kind: "tapped", id: "act_tap00001", payload: "ORDER_1", title: "Order" },
    { kind: "tapped", payload: "ORDER_1", title: "Order" },
  ],
  [
    "the window opened by an advertisement's link",
    { kind: "opened", id: "act_open0001", referral: WAY },
    {
      kind: "happened",
      name: "get_started",
      referral: {
        source: "newsletter",
        ref: "spring-boots-blue",
        adId: "6045",
        type: "email",
        refererUrl: "https://shop.example/boots",
        more: { utm_campaign: "spring" },
      },
    },
  ],
  ["a way back", { kind: "referred", id: "act_way00001", referral: WAY }, { kind: "referred", referral: { ref: "spring-boots-blue" } }],
  ["what was read", { kind: "read", id: "act_read0001", until: 1_760_000_000_000 }, { kind: "read", untilMs: 1_760_000_000_000 }],
  ["a text without a word", { kind: "said", id: "act_none0001", text: "  " }, { kind: "ignored", what: "said" }],
  ["a tap on nothing", { kind: "tapped", id: "act_none0002" }, { kind: "ignored", what: "tapped" }],
  ["an act of another release", { kind: "danced", id: "act_none0003" }, { kind: "ignored", what: "danced" }],
  ["an act without a name of its own", { kind: "said", text: "hello" }, { kind: "ignored", what: "said" }],
  [
    "a file from nowhere",
    { kind: "said", id: "act_file0002", text: "look", attachments: [{ kind: "image", url: "javascript:alert(1)" }] },
    { kind: "said", text: "look", attachments: [] },
  ],
];
const recordings: Recording[] = [
  ...ACTS.map(([name, act, event]): Recording => ({ name, webhook: post("1", act), becomes: [{ event }] })),
  { name: "several acts at once", webhook: post("2", SAID, ACTS[3]![1]), becomes: [{ event: ACTS[0]![2] }, { event: ACTS[3]![2] }] },
  {
    name: "keys that would reach a prototype",
    webhook: sealed(
      Buffer.from(
        `{"customer":"${customerId("3")}","__proto__":{"x":1},"events":[{"kind":"referred","id":"act_prot0001","referral":{"ref":"a","more":{"__proto__":"x","b":"c"}}}]}`,
      ),
    ),
    becomes: [{ event: { kind: "referred", referral: { ref: "a", more: { b: "c" } } } }],
  },
  { name: "a body that names nobody", webhook: sealed(Buffer.from('{"events":[]}')), becomes: { refused: 400 } },
  { name: "a body for everybody", webhook: sealed(Buffer.from('{"customer":"*","events":[]}')), becomes: { refused: 400 } },
  { name: "no JSON at all", webhook: sealed(Buffer.from("<xml/>")), becomes: { refused: 400 } },
  {
    name: "a seal of another bot",
    webhook: {
      ...post("1", SAID),
      headers: { "x-baton-chat-seal": sealOf(keyFor("the contract's secret", "door", "other"), post("1", SAID).body) },
    },
    becomes: { refused: 401 },
  },
  {
    name: "a look from outside",
    webhook: { method: "GET", url: "/webhooks/web", headers: {}, body: Buffer.alloc(0) },
    becomes: { handshake: "Baton web chat" },
  },
];

/** All the words that a piece shows, options included. */
function shownIn({ text = "", buttons = [], choices = [], cards = [] }: Message): string {
  const cardWords = cards.flatMap((card) => [card.title, card.subtitle ?? "", ...(card.buttons ?? []).map((one) => one.title)]);
  return [text, ...cardWords, ...buttons.map((one) => one.title), ...choices.map((one) => one.title)]
    .filter((one) => one !== "")
    .join("\n");
}

const web: Subject = {
  channel: "web",
  account: ACCOUNT,
  manifest: "{}",
  open: ({ apiUrl }) =>
    createWebAdapter({
      account: ACCOUNT,
      key: KEY,
      origins: [],
      hasLoginSecret: false,
      live: {
        async said({ address, message }) {
          const body = JSON.stringify({ to: address.customer, shown: shownIn(message) });
          const answer = await fetch(apiUrl, { method: "POST", body });
          if (!answer.ok) throw new Error(`The windows answered ${answer.status}.`);
        },
        shows: () => undefined,
        profile: () => null,
      },
    }),
  recordings,
  says: said,
  customerId,
  signed: sealed,
  bodies: [...ACTS.map(([, act]) => post("1", act).body), post("2", SAID, ACTS[3]![1], ACTS[4]![1]).body],
  lineIn: (taken) => JSON.parse(taken.body),
  accepts: () => ({ status: 200, body: {} }),
  refusals: [
    {
      what: "the windows cannot be told now: the line waits, and holds nobody else's",
      reply: { status: 503, body: {} },
      delivery: { kind: "later", holds: "line" },
    },
    { what: "the windows are gone in the middle: the line waits", reply: "reset", delivery: { kind: "later", holds: "line" } },
  ],
  tryAgain: { status: 503, body: {} },
  windowClosed: null,
};

channelContract(web);
