/** What the desk knows of the server, read once and then kept current by the stream (live.ts). */
import { QueryClient, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, Refused } from "./api.ts";
import type { Canned, Conversation, Earlier, Entry, Me, Mentions, Page, Reports, Search, Ticket, TicketDetail, Wall } from "./types.ts";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && error instanceof Refused && error.retryable && error.code !== "offline",
      retryDelay: 400,
    },
  },
});

export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => get<Me>("/me") });
}

/** All open tickets that this agent may see, by id. The first page shows before the last has come. */
export type Tickets = Map<string, Ticket>;

export async function readTickets(): Promise<Tickets> {
  const first = !client.getQueryData<Tickets>(["tickets"]);
  const all: Tickets = new Map();
  let after = "";
  do {
    const page = await get<{ tickets: Ticket[]; next: string | null }>(`/tickets?limit=200${after}`);
    for (const ticket of page.tickets) all.set(ticket.id, ticket);
    if (first && after === "" && page.next !== null) client.setQueryData(["tickets"], new Map(all));
    after = page.next === null ? "" : `&after=${page.next}`;
  } while (after !== "");
  return all;
}

/** Read by whoever follows the stream, once the line stands: read before, what happened in between would be missed. */
export function useTickets() {
  return useQuery({ queryKey: ["tickets"], queryFn: readTickets, enabled: false });
}

/** Sorted as the server's order key says: who should be helped first comes first. */
export function useOrdered(): Ticket[] {
  const { data } = useTickets();
  return useMemo(() => (data ? [...data.values()].sort(byOrder) : []), [data]);
}

function byOrder({ order: a }: Ticket, { order: b }: Ticket): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || (a[3] < b[3] ? -1 : 1);
}

export function useTicket(id: string | null) {
  return useQuery({ queryKey: ["ticket", id], queryFn: () => get<TicketDetail>(`/tickets/${id}`), enabled: id !== null });
}

export function useConversation(id: string | null, ticket: string | null) {
  return useQuery({
    queryKey: ["conversation", id],
    queryFn: () => get<Conversation>(`/conversations/${id}${ticket === null ? "" : `?ticket=${ticket}`}`),
    enabled: id !== null,
  });
}

export function useEarlier(customer: string | null) {
  return useQuery({ queryKey: ["earlier", customer], queryFn: () => get<Earlier>(`/customers/${customer}`), enabled: customer !== null });
}

export function useSearch(words: string) {
  return useQuery({
    queryKey: ["search", words],
    queryFn: () => get<Search>(`/search?${new URLSearchParams({ q: words, limit: "8" })}`),
    enabled: words.length > 1,
    staleTime: 10_000,
    placeholderData: (before) => before,
  });
}

export function useMentions() {
  return useQuery({ queryKey: ["mentions"], queryFn: () => get<Mentions>("/mentions") });
}

export function useReports(days: number) {
  return useQuery({ queryKey: ["reports", days], queryFn: () => get<Reports>(`/reports?days=${days}`), staleTime: 30_000 });
}

export function useWall() {
  return useQuery({ queryKey: ["wall"], queryFn: () => get<Wall>("/wall"), refetchInterval: 15_000 });
}

export function useCanned(query: string, conversation: string, language: string | null, enabled: boolean) {
  const asked = new URLSearchParams({ limit: "20", conversation });
  if (query !== "") asked.set("q", query);
  if (language !== null) asked.set("language", language);
  return useQuery({
    queryKey: ["canned", conversation, language, query],
    queryFn: () => get<{ canned: Canned[] }>(`/canned?${asked}`),
    enabled,
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
}

/** A talk as far as it is read: its end first, older lines when somebody looks for them. */
export type Thread = { entries: Entry[]; before: number | null };

const FROM_THE_END = Number.MAX_SAFE_INTEGER;
const PAGE = 200;
/** Lines whose fate may still change are near the end: so many are read again with what is new. */
const TAIL = 50;

export function useThread(id: string | null, ticket: string | null) {
  return useQuery({ queryKey: ["thread", id], queryFn: () => readThread(id!, ticket), enabled: id !== null });
}

async function readThread(id: string, ticket: string | null): Promise<Thread> {
  const known = client.getQueryData<Thread>(["thread", id]);
  return known ? readTail(id, known, ticket) : readBefore(id, { entries: [], before: FROM_THE_END }, ticket);
}

async function readBefore(id: string, thread: Thread, ticket: string | null): Promise<Thread> {
  if (thread.before === null) return thread;
  const page = await get<Page>(`/conversations/${id}/messages?before_seq=${thread.before}&limit=${PAGE}${through(ticket)}`);
  return { entries: merge(page.messages, thread.entries), before: page.more ? (page.next_before_seq ?? null) : null };
}

async function readTail(id: string, thread: Thread, ticket: string | null): Promise<Thread> {
  let after = (thread.entries[Math.max(0, thread.entries.length - TAIL)]?.seq ?? 1) - 1;
  let entries = thread.entries;
  for (;;) {
    const page = await get<Page>(`/conversations/${id}/messages?after_seq=${after}&limit=${PAGE}${through(ticket)}`);
    entries = merge(entries, page.messages);
    if (!page.more || page.next_after_seq === undefined) break;
    after = page.next_after_seq;
  }
  // Older pages may have come meanwhile.
  const now = client.getQueryData<Thread>(["thread", id]) ?? thread;
  return { entries: merge(now.entries, entries), before: now.before };
}

/** @returns whether there were older lines */
export async function readOlder(id: string, pages: number, ticket: string | null): Promise<boolean> {
  for (let page = 0; page < pages; page++) {
    const known = client.getQueryData<Thread>(["thread", id]);
    if (!known || known.before === null) return page > 0;
    const older = await readBefore(id, { entries: [], before: known.before }, ticket);
    client.setQueryData<Thread>(["thread", id], (now) => now && { entries: merge(older.entries, now.entries), before: older.before });
  }
  return true;
}

function through(ticket: string | null): string {
  return ticket === null ? "" : `&ticket=${ticket}`;
}

/** Both in order of seq; where both have a line, the second is newer. */
function merge(known: Entry[], newer: Entry[]): Entry[] {
  if (newer.length === 0) return known;
  if (known.length === 0) return newer;
  if (known.at(-1)!.seq < newer[0]!.seq) return [...known, ...newer];
  const bySeq = new Map(known.map((entry) => [entry.seq, entry]));
  for (const entry of newer) bySeq.set(entry.seq, entry);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
