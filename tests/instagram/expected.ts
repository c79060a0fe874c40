/** The table of every recorded body, and what becomes of each item in it. */
import type { ExpectedEvent } from "../channels/subject.ts";
import { CUSTOMER } from "./setup.ts";

const FILE = "https://lookaside.example.invalid/ig_messaging_cdn/?asset_id=";
const mid = (number: number) => `aWdfZAG06fixture${String(number).padStart(4, "0")}`;
const said = (number: number, more: Record<string, unknown>, opens = "message"): ExpectedEvent[] => [
  { event: { kind: "said", text: "", attachments: [], messageId: mid(number), ...more }, opens, customer: CUSTOMER },
];
const one = (event: Record<string, unknown>, opens?: string, customer: string = CUSTOMER): ExpectedEvent[] => [
  opens === undefined ? { event, customer } : { event, opens, customer },
];
const comment = (fields: Record<string, unknown>, name = "comment") =>
  one({ kind: "happened", name, fields: { from_name: "test_person", ...fields } }, undefined, `comment:${CUSTOMER}`);
const post = (asset: number, type: string, more: Record<string, unknown> = {}) => ({
  attachments: [{ kind: "post", url: `${FILE}${asset}`, more: { type }, ...more }],
});

export const EXPECTED: Record<string, ExpectedEvent[]> = {
  "comment-facebook-login.json": comment({ comment_id: "17900000000000001", text: "price?", is_reply: true, media: "FEED" }),
  "comment-instagram-login.json": comment({ comment_id: "17900000000000001", text: "price?", is_reply: false, media: "FEED" }),
  "comment-on-ad.json": comment({ ad_id: "120200000000000004", ad_title: "Summer sale", text: "size M?", media: "AD" }),
  "echo-text.json": one({ kind: "person_spoke", app: null, message: { text: "our answer" }, messageId: "aWdfZAG06echo1" }),
  "live-comment.json": comment({ text: "hi from live", media: "LIVE" }, "live_comment"),
  "message-audio.json": said(4, { attachments: [{ kind: "audio", url: `${FILE}3` }] }),
  "message-deleted.json": one({ kind: "unsent", messageId: mid(13) }),
  "message-edit.json": one({ kind: "edited", messageId: "aWdfZAG06e1", text: "edited text", edit: 1 }),
  "message-ig-post.json": said(9, post(7, "ig_post", { title: "A post", id: "18000000000000002" })),
  "message-ig-reel.json": said(10, post(8, "ig_reel", { title: "A reel", id: "18000000000000003" })),
  "message-image.json": said(2, { attachments: [{ kind: "image", url: `${FILE}1` }] }),
  "message-inline-reply.json": said(7, { text: "this one", replyTo: "aWdfZAG06quoted" }),
  "message-like-heart.json": said(11, { attachments: [{ kind: "sticker", more: { type: "like_heart" } }] }),
  "message-media-several.json": said(3, {
    attachments: [
      { kind: "image", url: `${FILE}1` },
      { kind: "video", url: `${FILE}2` },
    ],
  }),
  "message-quick-reply.json": said(12, { text: "Yes", payload: "YES" }),
  "message-referral-ads.json": said(
    15,
    {
      text: "Hi",
      referral: {
        source: "ADS",
        type: "OPEN_THREAD",
        ref: "ig-ad-1",
        adId: "120200000000000003",
        adTitle: "Summer sale",
        pictureUrl: `${FILE}9`,
        videoUrl: `${FILE}10`,
      },
    },
    "ad_message",
  ),
  "message-referral-product.json": said(16, { text: "in stock?", referral: { source: "SHOP", productId: "700000000000001" } }),
  "message-self-test.json": one({ kind: "ignored", what: "self" }, undefined, "*"),
  "message-share-legacy.json": said(8, post(6, "share")),
  "message-story-mention.json": said(5, post(4, "story_mention")),
  "message-story-reply.json": said(6, { text: "love this", more: { story: "18000000000000001" } }),
  "message-text.json": said(1, { text: "hello" }),
  "message-unsupported.json": said(14, { attachments: [{ kind: "unknown", more: { type: "unsupported" } }] }),
  "postback-ice-breaker.json": one(
    { kind: "tapped", payload: "LOCATION", title: "Where are you located?", messageId: "aWdfZAG06pb1" },
    "postback",
  ),
  "reaction-love.json": one(
    { kind: "happened", name: "reaction", messageId: "aWdfZAG06r1", fields: { action: "react", reaction: "love", emoji: "❤️" } },
    "reaction",
  ),
  "reaction-removed.json": one({ kind: "happened", name: "reaction", fields: { action: "unreact" } }),
  "referral-igme.json": one({ kind: "referred", referral: { source: "IGME-SOURCE-LINK", type: "OPEN_THREAD", ref: "bio-link" } }, "link"),
  "seen.json": one({ kind: "read", untilMs: 1760000000123 }),
  "standby-message.json": one({ kind: "ignored", what: "message" }, "message"),
};
