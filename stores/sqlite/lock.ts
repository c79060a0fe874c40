/** One process writes an SQLite store. Who it is stands in the table of processes; a dead one gives its place up at once. */
import { readFileSync, readlinkSync } from "node:fs";
import type { Database } from "./database.ts";
import { StoreRefused } from "./refused.ts";

export const BEAT_OLD_MS = 8_000;

const ALL = "SELECT id, pid, host, pid_space, started, since_ms, beat_ms FROM processes";
const REMOVE = "DELETE FROM processes WHERE id = ?";
const ENTER = "INSERT INTO processes (id, pid, host, pid_space, started, since_ms, beat_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";
const BEAT = "UPDATE processes SET beat_ms = ? WHERE id = ?";
const MINE = "SELECT 1 FROM processes WHERE id = ?";

export type ProcessName = { id: string; pid: number; host: string };
type Entry = ProcessName & { pidSpace: string; started: string; sinceMs: number; beatMs: number };

/**
 * Enters this process as the one that writes. Runs inside the caller's transaction, so two that start at once cannot both enter.
 * @throws StoreRefused naming the process that was first
 */
export function takeStore(db: Database, path: string, me: ProcessName, nowMs: number): void {
  const others = db
    .prepare(ALL)
    .rows([])
    .map(([id, pid, host, pidSpace, started, sinceMs, beatMs]) => ({ id, pid, host, pidSpace, started, sinceMs, beatMs }) as Entry);
  for (const other of others) {
    if (isAlive(other, me, nowMs)) throw new StoreRefused("in_use", inUse(path, other));
    db.prepare(REMOVE).run([other.id]);
  }
  db.prepare(ENTER).run([me.id, me.pid, me.host, pidSpaceOf(), lifeOf(me.pid)?.started ?? "", nowMs, nowMs]);
}

export type Hold = {
  /** @throws StoreRefused when another process has taken the store meanwhile (this one was paused for long, or its host cut off) */
  check(): void;
  beat(nowMs: number): void;
  leave(): void;
};

export function hold(db: Database, path: string, me: ProcessName): Hold {
  const mine = db.prepare(MINE);
  const beat = db.prepare(BEAT);
  const remove = db.prepare(REMOVE);
  return {
    check() {
      if (mine.row([me.id]) === null)
        throw new StoreRefused(
          "lost",
          `This process (${me.pid} on ${me.host}) was silent for more than ${BEAT_OLD_MS / 1000} s and another one has taken the store ${path}. ` +
            "It writes nothing more and must be restarted.",
        );
    },
    beat(nowMs) {
      beat.run([nowMs, me.id]);
    },
    leave() {
      remove.run([me.id]);
    },
  };
}

/** On this host the pid tells; pids are used again, so the time at which the process began must agree. Elsewhere only heartbeats tell. */
function isAlive(other: Entry, me: ProcessName, nowMs: number): boolean {
  if (other.host !== me.host || other.pidSpace !== pidSpaceOf()) return nowMs - other.beatMs < BEAT_OLD_MS;
  const life = lifeOf(other.pid);
  if (life) return life.running && (other.started === "" || life.started === other.started);
  return other.started === "" && answersSignals(other.pid); // no /proc on this system
}

/** When a process began, as Linux tells it: boot and clock tick. A killed one that nobody has waited for yet no longer runs. */
function lifeOf(pid: number): { started: string; running: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return { started: `${boot} ${fields[19]}`, running: fields[0] !== "Z" && fields[0] !== "X" };
  } catch {
    return null;
  }
}

/** Containers on one host may share its name but not its pids. */
function pidSpaceOf(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(path: string, other: Entry): string {
  return (
    `The store ${path} is being written by process ${other.pid} on ${other.host}, since ${new Date(other.sinceMs).toISOString()}. ` +
    "One process writes an SQLite store. Stop that one first; for several processes or hosts use PostgreSQL: " +
    "BATON_STORE=postgres://user:password@host/database."
  );
}
