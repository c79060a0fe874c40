/** `kill -9` on the channels that their twins play: nothing acknowledged is lost, nothing is said out of turn, and what is said twice was under way. */
import { beforeAll, describe, expect, test } from "vitest";
import { isLibraryInstalled } from "../../adapters/botframework/library.ts";
import { createHouse } from "./house.ts";
import { openRelay, type Played, playBotFramework, playTwitter, playWechat, projectOn } from "./played.ts";

const CUSTOMERS = 8;
/** How far the talk goes before each kill. */
const KILLS_AFTER_WORDS = [CUSTOMERS, CUSTOMERS + 3];
const ANSWER_MS = 45_000;
/** A doubtful line waits five seconds for its echo, and one that was said again may come behind. */
const LATE_MS = 500;

type Walk = { customer: string; said: string[]; answered: boolean };

/** Each counts: says a number, waits until it is answered, says the next. */
async function crashRun(played: Played): Promise<{ walks: Walk[]; log: string }> {
  const project = projectOn(played);
  const house = await createHouse({
    project: project.folder,
    apiUrl: "http://127.0.0.1:9",
    env: played.env,
  });
  const relay = await openRelay(house.url);
  let hushed = false;
  let token = 0;
  const walk = async (customer: string): Promise<Walk> => {
    const said: string[] = [];
    const tell = async (words: string) => {
      played.says(customer, words);
      said.push(words);
      const untilMs = Date.now() + ANSWER_MS;
      while (Date.now() < untilMs) {
        if (played.told(customer).some((line) => line.endsWith(`heard ${words}`))) return true;
        await new Promise((later) => setTimeout(later, 10));
      }
      return false;
    };
    let answered = await tell("start");
    while (answered && !hushed) answered = await tell(`~${++token}`);
    return { customer, said, answered };
  };
  try {
    await house.start();
    played.deliverTo(`${relay.url}${played.path}`);
    const walks = Array.from({ length: CUSTOMERS }, (_, n) => walk(played.customer(n)));
    /** The talk goes on by so many words, or is stuck, which the check below will tell. */
    const goesOn = async (words: number) => {
      const goal = token + words;
      const untilMs = Date.now() + ANSWER_MS;
      while (token < goal && Date.now() < untilMs) await new Promise((later) => setTimeout(later, 10));
    };
    for (const words of KILLS_AFTER_WORDS) {
      await goesOn(words);
      await house.kill();
      await house.start();
    }
    await goesOn(CUSTOMERS);
    hushed = true;
    const all = await Promise.all(walks);
    await new Promise((later) => setTimeout(later, LATE_MS));
    return { walks: all, log: house.log.join("") };
  } finally {
    await house.kill();
    await relay.close();
    await played.close();
    house.remove();
    project.remove();
  }
}

const CHANNELS: [string, (() => Promise<Played>) | null][] = [
  ["WeChat", playWechat],
  ["X", playTwitter],
  ["Bot Framework", isLibraryInstalled() ? playBotFramework : null],
];

/** All at once: each waits far longer than it works. */
const runs = new Map<string, Promise<{ played: Played; walks: Walk[]; log: string }>>();
beforeAll(() => {
  for (const [name, play] of CHANNELS) {
    if (play === null) continue;
    const run = play().then(async (played) => ({ played, ...(await crashRun(played)) }));
    run.catch(() => undefined); // its test tells
    runs.set(name, run);
  }
});

describe.each(CHANNELS)("on %s", (name, play) => {
  test.skipIf(play === null)("everyone is answered, in order, from where they were, and once", { timeout: 120_000 }, async () => {
    const { played, walks, log } = await runs.get(name)!;
    const { broken, doubled } = judged(played, walks);
    expect(broken, log.slice(-2_000)).toEqual([]);
    expect(walks.reduce((sum, { said }) => sum + said.length, 0)).toBeGreaterThan(CUSTOMERS * 2);
    expect(doubled).toBeLessThanOrEqual(played.echoes ? 0 : KILLS_AFTER_WORDS.length * CUSTOMERS);
  });
});

/** What each customer was told must be one answer to each of their words, which names the word before it. */
function judged(played: Played, walks: Walk[]): { broken: string[]; doubled: number } {
  const broken: string[] = [];
  let doubled = 0;
  for (const { customer, said, answered } of walks) {
    const told = played.told(customer);
    const once = told.filter((line, at) => told.indexOf(line) === at);
    doubled += told.length - once.length;
    const due = said.map((words, at) => `after ${at < 2 ? "none" : said[at - 1]} heard ${words}`);
    const wrong = due.findIndex((line, at) => once[at] !== line);
    if (!answered || wrong >= 0 || once.length !== due.length)
      broken.push(`${customer} said ${said.length}, was told ${once.length}; instead of «${due[wrong]}» came «${once[wrong]}»`);
  }
  return { broken, doubled };
}
