/** A connector's own answers and refusals, as in `tests/fixtures/botframework/responses`. */
export type TwinAnswer = { status: number; body: unknown; headers?: Record<string, string> };

const coded = (status: number, code: string, message: string, headers?: Record<string, string>): TwinAnswer => ({
  status,
  body: { error: { code, message } },
  ...(headers ? { headers } : {}),
});

export const created = (id: string): TwinAnswer => ({ status: 201, body: { id } });
export const good = (body: unknown): TwinAnswer => ({ status: 200, body });
export const unauthorized = (): TwinAnswer => ({ status: 401, body: { message: "Authorization has been denied for this request." } });
export const badSyntax = (message: string) => coded(400, "BadSyntax", message);
export const notInRoster = () => coded(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.");
export const conversationNotFound = () => coded(404, "ConversationNotFound", "Conversation not found.");
export const tooBig = () => coded(413, "MessageSizeTooBig", "Message size too large.");
export const tooMany = () => coded(429, "Throttled", "Too many requests.", { "retry-after": "1" });
export const serviceError = () => coded(500, "ServiceError", "The service failed.");
export const unavailable = () => coded(503, "ServiceUnavailable", "Service is unavailable.");
export const badGateway = (): TwinAnswer => ({ status: 502, body: "<html><body>Bad Gateway</body></html>" });
export const noRoute = () => coded(404, "NotFound", "There is no such address.");

/** Source: Microsoft Entra ID, token endpoint, error response; read 2026-11-24. */
const refusedSignIn = (status: number, error: string, description: string): TwinAnswer => ({
  status,
  body: { error, error_description: description, error_codes: [Number(/\d+/.exec(description)?.[0])] },
});
export const wrongSecret = () => refusedSignIn(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
export const unknownApp = () => refusedSignIn(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
export const unknownTenant = () => refusedSignIn(400, "invalid_request", "AADSTS90002: Tenant was not found.");
export const wrongScope = () =>
  refusedSignIn(400, "invalid_scope", "AADSTS70011: The provided value for the input parameter 'scope' is not valid.");
