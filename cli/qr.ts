/** `baton qr`: a code for a poster or a page; whoever scans it comes with its scene, which an ads file leads to a flow. */
import type { MadeCode } from "../model/adapter.ts";
import type { AccountId } from "../model/address.ts";
import { openPlatforms, playedIn } from "./platforms.ts";

export type QrFlags = { project: string; bot?: string; account?: string; days: string; forever?: boolean };

const DAY_MS = 86_400_000;

/** @returns the exit status */
export async function qr(scene: string, flags: QrFlags): Promise<number> {
  const days = Number(flags.days);
  if (!Number.isFinite(days) || days <= 0) {
    console.error("`--days` is a number above 0, such as 30. A code for good: `--forever`.");
    return 2;
  }
  const opened = await openPlatforms(flags.project, {});
  if ("sorry" in opened) {
    for (const sentence of opened.sorry) console.error(sentence);
    return opened.status;
  }
  const { programs, channels } = opened;
  try {
    const makers = programs
      .filter(({ bot }) => flags.bot === undefined || bot.name === flags.bot)
      .flatMap(({ bot }) => (channels.accounts.get(bot.name) ?? []).map((one) => ({ bot, ...one })))
      .filter(({ account, adapter }) => adapter.makeCode !== undefined && (flags.account ?? account) === account);
    const [maker, another] = makers;
    if (!maker || another) {
      const names = makers.map(({ account }) => account).join(", ");
      console.error(
        another
          ? `Several accounts make codes: ${names}. Name one with \`--account\`.`
          : "No such account makes codes. WeChat official accounts do: name one under `channels:` in the bot's file.",
      );
      return 2;
    }
    const forMs = flags.forever ? null : days * DAY_MS;
    const made = await maker.adapter.makeCode!(maker.account as AccountId, scene, forMs);
    if (made.kind !== "made") {
      console.error(`${maker.adapter.channel} ${maker.account} made no code: ${made.why}.`);
      return 1;
    }
    console.log(written(scene, made, playedIn(channels).has(`${maker.bot.name} ${maker.adapter.channel}`)));
    return 0;
  } finally {
    await channels.close();
  }
}

function written(scene: string, { leadsTo, picture, untilMs }: MadeCode, isPlayed: boolean): string {
  return [
    ...(isPlayed ? ["No credentials: the built-in twin made this one, and no phone reads it."] : []),
    `Picture:  ${picture}`,
    `Leads to: ${leadsTo}`,
    `Holds:    ${untilMs === null ? "for good" : `until ${new Date(untilMs).toISOString()}`}`,
    "",
    "In an ads file it starts a flow:",
    "  ads:",
    `    - { match: { scene: ${JSON.stringify(scene)} }, start: <flow> }`,
  ].join("\n");
}
