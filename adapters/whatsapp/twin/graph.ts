/** The calls of the Cloud API that the twin answers: messages, marks, files, and what a number is. */
import { appsecretProof } from "../../meta/signature.ts";
import type { TwinAnswer } from "../../meta/twin/answers.ts";
import type { GraphCall } from "../../meta/twin/graph.ts";
import { parseJson } from "../../parse.ts";
import { record, text, type Wire } from "../../wire.ts";
import {
  invalidParameter,
  invalidProof,
  invalidToken,
  noPermission,
  pairLimit,
  success,
  throughput,
  undeliverable,
  windowClosed,
} from "./answers.ts";
import type { Platform } from "./platform.ts";
import { readContent } from "./sends.ts";

/** @param url where the twin itself is reached: files lie there */
export function answerGraph(platform: Platform, url: () => string, call: GraphCall): TwinAnswer {
  const token = /^Bearer (.+)$/.exec(call.authorization ?? "")?.[1] ?? "";
  const number = platform.numbers.find((one) => one.token === token)?.phoneNumberId;
  if (number === undefined) return invalidToken();
  const file = /^\/_files\/(\w+)$/.exec(call.path)?.[1];
  if (file !== undefined) return fileBytes(platform, file); // its address knows no proof, only the token
  if (call.query.get("appsecret_proof") !== appsecretProof(platform.appSecret, token)) return invalidProof();
  const [, subject = "", edge] = /^\/(?:v\d+\.\d+\/)?([^/]+)(?:\/([^/]+))?$/.exec(call.path) ?? [];
  if (call.method === "GET" && edge === undefined) return subject === number ? numberTold(number) : fileTold(platform, url(), subject);
  if (call.method === "GET" && edge === "subscribed_apps")
    return { status: 200, body: { data: [{ whatsapp_business_api_data: { id: platform.appId, name: "The app" } }] } };
  if (subject !== number) return noPermission();
  if (call.method !== "POST") return invalidParameter(call.method);
  if (edge === "media") return takeFile(platform, call);
  if (edge !== "messages") return invalidParameter(edge ?? "nothing");
  const body = record(parseJson(call.body.toString("utf8")));
  if (body === undefined || body.messaging_product !== "whatsapp") return invalidParameter("messaging_product");
  return body.status === undefined ? sendMessage(platform, number, body) : markRead(platform, number, body);
}

function sendMessage(platform: Platform, number: string, body: Wire): TwinAnswer {
  if (!platform.takeRate(number)) return throughput();
  const to = text(body.to) ?? "";
  const customer = /^\+\d{6,20}$/.test(to) ? to.slice(1) : to;
  if (customer === "" || /^\d+$/.test(to)) return invalidParameter("to: a plus sign and the country's code");
  const read = readContent(body, (id) => platform.fileOf(id) !== undefined, platform.templates);
  if (read.kind === "refused") return read.answer;
  const thread = platform.find(number, customer);
  if (thread?.blocked) return undeliverable();
  const isTemplate = read.content.type === "template";
  if (!isTemplate && (thread === undefined || thread.openUntilMs <= platform.clock.nowMs())) return windowClosed();
  const met = thread ?? platform.meet(number, customer);
  if (!platform.takePair(met)) return pairLimit();
  const id = platform.businessSaid(met, body, read.content);
  const isNumber = /^\d+$/.test(customer);
  const contact = isNumber ? { input: to, wa_id: customer } : { input: to, wa_id: "", user_id: customer };
  return { status: 200, body: { messaging_product: "whatsapp", contacts: [contact], messages: [{ id }] } };
}

/** A mark "read", with typing beside it if asked: both name a message of the customer's. */
function markRead(platform: Platform, number: string, body: Wire): TwinAnswer {
  const id = text(body.message_id);
  const thread = platform.threadWith(number, id ?? "");
  if (body.status !== "read" || thread === undefined) return invalidParameter("message_id");
  thread.seenAtMs = platform.clock.nowMs();
  thread.typing = body.typing_indicator !== undefined;
  platform.changed(thread);
  return success();
}

function numberTold(number: string): TwinAnswer {
  const told = {
    display_phone_number: "+1 555-010-0000",
    verified_name: "The number",
    quality_rating: "GREEN",
    platform_type: "CLOUD_API",
  };
  return { status: 200, body: { ...told, id: number } };
}

const PART = /content-disposition: form-data; name="(\w+)"(?:; filename="[^"]*")?(?:\r\ncontent-type: ([^\r]+))?\r\n\r\n/gi;

function takeFile(platform: Platform, call: GraphCall): TwinAnswer {
  const boundary = /boundary=(.+)$/.exec(call.contentType ?? "")?.[1];
  if (boundary === undefined) return invalidParameter("content-type");
  const whole = call.body.toString("latin1");
  const parts = new Map<string, { type: string; from: number; to: number }>();
  for (const match of whole.matchAll(PART)) {
    const from = match.index + match[0].length;
    parts.set(match[1]!, { type: match[2] ?? "", from, to: whole.indexOf(`\r\n--${boundary}`, from) });
  }
  const file = parts.get("file");
  const kind = parts.get("type");
  if (!parts.has("messaging_product") || file === undefined || kind === undefined || file.to < 0) return invalidParameter("file");
  return { status: 200, body: { id: platform.keepFile(whole.slice(kind.from, kind.to), call.body.subarray(file.from, file.to)) } };
}

function fileTold(platform: Platform, url: string, id: string): TwinAnswer {
  const file = platform.fileOf(id);
  if (file === undefined) return invalidParameter("Media not found, or its id has expired.");
  const told = {
    messaging_product: "whatsapp",
    url: `${url}/_files/${id}`,
    mime_type: file.type,
    sha256: "",
    file_size: file.bytes.length,
    id,
  };
  return { status: 200, body: told };
}

function fileBytes(platform: Platform, id: string): TwinAnswer {
  const file = platform.fileOf(id);
  return file === undefined
    ? { status: 404, body: "Not Found" }
    : { status: 200, body: file.bytes, headers: { "content-type": file.type } };
}
