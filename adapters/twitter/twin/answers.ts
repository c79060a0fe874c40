/** X's own answers, word for word as recorded in `tests/fixtures/twitter/responses`, where there is a recording. */
export type TwinAnswer = { status: number; body: unknown; headers?: Record<string, string> };

const coded = (status: number, code: number, message: string): TwinAnswer => ({ status, body: { errors: [{ code, message }] } });
const problem = (status: number, title: string, detail: string, type: string): TwinAnswer => ({
  status,
  body: { title, detail, type: `https://api.x.com/2/problems/${type}` },
  headers: { "content-type": "application/problem+json" },
});

export const couldNotAuthenticate = () => coded(401, 32, "Could not authenticate you.");
export const badTimestamp = () => coded(401, 135, "Timestamp out of bounds.");
export const expiredToken = (): TwinAnswer => ({
  status: 401,
  body: { title: "Unauthorized", type: "about:blank", status: 401, detail: "Unauthorized" },
});
export const lacksPermission = () => coded(403, 93, "This application is not allowed to access or delete your direct messages.");
export const notInPlan = () =>
  coded(
    403,
    453,
    "You currently have access to a subset of Twitter API v2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level. You can learn more here: https://developer.twitter.com/en/portal/product",
  );
export const cannotSend = () => coded(403, 349, "You cannot send messages to this user.");
export const notFollowing = () => coded(403, 150, "You cannot send messages to users who are not following you.");
export const tooLong = () => coded(403, 354, "The text of your direct message is over the max character limit.");
export const badMedia = () => coded(400, 325, "A media id was not found.");
export const rateExceeded = () => coded(429, 88, "Rate limit exceeded");
export const overCapacity = () => coded(503, 130, "Over capacity");
export const internalError = () => coded(500, 131, "Internal error");
export const badGateway = (): TwinAnswer => ({ status: 502, body: "<html><body>Bad Gateway</body></html>" });
export const badCrc = () =>
  problem(400, "CrcValidationFailed", "Your webhook did not answer the challenge as it should.", "invalid-request");
export const invalidRequest = (detail: string) => problem(400, "Invalid Request", detail, "invalid-request");
export const notFound = (detail: string) => problem(404, "Not Found Error", detail, "resource-not-found");
export const noContent = (): TwinAnswer => ({ status: 204, body: "" });
export const good = (data: unknown, status = 200): TwinAnswer => ({ status, body: { data } });
