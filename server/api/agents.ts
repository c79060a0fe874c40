/** The people of the desk and the brand's own systems: who they are, what they may do, and their tokens. */
import { z } from "zod";
import { queueView } from "../../handoff/route.ts";
import type { AgentId, QueueName } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Agent } from "../../model/ticket.ts";
import type { DeskDeps } from "./deps.ts";
import { fault, NOT_ALLOWED, NOT_FOUND } from "./errors.ts";
import { ADMINS, Id, OVERSEERS, ok, PEOPLE, type Route, route } from "./route.ts";
import { seesAll } from "./scope.ts";
import { iso } from "./ticket-json.ts";
import { hashToken, newToken } from "./token.ts";

const Name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, "has characters that cannot be seen");
const Role = z.enum(["agent", "supervisor", "admin", "system"]);
const Skills = z.array(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)).max(100);
const Languages = z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)).max(50);
const Capacity = z.int().min(0).max(100);

function agentJson(agent: Agent): JsonObject {
  const { bot: _bot, ...shown } = agent;
  return shown as unknown as JsonObject;
}

/** Whoever leaves for good leaves no customer behind: what they had goes back to its queue, with its age. */
async function takeBack({ store, road }: DeskDeps, { bot, id }: Agent): Promise<void> {
  const theirs = await store.tickets({ bot, states: ["claimed", "snoozed"], agent: id, limit: 1_000 });
  for (const { conversation } of theirs) await road.control({ bot, conversation, control: { kind: "requeued", agent: null, why: "away" } });
}

export const agentRoutes: Route[] = [
  route({
    method: "get",
    path: "/me",
    roles: PEOPLE,
    async answer(deps, { agent }) {
      const program = deps.program(agent.bot)!;
      const nowMs = deps.clock.nowMs();
      const [agents, waiting, feedEnd] = await Promise.all([
        deps.store.agents(agent.bot),
        deps.store.waitingByQueue(agent.bot),
        deps.store.feedEnd(agent.bot),
      ]);
      const queues = [...program.bot.queues.values()]
        .filter((queue) => seesAll(agent) || agent.queues.includes(queue.name as QueueName))
        .map((queue) => {
          const here = waiting[queue.name as QueueName];
          const view = queueView(queue, { agents, waiting: here?.waiting ?? 0, nowMs });
          return {
            name: queue.name,
            open: view.open,
            staffed: view.staffed,
            opens_at: iso(view.opensAtMs),
            waiting: view.waiting,
            oldest_at: iso(here?.oldestMs ?? null),
            wait_estimate_s: view.estimateMs === null ? null : Math.round(view.estimateMs / 1000),
          };
        });
      return ok({ agent: agentJson(agent), bot: { name: program.bot.name, title: program.bot.title }, queues, feed_end: feedEnd });
    },
  }),
  route({
    method: "get",
    path: "/agents",
    roles: OVERSEERS,
    async answer(deps, { agent }) {
      return ok({ agents: (await deps.store.agents(agent.bot)).map(agentJson) });
    },
  }),
  route({
    method: "post",
    path: "/agents",
    roles: ADMINS,
    body: z.strictObject({
      name: Name,
      role: Role.default("agent"),
      queues: z.array(Id).max(100).default([]),
      skills: Skills.default([]),
      languages: Languages.default([]),
      capacity: Capacity.default(3),
    }),
    async answer(deps, { agent, body }) {
      const queues = body.queues as QueueName[];
      const unknown = queues.find((name) => !deps.program(agent.bot)!.bot.queues.has(name));
      if (unknown !== undefined)
        return fault(404, "no_such_queue", "There is no such queue.", { queues: [...deps.program(agent.bot)!.bot.queues.keys()] });
      const token = newToken();
      const capacity = body.role === "system" ? 0 : body.capacity;
      const made: Agent = {
        id: deps.ids.next("ag") as AgentId,
        bot: agent.bot,
        ...body,
        queues,
        capacity,
        away: body.role === "system",
        disabled: false,
      };
      await deps.store.saveAgent(made, hashToken(token));
      deps.agentsChanged?.(agent.bot);
      return ok({ agent: agentJson(made), token }, 201);
    },
  }),
  route({
    method: "patch",
    path: "/agents/:id",
    roles: PEOPLE,
    body: z.strictObject({
      name: Name.optional(),
      role: Role.optional(),
      queues: z.array(Id).max(100).optional(),
      skills: Skills.optional(),
      languages: Languages.optional(),
      capacity: Capacity.optional(),
      away: z.boolean().optional(),
      disabled: z.boolean().optional(),
    }),
    async answer(deps, { agent, id, body }) {
      const itself = id === "me" || id === agent.id;
      const onlyAway = Object.keys(body).every((key) => key === "away");
      if (agent.role !== "admin" && !(itself && onlyAway)) return itself || agent.role === "supervisor" ? NOT_ALLOWED : NOT_FOUND;
      // An admin who shuts themself out may be the last one.
      if (itself && (body.disabled === true || (body.role !== undefined && body.role !== "admin" && agent.role === "admin")))
        return fault(409, "not_allowed", "Let another admin do this to you.");
      const known = (await deps.store.agents(agent.bot)).find((one) => one.id === (itself ? agent.id : id));
      if (!known) return NOT_FOUND;
      const unknown = body.queues?.find((name) => !deps.program(agent.bot)!.bot.queues.has(name));
      if (unknown !== undefined)
        return fault(404, "no_such_queue", "There is no such queue.", { queues: [...deps.program(agent.bot)!.bot.queues.keys()] });
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const changed = { ...known, ...given } as Agent;
      await deps.store.saveAgent(changed, null);
      deps.agentsChanged?.(agent.bot);
      deps.live.peopleChanged(agent.bot);
      if (changed.disabled && !known.disabled) {
        await (await deps.signIn()).endAll(changed.bot, changed.id);
        await takeBack(deps, changed);
      }
      return ok({ agent: agentJson(changed) });
    },
  }),
  route({
    method: "post",
    path: "/agents/:id/token",
    roles: ADMINS,
    body: z.strictObject({}),
    async answer(deps, { agent, id }) {
      const known = (await deps.store.agents(agent.bot)).find((one) => one.id === (id === "me" ? agent.id : id));
      if (!known) return NOT_FOUND;
      const token = newToken();
      await deps.store.saveAgent(known, hashToken(token)); // the old one ends here
      deps.live.peopleChanged(agent.bot);
      return ok({ agent: agentJson(known), token }, 201);
    },
  }),
];
