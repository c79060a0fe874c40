/** `baton erase`: forgets one customer on a store that nobody else has open; a running server does it through its API. */
import { createInterface } from "node:readline/promises";
import type { BotName, PersonId } from "../model/ids.ts";
import type { Store } from "../model/store.ts";
import { saying } from "../runtime/log.ts";
import { systemClock } from "../server/clock.ts";
import { createIds } from "../server/ids.ts";
import { keyedHash } from "../server/secret.ts";
import { secretOf, uploadsFolder } from "../server/settings.ts";
import { openStore } from "../server/store.ts";
import { sweepUploads } from "../server/upload-files.ts";
import { openBot, type StoreFlags } from "./opened.ts";

export type EraseFlags = StoreFlags & { yes?: boolean };

/** @returns the exit status */
export async function erase(customer: string, flags: EraseFlags): Promise<number> {
  const opened = openBot(flags);
  if ("sorry" in opened) {
    console.error(opened.sorry);
    return 2;
  }
  const bot = opened.program.bot.name as BotName;
  const person = customer as PersonId;
  let store: Store;
  try {
    store = await openStore(opened.settings, opened.root, { clock: systemClock, ids: createIds(systemClock) });
  } catch (error) {
    console.error(`${saying(error)}\nA running server forgets a customer through its API: docs/api.md.`);
    return 2;
  }
  try {
    const conversations = await store.conversationsOf(bot, person);
    if (conversations.length === 0) {
      console.error(`There is no customer ${customer} at ${bot}. An id begins with cu_ and stands in a ticket's package.`);
      return 1;
    }
    if (!flags.yes && !(await agreed(`Forget ${customer} and ${conversations.length} conversation(s) for good?`))) return 1;
    const secret = secretOf(opened.settings, opened.root);
    const before = (await store.addressesOf(bot, person)).map(({ home }) => keyedHash(secret, home));
    const gone = await store.erase(bot, person, "operator", systemClock.nowMs(), keyedHash(secret, customer), before);
    await sweepUploads(store, uploadsFolder(opened.settings, opened.root));
    console.log(`Forgotten: ${gone.conversations} conversation(s), ${gone.entries} journal entries, ${gone.lines} unsent line(s).`);
    return 0;
  } finally {
    await store.close();
  }
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new AbortController(); // nobody is there to answer
  terminal.once("close", () => ended.abort());
  const answer = await terminal.question(`${question} [y/N] `, { signal: ended.signal }).catch(() => "");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
