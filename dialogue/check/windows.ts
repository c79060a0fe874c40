/** Messages that come after a `wait` when a channel no longer lets us speak. */
import type { Limits } from "../../model/limits.ts";
import type { Inside } from "../compile/steps.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import type { At, Flow, Step } from "../program.ts";
import type { Walk } from "./graph.ts";

const HOUR_MS = 3_600_000;
/** Longer silences are all the same to every window. */
const LONGEST_MS = 60 * 24 * HOUR_MS;

export function checkWindows(shop: Workshop, flow: Flow, inside: Inside, walk: Walk, channels: Limits[]): void {
  const closing = channels.filter((one) => !one.windows.always && Object.keys(one.windows.openings).length > 0);
  if (closing.length === 0 || !flow.steps.some((step) => step.kind === "wait")) return;
  const silence = silences(flow, walk);
  for (const draft of inside.layout.drafts) {
    const step = flow.steps[draft.at]!;
    const since = silence.get(draft.at) ?? 0;
    if (since === 0 || (step.kind !== "send" && step.kind !== "collect")) continue;
    const source = draft.source;
    const answered = new Set(
      ("outside_window" in source ? source.outside_window : undefined)?.map((one) => one.key.text.split(":")[0]!) ?? [],
    );
    for (const limits of closing) {
      const longest = Math.max(...Object.values(limits.windows.openings).map((one) => one.lengthMs));
      if (since < longest || answered.has(limits.channel)) continue;
      report(
        shop,
        draft.mainKey,
        "wait-outlives-window",
        `This may come ${hours(since)} after the customer's last word, and ${limits.channel} lets us speak for ${hours(longest)}; later it is not sent.`,
        {
          severity: "warning",
          help: `Wait for less, or name what may be sent then: \`outside_window: { ${limits.channel}: … }\`.`,
        },
      );
    }
  }
}

/** By step: the longest silence of the customer when it begins. */
function silences(flow: Flow, walk: Walk): Map<At, number> {
  const longest = new Map<At, number>();
  const queue: At[] = [];
  const arrive = (at: At, ms: number) => {
    if (at < 0 || (longest.get(at) ?? -1) >= ms) return;
    longest.set(at, ms);
    queue.push(at);
  };
  for (const at of walk.present.keys()) arrive(at, 0);
  while (queue.length > 0) {
    const at = queue.pop()!;
    const step = flow.steps[at]!;
    const after = Math.min(LONGEST_MS, (longest.get(at) ?? 0) + lasting(step));
    // An answered question, and a person's help, are words of the customer; a silent one leads on by `no_reply`.
    const heard = step.kind === "collect" || step.kind === "handoff";
    for (const edge of walk.out.get(at) ?? []) arrive(edge.to, heard ? 0 : after);
  }
  return longest;
}

function lasting(step: Step): number {
  if (step.kind !== "wait") return 0;
  if (step.forMs !== undefined) return step.forMs;
  if (step.until?.kind !== "day") return 0;
  const { day, hour, minute } = step.until;
  const clock = hour * HOUR_MS + minute * 60_000;
  if (day === "today") return 0;
  return day === "tomorrow" ? 24 * HOUR_MS + clock : 7 * 24 * HOUR_MS;
}

function hours(ms: number): string {
  const count = Math.round(ms / HOUR_MS);
  if (count >= 48 && count % 24 === 0) return `${count / 24} days`;
  return `${count} hours`;
}
