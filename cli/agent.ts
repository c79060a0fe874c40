/** `baton agent`: the people who answer, and their sign-in tokens. */
import type { AgentId, BotName, QueueName } from "../model/ids.ts";
import type { Store } from "../model/store.ts";
import type { Agent, AgentRole } from "../model/ticket.ts";
import { hashToken, newToken } from "../server/api/token.ts";
import { systemClock } from "../server/clock.ts";
import { createIds } from "../server/ids.ts";
import { secretOf } from "../server/settings.ts";
import { SignInName } from "../server/sign-in/sign-in.ts";
import { openReader, openStore } from "../server/store.ts";
import { type Opened, openBot, type StoreFlags } from "./opened.ts";

export type AgentFlags = StoreFlags & { role: AgentRole; queues?: string; languages?: string; skills?: string; signIn?: string };

const TICKETS_MAX = 1_000;

/** @returns the exit status */
export async function agent(verb: string, name: string | undefined, flags: AgentFlags): Promise<number> {
  const opened = openBot(flags);
  if ("sorry" in opened) return sorry(opened.sorry);
  if (!["add", "list", "remove", "password"].includes(verb))
    return sorry(`\`agent ${verb}\` is not a command. There are add, list, remove and password.`);
  if (verb !== "list" && !name) return sorry(`Who? \`npx baton agent ${verb} <name>\``);
  const { program } = opened;
  const bot = program.bot.name as BotName;
  const queues = words(flags.queues);
  const unknown = queues.find((queue) => !program.bot.queues.has(queue));
  if (unknown) return sorry(`There is no queue called ${unknown}. Queues: ${[...program.bot.queues.keys()].join(", ")}.`);

  try {
    if (verb === "list") return await list(opened, bot);
    if (verb === "remove") return await remove(opened, bot, name!);
    return verb === "add" ? await add(opened, bot, name!, flags) : await password(opened, bot, name!, flags);
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
    const made = await accountOf({ settings, root }, store, added, flags.signIn ?? nameFor(name));
    if (typeof made === "string") console.log(`${made} \`npx baton agent password ${added.id} --sign-in <name>\` gives them one.`);
    else console.log(SIGNS_IN(made));
    return 0;
  } finally {
    await store.close();
  }
}

/** For somebody who lost their password; their sessions end. */
async function password(opened: Opened, bot: BotName, name: string, flags: AgentFlags): Promise<number> {
  const store = await openStore(opened.settings, opened.root, { clock: systemClock, ids: createIds(systemClock) });
  try {
    const found = (await store.agents(bot)).find((one) => one.name === name || one.id === name);
    if (!found) return sorry(`There is no agent called ${name}.`);
    let made = await accountOf(opened, store, found, flags.signIn);
    if (made === NO_NAME && flags.signIn === undefined) made = await accountOf(opened, store, found, nameFor(found.name));
    if (typeof made === "string") return sorry(made);
    console.log(SIGNS_IN(made));
    return 0;
  } finally {
    await store.close();
  }
}

const NO_NAME = "Nobody can sign in to the desk by that name: it is neither an e-mail address nor a plain name.";
const SIGNS_IN = (made: { name: string; password: string }) =>
  `At /desk they sign in as ${made.name} with this one-time password, shown this once:\n\n  ${made.password}\n`;

/** @returns how they sign in; or a sentence that says why they cannot */
async function accountOf(
  { settings, root }: Pick<Opened, "settings" | "root">,
  store: Store,
  agent: Agent,
  name: string | undefined,
): Promise<{ name: string; password: string } | string> {
  if (agent.role === "system") return "A system has no password, only its token.";
  if (name !== undefined && !SignInName.test(name.toLowerCase())) return NO_NAME;
  const { createSignIn } = await import("../server/sign-in/accounts.ts");
  const signIn = createSignIn({ store, clock: systemClock, secret: secretOf(settings, root), isHttps: false });
  const made = await signIn.oneTimePassword(agent, name);
  if (made === "taken") return `Somebody else signs in to the desk as ${name}.`;
  return made === "no_name" ? NO_NAME : made;
}

/** `Mei Lin` becomes `mei.lin`; what has no letters of that kind has no plain name. */
function nameFor(name: string): string {
  return name.toLowerCase().trim().replace(/\s+/g, ".");
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
