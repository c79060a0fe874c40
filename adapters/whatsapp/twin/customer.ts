/** The other side of the thread, played: what a customer does in WhatsApp, and whoever holds the business's phone. */
import type { Customer } from "../../meta/twin/customer.ts";
import { lastMid, type Thread, type ThreadLine } from "../../meta/twin/thread.ts";
import type { PlayedAd } from "../../played-phone.ts";
import { record, type Wire } from "../../wire.ts";
import type { Platform } from "./platform.ts";

/** What an ad's button writes for the customer, who sends it or changes it first. */
const AD_WORDS = "Hello! Can I get more info on this?";

/** The smallest picture there is, so that whoever looks at a played attachment sees one. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
const FILES: Record<string, { type: string; mime: string }> = {
  image: { type: "image", mime: "image/png" },
  video: { type: "video", mime: "video/mp4" },
  audio: { type: "audio", mime: "audio/ogg; codecs=opus" },
  file: { type: "document", mime: "application/pdf" },
  sticker: { type: "sticker", mime: "image/webp" },
};

export function createCustomer(platform: Platform, number: string): Customer {
  const meet = (customer: string) => platform.meet(number, customer);
  const writes = (customer: string, words: string, more: Wire = {}) =>
    platform.customerWrote(meet(customer), { type: "text", text: { body: words }, ...more }, words);

  return {
    says: (customer, words, more) =>
      writes(customer, words, more?.replyTo === undefined ? {} : { context: { from: "15550100000", id: more.replyTo } }),
    taps(customer, what) {
      const thread = meet(customer);
      const found = newestReply(thread, what);
      if (found === undefined) return false;
      const { line, reply } = found;
      const type = record(line.message.interactive)?.type === "list" ? "list_reply" : "button_reply";
      const interactive = { type, [type]: { id: reply.payload, title: reply.title } };
      platform.customerWrote(thread, { context: { from: "15550100000", id: line.mid }, type: "interactive", interactive }, reply.title);
      return true;
    },
    startsWith: (customer, payload, title) => writes(customer, title ?? payload),
    clicksAd(customer, ad = {}, says = AD_WORDS) {
      const message = { type: "text", text: { body: says }, referral: referralOf(ad) };
      platform.customerWrote(meet(customer), message, says, { lengthMs: platform.adWindowMs });
    },
    clicksLink: (customer, ref) => void writes(customer, ref),
    sendsAttachment(customer, kind, url) {
      const { type, mime } = FILES[kind] ?? FILES.image!;
      const id = platform.keepFile(mime, PIXEL);
      const file: Wire = { mime_type: mime, sha256: "c2hhMjU2", id };
      if (url !== undefined) file.url = url;
      if (type === "document") file.filename = "document.pdf";
      return platform.customerWrote(meet(customer), { type, [type]: file }, `[${kind}]`);
    },
    reacts(customer, reaction = "❤️", mid) {
      const thread = meet(customer);
      const emoji = reaction === "love" ? "❤️" : reaction;
      const to = mid ?? lastMid(thread, "bot");
      platform.customerWrote(thread, { type: "reaction", reaction: { message_id: to, emoji } }, `[${emoji}]`);
    },
    edits(customer, mid, words) {
      const thread = meet(customer);
      const line = thread.lines.find((one) => one.mid === mid);
      if (line !== undefined) line.text = words;
      platform.changed(thread, line);
      const edit = { original_message_id: mid, message: { context: { id: "M0" }, type: "text", text: { body: words } } };
      platform.toldOf(thread, { type: "edit", edit });
    },
    reads: (customer) => platform.reads(meet(customer)),
    optsIn(customer, optin) {
      const value = optin.stop === true ? "stop" : "resume";
      const detail = `User requested to ${value} marketing messages`;
      const preference = {
        wa_id: customer,
        detail,
        category: "marketing_messages",
        value,
        timestamp: Math.floor(platform.clock.nowMs() / 1000),
      };
      platform.tell(meet(customer), { contacts: [{ wa_id: customer }], user_preferences: [preference] }, "user_preferences");
    },
    blocks(customer) {
      const thread = meet(customer);
      thread.blocked = true;
      platform.changed(thread);
    },
    pageInboxSays: (customer, words) => platform.phoneSaid(meet(customer), words),
    otherAppSays: (customer, words) => platform.phoneSaid(meet(customer), words),
    pageInboxPasses: () => undefined, // nobody owns a thread here
  };
}

/** Buttons and lists stay under their message; the newest of that name is the one in sight. */
function newestReply(thread: Thread, what: string): { line: ThreadLine; reply: ThreadLine["quickReplies"][number] } | undefined {
  for (const line of thread.lines.toReversed()) {
    const reply = line.quickReplies.find((one) => one.title === what || one.payload === what);
    if (reply !== undefined) return { line, reply };
  }
  return undefined;
}

function referralOf(ad: PlayedAd): Wire {
  const referral: Wire = {
    source_url: "https://fb.me/twin",
    source_id: ad.adId ?? "120200000000000001",
    source_type: "ad",
    body: "Tap to chat",
    headline: ad.title ?? "Summer sale",
    media_type: ad.videoUrl === undefined ? "image" : "video",
  };
  if (ad.pictureUrl !== undefined) referral.image_url = ad.pictureUrl;
  if (ad.videoUrl !== undefined) referral.video_url = ad.videoUrl;
  referral.ctwa_clid = `Aff-twin-${ad.ref ?? ad.adId ?? "click"}`;
  referral.welcome_message = { text: "Hi there! Let us know how we can help!" };
  return referral;
}
