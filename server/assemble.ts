/** Builds the house: every part is made here, given what it needs, and nowhere else. */
import { channelLimits } from "../adapters/limits.ts";
import { createRanker, type Ranker } from "../answers/match.ts";
import { compile } from "../dialogue/compile.ts";
import type { Problem } from "../dialogue/problem.ts";
import type { Program } from "../dialogue/program.ts";
import type { Clock } from "../model/clock.ts";
import { type Failpoint, NO_FAILPOINT } from "../model/failpoint.ts";
import type { BotName, Ids } from "../model/ids.ts";
import type { Store } from "../model/store.ts";
import type { Log } from "../runtime/log.ts";
import type { Rank, RuntimeBot } from "../runtime/road.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { adWindowMs, type Channels, openChannels } from "./channels.ts";
import { systemClock } from "./clock.ts";
import { loadFunctions } from "./functions.ts";
import { createIds } from "./ids.ts";
import { createMetrics, type ServerMetrics } from "./metrics.ts";
import { keepPrograms } from "./programs.ts";
import { type Project, readBuiltins } from "./project.ts";
import { keyedHash } from "./secret.ts";
import { type Settings, secretOf } from "./settings.ts";
import { openStore } from "./store.ts";

export type House = {
  runtime: Runtime;
  store: Store;
  metrics: ServerMetrics;
  programs: Program[];
  channels: Channels;
  clock: Clock;
  ids: Ids;
  close(): Promise<void>;
};

/**
 * @param serverUrl where this server listens: twins deliver their webhooks there
 * @returns the house, not yet started; or what is wrong with the brand's files
 * @throws when the store cannot be opened, with a sentence that says why and what next
 */
export async function assemble(options: {
  project: Project;
  settings: Settings;
  log: Log;
  serverUrl: string;
  /** Another process has taken the store: this one can only end. */
  lost: (why: string) => void;
}): Promise<House | { problems: Problem[] }> {
  const { project, settings, log, serverUrl, lost } = options;
  const clock = systemClock;
  const ids = createIds(clock);
  const metrics = createMetrics();
  const failpoint = failpointOf(settings.BATON_FAILPOINT);
  const reading = { builtins: readBuiltins(), limits: channelLimits(adWindowMs(settings)), env: settings.env };

  const compiled = project.bots.map((bot) => ({ bot, ...compile({ ...reading, bot, files: project.files }) }));
  const broken = compiled.filter((one) => one.program === null);
  if (broken.length > 0) return { problems: compiled.flatMap((one) => one.problems) };
  const programs = compiled.map((one) => one.program!);

  const store = await openStore(settings, project.root, { clock, ids, failpoint, log, lost });
  const secret = secretOf(settings, project.root); // it lies beside the store
  const channels = await openChannels({ programs, settings, clock, failpoint, serverUrl });
  const callFunction = await loadFunctions(project.root, programs);
  const bots: RuntimeBot[] = [];
  for (const { bot, program } of compiled) {
    const named = await keepPrograms(store, program!, project.files, { ...reading, bot }, clock.nowMs());
    bots.push({
      name: program!.bot.name as BotName,
      programs: { newest: program!, named },
      accounts: channels.accounts.get(program!.bot.name) ?? [],
      settings: { queueDepthMax: settings.BATON_QUEUE_MAX },
      ...(callFunction ? { callFunction } : {}),
    });
  }
  const runtime = createRuntime({
    bots,
    store,
    clock,
    ids,
    log,
    rank: createRank(),
    metrics,
    failpoint,
    publicUrl: settings.BATON_URL ?? serverUrl,
    keyedHash: (text) => keyedHash(secret, text),
  });
  return {
    runtime,
    store,
    metrics,
    programs,
    channels,
    clock,
    ids,
    async close() {
      await channels.close();
      await store.close();
    },
  };
}

/** Indexes a program's phrases when it is first asked to rank, once. */
function createRank(): Rank {
  const rankers = new WeakMap<Program, Ranker>();
  return (program, text) => {
    const known = rankers.get(program);
    if (known) return known(text);
    const ranker = createRanker(program);
    rankers.set(program, ranker);
    return ranker(text);
  };
}

/** Ends this process without a word at the nth pass of one place, as a power cut would. */
function failpointOf(setting: string | undefined): Failpoint {
  if (!setting) return NO_FAILPOINT;
  const [place, count] = setting.split(":");
  let left = Number(count);
  return (name) => {
    if (name === place && --left <= 0) process.kill(process.pid, "SIGKILL");
  };
}
