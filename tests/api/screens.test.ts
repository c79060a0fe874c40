/** The screens as a browser gets them: nothing inline may run, pages are never kept, files with a hash always are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screens } from "../../server/screens.ts";

const servers: Server[] = [];
let folder: string;
let withStudio: string;
let serving: string;
let unbuilt: string;

async function serve(options: Parameters<typeof screens>[0]): Promise<string> {
  const server = createServer(express().use(screens(options)));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baton-web-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "desk.html"), "<!doctype html><title>desk</title>");
  writeFileSync(join(folder, "studio.html"), "<!doctype html><title>studio</title>");
  writeFileSync(join(folder, "assets", "desk-abc123.js"), `console.log(${JSON.stringify("x".repeat(5_000))})`);
  writeFileSync(join(folder, "secret.txt"), "secret");
  withStudio = await serve({ rootIs: "/studio", folder });
  serving = await serve({ rootIs: "/desk", folder });
  unbuilt = await serve({ rootIs: "/studio", folder: join(folder, "nothing") });
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (url: string) => fetch(url, { redirect: "manual" });

describe("a page", () => {
  it("comes at its address and below it, under a policy that runs and loads nothing but our own files", async () => {
    for (const path of ["/desk", "/desk/", "/desk/c/cv_01JZ", "/studio", "/studio/flows"]) {
      const response = await get(withStudio + path);
      expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 200, "no-store"]);
      expect(await response.text()).toContain(path.startsWith("/desk") ? "desk" : "studio");
      const policy = response.headers.get("content-security-policy")!;
      const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0]!, rule.split(" ").slice(1).join(" ")]));
      expect(rules.get("default-src")).toBe("'none'");
      for (const rule of ["script-src", "style-src", "connect-src"]) expect(rules.get(rule)).toBe("'self'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  it("is framed by our own pages alone: the studio shows the desk beside its phone", async () => {
    expect((await get(`${withStudio}/desk`)).headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
  });

  it("begins where there is most to see", async () => {
    expect((await get(`${withStudio}/`)).headers.get("location")).toBe("/studio");
    expect((await get(`${serving}/`)).headers.get("location")).toBe("/desk");
    expect((await get(`${serving}/studio`)).status).toBe(200);
  });

  it("that was not built says how to", async () => {
    const response = await get(`${unbuilt}/desk`);
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining("npm ci")]);
  });
});

describe("a file", () => {
  it("with its hash in the name is kept for ever, and squeezed", async () => {
    const response = await fetch(`${withStudio}/assets/desk-abc123.js`, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("content-type")).toMatch(/javascript/);
  });

  it("outside the built ones is not given", async () => {
    for (const path of [
      "/assets/../secret.txt",
      "/assets/..%2fsecret.txt",
      "/assets/%2e%2e/secret.txt",
      "/assets/",
      "/assets/.env",
      "/secret.txt",
      "/desk.html",
    ])
      expect([path, (await get(withStudio + path)).status]).toEqual([path, 404]);
  });
});
