/** `baton agent`: the people who answer, and their sign-in tokens. */
import type { AgentId, BotName, QueueName } from "../model/ids.ts";
import type { Agent, AgentRole } from "../model/ticket.ts";
import { hashToken, newToken } from "../server/api/token.ts";
import { systemClock } from "../server/clock.ts";
import { createIds } from "../server/ids.ts";
import { openReader, openStore } from "../server/store.ts";
import { type Opened, openBot, type StoreFlags } from "./opened.ts";

export type AgentFlags = StoreFlags & { role: AgentRole; queues?: string; languages?: string; skills?: string };

const TICKETS_MAX = 1_000;

/** @returns the exit status */
export async function agent(verb: string, name: string | undefined, flags: AgentFlags): Promise<number> {
  const opened = openBot(flags);
  if ("sorry" in opened) return sorry(opened.sorry);
  if (!["add", "list", "remove"].includes(verb)) return sorry(`\`agent ${verb}\` is not a command. There are add, list and remove.`);
  if (verb !== "list" && !name) return sorry(`Who? \`npx baton agent ${verb} <name>\``);
  const { program } = opened;
  const bot = program.bot.name as BotName;
  const queues = words(flags.queues);
  const unknown = queues.find((queue) => !program.bot.queues.has(queue));
  if (unknown) return sorry(`There is no queue called ${unknown}. Queues: ${[...program.bot.queues.keys()].join(", ")}.`);

  try {
    if (verb === "list") return await list(opened, bot);
    return verb === "remove" ? await remove(opened, bot, name!) : await add(opened, bot, name!, flags);
  } catch (error) {
    return sorry(
      `${error instanceof Error ? error.message : String(error)}\nA running server adds and removes agents through its API: docs/api.md.`,
    );
  }
}

async function list({ settings, root }: Opened, bot: BotName): Promise<number> {
  const store = await openReader(settings, root);
  const all = await store.agents(bot);
  for (const one of all)
    console.log(
      [one.id, one.name, one.role, one.queues.join(",") || "all queues", one.disabled ? "removed" : ""].filter(Boolean).join("  "),
    );
  if (all.length === 0) console.log("Nobody yet. `npx baton agent add <name>` makes the first.");
  await store.close();
  return 0;
}

async function remove({ settings, root }: Opened, bot: BotName, name: string): Promise<number> {
  const store = await openStore(settings, root, { clock: systemClock, ids: createIds(systemClock) });
  try {
    const found = (await store.agents(bot)).find((one) => one.name === name || one.id === name);
    if (!found) return sorry(`There is no agent called ${name}.`);
    await store.saveAgent({ ...found, disabled: true }, null);
    const theirs = await store.tickets({ bot, states: ["claimed"], agent: found.id, limit: TICKETS_MAX });
    const left = theirs.length === 0 ? "" : ` ${theirs.length} open conversation(s) of theirs go back to the queue with the next start.`;
    console.log(`${found.name} can no longer sign in.${left}`);
    return 0;
  } finally {
    await store.close();
  }
}

async function add({ settings, root }: Opened, bot: BotName, name: string, flags: AgentFlags): Promise<number> {
  const ids = createIds(systemClock);
  const store = await openStore(settings, root, { clock: systemClock, ids });
  try {
    const token = newToken();
    const added: Agent = {
      id: ids.next("ag") as AgentId,
      bot,
      name,
      role: flags.role,
      queues: words(flags.queues) as QueueName[],
      skills: words(flags.skills),
      languages: words(flags.languages),
      away: false,
      capacity: 5,
      disabled: false,
    };
    await store.saveAgent(added, hashToken(token));
    console.log(`${added.name} is ${added.role} (${added.id}). The token is shown this once:\n\n  ${token}\n`);
    return 0;
  } finally {
    await store.close();
  }
}

function words(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function sorry(sentence: string): number {
  console.error(sentence);
  return 2;
}
