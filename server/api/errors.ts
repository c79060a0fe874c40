/** What a caller of the desk API reads when something is refused: `{ error: { code, message, retryable, details } }`, never an echo of the request. */
import type { Refusal, RefusalCode } from "../../model/desk.ts";
import type { Json } from "../../model/json.ts";

export type ApiCode =
  | RefusalCode
  | "unauthenticated"
  | "wrong_sign_in"
  | "bad_csrf"
  | "must_change_password"
  | "name_taken"
  | "not_proven"
  | "not_linked"
  | "bad_request"
  | "too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "in_progress"
  | "internal";

export type Fault = { status: number; code: ApiCode; message: string; details?: Json };

export function fault(status: number, code: ApiCode, message: string, details?: Json): Fault {
  return details === undefined ? { status, code, message } : { status, code, message, details };
}

export const UNAUTHENTICATED = fault(
  401,
  "unauthenticated",
  "Sign in, or send `Authorization: Bearer <token>` with a token that is in use.",
);
export const WRONG_SIGN_IN = fault(401, "wrong_sign_in", "This name and password do not belong together.");
export const BAD_CSRF = fault(403, "bad_csrf", "Send the session's `csrf` value as `X-CSRF-Token`, from this server's own pages.");
export const MUST_CHANGE_PASSWORD = fault(403, "must_change_password", "Change the one-time password first.");
export const NOT_ALLOWED = fault(403, "not_allowed", "Your role may not do this.");
export const NOT_FOUND = fault(404, "not_found", "There is nothing here that you may see.");
export const INTERNAL = fault(500, "internal", "This did not work because of a mistake of ours. It was logged.");

export function ofRefusal({ refused, status, message, details }: Refusal): Fault {
  return fault(status, refused, message, details);
}

/** Trying the very same request again may help: nobody decided against it. */
const RETRYABLE = new Set<ApiCode>(["busy", "rate_limited", "in_progress", "internal"]);

export function faultBody({ code, message, details }: Fault): Json {
  return { error: { code, message, retryable: RETRYABLE.has(code), details: details ?? {} } };
}

/** Faults of express's own body reader, told in our words; anything else is our mistake. */
export function ofParserError(error: unknown): Fault {
  const type = (error as { type?: unknown }).type;
  const status = (error as { status?: unknown }).status;
  if (type === "entity.too.large") return fault(413, "too_large", "A request may have 64 KB.");
  if (type === "encoding.unsupported") return fault(415, "unsupported_media_type", "Send the body uncompressed.");
  if (type === "charset.unsupported") return fault(415, "unsupported_media_type", "Send JSON in UTF-8.");
  if (type === "entity.parse.failed") return fault(400, "bad_request", "The body is not JSON that we take.");
  if (type === "request.aborted" || type === "request.size.invalid") return fault(400, "bad_request", "The body ended too early.");
  if (error instanceof URIError || status === 400) return fault(400, "bad_request", "The request cannot be read.");
  return INTERNAL;
}
