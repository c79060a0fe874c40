/** Calls of the chat's door: an answer as a value, so that who asks decides whether it is worth another try. */
export type Answer<T> =
  | { ok: true; body: T }
  /** Decided against: asking again changes nothing. */
  | { ok: false; kind: "refused"; status: number; code: string; message: string }
  /** Later may help; `waitMs` where the server said how long. */
  | { ok: false; kind: "later"; waitMs: number | null };

export type Api = {
  base: string;
  get<T>(path: string, token?: string | null): Promise<Answer<T>>;
  post<T>(path: string, body: unknown, token?: string | null): Promise<Answer<T>>;
  upload<T>(path: string, file: Blob, token: string): Promise<Answer<T>>;
};

const PATIENCE_MS = 20_000;
const UPLOAD_MS = 120_000;

/** @param base where the door is, e.g. `https://bot.example.com/chat/v1/alder` */
export function openApi(base: string): Api {
  async function ask<T>(path: string, init: RequestInit, token: string | null | undefined, patienceMs = PATIENCE_MS): Promise<Answer<T>> {
    try {
      const headers = { ...(init.headers as Record<string, string>), ...(token ? { authorization: `Bearer ${token}` } : {}) };
      const signal = AbortSignal.timeout(patienceMs);
      const response = await fetch(base + path, {
        ...init,
        headers,
        signal,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "origin",
      });
      const body = await response.json().catch(() => null);
      if (response.ok && body !== null) return { ok: true, body: body as T };
      if (response.status === 429 || response.status >= 500) {
        const seconds = Number(response.headers.get("retry-after"));
        return { ok: false, kind: "later", waitMs: seconds > 0 ? seconds * 1_000 : null };
      }
      const { code = "unknown", message = "" } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
      return { ok: false, kind: "refused", status: response.status, code, message };
    } catch {
      return { ok: false, kind: "later", waitMs: null };
    }
  }
  const JSON_TYPE = { "content-type": "application/json" };
  return {
    base,
    get: (path, token) => ask(path, {}, token),
    post: (path, body, token) => ask(path, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) }, token),
    upload: (path, file, token) => ask(path, { method: "POST", headers: { "content-type": file.type }, body: file }, token, UPLOAD_MS),
  };
}
