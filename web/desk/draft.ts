/** What somebody has begun to write: kept on the server, and in this tab while the server cannot be reached. */
import { useEffect, useSyncExternalStore } from "react";
import { get, put } from "./api.ts";
import type { Draft } from "./types.ts";

type Kept = Draft & { state: "loading" | "kept" | "unsaved" };

const EMPTY: Kept = { reply: "", note: "", epoch: null, seq: null, attachments: [], state: "loading" };
const SAVE_MS = 700;
const drafts = new Map<string, Kept>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

export function useDraft(conversation: string): Kept {
  useEffect(() => {
    void load(conversation);
  }, [conversation]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => drafts.get(conversation) ?? EMPTY,
  );
}

export function hasDraft(conversation: string): boolean {
  const draft = drafts.get(conversation);
  return draft !== undefined && (draft.reply.trim() !== "" || draft.note.trim() !== "");
}

/** Shown at once; saved when the writer pauses. */
export function write(conversation: string, change: Partial<Draft>): void {
  const now = drafts.get(conversation) ?? EMPTY;
  set(conversation, { ...now, ...change, state: "unsaved" });
  clearTimeout(timers.get(conversation));
  timers.set(
    conversation,
    setTimeout(() => void save(conversation), SAVE_MS),
  );
}

async function load(conversation: string): Promise<void> {
  if (drafts.has(conversation)) return;
  set(conversation, EMPTY);
  const typed = () => drafts.get(conversation)?.state !== "loading";
  const mirror = readMirror(conversation);
  if (mirror) {
    write(conversation, mirror);
    return;
  }
  const kept = await get<Partial<Draft> & { draft?: Draft | null }>(`/conversations/${conversation}/draft`).catch(() => null);
  if (typed()) return;
  const draft = kept?.draft ?? kept;
  set(conversation, { ...EMPTY, ...draft, reply: draft?.reply ?? "", note: draft?.note ?? "", state: "kept" });
}

async function save(conversation: string): Promise<void> {
  const draft = drafts.get(conversation);
  if (!draft) return;
  const { reply, note, epoch, seq, attachments } = draft;
  const body: Draft = { reply, note, epoch, seq, attachments };
  try {
    await put(`/conversations/${conversation}/draft`, body);
    const now = drafts.get(conversation);
    if (now === draft) set(conversation, { ...draft, state: "kept" });
    mirrorOff(conversation);
  } catch {
    mirrorOn(conversation, body);
    timers.set(
      conversation,
      setTimeout(() => void save(conversation), 5_000),
    );
  }
}

function set(conversation: string, draft: Kept): void {
  drafts.set(conversation, draft);
  for (const listener of listeners) listener();
}

const place = (conversation: string) => `baton.draft.${conversation}`;

function mirrorOn(conversation: string, draft: Draft): void {
  sessionStorage.setItem(place(conversation), JSON.stringify(draft));
}

function mirrorOff(conversation: string): void {
  sessionStorage.removeItem(place(conversation));
}

function readMirror(conversation: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(conversation)) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}
