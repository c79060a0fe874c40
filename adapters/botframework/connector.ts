/** Calls of a channel's connector: with our token where the host is the channel's, without one where it is a program on this machine. */
import type { Pool } from "undici";
import type { Delivery } from "../../model/delivery.ts";
import { parseJson } from "../parse.ts";
import { call, openPool } from "../post.ts";
import { record, type Wire } from "../wire.ts";
import type { Hosts } from "./hosts.ts";
import type { Tokens } from "./tokens.ts";

export type Asked =
  | { kind: "answered"; status: number; headers: Record<string, string | string[] | undefined>; body: Wire | undefined }
  | { kind: "failed"; left: boolean; why: string }
  /** Nothing was asked. */
  | { kind: "not_asked"; delivery: Delivery };

export type Request = { method: "GET" | "POST"; path: string; json?: unknown };

export type Connector = {
  ask(serviceUrl: string, tokens: Tokens | null, request: Request): Promise<Asked>;
  /** Our token for a file at this address; null where it is no channel's. */
  authorization(url: string, tokens: Tokens): Promise<string | null>;
  close(): Promise<void>;
};

const CONNECTIONS = 32;
const POOLS_MAX = 50;
const TOKEN_AGAIN_MS = 2_000;

export function createConnector(hosts: Hosts, isLocalAllowed: boolean, timeoutMs: number): Connector {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? openPool(origin, CONNECTIONS, timeoutMs);
    pools.delete(origin);
    pools.set(origin, pool);
    if (pools.size > POOLS_MAX)
      for (const [oldest, one] of pools) {
        pools.delete(oldest);
        void one.close(); // what is under way there is still answered
        break;
      }
    return pool;
  };

  async function once(base: string, bearer: string | null, { method, path, json }: Request): Promise<Asked> {
    const { origin, pathname } = new URL(base);
    const headers = ["accept", "application/json"];
    if (bearer !== null) headers.push("authorization", `Bearer ${bearer}`);
    if (json !== undefined) headers.push("content-type", "application/json; charset=utf-8");
    const body = json === undefined ? undefined : JSON.stringify(json);
    const answer = await call(poolOf(origin), { method, path: `${pathname.replace(/\/+$/, "")}${path}`, headers, body });
    return answer.kind === "failed" ? answer : { ...answer, body: record(parseJson(answer.body)) };
  }

  return {
    async ask(serviceUrl, tokens, request) {
      const trusted = hosts.trusted(serviceUrl);
      if (trusted === null) {
        const here = isLocalAllowed ? hosts.here(serviceUrl) : null;
        if (here !== null) return once(here, null, request);
        const why =
          "Where this conversation came from is no host of a channel; nothing was sent there. BOTFRAMEWORK_SERVICE_HOSTS adds one.";
        return { kind: "not_asked", delivery: { kind: "never", because: "blocked", why } };
      }
      if (tokens === null) return once(trusted, null, request);
      for (;;) {
        const bearer = await tokens.bearer();
        if (bearer.kind === "stopped") return { kind: "not_asked", delivery: bearer };
        if (bearer.kind === "later")
          return { kind: "not_asked", delivery: { kind: "later", retryAfterMs: TOKEN_AGAIN_MS, holds: "account", why: bearer.why } };
        const answer = await once(trusted, bearer.token, request);
        if (answer.kind === "answered" && answer.status === 401 && tokens.expire(bearer.token)) continue; // once: the next token is new
        return answer;
      }
    },
    async authorization(url, tokens) {
      if (!URL.canParse(url)) return null;
      const { origin, pathname } = new URL(url);
      if (hosts.trusted(origin) === null || !/\/v3\/attachments\//.test(pathname)) return null;
      const bearer = await tokens.bearer();
      return bearer.kind === "token" ? `Bearer ${bearer.token}` : null;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
