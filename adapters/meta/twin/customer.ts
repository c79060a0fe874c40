/** The other side of the thread, played: what customers and the people at the page's inbox do. */
import type { PlayedAd } from "../../played-phone.ts";
import type { Platform } from "./platform.ts";
import { lastMid, type PlayedButton, type Thread, type ThreadLine } from "./thread.ts";

export type Customer = {
  says(psid: string, text: string, more?: { replyTo?: string }): string;
  /** Taps the newest button or quick reply with this title or payload. False when there is none (any more). */
  taps(psid: string, what: string): boolean;
  /** Get Started, the menu or an ice breaker: a postback that no message of ours carried. */
  startsWith(psid: string, payload: string, title?: string): string;
  /**
   * Enters by an ad. With `says`, the first message carries the ad. Without it a new thread is started by its Get Started
   * button; in an existing one the click is only told, and opens no window.
   */
  clicksAd(psid: string, ad?: PlayedAd, says?: string): void;
  clicksLink(psid: string, ref: string): void;
  sendsAttachment(psid: string, type: string, url?: string): string;
  reacts(psid: string, reaction?: string, mid?: string): void;
  edits(psid: string, mid: string, text: string): void;
  reads(psid: string): void;
  optsIn(psid: string, optin: Record<string, unknown>): void;
  blocks(psid: string): void;
  /** A person answers in the platform's own inbox. */
  pageInboxSays(psid: string, text: string): string;
  otherAppSays(psid: string, text: string, app?: string): string;
  /** The inbox is done: with routing it gives the thread back to us. */
  pageInboxPasses(psid: string, note?: string): void;
};

const LIKE_STICKER = 369239263222822;
const OTHER_APP = "400000000000002";

export function createCustomer(platform: Platform, page: string): Customer {
  const { clock, dialect } = platform;
  const edits = new Map<string, number>();

  const write = (thread: Thread, message: Record<string, unknown>, text: string, lengthMs?: number): string => {
    const mid = platform.nextMid();
    const line: ThreadLine = { mid, by: "customer", atMs: clock.nowMs(), text, buttons: [], quickReplies: [], message };
    platform.customerActed(thread, { line, opens: true, says: true, ...(lengthMs === undefined ? {} : { lengthMs }) });
    platform.tell(thread, { message: { mid, ...message } });
    return mid;
  };
  const tap = (thread: Thread, postback: Record<string, unknown>, title: string, lengthMs?: number): string => {
    const mid = platform.nextMid();
    const line: ThreadLine = {
      mid,
      by: "customer",
      atMs: clock.nowMs(),
      text: title,
      buttons: [],
      quickReplies: [],
      message: { postback },
    };
    platform.customerActed(thread, { line, opens: true, says: true, ...(lengthMs === undefined ? {} : { lengthMs }) });
    platform.tell(thread, { postback: { mid, title, ...postback } });
    return mid;
  };
  const meet = (psid: string) => platform.meet(page, psid).thread;

  return {
    says: (psid, text, more) => write(meet(psid), withQuote({ text }, more?.replyTo), text),
    taps(psid, what) {
      const thread = meet(psid);
      const last = thread.lines.at(-1);
      const reply = last?.quickReplies.find((one) => one.title === what || one.payload === what);
      if (reply !== undefined) {
        write(thread, { text: reply.title, quick_reply: { payload: reply.payload } }, reply.title);
        return true;
      }
      const button = newestButton(thread, what);
      if (button === undefined) return false;
      tap(thread, { payload: button.payload }, button.title);
      return true;
    },
    startsWith: (psid, payload, title = "Get Started") => tap(meet(psid), { payload }, title),
    clicksAd(psid, ad = {}, says) {
      const { thread, isNew } = platform.meet(page, psid);
      const referral = referralOf(dialect.adContext, ad);
      if (says !== undefined) write(thread, { text: says, referral }, says, platform.adWindowMs);
      else if (isNew && dialect.hasGetStarted) tap(thread, { payload: "GET_STARTED", referral }, "Get Started", platform.adWindowMs);
      else platform.tell(thread, { referral });
    },
    clicksLink(psid, ref) {
      const { thread, isNew } = platform.meet(page, psid);
      const referral = { ref, source: dialect.linkSource, type: "OPEN_THREAD" };
      if (isNew && dialect.hasGetStarted) tap(thread, { payload: "GET_STARTED", referral }, "Get Started");
      else {
        platform.customerActed(thread, { opens: true, says: false });
        platform.tell(thread, { referral });
      }
    },
    sendsAttachment(psid, type, url = `https://scontent.example.invalid/${type}`) {
      const payload = type === "sticker" ? { url, sticker_id: LIKE_STICKER } : { url };
      return write(meet(psid), { attachments: [{ type, payload }] }, `[${type}]`);
    },
    reacts(psid, reaction = "love", mid) {
      const thread = meet(psid);
      const to = mid ?? lastMid(thread, "bot");
      platform.customerActed(thread, { opens: true, says: false });
      platform.tell(thread, { reaction: { reaction, emoji: "\u2764\ufe0f", action: "react", mid: to } });
    },
    edits(psid, mid, text) {
      const thread = meet(psid);
      const line = thread.lines.find((one) => one.mid === mid);
      if (line !== undefined) line.text = text;
      platform.changed(thread, line);
      const count = (edits.get(mid) ?? 0) + 1;
      edits.set(mid, count);
      platform.tell(thread, { message_edit: { mid, text, num_edit: count } });
    },
    reads(psid) {
      platform.customerActed(meet(psid), { opens: false, says: false });
    },
    optsIn(psid, optin) {
      const thread = meet(psid);
      if (optin.type === undefined) platform.customerActed(thread, { opens: true, says: false });
      platform.tell(thread, { optin });
    },
    blocks(psid) {
      const thread = meet(psid);
      thread.blocked = true;
      platform.changed(thread);
    },
    pageInboxSays: (psid, text) => platform.pageSaid(meet(psid), text, dialect.inbox),
    otherAppSays: (psid, text, app = OTHER_APP) => platform.pageSaid(meet(psid), text, app),
    pageInboxPasses(psid, note = "") {
      const thread = meet(psid);
      const event = { pass_thread_control: { previous_owner_app_id: dialect.inbox, new_owner_app_id: platform.appId, metadata: note } };
      thread.owner = platform.routing ? platform.appId : null;
      platform.tell(thread, event, { routing: true });
    },
  };
}

function withQuote(message: Record<string, unknown>, replyTo: string | undefined): Record<string, unknown> {
  return replyTo === undefined ? message : { ...message, reply_to: { mid: replyTo, is_self_reply: false } };
}

/** Buttons never go away; the newest of that name is the one in sight. */
function newestButton(thread: Thread, what: string): PlayedButton | undefined {
  for (const line of thread.lines.toReversed()) {
    const button = line.buttons.find((one) => one.type === "postback" && (one.title === what || one.payload === what));
    if (button !== undefined) return button;
  }
  return undefined;
}

/** Title and post are always there; picture or video by the creative; the rest only where the ad has it. */
function referralOf(told: ReadonlySet<string>, ad: PlayedAd): Record<string, unknown> {
  const whole = {
    ad_title: ad.title ?? "Summer sale",
    post_id: ad.postId ?? "900000000000001",
    photo_url: ad.pictureUrl,
    video_url: ad.videoUrl,
    product_id: ad.productId,
    flow_id: ad.flowId,
  };
  const context = Object.fromEntries(Object.entries(whole).filter(([key, value]) => value !== undefined && told.has(key)));
  const referral: Record<string, unknown> = {};
  if (ad.ref !== undefined) referral.ref = ad.ref;
  return { ...referral, ad_id: ad.adId ?? "120200000000000001", source: "ADS", type: "OPEN_THREAD", ads_context_data: context };
}
