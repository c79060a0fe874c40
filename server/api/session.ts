/** Signing in and out of the desk, and the password one signs in with. */
import { z } from "zod";
import type { JsonObject } from "../../model/json.ts";
import { PASSWORD_MAX, PASSWORD_MIN, type SignedIn, SignInName } from "../sign-in/sign-in.ts";
import type { DeskDeps } from "./deps.ts";
import { BAD_CSRF, type Fault, fault, NOT_FOUND, UNAUTHENTICATED, WRONG_SIGN_IN } from "./errors.ts";
import { ADMINS, ANYONE, type Call, ok, type Reply, type Route, route } from "./route.ts";

const Given = z.string().min(1).max(1_000);

function sessionJson({ agent, name, csrf, mustChange, expiresAtMs }: SignedIn): JsonObject {
  return {
    agent: { id: agent.id, name: agent.name, role: agent.role },
    name,
    csrf,
    must_change_password: mustChange,
    expires_at: new Date(expiresAtMs).toISOString(),
  };
}

function entered(who: SignedIn): Reply {
  return { status: 200, body: sessionJson(who), cookies: who.cookies };
}

function tooOften(waitMs: number): Fault & { headers: Record<string, string> } {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return {
    ...fault(429, "rate_limited", "Too many tries. Wait a little.", { retry_after_s: seconds }),
    headers: { "Retry-After": String(seconds) },
  };
}

function fromOf({ request }: Call): { address: string; userAgent: string } {
  return { address: request.ip ?? "", userAgent: request.get("user-agent") ?? "" };
}

/** These rows are for anyone, so that a one-time password passes: who is signed in is looked at here. */
function session({ visitor, request }: Call): SignedIn | Fault {
  if (!visitor.session) return UNAUTHENTICATED;
  return visitor.session.csrfHolds(request.get("x-csrf-token")) ? visitor.session : BAD_CSRF;
}

async function signOut(deps: DeskDeps, call: Call, everywhere: boolean): Promise<Reply | Fault> {
  const who = session(call);
  if ("code" in who) return who;
  const signIn = await deps.signIn();
  if (everywhere) await signIn.endAll(who.agent.bot, who.agent.id);
  else await signIn.signOut(who.session);
  deps.live.peopleChanged(who.agent.bot);
  return { status: 200, body: {}, cookies: [signIn.clearing] };
}

export const sessionRoutes: Route[] = [
  route({
    method: "post",
    path: "/session",
    roles: ANYONE,
    body: z.strictObject({ name: Given, password: Given }),
    async answer(deps, call) {
      const signIn = await deps.signIn();
      const who = await signIn.signIn(call.body.name, call.body.password, fromOf(call));
      if (who === "wrong") return WRONG_SIGN_IN;
      if ("waitMs" in who) return tooOften(who.waitMs);
      if (deps.program(who.agent.bot) === null) return WRONG_SIGN_IN;
      if (call.visitor.session) await signIn.signOut(call.visitor.session.session); // what this browser had before ends here
      return entered(who);
    },
  }),
  route({
    method: "get",
    path: "/session",
    roles: ANYONE,
    async answer(_deps, { visitor }) {
      return visitor.session ? ok(sessionJson(visitor.session)) : UNAUTHENTICATED;
    },
  }),
  route({ method: "delete", path: "/session", roles: ANYONE, answer: (deps, call) => signOut(deps, call, false) }),
  route({
    method: "post",
    path: "/session/end-all",
    roles: ANYONE,
    body: z.strictObject({}),
    answer: (deps, call) => signOut(deps, call, true),
  }),
  route({
    method: "post",
    path: "/session/password",
    roles: ANYONE,
    body: z.strictObject({ old: Given, password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX) }),
    async answer(deps, call) {
      const who = session(call);
      if ("code" in who) return who;
      const signIn = await deps.signIn();
      const changed = await signIn.changePassword(who, call.body.old, call.body.password, fromOf(call));
      if (changed === "wrong") return WRONG_SIGN_IN;
      if (changed === "same") return fault(400, "bad_request", "The new password is the old one.");
      if ("waitMs" in changed) return tooOften(changed.waitMs);
      deps.live.peopleChanged(who.agent.bot);
      return entered(changed);
    },
  }),
  route({
    method: "post",
    path: "/agents/:id/password",
    roles: ADMINS,
    body: z.strictObject({
      name: z.string().trim().toLowerCase().max(254).regex(SignInName, "is neither an e-mail address nor a plain name").optional(),
    }),
    async answer(deps, { agent, id, body }) {
      const known = (await deps.store.agents(agent.bot)).find((one) => one.id === (id === "me" ? agent.id : id));
      if (!known || known.role === "system") return NOT_FOUND;
      const signIn = await deps.signIn();
      const made = await signIn.oneTimePassword(known, body.name);
      if (made === "no_name") return fault(400, "bad_request", "Say the `name` that they will sign in with.");
      if (made === "taken") return fault(409, "name_taken", "Somebody else signs in with this name.");
      deps.live.peopleChanged(agent.bot);
      return ok({ agent: known.id, ...made }, 201);
    },
  }),
];
