/** Messenger, played: what its platform keeps that Instagram's does otherwise. */
import { PAGE_INBOX } from "../meta/echoes.ts";
import { noMatchingUser, outsideWindow } from "../meta/twin/answers.ts";
import type { TwinDialect } from "../meta/twin/dialect.ts";
import { createMetaTwin, type Twin, type TwinOptions } from "../meta/twin.ts";

/** Source: Meta, Send API reference and templates; read 2026-09-11. */
const TEXT_BELOW = 2000;

const DIALECT: TwinDialect = {
  object: "page",
  midPrefix: "m_twin",
  rules: {
    fits: (words) => words.length < TEXT_BELOW,
    buttonTextMax: 640,
    media: new Set(["image", "video", "audio", "file"]),
    buttons: new Set(["web_url", "postback", "phone_number"]),
    metadata: true,
  },
  inbox: PAGE_INBOX,
  marksEchoes: true,
  tellsDeliveries: true,
  read: (_mid, atMs) => ({ watermark: atMs }),
  hasGetStarted: true,
  adContext: new Set(["ad_title", "post_id", "photo_url", "video_url", "product_id", "flow_id"]),
  linkSource: "SHORTLINK",
  me: (account) => ({ id: account, name: "The page" }),
  profile: (known) => ({ ...known }),
  outsideWindow,
  noMatchingUser,
};

export function createMessengerTwin(options: TwinOptions): Promise<Twin> {
  return createMetaTwin(DIALECT, options);
}
