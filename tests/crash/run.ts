/** One crash run: a crowd talks while the process is killed and started again; then everything is allowed to finish and is checked. */
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
  disturb?: (platform: Platform) => void;
};

const FINISH_MS = 60_000;

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
    const token = await firstAgent(house);
    const webhook = `${house.url}/webhooks/messenger`;
    if (plan.echoes) platform.echoTo = webhook;
    plan.disturb?.(platform);
    let crowd: Crowd | null = null;
    for (const kill of plan.kills) {
      await house.start("place" in kill ? `${kill.place}:${kill.pass}` : undefined);
      crowd ??= createCrowd({ platform, webhook, customers: plan.customers, rounds: plan.rounds, duplicates: plan.duplicates ?? false });
      if ("place" in kill) {
        if (await house.ended(4_000)) struck.set(kill.place, (struck.get(kill.place) ?? 0) + 1);
      } else await house.ended(kill.afterMs);
      await house.kill();
      kills++;
    }
    await house.start();
    crowd ??= createCrowd({ platform, webhook, customers: plan.customers, rounds: plan.rounds, duplicates: plan.duplicates ?? false });
    platform.mood = () => "take";
    crowd.hush();
    await crowd.quiet(FINISH_MS);
    await new Promise((settled) => setTimeout(settled, 500)); // late doubles show up
    const tickets = await ticketsByCustomer(house, token);
    const inFlight = plan.echoes ? 0 : kills * plan.customers;
    const broken = brokenPromises({ said: crowd.said, platform, tickets, allowance: inFlight + platform.unheard.length });
    return { broken, kills, struck, said: crowd.said.length, doubled: doubles(platform) };
  } finally {
    await house.kill();
    await platform.close();
    house.remove();
  }
}

async function firstAgent(house: House): Promise<string> {
  const { status, out } = await house.run(["agent", "add", "Mei", "--role", "admin", "--project", `${ROOT}/tests/crash/project`]);
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(out)?.[0];
  if (status !== 0 || !token) throw new Error(`The first agent could not be made:\n${out}`);
  return token;
}

async function ticketsByCustomer(house: House, token: string): Promise<Map<string, number>> {
  const headers = { authorization: `Bearer ${token}` };
  const tickets = new Map<string, number>();
  const response = await fetch(`${house.url}/api/v1/tickets?limit=200`, { headers });
  const body = (await response.json()) as { tickets: { conversation_id: string }[] };
  for (const ticket of body.tickets) {
    const conversation = (await (await fetch(`${house.url}/api/v1/conversations/${ticket.conversation_id}`, { headers })).json()) as {
      address: { customer: string };
    };
    const customer = conversation.address.customer;
    tickets.set(customer, (tickets.get(customer) ?? 0) + 1);
  }
  return tickets;
}

function doubles(platform: Platform): number {
  const times = new Map<string, number>();
  for (const line of platform.taken) times.set(`${line.psid} ${line.text}`, (times.get(`${line.psid} ${line.text}`) ?? 0) + 1);
  return [...times.values()].reduce((sum, n) => sum + n - 1, 0);
}
