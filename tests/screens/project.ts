/** A copy of the demo brand in a folder of its own, which a test may edit as a designer would, on the real server. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DemoShop, startDemoShop } from "../../server/demo-shop.ts";
import { type Running, start, temporaryFolder } from "../road/process.ts";
import { ROOT } from "../tidy/sources.ts";

export type Project = {
  root: string;
  url: string;
  running: Running;
  read(path: string): string;
  /** Saves a file, as an editor does. */
  write(path: string, text: string): void;
  close(): Promise<void>;
};

/** @param more files of its own, by their paths */
export async function openProject(env: Record<string, string> = {}, more: Record<string, string> = {}): Promise<Project> {
  const folder = temporaryFolder();
  const root = join(folder.path, "brand");
  mkdirSync(root);
  for (const part of ["bots", "flows/alder"]) cpSync(join(ROOT, part), join(root, part), { recursive: true });
  for (const [path, text] of Object.entries(more)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const shop: DemoShop = await startDemoShop();
  const running = await start({
    args: ["--project", root],
    env: { BATON_STORE: `sqlite:${join(folder.path, "baton.db")}`, SHOP_URL: shop.url, LOG_LEVEL: "warn", ...env },
  });
  return {
    root,
    url: running.url,
    running,
    read: (path) => readFileSync(join(root, path), "utf8"),
    write: (path, text) => writeFileSync(join(root, path), text),
    async close() {
      await running.stop();
      await shop.close();
      folder.remove();
    },
  };
}
