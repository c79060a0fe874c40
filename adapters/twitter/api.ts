/** One call of X's API as an account: authorised, sent, and answered as a value. */
import { randomBytes } from "node:crypto";
import type { Pool } from "undici";
import type { Clock } from "../../model/clock.ts";
import type { Delivery } from "../../model/delivery.ts";
import { parseJson } from "../parse.ts";
import { call } from "../post.ts";
import { record, type Wire } from "../wire.ts";
import { authorization, type OAuth1, type Params } from "./oauth1.ts";
import type { Tokens } from "./oauth2.ts";

export type Api = {
  pool: Pool;
  /** e.g. `https://api.x.com`, and a path before all others, for proxies. */
  origin: string;
  basePath: string;
  clock: Clock;
  oauth1: OAuth1 | null;
  tokens: Tokens | null;
};

export type Request = {
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Params;
  json?: unknown;
  form?: Params;
  multipart?: { fields: Params; file: Buffer };
};

export type Answered = {
  kind: "answered";
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Wire | undefined;
  /** The token was old, and the next call will have a new one. */
  renews: boolean;
};
/** `left`: only then may X have acted. `unauthorised`: nothing was asked. */
export type Asked = Answered | { kind: "failed"; left: boolean; why: string } | { kind: "unauthorised"; delivery: Delivery };

const TOKEN_AGAIN_MS = 2_000;

/** v1.1 takes OAuth 1.0a alone; v2 takes OAuth 2 where the account has it. */
export async function ask(api: Api, request: Request): Promise<Asked> {
  const who = await authorise(api, request);
  if (who.kind === "unauthorised") return who;
  const { body, type } = bodyOf(request);
  const query = request.query?.length ? `?${new URLSearchParams(request.query).toString().replace(/\+/g, "%20")}` : "";
  const headers = ["authorization", who.header, "accept", "application/json"];
  if (type !== null) headers.push("content-type", type);
  const answer = await call(api.pool, { method: request.method, path: `${api.basePath}${request.path}${query}`, headers, body });
  if (answer.kind === "failed") return answer;
  const renews = answer.status === 401 && who.token !== null && api.tokens?.expire(who.token) === true;
  return { ...answer, body: answer.body === "" ? undefined : record(parseJson(answer.body)), renews };
}

type Who = { kind: "header"; header: string; token: string | null } | { kind: "unauthorised"; delivery: Delivery };

export async function authorise(api: Api, request: Pick<Request, "method" | "path" | "query" | "form">): Promise<Who> {
  if (api.tokens !== null && !(request.path.startsWith("/1.1/") && api.oauth1 !== null)) {
    const bearer = await api.tokens.bearer();
    if (bearer.kind === "token") return { kind: "header", header: `Bearer ${bearer.token}`, token: bearer.token };
    const delivery: Delivery =
      bearer.kind === "later"
        ? { kind: "later", retryAfterMs: TOKEN_AGAIN_MS, holds: "account", why: bearer.why }
        : { kind: "stopped", why: bearer.why };
    return { kind: "unauthorised", delivery };
  }
  if (api.oauth1 === null) return { kind: "unauthorised", delivery: { kind: "stopped", why: "the account has no tokens" } };
  const url = `${api.origin}${api.basePath}${request.path}`;
  const params = [...(request.query ?? []), ...(request.form ?? [])];
  const nonce = randomBytes(16).toString("hex");
  const atS = Math.floor(api.clock.nowMs() / 1_000);
  return { kind: "header", header: authorization(api.oauth1, { method: request.method, url, params, nonce, atS }), token: null };
}

function bodyOf({ json, form, multipart }: Request): { body?: string | Buffer; type: string | null } {
  if (json !== undefined) return { body: JSON.stringify(json), type: "application/json" };
  if (form !== undefined)
    return { body: new URLSearchParams(form).toString().replace(/\+/g, "%20"), type: "application/x-www-form-urlencoded" };
  if (multipart === undefined) return { type: null };
  const boundary = `baton${randomBytes(12).toString("hex")}`;
  const part = (head: string) => Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`);
  const fields = multipart.fields.map(([key, value]) => Buffer.concat([part(`name="${key}"`), Buffer.from(`${value}\r\n`)]));
  const file = part('name="media"; filename="media"\r\ncontent-type: application/octet-stream');
  const body = Buffer.concat([...fields, file, multipart.file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}
