/** What every twin gives to whoever plays a customer: what is on their screen, what they can do there, and how the platform counts. */
import type { Referral } from "../model/event.ts";

export type PhoneOption = { id: string; kind: "reply" | "link" | "call"; title: string; hint?: string; url?: string };
export type PhoneCard = { title: string; subtitle?: string; imageUrl?: string; url?: string; options: PhoneOption[] };
export type PhoneMediumKind = "image" | "video" | "audio" | "file" | "sticker" | "location";
export type PhoneMedium = { kind: PhoneMediumKind; url?: string };

/** Texts and titles are as this platform shows them: cut where it cuts them. */
export type PhoneLine = {
  id: string;
  /** How the platform named a line of ours when it took it; null: it names none, or the line is somebody else's. */
  messageId: string | null;
  /** `brand`: by our app. `person`: by somebody in the platform's own app. `platform`: its own notice. */
  by: "customer" | "brand" | "person" | "platform";
  atMs: number;
  text: string;
  /** What stands with the line and can be tapped as long as it is in sight. */
  options: PhoneOption[];
  /** Options behind a button of this name. */
  sheet?: { label: string; options: PhoneOption[] };
  cards: PhoneCard[];
  media: PhoneMedium[];
  referral?: Referral;
};

export type PhoneMenuEntry = { title: string; option: PhoneOption | null; entries: PhoneOption[] };

export type PhoneScreen = {
  lines: PhoneLine[];
  /** Under the newest line; gone when something else is said. */
  offered: PhoneOption[];
  typing: boolean;
  /** How far the customer's newest line has come, as this platform marks it. */
  receipt: "none" | "sent" | "delivered" | "seen";
  /** Until when the brand may write, and a person of the brand. 0: never opened. null: this platform closes no window. */
  window: { untilMs: number; humanUntilMs: number } | null;
  /** What the brand may still send, to this customer or in all; `untilMs`: until it is counted anew. null: not counted. */
  budget: { left: number; max: number; untilMs: number | null; of: "customer" | "account" } | null;
};

/** An advertisement as its referral tells of it. */
export type PlayedAd = {
  adId?: string;
  title?: string;
  ref?: string;
  postId?: string;
  productId?: string;
  flowId?: string;
  pictureUrl?: string;
  videoUrl?: string;
};

export type PhoneOwner = { first: string; last: string; locale: string };

export type PlayedPhones = {
  /** How somebody begins who has said nothing yet, if not by a word: `start` a button, `follow` an account. */
  begins: "start" | "follow" | null;
  /** What can be sent beside words. */
  sends: PhoneMediumKind[];
  /** Can a line be given a heart? */
  reacts: boolean;
  /** A customer of this number, as the platform would name them. */
  customer(n: string): string;
  name(customer: string, who: PhoneOwner): void;
  /** Who has this name, also when an earlier process gave it; null: nobody that this platform remembers. */
  named(customer: string): PhoneOwner | null;
  /** null: a stranger. */
  screen(customer: string): PhoneScreen | null;
  /** The lasting menu. */
  menu(): PhoneMenuEntry[];
  says(customer: string, text: string): void;
  /** Taps what has this id on the screen, or in the menu. False: it is not there any more. */
  taps(customer: string, id: string): boolean;
  begin(customer: string, starter: { title: string; payload: string } | null): void;
  /** Comes by an advertisement, or what this channel has in its place. @returns whether a line of the thread shows it */
  enters(customer: string, ad: PlayedAd, says: string | null): boolean;
  attaches(customer: string, kind: PhoneMediumKind): void;
  reactsTo(customer: string, line: string): void;
  /** Calls back after each change of any thread. @returns how to stop */
  watch(told: () => void): () => void;
  /** Resolves when no webhook is on its way. */
  settled(): Promise<void>;
  counts(): { delivered: number; sends: number; waiting: number };
};

/** What opening a channel without credentials gives beside its adapter. */
export type PlayedTwin = { url: string; phones?: PlayedPhones; close(): Promise<void> };
