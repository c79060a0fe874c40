/** A process of its own that writes a store until it is killed, and tells on its output what was acknowledged to it. Bundled by its tests. */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../stores/sqlite.ts";
import { ALDER, decision, inbound, line, lineEntry, madeIds, said, standingClock } from "./made.ts";

async function main(path: string, mode: string): Promise<void> {
  const ids = madeIds();
  const clock = { ...standingClock(), nowMs: () => Date.now() };
  const [place = "", count = "0"] = (process.env.STORE_STRIKE ?? "").split(":");
  let left = Number(count);
  const failpoint = (name: string) => {
    if (name === place && left-- === 0) process.kill(process.pid, "SIGKILL");
  };
  const store = await openSqliteStore({ path, clock, ids, process: { id: ids.next("pr"), pid: process.pid, host: "here" }, failpoint });
  tell("open");
  if (mode === "hold") {
    setInterval(() => void store.beat(Date.now()), 1000);
    return;
  }
  const run = ids.next("pr");
  const talk = async (customer: number) => {
    const to = { channel: "messenger", account: "page", customer: String(customer) } as never;
    for (let at = 0; ; at++) {
      const key = `${run}.${customer}.${at}`;
      const [received] = await store.receive([inbound(ids, key, said(`text ${key}`), { address: to })]);
      if (received?.kind !== "received") throw new Error(`${key} was taken for a repeated one`);
      tell(`heard ${key} ${received.conversation} ${received.seq}`);
      const { version } = (await store.load(ALDER, received.conversation))!;
      const lineId = ids.next("ms");
      const made = decision(received.conversation, version, {
        decided: [received.seq],
        journal: [lineEntry(lineId, key)],
        outbox: [line(lineId, 0, { state: at % 2 === 0 ? "sending" : "ready" })],
      });
      const committed = await store.commit(made);
      if (committed.kind !== "committed") throw new Error(`${key} lost to nobody`);
      tell(`decided ${key} ${received.conversation} ${lineId} ${committed.version}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, customer) => talk(customer)));
}

/** At once and whole, so that what was told was acknowledged before the kill. */
function tell(sentence: string): void {
  writeSync(1, `${sentence}\n`);
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
  tell(`failed ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
