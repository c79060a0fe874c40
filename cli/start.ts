/** `baton start`: the bots of one project, on one port, until told to stop. */
import { resolve } from "node:path";
import { renderProblem } from "../dialogue/problem.ts";
import { assemble, type House } from "../server/assemble.ts";
import { createLog } from "../server/log.ts";
import { publishMenus } from "../server/menus.ts";
import { readBuiltins, readProject } from "../server/project.ts";
import { openServer, type Server } from "../server/serve.ts";
import { readSettings } from "../server/settings.ts";
import { firstAgent, greeting } from "./greeting.ts";
import { shopFor } from "./shop.ts";

export type StartFlags = { project: string; port?: string; host?: string; store?: string };

/** @returns the exit status: 0 stopped as asked, 1 mistakes in the files, 2 it cannot run here, 3 another process took the store */
export async function start(flags: StartFlags): Promise<number> {
  const root = resolve(flags.project);
  const settings = readSettings(root, { PORT: flags.port, HOST: flags.host, BATON_STORE: flags.store });
  if ("wrong" in settings) {
    for (const sentence of settings.wrong) console.error(sentence);
    return 2;
  }
  const project = readProject(root);
  if (project.bots.length === 0) {
    console.error(`There is no bots/*.bot.yaml in ${root}. Start this command in a brand's folder, or name it with --project.`);
    return 2;
  }
  const shop = await shopFor(project.files, settings.env);
  const log = createLog(settings.LOG_LEVEL);
  let server: Server;
  let house: House;
  let lost: (why: string) => void = () => {};
  const taken = new Promise<string>((resolve) => {
    lost = resolve;
  });
  try {
    server = await openServer(settings);
    const assembled = await assemble({ project, settings, log, serverUrl: server.url, lost });
    if ("problems" in assembled) {
      const texts = new Map([...project.files, ...readBuiltins()]);
      for (const problem of assembled.problems) console.error(`${renderProblem(problem, texts.get(problem.file) ?? "")}\n`);
      console.error("Nothing was started. `npx baton check` shows the same.");
      return 1;
    }
    house = assembled;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const asked = told(); // from here on, to be told to stop is to drain
  const first = await firstAgent(house); // before anybody can ask whether somebody is there
  await house.runtime.start();
  server.serve(house, log);
  console.log(greeting(house, server.url, first && (await first())));
  publishMenus(house, log); // what platforms answer is no part of a newcomer's first screen
  const why = await Promise.race([asked, taken]);
  if (why !== null) {
    log("error", why);
    return 3;
  }
  log("info", "Stopping: what is under way is finished first.");
  await server.close();
  await house.runtime.stop(DRAIN_MS);
  await house.close();
  await shop?.close();
  return 0;
}

/** With what closing the port may take, this stays below the 25 s after which an operator's tools lose patience. */
const DRAIN_MS = 15_000;

function told(): Promise<null> {
  return new Promise((stop) => {
    process.once("SIGTERM", () => stop(null));
    process.once("SIGINT", () => stop(null));
  });
}
