/** How the desk speaks to the server: one way for every request, and errors that say whether trying again may help. */
import { learnServerTime } from "../design/clock.ts";

export class Refused extends Error {
  readonly status: number;
  /** The server's code; `offline` when it could not be reached. */
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Record<string, unknown>;
  constructor(status: number, code: string, message: string, retryable: boolean, details: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryable = retryable;
    this.details = details;
  }
}

const BASE = "/api/v1";
const ANSWER_MS = 20_000;
/** Of this tab and this session; never kept. */
let csrf: string | null = null;
/** Instead of a session: a token that was pasted, for this tab only. */
let token: string | null = sessionStorage.getItem("baton.token");
let signedOut: () => void = () => {};

export function keepCsrf(value: string | null): void {
  csrf = value;
}

export function keepToken(value: string | null): void {
  token = value;
  if (value === null) sessionStorage.removeItem("baton.token");
  else sessionStorage.setItem("baton.token", value);
}

export function hasToken(): boolean {
  return token !== null;
}

/** @param told what to do when the server no longer knows us */
export function onSignedOut(told: () => void): void {
  signedOut = told;
}

export function headers(): Record<string, string> {
  if (token !== null) return { authorization: `Bearer ${token}` };
  return csrf === null ? {} : { "x-csrf-token": csrf };
}

export function address(path: string): string {
  return `${BASE}${path}`;
}

/** @throws Refused, for everything that is not an answer */
export async function ask<T>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
  const isBytes = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(address(path), {
      method,
      headers: { ...headers(), ...(body === undefined ? {} : { "content-type": isBytes ? body.type : "application/json" }) },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(isBytes ? 120_000 : ANSWER_MS),
    });
  } catch {
    throw new Refused(0, "offline", "The server cannot be reached.", true, {});
  }
  learnServerTime(response.headers.get("date"));
  const text = await response.text().catch(() => "");
  if (response.ok) return (text === "" ? {} : JSON.parse(text)) as T;
  const refused = refusal(response.status, text);
  if (refused.code === "unauthenticated") signedOut();
  throw refused;
}

function refusal(status: number, text: string): Refused {
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; retryable?: boolean; details?: Record<string, unknown> };
    };
    return new Refused(status, error.code, error.message, error.retryable === true, error.details ?? {});
  } catch {
    return new Refused(status, status >= 500 ? "busy" : "bad_request", `The server answered ${status}.`, status >= 500, {});
  }
}

/** Said while the page goes away: nobody is left to hear an answer. */
export function askLast(method: "POST" | "PUT", path: string, body: unknown): void {
  const said = { method, headers: { ...headers(), "content-type": "application/json" }, body: JSON.stringify(body), keepalive: true };
  void fetch(address(path), said).catch(() => {});
}

export const get = <T>(path: string) => ask<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}) => ask<T>("POST", path, body);
export const put = <T>(path: string, body: unknown) => ask<T>("PUT", path, body);
