/** The connector's side of each call: what it demands of a conversation, an activity and a token. */
import { list, record, text, type Wire } from "../../wire.ts";
import { badSyntax, conversationNotFound, created, good, noRoute, notInRoster, type TwinAnswer, tooBig, unauthorized } from "./answers.ts";
import { actionsIn, type Thread, wordsOf } from "./threads.ts";

export type Office = {
  find(conversation: string): Thread | undefined;
  /** null: this channel asks for no token, as an emulator. */
  isValid: ((authorization: string | undefined) => boolean) | null;
  nextId(): string;
  /** A thread is other than before. */
  changed(): void;
  nowMs(): number;
};

export type Called = { method: string; path: string; authorization: string | undefined; size: number; json(): Wire | undefined };

/** Source: Teams, size of a message; read 2026-11-24. */
const SIZE_MAX: Record<string, number> = { msteams: 28 * 1024 };
const SIZE_OTHERWISE = 256 * 1024;
const ROUTE = /\/v3\/conversations\/([^/]+)\/(activities|members|pagedmembers)(?:\/([^/]+))?$/;

export function answerConnector(office: Office, called: Called): TwinAnswer {
  if (office.isValid !== null && !office.isValid(called.authorization)) return unauthorized();
  const [, encoded, what, id] = ROUTE.exec(called.path) ?? [];
  if (encoded === undefined) return noRoute();
  const thread = office.find(decodeURIComponent(encoded));
  if (thread === undefined) return conversationNotFound();
  if (!thread.isOpen) return notInRoster();
  if (called.method === "GET" && what !== "activities") {
    const members = [{ id: thread.person, name: thread.person }];
    return good(what === "pagedmembers" ? { members } : members);
  }
  if (what !== "activities") return noRoute();
  switch (called.method) {
    case "POST":
      return take(office, thread, called);
    case "PUT": {
      const line = thread.lines.find((one) => one.id === id);
      const activity = called.json();
      if (line === undefined || activity === undefined) return conversationNotFound();
      Object.assign(line, { activity, text: wordsOf(activity), options: actionsIn(activity).map(({ title }) => title) });
      return good({ id });
    }
    case "DELETE":
      thread.lines = thread.lines.filter((one) => one.id !== id);
      return good({});
    default:
      return noRoute();
  }
}

function take(office: Office, thread: Thread, called: Called): TwinAnswer {
  if (called.size > (SIZE_MAX[thread.channelId] ?? SIZE_OTHERWISE)) return tooBig();
  const activity = called.json();
  const type = text(activity?.type);
  if (activity === undefined || type === undefined) return badSyntax("The activity has no type.");
  if (type === "typing") {
    thread.typing += 1;
    thread.isTyping = true;
    office.changed();
    return created(office.nextId());
  }
  const wrong = wrongIn(activity, type);
  if (wrong !== null) return badSyntax(wrong);
  const id = office.nextId();
  const options = actionsIn(activity).map(({ title }) => title);
  thread.lines.push({ by: "bot", atMs: office.nowMs(), id, text: wordsOf(activity), options, activity });
  thread.isTyping = false;
  office.changed();
  return created(id);
}

function wrongIn(activity: Wire, type: string): string | null {
  if (type === "event") return text(activity.name) === undefined ? "An event has a name." : null;
  if (type !== "message") return `A bot sends no ${type}.`;
  const actions = list(record(activity.suggestedActions)?.actions);
  const attachments = list(activity.attachments);
  if (activity.suggestedActions !== undefined && actions.length === 0) return "suggestedActions holds no action.";
  if (attachments.some((given) => text(record(given)?.contentType) === undefined)) return "An attachment has a contentType.";
  if (actions.some((given) => text(record(given)?.title) === undefined)) return "An action has a title.";
  return text(activity.text) === undefined && attachments.length === 0 ? "The message says nothing." : null;
}
