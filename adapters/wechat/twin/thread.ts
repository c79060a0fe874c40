/** What the played platform remembers of one follower. Its windows are its own record, not the adapter's tables. */
export type ThreadLine = {
  by: "customer" | "bot" | "platform";
  atMs: number;
  text: string;
  /** Lines of a menu that can be tapped. */
  menu: { id: string; content: string }[];
  message: Record<string, unknown>;
};

export type Thread = {
  openid: string;
  lines: ThreadLine[];
  follows: boolean;
  left: number;
  /** Of how many, when they were bought. */
  bought: number;
  untilMs: number;
  spokeAtMs: number;
  typingUntilMs: number;
};

export function newThread(openid: string): Thread {
  return { openid, lines: [], follows: true, left: 0, bought: 0, untilMs: 0, spokeAtMs: Number.NEGATIVE_INFINITY, typingUntilMs: 0 };
}

const MINUTE_MS = 60_000;
/** Source: WeChat Official Accounts, notice on counts of 2023-06-12; that a trigger does not add is the rule of Mini Programs. */
export const BUYS = {
  message: { count: 5, lastsMs: 48 * 60 * MINUTE_MS },
  click: { count: 3, lastsMs: MINUTE_MS },
  follow: { count: 3, lastsMs: MINUTE_MS },
  scan: { count: 3, lastsMs: MINUTE_MS },
};

/** The larger count and the longer time hold; nothing is added up. */
export function buy(thread: Thread, what: keyof typeof BUYS, nowMs: number): void {
  const { count, lastsMs } = BUYS[what];
  const isOpen = nowMs < thread.untilMs;
  thread.left = Math.max(isOpen ? thread.left : 0, count);
  thread.bought = Math.max(isOpen ? thread.bought : 0, count);
  thread.untilMs = Math.max(thread.untilMs, nowMs + lastsMs);
  thread.spokeAtMs = nowMs;
}
