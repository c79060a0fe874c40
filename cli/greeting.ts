/** What `baton start` says on a terminal: what runs, what to try next and where. */
import type { AgentId, BotName } from "../model/ids.ts";
import { hashToken, newToken } from "../server/api/token.ts";
import type { House } from "../server/assemble.ts";
import { DEMO_CANNED } from "../server/demo-canned.ts";

/** How the first agent gets in: by a browser, and by a script. */
export type FirstKeys = { name: string; password: string; token: string };

/** @param keys the first agent's, when this start made them */
export function greeting(house: House, url: string, keys: FirstKeys | null): string {
  const lines = house.programs.map((program) => `${program.bot.title} is running at ${url}`);
  const { twins } = house.channels;
  for (const { bot, channel } of twins) {
    lines.push(`  ${channel} (${bot}) has no credentials and runs against its built-in twin: nothing leaves this machine.`);
  }
  if (twins.length > 0) {
    const others = twins
      .slice(1)
      .map(({ channel }) => [`curl -d text=hello ${url}/_twin/${channel}/say`, `the same on ${channel}`] as const);
    const tries = [
      ["npx baton chat", "in the terminal, with /ad, /wait and /why"],
      [`curl -d ref=spring-boots-blue ${url}/_twin/ad`, "enter by an advertisement"],
      [`curl -d text='where is my parcel' ${url}/_twin/say`, "say something"],
      [`curl ${url}/_twin/thread`, "see the thread"],
      ...others,
    ] as const;
    const width = Math.max(...tries.map(([command]) => command.length));
    lines.push("", "Play the customer from another terminal:", ...tries.map(([command, what]) => `  ${command.padEnd(width)}   ${what}`));
  }
  for (const bot of house.channels.chats.keys()) lines.push("", `Chat with ${bot} on a page, as its customers will, at ${url}/chat/${bot}`);
  if (house.isLocal) lines.push("", `Play the customer in a browser, and see why the bot answers so, at ${url}/studio`);
  lines.push("", `Answer as an agent at ${url}/desk`);
  if (keys) {
    lines.push(
      `  name ${keys.name}, one-time password ${keys.password}   (shown this once; you choose your own at the first sign-in)`,
      "The same agent for scripts, by a token that is shown this once and may do everything:",
      `  curl -H "authorization: Bearer ${keys.token}" ${url}/api/v1/tickets`,
    );
  }
  lines.push("", `Health: ${url}/health/ready   Numbers: ${url}/metrics   Stop: Ctrl+C`);
  return lines.join("\n");
}

const FIRST_NAME = "admin";

/**
 * A bot that nobody can answer for gets its first agent, an admin.
 * @returns null when there are agents; else what makes their password, which takes its time and holds up nobody
 */
export async function firstAgent({ store, programs, channels, ids, signIn }: House): Promise<(() => Promise<FirstKeys>) | null> {
  for (const program of programs) {
    const bot = program.bot.name as BotName;
    if ((await store.agents(bot)).length > 0) continue;
    const token = newToken();
    const first = {
      id: ids.next("ag") as AgentId,
      bot,
      name: "First agent",
      role: "admin" as const,
      queues: [],
      skills: [],
      languages: [],
      away: false,
      capacity: 20,
      disabled: false,
    };
    await store.saveAgent(first, hashToken(token));
    if (channels.areAllPlayed) for (const reply of DEMO_CANNED) await store.saveCanned(bot, { id: ids.next("cr"), ...reply });
    return async () => {
      const accounts = await signIn();
      let made = await accounts.oneTimePassword(first, FIRST_NAME);
      if (typeof made === "string") made = await accounts.oneTimePassword(first, `${FIRST_NAME}-${bot.toLowerCase()}`); // another bot's was first
      if (typeof made === "string") throw new Error(`The first agent of ${bot} has no name to sign in with.`);
      return { ...made, token };
    };
  }
  return null;
}
