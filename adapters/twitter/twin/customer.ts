/** The other side, played: what customers do on X, and what a person of the brand does in X's own app. */
import type { Platform, PlayedLine } from "./platform.ts";

export type Customer = {
  says(customer: string, text: string, more?: { tweetId?: string; welcomeMessageId?: string }): string;
  /** Taps a quick reply of the newest line, by its label. False when there is none. */
  taps(customer: string, label: string): boolean;
  sendsPicture(customer: string, text?: string): string;
  types(customer: string): void;
  reads(customer: string): void;
  /** Writes where only X's own apps can read. */
  saysEncrypted(customer: string): string;
  /** In public. */
  mentions(customer: string, text: string): string;
  replies(customer: string, text: string, to?: string): string;
  blocks(customer: string): void;
  acceptsFollowedOnly(customer: string): void;
  /** Somebody of the brand answers in X's own app. */
  appSays(customer: string, text: string): string;
};

export function createCustomer(platform: Platform, account: string, fileOrigin: () => string): Customer {
  const line = (by: PlayedLine["by"], text: string, mediaId: string | null = null) => ({ by, text, options: [], ctas: [], mediaId });
  const say = (customer: string, given: ReturnType<typeof line>, more?: Record<string, unknown>): string => {
    const thread = platform.meet(account, customer);
    if (given.by === "customer") thread.blocked = false;
    const said = platform.say(account, thread, given, more);
    said.tell();
    return said.line.id;
  };
  const post = (type: string, customer: string, text: string, more: Record<string, unknown>): string => {
    const id = platform.nextId();
    platform.tell(account, type, { id, text, author_id: customer, created_at: new Date(platform.clock.nowMs()).toISOString(), ...more });
    return id;
  };
  return {
    says(customer, text, { tweetId, welcomeMessageId } = {}) {
      const via = {
        ...(tweetId === undefined ? {} : { tweet_id: tweetId }),
        ...(welcomeMessageId === undefined ? {} : { welcome_message_id: welcomeMessageId }),
      };
      return say(customer, line("customer", text), Object.keys(via).length > 0 ? { initiated_via: via } : {});
    },
    taps(customer, label) {
      const option = platform
        .find(account, customer)
        ?.lines.findLast((one) => one.by !== "customer")
        ?.options.find((one) => one.label === label);
      if (option === undefined) return false;
      const answer = { type: "options", ...(option.metadata === undefined ? {} : { metadata: option.metadata }) };
      say(customer, line("customer", label), { quick_reply_response: answer });
      return true;
    },
    sendsPicture(customer, text = "") {
      const [dm, medium] = [platform.nextId(), platform.nextId()];
      const url = `https://t.co/pic${medium.slice(-7)}`;
      const media = { id_str: medium, type: "photo", url, media_url_https: `${fileOrigin()}/1.1/ton/data/dm/${dm}/${medium}/picture.png` };
      const entities = { urls: [{ url, expanded_url: `https://twitter.com/messages/media/${dm}` }] };
      return say(customer, line("customer", text, medium), {
        text: `${text} ${url}`.trim(),
        entities,
        attachment: { type: "media", media },
      });
    },
    types(customer) {
      const created_timestamp = String(platform.clock.nowMs());
      const event = { created_timestamp, sender_id: customer, target: { recipient_id: account } };
      platform.tell(account, "dm.indicate_typing", { direct_message_indicate_typing_events: [event] });
    },
    reads(customer) {
      const thread = platform.meet(account, customer);
      const last = thread.lines.findLast((one) => one.by !== "customer");
      const created_timestamp = String(platform.clock.nowMs());
      const event = { created_timestamp, sender_id: customer, target: { recipient_id: account }, last_read_event_id: last?.id ?? "0" };
      platform.tell(account, "dm.read", { direct_message_mark_read_events: [event] });
    },
    saysEncrypted(customer) {
      platform.meet(account, customer); // they have written to the brand, wherever
      const id = `twin-chat-${platform.nextId()}`;
      const created_at_msec = String(platform.clock.nowMs());
      const about = { id, created_at_msec, sender_id: customer, conversation_id: `${customer}:${account}` };
      platform.tell(account, "chat.received", { ...about, encoded_event: "CwABAAAAEzIw", conversation_key_version: "1768236281331" });
      return id;
    },
    mentions: (customer, text) => post("post.mention.create", customer, text, { conversation_id: platform.nextId() }),
    replies: (customer, text, to = platform.nextId()) =>
      post("post.reply.create", customer, text, { in_reply_to_user_id: account, in_reply_to_tweet_id: to, conversation_id: to }),
    blocks(customer) {
      platform.meet(account, customer).blocked = true;
    },
    acceptsFollowedOnly(customer) {
      platform.meet(account, customer).followersOnly = true;
    },
    appSays: (customer, text) => say(customer, line("app", text)),
  };
}
