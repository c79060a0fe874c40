/** Is this machine's clock near the platform's? Events carry its times, and windows are counted from them. */
import type { Finding } from "../model/adapter.ts";

const FAR_MS = 60_000;

/** @param theirsMs the platform's clock, as its answer's `Date` says; null when it said none */
export function clockFinding(theirsMs: number | null, oursMs: number): Finding {
  const what = "clock";
  if (theirsMs === null) return { what, ok: null, found: "The platform did not say what time it is." };
  const apartMs = Math.abs(theirsMs - oursMs);
  const seconds = Math.round(apartMs / 1_000);
  if (apartMs <= FAR_MS) return { what, ok: true, found: `This machine's clock is ${seconds} s from the platform's.` };
  return {
    what,
    ok: false,
    found: `This machine's clock is ${seconds} s from the platform's.`,
    next: "Set it by NTP (`timedatectl set-ntp true`).",
  };
}
