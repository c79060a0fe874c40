/** Lines on their way to the server. Each has an id of ours, so that sending it again cannot say it twice. */
import { useSyncExternalStore } from "react";
import { post, Refused } from "./api.ts";
import { client } from "./data.ts";
import { getLive, useLine } from "./live.ts";
import type { Acted, Uploaded } from "./types.ts";

export type Outgoing = {
  clientId: string;
  conversation: string;
  kind: "reply" | "note";
  text: string;
  attachments: Uploaded[];
  epoch: number;
  atMs: number;
  /** `waiting`: the connection broke; it goes out when it is back. */
  state: "sending" | "waiting";
};

let lines: Outgoing[] = [];
let count = 0;
const tab = crypto.randomUUID().slice(0, 8);
const listeners = new Set<() => void>();

export function tabId(): string {
  return tab;
}

export function useOutgoing(): Outgoing[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lines,
  );
}

/** @returns null once the server has it (or will, when the connection is back), else why not */
export async function send(line: Omit<Outgoing, "clientId" | "atMs" | "state">): Promise<Refused | null> {
  count += 1;
  const made: Outgoing = { ...line, clientId: `${tab}-${count}`, atMs: Date.now(), state: "sending" };
  set([...lines, made]);
  return deliver(made);
}

async function deliver(line: Outgoing): Promise<Refused | null> {
  const { conversation, clientId, text, epoch } = line;
  try {
    if (line.kind === "note") await post(`/conversations/${conversation}/notes`, { text, client_id: clientId });
    else
      await post<Acted>(`/conversations/${conversation}/messages`, {
        epoch,
        client_id: clientId,
        ...(text === "" ? {} : { text }),
        ...(line.attachments.length === 0 ? {} : { attachments: line.attachments.map(({ id }) => ({ upload: id })) }),
      });
    await client.invalidateQueries({ queryKey: ["thread", conversation] });
    remove(clientId);
    return null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.retryable) {
      change(clientId, "waiting");
      setTimeout(() => void again(clientId), 1_500);
      return null;
    }
    remove(clientId);
    return error;
  }
}

/** What could not leave goes when the desk is live again. */
async function again(clientId: string): Promise<void> {
  const line = lines.find((one) => one.clientId === clientId);
  if (line?.state !== "waiting") return;
  if (getLive().line.phase !== "live") {
    setTimeout(() => void again(clientId), 500);
    return;
  }
  change(clientId, "sending");
  const refused = await deliver({ ...line, state: "sending" });
  if (refused) told(line, refused);
}

let told: (line: Outgoing, refused: Refused) => void = () => {};
/** @param hear what to do with a line that was refused after it had waited */
export function onRefused(hear: (line: Outgoing, refused: Refused) => void): void {
  told = hear;
}

export function useLiveNow(): boolean {
  return useLine().phase === "live";
}

function change(clientId: string, state: Outgoing["state"]): void {
  set(lines.map((line) => (line.clientId === clientId ? { ...line, state } : line)));
}

function remove(clientId: string): void {
  set(lines.filter((line) => line.clientId !== clientId));
}

function set(next: Outgoing[]): void {
  lines = next;
  for (const listener of listeners) listener();
}
