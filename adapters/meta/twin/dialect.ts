/** How the played platform differs between Messenger and Instagram: its own record of their rules, not the adapters' tables. */
import type { Wire } from "../../wire.ts";
import type { TwinAnswer } from "./answers.ts";
import type { PlayedProfile } from "./platform.ts";

export type SendRules = {
  /** Is this text short enough? */
  fits(words: string): boolean;
  buttonTextMax: number;
  media: ReadonlySet<string>;
  buttons: ReadonlySet<"web_url" | "postback" | "phone_number">;
  /** May a message carry a mark of the sender's? */
  metadata: boolean;
};

export type TwinDialect = {
  /** The `object` of its webhooks. */
  object: string;
  midPrefix: string;
  rules: SendRules;
  /** The app of the platform's own inbox. */
  inbox: string;
  /** Do echoes say which app sent it, and with which mark? */
  marksEchoes: boolean;
  tellsDeliveries: boolean;
  /** The customer has read up to this message, at this time. */
  read(mid: string, atMs: number): Wire;
  /** Does a new thread begin with a button of its own? */
  hasGetStarted: boolean;
  /** Fields of the ad that a referral's context tells. */
  adContext: ReadonlySet<string>;
  linkSource: string;
  /** The thing that a token speaks for, as `GET /me` tells it. */
  me(account: string): Wire;
  /** A customer's profile, in the product's own fields. */
  profile(known: PlayedProfile): Wire;
  outsideWindow(): TwinAnswer;
  noMatchingUser(): TwinAnswer;
};
