/** A few addresses under `/_twin/` so that a terminal can play the customer: `curl -d text=hello http://…/_twin/say`. */
import { parseJson } from "../../parse.ts";
import { record, text } from "../../wire.ts";
import type { TwinAnswer } from "./answers.ts";
import type { Customer } from "./customer.ts";
import type { FaultKind } from "./faults.ts";
import type { ThreadLine } from "./thread.ts";

export type Controls = {
  customer: Customer;
  lines(psid: string): ThreadLine[];
  fault(kind: FaultKind, times: number): void;
  faults: ReadonlySet<string>;
};

const DEFAULT_PSID = "6100000000000001";

const HELP = {
  "POST /_twin/say": "text=hello [psid=…]: the customer writes",
  "POST /_twin/tap": "what=<title or payload>: taps a button or quick reply",
  "POST /_twin/start": "payload=GET_STARTED [title=…]: Get Started or the menu",
  "POST /_twin/ad": "[ad_id=…] [title=…] [ref=…] [product_id=…] [text=…]: enters by an ad, and says `text` if given",
  "POST /_twin/link": "ref=…: enters by an m.me link",
  "POST /_twin/attach": "type=image [url=…]",
  "POST /_twin/react": "[reaction=love]",
  "POST /_twin/inbox": "text=…: a person answers in the page's own inbox",
  "POST /_twin/fault": "kind=190|613|429|500|502|reset_before|reset_after|hang|duplicate|reorder [times=1]",
  "GET /_twin/thread": "[psid=…]: what both sides said",
};

export function answerControl(controls: Controls, method: string, path: string, query: URLSearchParams, body: string): TwinAnswer {
  const given = readGiven(query, body);
  const word = (key: string) => given.get(key) || undefined;
  const psid = word("psid") ?? DEFAULT_PSID;
  const { customer } = controls;
  const verb = path.slice("/_twin/".length).replace(/\/$/, "");
  if (method === "GET") {
    if (verb === "thread") return { status: 200, body: { psid, lines: controls.lines(psid).map(shown) } };
    return verb === "" ? { status: 200, body: HELP } : { status: 404, body: HELP };
  }
  const missing = (key: string): TwinAnswer => ({ status: 400, body: { error: `Give ${key}.`, help: HELP } });
  const done = (more: Record<string, unknown> = {}): TwinAnswer => ({ status: 200, body: { psid, ...more } });
  switch (verb) {
    case "say":
      return word("text") === undefined ? missing("text") : done({ mid: customer.says(psid, word("text")!) });
    case "tap": {
      const what = word("what") ?? word("title") ?? word("payload");
      if (what === undefined) return missing("what");
      return customer.taps(psid, what) ? done() : { status: 404, body: { error: "There is no such button or quick reply now." } };
    }
    case "start":
      return done({ mid: customer.startsWith(psid, word("payload") ?? "GET_STARTED", word("title")) });
    case "ad":
      customer.clicksAd(psid, adOf(word), word("text"));
      return done();
    case "link":
      if (word("ref") === undefined) return missing("ref");
      customer.clicksLink(psid, word("ref")!);
      return done();
    case "attach":
      return done({ mid: customer.sendsAttachment(psid, word("type") ?? "image", word("url")) });
    case "react":
      customer.reacts(psid, word("reaction"));
      return done();
    case "inbox":
      return word("text") === undefined ? missing("text") : done({ mid: customer.pageInboxSays(psid, word("text")!) });
    case "fault": {
      const kind = word("kind") ?? "";
      if (!controls.faults.has(kind)) return missing("kind");
      controls.fault(kind as FaultKind, Math.max(1, Number(word("times") ?? "1") || 1));
      return done({ kind });
    }
    default:
      return { status: 404, body: HELP };
  }
}

function adOf(word: (key: string) => string | undefined) {
  const ad: Record<string, string> = {};
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined) ad[key] = value;
  };
  put("adId", word("ad_id"));
  put("title", word("title"));
  put("ref", word("ref"));
  put("productId", word("product_id"));
  put("postId", word("post_id"));
  put("pictureUrl", word("picture_url"));
  return ad;
}

/** Query, form or JSON: whatever is quickest to type. */
function readGiven(query: URLSearchParams, body: string): Map<string, string> {
  const given = new Map(query);
  if (body.trimStart().startsWith("{")) {
    const json = record(parseJson(body));
    for (const key of Object.keys(json ?? {})) {
      const value = json?.[key];
      const words = typeof value === "number" ? String(value) : text(value);
      if (words !== undefined) given.set(key, words);
    }
  } else for (const [key, value] of new URLSearchParams(body)) given.set(key, value);
  return given;
}

function shown(line: ThreadLine): Record<string, unknown> {
  const out: Record<string, unknown> = { by: line.by, text: line.text };
  if (line.buttons.length > 0) out.buttons = line.buttons.map((button) => button.title);
  if (line.quickReplies.length > 0) out.quick_replies = line.quickReplies.map((reply) => reply.title);
  if (line.tag !== undefined) out.tag = line.tag;
  out.at = new Date(line.atMs).toISOString();
  return out;
}
