/** How people sign in: better-auth hashes passwords and keeps sessions, our store keeps its rows, and an account always names an agent. */
import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { betterAuth } from "better-auth/minimal";
import type { Clock } from "../../model/clock.ts";
import type { AgentId, BotName } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";
import type { Agent } from "../../model/ticket.ts";
import { createTries } from "./limits.ts";
import { type From, PASSWORD_MAX, PASSWORD_MIN, type SignedIn, type SignIn } from "./sign-in.ts";
import { signInTables } from "./tables.ts";

const IDLE_S = 12 * 60 * 60;
const ABSOLUTE_S = 7 * 24 * 60 * 60;
const REFRESH_S = 60;
const LATELY_MS = 3_000;
const LATELY_MAX = 2_000;

export type SignInOptions = {
  store: Store;
  clock: Clock;
  secret: string;
  /** Is the desk reached by https? Then the cookie is for this host alone, and never sent in the clear. */
  isHttps: boolean;
  idleS?: number;
  absoluteS?: number;
};

type User = { id: string; email: string; name: string; bot: string; agent: string; mustChange: boolean };
type Session = { userId: string; token: string; createdAt: Date; expiresAt: Date };

export function createSignIn({ store, clock, secret, isHttps, idleS = IDLE_S, absoluteS = ABSOLUTE_S }: SignInOptions): SignIn {
  const cookieName = isHttps ? "__Host-baton" : "baton";
  const attributes = { httpOnly: true, sameSite: "lax" as const, path: "/", secure: isHttps };
  const auth = betterAuth({
    database: signInTables(store),
    secret: createHmac("sha256", secret).update("sign-in").digest("base64url"),
    baseURL: isHttps ? "https://localhost" : "http://localhost", // it answers no requests of its own
    telemetry: { enabled: false },
    rateLimit: { enabled: false }, // ours also counts what never reaches it
    logger: { disabled: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_MIN, maxPasswordLength: PASSWORD_MAX },
    session: { expiresIn: idleS, updateAge: Math.min(REFRESH_S, idleS / 4) },
    user: {
      additionalFields: {
        bot: { type: "string", input: false },
        agent: { type: "string", input: false },
        mustChange: { type: "boolean", input: false, defaultValue: false },
      },
    },
    advanced: {
      useSecureCookies: false, // the prefix and `Secure` are our own, since `__Host-` is stricter
      cookies: { session_token: { name: cookieName, attributes } },
      disableOriginCheck: true, // ours stands before every route
    },
  });
  const tries = createTries();
  /** Cookies looked at within the last seconds: a screen asks many things at once. */
  const lately = new Map<string, { session: Session; user: User; untilMs: number }>();
  const latelyMs = Math.min(LATELY_MS, idleS * 50);
  let ended = 0;

  async function agentOf(user: User): Promise<Agent | null> {
    const agent = (await store.agents(user.bot as BotName)).find((one) => one.id === user.agent);
    return agent && !agent.disabled && agent.role !== "system" ? agent : null;
  }

  function isOver(session: Session): boolean {
    const nowMs = clock.nowMs();
    return session.expiresAt.getTime() <= nowMs || session.createdAt.getTime() + absoluteS * 1000 <= nowMs;
  }

  function signedIn(agent: Agent, user: User, session: Session, cookies: string[]): SignedIn {
    const csrf = csrfOf(session.token);
    return {
      agent,
      name: shownName(user.email),
      session: session.token,
      csrf,
      csrfHolds: (given) => same(csrf, given ?? ""),
      mustChange: user.mustChange,
      expiresAtMs: Math.min(session.expiresAt.getTime(), session.createdAt.getTime() + absoluteS * 1000),
      cookies,
    };
  }

  const csrfOf = (session: string) => createHmac("sha256", secret).update(`csrf ${session}`).digest("base64url");

  async function userOf(bot: BotName, agent: AgentId): Promise<User | null> {
    const rows = await store.signInRows("user", "all");
    const row = rows.find(({ body }) => body.bot === bot && body.agent === agent);
    return (row?.body as User | undefined) ?? null;
  }

  /** What was just checked becomes a session of its own: nobody's earlier cookie lives on in it. */
  async function enter(name: string, password: string, from: From): Promise<SignedIn | "wrong"> {
    const headers = new Headers({ "user-agent": from.userAgent.slice(0, 200), "x-forwarded-for": from.address });
    const response = await auth.api
      .signInEmail({ body: { email: innerName(name), password }, headers, asResponse: true })
      .catch(() => null);
    if (!response?.ok) return "wrong";
    const cookies = response.headers.getSetCookie();
    const who = await read(cookieHeader(cookies));
    if (who) return { ...who, cookies };
    return "wrong";
  }

  async function read(cookie: string | undefined): Promise<SignedIn | null> {
    if (!cookie?.includes(`${cookieName}=`)) return null;
    const known = lately.get(cookie);
    const found = known && known.untilMs > clock.monotonicMs() ? { ...known, cookies: [] } : await look(cookie);
    if (!found) return null;
    const { session, user } = found;
    const agent = isOver(session) ? null : await agentOf(user);
    if (!agent) {
      await signOut(session.token);
      return null;
    }
    return signedIn(agent, user, session, found.cookies);
  }

  async function look(cookie: string): Promise<{ session: Session; user: User; cookies: string[] } | null> {
    const began = ended;
    const found = await auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true }).catch(() => null);
    if (!found?.response) return null;
    const { session, user } = found.response as unknown as { session: Session; user: User };
    if (lately.size >= LATELY_MAX) lately.clear();
    if (began === ended) lately.set(cookie, { session, user, untilMs: clock.monotonicMs() + latelyMs });
    return { session, user, cookies: found.headers.getSetCookie() };
  }

  /** A session or account has changed: this process is the only one that writes them, so nobody is let in by an earlier look. */
  function forget(): void {
    ended++;
    lately.clear();
  }

  async function signOut(session: string): Promise<void> {
    await (await auth.$context).internalAdapter.deleteSession(session);
    forget();
  }

  async function endAll(bot: BotName, agent: AgentId): Promise<void> {
    const user = await userOf(bot, agent);
    if (user) await (await auth.$context).internalAdapter.deleteUserSessions(user.id);
    forget();
  }

  return {
    async signIn(given, password, from) {
      const name = given.trim().toLowerCase();
      const waitMs = await tries.take(name.slice(0, 100), from.address);
      if (waitMs !== null) return { waitMs };
      const who = await enter(name, password, from);
      if (who !== "wrong") await tries.forgive(name.slice(0, 100), from.address);
      return who;
    },
    read,
    async still(token) {
      const [row] = await store.signInRows("session", { key: token });
      if (!row) return null;
      const [user] = await store.signInRows("user", { id: String(row.body.userId) });
      const session = { createdAt: new Date(String(row.body.createdAt)), expiresAt: new Date(String(row.body.expiresAt)) } as Session;
      return user && !isOver(session) ? agentOf(user.body as User) : null;
    },
    signOut,
    endAll,
    async changePassword(who, old, password, from) {
      const waitMs = await tries.take(who.name, from.address);
      if (waitMs !== null) return { waitMs };
      const context = await auth.$context;
      const user = await userOf(who.agent.bot, who.agent.id);
      const account = user && (await context.internalAdapter.findAccounts(user.id)).find((one) => one.providerId === "credential");
      if (!user || !account?.password || !(await context.password.verify({ hash: account.password, password: old }))) return "wrong";
      if (old === password) return "same";
      await context.internalAdapter.updatePassword(user.id, await context.password.hash(password));
      await context.internalAdapter.updateUser(user.id, { mustChange: false });
      await context.internalAdapter.deleteUserSessions(user.id);
      forget();
      await tries.forgive(who.name, from.address);
      return enter(who.name, password, from);
    },
    async oneTimePassword(agent, given) {
      const context = await auth.$context;
      const password = oneTime();
      const hash = await context.password.hash(password);
      const known = await userOf(agent.bot, agent.id);
      const name = given?.trim().toLowerCase() ?? (known ? shownName(known.email) : null);
      if (name === null) return "no_name";
      const holder = (await store.signInRows("user", { key: innerName(name) }))[0];
      if (holder && holder.id !== known?.id) return "taken";
      if (known) {
        await context.internalAdapter.updateUser(known.id, { email: innerName(name), mustChange: true });
        await context.internalAdapter.updatePassword(known.id, hash);
        await context.internalAdapter.deleteUserSessions(known.id);
        forget();
        return { name, password };
      }
      const user = await context.internalAdapter.createUser(
        { email: innerName(name), name: agent.name, emailVerified: true, bot: agent.bot, agent: agent.id, mustChange: true },
        { method: "email-password" } as never,
      );
      await context.internalAdapter.linkAccount({ userId: user.id, providerId: "credential", accountId: user.id, password: hash });
      return { name, password };
    },
    clearing: `${cookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${isHttps ? "; Secure" : ""}`,
  };
}

/** The library knows people by e-mail; a plain name becomes one at a place that can never be (RFC 2606). */
const NOWHERE = "@sign-in.invalid";
const innerName = (name: string) => (name.includes("@") ? name : `${name}${NOWHERE}`);
const shownName = (email: string) => (email.endsWith(NOWHERE) ? email.slice(0, -NOWHERE.length) : email);

/** Letters that nobody takes for another; 26^20 of them in all but three. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz";

function oneTime(): string {
  const group = () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookieHeader(setCookies: string[]): string {
  return setCookies.map((one) => one.split(";")[0]).join("; ");
}
