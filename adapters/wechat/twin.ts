/** A WeChat of our own on a loopback port: takes calls as the platform would, keeps threads and budgets, pushes to our webhook. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../model/clock.ts";
import { type Diary, NO_DIARY, threadKeeper, threadsIn } from "../diary.ts";
import type { PlayedPhones } from "../played-phone.ts";
import { refusal, type TwinAnswer } from "./twin/answers.ts";
import { createPlayedApi } from "./twin/api.ts";
import { answerControl } from "./twin/control.ts";
import { createFollower, type Follower } from "./twin/customer.ts";
import { wechatPhones } from "./twin/phones.ts";
import { createPushes } from "./twin/pushes.ts";
import { newThread, type Thread, type ThreadLine } from "./twin/thread.ts";

/** Of a call: a code it is refused with, or what becomes of its connection. Of a push: twice, or after the next. */
export type WechatFault = "busy" | "slow" | "token" | "reset_before" | "reset_after" | "hang" | "duplicate" | "reorder";

export type WechatTwinOptions = {
  clock: Clock;
  account: string;
  appId: string;
  appSecret: string;
  token: string;
  /** EncodingAESKey: the twin pushes in safe mode. null: in plain. */
  aesKey?: string | null;
  webhookUrl?: string;
  tokenLastsMs?: number;
  menus?: boolean;
  webhookTimeoutMs?: number;
  /** Lets threads outlive this process. Absent: they end with it. */
  diary?: Diary;
};

export type WechatTwin = Follower & {
  /** The address to use as `WECHAT_API_URL`. */
  url: string;
  deliverTo(webhookUrl: string): void;
  /** What both sides said, in order; `[]` for a stranger. */
  thread(openid: string): ThreadLine[];
  /** What the platform still takes for this follower, and until when. */
  budget(openid: string): { left: number; untilMs: number };
  menu(): unknown;
  fault(kind: WechatFault, times?: number): void;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  settled(): Promise<void>;
  counts(): { delivered: number; failed: number; waiting: number; sends: number };
  phones: PlayedPhones;
  close(): Promise<void>;
};

const BODY_MAX_BYTES = 12 * 1024 * 1024;
const PUSH_FAULTS: ReadonlySet<WechatFault> = new Set(["duplicate", "reorder"]);
const CODES: Partial<Record<WechatFault, number>> = { busy: -1, slow: 45011 };

export async function createWechatTwin(options: WechatTwinOptions): Promise<WechatTwin> {
  const { clock, account, appId, appSecret, token } = options;
  const diary = options.diary ?? NO_DIARY;
  const threads = threadsIn<Thread>(diary, ({ openid }) => newThread(String(openid)));
  const keepThreads = threadKeeper(diary, threads);
  const faults: WechatFault[] = [];
  let webhookUrl = options.webhookUrl ?? null;
  const meet = (openid: string): Thread => {
    const thread = threads.get(openid) ?? newThread(openid);
    threads.set(openid, thread);
    return thread;
  };
  const watching = new Set<() => void>();
  const changed = () => {
    keepThreads();
    for (const told of watching) told();
  };
  const strike = (ofPushes: boolean): WechatFault | null => {
    const at = faults.findIndex((kind) => PUSH_FAULTS.has(kind) === ofPushes);
    return at < 0 ? null : faults.splice(at, 1)[0]!;
  };
  const pushes = createPushes({
    clock,
    appId,
    account,
    token,
    aesKey: options.aesKey ?? null,
    timeoutMs: options.webhookTimeoutMs ?? 5_000,
    diary,
    strike: () => strike(true) as "duplicate" | "reorder" | null,
    cannotServe(openid) {
      const text = "该公众号提供的服务出现故障，请稍后再试";
      meet(openid).lines.push({ by: "platform", atMs: clock.nowMs(), text, menu: [], message: {} });
      changed();
    },
  });
  const api = createPlayedApi({
    clock,
    appId,
    appSecret,
    tokenLastsMs: options.tokenLastsMs ?? 7_200_000,
    menus: options.menus ?? true,
    find: (openid) => threads.get(openid),
    changed,
    unionIdOf: (openid) => `oUnion${openid.slice(-22)}`,
    webhookUrl: () => webhookUrl,
  });
  const follower = createFollower({ clock, account, pushes, meet, changed });
  const lines = (openid: string) => threads.get(openid)?.lines ?? [];
  const fault = (kind: WechatFault, times = 1) => void faults.push(...Array<WechatFault>(times).fill(kind));

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://twin.invalid");
    const method = request.method ?? "GET";
    if (pathname.startsWith("/_twin/")) {
      // A page in somebody's browser is not the terminal that these addresses are for.
      if (request.headers.origin !== undefined) return reply(response, { status: 403, body: {} });
      return reply(response, answerControl({ follower, lines, fault }, method, pathname, searchParams, body.toString("utf8")));
    }
    const struck = pathname.endsWith("/message/custom/send") ? strike(false) : null;
    if (struck === "reset_before") return void request.socket.resetAndDestroy();
    if (struck === "token") api.revoke();
    const code = struck === null ? undefined : CODES[struck];
    if (code !== undefined) return reply(response, refusal(code));
    const given = api.answer(method, pathname, searchParams, body);
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
    request.on("end", () => answer(request, response, Buffer.concat(chunks)));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  if (webhookUrl !== null) pushes.deliverTo(webhookUrl);

  const twin = {
    ...follower,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliverTo(url: string) {
      webhookUrl = url;
      pushes.deliverTo(url);
    },
    thread: lines,
    budget: (openid: string) => ({ left: threads.get(openid)?.left ?? 0, untilMs: threads.get(openid)?.untilMs ?? 0 }),
    menu: api.menu,
    fault,
    settled: pushes.settled,
    watch(told: () => void) {
      watching.add(told);
      return () => watching.delete(told);
    },
    counts: () => ({ ...pushes.counts(), sends: api.sends() }),
  };
  return {
    ...twin,
    phones: wechatPhones({ ...twin, find: (openid) => threads.get(openid) }, () => clock.nowMs()),
    async close() {
      await pushes.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function reply(response: ServerResponse, { status, body, type }: TwinAnswer): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  response.writeHead(status, { "content-type": type ?? "application/json; encoding=utf-8", "content-length": bytes.length }).end(bytes);
}
