/** `baton check` and `baton schema`: a designer learns everything that is wrong, at once, and where. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../road/process.ts";
import { copyOfDemo, type Project } from "./project.ts";

let broken: Project;
beforeAll(() => {
  broken = copyOfDemo();
  broken.change(
    "flows/alder/returns.flow.yaml",
    '"{{ slots.order_number }}" }\n    save: order',
    '"{{ slots.order_numbr }}" }\n    save: order',
  );
  broken.change("flows/alder/returns.flow.yaml", "- goto: order_number", "- goto: order_numer");
  broken.change("flows/alder/spring.ads.yaml", "start: returns", "start: retuns");
});
afterAll(() => broken.remove());

const linesWith = (file: string, words: string): number =>
  readFileSync(join(broken.path, file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(words)) + 1;

describe("the demo", () => {
  it("has nothing to mend", async () => {
    const { status, out, err } = await run(["check", "--strict"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^\d+ files of 1 bot read: nothing to mend\.\n$/);
  });
});

describe("a project with three mistakes in two files", () => {
  it("shows them all at once: place, excerpt, reason, near names, next move", async () => {
    const { status, out } = await run(["check", "--project", broken.path]);
    expect(status).toBe(1);
    const returns = "flows/alder/returns.flow.yaml";
    expect(out).toMatch(new RegExp(`^${returns}:${linesWith(returns, "order_numbr")}:\\d+ {2}unknown-name$`, "m"));
    expect(out).toMatch(/^ +\d+ \| +with: \{ number: "\{\{ slots\.order_numbr \}\}" \}\n +\| +\^{11}$/m);
    expect(out).toContain("There is no slot called `order_numbr` in this flow. Close names: `order_number`.");
    expect(out).toMatch(new RegExp(`^${returns}:${linesWith(returns, "order_numer")}:\\d+ {2}unknown-step$`, "m"));
    expect(out).toContain("write `link: <flow>`");
    expect(out).toMatch(/^flows\/alder\/spring\.ads\.yaml:\d+:\d+ {2}unknown-flow$/m);
    expect(out).toMatch(/Close names: [^\n]*`returns`/);
    expect(out).toMatch(/3 mistakes, 0 warnings\.\n$/);
  });

  it("as JSON, for tools", async () => {
    const { status, out } = await run(["check", "--project", broken.path, "--format", "json"]);
    const told = JSON.parse(out);
    expect([status, told.errors, told.problems.length]).toEqual([1, 3, 3]);
    expect(told.problems).toContainEqual(
      expect.objectContaining({
        code: "unknown-step",
        severity: "error",
        file: "flows/alder/returns.flow.yaml",
        line: linesWith("flows/alder/returns.flow.yaml", "order_numer"),
        near: ["order_number"],
      }),
    );
  });

  it("as SARIF, for code hosts", async () => {
    const { status, out } = await run(["check", "--project", broken.path, "--format", "sarif"]);
    const [told] = JSON.parse(out).runs;
    expect(status).toBe(1);
    expect(told.results.map((one: { ruleId: string }) => one.ruleId).sort()).toEqual(["unknown-flow", "unknown-name", "unknown-step"]);
    const [first] = told.results;
    expect(first.locations[0].physicalLocation.artifactLocation.uri).toMatch(/^flows\/alder\/.*\.yaml$/);
    expect(first.locations[0].physicalLocation.region.startLine).toBeGreaterThan(1);
  });

  it("does not start, and shows the same", async () => {
    const { status, err } = await run(["start", "--project", broken.path], { env: { PORT: "0", BATON_STORE: "sqlite::memory:" } });
    expect(status).toBe(1);
    expect(err).toContain("unknown-step");
    expect(err).toContain("Nothing was started.");
  });

  it("has no bot to talk with", async () => {
    const { status, err } = await run(["chat", "--project", broken.path], { input: "hello\n" });
    expect(status).toBe(2);
    expect(err).toContain("unknown-step");
  });
});

describe("a function that an action names", () => {
  let brand: Project;
  beforeAll(() => {
    brand = copyOfDemo();
    brand.change("bots/alder.actions.yaml", "format: 1\nactions:\n", "format: 1\nactions:\n  gifts.wrap: { function: ./gifts.ts#wrap }\n");
  });
  afterAll(() => brand.remove());
  const write = (text: string) => writeFileSync(join(brand.path, "bots", "gifts.ts"), text);

  it("lies beside the actions file, or the check says that it does not", async () => {
    const { status, out } = await run(["check", "--project", brand.path]);
    expect(status).toBe(1);
    expect(out).toMatch(/^bots\/alder\.actions\.yaml:4:27 {2}bad-function$/m);
    expect(out).toContain("The module `bots/gifts.ts` cannot be used: there is no such file.");
    const chat = await run(["chat", "--project", brand.path], { input: "hello\n" });
    expect(chat.status).toBe(2);
    expect(chat.err).toContain("The module `bots/gifts.ts` cannot be used: there is no such file.");
    expect(chat.err).not.toContain("esbuild");
  });

  it("is exported by its module, which can be read", async () => {
    write("export function warp() {}\n");
    expect((await run(["check", "--project", brand.path])).out).toContain("`bots/gifts.ts` exports no function `wrap`, but warp.");
    write("export function wrap( {}\n");
    expect((await run(["check", "--project", brand.path])).out).toMatch(/`bots\/gifts\.ts` cannot be used: bots\/gifts\.ts:\d+: /);
    write("export function wrap(): object { return {}; }\n");
    expect((await run(["check", "--project", brand.path])).status).toBe(0);
  });
});

describe("somewhere else", () => {
  it.each(["check", "start", "chat", "agent list", "erase cu_1"])("%s says that there is no bot here", async (command) => {
    const folder = temporaryFolder();
    const { status, err } = await run(command.split(" "), { cwd: folder.path, env: { PORT: "0", BATON_STORE: "sqlite::memory:" } });
    folder.remove();
    expect(status).toBe(2);
    expect(err).toMatch(/^There is no bots\/\*\.bot\.yaml in .*--project\.\n$/);
  });
});

describe("schema", () => {
  it("writes a JSON Schema for every kind of file", async () => {
    const folder = temporaryFolder();
    const { status, out } = await run(["schema", join(folder.path, "schemas")]);
    expect(status).toBe(0);
    const files = readdirSync(join(folder.path, "schemas")).sort();
    expect(files).toEqual(["actions", "ads", "bot", "faq", "flow", "story"].map((kind) => `${kind}.schema.json`));
    for (const file of files) {
      expect(out).toContain(file);
      expect(JSON.parse(readFileSync(join(folder.path, "schemas", file), "utf8")).$schema).toContain("json-schema.org");
    }
    folder.remove();
  });
});
