/** The promise, by chance: many customers, a platform in every mood, restarts in the middle, and each text answered once and in order. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createHouse, type House } from "./house.ts";
import type { Fate } from "./platform.ts";

const LISTEN = `
format: 1
flow: listen
description: Repeats what it hears.
triggers: [ { keyword: [LISTEN] } ]
slots: { word: { type: text } }
steps:
  - { collect: word, ask: Next? }
  - send: "heard {{ slots.word }}"
  - set: { slots.word: null }
  - goto: word
`;
const CUSTOMERS = 6;
const FATES: Fate[] = ["ok", "ok", "ok", "ok", "429", "500", "reset_before", "reset_after", "unreadable"];

/** Numbers that look like chance and are the same every time. Source: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function talk(house: House, seed: number): Promise<{ told: Map<string, string[]>; restarts: number }> {
  const draw = chance(seed);
  const told = new Map<string, string[]>();
  let restarts = 0;
  let words = 0;
  for (let i = 1; i <= CUSTOMERS; i++) await house.writes("LISTEN", { from: String(i) });
  await house.passes(60_000);
  for (let round = 0; round < 60; round++) {
    for (let i = 0; i < 4; i++) house.platform.fates.push(FATES[Math.floor(draw() * FATES.length)]!);
    const from = String(1 + Math.floor(draw() * CUSTOMERS));
    const word = `w${seed}x${++words}`;
    const mid = `mid_${word}`;
    expect(await house.writes(word, { from, mid })).toBe(200);
    told.set(from, [...(told.get(from) ?? []), word]);
    if (draw() < 0.2) await house.writes(word, { from, mid }); // delivered again
    const turn = draw();
    if (turn < 0.3) await house.passes(Math.floor(draw() * 3_000));
    else if (turn < 0.4) await house.idle();
    else if (turn < 0.47) {
      restarts++;
      await house.restarts();
    }
  }
  house.platform.fates = [];
  await house.passes(20 * 60_000);
  return { told, restarts };
}

describe("each text is answered once, in order, whatever happens", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`talk ${seed}`, { timeout: 60_000 }, async () => {
      const house = await createHouse({ flows: { listen: LISTEN }, path: join(mkdtempSync(join(tmpdir(), "baton-promise-")), "store.db") });
      const { told, restarts } = await talk(house, seed);
      let doubled = 0;
      for (const [customer, words] of told) {
        const heard = house.said(customer).filter((text) => text.startsWith("heard "));
        const once = heard.filter((text, at) => heard.indexOf(text) === at);
        expect(once).toEqual(words.map((word) => `heard ${word}`));
        doubled += heard.length - once.length;
      }
      expect(doubled).toBeLessThanOrEqual((house.counts.get("lines_sent_again") ?? 0) + restarts * CUSTOMERS);
      expect(restarts).toBeGreaterThan(0);
      expect(house.counts.get("lines_in_doubt") ?? 0).toBeGreaterThan(0);
      expect(house.counts.get("turn_throws") ?? 0).toBe(0);
      await house.close();
    });
  }
});
