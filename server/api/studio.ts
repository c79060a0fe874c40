/** The studio over HTTP, at `/api/v1/studio`: for whoever sits at this machine, or for a signed-in admin; nobody else. */
import express, { type Request, type Response } from "express";
import { z } from "zod";
import type { Control } from "../../model/event.ts";
import type { TicketId } from "../../model/ids.ts";
import type { Agent } from "../../model/ticket.ts";
import { type Log, saying } from "../../runtime/log.ts";
import { systemClock } from "../clock.ts";
import { graphOf } from "../studio/graph.ts";
import { act, control, look, type Phone } from "../studio/phone.ts";
import type { Studio } from "../studio/studio.ts";
import type { StudioNotice } from "../studio/views.ts";
import { type Fault, fault, faultBody, NOT_FOUND, ofParserError } from "./errors.ts";

export type StudioApi = {
  /** Opened when somebody first asks for it, so that a server nobody designs on watches no files. */
  studio(): Promise<Studio>;
  /** Is this a demo that is reached from its own machine only? */
  isLocal: boolean;
  /** Who is signed in with this request, if anybody. */
  signedIn(request: Request): Promise<Agent | null>;
  log: Log;
  stopping?: AbortSignal;
};

const Name = z.string().regex(/^[a-z0-9_]{1,64}$/);
const PhoneId = z.string().regex(/^ph_[0-9]{1,24}$/);
const Words = z.string().min(1).max(2_000);

const NewPhone = z.strictObject({
  mode: z.enum(["live", "time"]),
  bot: Name,
  channel: Name.nullable().default(null),
  first: z.string().min(1).max(40).default("Robin"),
  last: z.string().max(40).default("Example"),
  locale: z
    .string()
    .regex(/^[a-z]{2}(_[A-Z]{2})?$/)
    .default("en_US"),
});
const YEAR_MS = 366 * 86_400_000;
const Doing = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("say"), text: Words }),
  z.strictObject({
    act: z.literal("tap"),
    title: Words,
    id: z.string().min(1).max(2_000).nullable().default(null),
    elseSay: z.boolean().default(false),
  }),
  z.strictObject({ act: z.literal("start"), title: Words.nullable().default(null) }),
  z.strictObject({
    act: z.literal("ad"),
    rule: z.int().min(0).max(10_000),
    how: z.enum(["open", "message", "after"]),
    text: Words.nullable().default(null),
  }),
  z.strictObject({ act: z.literal("attach"), kind: z.enum(["image", "video", "audio", "file", "sticker", "location"]) }),
  z.strictObject({ act: z.literal("react"), line: z.string().max(100) }),
  z.strictObject({ act: z.literal("pass"), ms: z.int().min(1).max(YEAR_MS) }),
  z.strictObject({ act: z.literal("pass_to"), what: z.enum(["timer", "window"]) }),
]);
const AtDesk = z.discriminatedUnion("act", [
  z.strictObject({ act: z.literal("claim") }),
  z.strictObject({ act: z.literal("take_over") }),
  z.strictObject({ act: z.literal("say"), text: Words, clientId: z.string().regex(/^[\x21-\x7e]{1,100}$/) }),
  z.strictObject({
    act: z.literal("return"),
    facts: z.array(z.strictObject({ key: Name, value: z.union([z.string().max(500), z.number(), z.boolean()]) })).max(20),
    toStep: Name.nullable().default(null),
  }),
  z.strictObject({ act: z.literal("resolve") }),
]);
const StoryName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/);
const NewStory = z.strictObject({ title: z.string().min(1).max(200), name: StoryName });

/** Threads and commits wake a stream; this is the look behind them. */
const LOOK_MS = 500;
const HEARTBEAT_MS = 15_000;
const STREAMS_MAX = 24;
/** Of one stream. */
const PHONES_MAX = 12;

const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** What a proxy adds: whoever comes through one is not at this machine, whatever name it gives in `Host`. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
const NOT_HERE = fault(403, "not_allowed", "The studio is for this machine, or for an admin who is signed in.");
const OTHER_ORIGIN = fault(403, "not_allowed", "Another page asked for this.");

export function createStudioApi(api: StudioApi): express.Router {
  const router = express.Router({ caseSensitive: true });
  let streams = 0;
  router.use(async (request, response, next) => {
    response.set({ "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin" });
    const refused = await guard(api, request, response);
    if (refused) refuse(response, refused);
    else next();
  });
  router.use(express.json({ limit: 32 * 1024, inflate: false, strict: true, type: "application/json" }));

  router.get("/overview", async (request, response) => {
    const studio = await api.studio();
    const bot = word(request.query.bot) ?? [...studio.files.manifests.keys()][0] ?? "";
    const view = studio.overview(bot);
    if (view) response.json(view);
    else refuse(response, NOT_FOUND);
  });

  router.get("/file", async (request, response) => {
    const view = (await api.studio()).files.text(word(request.query.path) ?? "");
    if (view) response.json(view);
    else refuse(response, NOT_FOUND);
  });

  router.get("/flow", async (request, response) => {
    const program = (await api.studio()).program(word(request.query.bot) ?? "");
    const flow = program?.flows.get(word(request.query.name) ?? "");
    if (flow) response.json(graphOf(flow));
    else refuse(response, NOT_FOUND);
  });

  router.post("/phones", async (request, response) => {
    const wanted = NewPhone.safeParse(request.body);
    if (!wanted.success) return refuse(response, wrong(wanted.error));
    const studio = await api.studio();
    const phone = await studio.open(wanted.data);
    if (!phone) return refuse(response, NOT_FOUND);
    response.status(201).json(await studio.view(phone, response.locals.agent));
  });

  const withPhone = async (request: Request, response: Response): Promise<{ studio: Studio; phone: Phone } | null> => {
    const studio = await api.studio();
    const id = PhoneId.safeParse(request.params.id);
    const phone = id.success ? studio.phone(id.data) : null;
    if (!phone) refuse(response, NOT_FOUND);
    return phone && { studio, phone };
  };

  router.get("/phones/:id", async (request, response) => {
    const found = await withPhone(request, response);
    if (found) response.json(await found.studio.view(found.phone, response.locals.agent));
  });

  router.post("/phones/:id/act", async (request, response) => {
    const doing = Doing.safeParse(request.body);
    if (!doing.success) return refuse(response, wrong(doing.error));
    const found = await withPhone(request, response);
    if (!found) return;
    const { studio, phone } = found;
    const why = await act(phone, studio.program(phone.ground.bot)!, doing.data);
    if (why !== null) return refuse(response, fault(409, "invalid_transition", why));
    response.json(await studio.view(phone, response.locals.agent));
  });

  router.post("/phones/:id/desk", async (request, response) => {
    const doing = AtDesk.safeParse(request.body);
    if (!doing.success) return refuse(response, wrong(doing.error));
    const found = await withPhone(request, response);
    if (!found) return;
    const { studio, phone } = found;
    const agent = await studio.deskAgent(phone, response.locals.agent);
    if (agent === null) return refuse(response, fault(409, "not_allowed", "Nobody works at the desk yet: add an agent first."));
    const what = doing.data;
    const outcome = await control(phone, (conversation): Control => {
      switch (what.act) {
        case "claim":
          return { kind: "claimed", ticket: conversation.ticket ?? ("" as TicketId), agent };
        case "take_over":
          return { kind: "took_over", agent };
        case "say":
          return { kind: "agent_said", agent, message: { text: what.text }, clientId: what.clientId };
        case "return":
          return { kind: "returned", agent, facts: what.facts, ...(what.toStep === null ? {} : { toStep: what.toStep }) };
        case "resolve":
          return { kind: "resolved", agent };
      }
    });
    if (!outcome.ok) return refuse(response, fault(outcome.status, outcome.refused, outcome.message));
    response.json(await studio.view(phone, response.locals.agent));
  });

  router.get("/phones/:id/story", async (request, response) => {
    const found = await withPhone(request, response);
    if (!found) return;
    const asked = NewStory.safeParse({ title: word(request.query.title), name: word(request.query.name) });
    if (!asked.success) return refuse(response, wrong(asked.error));
    const story = await found.studio.story(found.phone, asked.data.title, asked.data.name);
    if (story) response.json(story);
    else refuse(response, NOT_FOUND);
  });

  router.post("/phones/:id/story", async (request, response) => {
    const asked = NewStory.safeParse(request.body);
    if (!asked.success) return refuse(response, wrong(asked.error));
    const found = await withPhone(request, response);
    if (!found) return;
    const { studio, phone } = found;
    const story = await studio.story(phone, asked.data.title, asked.data.name);
    if (!story) return refuse(response, NOT_FOUND);
    if (!story.passes)
      return refuse(response, fault(409, "invalid_transition", `It does not go the same way again: ${story.wrong?.sentence ?? ""}`));
    if (studio.saveStory(phone.ground.bot, story) === null)
      return refuse(response, fault(409, "invalid_transition", "There is a story of that name already."));
    response.status(201).json(story);
  });

  router.get("/stream", async (request, response) => {
    const studio = await api.studio();
    if (streams >= STREAMS_MAX) return refuse(response, fault(429, "rate_limited", "Too many studios are open."));
    streams++;
    const ids = (word(request.query.phone) ?? "").split(",").slice(0, PHONES_MAX);
    const phones = ids.flatMap((id) => studio.phone(id) ?? []);
    await stream(api, studio, phones, request, response).finally(() => streams--);
  });

  router.use((_request, response) => refuse(response, NOT_FOUND));
  router.use((error: unknown, request: Request, response: Response, _next: express.NextFunction) => {
    const told = ofParserError(error);
    if (told.status === 500) api.log("error", `The studio could not answer ${request.method} ${request.path}: ${saying(error)}`);
    if (response.headersSent) response.destroy();
    else refuse(response, told);
  });
  return router;
}

/**
 * A page of another origin cannot ask us for anything: its name is not ours, and what changes something is JSON, which
 * it may not send. A name of this machine in `Host` keeps out pages whose name was made to point here.
 */
async function guard(api: StudioApi, request: Request, response: Response): Promise<Fault | null> {
  const host = request.headers.host ?? "";
  const { origin } = request.headers;
  if (origin !== undefined && originHost(origin) !== host) return OTHER_ORIGIN;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return OTHER_ORIGIN;
  if (request.method !== "GET" && !request.is("application/json"))
    return fault(415, "unsupported_media_type", "Send `Content-Type: application/json`.");
  const agent = await api.signedIn(request);
  response.locals.agent = agent?.role === "admin" ? agent : null;
  if (response.locals.agent) return null;
  if (FORWARDED.some((name) => request.headers[name] !== undefined)) return NOT_HERE;
  return api.isLocal && LOCAL_NAMES.has(host.replace(/:\d+$/, "")) ? null : NOT_HERE;
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

/** What changed, as it changes: the files, and the phones that are looked at. */
async function stream(api: StudioApi, studio: Studio, phones: Phone[], request: Request, response: Response): Promise<void> {
  const gone = new AbortController();
  const end = () => gone.abort();
  request.on("close", end);
  response.on("close", end);
  api.stopping?.addEventListener("abort", end);
  response.status(200).set({ "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" });
  response.flushHeaders();
  request.socket.setNoDelay(true);
  const tell = (notice: StudioNotice) => {
    if (!gone.signal.aborted) response.write(`event: ${notice.kind}\ndata: ${JSON.stringify(notice)}\n\n`);
  };
  const off = studio.files.onChange(({ changed, reloaded }) => {
    const problems = studio.files.problems();
    const errors = problems.filter((one) => one.severity === "error").length;
    for (const one of reloaded) tell({ kind: "reloaded", ...one });
    tell({ kind: "files", problems: problems.length, errors, changed });
  });
  let nap = new AbortController();
  let isAwake = false;
  const wake = () => {
    isAwake = true;
    nap.abort();
  };
  gone.signal.addEventListener("abort", wake);
  const offs = phones.flatMap(({ ground }) => [ground.phones.watch(wake), ground.store.watchFeed(wake)]);
  const told = new Map<Phone, number>();
  let beatMs = systemClock.monotonicMs();
  response.write(": here\n\n");
  while (!gone.signal.aborted) {
    isAwake = false;
    for (const phone of phones) {
      await look(phone);
      if (phone.revision === told.get(phone)) continue;
      told.set(phone, phone.revision);
      tell({ kind: "phone", phone: phone.id, revision: phone.revision });
    }
    if (systemClock.monotonicMs() - beatMs > HEARTBEAT_MS) {
      beatMs = systemClock.monotonicMs();
      response.write("event: here\ndata: {}\n\n");
    }
    nap = new AbortController();
    if (!isAwake) await systemClock.sleepUntil(systemClock.nowMs() + LOOK_MS, nap.signal);
  }
  off();
  for (const stop of offs) stop();
  api.stopping?.removeEventListener("abort", end);
  if (!response.writableEnded) response.end();
}

const word = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function wrong(error: z.ZodError): Fault {
  const at = error.issues[0]?.path.map(String).join(".") ?? "";
  return fault(400, "bad_request", `The request is not understood${at === "" ? "" : ` at ${at}`}.`);
}

function refuse(response: Response, what: Fault): void {
  response.status(what.status).json(faultBody(what));
}
