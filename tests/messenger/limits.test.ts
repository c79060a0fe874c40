import { describe, expect, test } from "vitest";
import { channelLimits } from "../../adapters/limits.ts";
import { DAY_MS, messengerLimits } from "../../adapters/messenger/limits.ts";
import { ERRORS } from "../../adapters/meta/errors.ts";
import { windowState } from "../../model/limits.ts";
import { adapter, eventFixtures, eventsOf, fixture, NOW_MS, post } from "./setup.ts";

describe("the channels' tables", () => {
  test.each([...channelLimits()])("%s says where its numbers are from and when they were read", (name, limits) => {
    expect(limits.channel).toBe(name);
    expect(limits.source.length).toBeGreaterThan(10);
    expect(limits.checkedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(limits.text.max).toBeGreaterThan(0);
    expect(limits.rate.perAccountPerSecond).toBeGreaterThan(0);
    for (const opening of Object.values(limits.windows.openings)) {
      expect(opening.lengthMs).toBeGreaterThan(0);
      expect(opening.from).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
    if (!limits.windows.always) expect(Object.keys(limits.windows.openings)).toContain("message");
  });
  test("every channel is there once", () => {
    const names = ["botframework", "instagram", "messenger", "twitter", "web", "wechat", "whatsapp"];
    expect([...channelLimits().keys()].sort()).toEqual(names);
  });
  test("every opening that a Messenger event names is in its table", () => {
    const { openings } = messengerLimits().windows;
    const messenger = adapter();
    const named = new Set(eventFixtures().flatMap((name) => eventsOf(post(messenger, fixture(name))).flatMap(({ opens }) => opens ?? [])));
    expect([...named].filter((name) => openings[name] === undefined)).toEqual([]);
    expect(Object.keys(openings).filter((name) => !named.has(name))).toEqual([]);
  });
  test("a WeChat budget ends before its hours do", () => {
    const { windows } = channelLimits().get("wechat")!;
    const marks = (spent: number) => ({ openings: { message: NOW_MS }, heardAtMs: NOW_MS, spent });
    expect(windowState(windows, marks(4), NOW_MS + DAY_MS).open).toBe(true);
    expect(windowState(windows, marks(5), NOW_MS + 1).open).toBe(false);
    expect(windowState(windows, marks(0), NOW_MS + 2 * DAY_MS).open).toBe(false);
  });
  test("no code and subcode is decided twice", () => {
    const keys = ERRORS.flatMap(({ code, subcodes }) => (subcodes === "any" ? [`${code}/any`] : subcodes.map((one) => `${code}/${one}`)));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
