/** How the studio asks the server: one way for every request, and what it knows by key. */
import { QueryClient, useQuery } from "@tanstack/react-query";
import type { FileTextView, GraphView, OverviewView, PhoneMode, PhoneView, StoryView } from "../../server/studio/views.ts";

export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const BASE = "/api/v1/studio";

/** @throws Refused; with status 0 when the server could not be reached */
export async function ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}`, {
      method,
      ...(method === "POST" ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) } : {}),
    });
  } catch {
    throw new Refused(0, "");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const said = (answer as { error?: { message?: string } } | null)?.error?.message;
  throw new Refused(response.status, said ?? response.statusText);
}

export const queries = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 5_000 } } });

export const query = (given: Record<string, string>) => new URLSearchParams(given).toString();

export const useOverview = (bot: string | null) =>
  useQuery({
    queryKey: ["overview", bot],
    queryFn: () => ask<OverviewView>("GET", bot === null ? "/overview" : `/overview?${query({ bot })}`),
  });
export const usePhone = (id: string | null) =>
  useQuery({ queryKey: ["phone", id], queryFn: () => ask<PhoneView>("GET", `/phones/${id}`), enabled: id !== null });
export const useFile = (path: string | null) =>
  useQuery({
    queryKey: ["file", path],
    queryFn: () => ask<FileTextView>("GET", `/file?${query({ path: path! })}`),
    enabled: path !== null,
  });
export const useGraph = (bot: string, name: string) =>
  useQuery({ queryKey: ["graph", bot, name], queryFn: () => ask<GraphView>("GET", `/flow?${query({ bot, name })}`) });
export const useStory = (phone: string, title: string, name: string) =>
  useQuery({
    queryKey: ["story", phone, title, name],
    queryFn: () => ask<StoryView>("GET", `/phones/${phone}/story?${query({ title, name })}`),
    enabled: /^[a-z0-9][a-z0-9-]*$/.test(name) && title !== "",
    staleTime: 0,
  });

export async function openPhone(wanted: {
  mode: PhoneMode;
  bot: string;
  channel: string | null;
  first: string;
  last: string;
  locale: string;
}): Promise<PhoneView> {
  const phone = await ask<PhoneView>("POST", "/phones", wanted);
  queries.setQueryData(["phone", phone.id], phone);
  return phone;
}

export async function act(phone: string, body: object): Promise<PhoneView> {
  const view = await ask<PhoneView>("POST", `/phones/${phone}/act`, body);
  keep(view);
  return view;
}

export async function atDesk(phone: string, body: object): Promise<void> {
  const view = await ask<PhoneView>("POST", `/phones/${phone}/desk`, body);
  keep(view);
}

/** Answers may overtake each other: the newest stays. */
function keep(view: PhoneView): void {
  queries.setQueryData<PhoneView>(["phone", view.id], (known) => (known && known.revision > view.revision ? known : view));
}
