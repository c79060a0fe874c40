/** What the chat's door sends, as the window reads it; server/chat/thread.ts writes it. */
export type MediaPart = { kind: "image" | "video" | "audio" | "file"; src: string | null; name: string | null };
/** `ref`: a tap is told to the server by it; `url`: it opens something. */
export type ButtonPart = { title: string; ref?: string; url?: string | null };
export type CardPart = { title: string; subtitle: string | null; src: string | null; url: string | null; buttons: ButtonPart[] };
export type Part = {
  text?: string;
  media?: MediaPart;
  cards?: CardPart[];
  buttons?: ButtonPart[];
  choices?: { title: string; ref: string }[];
};

export type Item =
  | { seq: number; at: number; by: "you"; id: string | null; parts: Part[] }
  | { seq: number; at: number; by: "bot"; parts: Part[] }
  | { seq: number; at: number; by: "agent"; name: string | null; parts: Part[] }
  | { seq: number; at: number; by: "note"; what: "joined" | "left"; name?: string | null };

export type Controller = "bot" | "queue" | "human" | "none";
export type TalkState = { controller: Controller; agent: string | null; language: string | null; seen_at: number | null };

export type Config = {
  bot: string;
  title: string;
  languages: string[];
  look: {
    color: string | null;
    corner: "left" | "right";
    launcher: { [language: string]: string };
    logo: string | null;
    privacyUrl: string | null;
  };
  ice_breakers: string[];
  file_max: number;
  login: boolean;
};

export type Referral = {
  source?: string;
  type?: string;
  ref?: string;
  ad_id?: string;
  product_id?: string;
  referer_url?: string;
  more?: Record<string, string>;
};

/** An act of the customer's that the server has not confirmed, or whose item has not come yet. */
export type Pending = {
  id: string;
  at: number;
  act:
    | { kind: "said"; text: string; files: string[] }
    | { kind: "tapped"; seq: number; ref: string }
    | { kind: "began"; at: number; language: string };
  /** What is shown until the server's own item is here. */
  title: string;
  media?: MediaPart;
  state: "waiting" | "stored";
};

/** A file on its way; it stays in memory, since no page may keep one. */
export type Upload = {
  id: string;
  at: number;
  file: File;
  src: string | null;
  state: "sending" | "waiting" | "refused";
  why?: "too_large" | "wrong_type";
};
