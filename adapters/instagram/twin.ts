/** Instagram, played: what its platform keeps that Messenger's does otherwise. */

import { noMatchingAccount, outsideInstagramWindow } from "../meta/twin/answers.ts";
import type { TwinDialect } from "../meta/twin/dialect.ts";
import { createMetaTwin, type Twin, type TwinOptions } from "../meta/twin.ts";

/** Source: Meta, Instagram messaging, Send API; Conversation Routing; read 2026-09-28. */
const TEXT_MAX_BYTES = 1000;
const INSTAGRAM_INBOX = "1217981644879628";

const DIALECT: TwinDialect = {
  object: "instagram",
  midPrefix: "aWdfTWIN",
  rules: {
    fits: (words) => Buffer.byteLength(words) <= TEXT_MAX_BYTES,
    buttonTextMax: 640,
    media: new Set(["image", "video", "audio", "file"]),
    buttons: new Set(["web_url", "postback"]),
    metadata: false,
  },
  inbox: INSTAGRAM_INBOX,
  marksEchoes: false,
  tellsDeliveries: false,
  read: (mid) => ({ mid }),
  hasGetStarted: false,
  adContext: new Set(["ad_title", "photo_url", "video_url"]),
  linkSource: "IGME-SOURCE-LINK",
  me: (account) => ({ user_id: account, username: "the_account" }),
  profile({ first_name, last_name, profile_pic }) {
    const name = [first_name, last_name].filter((part) => part !== undefined && part !== "").join(" ");
    return { ...(name === "" ? {} : { name }), username: "a.customer", ...(profile_pic === undefined ? {} : { profile_pic }) };
  },
  outsideWindow: outsideInstagramWindow,
  noMatchingUser: noMatchingAccount,
};

export function createInstagramTwin(options: TwinOptions): Promise<Twin> {
  return createMetaTwin(DIALECT, options);
}
