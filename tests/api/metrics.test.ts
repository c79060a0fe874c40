/** What an operator's Prometheus reads: plain numbers of ours, in its own words. */
import { expect, test } from "vitest";
import { createMetrics } from "../../server/metrics.ts";

test("what was counted before anybody looked is shown, once, however often somebody looks", async () => {
  const metrics = createMetrics();
  metrics.count("turns", { bot: "shop" });
  metrics.count("turns", { bot: "shop" }, 2);
  metrics.count("lines_refused", { bot: "shop", kind: "window" });
  await metrics.text();
  const lines = (await metrics.text()).split("\n");
  expect(lines).toContain('baton_turns_total{bot="shop",channel="",kind=""} 3');
  expect(lines).toContain('baton_lines_refused_total{bot="shop",channel="",kind="window"} 1');
  expect(lines.some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
});

test("times stand in buckets that each hold all shorter ones, in seconds", async () => {
  const metrics = createMetrics();
  for (const ms of [0.5, 1, 3, 60_000]) metrics.observe("turn_ms", ms, { bot: "shop", channel: "messenger" });
  const lines = (await metrics.text()).split("\n");
  const shown = 'bot="shop",channel="messenger",kind=""';
  expect(lines).toContain("# TYPE baton_turn_seconds histogram");
  expect(lines).toContain(`baton_turn_seconds_bucket{le="0.001",${shown}} 2`);
  expect(lines).toContain(`baton_turn_seconds_bucket{le="0.005",${shown}} 3`);
  expect(lines).toContain(`baton_turn_seconds_bucket{le="10",${shown}} 3`);
  expect(lines).toContain(`baton_turn_seconds_bucket{le="+Inf",${shown}} 4`);
  expect(lines).toContain(`baton_turn_seconds_sum{${shown}} 60.0045`);
  expect(lines).toContain(`baton_turn_seconds_count{${shown}} 4`);
});
