/** What WhatsApp tells of people with their messages and nowhere else: their name, their lasting id, and what they wrote last. */
import type { Profile } from "../../model/adapter.ts";
import type { Noted } from "./context.ts";

const KEPT = 20_000;

type Known = { name?: string; userId?: string; lastMessage?: string };

export type People = {
  note(what: Noted): void;
  profileOf(account: string, customer: string): Profile | null;
  /** The message that a mark "read" or typing is tied to. */
  lastMessageOf(account: string, customer: string): string | null;
};

/** The longest silent are forgotten first; a restart forgets all, and the next message tells it again. */
export function createPeople(): People {
  const people = new Map<string, Known>();
  return {
    note({ account, customer, contact, messageId }) {
      const key = `${account} ${customer}`;
      const known = { ...people.get(key) };
      if (contact?.name ?? contact?.username) known.name = contact.name ?? contact.username!;
      if (contact?.userId !== undefined) known.userId = contact.userId;
      if (messageId !== undefined) known.lastMessage = messageId;
      people.delete(key);
      people.set(key, known);
      if (people.size > KEPT) for (const oldest of people.keys()) return void people.delete(oldest);
    },
    profileOf(account, customer) {
      const known = people.get(`${account} ${customer}`);
      if (known === undefined) return null;
      const profile: Profile = {};
      const [first, ...more] = (known.name ?? "").split(/\s+/).filter((word) => word !== "");
      if (first !== undefined) profile.first_name = first;
      if (more.length > 0) profile.last_name = more.join(" ");
      if (known.userId !== undefined) profile.unionid = known.userId; // the same person for all numbers of one business portfolio
      return Object.keys(profile).length === 0 ? null : profile;
    },
    lastMessageOf: (account, customer) => people.get(`${account} ${customer}`)?.lastMessage ?? null,
  };
}
