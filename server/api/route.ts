/**
 * The one way into the desk API: every route is a row that names its roles and the shapes it takes; a request that no
 * row allows is refused. Signing in, roles, shapes and errors are here and nowhere else.
 */
import express from "express";
import { z } from "zod";
import type { Json } from "../../model/json.ts";
import type { Agent, AgentRole } from "../../model/ticket.ts";
import { saying } from "../../runtime/log.ts";
import type { DeskDeps } from "./deps.ts";
import { type Fault, fault, faultBody, INTERNAL, NOT_ALLOWED, NOT_FOUND, ofParserError, UNAUTHENTICATED } from "./errors.ts";
import { bearerOf, hashToken } from "./token.ts";

export const PEOPLE: AgentRole[] = ["agent", "supervisor", "admin"];
export const OVERSEERS: AgentRole[] = ["supervisor", "admin"];
export const ADMINS: AgentRole[] = ["admin"];

export type Reply = { status: number; body: Json; headers?: Record<string, string> };

/** What a route's answer is given; everything in it has been checked. */
export type Call<Body = unknown, Query = unknown> = {
  agent: Agent;
  tokenHash: string;
  /** The `:id` of the path. */
  id: string;
  body: Body;
  query: Query;
  /** `Idempotency-Key`, made the caller's own: no agent can meet another's keys. */
  key: string | undefined;
  request: express.Request;
  response: express.Response;
};

export type Route = {
  method: "get" | "post" | "patch";
  path: string;
  roles: AgentRole[];
  body?: z.ZodType;
  query?: z.ZodType;
  /** null: the route wrote its own answer (a stream). */
  answer(deps: DeskDeps, call: Call): Promise<Reply | Fault | null>;
};

/** Keeps the shapes' types for the answer, and forgets them for the table. */
export function route<B extends z.ZodType, Q extends z.ZodType>(row: {
  method: Route["method"];
  path: string;
  roles: AgentRole[];
  body?: B;
  query?: Q;
  answer(deps: DeskDeps, call: Call<z.infer<B>, z.infer<Q>>): Promise<Reply | Fault | null>;
}): Route {
  return row as Route;
}

export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const Key = z.string().regex(/^[\x21-\x7e]{1,255}$/);
const NoBody = z.strictObject({}).optional();
const NoQuery = z.strictObject({});

export const BODY_MAX = 64 * 1024;

export function mount(router: express.Router, routes: Route[], deps: DeskDeps): void {
  router.use((_request, response, next) => {
    response.removeHeader("X-Powered-By");
    response.set({
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    });
    next();
  });
  // Nobody's body is read before we know who they are.
  router.use(async (request, response, next) => {
    const token = bearerOf(request.headers.authorization);
    const tokenHash = token === null ? null : hashToken(token);
    const agent = tokenHash === null ? null : await deps.store.agentByToken(tokenHash);
    if (!agent || agent.disabled || deps.program(agent.bot) === null) {
      response.set("WWW-Authenticate", "Bearer");
      return send(response, UNAUTHENTICATED);
    }
    response.locals.agent = agent;
    response.locals.tokenHash = tokenHash;
    next();
  });
  for (const row of routes) {
    router[row.method](
      row.path,
      (_request: express.Request, response: express.Response, next: express.NextFunction) => {
        if (!row.roles.includes(response.locals.agent.role)) return send(response, NOT_ALLOWED);
        next();
      },
      readJson,
      async (request: express.Request, response: express.Response) => {
        const call = checked(row, request, response);
        const reply = "status" in call ? call : await row.answer(deps, call);
        if (reply) send(response, reply);
      },
    );
  }
  router.use((_request, response) => send(response, NOT_FOUND));
  router.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const told = ofParserError(error);
    if (told === INTERNAL) deps.log("error", `The desk API could not answer ${request.method} ${routeOf(request)}: ${saying(error)}`);
    if (response.headersSent) response.destroy();
    else send(response, told);
  });
}

const parse = express.json({ limit: BODY_MAX, inflate: false, strict: true, type: "application/json", reviver: refusePrototypes });

function readJson(request: express.Request, response: express.Response, next: express.NextFunction): void {
  const hasBody =
    request.headers["content-length"] !== "0" && (request.headers["content-length"] ?? request.headers["transfer-encoding"]) !== undefined;
  if (hasBody && !request.is("application/json"))
    send(response, fault(415, "unsupported_media_type", "Send `Content-Type: application/json`."));
  else parse(request, response, next);
}

/** A key that would reach an object's prototype is in no honest request. */
function refusePrototypes(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("key refused");
  return value;
}

function checked(row: Route, request: express.Request, response: express.Response): Call | Fault {
  const id = request.params.id;
  if (id !== undefined && !Id.safeParse(id).success) return NOT_FOUND;
  const query = (row.query ?? NoQuery).safeParse({ ...request.query });
  if (!query.success) return badShape("query", query.error);
  const body = (row.body ?? NoBody).safeParse(row.method === "get" ? undefined : (request.body ?? {}));
  if (row.method !== "get" && !body.success) return badShape("body", body.error);
  const header = request.headers["idempotency-key"];
  const key = header === undefined ? undefined : Key.safeParse(header);
  if (key && !key.success) return fault(400, "bad_request", "`Idempotency-Key` has 1 to 255 visible ASCII characters.");
  const agent: Agent = response.locals.agent;
  return {
    agent,
    tokenHash: response.locals.tokenHash,
    id: String(id ?? ""),
    body: body.data,
    query: query.data,
    key: key && `${agent.id}:${key.data}`,
    request,
    response,
  };
}

/** Names what is wrong by its path, in zod's words for the type; the value itself is not sent back. */
function badShape(where: "body" | "query", error: z.ZodError): Fault {
  const problems = error.issues.slice(0, 20).map((issue) => ({
    at: issue.path.map(String).join("."),
    problem: issue.code === "unrecognized_keys" ? `unknown: ${issue.keys.map(harmless).join(", ")}` : issue.message,
  }));
  return fault(400, "bad_request", `The ${where} is not as docs/api.md says.`, { where, problems });
}

function harmless(key: string): string {
  return /^[A-Za-z0-9_.-]{1,40}$/.test(key) ? key : "a key";
}

function routeOf(request: express.Request): string {
  return typeof request.route?.path === "string" ? request.route.path : "an unknown path";
}

export function send(response: express.Response, reply: Reply | Fault): void {
  if ("code" in reply) response.status(reply.status).json(faultBody(reply));
  else
    response
      .status(reply.status)
      .set(reply.headers ?? {})
      .json(reply.body);
}

export function ok(body: Json, status = 200): Reply {
  return { status, body };
}
