/** Planted bugs: each breaks one promise in a build of its own, so that a harness that does not notice is itself the bug. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { OPTIONS } from "../../build-options.mjs";
import { ROOT } from "./house.ts";
import type { Broken } from "./promises.ts";

export const PLANTED = join(ROOT, "tests", "crash", ".planted");

export type Plant = {
  title: string;
  breaks: Broken["promise"];
  file: string;
  /** This text of the source is replaced; it must be there exactly once, or the plant has withered. */
  find: string;
  replace: string;
  echoes: boolean;
};

export const PLANTS: Plant[] = [
  {
    title: "a webhook is acknowledged before its events are on disk",
    breaks: "nothing lost",
    file: "runtime/inbox.ts",
    find: "const { received, committed } = await road.store.receiveAndDecide([inbound], short.decide);",
    replace: `const received: ReceivedEvent[] = [];
    const committed = null;
    setTimeout(() => void road.store.receiveAndDecide([inbound], short.decide).then((late) => short.followed(late.committed)), 40);`,
    echoes: true,
  },
  {
    title: "a platform's key is not remembered",
    breaks: "nothing twice",
    file: "stores/sqlite/receive.ts",
    find: "if (see.run([conversation.n, key, inbound.receivedAtMs]) === 0)",
    replace: "if (see.run([conversation.n, key + inbound.newConversation, inbound.receivedAtMs]) === 0)",
    echoes: true,
  },
  {
    title: "a decided event stays in the inbox",
    breaks: "nothing twice",
    file: "stores/sqlite/commit.ts",
    find: "for (const seq of decision.decided) decided.write([place(conversation.n, seq)]);",
    replace: "",
    echoes: true,
  },
  {
    title: "what waits is decided the newest first",
    breaks: "in order",
    file: "runtime/worker.ts",
    find: "return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);",
    replace: "return a.atMs > b.atMs || (a.atMs === b.atMs && a.seq > b.seq);",
    echoes: true,
  },
  {
    title: "a turn's session is not written",
    breaks: "state kept",
    file: "stores/sqlite/commit.ts",
    find: "decide.run([JSON.stringify(marks), JSON.stringify(decision.session), n, decision.began])",
    replace: "decideWithoutSession.run([JSON.stringify(marks), n, decision.began])",
    echoes: true,
  },
  {
    title: "a timer is not written with its turn",
    breaks: "timers survive",
    file: "stores/sqlite/commit.ts",
    find: "for (const timer of decision.timers.set) timers.set(conversation, timer);",
    replace: "",
    echoes: true,
  },
  {
    title: "a ticket is not written with its turn",
    breaks: "one ticket",
    file: "stores/sqlite/commit.ts",
    find: "for (const ticket of decision.tickets) writeTicket(conversation, ticket);",
    replace: "void writeTicket;",
    echoes: true,
  },
  {
    title: "what a dead process left undone is not taken up",
    breaks: "nothing lost",
    file: "stores/sqlite/outbox.ts",
    find: "const conversations = unfinished.rows([bot])",
    replace: 'const conversations = unfinished.rows(["nobody"])',
    echoes: true,
  },
  {
    title: "every line of a dead process is sent again without asking for its echo",
    breaks: "nothing twice",
    file: "stores/sqlite/leaving.ts",
    find: "SET state = 'in_doubt', why = 'the process that sent it has died' WHERE id = ?",
    replace: "SET state = 'ready' WHERE id = ?",
    echoes: true,
  },
];

/** @returns the path of a server built with the bug in it, below the project so that its packages and patterns are found */
export async function planted(plant: Plant): Promise<string> {
  const source = readFileSync(join(ROOT, plant.file), "utf8");
  const count = source.split(plant.find).length - 1;
  if (count !== 1) throw new Error(`The plant «${plant.title}» has withered: its text stands ${count} times in ${plant.file}.`);
  const outdir = join(PLANTED, plant.title.replaceAll(/[^a-z]+/g, "-"));
  const withBug: Plugin = {
    name: "plant",
    setup(its) {
      its.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path === join(ROOT, plant.file) ? { contents: source.replace(plant.find, () => plant.replace), loader: "ts" } : undefined,
      );
    },
  };
  await build({ ...OPTIONS, outdir, plugins: [withBug] });
  return join(outdir, "baton.js");
}
