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
  /** Of openings before the last: how many messages had been spent since each when the last one came. Absent: none. */
  since?: Record<string, number>;
  closedByChannelAtMs?: number;
  via?: string;
};
export const NO_MARKS: Marks = { openings: {}, heardAtMs: null, spent: 0 };

export type WindowState = { open: boolean; closesAtMs: number | null; humanUntilMs: number | null; openedBy: string | null };

/**
 * The longest of the openings that still run; a closing said by the channel itself overrules our clock until something opens anew.
 * Where the channel counts messages, what was opened in one stretch is one purse: the larger count and the longer time hold, nothing
 * is added up.
 */
export function windowState(table: WindowTable, marks: Marks, nowMs: number): WindowState {
  const humanUntilMs = table.humanMs && marks.heardAtMs !== null ? marks.heardAtMs + table.humanMs.lengthMs : null;
  if (table.always) return { open: true, closesAtMs: null, humanUntilMs: null, openedBy: null };
  const purse = purseOf(table, marks);
  let closesAtMs: number | null = purse !== null && purse.left > 0 ? purse.untilMs : null;
  let openedBy: string | null = closesAtMs === null ? null : purse!.openedBy;
  for (const name in marks.openings) {
    const rule = table.openings[name];
    const openedAtMs = marks.openings[name];
    if (!rule || openedAtMs === undefined || rule.messages !== null || isClosed(marks, openedAtMs)) continue;
    const until = openedAtMs + rule.lengthMs;
    if (closesAtMs === null || until > closesAtMs) {
      closesAtMs = until;
      openedBy = name;
    }
  }
  return { open: closesAtMs !== null && closesAtMs > nowMs, closesAtMs, humanUntilMs, openedBy };
}

/** How many messages the channel still takes; null: it does not count, or the window that is open is not a counted one. */
export function messagesLeft(table: WindowTable, marks: Marks, nowMs: number): number | null {
  const { openedBy } = windowState(table, marks, nowMs);
  const purse = purseOf(table, marks);
  if (purse === null || (openedBy !== null && table.openings[openedBy]?.messages === null)) return null;
  return Math.max(0, purse.left);
}

type Purse = { left: number; untilMs: number; openedBy: string };

/** Of the counted openings, those of the last stretch of time without a gap. */
function purseOf(table: WindowTable, marks: Marks): Purse | null {
  const { since = {}, spent } = marks;
  let purse = null as Purse | null;
  for (const [name, openedAtMs] of Object.entries(marks.openings).sort((a, b) => a[1] - b[1])) {
    const rule = Object.hasOwn(table.openings, name) ? table.openings[name] : undefined;
    if (!rule || rule.messages === null || isClosed(marks, openedAtMs)) continue;
    const left = rule.messages - spent - (Object.hasOwn(since, name) ? since[name]! : 0);
    const untilMs = openedAtMs + rule.lengthMs;
    const before: Purse | null = purse !== null && openedAtMs < purse.untilMs ? purse : null;
    purse = {
      left: Math.max(before?.left ?? left, left),
      untilMs: Math.max(before?.untilMs ?? untilMs, untilMs),
      openedBy: before !== null && before.untilMs > untilMs ? before.openedBy : name,
    };
  }
  return purse;
}

function isClosed({ closedByChannelAtMs }: Marks, openedAtMs: number): boolean {
  return closedByChannelAtMs !== undefined && openedAtMs <= closedByChannelAtMs;
}
