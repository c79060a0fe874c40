/** The customers of a crash run: each counts, waits for its answer, and posts again what was not acknowledged. */
import { PAGE, type Platform, post } from "./platform.ts";

export type Said = {
  psid: string;
  token: number;
  kind: "count" | "remind" | "person";
  acknowledged: boolean;
  answered: boolean;
  before: number | null;
};

export type Crowd = {
  said: Said[];
  /** Nobody begins anything new from now on. */
  hush(): void;
  /** Resolves when all that was said is acknowledged and answered, or after `withinMs`. */
  quiet(withinMs: number): Promise<boolean>;
};

/** Every third customer asks for reminders, one after the other; the others count, and every fifth of them ends at a person. */
export function createCrowd(options: {
  platform: Platform;
  webhook: string;
  customers: number;
  rounds: number;
  duplicates?: boolean;
}): Crowd {
  const { platform, webhook } = options;
  let token = 0;
  let hushed = false;
  let active = options.customers;
  const said: Said[] = [];
  for (let n = 0; n < options.customers; n++) void walk(`61${String(n).padStart(14, "0")}`, n);

  async function walk(psid: string, n: number): Promise<void> {
    if (n % 3 === 0) {
      for (let round = 0; round < Math.max(1, options.rounds / 8) && !hushed; round++)
        await reminded(psid, await say(psid, "remind", null));
    } else {
      let before: number | null = null;
      await say(psid, "count", null, "start");
      for (let round = 0; round < options.rounds && !hushed; round++) before = await say(psid, "count", before);
      if (n % 5 === 0) await say(psid, "person", null);
    }
    active--;
  }

  async function say(psid: string, kind: Said["kind"], before: number | null, text?: string): Promise<number> {
    const mine: Said = { psid, token: ++token, kind, acknowledged: false, answered: false, before };
    said.push(mine);
    const mark = `~${mine.token}`;
    const base = { sender: { id: psid }, recipient: { id: PAGE }, timestamp: Date.now() };
    const mid = `m_in_${mine.token}`;
    const event =
      kind === "count"
        ? { ...base, message: { mid, text: text ?? mark } }
        : { ...base, postback: { mid, title: kind, payload: `${kind === "remind" ? "REMIND" : "PERSON"} ${mark}` } };
    const from = platform.takenBy.get(psid)?.length ?? 0;
    while ((await post(webhook, [event])) !== 200) await new Promise((again) => setTimeout(again, 40));
    mine.acknowledged = true;
    if (options.duplicates && mine.token % 4 === 0) void post(webhook, [event]);
    const answers = text ? (line: string) => line.endsWith(`heard ${text}`) : (line: string) => line.endsWith(mark);
    for (let waited = 0; waited < 30_000; waited += 5) {
      if (
        platform.takenBy
          .get(psid)
          ?.slice(from)
          .some((line) => answers(line.text))
      ) {
        mine.answered = true;
        break;
      }
      await new Promise((later) => setTimeout(later, 5));
    }
    return mine.token;
  }

  async function reminded(psid: string, mine: number): Promise<void> {
    for (let waited = 0; waited < 30_000; waited += 20) {
      if (platform.takenBy.get(psid)?.some((line) => line.text === `reminded REMIND ~${mine}`)) return;
      await new Promise((later) => setTimeout(later, 20));
    }
  }

  return {
    said,
    hush() {
      hushed = true;
    },
    async quiet(withinMs) {
      const until = Date.now() + withinMs;
      while (Date.now() < until) {
        if (active === 0) return true;
        await new Promise((later) => setTimeout(later, 20));
      }
      return false;
    },
  };
}
