/** The promises, checked on what the platform saw and the store kept: each broken one is named. */
import type { Said } from "./customers.ts";
import type { Platform, Taken } from "./platform.ts";

export type Broken = {
  promise: "nothing lost" | "nothing twice" | "in order" | "state kept" | "timers survive" | "one ticket";
  what: string;
};

/**
 * @param run.written every line that the store has, by customer and text
 * @param run.allowance doubled lines that a crash may lawfully leave behind: at most one per line under way at a kill, and
 * none where the platform echoes
 */
export function brokenPromises(run: {
  said: Said[];
  platform: Platform;
  tickets: Map<string, number>;
  written: Set<string>;
  allowance: number;
}): Broken[] {
  const broken: Broken[] = [];
  const lines = run.platform.takenBy;
  const doubled: string[] = [];
  for (const [psid, taken] of lines) {
    const texts = new Map<string, number>();
    for (const line of taken) texts.set(line.text, (texts.get(line.text) ?? 0) + 1);
    for (const [text, times] of texts) for (let extra = 1; extra < times; extra++) doubled.push(`${psid} was told twice: ${text}`);
    let newest = 0;
    const once = new Set<string>();
    for (const line of taken) {
      const heard = /heard ~(\d+)$/.exec(line.text);
      if (!heard || once.has(line.text)) continue; // a doubled line is counted above, not here
      once.add(line.text);
      const token = Number(heard[1]);
      if (token < newest) broken.push({ promise: "in order", what: `${psid} got ~${token} after ~${newest}` });
      newest = Math.max(newest, token);
    }
  }
  if (doubled.length > run.allowance) for (const what of doubled.slice(run.allowance)) broken.push({ promise: "nothing twice", what });
  for (const said of run.said) {
    if (!said.acknowledged) continue;
    const mine = lines.get(said.psid) ?? [];
    const mark = `~${said.token}`;
    if (!said.answered) broken.push(unanswered(said, mine));
    // The timer rang and its line was written; one that was under way at a kill is in doubt, and a doubtful follow-up is not sent again.
    const reminder = `reminded REMIND ${mark}`;
    if (
      said.kind === "remind" &&
      said.answered &&
      !mine.some((line) => line.text === reminder) &&
      !run.written.has(`${said.psid} ${reminder}`)
    ) {
      broken.push({ promise: "timers survive", what: `${said.psid} was never reminded of ${mark}` });
    }
    if (
      said.kind === "count" &&
      said.before !== null &&
      said.answered &&
      !mine.some((line) => line.text === `after ~${said.before} heard ${mark}`)
    ) {
      broken.push({ promise: "state kept", what: `${said.psid}: ${mark} was not answered with ~${said.before}` });
    }
    if (said.kind === "person" && said.answered && run.tickets.get(said.psid) !== 1) {
      broken.push({ promise: "one ticket", what: `${said.psid} has ${run.tickets.get(said.psid) ?? 0} tickets` });
    }
  }
  return broken;
}

/** Every line of this talk repeats what it answers; another one says that the bot no longer knew where it was. */
function unanswered(said: Said, lines: Taken[]): Broken {
  const lost = lines.find((line) => !/(heard|remind|reminded|Connecting)/.test(line.text));
  if (lost) return { promise: "state kept", what: `${said.psid}: ~${said.token} was answered with «${lost.text}»` };
  return { promise: "nothing lost", what: `${said.psid}: ~${said.token} was acknowledged and never answered` };
}
