/** What the road counts and times, as a port: assemble puts prom-client behind it, tests a plain map. */

export type Counter =
  | "events_received"
  | "events_duplicate"
  | "webhooks_refused"
  | "webhooks_not_judged"
  | "webhooks_not_stored"
  | "inbox_full"
  | "turns"
  | "turn_conflicts"
  | "turn_throws"
  | "dead_letters"
  | "controls"
  | "controls_refused"
  | "lines_sent"
  | "lines_later"
  | "lines_refused"
  | "lines_failed"
  | "lines_dropped"
  | "lines_in_doubt"
  | "lines_sent_again"
  | "accounts_stopped"
  | "calls"
  | "calls_failed"
  | "asks"
  | "asks_failed"
  | "asks_not_begun"
  | "asks_dropped"
  | "ask_tokens"
  | "link_codes"
  | "linked"
  | "links_refused"
  | "unlinked"
  | "timers_rung"
  | "tickets_opened"
  | "offers_made"
  | "claims_taken_back";

/** `receive_ms`: from the request to its commit. `reply_ms`: from receipt to the platform's answer to the first line of the reply. */
export type Duration = "receive_ms" | "turn_ms" | "reply_ms" | "send_ms" | "call_ms" | "ask_ms" | "control_ms";

/** Names of bots, channels, kinds: a small closed set, never a customer, a text or a secret. */
export type Labels = { bot: string; channel?: string; kind?: string };

export interface Metrics {
  count(what: Counter, labels: Labels, by?: number): void;
  observe(what: Duration, ms: number, labels: Labels): void;
}

export const NO_METRICS: Metrics = { count() {}, observe() {} };
