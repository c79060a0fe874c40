/** A few addresses so that a terminal can play the customer: `curl -d text=hello http://…/_twin/twitter/say`. */
import { text } from "../../wire.ts";
import type { TwinAnswer } from "./answers.ts";
import type { Customer } from "./customer.ts";
import type { FaultKind } from "./faults.ts";
import type { PlayedLine } from "./platform.ts";

export type Controls = {
  customer: Customer;
  lines(customer: string): PlayedLine[];
  fault(kind: FaultKind, times: number): void;
  faults: ReadonlySet<string>;
  state(): Record<string, unknown>;
};

const SOMEBODY = "1700000000000000042";
const HELP = {
  "POST /_twin/twitter/say": "text=hello [customer=…]: the customer writes",
  "POST /_twin/twitter/tap": "label=<a quick reply>",
  "POST /_twin/twitter/picture": "[text=…]",
  "POST /_twin/twitter/encrypted": "writes where only X's own apps can read",
  "POST /_twin/twitter/mention": "text=…: in public",
  "POST /_twin/twitter/app": "text=…: a person of the brand answers in X's own app",
  "POST /_twin/twitter/fault": "kind=429|130|131|502|reset_before|reset_after|hang|echo_first|duplicate|reorder [times=1]",
  "GET /_twin/twitter/thread": "[customer=…]: what both sides said",
  "GET /_twin/twitter/state": "the webhook as X sees it",
};

export function answerControl(controls: Controls, method: string, path: string, given: URLSearchParams): TwinAnswer {
  const { customer } = controls;
  const who = text(given.get("customer")) ?? SOMEBODY;
  const words = text(given.get("text"));
  const verb = path.replace(/^\/_twin\/(twitter\/?)?/, "").replace(/\/$/, "");
  const done = (more: Record<string, unknown> = {}): TwinAnswer => ({ status: 200, body: { customer: who, ...more } });
  const needs = (what: string): TwinAnswer => ({ status: 400, body: { error: `Give ${what}.`, help: HELP } });
  if (method === "GET") {
    if (verb === "thread") return done({ lines: controls.lines(who).map(shown) });
    return verb === "state" ? { status: 200, body: controls.state() } : { status: verb === "" ? 200 : 404, body: HELP };
  }
  switch (verb) {
    case "say":
      return words === undefined ? needs("text") : done({ id: customer.says(who, words) });
    case "tap": {
      const label = text(given.get("label"));
      if (label === undefined) return needs("label");
      return customer.taps(who, label) ? done() : { status: 404, body: { error: "There is no such quick reply now." } };
    }
    case "picture":
      return done({ id: customer.sendsPicture(who, words) });
    case "encrypted":
      return done({ id: customer.saysEncrypted(who) });
    case "mention":
      return words === undefined ? needs("text") : done({ id: customer.mentions(who, words) });
    case "app":
      return words === undefined ? needs("text") : done({ id: customer.appSays(who, words) });
    case "fault": {
      const kind = given.get("kind") ?? "";
      if (!controls.faults.has(kind)) return needs("kind");
      controls.fault(kind as FaultKind, Math.max(1, Number(given.get("times") ?? "1") || 1));
      return done({ kind });
    }
    default:
      return { status: 404, body: HELP };
  }
}

function shown(line: PlayedLine): Record<string, unknown> {
  return {
    by: line.by,
    text: line.text,
    ...(line.options.length > 0 ? { options: line.options.map((one) => one.label) } : {}),
    ...(line.ctas.length > 0 ? { links: line.ctas } : {}),
    ...(line.mediaId === null ? {} : { media: line.mediaId }),
    at: new Date(line.atMs).toISOString(),
  };
}
