/** The played platform's side of each call: what it demands, what it keeps, and the refusals it is known for. */
import type { Clock } from "../../../model/clock.ts";
import { parseJson } from "../../parse.ts";
import { ok, refusal, type TwinAnswer, told } from "./answers.ts";
import type { Thread } from "./thread.ts";

export type Office = {
  clock: Clock;
  appId: string;
  appSecret: string;
  tokenLastsMs: number;
  /** May this kind of account send menus? */
  menus: boolean;
  find(openid: string): Thread | undefined;
  /** A thread is other than before. */
  changed(): void;
  unionIdOf(openid: string): string;
  webhookUrl(): string | null;
};

export type PlayedApi = {
  answer(method: string, path: string, query: URLSearchParams, body: Buffer): TwinAnswer;
  menu(): unknown;
  /** Every token so far is worth nothing any more, as after somebody else's forced refresh. */
  revoke(): void;
  sends(): number;
};

const TEXT_MAX_BYTES = 2_048;
const TYPING_MS = 15_000;
const SCENE_MAX = 64;
const CODE_SECONDS_MAX = 2_592_000;
const EXCHANGE_MS = 30_000;
const RENEWED_BEFORE_MS = 5 * 60_000;

export function createPlayedApi(office: Office): PlayedApi {
  const { clock } = office;
  const media = new Map<string, Buffer>();
  let menu: unknown = null;
  let token: { value: string; untilMs: number } | null = null;
  const known = new Set<string>();
  const counts = { tokens: 0, media: 0, tickets: 0, sends: 0 };

  function newToken(force: boolean): TwinAnswer {
    const nowMs = clock.nowMs();
    if (token === null || force || nowMs > token.untilMs - RENEWED_BEFORE_MS) {
      if (force) known.clear();
      token = { value: `twin-token-${nowMs.toString(36)}-${++counts.tokens}`, untilMs: nowMs + office.tokenLastsMs };
      known.add(token.value);
    }
    return told({ access_token: token.value, expires_in: Math.floor((token.untilMs - nowMs) / 1_000) });
  }

  function refusedToken(given: string | null): TwinAnswer | null {
    if (given === null || given === "") return refusal(41001);
    if (!known.has(given)) return refusal(40001);
    return token?.value === given && clock.nowMs() > token.untilMs ? refusal(42001) : null;
  }

  function send(sent: Record<string, unknown>): TwinAnswer {
    counts.sends += 1;
    const thread = office.find(String(sent.touser ?? ""));
    if (thread === undefined) return refusal(40003);
    const read = lineOf(sent, office.menus, (id) => media.has(id));
    if (typeof read === "number") return refusal(read);
    if (!thread.follows || clock.nowMs() >= thread.untilMs) return refusal(45015);
    if (thread.left <= 0) return refusal(45047);
    thread.left -= 1;
    thread.typingUntilMs = 0;
    thread.spokeAtMs = clock.nowMs();
    thread.lines.push({ by: "bot", atMs: clock.nowMs(), ...read, message: sent });
    office.changed();
    return ok();
  }

  function typing(asked: Record<string, unknown>): TwinAnswer {
    const thread = office.find(String(asked.touser ?? ""));
    const nowMs = clock.nowMs();
    if (thread === undefined) return refusal(40003);
    if (asked.command !== "Typing" && asked.command !== "CancelTyping") return refusal(45072);
    if (nowMs - thread.spokeAtMs > EXCHANGE_MS) return refusal(45080);
    if (thread.typingUntilMs > nowMs) return refusal(45081);
    thread.typingUntilMs = asked.command === "Typing" ? nowMs + TYPING_MS : 0;
    office.changed();
    return ok();
  }

  function userInfo(openid: string): TwinAnswer {
    const thread = office.find(openid);
    if (thread === undefined) return refusal(40003);
    if (!thread.follows) return told({ subscribe: 0, openid, tagid_list: [] });
    const unionid = office.unionIdOf(openid);
    return told({ subscribe: 1, openid, language: "zh_CN", subscribe_time: 1_732_000_000, unionid, subscribe_scene: "ADD_SCENE_SEARCH" });
  }

  function upload(body: Buffer): TwinAnswer {
    if (body.length === 0) return refusal(44002);
    const id = `TWIN_MEDIA_${++counts.media}`;
    media.set(id, body);
    return told({ type: "image", media_id: id, created_at: Math.floor(clock.nowMs() / 1_000) });
  }

  const posts: Record<string, (json: Record<string, unknown>, raw: Buffer) => TwinAnswer> = {
    "/cgi-bin/message/custom/send": send,
    "/cgi-bin/message/custom/typing": typing,
    "/cgi-bin/menu/create": (json) => {
      const wrong = wrongMenu(json);
      if (wrong !== null) return refusal(wrong);
      menu = json;
      return ok();
    },
    "/cgi-bin/qrcode/create": (json) => {
      const { scene_str: scene } = ((json.action_info as Record<string, unknown> | undefined)?.scene ?? {}) as Record<string, unknown>;
      const seconds = json.expire_seconds;
      if (typeof scene !== "string" || scene === "") return refusal(47001);
      if ([...scene].length > SCENE_MAX) return refusal(40053);
      if (json.action_name !== "QR_STR_SCENE" && json.action_name !== "QR_LIMIT_STR_SCENE") return refusal(40052);
      const ends = json.action_name === "QR_STR_SCENE";
      if (ends && (typeof seconds !== "number" || seconds > CODE_SECONDS_MAX)) return refusal(40051);
      const ticket = `TWIN_TICKET_${++counts.tickets}`;
      return told({ ticket, url: `http://weixin.qq.com/q/${ticket}`, ...(ends ? { expire_seconds: seconds } : {}) });
    },
    "/cgi-bin/openapi/quota/get": () => ok({ quota: { daily_limit: 500_000, used: counts.sends, remain: 500_000 - counts.sends } }),
    "/cgi-bin/callback/check": () => {
      if (office.webhookUrl() === null) return refusal(40201);
      const ip = "127.0.0.1";
      return told({ dns: [{ ip, real_operator: "CAP" }], ping: [{ ip, from_operator: "CAP", package_loss: "0%", time: "0.1ms" }] });
    },
  };
  const gets: Record<string, (query: URLSearchParams) => TwinAnswer> = {
    "/cgi-bin/user/info": (query) => userInfo(query.get("openid") ?? ""),
    "/cgi-bin/menu/get": () => (menu === null ? refusal(46003) : told({ menu })),
    "/cgi-bin/getcallbackip": () => told({ ip_list: ["127.0.0.1"] }),
    "/cgi-bin/media/get": (query) => {
      const bytes = media.get(query.get("media_id") ?? "");
      return bytes ? { status: 200, body: bytes, type: "application/octet-stream" } : refusal(40007);
    },
  };

  return {
    answer(method, path, query, body) {
      const json = jsonIn(body);
      if (method === "POST" && path === "/cgi-bin/stable_token") {
        if (json === null) return refusal(47001);
        if (json.appid !== office.appId) return refusal(40013);
        if (json.secret !== office.appSecret) return refusal(40125);
        return newToken(json.force_refresh === true);
      }
      const refused = refusedToken(query.get("access_token"));
      if (refused) return refused;
      if (method === "POST" && path === "/cgi-bin/media/upload") return upload(body);
      const act = method === "POST" ? posts[path] : undefined;
      if (act) return json === null ? refusal(body.length === 0 ? 44002 : 47001) : act(json, body);
      return (method === "GET" ? gets[path]?.(query) : undefined) ?? { status: 404, body: "" };
    },
    menu: () => menu,
    revoke: () => known.clear(),
    sends: () => counts.sends,
  };
}

function jsonIn(body: Buffer): Record<string, unknown> | null {
  const parsed = parseJson(body.toString("utf8"));
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
}

type Read = { text: string; menu: { id: string; content: string }[] };

/** What the customer sees of a message, or the code it is refused with. */
function lineOf(sent: Record<string, unknown>, menus: boolean, hasMedia: (id: string) => boolean): Read | number {
  const type = String(sent.msgtype ?? "");
  const part = (sent[type] ?? {}) as Record<string, unknown>;
  switch (type) {
    case "text": {
      const text = String(part.content ?? "");
      if (text === "") return 44004;
      return Buffer.byteLength(text) > TEXT_MAX_BYTES ? 45002 : { text, menu: [] };
    }
    case "image":
    case "voice":
      return hasMedia(String(part.media_id ?? "")) ? { text: `[${type}]`, menu: [] } : 40007;
    case "news": {
      if (!Array.isArray(part.articles)) return 45162;
      if (part.articles.length !== 1) return 45008;
      const [article] = part.articles as Record<string, unknown>[];
      return { text: [article?.title, article?.description, article?.url].filter(Boolean).join("\n"), menu: [] };
    }
    case "msgmenu": {
      if (!menus) return 40200;
      const menu = (Array.isArray(part.list) ? part.list : []) as { id: string; content: string }[];
      if (menu.length === 0 || menu.some((one) => typeof one?.id !== "string" || typeof one.content !== "string")) return 47001;
      const text = [part.head_content, ...menu.map((one) => one.content), part.tail_content].filter(Boolean).join("\n");
      return Buffer.byteLength(text) > TEXT_MAX_BYTES ? 45002 : { text: String(part.head_content ?? ""), menu };
    }
    default:
      return 40008;
  }
}

function wrongMenu({ button }: Record<string, unknown>): number | null {
  if (!Array.isArray(button) || button.length < 1 || button.length > 3) return 40016;
  for (const one of button as { name?: string; sub_button?: { name?: string }[] }[]) {
    if (Buffer.byteLength(one.name ?? "") > 16 || !one.name) return 40018;
    const subs = one.sub_button ?? [];
    if (subs.length > 5) return 40023;
    if (subs.some((sub) => !sub.name || Buffer.byteLength(sub.name) > 60)) return 40018;
  }
  return null;
}
