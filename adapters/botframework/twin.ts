/** A Bot Service of our own on a loopback port: signs in, signs, takes activities as a connector would, keeps threads, calls us back. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../model/clock.ts";
import { parseJson } from "../parse.ts";
import type { PlayedPhones } from "../played-phone.ts";
import { record, text } from "../wire.ts";
import { CLOUDS, type Cloud } from "./clouds.ts";
import { badGateway, good, notInRoster, serviceError, type TwinAnswer, tooMany, unavailable } from "./twin/answers.ts";
import { answerConnector, type Office } from "./twin/connector.ts";
import { answerControl } from "./twin/control.ts";
import { type Customer, createCustomer, type Who } from "./twin/customer.ts";
import { createDelivery } from "./twin/delivery.ts";
import { createKeys, type Keys } from "./twin/keys.ts";
import { botframeworkPhones } from "./twin/phones.ts";
import type { Thread, ThreadLine } from "./twin/threads.ts";

const SEND_FAULTS = ["429", "503", "500", "502", "blocked", "token", "reset_before", "reset_after", "hang"] as const;
const POST_FAULTS = ["duplicate", "reorder"] as const;
/** Of a call: a refusal, or what becomes of its connection. Of what is told to the bot: twice, or after the next. */
export type BotFrameworkFault = (typeof SEND_FAULTS)[number] | (typeof POST_FAULTS)[number];

export type BotFrameworkTwinOptions = {
  clock: Clock;
  appId: string;
  secret: string;
  /** Whose tenant gives the app its tokens; absent: that of apps of many tenants. */
  tenant?: string;
  /** Does it sign what it posts and ask for tokens, as Azure does? False: as an emulator, it does neither. */
  signs: boolean;
  /** Whose time stands in what it signs, where `clock` is a played one: the library that verifies knows only the real time. */
  signsBy?: Clock;
  webhookUrl?: string;
  tokenLastsMs?: number;
  webhookTimeoutMs?: number;
};

export type BotFrameworkTwin = {
  url: string;
  /** The cloud that this twin plays, to build an adapter with. */
  cloud: Cloud;
  deliverTo(webhookUrl: string): void;
  customer: Customer;
  /** What both sides said, in order; `[]` for a stranger. */
  thread(who: Who): ThreadLine[];
  typings(who: Who): number;
  keys: Pick<Keys, "revoke" | "channelToken" | "given">;
  serviceUrl(channelId: string): string;
  fault(kind: BotFrameworkFault, times?: number): void;
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number; sends: number; signIns: number };
  phones: PlayedPhones;
  close(): Promise<void>;
};

const BODY_MAX_BYTES = 1_048_576;
const TOKEN_LASTS_MS = 60 * 60_000;
const BOT = "twin-bot";
const ENDORSED = [
  "webchat",
  "directline",
  "emulator",
  "msteams",
  "facebook",
  "slack",
  "telegram",
  "line",
  "sms",
  "email",
  "omnichannel",
  "test",
];

export async function createBotFrameworkTwin(options: BotFrameworkTwinOptions): Promise<BotFrameworkTwin> {
  const { clock, appId, secret, signs } = options;
  const tenant = options.tenant ?? CLOUDS.public.botTenant;
  const { scope, issuer } = CLOUDS.public;
  const keys = createKeys({
    clock,
    signsBy: options.signsBy ?? clock,
    appId,
    secret,
    tenant,
    scope,
    issuer,
    tokenLastsMs: options.tokenLastsMs ?? TOKEN_LASTS_MS,
  });
  const threads = new Map<string, Thread>();
  const faults: BotFrameworkFault[] = [];
  let ids = 0;
  let sends = 0;
  let url = "";
  // Ids must be new even to a store that outlived the last twin.
  const begun = clock.nowMs().toString(36);
  const nextId = () => `${begun}-${String(++ids).padStart(7, "0")}`;
  const conversationOf = ({ person, channelId = "webchat" }: Who) => `${channelId}-${person}|played`;
  const meet = (who: Who): Thread => {
    const conversation = conversationOf(who);
    const { person, channelId = "webchat", isGroup = false } = who;
    const thread = threads.get(conversation) ?? {
      channelId,
      conversation,
      person,
      isGroup,
      isOpen: true,
      lines: [],
      typing: 0,
      isTyping: false,
    };
    threads.set(conversation, thread);
    return thread;
  };
  const watching = new Set<() => void>();
  const changed = () => {
    for (const told of watching) told();
  };
  const strike = <T extends BotFrameworkFault>(kinds: readonly T[]): T | null => {
    const at = faults.findIndex((kind) => (kinds as readonly string[]).includes(kind));
    return at < 0 ? null : (faults.splice(at, 1)[0] as T);
  };
  const serviceUrl = (channelId: string) => `${url}/${channelId}/`;
  const delivery = createDelivery({
    timeoutMs: options.webhookTimeoutMs ?? 15_000,
    authorization: async (activity) => (signs ? `Bearer ${await keys.channelToken(text(activity.serviceUrl) ?? "")}` : null),
    strike: () => strike(POST_FAULTS),
    notTaken(activity, status) {
      const thread = threads.get(text(record(activity.conversation)?.id) ?? "");
      const words = `This could not be delivered to the bot (${status ?? "no answer"}).`;
      thread?.lines.push({ by: "channel", atMs: clock.nowMs(), id: nextId(), text: words, options: [], activity: {} });
      changed();
    },
  });
  const customer = createCustomer({ clock, bot: BOT, delivery, meet, serviceUrl, nextId, changed });
  const office: Office = {
    find: (conversation) => threads.get(conversation),
    isValid: signs ? keys.isValid : null,
    nextId,
    changed,
    nowMs: clock.nowMs,
  };
  const lines = (who: Who) => threads.get(conversationOf(who))?.lines ?? [];
  const fault = (kind: BotFrameworkFault, times = 1) => void faults.push(...Array<BotFrameworkFault>(times).fill(kind));
  const counts = () => ({ ...delivery.counts(), sends, signIns: keys.given() });
  const known: ReadonlySet<string> = new Set([...SEND_FAULTS, ...POST_FAULTS]);
  const controls = { customer, lines, fault, faults: known, state: counts };

  const document = async (method: string, path: string): Promise<TwinAnswer | null> => {
    if (method !== "GET" || !path.startsWith("/v1/.well-known/")) return null;
    if (path.endsWith("/keys")) return good(await keys.jwks(ENDORSED));
    const methods = ["private_key_jwt"];
    const jwks_uri = `${url}/v1/.well-known/keys`;
    return good({ issuer, jwks_uri, id_token_signing_alg_values_supported: ["RS256"], token_endpoint_auth_methods_supported: methods });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://twin.invalid");
    const method = request.method ?? "GET";
    if (path.startsWith("/_twin/")) {
      // A page in somebody's browser is not the terminal that these addresses are for.
      if (request.headers.origin !== undefined) return reply(response, { status: 403, body: {} });
      return reply(response, answerControl(controls, method, path, searchParams, body.toString("utf8")));
    }
    const [, asked] = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path) ?? [];
    if (asked !== undefined && method === "POST") return reply(response, keys.signIn(asked, new URLSearchParams(body.toString("utf8"))));
    const documented = await document(method, path);
    if (documented !== null) return reply(response, documented);
    const isSend = method === "POST" && /\/activities(\/|$)/.test(path);
    if (isSend) sends += 1;
    const struck = isSend ? strike(SEND_FAULTS) : null;
    if (struck === "reset_before") return void request.socket.resetAndDestroy();
    if (struck === "token") keys.revoke();
    const refusal = struck === null ? undefined : REFUSALS[struck];
    if (refusal !== undefined) return reply(response, refusal());
    const { authorization } = request.headers;
    const json = () => record(parseJson(body.toString("utf8")));
    const given = answerConnector(office, { method, path, authorization, size: body.length, json });
    if (struck === "reset_after") return void request.socket.resetAndDestroy();
    if (struck !== "hang") reply(response, given);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_MAX_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on("error", () => response.destroy());
    request.on("end", () => void answer(request, response, Buffer.concat(chunks)));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (options.webhookUrl !== undefined) delivery.deliverTo(options.webhookUrl);

  const twin = {
    url,
    cloud: { ...CLOUDS.public, loginUrl: url, openIdUrl: `${url}/v1/.well-known/openidconfiguration` },
    deliverTo: delivery.deliverTo,
    customer,
    thread: lines,
    typings: (who: Who) => threads.get(conversationOf(who))?.typing ?? 0,
    keys,
    serviceUrl,
    fault,
    settled: delivery.settled,
    counts,
  };
  const find = (person: string) => threads.get(conversationOf({ person }));
  const watch = (told: () => void) => {
    watching.add(told);
    return () => watching.delete(told);
  };
  return {
    ...twin,
    phones: botframeworkPhones({ ...twin, find, watch }),
    async close() {
      await delivery.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const REFUSALS: Partial<Record<BotFrameworkFault, () => TwinAnswer>> = {
  "429": tooMany,
  "503": unavailable,
  "500": serviceError,
  "502": badGateway,
  blocked: notInRoster,
};

function reply(response: ServerResponse, { status, body, headers }: TwinAnswer): void {
  const isText = typeof body === "string";
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  const type = isText ? "text/html" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, "content-length": bytes.length, ...headers }).end(bytes);
}
