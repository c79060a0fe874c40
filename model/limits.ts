/** What a channel can show and when it may speak: dated data that checker, engine, outbox and desk read alike. */

export type Limits = {
  channel: string;
  /** Where the numbers come from and the day they were read. */
  source: string;
  checkedOn: string;
  text: { max: number; unit: "utf16" | "codepoint" | "utf8" };
  /** null: the channel has none, and the adapter degrades them to a numbered list. */
  buttons: { max: number; titleMax: number; textMax: number; payloadMax: number; kinds: ("payload" | "url" | "phone")[] } | null;
  choices: { max: number; titleMax: number; payloadMax: number } | null;
  cards: { max: number; titleMax: number; subtitleMax: number; buttonsMax: number } | null;
  media: ("image" | "video" | "audio" | "file")[];
  menu: { max: number; titleMax: number } | null;
  iceBreakers: { max: number; titleMax: number } | null;
  /** Does the channel take approved templates once its window is closed? */
  templates?: boolean;
  /** Messages in one answer window, where the channel counts them (WeChat); null: no count. */
  windows: WindowTable;
  /** Sends a second that one account may make, and one thread. */
  rate: { perAccountPerSecond: number; perThreadPerSecond: number | null };
};

export type WindowTable = {
  /** How long each opening action lets us speak. */
  openings: Record<string, { lengthMs: number; messages: number | null; source: string; from: string }>;
  /** How long after the customer's last message a person may still answer; null: no longer than the window. */
  humanMs: { lengthMs: number; tag: string; source: string; from: string } | null;
  /** No window at all: the channel always lets us speak. */
  always: boolean;
};

/** A conversation's marks: which opening, when; the customer's last message; messages spent since the opening; the way it last came. */
export type Marks = {
  openings: Record<string, number>;
  heardAtMs: number | null;
  spent: number;
  closedByChannelAtMs?: number;
  via?: string;
};
export const NO_MARKS: Marks = { openings: {}, heardAtMs: null, spent: 0 };

export type WindowState = { open: boolean; closesAtMs: number | null; humanUntilMs: number | null; openedBy: string | null };

/** The longest of the openings that still run; a closing said by the channel itself overrules our clock until something opens anew. */
export function windowState(table: WindowTable, marks: Marks, nowMs: number): WindowState {
  const humanUntilMs = table.humanMs && marks.heardAtMs !== null ? marks.heardAtMs + table.humanMs.lengthMs : null;
  if (table.always) return { open: true, closesAtMs: null, humanUntilMs: null, openedBy: null };
  let closesAtMs: number | null = null;
  let openedBy: string | null = null;
  for (const name in marks.openings) {
    const rule = table.openings[name];
    const openedAtMs = marks.openings[name];
    if (!rule || openedAtMs === undefined) continue;
    if (marks.closedByChannelAtMs !== undefined && openedAtMs <= marks.closedByChannelAtMs) continue;
    if (rule.messages !== null && marks.spent >= rule.messages) continue;
    const until = openedAtMs + rule.lengthMs;
    if (closesAtMs === null || until > closesAtMs) {
      closesAtMs = until;
      openedBy = name;
    }
  }
  return { open: closesAtMs !== null && closesAtMs > nowMs, closesAtMs, humanUntilMs, openedBy };
}
