/** A few addresses under `/_twin/` so that a terminal can play the follower: `curl -d text=你好 http://…/_twin/wechat/say`. */
import { parseJson } from "../../parse.ts";
import type { WechatFault } from "../twin.ts";
import type { TwinAnswer } from "./answers.ts";
import type { Follower } from "./customer.ts";
import type { ThreadLine } from "./thread.ts";

export type Controls = { follower: Follower; lines(openid: string): ThreadLine[]; fault(kind: WechatFault, times: number): void };

const SOMEBODY = "oTwin0000000000000000000001";
const FAULTS: ReadonlySet<string> = new Set<WechatFault>([
  "busy",
  "slow",
  "token",
  "reset_before",
  "reset_after",
  "hang",
  "duplicate",
  "reorder",
]);

const HELP = {
  "POST say": "text=你好 [openid=…]: the follower writes",
  "POST tap": "what=<words or id>: taps a line of the newest menu",
  "POST click": "key=…: an entry of the lasting menu",
  "POST follow": "[scene=…]: follows, by a QR code where a scene is given",
  "POST scan": "scene=…: scans a QR code",
  "POST leave": "unfollows",
  "POST picture": "url=…: sends a picture",
  "POST fault": `kind=${[...FAULTS].join("|")} [times=1]`,
  "GET thread": "[openid=…]: what both sides said",
};

export function answerControl(controls: Controls, method: string, path: string, query: URLSearchParams, body: string): TwinAnswer {
  const given = readGiven(query, body);
  const { follower } = controls;
  const openid = given.get("openid") ?? SOMEBODY;
  const word = (name: string) => given.get(name) ?? "";
  const done = (isDone = true): TwinAnswer => ({ status: isDone ? 200 : 404, body: { ok: isDone } });
  const acts: Record<string, () => TwinAnswer> = {
    "POST /_twin/say": () => done(follower.says(openid, word("text")) === undefined),
    "POST /_twin/tap": () => done(follower.taps(openid, word("what"))),
    "POST /_twin/click": () => done(follower.clicks(openid, word("key")) === undefined),
    "POST /_twin/follow": () => done(follower.follows(openid, given.get("scene")) === undefined),
    "POST /_twin/scan": () => done(follower.scans(openid, word("scene")) === undefined),
    "POST /_twin/leave": () => done(follower.leaves(openid) === undefined),
    "POST /_twin/picture": () => done(follower.sendsPicture(openid, word("url")) === undefined),
    "POST /_twin/fault": () => {
      if (!FAULTS.has(word("kind"))) return { status: 400, body: { error: `kind is one of ${[...FAULTS].join(", ")}` } };
      controls.fault(word("kind") as WechatFault, Math.min(1_000, Math.max(1, Number(word("times")) || 1)));
      return done();
    },
    "GET /_twin/thread": () => ({ status: 200, body: controls.lines(openid).map(shown) }),
  };
  return acts[`${method} ${path}`]?.() ?? { status: 404, body: HELP };
}

function shown(line: ThreadLine): Record<string, unknown> {
  const out: Record<string, unknown> = { by: line.by, text: line.text };
  if (line.menu.length > 0) out.menu = line.menu.map((one) => one.content);
  out.at = new Date(line.atMs).toISOString();
  return out;
}

/** Query, form or JSON: whatever is quickest to type. */
function readGiven(query: URLSearchParams, body: string): Map<string, string> {
  const given = new Map(query);
  const json = body.trimStart().startsWith("{") ? parseJson(body) : null;
  if (typeof json === "object" && json !== null) {
    for (const [key, value] of Object.entries(json))
      if (typeof value === "string" || typeof value === "number") given.set(key, String(value));
  } else for (const [key, value] of new URLSearchParams(body)) given.set(key, value);
  return given;
}
