/** The table of every recorded body, and what becomes of each item in it. */
import { expect } from "vitest";
import type { ExpectedEvent } from "../channels/subject.ts";
import { CUSTOMER } from "./setup.ts";

const wamid = (number: number) => `wamid.FIXTURE${String(number).padStart(4, "0")}=`;
const OURS = wamid(912);
const PERSON = "US.13490000000000001";
const one = (event: Record<string, unknown>, opens?: string, customer: string = CUSTOMER): ExpectedEvent => ({
  event,
  customer,
  ...(opens === undefined ? {} : { opens }),
});
const said = (number: number, more: Record<string, unknown>, opens = "message", customer = CUSTOMER): ExpectedEvent[] => [
  one({ kind: "said", text: "", attachments: [], messageId: wamid(number), ...more }, opens, customer),
];
const file = (number: number, kind: string, id: string, more: Record<string, unknown>, words = "") =>
  said(number, { text: words, attachments: [{ kind, id, ...more }] });
const happened = (number: number, name: string, fields: Record<string, unknown>, opens?: string) => [
  one({ kind: "happened", name, fields, ...(name === "reaction" ? {} : { messageId: wamid(number) }) }, opens),
];
const ad = (more: Record<string, unknown>) => ({
  source: "ADS",
  type: "OPEN_THREAD",
  adId: "120200000000000005",
  adTitle: "Chat with us",
  refererUrl: "https://fb.me/fixture",
  more: { body: "Summer succulents are here!", welcome_message: { text: "Hi there! Let us know how we can help!" } },
  ...more,
});
const echo = (line: string | null = null) => one({ kind: "echoed", messageId: OURS, line });
const failed = (because: string, why: RegExp) => [
  one({ kind: "undelivered", messageId: OURS, line: null, because, why: expect.stringMatching(why) }),
];

export const EXPECTED: Record<string, ExpectedEvent[]> = {
  "batch-messages-and-status.json": [
    ...said(914, { text: "one" }),
    ...said(915, { text: "two" }),
    one({ kind: "read", untilMs: 1760000002999 }),
  ],
  "message-audio-voice.json": file(9, "audio", "190800000000001", { more: { mime_type: "audio/ogg; codecs=opus", voice: true } }),
  "message-contacts.json": said(13, {
    attachments: [{ kind: "unknown", title: "Test Friend", more: { type: "contact", phones: [{ phone: "+1 555 010 0001" }] } }],
  }),
  "message-document.json": file(10, "file", "622600000000001", { title: "receipt.pdf" }, "my receipt"),
  "message-edited.json": [one({ kind: "edited", messageId: wamid(907), text: "I meant Tuesday", edit: 1760000000000 })],
  "message-image.json": file(7, "image", "1003000000000001", { more: { mime_type: "image/jpeg" } }, "Taj Mahal"),
  "message-interactive-button-reply.json": said(16, { text: "Change", payload: "change-button", replyTo: wamid(903) }),
  "message-interactive-flow-reply.json": happened(18, "form", { first_name: "Test", flow_token: "token-1", form: "flow" }, "message"),
  "message-interactive-list-reply.json": said(17, { text: "Priority Mail Express", payload: "priority_express", replyTo: wamid(904) }),
  "message-location.json": said(12, {
    attachments: [
      { kind: "location", lat: 37.44221496582, lng: -122.16165924072, title: "A cafe, 1 Example Ave", url: "https://example.com/" },
    ],
  }),
  "message-order.json": happened(20, "order", { catalog_id: "194800000000001", text: "Love these!" }, "message"),
  "message-reaction-removed.json": happened(15, "reaction", { action: "unreact" }),
  "message-reaction.json": happened(14, "reaction", { action: "react", emoji: "👍" }),
  "message-revoked.json": [one({ kind: "unsent", messageId: wamid(908) })],
  "message-sticker.json": file(11, "sticker", "190800000000002", { more: { animated: true } }),
  "message-system-number-changed.json": happened(21, "number_changed", { from: CUSTOMER, to: "15550100098" }),
  "message-template-button.json": [one({ kind: "tapped", payload: "Unsubscribe", title: "Unsubscribe", messageId: wamid(19) }, "tap")],
  "message-text-ctwa-referral.json": said(
    5,
    {
      text: "Can I get more info about this?",
      referral: ad({ pictureUrl: "https://scontent.example.invalid/ad.jpg", clickId: "Aff-fixtureClickId0001" }),
    },
    "ad_message",
  ),
  "message-text-ctwa-status-placement.json": said(
    6,
    {
      text: "hello",
      referral: ad({ videoUrl: "https://scontent.example.invalid/ad.mp4", pictureUrl: "https://scontent.example.invalid/t.jpg" }),
    },
    "ad_message",
  ),
  "message-text-forwarded.json": said(2, { text: "look", more: { forwarded: "once" } }),
  "message-text-group.json": [one({ kind: "ignored", what: "group_message" })],
  "message-text-phone-and-user-id.json": said(910, { text: "hello", more: { user_id: PERSON } }),
  "message-text-product-inquiry.json": said(4, {
    text: "Is this still available?",
    replyTo: wamid(901),
    more: { product: { product_retailer_id: "SKU-1" } },
  }),
  "message-text-reply.json": said(3, { text: "yes please", replyTo: wamid(900) }),
  "message-text-username-without-phone.json": said(909, { text: "hello" }, "message", PERSON),
  "message-text.json": said(1, { text: "Does it come in another color?" }),
  "message-unsupported.json": said(22, { attachments: [{ kind: "unknown", more: { type: "poll", code: "131051" } }] }),
  "message-video.json": file(8, "video", "731600000000001", {}, "Timelapse"),
  "smb-message-echo.json": [
    one({ kind: "person_spoke", app: null, message: { text: "answered from the phone app" }, messageId: wamid(913) }),
  ],
  "status-delivered.json": [one({ kind: "delivered", messageIds: [OURS], untilMs: 1760000010999 })],
  "status-failed-window.json": failed("window", /131047/),
  "status-failed.json": failed("content", /131049/),
  "status-played.json": [one({ kind: "read", untilMs: 1760000010999 })],
  "status-read.json": [one({ kind: "read", untilMs: 1760000010999 })],
  "status-sent-v24.json": [echo()],
  "status-sent-with-callback-data.json": [echo()], // a mark, and not one of ours
  "status-sent.json": [echo()],
  "user-preferences-stop.json": [one({ kind: "happened", name: "optin", fields: { marketing: "stop", category: "marketing_messages" } })],
  "value-errors.json": [one({ kind: "happened", name: "account_error", fields: { code: "130429" } }, undefined, "*")],
};
