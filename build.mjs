/** Builds `dist/`: the server and its commands as one file with rare parts as chunks, and the two screens. */
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { OPTIONS, ROOT } from "./build-options.mjs";

const dist = join(ROOT, "dist");
const next = join(ROOT, `dist.${process.pid}`);
if (process.argv.includes("--if-missing") && existsSync(join(dist, "baton.js"))) process.exit(0);

/** Customers' browsers are older than those of staff; style sheets made by a script are what the oldest of these know. */
const CHAT_TARGET = ["chrome105", "firefox105", "safari16.4"];

await Promise.all([server(), screens().then(chat)]);
rmSync(dist, { recursive: true, force: true });
renameSync(next, dist); // nobody ever sees half a build

async function server() {
  await build({ ...OPTIONS, outdir: next });
  chmodSync(join(next, "baton.js"), 0o755);
}

/** Without the packages of development (`--omit=dev`) the server is built alone: everything but the screens works. */
async function screens() {
  const vite = await import("vite").catch(() => null);
  if (vite) {
    await vite.build({ configFile: join(ROOT, "web", "vite.config.mjs"), build: { outDir: join(next, "web") } });
    squeeze(join(next, "web", "assets"));
  } else console.warn("Vite is not installed, so /desk, /studio and the web chat are not built. `npm ci` installs it.");
}

/** The chat for other people's pages: one classic script, its style sheet inside, and a mock shop to try it on. */
async function chat() {
  const source = join(ROOT, "web", "chat");
  const folder = join(next, "web");
  if (!existsSync(folder)) return;
  const sheet = {
    name: "sheet",
    setup(building) {
      building.onLoad({ filter: /chat\.css$/ }, async ({ path }) => {
        const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: CHAT_TARGET });
        return { contents: code, loader: "text" };
      });
    },
  };
  await build({
    entryPoints: [join(source, "main.tsx")],
    outfile: join(folder, "chat.js"),
    bundle: true,
    format: "iife",
    minify: true,
    target: CHAT_TARGET,
    charset: "utf8",
    legalComments: "none",
    plugins: [sheet],
    logLevel: "warning",
  });
  for (const name of ["shop.html", "shop.css"]) copyFileSync(join(source, name), join(folder, name));
  squeeze(folder);
}

/** Squeezed once, here, rather than by the server for everybody who comes first. */
function squeeze(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const file = join(folder, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}
