/** Measures the matcher on public sets of customers' questions, which BATON_DATA names and this repository does not have. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { learnOffers } from "../../answers/matcher.ts";
import { type Labelled, offersOf, readLabelled } from "../answers/sets.ts";
import { type Learner, readPeers } from "./peers.ts";

type Set = { name: string; train: (seed: number) => Labelled[]; test: Labelled[]; outside: Labelled[]; seeds: number[] };
type Goal = { must: number; aim: number };
type Task = Set & { right?: Goal; apart?: Goal };

const SEEDS = [1, 2, 3];

/** @param words `--peers` measures nlp.js and minisearch in the same run; other words name the only rows to measure */
export async function measureAnswers(words: string[]): Promise<void> {
  const folder = process.env.BATON_DATA ?? "";
  if (folder === "" || !existsSync(join(folder, "clinc150"))) {
    console.error(
      "The public sets are not here. BATON_DATA names the folder with banking77, clinc150, xsid-zh, zh-web-faq and zh-bank-faq.",
    );
    process.exitCode = 2;
    return;
  }
  const only = words.filter((word) => !word.startsWith("--"));
  const tasks = tasksIn(folder).filter((task) => only.length === 0 || only.some((word) => task.name.includes(word)));
  const learners: Learner[] = [{ name: "baton", learn: (train) => learnOffers(offersOf(train)).best, labelsMax: Number.POSITIVE_INFINITY }];
  if (words.includes("--peers")) learners.push(...(await readPeers()));
  else
    console.log(
      "Peers: `npm run bench:answers -- --peers` fetches nlp.js and minisearch into a folder of their own and measures them too.\n",
    );
  console.log("| set | by | right % | must / aim | in or out, AUROC % | must / aim | learnt in s of CPU | p50 ms | p99 ms |");
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const task of tasks) {
    for (const learner of learners) {
      if (task.train(1).length > learner.labelsMax) continue;
      const runs: Run[] = [];
      for (const seed of task.seeds) runs.push(await measure(learner, task, seed));
      console.log(rowOf(task, learner.name, runs));
    }
  }
  if (only.length === 0) sizes(folder);
}

function tasksIn(folder: string): Task[] {
  const read = (path: string): Labelled[] => readLabelled(join(folder, path));
  const banking = { train: read("banking77/train.tsv"), test: read("banking77/test.tsv") };
  const clinc = { train: read("clinc150/train.tsv"), test: read("clinc150/test.tsv"), oos: read("clinc150/oos_test.tsv") };
  const xsid = { train: read("xsid-zh/train.tsv"), test: read("xsid-zh/test.tsv") };
  const labels = [...new Set(banking.train.map(({ label }) => label))].sort();
  const strange = new Set(labels.filter((_, at) => at % 4 === 3));
  const known = (rows: Labelled[]) => rows.filter(({ label }) => !strange.has(label));
  const rows: [string, Labelled[], number | null, Labelled[], Labelled[], Goal?, Goal?][] = [
    ["banking77, full", banking.train, null, banking.test, [], goal(91, 92.5)],
    ["banking77, 10", banking.train, 10, banking.test, [], goal(75, 80)],
    ["banking77, 5", banking.train, 5, banking.test, [], goal(63.5, 72)],
    ["clinc150, full", clinc.train, null, clinc.test, clinc.oos, goal(92, 94), goal(95.5, 97)],
    ["clinc150, 10", clinc.train, 10, clinc.test, clinc.oos, goal(81.5, 88), goal(91.5, 94.5)],
    ["clinc150, 5", clinc.train, 5, clinc.test, clinc.oos, goal(74.5, 82), goal(88.5, 92.5)],
    [
      "banking77, 10, a quarter strangers",
      known(banking.train),
      10,
      known(banking.test),
      banking.test.filter(({ label }) => strange.has(label)),
      undefined,
      goal(79, 84),
    ],
    ["xsid-zh, full", xsid.train, null, xsid.test, [], goal(92, 94.5)],
    ["xsid-zh, 5", xsid.train, 5, xsid.test, [], goal(84, 88)],
    [
      "zh-web-faq",
      read("zh-web-faq/train.tsv"),
      null,
      read("zh-web-faq/test.tsv"),
      read("zh-web-faq/oos.tsv"),
      goal(92.5, 96),
      goal(98, 99),
    ],
    ["zh-bank-faq", read("zh-bank-faq/train.tsv"), null, read("zh-bank-faq/test.tsv"), read("zh-bank-faq/oos_far.tsv"), goal(42, 48)],
  ];
  return rows.map(([name, train, each, test, outside, right, apart]) => ({
    name,
    train: (seed) => (each === null ? train : few(train, each, seed)),
    seeds: each === null ? [1] : SEEDS,
    test,
    outside,
    right,
    apart,
  }));
}

const goal = (must: number, aim: number): Goal => ({ must, aim });

/** `each` examples of every label, drawn by the seed. */
export function few(train: Labelled[], each: number, seed: number): Labelled[] {
  const byLabel = new Map<string, Labelled[]>();
  for (const one of train) byLabel.set(one.label, [...(byLabel.get(one.label) ?? []), one]);
  let state = seed * 7919;
  const draw = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return [...byLabel.keys()].sort().flatMap((label) => {
    const rows = byLabel.get(label)!;
    for (let at = rows.length - 1; at > 0; at--) {
      const other = draw(at + 1);
      [rows[at], rows[other]] = [rows[other]!, rows[at]!];
    }
    return rows.slice(0, each);
  });
}

type Run = { right: number; apart: number | null; learnS: number; p50Ms: number; p99Ms: number };

async function measure(learner: Learner, task: Task, seed: number): Promise<Run> {
  const train = task.train(seed);
  const began = process.cpuUsage();
  const best = await learner.learn(train);
  await best("hello"); // what is made at the first question belongs to learning
  const { user, system } = process.cpuUsage(began);
  const tookMs: number[] = [];
  const ask = async ({ text }: Labelled) => {
    const from = process.hrtime.bigint();
    const found = best(text);
    const known = found instanceof Promise ? await found : found;
    tookMs.push(Number(process.hrtime.bigint() - from) / 1e6);
    return known;
  };
  let right = 0;
  const inside: number[] = [];
  for (const row of task.test) {
    const { label, score } = await ask(row);
    if (label === row.label) right++;
    inside.push(score);
  }
  const outside: number[] = [];
  for (const row of task.outside) outside.push((await ask(row)).score);
  tookMs.sort((a, b) => a - b);
  return {
    right: right / task.test.length,
    apart: outside.length === 0 ? null : auroc(inside, outside),
    learnS: (user + system) / 1e6,
    p50Ms: tookMs[Math.floor(tookMs.length / 2)]!,
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)]!,
  };
}

/** The chance that a text of ours scores higher than one of somebody else's. */
export function auroc(inside: number[], outside: number[]): number {
  const all = [...inside.map((score) => ({ score, ours: true })), ...outside.map((score) => ({ score, ours: false }))];
  all.sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]!.score === all[from]!.score) to++;
    const rank = (from + to + 1) / 2;
    for (let at = from; at < to; at++) if (all[at]!.ours) ranks += rank;
    from = to;
  }
  return (ranks - (inside.length * (inside.length + 1)) / 2) / (inside.length * outside.length);
}

function rowOf(task: Task, name: string, runs: Run[]): string {
  const mean = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const percent = (value: number) => (value * 100).toFixed(1);
  const goals = (one?: Goal) => (one ? `${one.must} / ${one.aim}` : "");
  const apart = runs[0]!.apart === null ? "" : percent(mean((run) => run.apart ?? 0));
  const cells = [task.name, name, percent(mean((run) => run.right)), goals(task.right), apart, goals(task.apart)];
  return `| ${[...cells, mean((run) => run.learnS).toFixed(2), mean((run) => run.p50Ms).toFixed(2), mean((run) => run.p99Ms).toFixed(2)].join(" | ")} |`;
}

/** What is kept of ten thousand examples. */
function sizes(folder: string): void {
  const train = readLabelled(join(folder, "banking77", "train.tsv"));
  const file = learnOffers(offersOf(train)).save();
  console.log(`\nA model of ${train.length} examples takes ${(file.length / 1e6).toFixed(2)} MB in a file (must 15, aim 4).`);
}
