/** What `/metrics` shows, in Prometheus' own words; names are `baton_…`, times in seconds. */
import type { Histogram, Registry } from "prom-client";
import type { Counter, Duration, Labels, Metrics } from "../runtime/metrics.ts";

const HELP: Record<Counter, string> = {
  events_received: "Events stored and acknowledged",
  events_duplicate: "Events delivered again and dropped by their key",
  webhooks_refused: "Webhooks refused: forged, malformed, too large",
  webhooks_not_judged: "Webhooks answered 503 because the keys of the platform could not be had",
  webhooks_not_stored: "Webhooks answered 503 because the store could not write",
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
  asks: "Asks to an answerer",
  asks_failed: "Asks without a usable answer: the offline result stood",
  asks_not_begun: "Asks not begun: a limit was reached, or the answerer rests",
  asks_dropped: "Answers of which something could not be checked and was dropped",
  ask_tokens: "Tokens that asks have used since this process began",
  link_codes: "Codes given to link two chats",
  linked: "Chats that became one customer's",
  links_refused: "Proofs of a link that did not hold",
  unlinked: "Chats taken apart again",
  timers_rung: "Timers that came due",
  tickets_opened: "Handoffs",
  offers_made: "Tickets offered to an agent",
  claims_taken_back: "Claims taken back because no answer came in time",
};

const BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
const TIMES: Record<Duration, string> = {
  receive_ms: "From a webhook's arrival to its commit",
  turn_ms: "One turn, decided and committed",
  reply_ms: "From receipt to the platform's answer to the first line of the reply",
  send_ms: "One send, until the platform answered",
  call_ms: "One call to an action",
  ask_ms: "One ask to an answerer",
  control_ms: "One control event, decided and committed",
};

/** A number that is read when somebody looks. */
export type Gauge = {
  name: string;
  help: string;
  labels: string[];
  read(): Promise<{ labels: Record<string, string>; value: number }[]>;
};

/** `show` comes before the first look. */
export type ServerMetrics = Metrics & { show(gauges: Gauge[]): void; text(): Promise<string>; contentType: string };

/** What is counted for one set of labels. Plain numbers: prom-client's own cost a turn as much as its whole decision. */
type Tally = { labels: Labels; counts: Map<Counter, number>; times: Map<Duration, Times> };
/** `under`: how many took no longer than the bucket of the same index, and longer than the one before it; the last has no end. */
type Times = { under: number[]; sumMs: number };

/** prom-client is loaded when somebody first looks: what it says of the process (its collections of garbage) is counted from then on. */
export function createMetrics(): ServerMetrics {
  const tallies = new Map<string, Tally>();
  const tallyOf = tallyFinder(tallies);
  let registry: Promise<Registry> | null = null;
  const gauges: Gauge[] = [];
  return {
    show: (more) => void gauges.push(...more),
    count(what, labels, by = 1) {
      const { counts } = tallyOf(labels);
      counts.set(what, (counts.get(what) ?? 0) + by);
    },
    observe(what, ms, labels) {
      const { times } = tallyOf(labels);
      let taken = times.get(what);
      if (taken === undefined) {
        taken = { under: Array(BUCKETS_MS.length + 1).fill(0), sumMs: 0 };
        times.set(what, taken);
      }
      let bucket = 0;
      while (bucket < BUCKETS_MS.length && ms > BUCKETS_MS[bucket]!) bucket++;
      taken.under[bucket]!++;
      taken.sumMs += ms;
    },
    async text() {
      registry ??= registryOf(tallies, gauges);
      return (await registry).metrics();
    },
    contentType: "text/plain; version=0.0.4; charset=utf-8",
  };
}

async function registryOf(tallies: Map<string, Tally>, gauges: Gauge[]): Promise<Registry> {
  const { collectDefaultMetrics, Counter: PromCounter, Gauge: PromGauge, Registry } = (await import("prom-client")).default;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of Object.keys(HELP) as Counter[])
    new PromCounter({
      name: `baton_${name}_total`,
      help: HELP[name],
      labelNames: ["bot", "channel", "kind"],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, counts } of tallies.values()) {
          const count = counts.get(name);
          if (count !== undefined) this.inc(named(labels), count);
        }
      },
    });
  for (const { name, help, labels: labelNames, read } of gauges)
    new PromGauge({
      name: `baton_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        for (const { labels, value } of await read()) this.set(labels, value);
      },
    });
  for (const name of Object.keys(TIMES) as Duration[]) {
    const times = timesShown(name, tallies);
    registry.registerMetric(times as unknown as Histogram); // one of ours, with the one method that a registry asks
  }
  return registry;
}

/** Most callers bring the same object each time; only a new one is looked up by what it says. */
function tallyFinder(tallies: Map<string, Tally>): (labels: Labels) => Tally {
  const met = new WeakMap<Labels, Tally>();
  return (labels) => {
    let tally = met.get(labels);
    if (tally === undefined) {
      const key = JSON.stringify(named(labels));
      tally = tallies.get(key) ?? { labels, counts: new Map(), times: new Map() };
      tallies.set(key, tally);
      met.set(labels, tally);
    }
    return tally;
  };
}

function timesShown(name: Duration, tallies: Map<string, Tally>) {
  const shown = `baton_${name.replace(/_ms$/, "")}_seconds`;
  return {
    name: shown,
    async get() {
      const values: { metricName: string; labels: Record<string, string | number>; value: number }[] = [];
      for (const { labels, times } of tallies.values()) {
        const taken = times.get(name);
        if (taken === undefined) continue;
        let count = 0;
        for (let bucket = 0; bucket <= BUCKETS_MS.length; bucket++) {
          count += taken.under[bucket]!;
          const le = bucket < BUCKETS_MS.length ? BUCKETS_MS[bucket]! / 1000 : "+Inf";
          values.push({ metricName: `${shown}_bucket`, labels: { le, ...named(labels) }, value: count });
        }
        values.push({ metricName: `${shown}_sum`, labels: named(labels), value: taken.sumMs / 1000 });
        values.push({ metricName: `${shown}_count`, labels: named(labels), value: count });
      }
      return { name: shown, help: TIMES[name], type: "histogram", aggregator: "sum", values };
    },
  };
}

function named({ bot, channel = "", kind = "" }: Labels): { bot: string; channel: string; kind: string } {
  return { bot, channel, kind };
}
