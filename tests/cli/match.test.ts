/** `baton match`: whoever has labelled texts can try the matcher on them, without a brand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../road/process.ts";

const ROWS = [
  "Where is my parcel?\tparcel",
  "Track my order please\tparcel",
  "我的快递到哪了\tparcel",
  "I want my money back\trefund",
  "When do I get the refund?\trefund",
  "我要退款\trefund",
  "When do you open?\thours",
  "What are your opening hours\thours",
  "几点开门\thours",
];
const ASKED = ["where's my parcle", "我想退款", "opening hours today?", "When do you open", "", "quantum chromodynamics"];

let folder: ReturnType<typeof temporaryFolder>;
const at = (name: string) => join(folder.path, name);
beforeAll(() => {
  folder = temporaryFolder();
  writeFileSync(at("rows.tsv"), `${ROWS.join("\n")}\n`);
  writeFileSync(at("turned.tsv"), `${[...ROWS].reverse().join("\r\n")}\r\n`);
});
afterAll(() => folder.remove());

const asked = { input: `${ASKED.join("\n")}\n` };

describe("labelled texts tried without a brand", () => {
  it("gives each line a label and how surely it is any label's", async () => {
    const { status, out } = await run(["match", "--train", at("rows.tsv")], asked);
    expect(status).toBe(0);
    const said = out
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t") as [string, string]);
    expect(said.slice(0, 4).map(([label]) => label)).toEqual(["parcel", "refund", "hours", "hours"]);
    expect(said).toHaveLength(ASKED.length);
    expect(Number(said[3]![1])).toBe(1);
    expect(Number(said[4]![1])).toBe(0);
    expect(Number(said[5]![1])).toBeLessThan(Number(said[0]![1]));
  });

  it("says the same whatever the order of the rows, and again from the file that kept it", async () => {
    const first = await run(["match", "--train", at("rows.tsv"), "--save", at("kept.model"), "--time"], asked);
    const turned = await run(["match", "--train", at("turned.tsv")], asked);
    const recalled = await run(["match", "--model", at("kept.model")], asked);
    expect(first.err).toContain("learnt in");
    expect(turned.out).toBe(first.out);
    expect(recalled.out).toBe(first.out);
  });

  it("names the line that is no example, and a file that is no model or a damaged one", async () => {
    writeFileSync(at("wrong.tsv"), "Where is it?\tparcel\nno label here\n");
    const wrong = await run(["match", "--train", at("wrong.tsv")], asked);
    expect([wrong.status, wrong.err]).toEqual([2, `${at("wrong.tsv")}:2: this line is not text<TAB>label.\n`]);
    const kept = readFileSync(at("kept.model"));
    writeFileSync(at("half.model"), kept.subarray(0, kept.length / 2));
    for (const name of ["rows.tsv", "half.model"]) {
      const { status, err } = await run(["match", "--model", at(name)], asked);
      expect([status, err.includes("is not a model")]).toEqual([2, true]);
    }
  });
});
