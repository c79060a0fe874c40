/** What the desk asks of signing in, and its rules; who answers is loaded when somebody first signs in. */
import type { AgentId, BotName } from "../../model/ids.ts";
import type { Agent } from "../../model/ticket.ts";

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;
/** A plain name or an e-mail address, in small letters. */
export const SignInName = /^[a-z0-9][a-z0-9._-]{0,63}$|^[^\s@"<>()[\]\\,;:]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}$/;

/** Somebody who is signed in, as this request found them. */
export type SignedIn = {
  agent: Agent;
  /** What they sign in with. */
  name: string;
  /** Names the session towards this server only; it is in no answer. */
  session: string;
  csrf: string;
  csrfHolds(given: string | undefined): boolean;
  mustChange: boolean;
  expiresAtMs: number;
  /** `Set-Cookie` headers for the answer. */
  cookies: string[];
};
export type Refused = "wrong" | { waitMs: number };
export type From = { address: string; userAgent: string };

export type SignIn = {
  signIn(name: string, password: string, from: From): Promise<SignedIn | Refused>;
  /** @param cookie the request's own header */
  read(cookie: string | undefined): Promise<SignedIn | null>;
  /** Is this session still open and its agent at work? For streams: it does not keep the session alive. */
  still(session: string): Promise<Agent | null>;
  signOut(session: string): Promise<void>;
  endAll(bot: BotName, agent: AgentId): Promise<void>;
  changePassword(who: SignedIn, old: string, password: string, from: From): Promise<SignedIn | Refused | "same">;
  /** An account for an agent, or a new password for the one they have; ends their sessions. `taken`: the name is somebody else's. */
  oneTimePassword(agent: Agent, name?: string): Promise<{ name: string; password: string } | "taken" | "no_name">;
  /** A cookie that ends the browser's session. */
  clearing: string;
};
