/** One crash run: a crowd talks while the process is killed and started again; then everything is allowed to finish and is checked. */
import { join } from "node:path";
import Database from "libsql";
import { createAgent } from "./agent.ts";
import { type Crowd, createCrowd } from "./customers.ts";
import { createHouse, type House, ROOT } from "./house.ts";
import { createPlatform, type Platform } from "./platform.ts";
import { type Broken, brokenPromises } from "./promises.ts";

export type Run = {
  broken: Broken[];
  kills: number;
  /** How often each named place really ended the process. */
  struck: Map<string, number>;
  said: number;
  doubled: number;
};

export type Plan = {
  /** A build to run instead of the real one: one with a planted bug. */
  program?: string;
  echoes: boolean;
  customers: number;
  rounds: number;
  /** Kill here, one after the other: a named place with a count, or a time in ms after the start. */
  kills: ({ place: string; pass: number } | { afterMs: number })[];
  duplicates?: boolean;
  /** How long everybody may wait for what is still to come, once nothing breaks any more. */
  finishMs?: number;
  disturb?: (platform: Platform) => void;
};

const FINISH_MS = 60_000;
/** Doubtful lines of the kill before wait five seconds for their echo; only then does the talk go on. */
const STRIKES_WITHIN_MS = 9_000;

export async function crashRun(plan: Plan): Promise<Run> {
  const platform = await createPlatform();
  const house = await createHouse({
    project: `${ROOT}/tests/crash/project`,
    apiUrl: platform.url,
    ...(plan.program ? { program: plan.program } : {}),
  });
  const struck = new Map<string, number>();
  let kills = 0;
  try {
    const webhook = `${house.url}/webhooks/messenger`;
    if (plan.echoes) platform.echoTo = webhook;
    plan.disturb?.(platform);
    const { customers, rounds, duplicates = false, finishMs = FINISH_MS } = plan;
    const gather = () => createCrowd({ platform, webhook, customers, rounds, duplicates });
    const token = await agentToken(house);
    let crowd: Crowd | null = null;
    const agent = createAgent(house.url, token);
    for (const kill of plan.kills) {
      await house.start("place" in kill ? `${kill.place}:${kill.pass}` : undefined);
      crowd ??= gather();
      if ("place" in kill) {
        if (await house.ended(STRIKES_WITHIN_MS)) struck.set(kill.place, (struck.get(kill.place) ?? 0) + 1);
      } else await house.ended(kill.afterMs);
      await house.kill();
      kills++;
    }
    await house.start();
    crowd ??= gather();
    platform.mood = () => "take";
    crowd.hush();
    await crowd.quiet(finishMs);
    crowd.leave();
    await agent.leave();
    await new Promise((settled) => setTimeout(settled, 500)); // late doubles show up
    await house.stop();
    const { tickets, written, heard } = kept(house.folder);
    const inFlight = plan.echoes ? 0 : kills * plan.customers;
    const broken = brokenPromises({
      said: crowd.said,
      platform,
      tickets,
      written,
      heard,
      accepted: agent.accepted,
      allowance: inFlight + platform.unheard.length,
    });
    return { broken, kills, struck, said: crowd.said.length, doubled: doubles(platform) };
  } finally {
    await house.kill();
    await platform.close();
    house.remove();
  }
}

async function agentToken(house: House): Promise<string> {
  const { out } = await house.run(["agent", "add", "Mei", "--role", "admin", "--project", `${ROOT}/tests/crash/project`]);
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(out)?.[0];
  if (!token) throw new Error(`The agent could not be added:\n${out}`);
  return token;
}

type Kept = { tickets: Map<string, number>; written: Set<string>; heard: Set<string> };

/** What the store itself kept, read once nobody has it: tickets by customer, and every line by customer and text, every payload heard. */
function kept(folder: string): Kept {
  const store = new Database(join(folder, "baton.db"), { readonly: true } as never);
  const tickets = store
    .prepare(
      "SELECT c.customer AS customer, count(*) AS tickets FROM tickets t JOIN conversations c ON c.n = t.conversation GROUP BY c.customer",
    )
    .all() as { customer: string; tickets: number }[];
  const lines = store
    .prepare(
      "SELECT c.customer AS customer, j.personal AS personal FROM journal j JOIN conversations c ON c.n = (j.place >> 24) WHERE j.kind = 'line'",
    )
    .all() as { customer: string; personal: string }[];
  const heard = store.prepare("SELECT personal FROM journal WHERE kind = 'heard'").all() as { personal: string }[];
  store.close();
  return {
    heard: new Set(heard.map(({ personal }) => String(JSON.parse(personal)?.payload ?? ""))),
    tickets: new Map(tickets.map((row) => [row.customer, row.tickets])),
    written: new Set(lines.map(({ customer, personal }) => `${customer} ${JSON.parse(personal).message.text}`)),
  };
}

function doubles(platform: Platform): number {
  const times = new Map<string, number>();
  for (const line of platform.taken) times.set(`${line.psid} ${line.text}`, (times.get(`${line.psid} ${line.text}`) ?? 0) + 1);
  return [...times.values()].reduce((sum, n) => sum + n - 1, 0);
}
