/** What a translation of one webhook item knows beside the item, and the envelopes it makes. */
import { address, NOBODY } from "../../model/address.ts";
import type { Envelope, Incoming } from "../../model/event.ts";
import { digest, eventKey, instantMs, personId, record, type Wire } from "../wire.ts";

/** One item of a webhook: `page` is the page or account of ours, `atMs` is settled, `standby` tells that another app owns the thread. */
export type Item = {
  channel: string;
  page: string;
  appId: string;
  wire: Wire;
  atMs: number;
  standby: boolean;
  /** Set by the platform beside `messaging` when a lead ad handed the thread over. */
  entryHop: boolean;
};

/** Customers that are not page-scoped ids: an id of another kind must never be taken for one. */
export const USER_REF = "user_ref:";
export const COMMENTER = "comment:";

/** Who the item is about; undefined when it names nobody. Echoes name the customer as recipient. */
export function customerOf(item: Item): string | undefined {
  const { wire, page } = item;
  const sender = record(wire.sender);
  const from = personId(sender?.id);
  if (from !== undefined && from !== page) return from;
  if (from === page) {
    const recipient = record(wire.recipient);
    const to = personId(recipient?.id);
    if (to !== undefined) return to === page ? undefined : to;
    const known = personId(recipient?.user_ref);
    return known === undefined ? undefined : USER_REF + known;
  }
  const reference = personId(sender?.user_ref) ?? personId(record(wire.optin)?.user_ref) ?? personId(record(wire.recipient)?.user_ref);
  return reference === undefined ? undefined : USER_REF + reference;
}

/**
 * @param part what makes the event itself within its page and kind: a message id, a watermark; undefined for events
 *   that have nothing of the sort, which are known by the hash of all they say
 */
export function envelope(item: Item, customer: string, kind: string, part: string | undefined, event: Incoming, opens?: string): Envelope {
  const made: Envelope = {
    key: eventKey(item.channel, item.page, kind, part ?? digest(item.wire)),
    address: address(item.channel, item.page, customer),
    atMs: item.atMs,
    event,
  };
  if (opens !== undefined) made.opens = opens;
  return made;
}

export function ignored(item: Item, what: string, why: string, part?: string, opens?: string): Envelope {
  return envelope(item, customerOf(item) ?? NOBODY, `ignored:${what}`, part, { kind: "ignored", what, why }, opens);
}

/** The time of an item, else of its entry, else of its receipt. */
export function timeOf(wire: Wire, entryTime: unknown, receivedAtMs: number): number {
  return instantMs(wire.timestamp) ?? instantMs(entryTime) ?? receivedAtMs;
}
