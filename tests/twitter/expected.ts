/** The table of every recorded body, and what becomes of each item in it. */
export type Expected = [event: Record<string, unknown>, customer: string];

export const EXPECTED: Record<string, Expected[]> = {
  "dm-attachment-photo-array.json": [
    [
      {
        kind: "said",
        text: "Blue Bird",
        attachments: [
          {
            kind: "image",
            url: "https://pbs.twimg.com/media/DOhM30VVwAEpIHq.jpg",
            id: "930077847535902820",
          },
        ],
        messageId: "123",
      },
      "2",
    ],
  ],
  "dm-attachment-photo.json": [
    [
      {
        kind: "said",
        text: "Blue Bird",
        attachments: [
          {
            kind: "image",
            url: "https://ton.twitter.com/1.1/ton/data/dm/1034828552951251046/930077847535902820/oP5p359h.jpg",
            id: "930077847535902820",
          },
        ],
        messageId: "1034828552951251046",
      },
      "2",
    ],
  ],
  "dm-echo-sent-ctas.json": [
    [
      {
        kind: "person_spoke",
        app: "900012",
        message: {
          text: "Flight SF8020 from San Francisco to Montreal is ahead of schedule and will land in approximately 15 minutes. Can we help with anything else?",
          buttons: [
            {
              title: "See flight details",
              url: "https://www.myairline.domain/see-flight-details",
            },
            {
              title: "Map it",
              url: "https://www.myairline.domain/map-it",
            },
            {
              title: "Visit MyAirline.domain",
              url: "https://www.myairline.domain/",
            },
          ],
        },
        messageId: "854103000570277989",
      },
      "900000000015",
    ],
  ],
  "dm-echo-sent-entities.json": [
    [
      {
        kind: "person_spoke",
        app: "900006",
        message: {
          text: "Test #test @alexis_customer http://www.example.com",
        },
        messageId: "1090238550052970604",
      },
      "170000000000000002",
    ],
  ],
  "dm-echo-sent-quick-reply-described.json": [
    [
      {
        kind: "person_spoke",
        app: "90000009",
        message: {
          text: "Bonjour Alex Customer, je suis l'Agent virtuel Harbor !",
          choices: [
            {
              title: "👤 Parler à un agent",
              payload: "speak_agent?_previous_intent=greetings",
            },
            {
              title: "🚦 Info trafic",
              payload: "train_is_running?_previous_intent=greetings",
            },
          ],
        },
        messageId: "1167008736986316902",
      },
      "1700000000000000008",
    ],
  ],
  "dm-echo-sent-quick-reply.json": [
    [
      {
        kind: "person_spoke",
        app: "90000009",
        message: {
          text: "Bonjour Alex Customer, je suis l'Agent virtuel Harbor !",
          choices: [
            {
              title: "👤 Parler à un agent",
              payload: "speak_agent?_previous_intent=greetings",
            },
            {
              title: "🚦 Info trafic",
              payload: "train_is_running?_previous_intent=greetings",
            },
          ],
        },
        messageId: "1167008736986316902",
      },
      "1700000000000000008",
    ],
  ],
  "dm-initiated-via.json": [
    [
      {
        kind: "said",
        text: "Blue Bird",
        attachments: [],
        messageId: "1234858592000090212",
        payload: "external_id_2",
        referral: {
          source: "POST",
          type: "OPEN_THREAD",
          postId: "900013",
          ref: "welcome_message:900014",
        },
      },
      "9000000011",
    ],
  ],
  "dm-quick-reply-response.json": [
    [
      {
        kind: "said",
        text: "Blue Bird",
        attachments: [],
        messageId: "1234858592000090211",
        payload: "external_id_2",
      },
      "9000000011",
    ],
  ],
  "dm-text-received-source-app.json": [
    [
      {
        kind: "said",
        text: "Hello World!",
        attachments: [],
        messageId: "954491830116245606",
      },
      "9000000004",
    ],
  ],
  "dm-text-received.json": [
    [
      {
        kind: "said",
        text: "Plouf",
        attachments: [],
        messageId: "1090001495532281958",
      },
      "170000000000000002",
    ],
  ],
  "favorite.json": [
    [
      {
        kind: "ignored",
        what: "like",
      },
      "*",
    ],
  ],
  "follow.json": [
    [
      {
        kind: "ignored",
        what: "follow",
      },
      "*",
    ],
  ],
  "mark-read-other-subscription.json": [
    [
      {
        kind: "ignored",
        what: "read",
      },
      "*",
    ],
  ],
  "mark-read.json": [
    [
      {
        kind: "read",
        untilMs: 1548711573745,
      },
      "170000000000000002",
    ],
  ],
  "replay-job-complete.json": [
    [
      {
        kind: "ignored",
        what: "replay_job",
      },
      "*",
    ],
  ],
  "replay-job-incomplete.json": [
    [
      {
        kind: "ignored",
        what: "replay_job",
      },
      "*",
    ],
  ],
  "tweet-delete.json": [
    [
      {
        kind: "ignored",
        what: "own_post_deleted",
      },
      "*",
    ],
  ],
  "tweet-longform-extended.json": [
    [
      {
        kind: "ignored",
        what: "post",
      },
      "*",
    ],
  ],
  "tweet-mention-minimal.json": [
    [
      {
        kind: "happened",
        name: "mention",
        fields: {
          post_id: "3805104374",
          url: "https://x.com/i/status/3805104374",
          text: "@harborhelp1 Testing a sample tweet with Twitter client",
          in_reply_to: null,
          quotes: null,
          handle: "alexcustomr",
        },
        messageId: "3805104374",
      },
      "public:2",
    ],
  ],
  "tweet-mention-reply-to-user.json": [
    [
      {
        kind: "happened",
        name: "mention",
        fields: {
          post_id: "1124250964289134690",
          url: "https://x.com/i/status/1124250964289134690",
          text: "@harborhlp alors?",
          in_reply_to: null,
          quotes: null,
          handle: "alexc",
        },
        messageId: "1124250964289134690",
      },
      "public:90000001",
    ],
  ],
  "tweet-mention.json": [
    [
      {
        kind: "happened",
        name: "mention",
        fields: {
          post_id: "1124287614780137572",
          url: "https://x.com/i/status/1124287614780137572",
          text: "Hello @harborhlp alors ?",
          in_reply_to: null,
          quotes: null,
          handle: "alexc",
        },
        messageId: "1124287614780137572",
      },
      "public:90000001",
    ],
  ],
  "tweet-own.json": [
    [
      {
        kind: "ignored",
        what: "own_post",
      },
      "*",
    ],
  ],
  "typing-indicator-other-subscription.json": [
    [
      {
        kind: "ignored",
        what: "typing",
      },
      "*",
    ],
  ],
  "typing-indicator.json": [
    [
      {
        kind: "ignored",
        what: "typing",
      },
      "*",
    ],
  ],
  "user-event-revoke.json": [
    [
      {
        kind: "happened",
        name: "access_revoked",
        fields: {
          account: "3805104374",
        },
      },
      "*",
    ],
  ],
  "xaa-chat-received.json": [
    [
      {
        kind: "said",
        text: "",
        attachments: [
          {
            kind: "unknown",
            more: {
              type: "encrypted",
            },
          },
        ],
        messageId: "e4f4d3fc-8bbf-4928-92eb-e5058d6bb6f6",
      },
      "2222222222222222222",
    ],
  ],
  "xaa-chat-sent.json": [
    [
      {
        kind: "person_spoke",
        app: null,
        message: {
          text: "[encrypted message]",
        },
        messageId: "8e75466b-56ec-4e88-bddf-b18f7cc6030e",
      },
      "2222222222222222222",
    ],
  ],
  "xaa-dm-received.json": [
    [
      {
        kind: "said",
        text: "hello!",
        attachments: [],
        messageId: "2080765901528625306",
      },
      "2222222222222222222",
    ],
  ],
  "xaa-dm-sent.json": [
    [
      {
        kind: "person_spoke",
        app: null,
        message: {
          text: "Thanks for the update!",
        },
        messageId: "2080763914821018073",
      },
      "9000000025",
    ],
  ],
  "xaa-follow-follow.json": [
    [
      {
        kind: "ignored",
        what: "follow",
      },
      "*",
    ],
  ],
  "xaa-like-create.json": [
    [
      {
        kind: "ignored",
        what: "like.create",
      },
      "*",
    ],
  ],
  "xaa-oauth-revoke.json": [
    [
      {
        kind: "happened",
        name: "access_revoked",
        fields: {
          account: "3805104374",
        },
      },
      "*",
    ],
  ],
  "xaa-post-create.json": [
    [
      {
        kind: "ignored",
        what: "post.create",
      },
      "*",
    ],
  ],
  "xaa-post-delete.json": [
    [
      {
        kind: "ignored",
        what: "own_post_deleted",
      },
      "*",
    ],
  ],
  "xaa-post-mention-create.json": [
    [
      {
        kind: "happened",
        name: "mention",
        fields: {
          post_id: "2080765813578281513",
          url: "https://x.com/i/status/2080765813578281513",
          text: "hey @ExampleUser",
          in_reply_to: null,
          quotes: null,
          handle: "OtherUser",
        },
        messageId: "2080765813578281513",
      },
      "public:2222222222222222222",
    ],
  ],
  "xaa-post-quote-create.json": [
    [
      {
        kind: "happened",
        name: "quote",
        fields: {
          post_id: "2090000000000090212",
          url: "https://x.com/i/status/2090000000000090212",
          text: "Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796",
          in_reply_to: null,
          quotes: "2080761390345028006",
          handle: null,
        },
        messageId: "2090000000000090212",
      },
      "public:2222222222222222222",
    ],
  ],
  "xaa-post-reply-create.json": [
    [
      {
        kind: "happened",
        name: "reply",
        fields: {
          post_id: "2090000000000090211",
          url: "https://x.com/i/status/2090000000000090211",
          text: "@ExampleUser Great post — thanks for sharing!",
          in_reply_to: "2080761390345028006",
          quotes: null,
          handle: null,
        },
        messageId: "2090000000000090211",
      },
      "public:2222222222222222222",
    ],
  ],
};
