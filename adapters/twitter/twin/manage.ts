/** What an operator sets up at X: the webhook's address and its check, and which events of which account go there. */
import { list, record, text, type Wire } from "../../wire.ts";
import { badCrc, expiredToken, good, invalidRequest, notFound, type TwinAnswer } from "./answers.ts";
import type { Caller } from "./keys.ts";
import type { Webhooks } from "./webhooks.ts";

export type Managed = {
  webhooks: Webhooks;
  /** Event types that go to the webhook, by account. */
  subscribed: Map<string, Set<string>>;
  nextId(): string;
};
type Called = { method: string; path: string };

export const WEBHOOK_ID = "1976325569252958309";

/** @returns null: another endpoint */
export async function manage(
  managed: Managed,
  { method, path }: Called,
  json: () => Wire | undefined,
  caller: Caller,
): Promise<TwinAnswer | null> {
  if (!/^\/2\/(webhooks|activity)(\/|$)/.test(path)) return null;
  const mine = path.startsWith("/2/webhooks") && caller.kind !== "app";
  if (mine) return expiredToken(); // the app's own token is asked for
  const { webhooks, subscribed } = managed;
  const webhook = () => {
    const { url, valid } = webhooks.state();
    return { id: WEBHOOK_ID, url, valid: valid === true, created_at: "2026-01-15T12:00:00.000Z" };
  };
  if (path === "/2/webhooks" && method === "GET") {
    const data = webhooks.state().url === null ? [] : [webhook()];
    return { status: 200, body: { data, meta: { result_count: data.length } } };
  }
  if (path === "/2/webhooks" && method === "POST") {
    const url = text(json()?.url);
    if (url === undefined || !URL.canParse(url)) return invalidRequest("url is not valid.");
    webhooks.register(url);
    return (await webhooks.check()) ? good(webhook()) : badCrc();
  }
  if (path === `/2/webhooks/${WEBHOOK_ID}` && method === "PUT") return good({ valid: await webhooks.check() });
  if (path === "/2/activity/subscriptions" && method === "GET") {
    const all = [...subscribed].flatMap(([user_id, types]) =>
      [...types].map((event_type) => ({ subscription_id: managed.nextId(), event_type, filter: { user_id }, webhook_id: WEBHOOK_ID })),
    );
    return { status: 200, body: { data: all, meta: { total_subscriptions: all.length } } };
  }
  if (path === "/2/activity/subscriptions" && method === "POST") {
    const body = json();
    const event_type = text(body?.event_type);
    const user_id = text(record(body?.filter)?.user_id);
    if (event_type === undefined || user_id === undefined) return invalidRequest("event_type and filter are required.");
    const types = subscribed.get(user_id) ?? new Set<string>();
    subscribed.set(user_id, types.add(event_type));
    return {
      status: 200,
      body: {
        data: list([{ subscription_id: managed.nextId(), event_type, filter: { user_id } }]),
        meta: { total_subscriptions: types.size },
      },
    };
  }
  return notFound(`${method} ${path}`);
}
