/** Welcome messages of the older endpoints: kept, and one of them shown by a rule to whoever opens the conversation. */
import { record, text, type Wire } from "../../wire.ts";
import { invalidRequest, noContent, type TwinAnswer } from "./answers.ts";

type Welcome = { id: string; name: string | null; created_timestamp: string; message_data: Wire };
type Rule = { id: string; created_timestamp: string; welcome_message_id: string };
export type Welcomes = { messages: Welcome[]; rules: Rule[]; nextId(): string; nowMs(): number };

/** @returns null: another endpoint */
export function welcome(
  welcomes: Welcomes,
  { method, path, query }: { method: string; path: string; query: [string, string][] },
  json: () => Wire | undefined,
): TwinAnswer | null {
  const [, verb] = /^\/1\.1\/direct_messages\/welcome_messages\/((?:rules\/)?(?:new|list|destroy))\.json$/.exec(path) ?? [];
  if (verb === undefined) return null;
  const { messages, rules, nextId } = welcomes;
  const id = query.find(([key]) => key === "id")?.[1];
  const created_timestamp = String(welcomes.nowMs());
  switch (`${method} ${verb}`) {
    case "POST new": {
      const given = record(json()?.welcome_message);
      const message_data = record(given?.message_data);
      if (message_data === undefined || text(message_data.text) === undefined) return invalidRequest("message_data.text is required.");
      const made = { id: nextId(), name: text(given?.name) ?? null, created_timestamp, message_data };
      messages.push(made);
      const { name, ...welcome_message } = made;
      return { status: 200, body: { welcome_message, ...(name === null ? {} : { name }) } };
    }
    case "GET list":
      return { status: 200, body: { welcome_messages: messages } };
    case "DELETE destroy":
      welcomes.messages = messages.filter((one) => one.id !== id);
      return noContent();
    case "POST rules/new": {
      const welcome_message_id = text(record(json()?.welcome_message_rule)?.welcome_message_id) ?? "";
      if (!messages.some((one) => one.id === welcome_message_id)) return invalidRequest("There is no such welcome message.");
      if (rules.length > 0) return invalidRequest("There is a rule already; destroy it first.");
      const made = { id: nextId(), created_timestamp, welcome_message_id };
      rules.push(made);
      return { status: 200, body: { welcome_message_rule: made } };
    }
    case "GET rules/list":
      return { status: 200, body: { welcome_message_rules: rules } };
    case "DELETE rules/destroy":
      welcomes.rules = rules.filter((one) => one.id !== id);
      return noContent();
    default:
      return null;
  }
}
