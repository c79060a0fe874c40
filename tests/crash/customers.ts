/** The customers of a crash run: each counts, waits for its answers, and posts again what was not acknowledged. */
import { PAGE, type Platform, post } from "./platform.ts";

export type Said = {
  psid: string;
  token: number;
  kind: "count" | "remind" | "person" | "book";
  acknowledged: boolean;
  answered: boolean;
  /** The number said before this one, if it is a count. */
  before: number | null;
};

export type Crowd = {
  said: Said[];
  /** Nobody begins anything new from now on. */
  hush(): void;
  /** Resolves when all that was said is acknowledged and answered, or after `withinMs`. */
  quiet(withinMs: number): Promise<boolean>;
  /** Whoever still waits goes home: their answer counts as lost. */
  leave(): void;
};

export type CrowdOptions = {
  platform: Platform;
  webhook: string;
  customers: number;
  rounds: number;
  /** Every fourth webhook is delivered once more, beside what follows it. */
  duplicates: boolean;
};

/** Two seconds after it was asked for, more when the process is down; a doubtful one may never come. */
const REMINDER_MS = 8_000;

/** An agent takes a ticket within moments, longer when the process is down. */
const AGENT_MS = 15_000;

/**
 * Every third customer asks for reminders, one after the other; of the others some ask for a person, are answered and given
 * back, again and again; some have something booked outside; the rest count. Every fourth of those is in a hurry: three
 * numbers arrive in one webhook.
 */
export function createCrowd(options: CrowdOptions): Crowd {
  const { platform, webhook, rounds } = options;
  let token = 0;
  let hushed = false;
  let left = false;
  let active = options.customers;
  const said: Said[] = [];
  for (let n = 0; n < options.customers; n++) void walk(`61${String(n).padStart(14, "0")}`, n);

  async function walk(psid: string, n: number): Promise<void> {
    if (n % 3 === 0) await askForReminders(psid);
    else if (n % 7 === 1) await askForPeople(psid);
    else if (n % 7 === 2) await book(psid);
    else await count(psid, n % 4 === 1 ? 3 : 1);
    active--;
  }

  async function askForReminders(psid: string): Promise<void> {
    for (let round = 0; round < rounds && !hushed; round++) {
      const mine = await say(psid, "remind", null, (it) => ({ postback: postback("REMIND", it) }), ends);
      await seen(psid, 0, (text) => text === `reminded REMIND ~${mine.token}`, REMINDER_MS);
    }
  }

  async function askForPeople(psid: string): Promise<void> {
    for (let round = 0; round < rounds && !hushed; round++) {
      const from = platform.takenBy.get(psid)?.length ?? 0;
      await say(psid, "person", null, (mine) => ({ postback: postback("PERSON", mine) }), ends, AGENT_MS);
      await seen(psid, from, (text) => text.startsWith("agent for "), AGENT_MS);
      await pause(100); // the agent is giving it back
    }
  }

  async function book(psid: string): Promise<void> {
    for (let round = 0; round < rounds && !hushed; round++)
      await say(psid, "book", null, (mine) => ({ postback: postback("BOOK", mine) }), ends);
  }

  async function count(psid: string, atOnce: number): Promise<void> {
    await say(
      psid,
      "count",
      null,
      (mine) => ({ message: { mid: `m_in_${mine.token}`, text: "start" } }),
      (text) => text.endsWith("heard start"),
    );
    let before: number | null = null;
    for (let round = 0; round < rounds && !hushed; round++) {
      const numbers = Array.from({ length: atOnce }, () => {
        const mine = begin(psid, "count", before);
        before = mine.token;
        return mine;
      });
      await tell(psid, numbers, (it) => ({ message: { mid: `m_in_${it.token}`, text: `~${it.token}` } }), ends);
    }
  }

  type Content = (mine: Said) => object;
  type Fits = (text: string, mine: Said) => boolean;

  async function say(psid: string, kind: Said["kind"], before: number | null, content: Content, fits: Fits, forMs?: number): Promise<Said> {
    const mine = begin(psid, kind, before);
    await tell(psid, [mine], content, fits, forMs);
    return mine;
  }

  function begin(psid: string, kind: Said["kind"], before: number | null): Said {
    const mine: Said = { psid, token: ++token, kind, acknowledged: false, answered: false, before };
    said.push(mine);
    return mine;
  }

  /** One webhook, posted until it is acknowledged; resolves once every reply has been read. */
  async function tell(psid: string, all: Said[], content: Content, fits: Fits, forMs?: number): Promise<void> {
    const atMs = Date.now();
    const events = all.map((mine, n) => ({ sender: { id: psid }, recipient: { id: PAGE }, timestamp: atMs + n, ...content(mine) }));
    const from = platform.takenBy.get(psid)?.length ?? 0;
    while ((await post(webhook, events)) !== 200) await pause(40);
    for (const mine of all) mine.acknowledged = true;
    if (options.duplicates && all[0]!.token % 4 === 0) void post(webhook, events);
    await Promise.all(
      all.map(async (mine) => {
        mine.answered = await seen(psid, from, (text) => fits(text, mine), forMs);
      }),
    );
  }

  async function seen(psid: string, from: number, fits: (text: string) => boolean, forMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const until = Date.now() + forMs;
    while (!left && Date.now() < until) {
      if (
        platform.takenBy
          .get(psid)
          ?.slice(from)
          .some((line) => fits(line.text))
      )
        return true;
      await pause(5);
    }
    return false;
  }

  return {
    said,
    hush() {
      hushed = true;
    },
    async quiet(withinMs) {
      const until = Date.now() + withinMs;
      while (Date.now() < until && active > 0) await pause(20);
      return active === 0;
    },
    leave() {
      left = true;
    },
  };
}

const ends = (text: string, { token }: Said) => text.endsWith(`~${token}`);
const postback = (word: string, { token }: Said) => ({ mid: `m_in_${token}`, title: word, payload: `${word} ~${token}` });
const pause = (ms: number) => new Promise<void>((over) => setTimeout(over, ms));
