/** The table of every recorded body, and what becomes of each item in it. */
const mid = (number: number) => `m_fixture${String(number).padStart(46, "0")}`;
const said = (number: number, more: Record<string, unknown>) => ({
  kind: "said",
  text: "",
  attachments: [],
  messageId: mid(number),
  ...more,
});
const echoed = (number: number) => ({ kind: "echoed", messageId: mid(number), line: null });
const ignored = (what: string) => ({ kind: "ignored", what });
const happened = (name: string, fields: Record<string, unknown>) => ({ kind: "happened", name, fields });

const adReferral = {
  source: "ADS",
  type: "OPEN_THREAD",
  ref: "summer-lead_01",
  adId: "120200000000000001",
  adTitle: "Summer sale",
  pictureUrl: "https://scontent.example.invalid/ad.jpg",
  videoUrl: "https://scontent.example.invalid/adthumb.jpg",
  postId: "102030405060708_900000000000001",
  productId: "700000000000001",
  flowId: "500000000000001",
};
const shortlink = (ref: string) => ({ source: "SHORTLINK", type: "OPEN_THREAD", ref });
const COMMENTER = "comment:7200000000000001";
const PICTURE = "https://scontent.example.invalid";

export type Expected = [event: Record<string, unknown>, opens?: string, customer?: string];

export const EXPECTED: Record<string, Expected[]> = {
  "account-linking-linked.json": [
    [happened("account_linking", { status: "linked", authorization_code: "PASS_THROUGH_AUTHORIZATION_CODE" })],
  ],
  "account-linking-unlinked.json": [[happened("account_linking", { status: "unlinked" })]],
  "app-roles.json": [[happened("app_roles", { roles: { "400000000000001": ["primary_receiver"] } }), undefined, "*"]],
  "batch-message-and-feed.json": [
    [said(60, { text: "hello" }), "message"],
    [{ kind: "happened", name: "comment" }, undefined, COMMENTER],
  ],
  "batch-several-entries.json": [
    [said(55, { text: "first" }), "message"],
    [said(56, { text: "second" }), "message"],
    [ignored("other_page"), undefined, "*"],
  ],
  "batch-two-events-in-one-entry.json": [
    [said(58, { text: "one" }), "message"],
    [said(59, { text: "two" }), "message"],
  ],
  "coupon-revealed.json": [[happened("coupon", { type: "coupon", payload: "10% coupon", coupon_code: "10PERCENT" })]],
  "customer-information.json": [
    [{ kind: "happened", name: "customer_information", fields: { country: "US", name: "Test Person", postal_code: "00000" } }],
  ],
  "dashboard-test-button.json": [[ignored("other_page"), undefined, "*"]],
  "delivery-legacy-seq.json": [[{ kind: "delivered", messageIds: [mid(52)], untilMs: 1760000000103 }]],
  "delivery-watermark-only.json": [[{ kind: "delivered", messageIds: [], untilMs: 1760000000103 }]],
  "delivery.json": [[{ kind: "delivered", messageIds: [mid(51)], untilMs: 1760000000103 }]],
  "echo-appointment-booking.json": [[echoed(36)]],
  "echo-fallback.json": [[echoed(35)]],
  "echo-image.json": [[echoed(33)]],
  "echo-product.json": [[echoed(37)]],
  "echo-reply.json": [[echoed(38)]],
  "echo-template-button.json": [[echoed(34)]],
  "echo-text-other-app.json": [
    [{ kind: "person_spoke", app: "400000000000002", message: { text: "Sent by another tool" }, messageId: mid(31) }],
  ],
  "echo-text-own-app.json": [[echoed(29)]],
  "echo-text-page-inbox.json": [
    [{ kind: "person_spoke", app: "263902037430900", message: { text: "I will take it from here." }, messageId: mid(30) }],
  ],
  "echo-text-without-app-id.json": [[{ kind: "person_spoke", app: null, message: { text: "old echo" }, messageId: mid(32) }]],
  "entry-empty.json": [],
  "event-without-kind.json": [[ignored("nothing")]],
  "feed-comment-added.json": [
    [
      {
        kind: "happened",
        name: "comment",
        messageId: "900000000000001_800000000000001",
        fields: { text: "Is this still available?", is_reply: false },
      },
      undefined,
      COMMENTER,
    ],
  ],
  "feed-comment-by-page.json": [[ignored("feed:comment"), undefined, "*"]],
  "feed-comment-edited.json": [
    [{ kind: "happened", name: "comment_edited", fields: { text: "Is this still available today?" } }, undefined, COMMENTER],
  ],
  "feed-comment-minimal.json": [
    [{ kind: "happened", name: "comment", fields: { text: ".", is_reply: false, parent_id: null } }, undefined, COMMENTER],
  ],
  "feed-comment-on-ad-post.json": [
    [{ kind: "happened", name: "comment", fields: { post: { promotion_status: "active" } } }, undefined, COMMENTER],
  ],
  "feed-comment-removed.json": [[{ kind: "happened", name: "comment_removed", fields: { text: "" } }, undefined, COMMENTER]],
  "feed-comment-reply-added.json": [
    [{ kind: "happened", name: "comment", fields: { text: "me too", is_reply: true } }, undefined, COMMENTER],
  ],
  "feed-post-by-visitor.json": [
    [{ kind: "happened", name: "visitor_post", fields: { text: "Do you open on Sunday?" } }, undefined, COMMENTER],
  ],
  "feed-reaction.json": [[ignored("feed:reaction"), undefined, "*"]],
  "game-play-legacy.json": [[{ kind: "happened", name: "game_play", fields: { score: 99, payload: '{"some_key":"SOME_VALUE"}' } }]],
  "inbox-labels.json": [[happened("inbox_label", { action: "add", label_id: "300000000000001", label: "VIP" })]],
  "instant-form-submitted.json": [[happened("form", { id: "800000000000001" })]],
  "message-admin-text-handback.json": [[ignored("admin_text")]],
  "message-appointment-booking.json": [
    [
      said(23, {
        attachments: [
          {
            kind: "appointment",
            id: "booking-1",
            more: { status: "requested", start_time: 1760100000, end_time: 1760103600, timezone: "America/Los_Angeles" },
          },
        ],
      }),
      "message",
    ],
  ],
  "message-audio.json": [[said(10, { attachments: [{ kind: "audio", url: `${PICTURE}/voice.mp4` }] }), "message"]],
  "message-edit.json": [[{ kind: "edited", messageId: mid(40), text: "I meant Tuesday", edit: 1 }]],
  "message-fallback-legacy-null-payload.json": [
    [said(15, { attachments: [{ kind: "link", url: "https://example.com/legacy", title: "Legacy attachment" }] }), "message"],
  ],
  "message-fallback-link.json": [
    [
      said(13, {
        text: "This is where I want to go: https://youtu.be/aaaaaaaaaaa",
        attachments: [{ kind: "link", url: "https://l.facebook.example.invalid/l.php?u=x", title: "A travel video" }],
      }),
      "message",
    ],
  ],
  "message-fallback-no-payload.json": [[said(14, { attachments: [{ kind: "unknown", more: { type: "fallback" } }] }), "message"]],
  "message-file.json": [[said(11, { attachments: [{ kind: "file", url: `${PICTURE}/invoice.pdf` }] }), "message"]],
  "message-from-shop-product-page.json": [
    [said(25, { text: "Is this in stock?", referral: { source: "SHOP", productId: "700000000000001" } }), "message"],
  ],
  "message-ig-post-share.json": [
    [
      said(22, {
        attachments: [
          { kind: "post", url: `${PICTURE}/igpost.jpg`, title: "Summer sale", id: "100000000000004", more: { type: "ig_post" } },
        ],
      }),
      "message",
    ],
  ],
  "message-ig-reel-share.json": [
    [
      said(19, {
        attachments: [
          {
            kind: "post",
            url: "https://www.facebook.com/reel/100000000000001/",
            title: "A reel",
            id: "100000000000001",
            more: { type: "ig_reel" },
          },
        ],
      }),
      "message",
    ],
  ],
  "message-image.json": [[said(7, { attachments: [{ kind: "image", url: `${PICTURE}/photo.jpg` }] }), "message"]],
  "message-images-several.json": [
    [said(8, { attachments: [1, 2, 3].map((number) => ({ kind: "image", url: `${PICTURE}/${number}.jpg` })) }), "message"],
  ],
  "message-lead-summary.json": [
    [
      {
        kind: "happened",
        name: "lead_summary",
        messageId: mid(28),
        fields: { metadata: "messenger_lead_gen_complete", app: "400000000000001" },
      },
      "lead_form",
    ],
  ],
  "message-location-legacy.json": [[said(12, { attachments: [{ kind: "location", lat: 1.2897, lng: 103.8501 }] }), "message"]],
  "message-post-share.json": [
    [
      said(21, {
        attachments: [{ kind: "post", url: `${PICTURE}/post.jpg`, title: "Summer sale", id: "100000000000003", more: { type: "post" } }],
      }),
      "message",
    ],
  ],
  "message-product-share.json": [
    [
      said(24, {
        attachments: [
          {
            kind: "product",
            id: "700000000000001",
            title: "Blue hat",
            url: `${PICTURE}/p1.jpg`,
            more: { retailer_id: "SKU-1", subtitle: "$40" },
          },
          {
            kind: "product",
            id: "700000000000002",
            title: "Red hat",
            url: `${PICTURE}/p2.jpg`,
            more: { retailer_id: "SKU-2", subtitle: "$42" },
          },
        ],
      }),
      "message",
    ],
  ],
  "message-quick-reply-user-email.json": [[said(5, { text: "person@example.com", payload: "person@example.com" }), "message"]],
  "message-quick-reply-user-phone.json": [[said(4, { text: "+15555550100", payload: "+15555550100" }), "message"]],
  "message-reel-share.json": [
    [
      said(20, {
        attachments: [
          {
            kind: "post",
            url: "https://www.facebook.com/reel/100000000000002/",
            title: "A reel",
            id: "100000000000002",
            more: { type: "reel" },
          },
        ],
      }),
      "message",
    ],
  ],
  "message-reply-to.json": [
    [said(6, { text: "this one please", replyTo: "m_quoted00000000000000000000000000000000000000000000" }), "message"],
  ],
  "message-sticker-legacy-image.json": [
    [said(18, { attachments: [{ kind: "sticker", url: `${PICTURE}/like.png`, id: "369239263222822" }] }), "message"],
  ],
  "message-sticker-transition.json": [
    [said(17, { attachments: [{ kind: "sticker", url: `${PICTURE}/cat.png`, id: "842488328414943" }] }), "message"],
  ],
  "message-sticker.json": [
    [said(16, { attachments: [{ kind: "sticker", url: `${PICTURE}/like.png`, id: "369239263222822" }] }), "message"],
  ],
  "message-text-quick-reply.json": [[said(3, { text: "Green", payload: "PICK_GREEN" }), "message"]],
  "message-text-unicode.json": [[said(2, { text: "café äöå 你好 👍 https://example.com/a?b=1&c=2" }), "message"]],
  "message-text.json": [[said(1, { text: "hello, world!" }), "message"]],
  "message-video.json": [[said(9, { attachments: [{ kind: "video", url: `${PICTURE}/clip.mp4` }] }), "message"]],
  "message-with-ads-referral.json": [[said(26, { text: "Hi, can I get more info?", referral: adReferral }), "ad_message"]],
  "message-with-commands.json": [
    [said(27, { text: "find flights from SFO to LAX next Thursday", more: { commands: ["flights"] } }), "message"],
  ],
  "messaging-feedback.json": [
    [happened("feedback", { answers: [{ question: "csat_1", type: "csat", payload: "5", followUp: "I am very satisfied!" }] })],
  ],
  "optin-checkbox-user-ref.json": [[happened("optin", { ref: "order-42", user_ref: "user-ref-3" }), "plugin_optin", "user_ref:user-ref-3"]],
  "optin-notification-messages-resume.json": [
    [{ kind: "happened", name: "optin", fields: { marketing: "resume", payload: "promo-topic" } }],
  ],
  "optin-notification-messages-shortlink.json": [
    [{ kind: "happened", name: "optin", fields: { marketing: "start", ref: "reel-9", source: "SHORTLINK" } }],
  ],
  "optin-notification-messages-stop.json": [[{ kind: "happened", name: "optin", fields: { marketing: "stop", payload: "promo-topic" } }]],
  "optin-notification-messages.json": [
    [{ kind: "happened", name: "optin", fields: { marketing: "start", notification_messages_token: "nmt-000000000000000001" } }],
  ],
  "optin-one-time-notification-legacy.json": [
    [{ kind: "happened", name: "optin", fields: { type: "one_time_notif_req", payload: "back-in-stock" } }],
  ],
  "optin-send-to-messenger.json": [[happened("optin", { ref: "signup-form" }), "plugin_optin"]],
  "order-send-cart.json": [[{ kind: "happened", name: "order", fields: { note: "please gift-wrap" } }]],
  "pass-thread-control-from-idle.json": [[{ kind: "thread_given", from: null }]],
  "pass-thread-control-from-inbox.json": [[{ kind: "thread_given", from: "263902037430900", note: "Pass thread control from Page Inbox" }]],
  "pass-thread-control-lead-ad.json": [
    [{ kind: "thread_given", from: "413038776280800", note: "messenger_lead_gen_incomplete" }, "lead_form"],
  ],
  "pass-thread-control-numeric-ids.json": [[{ kind: "thread_given", from: "400000000000002", note: "ids are sometimes numbers" }]],
  "pass-thread-control.json": [[{ kind: "thread_given", from: "400000000000002", note: "ticket:42" }]],
  "policy-enforcement-block.json": [[{ kind: "happened", name: "policy_enforcement", fields: { action: "block" } }, undefined, "*"]],
  "policy-enforcement-unblock.json": [[happened("policy_enforcement", { action: "unblock" }), undefined, "*"]],
  "policy-enforcement-warning.json": [[{ kind: "happened", name: "policy_enforcement", fields: { action: "warning" } }, undefined, "*"]],
  "postback-button.json": [[{ kind: "tapped", payload: "START_CHATTING", title: "Start chatting", messageId: mid(41) }, "postback"]],
  "postback-get-started-ads.json": [
    [
      {
        kind: "happened",
        name: "get_started",
        fields: { payload: "GET_STARTED" },
        messageId: mid(44),
        referral: { source: "ADS", type: "OPEN_THREAD", ref: "summer-lead_01", adId: "120200000000000001" },
      },
      "ad_message",
    ],
  ],
  "postback-get-started-shortlink.json": [
    [{ kind: "happened", name: "get_started", fields: { payload: "GET_STARTED" }, referral: shortlink("flyer-a_1") }, "postback"],
  ],
  "postback-get-started.json": [
    [{ kind: "happened", name: "get_started", fields: { payload: "GET_STARTED" }, messageId: mid(42) }, "postback"],
  ],
  "postback-ice-breaker.json": [[{ kind: "tapped", payload: "LOCATION", title: "Where are you located?" }, "postback"]],
  "postback-legacy-no-title-no-mid.json": [[{ kind: "tapped", payload: "USER_DEFINED_PAYLOAD" }, "postback"]],
  "postback-user-ref-change-format.json": [
    [
      {
        kind: "tapped",
        payload: "OFFER_1",
        title: "See offer",
        messageId: mid(46),
        referral: { source: "SHORT-URL", type: "OPEN_THREAD", ref: "abc" },
      },
      "postback",
      "user_ref:user-ref-1",
    ],
  ],
  "reaction-other.json": [
    [{ kind: "happened", name: "reaction", messageId: mid(50), fields: { action: "react", reaction: "other", emoji: "🚀" } }, "reaction"],
  ],
  "reaction-react.json": [
    [{ kind: "happened", name: "reaction", messageId: mid(48), fields: { action: "react", reaction: "love", emoji: "❤️" } }, "reaction"],
  ],
  "reaction-unreact.json": [[{ kind: "happened", name: "reaction", messageId: mid(49), fields: { action: "unreact" } }]],
  "read.json": [[{ kind: "read", untilMs: 1760000000113 }]],
  "referral-ads-minimal.json": [
    [
      {
        kind: "referred",
        referral: {
          source: "ADS",
          type: "OPEN_THREAD",
          adId: "120200000000000001",
          adTitle: "Summer sale",
          postId: "102030405060708_900000000000001",
        },
      },
      "ad_click",
    ],
  ],
  "referral-ads-timestamp-seconds.json": [
    [{ kind: "referred", referral: { source: "ADS", type: "OPEN_THREAD", ref: "x", adId: "120200000000000001" } }, "ad_click"],
  ],
  "referral-ads.json": [[{ kind: "referred", referral: adReferral }, "ad_click"]],
  "referral-chat-plugin-legacy.json": [
    [
      {
        kind: "referred",
        referral: { source: "CUSTOMER_CHAT_PLUGIN", type: "OPEN_THREAD", ref: "pricing", refererUrl: "https://example.com/pricing" },
      },
      "link",
      "user_ref:user-ref-2",
    ],
  ],
  "referral-lead-complete.json": [
    [
      {
        kind: "referred",
        referral: {
          type: "LEAD_COMPLETE",
          more: {
            lead: [
              { question: "Are you interested in becoming a reseller?", answer: "Yes" },
              { question: "What city is your store located?", answer: "Menlo Park" },
            ],
          },
        },
      },
      "lead_form",
    ],
  ],
  "referral-lead-incomplete.json": [
    [{ kind: "referred", referral: { type: "LEAD_INCOMPLETE", adTitle: "Find Wholesalers Ad" } }, "lead_form"],
  ],
  "referral-shortlink.json": [[{ kind: "referred", referral: shortlink("poster-7_x=1") }, "link"]],
  "request-thread-control-from-inbox.json": [[{ kind: "thread_wanted", app: "263902037430900" }]],
  "request-thread-control.json": [[{ kind: "thread_wanted", app: "400000000000002", note: "please hand over" }]],
  "response-feedback.json": [[{ kind: "happened", name: "response_feedback", messageId: mid(53), fields: { feedback: "Good response" } }]],
  "retry-duplicate-first.json": [[said(0, { text: "only once please" }), "message"]],
  "retry-duplicate-second.json": [[said(0, { text: "only once please" }), "message"]],
  "standby-echo-media-template.json": [
    [{ kind: "person_spoke", app: "400000000000002", message: { text: "[image]" }, messageId: mid(39) }],
  ],
  "standby-message.json": [[ignored("message"), "message"]],
  "standby-postback-no-payload.json": [[ignored("postback"), "postback"]],
  "standby-read.json": [[ignored("read")]],
  "take-thread-control-was-idle.json": [[{ kind: "thread_taken", app: "400000000000002" }]],
  "take-thread-control.json": [[{ kind: "thread_taken", app: "263902037430900", note: "taken by a person" }]],
  "unknown-event-kind.json": [[ignored("some_future_event")]],
};
