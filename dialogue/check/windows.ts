/** Messages that come after a `wait` when a channel no longer lets us speak. */
import type { Limits } from "../../model/limits.ts";
import type { Inside } from "../compile/steps.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import type { At, Flow, Step } from "../program.ts";
import type { StepSource } from "../read/flow-schema.ts";
import type { Keyed } from "../read/words.ts";
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
    const named = templatesOf(draft.source).map(({ key }) => channelOf(key));
    const over = closing
      .map((limits) => ({ limits, longestMs: Math.max(...Object.values(limits.windows.openings).map((one) => one.lengthMs)) }))
      .filter(
        ({ limits, longestMs }) => since >= longestMs && !(limits.templates && named.includes(limits.channel)) && !isNotYet(limits, named),
      );
    if (over.length === 0) continue;
    const [first, ...more] = over.map(({ limits, longestMs }) => [limits.channel, duration(longestMs)]);
    const others = more.map(([channel, length]) => `, ${channel} for ${length}`).join("");
    const late = `This may come ${duration(since)} after the customer's last word, and ${first![0]} lets us speak for ${first![1]}${others}; later it is not sent.`;
    const taking = over.find(({ limits }) => limits.templates)?.limits.channel;
    const help =
      taking === undefined
        ? "Wait for less, or let a person write by then."
        : `Wait for less, or name an approved template: \`outside_window: { ${taking}: <template> }\`.`;
    report(shop, draft.mainKey, "wait-outlives-window", late, { severity: "warning", help });
  }
}

/** Not every channel takes approved templates, or not yet: who names one there is told that nothing goes out by it. */
export function sayTemplatesNotYet(shop: Workshop, inside: Inside, channels: Limits[]): void {
  const taking = new Set(channels.filter((one) => one.templates).map((one) => one.channel));
  for (const { source } of inside.layout.drafts) {
    const useless = templatesOf(source).find(({ key, value }) => !taking.has(channelOf(key)) || isNotification(value));
    if (useless === undefined) continue;
    const told = `\`outside_window\` is part of the language, and this release cannot send by it on ${channelOf(useless.key)} yet.`;
    report(shop, useless.key, "not-yet", told, {
      severity: "warning",
      help: "There the message is not sent once the window has closed.",
    });
  }
}

/** Told once, by `sayTemplatesNotYet`. */
function isNotYet(limits: Limits, named: string[]): boolean {
  return !limits.templates && named.includes(limits.channel);
}

function channelOf(key: { text: string }): string {
  return key.text.split(":")[0]!;
}

function isNotification(value: unknown): boolean {
  return typeof value === "object" && value !== null && "notification" in value && value.notification !== undefined;
}

function templatesOf(source: StepSource): Keyed<unknown> {
  return "outside_window" in source ? (source.outside_window ?? []) : [];
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

function duration(ms: number): string {
  const count = Math.round(ms / HOUR_MS);
  if (count < 48) return `${count} hours`;
  const rest = count % 24;
  return `${Math.floor(count / 24)} days${rest === 0 ? "" : ` and ${rest} ${rest === 1 ? "hour" : "hours"}`}`;
}
