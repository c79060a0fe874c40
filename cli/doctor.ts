/** `baton doctor`: what each account needs before real customers come, asked of the platforms; and what to do about what is missing. */
import { resolve } from "node:path";
import { channelLimits } from "../adapters/limits.ts";
import { compile } from "../dialogue/compile.ts";
import type { Program } from "../dialogue/program.ts";
import type { CheckUp, Finding } from "../model/adapter.ts";
import type { AccountId } from "../model/address.ts";
import { NO_FAILPOINT } from "../model/failpoint.ts";
import { type Channels, openChannels } from "../server/channels.ts";
import { systemClock } from "../server/clock.ts";
import { createIds } from "../server/ids.ts";
import { fileKeeper } from "../server/keeper.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { adWindowMs, keeperFolder, readSettings } from "../server/settings.ts";

export type DoctorFlags = { project: string; url?: string };

const PROBE_MS = 8_000;

/** @returns the exit status: 0 all well, 1 something is missing, 2 nothing could be asked */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const root = resolve(flags.project);
  const settings = readSettings(root, { BATON_URL: flags.url });
  if ("wrong" in settings) {
    for (const sentence of settings.wrong) console.error(sentence);
    return 2;
  }
  const project = readProject(root);
  const reading = { builtins: readBuiltins(), limits: channelLimits(adWindowMs(settings)), env: settings.env };
  const programs: Program[] = [];
  for (const bot of project.bots) {
    const { program } = compile({ ...reading, bot, files: project.files });
    if (program) programs.push(program);
  }
  if (programs.length === 0 || programs.length < project.bots.length) {
    console.error("The brand's files have mistakes, or there are none. `npx baton check` says which; then ask again.");
    return 2;
  }
  const serverUrl = `http://127.0.0.1:${settings.PORT}`;
  let channels: Channels;
  try {
    const given = { settings: { ...settings, BATON_STORE: "sqlite::memory:" }, clock: systemClock, failpoint: NO_FAILPOINT, serverUrl };
    const keeper = fileKeeper(keeperFolder(settings, root)); // a token that was replaced since is there, and one that we replace must be
    channels = await openChannels({ ...given, root, programs, ids: createIds(systemClock), keeper, fetchBytes: async () => null });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
  try {
    const publicUrl = settings.BATON_URL?.replace(/\/+$/, "") ?? null;
    return (await askAll(programs, channels, publicUrl)) ? 0 : 1;
  } finally {
    await channels.close();
  }
}

async function askAll(programs: Program[], channels: Channels, publicUrl: string | null): Promise<boolean> {
  const played = new Set(channels.twins.map(({ bot, channel }) => `${bot} ${channel}`));
  let isWell = true;
  for (const { bot } of programs) {
    for (const { account, adapter } of channels.accounts.get(bot.name) ?? []) {
      console.log(`${bot.title}, ${adapter.channel} ${account}`);
      if (played.has(`${bot.name} ${adapter.channel}`)) {
        console.log(`  - no credentials: it runs against its built-in twin. docs/channels/${adapter.channel}.md tells how to go live.\n`);
        continue;
      }
      const about: CheckUp = { webhookUrl: publicUrl && publicUrl + adapter.path, nowMs: systemClock.nowMs(), probe };
      const findings = (await adapter.check?.(account as AccountId, about)) ?? [];
      for (const finding of findings) console.log(written(finding));
      console.log("");
      if (findings.some((finding) => finding.ok !== true)) isWell = false;
    }
  }
  console.log(isWell ? "All is there." : "Something is missing: see the lines with ✗ and ?.");
  return isWell;
}

function written({ what, ok, found, next }: Finding): string {
  const mark = ok === null ? "?" : ok ? "✓" : "✗";
  return [`  ${mark} ${what}: ${found}`, ...(next ? [`      ${next}`] : [])].join("\n");
}

async function probe(url: string): Promise<{ status: number; body: string } | null> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) });
    return { status: answer.status, body: (await answer.text()).slice(0, 1_000) };
  } catch {
    return null; // not there, not in time, or a certificate that is not right
  }
}
