/** Small files beside the store, readable by this user alone, each written whole or not at all. */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Json } from "../model/json.ts";
import type { Keeper } from "../model/keeper.ts";

/** @param folder null: nothing outlives this process (a store in memory) */
export function fileKeeper(folder: string | null): Keeper {
  const remembered = new Map<string, Json>();
  let writing: Promise<void> = Promise.resolve();
  const fileOf = (name: string) => join(folder!, `${name.replace(/[^\w.-]/g, "_")}.json`);

  async function writeWhole(name: string, value: Json): Promise<void> {
    const file = fileOf(name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const next = await open(`${file}.next`, "w", 0o600);
    try {
      await next.writeFile(JSON.stringify(value));
      await next.sync();
    } finally {
      await next.close();
    }
    await rename(`${file}.next`, file);
    const directory = await open(dirname(file), "r");
    await directory.sync().finally(() => directory.close()); // the new name is on disk too
  }

  return {
    async read(name) {
      if (folder === null) return remembered.get(name) ?? null;
      try {
        return JSON.parse(await readFile(fileOf(name), "utf8")) as Json;
      } catch {
        return null;
      }
    },
    async write(name, value) {
      if (folder === null) return void remembered.set(name, value);
      const mine = writing.then(() => writeWhole(name, value));
      writing = mine.catch(() => undefined);
      await mine;
    },
  };
}
