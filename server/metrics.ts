/** What `/metrics` shows, in Prometheus' own words; names are `baton_…`, times in seconds. */
import { collectDefaultMetrics, Histogram, Counter as PromCounter, Registry } from "prom-client";
import type { Counter, Duration, Labels, Metrics } from "../runtime/metrics.ts";

const HELP: Record<Counter, string> = {
  events_received: "Events stored and acknowledged",
  events_duplicate: "Events delivered again and dropped by their key",
  webhooks_refused: "Webhooks refused: forged, malformed, too large",
  inbox_full: "Webhooks answered 503 because too many events were undecided",
  turns: "Turns committed",
  turn_conflicts: "Turns begun on a version that was no longer the newest",
  turn_throws: "Turns that broke a promise and were tried again",
  dead_letters: "Events that threw three times",
  controls: "Control events decided",
  controls_refused: "Control events refused by the law",
  lines_sent: "Lines the platform took",
  lines_later: "Sends the platform asked to try again",
  lines_refused: "Lines refused for good",
  lines_failed: "Lines given up",
  lines_dropped: "Lines dropped because somebody else had the conversation",
  lines_in_doubt: "Sends whose fate the platform did not tell",
  lines_sent_again: "Doubtful lines sent once more: possibly doubled",
  accounts_stopped: "Alarms: an account may not send until somebody mends it",
  calls: "Calls to actions",
  calls_failed: "Calls that ended in an error",
  timers_rung: "Timers that came due",
  tickets_opened: "Handoffs",
  offers_made: "Tickets offered to an agent",
  claims_taken_back: "Claims taken back because no answer came in time",
};

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const TIMES: Record<Duration, string> = {
  receive_ms: "From a webhook's arrival to its commit",
  turn_ms: "One turn, decided and committed",
  reply_ms: "From receipt to the platform's answer to the first line of the reply",
  send_ms: "One send, until the platform answered",
  call_ms: "One call to an action",
  control_ms: "One control event, decided and committed",
};

export type ServerMetrics = Metrics & { text(): Promise<string>; contentType: string };

export function createMetrics(): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ["bot", "channel", "kind"];
  const counters = new Map<Counter, PromCounter>();
  for (const name of Object.keys(HELP) as Counter[]) {
    counters.set(name, new PromCounter({ name: `baton_${name}_total`, help: HELP[name], labelNames, registers: [registry] }));
  }
  const histograms = new Map<Duration, Histogram>();
  for (const name of Object.keys(TIMES) as Duration[]) {
    const seconds = `baton_${name.replace(/_ms$/, "")}_seconds`;
    histograms.set(name, new Histogram({ name: seconds, help: TIMES[name], labelNames, buckets: SECONDS, registers: [registry] }));
  }
  // Labels are a small closed set: each combination is resolved once, since resolving costs as much as counting.
  const counting = new Map<string, PromCounter.Internal>();
  const timing = new Map<string, Histogram.Internal<string>>();
  return {
    count(what, labels, by = 1) {
      const key = keyOf(what, labels);
      const known = counting.get(key);
      const child = known ?? counters.get(what)!.labels(labels.bot, labels.channel ?? "", labels.kind ?? "");
      if (!known) counting.set(key, child);
      child.inc(by);
    },
    observe(what, ms, labels) {
      const key = keyOf(what, labels);
      const known = timing.get(key);
      const child = known ?? histograms.get(what)!.labels(labels.bot, labels.channel ?? "", labels.kind ?? "");
      if (!known) timing.set(key, child);
      child.observe(ms / 1000);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function keyOf(what: string, labels: Labels): string {
  return `${what} ${labels.bot} ${labels.channel ?? ""} ${labels.kind ?? ""}`;
}
