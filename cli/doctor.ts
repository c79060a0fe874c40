/** `baton doctor`: what each account needs before real customers come, asked of the platforms; and what to do about what is missing. */
import type { Program } from "../dialogue/program.ts";
import type { CheckUp, Finding } from "../model/adapter.ts";
import type { AccountId } from "../model/address.ts";
import type { Channels } from "../server/channels.ts";
import { systemClock } from "../server/clock.ts";
import { openPlatforms, playedIn } from "./platforms.ts";

export type DoctorFlags = { project: string; url?: string };

const PROBE_MS = 8_000;

/** @returns the exit status: 0 all well, 1 something is missing, 2 nothing could be asked */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const opened = await openPlatforms(flags.project, { BATON_URL: flags.url });
  if ("sorry" in opened) {
    for (const sentence of opened.sorry) console.error(sentence);
    return opened.status;
  }
  const { programs, channels, settings } = opened;
  try {
    const publicUrl = settings.BATON_URL?.replace(/\/+$/, "") ?? null;
    return (await askAll(programs, channels, publicUrl)) ? 0 : 1;
  } finally {
    await channels.close();
  }
}

async function askAll(programs: Program[], channels: Channels, publicUrl: string | null): Promise<boolean> {
  const played = playedIn(channels);
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
  console.log(isWell ? "All is there." : "Something is missing: see the lines with ✗ and ?. Those with ! are advice.");
  return isWell;
}

function written({ what, ok, found, next }: Finding): string {
  const mark = ok === null ? "?" : !ok ? "✗" : next ? "!" : "✓";
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
