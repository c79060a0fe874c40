/** The project's own sources, as the tidy tests read them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const ROOMS = ["cli", "server", "runtime", "answers", "adapters", "handoff", "stores", "dialogue", "model"];

export type Source = { path: string; room: string; text: string; imports: string[] };

export function sources(rooms: string[] = ROOMS): Source[] {
  return rooms.flatMap((room) =>
    files(join(ROOT, room))
      .filter((path) => path.endsWith(".ts"))
      .map((path) => {
        const text = readFileSync(path, "utf8");
        return { path: relative(ROOT, path).split(sep).join("/"), room, text, imports: importsOf(text) };
      }),
  );
}

export function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

/** What a file imports, statically or when needed; types too. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)"([^"]+)"/g)].map((match) => match[1]!);
}
