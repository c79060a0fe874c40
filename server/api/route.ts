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
import { type Fault, fault, faultBody, INTERNAL, NOT_FOUND, ofParserError, UNAUTHENTICATED } from "./errors.ts";
import { admit, type Visitor, visitor } from "./visitor.ts";

export const PEOPLE: AgentRole[] = ["agent", "supervisor", "admin"];
export const OVERSEERS: AgentRole[] = ["supervisor", "admin"];
export const ADMINS: AgentRole[] = ["admin"];
/** Also those who are not signed in (yet); the route itself looks who they are. */
export const ANYONE = "anyone";

export type Reply = { status: number; body: Json; headers?: Record<string, string>; cookies?: string[] };

/** What a route's answer is given; everything in it has been checked. */
export type Call<Body = unknown, Query = unknown> = {
  /** Not there where the route is for anyone and nobody is signed in. */
  agent: Agent;
  visitor: Visitor;
  /** Who this is now; null once their token or session has ended. */
  still(): Promise<Agent | null>;
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
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  roles: AgentRole[] | typeof ANYONE;
  body?: z.ZodType;
  query?: z.ZodType;
  /** The body is no JSON: the route reads it itself, within its own bounds. */
  raw?: true;
  /** null: the route wrote its own answer (a stream). */
  answer(deps: DeskDeps, call: Call): Promise<Reply | Fault | null>;
};

/** Keeps the shapes' types for the answer, and forgets them for the table. */
export function route<B extends z.ZodType, Q extends z.ZodType>(row: {
  method: Route["method"];
  path: string;
  roles: Route["roles"];
  body?: B;
  query?: Q;
  raw?: true;
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
    const who = await visitor(deps, request);
    for (const cookie of who.cookies) response.append("Set-Cookie", cookie);
    response.locals.visitor = who;
    next();
  });
  for (const row of routes) {
    router[row.method](
      row.path,
      (request: express.Request, response: express.Response, next: express.NextFunction) => {
        const refused = admit(response.locals.visitor, row, request, deps);
        if (!refused) return next();
        if (refused === UNAUTHENTICATED) response.set("WWW-Authenticate", "Bearer");
        send(response, refused);
      },
      row.raw ? pass : readJson,
      async (request: express.Request, response: express.Response) => {
        const call = checked(row, request, response);
        const reply = "status" in call ? call : await row.answer(deps, call);
        if (reply) send(response, reply);
      },
    );
  }
  router.use((_request, response) => {
    const { agent }: Visitor = response.locals.visitor;
    if (!agent) response.set("WWW-Authenticate", "Bearer");
    send(response, agent ? NOT_FOUND : UNAUTHENTICATED);
  });
  router.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const told = ofParserError(error);
    if (told === INTERNAL) deps.log("error", `The desk API could not answer ${request.method} ${routeOf(request)}: ${saying(error)}`);
    if (response.headersSent) response.destroy();
    else send(response, told);
  });
}

const parse = express.json({ limit: BODY_MAX, inflate: false, strict: true, type: "application/json", reviver: refusePrototypes });

function pass(_request: express.Request, _response: express.Response, next: express.NextFunction): void {
  next();
}

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
  const hasBody = row.method !== "get" && !row.raw;
  const body = (row.body ?? NoBody).safeParse(hasBody ? (request.body ?? {}) : undefined);
  if (hasBody && !body.success) return badShape("body", body.error);
  const header = request.headers["idempotency-key"];
  const key = header === undefined ? undefined : Key.safeParse(header);
  if (key && !key.success) return fault(400, "bad_request", "`Idempotency-Key` has 1 to 255 visible ASCII characters.");
  const who: Visitor = response.locals.visitor;
  return {
    agent: who.agent as Agent,
    visitor: who,
    still: who.still,
    id: String(id ?? ""),
    body: body.data,
    query: query.data,
    key: key && `${who.agent?.id ?? ""}:${key.data}`,
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

export function send(response: express.Response, reply: Reply | (Fault & { headers?: Record<string, string> })): void {
  response.status(reply.status).set(reply.headers ?? {});
  if ("code" in reply) return void response.json(faultBody(reply));
  if (reply.cookies) {
    response.removeHeader("Set-Cookie"); // the session that came with the request is over
    for (const cookie of reply.cookies) response.append("Set-Cookie", cookie);
  }
  response.json(reply.body);
}

export function ok(body: Json, status = 200): Reply {
  return { status, body };
}
