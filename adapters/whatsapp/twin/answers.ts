/** The platform's own answers, word for word as recorded in `tests/fixtures/whatsapp/responses`. */
import type { TwinAnswer } from "../../meta/twin/answers.ts";

function refusal(status: number, message: string, code: number, details: string): TwinAnswer {
  const error_data = { messaging_product: "whatsapp", details };
  return { status, body: { error: { message, type: "OAuthException", code, error_data, fbtrace_id: "AtwinTrace000000000000" } } };
}

export const invalidToken = () => refusal(401, "Error validating access token", 190, "Access token has expired");
export const invalidProof = () =>
  refusal(400, "Invalid appsecret_proof provided in the API argument", 100, "The proof is not of this token.");
export const invalidParameter = (details: string) => refusal(400, "(#100) Invalid parameter", 100, details);
export const noPermission = () =>
  refusal(403, "(#10) Application does not have permission for this action", 10, "Not this token's number.");
export const undeliverable = () => refusal(400, "(#131026) Message undeliverable", 131026, "Unable to deliver message.");
export const windowClosed = () =>
  refusal(400, "(#131047) Re-engagement message", 131047, "More than 24 hours have passed since the recipient last replied.");
export const throughput = () => refusal(400, "(#130429) Rate limit hit", 130429, "Cloud API message throughput has been reached.");
export const pairLimit = () =>
  refusal(
    400,
    "(#131056) (Business Account, Consumer Account) pair rate limit hit",
    131056,
    "Too many messages sent from the sender phone number to the same recipient phone number in a short period of time.",
  );
export const unavailable = () => refusal(500, "(#131016) Service unavailable", 131016, "A service is temporarily unavailable.");
export const templateMissing = (name: string, language: string) =>
  refusal(
    404,
    "(#132001) Template name does not exist in the translation",
    132001,
    `template name (${name}) does not exist in ${language}`,
  );
export const templateValues = () =>
  refusal(
    400,
    "(#132000) Number of parameters does not match the expected number of params",
    132000,
    "The values do not fit the template.",
  );
export const success = (): TwinAnswer => ({ status: 200, body: { success: true } });
