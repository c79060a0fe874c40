/** Opens a project's channels for a command that only asks their platforms something: no store, no server. */
import { resolve } from "node:path";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import type { Program } from "../dialogue/program.ts";
import { NO_FAILPOINT } from "../model/failpoint.ts";
import { type Channels, openChannels } from "../server/channels.ts";
import { systemClock } from "../server/clock.ts";
import { createIds } from "../server/ids.ts";
import { fileKeeper } from "../server/keeper.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { adWindowMs, keeperFolder, readSettings, type Settings } from "../server/settings.ts";

export type Platforms = { programs: Program[]; channels: Channels; settings: Settings };

/** @returns `sorry`: sentences for whoever called, and the exit status */
export async function openPlatforms(
  project: string,
  flags: Record<string, string | undefined>,
): Promise<Platforms | { sorry: string[]; status: number }> {
  const root = resolve(project);
  const settings = readSettings(root, flags);
  if ("wrong" in settings) return { sorry: settings.wrong, status: 2 };
  const read = readProject(root);
  const reading = { builtins: readBuiltins(), limits: channelLimits(adWindowMs(settings)), env: settings.env };
  const programs: Program[] = [];
  for (const bot of read.bots) {
    const { program } = compile({ ...reading, bot, files: read.files });
    if (program) programs.push(program);
  }
  if (programs.length === 0 || programs.length < read.bots.length)
    return {
      sorry: ["The brand's files have mistakes, or there are none. `npx baton check` says which; then ask again."],
      status: 2,
    };
  const serverUrl = `http://127.0.0.1:${settings.PORT}`;
  try {
    const secret = settings.BATON_SECRET ?? "nothing is signed here";
    const given = {
      secret,
      settings: { ...settings, BATON_STORE: "sqlite::memory:" },
      clock: systemClock,
      failpoint: NO_FAILPOINT,
      serverUrl,
    };
    const keeper = fileKeeper(keeperFolder(settings, root)); // a token that was replaced since is there, and one that we replace must be
    const channels = await openChannels({
      ...given,
      root,
      programs,
      ids: createIds(systemClock),
      keeper,
      fetchBytes: async () => null,
    });
    return { programs, channels, settings };
  } catch (error) {
    return { sorry: [error instanceof Error ? error.message : String(error)], status: 1 };
  }
}

/** `bot channel` of those that run against their built-in twin. */
export function playedIn(channels: Channels): ReadonlySet<string> {
  return new Set(channels.twins.map(({ bot, channel }) => `${bot} ${channel}`));
}
