/** The promises, checked on what the platform saw and the store kept: each broken one is named. */
import type { Said } from "./customers.ts";
import type { Platform, Taken } from "./platform.ts";

export type Broken = {
  promise: "nothing lost" | "nothing twice" | "in order" | "state kept" | "timers survive" | "one ticket";
  what: string;
};

/** A crash may lawfully double at most one line per line under way at a kill, and none where the platform echoes. */
export function brokenPromises(run: {
  said: Said[];
  platform: Platform;
  /** Per customer, as the store has them. */
  tickets: Map<string, number>;
  /** Every line that the store has, by customer and text. */
  written: Set<string>;
  /** Every payload that was heard. */
  heard: Set<string>;
  /** Tickets whose agent was told that their line is accepted. */
  accepted: Set<string>;
  /** Doubled lines that a crash may lawfully leave behind. */
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
    if (!said.answered && !overheard(said, run.heard)) broken.push(unanswered(said, mine));
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
  }
  for (const [psid, asked] of askedForPeople(run.said)) {
    const tickets = run.tickets.get(psid) ?? 0;
    if (tickets < asked.answered || tickets > asked.acknowledged)
      broken.push({
        promise: "one ticket",
        what: `${psid} asked ${asked.acknowledged} times, was connected ${asked.answered} times and has ${tickets} tickets`,
      });
  }
  const texts = new Set([...run.written].map((line) => line.slice(line.indexOf(" ") + 1)));
  for (const ticket of run.accepted) {
    if (!texts.has(`agent for ${ticket}`))
      broken.push({ promise: "nothing lost", what: `the agent's accepted line for ${ticket} is nowhere` });
  }
  for (const [what, times] of run.platform.booked) {
    if (times > 1) broken.push({ promise: "nothing twice", what: `${what} was booked ${times} times` });
  }
  return broken;
}

/** Every line of this talk repeats what it answers; another one says that the bot no longer knew where it was. */
function unanswered(said: Said, lines: Taken[]): Broken {
  const lost = lines.find((line) => !/(heard|remind|reminded|Connecting|booked|unsure|agent for)/.test(line.text));
  if (lost) return { promise: "state kept", what: `${said.psid}: ~${said.token} was answered with «${lost.text}»` };
  return { promise: "nothing lost", what: `${said.psid}: ~${said.token} was acknowledged and never answered` };
}

/** Whoever asks for a person while a person still has them is heard and shown, and the bot is silent. */
function overheard(said: Said, heard: Set<string>): boolean {
  return said.kind === "person" && heard.has(`PERSON ~${said.token}`);
}

/** Each time somebody is connected is a ticket of its own; somebody who gave up waiting to hear of it may have one too. */
function askedForPeople(said: Said[]): Map<string, { acknowledged: number; answered: number }> {
  const asked = new Map<string, { acknowledged: number; answered: number }>();
  for (const { psid, kind, acknowledged, answered } of said) {
    if (kind !== "person") continue;
    const before = asked.get(psid) ?? { acknowledged: 0, answered: 0 };
    asked.set(psid, { acknowledged: before.acknowledged + (acknowledged ? 1 : 0), answered: before.answered + (answered ? 1 : 0) });
  }
  return asked;
}
