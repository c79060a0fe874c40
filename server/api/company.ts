/** Agents beside each other on a conversation: who looks and who writes, and what each has begun to write. */
import { z } from "zod";
import type { BotName, ConversationId } from "../../model/ids.ts";
import type { JsonObject } from "../../model/json.ts";
import type { DeskDeps } from "./deps.ts";
import { NOT_FOUND } from "./errors.ts";
import { PRESENT_STATES } from "./live.ts";
import { uploadJson } from "./media.ts";
import { Id, ok, PEOPLE, type Route, route } from "./route.ts";
import { conversationFor } from "./scope.ts";
import { iso } from "./ticket-json.ts";

/** A platform counts each call: what was seen is said no more often than this. */
const SEEN_MS = 5_000;
const SEEN_MAX = 2_000;
const DRAFT_MAX = 20_000;

const Draft = z.string().max(DRAFT_MAX);
const Count = z.int().min(0).nullable().default(null);

export function companyRoutes(): Route[] {
  const seenAtMs = new Map<string, number>();

  function showSeen(deps: DeskDeps, bot: BotName, conversation: ConversationId): void {
    const key = `${bot} ${conversation}`;
    const nowMs = deps.clock.nowMs();
    if (nowMs - (seenAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < SEEN_MS) return;
    if (seenAtMs.size >= SEEN_MAX) seenAtMs.clear();
    seenAtMs.set(key, nowMs);
    deps.seen(bot, conversation);
  }

  return [
    route({
      method: "put",
      path: "/conversations/:id/presence",
      roles: PEOPLE,
      body: z.strictObject({ tab: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), state: z.enum([...PRESENT_STATES, "gone"]) }),
      async answer(deps, { agent, id, body }) {
        const sight = await conversationFor(deps, agent, id);
        if (!sight) return NOT_FOUND;
        const { conversation } = sight;
        deps.live.be(agent.bot, conversation.id, agent.id, body.tab, body.state);
        if (conversation.agent === agent.id) {
          if (body.state === "writing") deps.typing(agent.bot, conversation.id);
          if (body.state === "looking") showSeen(deps, agent.bot, conversation.id);
        }
        const agents = await deps.store.agents(agent.bot);
        return ok({ people: peopleWith(deps, agent.bot, conversation.id, agents) });
      },
    }),
    route({
      method: "get",
      path: "/conversations/:id/draft",
      roles: PEOPLE,
      async answer(deps, { agent, id }) {
        const sight = await conversationFor(deps, agent, id);
        if (!sight) return NOT_FOUND;
        const draft = await deps.store.draft(agent.bot, agent.id, sight.conversation.id);
        if (!draft) return ok({ reply: "", note: "", epoch: null, seq: null, attachments: [], files: [], at: null });
        const { atMs, ...rest } = draft;
        const uploads = await Promise.all(draft.attachments.map((upload) => deps.store.upload(agent.bot, upload)));
        return ok({ ...rest, files: uploads.flatMap((one) => (one?.agent === agent.id ? [uploadJson(one)] : [])), at: iso(atMs) });
      },
    }),
    route({
      method: "put",
      path: "/conversations/:id/draft",
      roles: PEOPLE,
      body: z.strictObject({
        reply: Draft.default(""),
        note: Draft.default(""),
        epoch: Count,
        seq: Count,
        attachments: z.array(Id).max(4).default([]),
      }),
      async answer(deps, { agent, id, body }) {
        const sight = await conversationFor(deps, agent, id);
        if (!sight) return NOT_FOUND;
        const isEmpty = body.reply === "" && body.note === "" && body.attachments.length === 0;
        const atMs = deps.clock.nowMs();
        await deps.store.saveDraft(agent.bot, agent.id, sight.conversation.id, isEmpty ? null : { ...body, atMs });
        return ok({ at: iso(atMs) });
      },
    }),
  ];
}

export function peopleWith(
  deps: DeskDeps,
  bot: BotName,
  conversation: ConversationId,
  agents: { id: string; name: string }[],
): JsonObject[] {
  return deps.live
    .with(bot, conversation)
    .map(({ agent, state }) => ({ agent, name: agents.find(({ id }) => id === agent)?.name ?? agent, state }));
}
