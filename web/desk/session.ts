/** Who is signed in here: a session with its cookie, or a token pasted for this tab. */
import { ask, hasToken, keepCsrf, keepToken, onSignedOut, Refused } from "./api.ts";
import { client } from "./data.ts";
import type { SessionAnswer } from "./types.ts";

export type Signed = { kind: "in" } | { kind: "out"; why?: "ended" } | { kind: "must_change"; name: string } | { kind: "unknown" };

let signed: Signed = { kind: "unknown" };
const listeners = new Set<() => void>();

export function getSigned(): Signed {
  return signed;
}

export function onSigned(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

onSignedOut(() => leave("ended"));

/** At the page's start: is there a session still? */
export async function findSession(): Promise<void> {
  if (hasToken()) return set({ kind: "in" });
  try {
    take(await ask<SessionAnswer>("GET", "/session"));
  } catch (error) {
    if (error instanceof Refused && error.status === 401) set({ kind: "out" });
    else setTimeout(() => void findSession(), 1_500);
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  take(await ask<SessionAnswer>("POST", "/session", { name, password }));
}

/** @throws Refused when it is in no use */
export async function signInWithToken(token: string): Promise<void> {
  keepToken(token);
  try {
    await ask("GET", "/me");
    set({ kind: "in" });
  } catch (error) {
    keepToken(null);
    throw error;
  }
}

export async function changePassword(old: string, password: string): Promise<void> {
  take(await ask<SessionAnswer>("POST", "/session/password", { old, password }));
}

export async function signOut(everywhere: boolean): Promise<void> {
  if (!hasToken()) await (everywhere ? ask("POST", "/session/end-all", {}) : ask("DELETE", "/session")).catch(() => {});
  leave();
}

function leave(why?: "ended"): void {
  if (signed.kind === "out") return;
  const wasIn = signed.kind === "in";
  keepCsrf(null);
  keepToken(null);
  client.clear();
  set(why && wasIn ? { kind: "out", why } : { kind: "out" });
}

export function sessionEnded(): void {
  leave("ended");
}

function take(answer: SessionAnswer): void {
  keepCsrf(answer.csrf);
  set(answer.must_change_password ? { kind: "must_change", name: answer.name } : { kind: "in" });
}

function set(next: Signed): void {
  signed = next;
  for (const listener of listeners) listener();
}
