/**
 * The chat's door: what the script in a brand's page asks for. No cookies: a visitor is who holds a signed token. A post is answered
 * once it is committed; what is shown is read from the store.
 */
import express from "express";
import { z } from "zod";
import { signToken } from "../../adapters/web/token.ts";
import { matchAd } from "../../dialogue/turn/referrals.ts";
import { address } from "../../model/address.ts";
import type { JsonObject } from "../../model/json.ts";
import { type Fault, fault, faultBody, INTERNAL, ofParserError } from "../api/errors.ts";
import { Acts, iceBreakers, post, Referral, translate } from "./acts.ts";
import type { Chat } from "./chat.ts";
import type { ChatDeps } from "./deps.ts";
import { FILE_MAX_BYTES, takeIn } from "./files.ts";
import { type Act, createChatLimits } from "./limits.ts";
import { readKnown } from "./login.ts";
import { PAGE_ROWS, stream } from "./stream.ts";
import { type Reading, readBack, safeLink } from "./thread.ts";
import { customerOf, type Known, knownBy, MOVE_MS, mayShow, stayToken, strangerOf, tokenOf } from "./visitor.ts";

const WINDOWS_MAX = 6;
const NOBODY = fault(401, "unauthenticated", "This visitor is not known here, or not any more. Start anew.");
const NOT_HERE = fault(404, "not_found", "There is no web chat of this name.");

const Start = z.strictObject({
  /** Drawn by the browser, for this one start. */
  key: z.string().regex(/^[A-Za-z0-9_-]{22,50}$/),
  language: z.string().max(20).default(""),
  referral: Referral.optional(),
  /** The brand's signed word for who this is. */
  login: z.string().max(4_000).optional(),
});
const Code = z.strictObject({ code: z.string().max(300) });
const Seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

type Handle = (chat: Chat, request: express.Request, response: express.Response) => Promise<JsonObject | Fault | null>;
type Visit = (chat: Chat, known: Known, request: express.Request, response: express.Response) => Promise<JsonObject | Fault | null>;

export function createChatDoor(deps: ChatDeps): express.Router {
  const { store, clock, ids, files } = deps;
  const router = express.Router({ caseSensitive: true });
  const limits = createChatLimits();
  const json = express.json({ limit: 128 * 1024, inflate: false, strict: true, type: "application/json", reviver: refusePrototypes });

  const reading = (chat: Chat): Reading => ({
    store,
    pieces: (message) => deps.adapter(chat.bot).pieces(message),
    async source(url) {
      const id = files.idOf(url);
      if (id === null) return safeLink(url) as string | null;
      const upload = await store.upload(chat.bot, id);
      return upload && files.show(upload);
    },
  });

  router.use("/:bot", (request, response, next) => {
    const chat = deps.chats.get(request.params.bot);
    response.vary("Origin");
    response.set({ "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin" });
    if (!chat) return refuse(response, NOT_HERE);
    if (!mayShow(deps, chat, request)) {
      const why = "This page may not show this chat. Name its origin in the manifest: `web: { origins: … }`.";
      response.set("Access-Control-Allow-Origin", "*"); // its author may read why, and nothing else
      return refuse(response, fault(403, "not_allowed", why));
    }
    const origin = request.get("origin");
    if (origin !== undefined)
      response.set({
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Access-Control-Max-Age": "600",
      });
    if (request.method === "OPTIONS") {
      response.set({ "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "authorization, content-type" });
      return void response.status(204).end();
    }
    response.locals.chat = chat;
    next();
  });

  const at = (method: "get" | "post", path: string, act: Act, handle: Handle, isRaw = false) => {
    const read: express.RequestHandler = method === "get" || isRaw ? (_request, _response, next) => next() : json;
    router[method](`/:bot${path}`, read, async (request, response) => {
      const chat: Chat = response.locals.chat;
      const waitMs = await limits.take(act, tokenOf(request), request.ip ?? "");
      if (waitMs !== null) {
        response.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
        return refuse(response, fault(429, "rate_limited", "That was a lot at once. Try again in a moment."), request);
      }
      const answer = await handle(chat, request, response);
      if (answer === null) return;
      if ("code" in answer && "status" in answer) refuse(response, answer as Fault, request);
      else response.json(answer);
    });
  };
  const visit = (method: "get" | "post", path: string, act: Act, handle: Visit, isRaw = false) =>
    at(
      method,
      path,
      act,
      async (chat, request, response) => {
        const known = await knownBy(deps, chat, tokenOf(request));
        return known ? handle(chat, known, request, response) : NOBODY;
      },
      isRaw,
    );

  at("get", "", "look", async (chat, request) => configOf(deps, chat, String(request.query.language ?? "")));

  at("post", "/start", "start", async (chat, request) => {
    const body = Start.safeParse(request.body);
    if (!body.success) return badShape(body.error);
    const { key, language, login } = body.data;
    const referral = told(deps, chat, body.data.referral);
    const read = login === undefined ? null : readKnown(chat.readLogin, chat.bot, login);
    if (read && "wrong" in read) return fault(401, "wrong_sign_in", `The login is not taken. ${read.wrong}`);
    const customer = read ? customerOf(chat, read.subject) : strangerOf(chat, key);
    chat.hub.remember(customer, { ...(language ? { language } : {}), ...read?.profile });
    const where = address("web", chat.account, customer);
    const before = await store.find(chat.bot, where);
    // Whoever is known comes back to their conversation; an advertisement that brought them is told to it all the same.
    const act: JsonObject = before === null ? { kind: "opened", id: `open_${key}` } : { kind: "referred", id: `from_${key}` };
    if (referral) act.referral = referral as JsonObject;
    if (before === null || referral) {
      const status = await post(deps, chat, customer, [act]);
      if (status !== 200) return fault(503, "busy", "Not now; try again in a moment.");
    }
    const conversation = before ?? (await store.find(chat.bot, where));
    if (conversation === null) return NOBODY; // forgotten since: this key is used up
    // The same word makes this chat and the customer's others one customer's, where some are known.
    if (login !== undefined) await deps.runtime.link(chat.bot, conversation, login, "customer");
    chat.hub.nudge(customer);
    return { token: stayToken(chat, { customer, conversation }, clock.nowMs()), known: read !== null };
  });

  visit("post", "/acts", "act", async (chat, known, request) => {
    const body = Acts.safeParse(request.body);
    if (!body.success) return badShape(body.error);
    const translated = await Promise.all(body.data.acts.map((act) => translate(deps, chat, reading(chat), known, act)));
    const unfit = translated.filter((one) => "unfit" in one);
    const fit = translated.filter((one) => !("unfit" in one)) as JsonObject[];
    if (fit.length > 0) {
      const status = await post(deps, chat, known.customer, fit);
      if (status !== 200) return fault(503, "busy", "Not now; try again in a moment.");
      chat.hub.nudge(known.customer); // their other windows
    }
    return { stored: fit.map((act) => act.id ?? null), unfit: unfit as JsonObject[] };
  });

  visit("get", "/thread", "look", async (chat, known, request) => {
    const before = Seq.safeParse(request.query.before);
    if (!before.success || before.data < 1) return fault(400, "bad_request", "`before` is a number of this thread.");
    const { items, more } = await readBack(reading(chat), chat.bot, known.conversation, PAGE_ROWS, before.data);
    return { items: items.map(({ json: item }) => item), more };
  });

  visit("get", "/stream", "look", async (chat, known, request, response) => {
    const after = request.query.after === undefined ? undefined : Seq.safeParse(request.query.after);
    if (after && !after.success) return fault(400, "bad_request", "`after` is a number of this stream.");
    if (chat.hub.windows(known.customer) >= WINDOWS_MAX) return fault(429, "rate_limited", "This chat is open in too many windows.");
    await stream({ deps, chat, reading: reading(chat), known, response }, request, after?.data);
    return null;
  });

  visit("post", "/typing", "typing", async (chat, known) => {
    deps.customerTypes(chat.bot, known.conversation);
    return {};
  });

  visit(
    "post",
    "/files",
    "upload",
    async (chat, known, request, response) => {
      const name = typeof request.query.name === "string" ? request.query.name.slice(0, 300) : "";
      const taken = await takeIn(deps, chat, known, name, request, response);
      if ("code" in taken) return taken;
      return { id: taken.id, kind: taken.kind, name: taken.name, src: files.show(taken) };
    },
    true,
  );

  visit("post", "/move", "start", async (chat, known) => {
    const untilMs = clock.nowMs() + MOVE_MS;
    return { code: signToken(chat.keys.token, { ...known, untilMs, kind: "move", nonce: ids.next("mv") }), until: untilMs };
  });

  at("post", "/resume", "start", async (chat, request) => {
    const body = Code.safeParse(request.body);
    const known = body.success ? await knownBy(deps, chat, body.data.code, "move") : null;
    if (!known) return fault(401, "unauthenticated", "This link is over or was used.");
    const used = await deps.runtime.happened(chat.bot, known.conversation, "continued_elsewhere", {}, `move ${known.nonce}`);
    if (used?.kind !== "received") return fault(401, "unauthenticated", "This link is over or was used.");
    return { token: stayToken(chat, known, clock.nowMs()) };
  });

  router.use((_request, response) => refuse(response, NOT_HERE));
  router.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) => {
    const told = ofParserError(error);
    if (told === INTERNAL)
      deps.log("error", `The chat could not answer ${request.method} ${request.route?.path ?? "an unknown path"}: ${nameOf(error)}`);
    if (response.headersSent) response.destroy();
    else refuse(response, told, request);
  });
  return router;
}

/** A page that somebody looks at is no advertisement, unless the brand's rules make it one: else every customer would have come from an ad. */
function told(deps: ChatDeps, chat: Chat, referral: z.infer<typeof Referral> | undefined): z.infer<typeof Referral> | undefined {
  if (!referral?.ref?.startsWith("page:")) return referral;
  const ads = deps.program(chat.bot)?.ads ?? [];
  return matchAd(ads, { source: "PAGE", ref: referral.ref }, "web") ? referral : undefined;
}

/** What a page may know before anybody has opened anything. */
function configOf(deps: ChatDeps, chat: Chat, language: string): JsonObject | Fault {
  const program = deps.program(chat.bot);
  if (!program) return NOT_HERE;
  const { bot } = program;
  const own = bot.languages.find((one) => one === language || one.split("-")[0] === language.split("-")[0]) ?? bot.languages[0] ?? "en";
  return {
    bot: bot.name,
    title: bot.title,
    languages: bot.languages,
    look: { ...chat.look },
    ice_breakers: iceBreakers(program, own).map(({ title }) => title),
    file_max: FILE_MAX_BYTES,
    login: chat.readLogin !== null,
  };
}

function refuse(response: express.Response, told: Fault, request?: express.Request): void {
  // Refused before it was read: what still comes is not waited for.
  if (request && !request.complete) response.set("Connection", "close");
  response.status(told.status).json(faultBody(told));
}

function badShape(error: z.ZodError): Fault {
  const problems = error.issues.slice(0, 10).map((issue) => `${issue.path.map(String).join(".") || "it"}: ${issue.code}`);
  return fault(400, "bad_request", "The body is not as docs/channels/web.md says.", { problems });
}

/** A key that would reach an object's prototype is in no honest request. */
function refusePrototypes(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("key refused");
  return value;
}

/** What broke, without a word of what was written. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
