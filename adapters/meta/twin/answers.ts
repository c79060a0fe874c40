/** The platform's own answers, word for word as recorded in `tests/fixtures/messenger/responses`. */
export type TwinAnswer = { status: number; body: unknown; headers?: Record<string, string> };

function refusal(status: number, message: string, code: number, subcode?: number, type = "OAuthException"): TwinAnswer {
  const error: Record<string, unknown> = { message, type, code };
  if (subcode !== undefined) error.error_subcode = subcode;
  error.fbtrace_id = "AtwinTrace000000000000";
  return { status, body: { error } };
}

export const invalidToken = () => refusal(401, "Invalid OAuth access token.", 190);
export const invalidProof = () =>
  refusal(400, "Invalid appsecret_proof provided in the API argument", 100, undefined, "GraphMethodException");
export const invalidParameter = () => refusal(400, "(#100) Invalid parameter", 100);
export const messageAndAction = () => refusal(400, "(#100) Param message and sender_action cannot both be set", 100, 2018014);
export const noMatchingUser = () => refusal(400, "(#100) No matching user found", 100, 2018001);
export const outsideWindow = () => refusal(400, "(#10) This message is sent outside of allowed window.", 10, 2018278);
export const outsideInstagramWindow = () => refusal(400, "(#10) This message is sent outside of allowed window.", 10, 2534022);
export const noMatchingAccount = () => refusal(400, "(#100) No matching Instagram user", 100, 2534014);
export const otherAppControls = () =>
  refusal(403, "(#10) Message failed to send because another app is controlling this thread now.", 10, 2018300);
export const takeNotAllowed = () => refusal(400, "(#27) Take thread control is not allowed.", 27);
export const unavailable = () => refusal(400, "(#551) This person isn't available right now.", 551, 1545041);
export const rateExceeded = () => refusal(400, "(#613) Calls to this api have exceeded the rate limit.", 613);
export const temporary = (): TwinAnswer => {
  const answer = refusal(500, "(#2) Service temporarily unavailable", 2);
  (answer.body as { error: Record<string, unknown> }).error.is_transient = true;
  return answer;
};
export const objectMissing = (id: string) =>
  refusal(
    400,
    `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    100,
    33,
    "GraphMethodException",
  );
export const badGateway = (): TwinAnswer => ({ status: 502, body: "<html><body>Bad Gateway</body></html>" });
export const success = (): TwinAnswer => ({ status: 200, body: { success: true } });
