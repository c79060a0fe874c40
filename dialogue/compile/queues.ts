/** Compiles the queues of people: their hours, their promise, their route, and what happens when nobody can be promised. */
import { nearNames } from "../expressions/near.ts";
import type { Hours, Queue } from "../program.ts";
import type { QueueSource } from "../read/bot-schema.ts";
import { entry, type Scalar } from "../read/node.ts";
import type { Keyed, Written } from "../read/words.ts";
import { type Links, textOrMessage } from "./message.ts";
import { report, type Site, type Workshop } from "./workshop.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];

export function queue(shop: Workshop, key: Scalar, source: QueueSource, site: Site, zone: string, names: string[], links: Links): Queue {
  for (const way of [source.when_closed, source.when_too_long]) if (way) links.link(way.link);
  const timezone = source.timezone ? zoneNamed(shop, source.timezone, zone) : zone;
  return {
    name: key.text,
    hours: { timezone, days: source.hours ? hours(shop, source.hours) : null, holidays: (source.holidays ?? []).map((one) => one.text) },
    ...(source.notice
      ? { notice: textOrMessage(shop, source.notice, "notice", { ...site, context: `${site.context}/${key.text}` }, links) }
      : {}),
    answerWithinMs: source.answer_within?.ms ?? null,
    maxWaitMs: source.max_wait?.ms ?? null,
    route: route(shop, source, names),
    whenClosed: source.when_closed?.link.text ?? null,
    whenTooLong: source.when_too_long?.link.text ?? null,
  };
}

export function zoneNamed(shop: Workshop, written: Written, instead: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: written.text });
    return written.text;
  } catch {
    report(shop, written.at, "bad-timezone", `\`${written.text}\` is not a time zone.`, {
      near: nearNames(written.text, Intl.supportedValuesOf("timeZone")),
      help: "Time zones are written as `America/Los_Angeles` or `Asia/Shanghai`.",
    });
    return instead;
  }
}

/** Days that are not named are closed. */
function hours(shop: Workshop, source: Keyed<Written>): Hours["days"] {
  const made: NonNullable<Hours["days"]> = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  for (const { key, value: written } of source) {
    const [from, to] = key.text.split("-") as [Day, Day | undefined];
    const first = DAYS.indexOf(from);
    const last = DAYS.indexOf(to ?? from);
    if (last < first)
      report(shop, key, "bad-hours", `\`${key.text}\` runs backwards.`, {
        help: "A week begins with `mon` and ends with `sun`; write two entries for days on both sides of it.",
      });
    const spans = written.text.split(",").map((one) => times(one.trim()));
    for (const span of spans) {
      if (!span)
        report(shop, written.at, "bad-hours", `\`${written.text}\` is no time of opening.`, {
          help: 'Write times in quotes, from early to late: "09:00-17:00", or "08:00-12:00, 13:00-20:00". Midnight at the end is 24:00.',
        });
      else for (const day of DAYS.slice(first, last + 1)) made[day].push(span);
      if (!span) break;
    }
  }
  return made;
}

function times(written: string): { fromMin: number; toMin: number } | null {
  const found = /^(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)$/.exec(written);
  if (!found) return null;
  const [fromHour, fromMinute, toHour, toMinute] = found.slice(1).map(Number) as [number, number, number, number];
  const fromMin = fromHour * 60 + fromMinute;
  const toMin = toHour * 60 + toMinute;
  return fromMinute < 60 && toMinute < 60 && toMin <= 1440 && fromMin < toMin ? { fromMin, toMin } : null;
}

function route(shop: Workshop, source: QueueSource, names: string[]): Queue["route"] {
  const rungs = source.route ?? [];
  return rungs.map((rung, i) => {
    if (rung.overflow && rung.overflow.text !== "anyone" && !names.includes(rung.overflow.text)) {
      report(shop, rung.overflow.at, "unknown-queue", `There is no queue called \`${rung.overflow.text}\`.`, {
        near: nearNames(rung.overflow.text, ["anyone", ...names]),
        help: "`overflow` takes `anyone` or another queue's name.",
      });
    }
    const last = i === rungs.length - 1;
    if (last && rung.for)
      report(
        shop,
        entry(rung.node, "for")!.key,
        "route-end",
        "The last rung of a `route` is tried for as long as it takes, so it has no `for`.",
        { help: "Leave `for` out, or add a wider rung below." },
      );
    if (!last && !rung.for)
      report(shop, rung.node, "route-end", "This rung has no `for`, so those below are never tried.", {
        help: "Say how long it is tried: `for: 60s`.",
      });
    return {
      skills: (rung.skills ?? []).map((one) => one.text),
      sameLanguage: rung.language === "same",
      overflow: rung.overflow?.text ?? null,
      forMs: rung.for?.ms ?? null,
    };
  });
}
