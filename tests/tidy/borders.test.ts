/** The house keeps its borders: who may import whom, and through which door a library comes in. */
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOMS, sources } from "./sources.ts";

const ROW: Record<string, number> = {
  cli: 1,
  server: 2,
  runtime: 3,
  answers: 4,
  adapters: 4,
  handoff: 4,
  stores: 5,
  dialogue: 5,
  model: 6,
};

/** One library, one door: the only places that may import it. */
const DOORS: Record<string, RegExp> = {
  express: /^server\//,
  "better-auth": /^server\/sign-in\//,
  libsql: /^stores\/sqlite\.ts$/,
  yaml: /^dialogue\/read\/yaml\.ts$/,
  undici: /^(adapters\/|runtime\/)/,
  pino: /^server\/log\.ts$/,
  "prom-client": /^server\/metrics\.ts$/,
  commander: /^cli\//,
  esbuild: /^server\/functions\.ts$/,
  botbuilder: /^adapters\/botframework\/library\.ts$/,
  "@marcbachmann/cel-js": /^dialogue\/expressions\//,
  "@anthropic-ai/sdk": /^answers\//,
  "@langchain/core": /^answers\//,
  "csv-parse": /^answers\/import\//,
  htmlparser2: /^answers\/import\//,
  domhandler: /^answers\/import\//,
  re2js: /^dialogue\//,
  tinyld: /^answers\/tongue\.ts$/,
};

/** Modules of Node that only compute. */
const PURE = new Set(["node:crypto", "node:path", "node:path/posix"]);

const all = sources();

describe("a row imports only rows below it, never its neighbour", () => {
  for (const room of ROOMS) {
    it(`${room}/ keeps to it`, () => {
      const crossings = all
        .filter((source) => source.room === room)
        .flatMap((source) =>
          source.imports
            .filter((name) => name.startsWith(".") && !name.endsWith(".json"))
            .map((name) => posix.join(posix.dirname(source.path), name).split("/")[0]!)
            .filter((target) => target !== room && !((ROW[target] ?? 0) > ROW[room]!))
            .map((target) => `${source.path} imports ${target}/`),
        );
      expect(crossings).toEqual([]);
    });
  }
});

describe("a library comes in through its own door", () => {
  for (const [library, door] of Object.entries(DOORS)) {
    it(`${library} only at ${door.source}`, () => {
      const elsewhere = all.filter(
        (source) => source.imports.some((name) => name === library || name.startsWith(`${library}/`)) && !door.test(source.path),
      );
      expect(elsewhere.map((source) => source.path)).toEqual([]);
    });
  }
});

describe("the pure rooms stay pure", () => {
  it("model, dialogue and handoff import nothing that reads or writes the world", () => {
    const worldly = all
      .filter((source) => ["model", "dialogue", "handoff"].includes(source.room))
      .flatMap((source) =>
        source.imports
          .filter((name) => /^(node:|undici|express|libsql)/.test(name) && !PURE.has(name))
          .map((name) => `${source.path} imports ${name}`),
      );
    expect(worldly).toEqual([]);
  });

  it("only the clock and the ids know time and chance", () => {
    const PORTS = ["server/clock.ts", "server/ids.ts"];
    const found = all
      .filter((source) => !PORTS.includes(source.path))
      .flatMap((source) =>
        [
          ...code(source.text).matchAll(
            /\b(Date\.now\(|new Date\(\)|performance\.now\(|setTimeout\(|setInterval\(|Math\.random\(|randomUUID\()/g,
          ),
        ].map((match) => `${source.path}: ${match[1]}`),
      );
    expect(found).toEqual([]);
  });

  it("no channel is named in a condition outside its adapter", () => {
    const found = all
      .filter((source) => source.room !== "adapters")
      .filter((source) =>
        /channel\s*[!=]={1,2}\s*["'](messenger|wechat|twitter|instagram|whatsapp|web|botframework)["']/.test(code(source.text)),
      );
    expect(found.map((source) => source.path)).toEqual([]);
  });
});

describe("a file tells one story", () => {
  it("none re-exports its neighbours, is called utils or grows past 450 lines", () => {
    const found = all.filter(
      (source) =>
        /^export \*/m.test(source.text) ||
        /(^|\/)(index|utils?|helpers?|common|misc)\.ts$/.test(source.path) ||
        source.text.split("\n").length > 450,
    );
    expect(found.map((source) => source.path)).toEqual([]);
  });

  it("each opens by saying what it is for", () => {
    expect(all.filter((source) => !source.text.startsWith("/**")).map((source) => source.path)).toEqual([]);
  });

  it("nothing is left for later without an owner", () => {
    expect(all.filter((source) => /\b(TODO|FIXME|XXX|HACK)\b(?!\(@)/.test(source.text)).map((source) => source.path)).toEqual([]);
  });
});

/** The text without comments and without the insides of strings that span a line. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
