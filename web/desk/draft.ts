/** What somebody has begun to write: kept on the server, and in this tab while the server cannot be reached. */
import { useEffect, useSyncExternalStore } from "react";
import { askLast, get, put } from "./api.ts";
import type { Draft, Uploaded } from "./types.ts";

type Written = Omit<Draft, "attachments" | "files"> & { files: Uploaded[] };
type Kept = Written & { state: "loading" | "kept" | "unsaved" };

const EMPTY: Kept = { reply: "", note: "", epoch: null, seq: null, files: [], state: "loading" };
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
  return draft !== undefined && (draft.reply.trim() !== "" || draft.note.trim() !== "" || draft.files.length > 0);
}

/** What is attached by now, however long an upload took. */
export function filesOf(conversation: string): Uploaded[] {
  return drafts.get(conversation)?.files ?? [];
}

/** Shown at once; saved when the writer pauses. */
export function write(conversation: string, change: Partial<Written>): void {
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
  const draft = await get<Draft>(`/conversations/${conversation}/draft`).catch(() => null);
  if (typed()) return;
  const { reply, note, epoch, seq, files } = draft ?? EMPTY;
  set(conversation, { reply, note, epoch, seq, files, state: "kept" });
}

async function save(conversation: string): Promise<void> {
  const draft = drafts.get(conversation);
  if (!draft) return;
  const { reply, note, epoch, seq, files } = draft;
  try {
    await put(`/conversations/${conversation}/draft`, { reply, note, epoch, seq, attachments: files.map(({ id }) => id) });
    const now = drafts.get(conversation);
    if (now === draft) set(conversation, { ...draft, state: "kept" });
    mirrorOff(conversation);
  } catch {
    mirrorOn(conversation, { reply, note, epoch, seq, files });
    timers.set(
      conversation,
      setTimeout(() => void save(conversation), 5_000),
    );
  }
}

// A reload does not wait for the writer to pause: what is not saved yet goes now, and stays in this tab in case it does not arrive.
addEventListener("pagehide", () => {
  for (const [conversation, { state, files, ...words }] of drafts) {
    if (state !== "unsaved") continue;
    mirrorOn(conversation, { ...words, files });
    askLast("PUT", `/conversations/${conversation}/draft`, { ...words, attachments: files.map(({ id }) => id) });
  }
});

function set(conversation: string, draft: Kept): void {
  drafts.set(conversation, draft);
  for (const listener of listeners) listener();
}

const place = (conversation: string) => `baton.draft.${conversation}`;

function mirrorOn(conversation: string, draft: Written): void {
  sessionStorage.setItem(place(conversation), JSON.stringify(draft));
}

function mirrorOff(conversation: string): void {
  sessionStorage.removeItem(place(conversation));
}

function readMirror(conversation: string): Written | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(conversation)) ?? "null") as Written | null;
  } catch {
    return null;
  }
}
