/** A few addresses under `/_twin/` so that a terminal can play the customer: `curl -d text=hello http://…/_twin/botframework/say`. */
import { parseJson } from "../../parse.ts";
import type { BotFrameworkFault } from "../twin.ts";
import type { TwinAnswer } from "./answers.ts";
import type { Customer, Who } from "./customer.ts";
import type { ThreadLine } from "./threads.ts";

export type Controls = {
  customer: Customer;
  lines(who: Who): ThreadLine[];
  fault(kind: BotFrameworkFault, times: number): void;
  faults: ReadonlySet<string>;
  state(): unknown;
};

const SOMEBODY = "ana";
const HELP = {
  "POST say": "text=hello [customer=…] [channel=webchat|msteams|facebook|…]: the customer writes",
  "POST tap": "title=<what stands on a button>",
  "POST join": "enters the conversation, before the first word",
  "POST picture": "url=… [text=…]",
  "POST react": "id=<of a line> [reaction=like]",
  "POST edit": "id=… text=…",
  "POST delete": "id=…",
  "POST leave": "the bot is dropped from the conversation",
  "POST hub": "state=accepted|failed|completed [message=…]: people of the channel's own have it, or have it no more",
  "POST activity": "a JSON body: any activity; what it does not say is filled in",
  "POST fault": "kind=429|503|500|502|blocked|token|reset_before|reset_after|hang|duplicate|reorder [times=1]",
  "GET thread": "[customer=…]: what both sides said",
  "GET state": "what was delivered and what was not",
};

export function answerControl(controls: Controls, method: string, path: string, query: URLSearchParams, body: string): TwinAnswer {
  const verb = path.replace(/^\/_twin\/(botframework\/?)?/, "").replace(/\/$/, "");
  const json = body.trimStart().startsWith("{") ? parseJson(body) : null;
  const given = new Map(query);
  if (json === null) for (const [key, value] of new URLSearchParams(body)) given.set(key, value);
  const who: Who = { person: given.get("customer") ?? SOMEBODY, channelId: given.get("channel") ?? "webchat" };
  const word = (name: string) => given.get(name) ?? "";
  const done = (more: Record<string, unknown> = {}): TwinAnswer => ({ status: 200, body: { customer: who.person, ...more } });
  const needs = (...names: string[]): TwinAnswer | null => {
    const missing = names.filter((name) => word(name) === "");
    return missing.length === 0 ? null : { status: 400, body: { error: `Give ${missing.join(" and ")}.`, help: HELP } };
  };
  const { customer } = controls;
  switch (`${method} ${verb}`) {
    case "POST say":
      return needs("text") ?? done({ id: customer.says(who, word("text")) });
    case "POST tap":
      return needs("title") ?? (customer.taps(who, word("title")) ? done() : { status: 404, body: { error: "There is no such button." } });
    case "POST join":
      return done({ id: customer.joins(who) });
    case "POST picture":
      return needs("url") ?? done({ id: customer.sendsPicture(who, word("url"), word("text")) });
    case "POST react":
      return done({ id: customer.reacts(who, word("id"), word("reaction") || "like") });
    case "POST edit":
      return needs("id", "text") ?? done({ id: customer.edits(who, word("id"), word("text")) });
    case "POST delete":
      return needs("id") ?? done({ id: customer.deletes(who, word("id")) });
    case "POST leave":
      customer.leaves(who);
      return done();
    case "POST hub": {
      const state = word("state");
      if (state !== "accepted" && state !== "failed" && state !== "completed") return { status: 400, body: HELP };
      return done({ id: customer.hubTells(who, state, given.get("message")) });
    }
    case "POST activity":
      return typeof json === "object" && json !== null && !Array.isArray(json)
        ? done({ id: customer.tells(who, json as Record<string, unknown>) })
        : { status: 400, body: { error: "Give an activity in JSON.", help: HELP } };
    case "POST fault": {
      if (!controls.faults.has(word("kind"))) return { status: 400, body: { error: "Give kind.", help: HELP } };
      controls.fault(word("kind") as BotFrameworkFault, Math.min(1_000, Math.max(1, Number(word("times")) || 1)));
      return done();
    }
    case "GET thread":
      return done({ lines: controls.lines(who).map(shown) });
    case "GET state":
      return { status: 200, body: controls.state() };
    default:
      return { status: verb === "" ? 200 : 404, body: HELP };
  }
}

function shown({ by, id, text, options, activity, atMs }: ThreadLine): Record<string, unknown> {
  const event = activity.type === "event" ? { event: activity.name, value: activity.value } : {};
  return { by, id, text, ...(options.length > 0 ? { options } : {}), ...event, at: new Date(atMs).toISOString() };
}
