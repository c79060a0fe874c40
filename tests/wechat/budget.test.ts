/** What acts of different kinds buy together: the larger count and the longer time, never the sum, and the same as the platform counts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wechatLimits } from "../../adapters/wechat/limits.ts";
import { type BUYS, buy, newThread } from "../../adapters/wechat/twin/thread.ts";
import { marksAfter } from "../../model/entry.ts";
import { type Marks, messagesLeft, NO_MARKS, windowState } from "../../model/limits.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NAMES = { message: "message", click: "menu_click", follow: "followed", scan: "scanned" } as const;
const { windows } = wechatLimits;

/** The follower acts and we send, on the platform's books and on ours. */
function books() {
  const thread = newThread("o1");
  let marks: Marks = NO_MARKS;
  const ours = (nowMs: number) => (windowState(windows, marks, nowMs).open ? messagesLeft(windows, marks, nowMs)! : 0);
  const theirs = (nowMs: number) => (nowMs < thread.untilMs ? thread.left : 0);
  return {
    ours,
    theirs,
    acts(what: keyof typeof BUYS, nowMs: number) {
      buy(thread, what, nowMs);
      marks = marksAfter(marks, what === "message" ? "said" : "tapped", nowMs, NAMES[what]);
    },
    sends(nowMs: number) {
      if (ours(nowMs) === 0) return;
      thread.left -= 1;
      marks = { ...marks, spent: marks.spent + 1 };
    },
  };
}

describe("what a follower's acts buy", () => {
  test("a tap after a text adds nothing to what is left of its five, and brings back three when they are used", () => {
    const { acts, sends, ours } = books();
    acts("message", 0);
    sends(1);
    acts("click", 2);
    expect(ours(3)).toBe(4);
    for (let at = 0; at < 4; at++) sends(4);
    expect(ours(5)).toBe(0);
    acts("click", 6);
    expect(ours(7)).toBe(3);
    expect(ours(5 * MINUTE_MS)).toBe(3); // as long as the text's two days hold
    acts("message", HOUR_MS);
    expect(ours(HOUR_MS + 1)).toBe(5);
  });

  test("a tap alone buys a minute, and what an old text left over does not come back with it", () => {
    const { acts, ours } = books();
    acts("message", 0);
    acts("click", 49 * HOUR_MS);
    expect(ours(49 * HOUR_MS + 1)).toBe(3);
    expect(ours(49 * HOUR_MS + MINUTE_MS)).toBe(0);
  });

  const act = fc.constantFrom("message", "click", "follow", "scan", "send", "send", "send");
  const story = (paused: fc.Arbitrary<number>) => fc.array(fc.tuple(act, paused), { maxLength: 40 });
  const play = (steps: [string, number][], compare: (ours: number, theirs: number) => void) => {
    const { acts, sends, ours, theirs } = books();
    let nowMs = 1;
    for (const [what, ms] of steps) {
      nowMs += ms;
      if (what === "send") sends(nowMs);
      else acts(what as keyof typeof BUYS, nowMs);
      compare(ours(nowMs), theirs(nowMs));
    }
  };

  test("is counted to the last message, in any order, within a text's two days", () => {
    fc.assert(
      fc.property(story(fc.integer({ min: 1, max: HOUR_MS })), (steps) =>
        play([["message", 1], ...steps], (ours, theirs) => expect(ours).toBe(theirs)),
      ),
      { numRuns: 500 },
    );
  });

  test("is never overdrawn, however long the pauses are", () => {
    const paused = fc.constantFrom(1, 30_000, 59_000, 61_000, 10 * HOUR_MS, 47 * HOUR_MS, 49 * HOUR_MS);
    fc.assert(
      fc.property(story(paused), (steps) => play(steps, (ours, theirs) => expect(ours).toBeLessThanOrEqual(theirs))),
      { numRuns: 500 },
    );
  });
});
