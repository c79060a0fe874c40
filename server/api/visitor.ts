/** Who asks: by a token, by the cookie of a session, or nobody. And whether the door they knock at is theirs. */
import type express from "express";
import type { Agent, AgentRole } from "../../model/ticket.ts";
import type { SignedIn } from "../sign-in/sign-in.ts";
import type { DeskDeps } from "./deps.ts";
import { BAD_CSRF, type Fault, MUST_CHANGE_PASSWORD, NOT_ALLOWED, UNAUTHENTICATED } from "./errors.ts";
import { bearerOf, hashToken } from "./token.ts";

export type Visitor = {
  agent: Agent | null;
  /** How a browser is signed in; null for tokens and for nobody. */
  session: SignedIn | null;
  /** To be sent with the answer: the session was prolonged, or has ended. */
  cookies: string[];
  still(): Promise<Agent | null>;
};

const NOBODY: Visitor = { agent: null, session: null, cookies: [], still: async () => null };

/** A token says who asks, whatever cookie comes with it: no page of somebody else's can send one. */
export async function visitor(deps: DeskDeps, request: express.Request): Promise<Visitor> {
  const token = bearerOf(request.headers.authorization);
  if (token !== null) return byToken(deps, hashToken(token));
  if (request.headers.authorization !== undefined || request.headers.cookie === undefined) return NOBODY;
  const signIn = await deps.signIn();
  const session = await signIn.read(request.headers.cookie);
  if (!session || deps.program(session.agent.bot) === null) return NOBODY;
  return { agent: session.agent, session, cookies: session.cookies, still: () => signIn.still(session.session) };
}

async function byToken(deps: DeskDeps, hash: string): Promise<Visitor> {
  const still = async (): Promise<Agent | null> => {
    const agent = await deps.store.agentByToken(hash);
    return agent && !agent.disabled && deps.program(agent.bot) !== null ? agent : null;
  };
  const agent = await still();
  return agent ? { agent, session: null, cookies: [], still } : NOBODY;
}

type Door = { method: string; roles: AgentRole[] | "anyone" };

/** @returns why this visitor may not pass, or null */
export function admit({ agent, session }: Visitor, { method, roles }: Door, request: express.Request, deps: DeskDeps): Fault | null {
  const changes = method !== "get";
  if (changes && (session || roles === "anyone") && !isOwnOrigin(request, deps)) return BAD_CSRF;
  if (roles === "anyone") return null;
  if (!agent) return UNAUTHENTICATED;
  if (session && changes && !session.csrfHolds(request.get("x-csrf-token"))) return BAD_CSRF;
  if (session?.mustChange) return MUST_CHANGE_PASSWORD;
  return roles.includes(agent.role) ? null : NOT_ALLOWED;
}

/** Browsers name the page that asks. A request without either header comes from no page. */
function isOwnOrigin(request: express.Request, { publicUrl }: DeskDeps): boolean {
  const site = request.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const origin = request.get("origin");
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === request.get("host") || (URL.canParse(publicUrl) && origin === new URL(publicUrl).origin);
}
