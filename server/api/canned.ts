/** Canned replies: written once by supervisors, found by a few letters, filled in with what is known of the customer. */
import { z } from "zod";
import type { CannedReply } from "../../model/desk-shelf.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { fault, NOT_FOUND } from "./errors.ts";
import { Id, OVERSEERS, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor } from "./scope.ts";
import { nameOf } from "./ticket-rows.ts";
import { LIMIT } from "./tickets.ts";

const KEPT_MAX = 2_000;

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "has other signs than a-z, 0-9 and -");
const Title = z.string().trim().min(1).max(120);
const Language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/);
const Texts = z.record(Language, z.string().trim().min(1).max(4_000)).refine((texts) => Object.keys(texts).length > 0, "has no text");

type Filled = Record<string, string | null>;

async function known(deps: DeskDeps, agent: Agent, id: string | undefined): Promise<{ language: string | null; filled: Filled } | null> {
  const mine: Filled = { "agent.name": agent.name };
  if (id === undefined) return { language: null, filled: mine };
  const sight = await conversationFor(deps, agent, id);
  if (!sight) return null;
  const fields = await deps.store.customer(agent.bot, sight.conversation.person);
  const text = (name: string): string | null => (typeof fields[name] === "string" && fields[name] !== "" ? (fields[name] as string) : null);
  const filled = {
    ...mine,
    "customer.first_name": text("first_name"),
    "customer.last_name": text("last_name"),
    "customer.name": nameOf(fields),
  };
  return { language: sight.conversation.session.language ?? null, filled };
}

/** What is not known is left as it was written: the agent sees the gap before the customer does. */
function fill(text: string, filled: Filled): string {
  return text.replace(/\{\{\s*([a-z_.]{1,40})\s*\}\}/g, (gap, name: string) => (Object.hasOwn(filled, name) ? (filled[name] ?? gap) : gap));
}

function shown(reply: CannedReply, language: string | null, filled: Filled): JsonObject {
  const languages = Object.keys(reply.texts);
  const chosen =
    languages.find((one) => one === language) ?? languages.find((one) => one.split("-")[0] === language?.split("-")[0]) ?? languages[0]!;
  return { ...reply, language: chosen, text: fill(reply.texts[chosen]!, filled) };
}

/** Every word asked for stands in it; those whose name begins with the words come first. */
function found(replies: CannedReply[], q: string): CannedReply[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...replies].sort((a, b) => (a.name < b.name ? -1 : 1));
  const scored = replies.flatMap((reply) => {
    const whole = `${reply.name} ${reply.title} ${Object.values(reply.texts).join(" ")}`.toLowerCase();
    if (!words.every((word) => whole.includes(word))) return [];
    const score = reply.name.startsWith(words[0]!) ? 0 : reply.title.toLowerCase().includes(words[0]!) ? 1 : 2;
    return [{ reply, score }];
  });
  return scored.sort((a, b) => a.score - b.score || (a.reply.name < b.reply.name ? -1 : 1)).map(({ reply }) => reply);
}

export const cannedRoutes: Route[] = [
  route({
    method: "get",
    path: "/canned",
    roles: PEOPLE,
    query: z.strictObject({
      q: z.string().max(100).default(""),
      language: Language.optional(),
      conversation: Id.optional(),
      limit: LIMIT.default(20),
    }),
    async answer(deps, { agent, query }) {
      const about = await known(deps, agent, query.conversation);
      if (!about) return NOT_FOUND;
      const replies = found(await deps.store.canned(agent.bot), query.q).slice(0, query.limit);
      return ok({ canned: replies.map((reply) => shown(reply, query.language ?? about.language, about.filled)) });
    },
  }),
  route({
    method: "post",
    path: "/canned",
    roles: OVERSEERS,
    body: z.strictObject({ name: Name, title: Title, texts: Texts }),
    async answer(deps, { agent, body }) {
      const all = await deps.store.canned(agent.bot);
      if (all.some((one) => one.name === body.name)) return fault(409, "name_taken", "There is a canned reply of this name.");
      if (all.length >= KEPT_MAX) return fault(413, "too_large", `At most ${KEPT_MAX} canned replies are kept.`);
      const reply = { id: deps.ids.next("cr"), ...body };
      await deps.store.saveCanned(agent.bot, reply);
      return ok(reply, 201);
    },
  }),
  route({
    method: "patch",
    path: "/canned/:id",
    roles: OVERSEERS,
    body: z.strictObject({ name: Name.optional(), title: Title.optional(), texts: Texts.optional() }),
    async answer(deps, { agent, id, body }) {
      const all = await deps.store.canned(agent.bot);
      const before = all.find((one) => one.id === id);
      if (!before) return NOT_FOUND;
      if (all.some((one) => one.name === body.name && one.id !== id))
        return fault(409, "name_taken", "There is a canned reply of this name.");
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const reply = { ...before, ...given } as CannedReply;
      await deps.store.saveCanned(agent.bot, reply);
      return ok(reply);
    },
  }),
  route({
    method: "delete",
    path: "/canned/:id",
    roles: OVERSEERS,
    async answer(deps, { agent, id }) {
      return (await deps.store.removeCanned(agent.bot, id)) ? ok({}) : NOT_FOUND;
    },
  }),
];
