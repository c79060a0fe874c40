/**
 * Floors on public data sets, which their terms keep out of this repository. `BATON_DATA` names a folder that has
 * `banking77`, `clinc150`, `xsid-zh` and `zh-web-faq`, each with `train.tsv`, `test.tsv` and texts about something else.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Labelled, measure, readLabelled } from "./sets.ts";

const folder = process.env.BATON_DATA ?? "";
const here = folder !== "" && existsSync(join(folder, "clinc150"));
if (!here) console.warn("The public data sets are not here (BATON_DATA): their floors are not checked in this run.");

const read = (path: string): Labelled[] => readLabelled(join(folder, path));

/** The first `each` texts of every label, in an order of their own: the sets are sorted. */
function few(train: Labelled[], each: number, seed: number): Labelled[] {
  const keyed = train.map((one, at) => ({ one, key: Math.imul(at + seed, 0x9e3779b1) >>> 0 })).sort((a, b) => a.key - b.key);
  const taken = new Map<string, number>();
  return keyed
    .map(({ one }) => one)
    .filter(({ label }) => {
      const count = (taken.get(label) ?? 0) + 1;
      taken.set(label, count);
      return count <= each;
    });
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(!here)("on public sets of customers' questions the matcher keeps its level", () => {
  it("banking77: 77 intents of one domain, all phrases", () => {
    const measured = measure(read("banking77/train.tsv"), read("banking77/test.tsv"), read("clinc150/oos_test.tsv"));
    expect(measured.right).toBeGreaterThanOrEqual(0.91);
    expect(measured.acceptedRight).toBeGreaterThanOrEqual(0.95);
    expect(measured.rejected).toBeGreaterThanOrEqual(0.93);
  });

  it("banking77: ten phrases an intent", () => {
    const rights = [1, 2, 3].map((seed) => measure(few(read("banking77/train.tsv"), 10, seed), read("banking77/test.tsv"), []).right);
    expect(mean(rights)).toBeGreaterThanOrEqual(0.75);
  });

  it("clinc150: 150 intents of ten domains, and a thousand texts that belong nowhere", () => {
    const measured = measure(read("clinc150/train.tsv"), read("clinc150/test.tsv"), read("clinc150/oos_test.tsv"));
    expect(measured.right).toBeGreaterThanOrEqual(0.92);
    expect(measured.acceptedRight).toBeGreaterThanOrEqual(0.96);
    expect(measured.rejected).toBeGreaterThanOrEqual(0.9);
  });

  it("clinc150: five phrases an intent", () => {
    const measured = [1, 2, 3].map((seed) =>
      measure(few(read("clinc150/train.tsv"), 5, seed), read("clinc150/test.tsv"), read("clinc150/oos_test.tsv")),
    );
    expect(mean(measured.map((one) => one.right))).toBeGreaterThanOrEqual(0.79);
    expect(mean(measured.map((one) => one.rejected))).toBeGreaterThanOrEqual(0.9);
  });

  it("xsid-zh: sixteen intents in Chinese", () => {
    const measured = measure(read("xsid-zh/train.tsv"), read("xsid-zh/test.tsv"), read("zh-web-faq/oos.tsv"));
    expect(measured.right).toBeGreaterThanOrEqual(0.87);
    expect(measured.acceptedRight).toBeGreaterThanOrEqual(0.91);
    expect(measured.rejected).toBeGreaterThanOrEqual(0.94);
  });

  it("zh-web-faq: 932 entries in Chinese, and questions that none of them answers", () => {
    const measured = measure(read("zh-web-faq/train.tsv"), read("zh-web-faq/test.tsv"), read("zh-web-faq/oos.tsv"));
    expect(measured.right).toBeGreaterThanOrEqual(0.91);
    expect(measured.rejected).toBeGreaterThanOrEqual(0.75);
  });
});
