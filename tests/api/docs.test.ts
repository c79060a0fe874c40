/** What docs/api.md shows is what the API takes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HandoffPackage } from "../../handoff/schema.ts";
import { deskRoutes } from "../../server/api/desk.ts";

const PAGE = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
const EXAMPLES = [...PAGE.matchAll(/```json ([^\n]+)\n([\s\S]*?)```/g)].map(([, info, text]) => ({ info: info!.trim(), text: text! }));
const routes = deskRoutes();

describe("every example", () => {
  for (const { info, text } of EXAMPLES)
    it(`${info} is taken as it stands`, () => {
      const value = JSON.parse(text);
      if (info === "handoff.v1") return void expect(HandoffPackage.parse(value)).toEqual(value);
      const row = routes.find(({ method, path }) => `${method.toUpperCase()} ${path}` === info);
      expect(row?.body?.safeParse(value).error?.issues).toEqual(undefined);
      expect(row).toBeDefined();
    });
  it("there is one for each act on a ticket", () => {
    const acts = routes.filter(({ path }) => path.startsWith("/tickets/:id/")).map(({ path }) => `POST ${path}`);
    expect(EXAMPLES.map(({ info }) => info)).toEqual(expect.arrayContaining(acts));
  });
});

it("every route is named in the page", () => {
  const missing = routes.filter(({ path }) => {
    const [, verb] = /^\/tickets\/:id\/(.+)$/.exec(path) ?? [];
    return !PAGE.includes(path) && !(verb && PAGE.includes(`**\`${verb}\`**`));
  });
  expect(missing.map(({ path }) => path)).toEqual([]);
});
