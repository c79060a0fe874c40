/** One HTTP call of an action: bounded in time and size, never redirected, JSON only, the answer held against its types. */
import type { Dispatcher } from "undici";
import { type Action, EMPTY_SCOPE, type Scope } from "../dialogue/program.ts";
import type { CallErrorCode, CallOutcome } from "../model/event.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { fitOutput } from "./fit.ts";

const BODY_MAX_BYTES = 1024 * 1024;
const CONNECT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "EPIPE"]);
const LATE = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_ABORTED",
  "ABORT_ERR",
  "ETIMEDOUT",
]);

/** @param callId goes out as `Idempotency-Key`: the same for every try of one visit of the step */
export async function callHttp(
  action: Action,
  http: NonNullable<Action["http"]>,
  input: JsonObject,
  callId: string,
  timeoutMs: number,
  dispatcher?: Dispatcher,
): Promise<CallOutcome> {
  const asked = scopeWith({ input });
  const url = http.url.read(asked);
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) return failed("failed", "The action's address is not an http(s) address.");
  const headers: Record<string, string> = { accept: "application/json", "idempotency-key": callId };
  for (const [name, value] of http.headers) {
    const read = value.read(asked);
    if (read !== undefined && read !== null) headers[name.toLowerCase()] = oneLine(read);
  }
  const body = http.body?.read(asked);
  if (body !== undefined) headers["content-type"] ??= "application/json";
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  try {
    const { request } = (await import("undici")).default; // whole only for brands that call over HTTP: it is a fifth of what a start loads
    const answer = await request(url, {
      method: http.method,
      headers,
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(dispatcher ? { dispatcher } : {}),
    });
    const { statusCode } = answer;
    if (statusCode < 200 || statusCode > 299) {
      drop(answer.body);
      return failed(codeOf(statusCode), `The server answered ${statusCode}.`);
    }
    const text = await readText(answer.body);
    if (text === null) return failed("bad_answer", "The answer is larger than 1 MB.");
    const parsed = parse(text);
    if (parsed === undefined) return failed("bad_answer", "The answer is not JSON.");
    return fitOutput(action, mapped(action, statusCode, answer.headers, parsed));
  } catch (error) {
    return failedBy(error, signal.aborted, timeoutMs);
  }
}

function codeOf(status: number): CallErrorCode {
  if (status === 404) return "not_found";
  if (status >= 400 && status < 500) return "refused";
  return status >= 500 ? "failed" : "bad_answer"; // a redirect is never followed
}

function failedBy(error: unknown, isLate: boolean, timeoutMs: number): CallOutcome {
  const code = (error as { code?: unknown }).code;
  const name = typeof code === "string" ? code : "";
  if (isLate || LATE.has(name)) return failed("timeout", `No answer within ${Math.round(timeoutMs)} ms.`);
  if (CONNECT.has(name) || name.startsWith("UND_ERR_SOCKET") || name.startsWith("ERR_TLS") || name.startsWith("CERT_"))
    return failed("unreachable", `The server cannot be reached (${name}).`);
  return failed("failed", `The call broke off (${name === "" ? "no code" : name}).`);
}

async function readText(body: Dispatcher.ResponseData["body"]): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) {
      drop(body);
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What nobody reads is let go of; undici tells a body so by an error, which nobody is to hear either. */
function drop(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => {});
  body.destroy();
}

function parse(text: string): Json | undefined {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The body's own fields, and over them what `map` makes of status, headers and body. */
function mapped(action: Action, status: number, headers: Record<string, unknown>, body: Json): Json {
  if (action.map.size === 0) return body ?? {};
  const whole: JsonObject = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === "string") whole[name] = value;
  const scope = scopeWith({ status, headers: whole, body });
  const fields: JsonObject = typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
  for (const [name, value] of action.map) {
    const read = value.read(scope);
    if (read === undefined) delete fields[name];
    else fields[name] = read;
  }
  return fields;
}

/** An action sees its input or the answer, and nothing of the conversation. */
function scopeWith(saves: JsonObject): Scope {
  return { ...EMPTY_SCOPE, saves };
}

/** A value never adds a header of its own. */
function oneLine(value: Json): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).replace(/[\r\n\0]+/g, " ");
}

function failed(code: CallErrorCode, message: string): CallOutcome {
  return { ok: false, error: { code, message } };
}
