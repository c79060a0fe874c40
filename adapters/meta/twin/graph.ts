/** The calls of the Graph API that the twin answers: sends, profiles, and who controls a thread. */

import { parseJson } from "../../parse.ts";
import { id, list, record, text, type Wire } from "../../wire.ts";
import { appsecretProof } from "../signature.ts";
import {
  invalidParameter,
  invalidProof,
  invalidToken,
  objectMissing,
  otherAppControls,
  rateExceeded,
  success,
  type TwinAnswer,
  takeNotAllowed,
} from "./answers.ts";
import type { Platform } from "./platform.ts";
import { judgeSend } from "./sends.ts";
import type { Thread } from "./thread.ts";

export type GraphCall = {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  contentType: string | undefined;
  body: Buffer;
};

export function answerGraph(platform: Platform, call: GraphCall): TwinAnswer {
  const body = call.body.length === 0 ? {} : record(parseJson(call.body.toString("utf8")));
  if (body === undefined) return invalidParameter();
  const token = /^Bearer (.+)$/.exec(call.authorization ?? "")?.[1] ?? call.query.get("access_token") ?? text(body.access_token) ?? "";
  const page = platform.pages.find((one) => one.pageToken === token)?.pageId;
  if (page === undefined) return invalidToken();
  if ((call.query.get("appsecret_proof") ?? body.appsecret_proof) !== appsecretProof(platform.appSecret, token)) return invalidProof();
  const [, subject = "", edge] = /^\/(?:v\d+\.\d+\/)?([^/]+)(?:\/([^/]+))?$/.exec(call.path) ?? [];
  if (call.method === "GET" && subject === "me" && edge === undefined) return { status: 200, body: platform.dialect.me(page) };
  if (call.method === "GET" && edge === undefined) return profileOf(platform, page, subject);
  if (subject !== "me" && subject !== page) return objectMissing(subject);
  if (call.method === "GET" && edge === "thread_owner")
    return ownerOf(platform, threadOf(platform, page, { id: call.query.get("recipient") }));
  if (call.method === "GET" && edge === "subscribed_apps")
    return { status: 200, body: { data: platform.isSubscribed() ? [{ id: platform.appId }] : [] } };
  if (edge === "messenger_profile") return changeProfile(platform, page, call.method, call.query.get("fields"), body);
  if (call.method !== "POST") return objectMissing(subject);
  switch (edge) {
    case "messages":
      return sendMessage(platform, page, body);
    case "pass_thread_control":
    case "take_thread_control":
    case "release_thread_control":
    case "request_thread_control":
      return changeOwner(platform, page, edge, body);
    case "subscribed_apps":
      platform.subscribe();
      return success();
    default:
      return objectMissing(subject);
  }
}

function threadOf(platform: Platform, page: string, recipient: unknown): Thread | undefined {
  const to = record(recipient);
  return platform.find(page, id(to?.id) ?? (id(to?.user_ref) === undefined ? "" : `user_ref:${id(to?.user_ref)}`));
}

function sendMessage(platform: Platform, page: string, body: Wire): TwinAnswer {
  if (!platform.takeRate(page)) return rateExceeded();
  const thread = threadOf(platform, page, body.recipient);
  const verdict = judgeSend(platform.dialect, body, thread, platform.clock.nowMs(), platform.appId);
  if (verdict.kind === "refused") return verdict.answer;
  const psid = thread!.psid;
  if (verdict.kind === "action") {
    if (verdict.action === "mark_seen") thread!.seenAtMs = platform.clock.nowMs();
    else thread!.typing = verdict.action === "typing_on";
    platform.changed(thread!);
    return { status: 200, body: { recipient_id: psid } };
  }
  const mid = platform.botSaid(thread!, verdict.accepted);
  return { status: 200, body: psid.startsWith("user_ref:") ? { message_id: mid } : { recipient_id: psid, message_id: mid } };
}

function profileOf(platform: Platform, page: string, psid: string): TwinAnswer {
  if (platform.find(page, psid) === undefined) return objectMissing(psid);
  const profile = platform.profileOf(psid);
  return { status: 200, body: profile === null ? {} : { ...platform.dialect.profile(profile), id: psid } };
}

function ownerOf(platform: Platform, thread: Thread | undefined): TwinAnswer {
  if (thread === undefined) return invalidParameter();
  if (thread.owner === null) return { status: 200, body: { data: [] } };
  const expiration = Math.floor(thread.openUntilMs / 1000);
  const owner = thread.owner === platform.appId ? { app_id: thread.owner, expiration } : { expiration };
  return { status: 200, body: { data: [{ thread_owner: owner }] } };
}

const MENU_MAX = 20;
const MENU_TITLE_MAX = 30;
const BREAKERS_MAX = 4;

/** The lasting menu and the ice breakers. Source: Meta, Messenger Profile; read 2026-09-28. */
function changeProfile(platform: Platform, page: string, method: string, fields: string | null, body: Wire): TwinAnswer {
  const profile = platform.profileSet(page);
  if (method === "GET") {
    const told = (fields ?? "").split(",").flatMap((field) => (profile[field] === undefined ? [] : [[field, profile[field]]]));
    return { status: 200, body: { data: told.length === 0 ? [] : [Object.fromEntries(told)] } };
  }
  const actionsOf = (field: string) => list(body[field]).flatMap((one) => list(record(one)?.call_to_actions).map(record));
  const menu = actionsOf("persistent_menu");
  const breakers = actionsOf("ice_breakers");
  const isLong = menu.some((one) => (text(one?.title) ?? "").length > MENU_TITLE_MAX);
  if (method !== "POST" || menu.length > MENU_MAX || isLong || breakers.length > BREAKERS_MAX) return invalidParameter();
  for (const field of ["persistent_menu", "ice_breakers"]) if (body[field] !== undefined) profile[field] = body[field];
  return { status: 200, body: { result: "success" } };
}

function changeOwner(platform: Platform, page: string, edge: string, body: Wire): TwinAnswer {
  const thread = threadOf(platform, page, body.recipient);
  if (thread === undefined) return invalidParameter();
  const ours = thread.owner === null || thread.owner === platform.appId;
  switch (edge) {
    case "pass_thread_control": {
      const to = id(body.target_app_id);
      if (to === undefined) return invalidParameter();
      if (!ours) return otherAppControls();
      thread.owner = to;
      return success();
    }
    case "release_thread_control":
      if (!ours) return otherAppControls();
      thread.owner = null;
      return success();
    case "take_thread_control":
      if (!platform.routing) return takeNotAllowed();
      thread.owner = platform.appId;
      return success();
    default:
      return success();
  }
}
