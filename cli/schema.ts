/** `baton schema`: the JSON Schema of every kind of file, for editors. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { jsonSchemas } from "../dialogue/read/json-schema.ts";

/** @returns the exit status */
export async function schema(folder: string): Promise<number> {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  for (const [kind, body] of Object.entries(jsonSchemas())) {
    const file = join(target, `${kind}.schema.json`);
    writeFileSync(file, `${JSON.stringify(body, null, 2)}\n`);
    console.log(file);
  }
  return 0;
}
