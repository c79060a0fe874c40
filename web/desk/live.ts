/** Keeps what the desk shows current: follows the stream, reads what it names, and knows whether we are caught up. */
import { useSyncExternalStore } from "react";
import { get, Refused } from "./api.ts";
import { client, readTickets, type Thread, type Tickets } from "./data.ts";
import { type Notice, openStream, type Stream } from "./stream.ts";
import type { Colleague, Company, Ticket } from "./types.ts";

export type Line =
  | { phase: "connecting" }
  /** Everything shown is as the server has it. Only now anything is sent. */
  | { phase: "live" }
  /** The line stands again, and what happened meanwhile is being read. */
  | { phase: "catching" }
  | { phase: "lost"; sinceMs: number; retryAtMs: number };

export type Live = {
  line: Line;
  /** Who is with which conversation, ourselves included. */
  company: Record<string, Company[]>;
  colleagues: Colleague[];
  /** Customers who write just now, by conversation: until when that is shown. */
  customers: Record<string, number>;
  /** The last line seen of each thread when the connection broke, until somebody has looked. */
  away: Record<string, number>;
};

let live: Live = { line: { phase: "connecting" }, company: {}, colleagues: [], customers: {}, away: {} };
const listeners = new Set<() => void>();
const heard = new Set<(notice: Notice) => void>();
let stream: Stream | null = null;

export function getLive(): Live {
  return live;
}

export function useLive(): Live {
  return useSyncExternalStore(subscribe, getLive);
}

export function useLine(): Line {
  return useSyncExternalStore(subscribe, () => live.line);
}

/** @returns how to stop hearing */
export function onNotice(told: (notice: Notice) => void): () => void {
  heard.add(told);
  return () => heard.delete(told);
}

export function tryNow(): void {
  stream?.tryNow();
}

export function seenSinceAway(conversation: string): void {
  if (!(conversation in live.away)) return;
  const { [conversation]: _seen, ...away } = live.away;
  set({ away });
}

/** @returns how to stop */
export function follow(signedOut: () => void): () => void {
  stream = openStream({
    opened(resumed) {
      if (resumed) set({ line: { phase: "catching" } });
      // Read after the line stands: what changes from now on is told by it.
      void catchUp();
    },
    notice(notice) {
      take(notice);
      for (const told of heard) told(notice);
    },
    frame(kind, data) {
      if (kind === "presence" && typeof data.conversation_id === "string")
        set({ company: { ...live.company, [data.conversation_id]: data.people as Company[] } });
      if (kind === "customer_typing" && typeof data.conversation_id === "string") customerWrites(data.conversation_id);
      if (kind === "people") set({ colleagues: data.agents as Colleague[] });
    },
    lost(retryAtMs) {
      if (live.line.phase === "lost") set({ line: { ...live.line, retryAtMs } });
      else
        set({ line: { phase: "lost", sinceMs: Date.now(), retryAtMs }, company: {}, customers: {}, away: { ...live.away, ...lastSeen() } });
    },
    signedOut,
  });
  addEventListener("online", tryNow);
  return () => {
    removeEventListener("online", tryNow);
    stream?.close();
    stream = null;
    set({ line: { phase: "connecting" }, company: {}, colleagues: [], customers: {}, away: {} });
  };
}

const CUSTOMER_WRITES_MS = 6_000;

/** Shown for a moment after each word of it; nobody says when they stop. */
function customerWrites(conversation: string): void {
  const untilMs = Date.now() + CUSTOMER_WRITES_MS;
  set({ customers: { ...live.customers, [conversation]: untilMs } });
  setTimeout(() => {
    if (live.customers[conversation] !== untilMs) return;
    const { [conversation]: _over, ...others } = live.customers;
    set({ customers: others });
  }, CUSTOMER_WRITES_MS);
}

function set(change: Partial<Live>): void {
  live = { ...live, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function lastSeen(): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const [key, thread] of client.getQueriesData<Thread>({ queryKey: ["thread"] })) {
    const last = thread?.entries.at(-1);
    if (last) seen[String(key[1])] = last.seq;
  }
  return seen;
}

/** One at a time: a second break while we read begins it anew. */
let catching = 0;
async function catchUp(): Promise<void> {
  catching += 1;
  const mine = catching;
  try {
    const [tickets] = await Promise.all([
      readTickets(),
      client.refetchQueries({ queryKey: ["me"] }, { throwOnError: true }),
      client.refetchQueries({ queryKey: ["thread"], type: "active" }, { throwOnError: true }),
      client.refetchQueries({ queryKey: ["ticket"], type: "active" }),
      client.refetchQueries({ queryKey: ["conversation"], type: "active" }),
      client.refetchQueries({ queryKey: ["mentions"], type: "active" }),
    ]);
    if (mine !== catching) return;
    client.setQueryData(["tickets"], tickets);
    client.removeQueries({ queryKey: ["thread"], type: "inactive" });
    client.removeQueries({ queryKey: ["ticket"], type: "inactive" });
    client.removeQueries({ queryKey: ["conversation"], type: "inactive" });
    set({ line: { phase: "live" } });
  } catch (error) {
    if (mine !== catching) return;
    if (error instanceof Refused && error.code === "unauthenticated") return;
    setTimeout(() => mine === catching && void catchUp(), 1_000);
  }
}

const changedTickets = new Set<string>();
const changedThreads = new Set<string>();
let gathering = false;
/** Notices of one commit come together: what they name is read once. */
const GATHER_MS = 25;
/** When more has changed at once, the whole list is read instead. */
const ONE_BY_ONE_MAX = 40;

function take({ kind, conversation, ticket }: Notice): void {
  if (ticket !== null) changedTickets.add(ticket);
  if (conversation !== null) changedThreads.add(conversation);
  if (kind === "customer.linked" || kind === "customer.unlinked") void client.invalidateQueries({ queryKey: ["earlier"] });
  if (kind === "mentioned") void client.invalidateQueries({ queryKey: ["mentions"] });
  if (kind.startsWith("ticket.") || kind === "people") void client.invalidateQueries({ queryKey: ["wall"] });
  if (gathering) return;
  gathering = true;
  setTimeout(() => void flush(), GATHER_MS);
}

async function flush(): Promise<void> {
  gathering = false;
  const tickets = [...changedTickets];
  const threads = [...changedThreads];
  changedTickets.clear();
  changedThreads.clear();
  for (const id of threads) {
    void client.invalidateQueries({ queryKey: ["thread", id] });
    void client.invalidateQueries({ queryKey: ["conversation", id] });
  }
  if (tickets.length > ONE_BY_ONE_MAX) {
    void client.invalidateQueries({ queryKey: ["ticket"] });
    const all = await readTickets().catch(() => null);
    if (all) client.setQueryData(["tickets"], all);
  } else await Promise.all(tickets.map(readTicket));
}

async function readTicket(id: string): Promise<void> {
  try {
    const ticket = await get<Ticket>(`/tickets/${id}`);
    client.setQueryData(["ticket", id], ticket);
    change((tickets) => {
      if (ticket.state === "closed") tickets.delete(id);
      else tickets.set(id, ticket);
    });
  } catch (error) {
    // It went to a queue that is not ours.
    if (error instanceof Refused && error.status === 404) change((tickets) => tickets.delete(id));
    else if (error instanceof Refused && error.retryable && error.code !== "offline")
      take({ n: 0, kind: "", conversation: null, ticket: id, data: {} });
  }
}

function change(edit: (tickets: Tickets) => void): void {
  client.setQueryData<Tickets>(["tickets"], (now) => {
    if (!now) return now;
    const next = new Map(now);
    edit(next);
    return next;
  });
}
