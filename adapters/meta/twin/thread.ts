/** What the played platform remembers of one customer and one page. Its windows are its own record, not the adapter's tables. */
export type PlayedButton = { type: "postback" | "web_url" | "phone_number"; title: string; payload?: string; url?: string };
export type PlayedReply = { title: string; payload: string };

export type ThreadLine = {
  mid: string;
  by: "customer" | "bot" | "inbox" | "other_app";
  atMs: number;
  text: string;
  buttons: PlayedButton[];
  quickReplies: PlayedReply[];
  /** As sent or as played, in the platform's own shape. */
  message: Record<string, unknown>;
  messagingType?: string;
  tag?: string;
};

export type Thread = {
  page: string;
  psid: string;
  lines: ThreadLine[];
  /** Until when anything may be sent, and until when a person may under HUMAN_AGENT. 0: never opened. */
  openUntilMs: number;
  humanUntilMs: number;
  /** The app that controls the thread; null: nobody, everybody may send. */
  owner: string | null;
  blocked: boolean;
  typing: boolean;
  seenAtMs: number | null;
  readUntilMs: number;
};

const DAY_MS = 86_400_000;
const HUMAN_DAYS = 7;

export function newThread(page: string, psid: string): Thread {
  return {
    page,
    psid,
    lines: [],
    openUntilMs: 0,
    humanUntilMs: 0,
    owner: null,
    blocked: false,
    typing: false,
    seenAtMs: null,
    readUntilMs: 0,
  };
}

/** The customer acted: a day to answer, or as long as an ad's first message gives on this page. */
export function open(thread: Thread, nowMs: number, lengthMs = DAY_MS): void {
  thread.openUntilMs = Math.max(thread.openUntilMs, nowMs + lengthMs);
}

export function heard(thread: Thread, nowMs: number): void {
  thread.humanUntilMs = nowMs + HUMAN_DAYS * DAY_MS;
}

export function lastMid(thread: Thread, by: ThreadLine["by"]): string | undefined {
  return thread.lines.findLast((line) => line.by === by)?.mid;
}
