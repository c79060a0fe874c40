/** Who is written to, and by which way: a customer is a conversation of a channel, and in a group one person of it, as their id says. */

/** `person`: null where the conversation has one customer. */
export type Place = { channelId: string; conversation: string; person: string | null };

const ID_MAX = 290;
const MAY_NOT_STAND = /[%/\s]/g;

/**
 * A person alone would not do: a page's chat window gives many visitors the same id.
 *
 * @returns undefined where a part is missing, or all of it is no sensible id
 */
export function customerOf({ channelId, conversation, person }: Place): string | undefined {
  if (channelId === "" || conversation === "" || person === "") return undefined;
  const parts = person === null ? [channelId, conversation] : [channelId, conversation, person];
  const id = parts.map((part) => part.replace(MAY_NOT_STAND, encodeURIComponent)).join("/");
  return id.length > ID_MAX || /\p{Surrogate}/u.test(id) ? undefined : id; // half a character has no place in an address
}

export function placeOf(customer: string): Place | null {
  const parts = customer.split("/");
  if (parts.length < 2 || parts.length > 3) return null;
  const [channelId = "", conversation = "", person = null] = parts.map(unescaped);
  return channelId === "" || conversation === "" || person === "" ? null : { channelId, conversation, person };
}

function unescaped(part: string): string {
  return part.replace(/(?:%[0-9A-F]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped; // no id of ours has it
    }
  });
}

/** The way a conversation came: where its channel listens for our answers, and who we are to it. */
export type Way = { serviceUrl: string; bot: string };

export function wayAsText({ serviceUrl, bot }: Way): string {
  return `${serviceUrl} ${bot}`;
}

export function wayOf(via: string | undefined): Way | null {
  const at = via?.indexOf(" ") ?? -1;
  return via === undefined || at < 1 ? null : { serviceUrl: via.slice(0, at), bot: via.slice(at + 1) };
}
