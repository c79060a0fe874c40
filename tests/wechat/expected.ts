/** The table of every recorded push, and what becomes of it for account gh_0123456789ab. */
import { NOBODY } from "../../model/address.ts";
import type { ExpectedEvent } from "../channels/subject.ts";

const said = (more: Record<string, unknown>, opens = "message"): ExpectedEvent => ({
  event: { kind: "said", text: "", attachments: [], ...more },
  opens,
});
const happened = (name: string, fields: Record<string, unknown>, opens?: string): ExpectedEvent => ({
  event: { kind: "happened", name, fields },
  ...(opens ? { opens } : {}),
});
const ignored = (what: string): ExpectedEvent => ({ event: { kind: "ignored", what } });
const elsewhere: ExpectedEvent = { event: { kind: "ignored", what: "other_account" }, customer: NOBODY };
const code = (ref: string, ticket: string) => ({ source: "QR_CODE", ref, scene: ref, more: { ticket } });

export const EXPECTED: Record<string, ExpectedEvent> = {
  "event-click.xml": { event: { kind: "tapped", payload: "EVENTKEY" }, opens: "menu_click" },
  "event-kf-close-session.xml": { event: { kind: "thread_given", from: "test1@test" } },
  "event-kf-create-session.xml": { event: { kind: "thread_taken", app: "test1@test" } },
  "event-kf-switch-session.xml": { event: { kind: "thread_taken", app: "test2@test" } },
  "event-location-select.xml": happened("location_chosen", { key: "6", lat: "23", lng: "113", label: "广州市海珠区客村艺苑路 106号" }),
  "event-location.xml": ignored("location"),
  "event-masssendjobfinish.xml": ignored("masssendjobfinish"),
  "event-pic-photo-or-album-two.xml": happened("pictures_chosen", { key: "6", count: 2 }),
  "event-pic-photo-or-album.xml": happened("pictures_chosen", { key: "6", count: 1 }),
  "event-pic-sysphoto.xml": happened("pictures_chosen", { key: "6", count: 1 }),
  "event-pic-weixin.xml": happened("pictures_chosen", { key: "6", count: 1 }),
  "event-scan-int.xml": { event: { kind: "referred", referral: code("123123", "TICKET_EXAMPLE_0003") }, opens: "scanned" },
  "event-scan.xml": { event: { kind: "referred", referral: code("SCENE_VALUE", "TICKET") }, opens: "scanned" },
  "event-scancode-push.xml": happened("code_scanned", { key: "6", type: "qrcode", result: "1" }, "menu_click"),
  "event-scancode-waitmsg.xml": happened("code_scanned", { key: "6", type: "qrcode", result: "2" }, "menu_click"),
  "event-subscribe-empty-eventkey.xml": happened("followed", {}, "followed"),
  "event-subscribe-lowercase-msgtype-variant.xml": happened("followed", {}, "followed"),
  "event-subscribe-msg-change.xml": happened("subscription", { templates: [{ SubscribeStatusString: "reject" }] }),
  "event-subscribe-msg-popup-single.xml": happened("subscription", { templates: [{ SubscribeStatusString: "accept", PopupScene: "1" }] }),
  "event-subscribe-msg-popup.xml": happened("subscription", {
    templates: [{ SubscribeStatusString: "accept" }, { SubscribeStatusString: "reject" }],
  }),
  "event-subscribe-msg-sent.xml": happened("subscription", { templates: [{ MsgID: "1700827132819554304", ErrorStatus: "success" }] }),
  "event-subscribe-scan-prefix-twice.xml": {
    event: { kind: "happened", name: "followed", referral: code("qrscene_x", "TICKET_EXAMPLE_0002") },
    opens: "followed",
  },
  "event-subscribe-scan-str.xml": {
    event: { kind: "happened", name: "followed", referral: code("campaign=spring-42", "TICKET_EXAMPLE_0001") },
    opens: "followed",
  },
  "event-subscribe-scan.xml": { event: { kind: "happened", name: "followed", referral: code("123123", "TICKET") }, opens: "followed" },
  "event-subscribe.xml": happened("followed", {}, "followed"),
  "event-templatesendjobfinish-success.xml": happened("template_sent", { id: "200163836", status: "success" }),
  "event-templatesendjobfinish-system-failed.xml": happened("template_sent", { id: "200163836", status: "failed: system failed" }),
  "event-templatesendjobfinish-user-block.xml": happened("template_sent", { id: "200163836", status: "failed:user block" }),
  "event-unknown.xml": ignored("debug_demo"),
  "event-unsubscribe.xml": happened("unfollowed", {}),
  "event-user-authorization-revoke.xml": happened("authorization_revoked", { OpenID: "oZ9y8X7w6V5u4T3s2R1q0P9o8N7m", RevokeInfo: "1" }),
  "event-user-info-modified.xml": happened("profile_changed", { openid: "oZ9y8X7w6V5u4T3s2R1q0P9o8N7m" }),
  "event-view-miniprogram.xml": happened("menu_viewed", { page: "pages/index/index" }),
  "event-view.xml": happened("menu_viewed", { url: "www.qq.com" }),
  "json/event-debug-demo.json": ignored("debug_demo"),
  "json/event-subscribe-msg-popup-list.json": elsewhere,
  "json/event-subscribe-msg-popup-object.json": elsewhere,
  "json/event-user-enter-tempsession.json": elsewhere,
  "json/event-wxa-media-check.json": elsewhere,
  "json/message-text-big-msgid.json": elsewhere,
  "json/message-text.json": elsewhere,
  "message-image.xml": said({
    attachments: [{ kind: "image", url: "http://mmbiz.example.com/mmbiz_jpg/EXAMPLE/0", id: "MEDIA_ID_IMAGE_EXAMPLE" }],
  }),
  "message-link.xml": said({
    attachments: [{ kind: "link", url: "https://example.com/article?id=1&from=share", title: "公众平台官网链接" }],
  }),
  "message-location.xml": said({ attachments: [{ kind: "location", lat: 23.134521, lng: 113.358803, title: "位置信息" }] }),
  "message-shortvideo.xml": said({ attachments: [{ kind: "video", id: "MEDIA_ID_VIDEO_EXAMPLE" }] }),
  "message-text-big-msgid.xml": said({ text: "/:8-)", messageId: "5847060634540564918" }),
  "message-text-cdata-terminator.xml": said({ text: "a]]>b" }),
  "message-text-emoji-cjk.xml": said({ text: "你好 👋\n我想咨询订单" }),
  "message-text-empty-content.xml": said({ text: "" }),
  "message-text-entities.xml": said({ text: 'a <b> & "c"' }),
  "message-text-from-article.xml": said({ text: "this is a test", more: { article: "2247483701", place: "1" } }),
  "message-text-menu-reply.xml": said({ text: "满意", payload: "101" }, "menu_click"),
  "message-text-padded-cdata.xml": said({ text: "转人工", messageId: "7250021412600020990" }),
  "message-text-single-line.xml": said({ text: "this is a test", messageId: "1234567890123456" }),
  "message-text.xml": said({ text: "this is a test", messageId: "1234567890123456" }),
  "message-unknown-type.xml": said({ attachments: [{ kind: "unknown" }] }),
  "message-video.xml": said({ attachments: [{ kind: "video", id: "MEDIA_ID_VIDEO_EXAMPLE" }] }),
  "message-voice-recognition-empty.xml": said({ attachments: [{ kind: "audio", id: "MEDIA_ID_VOICE_8K_EXAMPLE" }] }),
  "message-voice-recognition.xml": said({ text: "腾讯微信团队", attachments: [{ kind: "audio", id: "MEDIA_ID_VOICE_8K_EXAMPLE" }] }),
  "message-voice.xml": said({ attachments: [{ kind: "audio", id: "MEDIA_ID_VOICE_8K_EXAMPLE" }] }),
  "mini-event-user-enter-tempsession.xml": elsewhere,
  "mini-message-image.xml": elsewhere,
  "mini-message-miniprogrampage.xml": elsewhere,
  "mini-message-text.xml": elsewhere,
  "wecom-kf-msg-or-event.xml": elsewhere,
};
