/** What a translation of one item of a WhatsApp webhook knows beside the item, and the envelopes it makes. */
import { address, NOBODY } from "../../model/address.ts";
import type { Envelope, Incoming } from "../../model/event.ts";
import { digest, eventKey, id, list, personId, record, text, type Wire } from "../wire.ts";

/** `account` is our number's id; `contacts` are those that the webhook names. */
export type Item = { account: string; contacts: Contact[]; wire: Wire; atMs: number };

export type Contact = { waId: string | undefined; userId: string | undefined; name: string | undefined; username: string | undefined };

/** What was learnt of a person besides the event: their name, and the message that a mark "read" would name. */
export type Noted = { account: string; customer: string; contact: Contact | undefined; messageId: string | undefined };

export function readContacts(value: unknown): Contact[] {
  return list(value)
    .slice(0, 1_000)
    .flatMap((given) => {
      const one = record(given);
      const profile = record(one?.profile);
      if (one === undefined) return [];
      return [{ waId: personId(one.wa_id), userId: personId(one.user_id), name: text(profile?.name), username: text(profile?.username) }];
    });
}

/**
 * Who wrote. The number while the platform tells it, else the id that stands for a person with a username: a conversation that began
 * under the number stays theirs. Source: Meta, business-scoped user ids; SDK data of 2026, the form still moves.
 */
export function customerOf({ wire, contacts }: Item): string | undefined {
  const from = personId(wire.from) ?? personId(wire.from_user_id);
  if (from !== undefined) return from;
  const [only, ...others] = contacts;
  return others.length === 0 ? (only?.waId ?? only?.userId) : undefined;
}

export function contactOf({ wire, contacts }: Item): Contact | undefined {
  const ids = [personId(wire.from), personId(wire.from_user_id)].filter((one) => one !== undefined);
  return contacts.find(({ waId, userId }) => ids.some((one) => one === waId || one === userId)) ?? contacts[0];
}

/** @param part what makes the event itself within its number and kind; undefined: the hash of all it says */
export function envelope(
  { account, wire, atMs }: Item,
  customer: string,
  kind: string,
  part: string | undefined,
  event: Incoming,
  opens?: string,
): Envelope {
  const made: Envelope = {
    key: eventKey("whatsapp", account, kind, part ?? digest(wire)),
    address: address("whatsapp", account, customer),
    atMs,
    event,
  };
  if (opens !== undefined) made.opens = opens;
  return made;
}

export function ignored(item: Item, what: string, why: string, customer?: string): Envelope {
  const whose = customer ?? customerOf(item) ?? NOBODY;
  return envelope(item, whose, `ignored:${what}`, id(item.wire.id), { kind: "ignored", what, why });
}
