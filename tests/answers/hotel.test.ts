import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Labelled, measure } from "./sets.ts";

type Row = Labelled & { use: string };
const rows: Row[] = readFileSync(new URL("data/hotel.tsv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [label = "", use = "", text = ""] = line.split("\t");
    return { label, use, text };
  });

describe("guests of a small hotel, in English, Chinese and Spanish", () => {
  const train = rows.filter((row) => row.use === "train");
  const test = rows.filter((row) => row.use === "test" && row.label !== "-");
  const outside = rows.filter((row) => row.label === "-");
  const measured = measure(train, test, outside);

  it("find the right answer among ten, from a few phrases each", () => {
    expect(measured.right).toBeGreaterThanOrEqual(0.97);
  });

  it("are answered, not put off, when they ask about the hotel", () => {
    expect(measured.accepted).toBeGreaterThanOrEqual(0.94);
    expect(measured.acceptedRight).toBeGreaterThanOrEqual(0.97);
  });

  it("are not given an answer about the hotel when they ask about the world", () => {
    expect(measured.rejected).toBeGreaterThanOrEqual(0.92);
  });
});
