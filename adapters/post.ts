/** One request to the platform through the pool, answered as a value: what came back, or whether it may have arrived. */
import type { Dispatcher } from "undici";
import Pool from "undici/lib/dispatcher/pool.js";

export type Answer =
  | { kind: "answered"; status: number; headers: Record<string, string | string[] | undefined>; body: string }
  /** `left`: did the request leave on a connection? Only then may the platform have acted on it. */
  | { kind: "failed"; left: boolean; why: string };

export type Call = { method: "POST" | "GET" | "DELETE"; path: string; headers: string[]; body?: string | Buffer | undefined };

/** Connections to one platform, each with one request at a time, so that a lost one says which line is in doubt. */
export function openPool(origin: string, connections: number, timeoutMs: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    connectTimeout: Math.min(5_000, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 120_000,
  });
}

/** An answer of a platform is a few hundred bytes; what is larger is not read on. */
const ANSWER_MAX_BYTES = 1_048_576;

/** Never rejects. The low-level call, because `request` costs twice as much per send. */
export function call(pool: Pool, { method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve) => {
    let left = false;
    let status = 0;
    let answered: Record<string, string | string[] | undefined> = {};
    let only: Buffer | null = null;
    let chunks: Buffer[] | null = null;
    let bytes = 0;
    const fail = (error: unknown) => {
      const code = (error as { code?: unknown }).code;
      const why = typeof code === "string" ? code : error instanceof Error ? error.name : "error";
      resolve({ kind: "failed", left, why });
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {
        left = true;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        answered = received;
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        if (bytes > ANSWER_MAX_BYTES) controller.abort(new Error("The answer is too large."));
        else if (only === null) only = chunk;
        else {
          chunks ??= [only];
          chunks.push(chunk);
        }
      },
      onResponseEnd() {
        const whole = chunks !== null ? Buffer.concat(chunks) : only;
        resolve({ kind: "answered", status, headers: answered, body: whole === null ? "" : whole.toString("utf8") });
      },
      onResponseError(_controller, error) {
        fail(error);
      },
    };
    try {
      pool.dispatch({ method, path, headers, body: body ?? null }, handler);
    } catch (error) {
      fail(error);
    }
  });
}
