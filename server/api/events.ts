/** What a brand's own systems tell a conversation: an order was shipped, a payment came in. The names and fields are those of the actions file. */
import { z } from "zod";
import type { FieldType } from "../../dialogue/program.ts";
import { address } from "../../model/address.ts";
import type { ConversationId } from "../../model/ids.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { fault, NOT_FOUND } from "./errors.ts";
import { Id, ok, type Route, route } from "./route.ts";

const Part = z.string().regex(/^[^\p{Cc}\s]{1,200}$/u);
const Told = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    conversation: Id.optional(),
    customer: z.strictObject({ channel: Part, account: Part, id: Part }).optional(),
    fields: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), z.json()).default({}),
    /** The sender's name for this happening: told twice, it happens once. */
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/)
      .optional(),
  })
  .refine(
    ({ conversation, customer }) => (conversation === undefined) !== (customer === undefined),
    "either conversation or customer must be given",
  );

/** null when it fits. Text stands for every type that is written as text; the engine reads it as the file says. */
export function misfit(type: FieldType, value: Json): string | null {
  switch (type.kind) {
    case "url":
      return typeof value === "string" && /^https?:\/\//.test(value) ? null : "wants a link";
    case "list": {
      if (!Array.isArray(value)) return "wants a list";
      return value.map((one) => misfit(type.of, one)).find((problem) => problem !== null) ?? null;
    }
    case "map":
      return misfitFields(type.fields, value);
    case "slot":
      switch (type.type) {
        case "integer":
          return Number.isSafeInteger(value) ? null : "wants a whole number";
        case "number":
          return typeof value === "number" ? null : "wants a number";
        case "yes_no":
          return typeof value === "boolean" ? null : "wants true or false";
        case "choices":
          return Array.isArray(value) && value.every((one) => typeof one === "string") ? null : "wants a list of texts";
        case "money":
        case "location":
        case "attachment":
          return typeof value === "number" || isObject(value) ? null : `wants ${type.type}`;
        default:
          return typeof value === "string" && value.length <= 4000 ? null : "wants a text";
      }
  }
}

function misfitFields(fields: Map<string, { type: FieldType; optional: boolean }>, value: Json): string | null {
  if (!isObject(value)) return "wants fields";
  const unknown = Object.keys(value).some((key) => !fields.has(key));
  if (unknown) return `may have only ${[...fields.keys()].join(", ") || "no fields"}`;
  for (const [name, { type, optional }] of fields) {
    const given = Object.hasOwn(value, name) ? value[name]! : null;
    if (given === null) {
      if (!optional) return `wants ${name}`;
      continue;
    }
    const problem = misfit(type, given);
    if (problem) return `${name} ${problem}`;
  }
  return null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const eventRoutes: Route[] = [
  route({
    method: "post",
    path: "/events",
    roles: ["system", "admin"],
    body: Told,
    async answer(deps, { agent, body, key: header }) {
      const program = deps.program(agent.bot)!;
      const fields = program.events.get(body.name);
      if (!fields) return fault(404, "not_found", "The actions file declares no such event.", { events: [...program.events.keys()] });
      const problem = misfitFields(fields, body.fields);
      if (problem) return fault(422, "bad_fact", `The fields do not fit: ${problem}.`);
      const key = body.key === undefined ? header : `${agent.id}:${body.key}`;
      if (key === undefined) return fault(400, "bad_request", "Give a `key` or an `Idempotency-Key`, so that telling twice is harmless.");
      const { customer } = body;
      if (customer && !program.bot.channels.some(({ channel, account }) => channel === customer.channel && account === customer.account))
        return fault(404, "not_found", "This bot has no such account.");
      const to = customer ? address(customer.channel, customer.account, customer.id) : (body.conversation as ConversationId);
      const told = await deps.tell(agent.bot, to, body.name, body.fields, key);
      if (!told) return NOT_FOUND;
      if (told.kind === "duplicate")
        return { status: 202, body: { conversation_id: told.conversation }, headers: { "Idempotent-Replayed": "true" } };
      return ok({ conversation_id: told.conversation, seq: told.seq }, 202);
    },
  }),
];
