/** The studio's line to the server: what changes is told over it; when it broke it comes back by itself, and then all is read anew. */
import { useEffect, useSyncExternalStore } from "react";
import type { PhoneView, StudioNotice } from "../../server/studio/views.ts";
import { BASE, queries, query, Refused } from "./api.ts";

/** `catching`: the line stands again, and what happened meanwhile is being read. */
export type Line = "connecting" | "live" | "catching" | "lost";

const RETRY_MS = [300, 600, 1_200, 2_500, 5_000];
/** The server says every 15 s that it is there. */
const SILENCE_MS = 40_000;

let line: Line = "connecting";
const listeners = new Set<() => void>();

function setLine(now: Line): void {
  line = now;
  for (const listener of listeners) listener();
}

export function useLine(): Line {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => line,
  );
}

export function useStream(phone: string | null): void {
  useEffect(() => follow(phone), [phone]);
}

/** @returns how to stop */
function follow(phone: string | null): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let broken = line === "lost" || line === "catching";

  const open = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(`${BASE}/stream?${query(phone === null ? {} : { phone })}`);
    listenForSilence();
    source.onopen = () => {
      if (broken) void catchUp();
      else setLine("live");
      failures = 0;
    };
    source.onerror = lost;
    for (const kind of ["phone", "files", "reloaded", "here"]) source.addEventListener(kind, hear);
  };

  const listenForSilence = () => {
    clearTimeout(timer);
    timer = setTimeout(lost, SILENCE_MS);
  };

  const lost = () => {
    source?.close();
    broken = true;
    setLine("lost");
    clearTimeout(timer);
    timer = setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  };

  const catchUp = async () => {
    setLine("catching");
    try {
      await queries.refetchQueries({ type: "active" }, { throwOnError: true });
    } catch (error) {
      if (error instanceof Refused && (error.status === 0 || error.status >= 500)) return lost();
    }
    broken = false;
    setLine("live");
  };

  const hear = (event: MessageEvent<string>) => {
    listenForSilence();
    const notice = JSON.parse(event.data) as StudioNotice | Record<string, never>;
    if (notice.kind === "phone") {
      const known = queries.getQueryData<PhoneView>(["phone", notice.phone]);
      if (!known || known.revision !== notice.revision) void queries.invalidateQueries({ queryKey: ["phone", notice.phone] });
    } else if (notice.kind !== undefined)
      for (const queryKey of [["overview"], ["file"], ["graph"], ["story"], ["phone"]]) void queries.invalidateQueries({ queryKey });
  };

  open();
  addEventListener("offline", lost);
  addEventListener("online", open);
  return () => {
    removeEventListener("offline", lost);
    removeEventListener("online", open);
    clearTimeout(timer);
    source?.close();
  };
}
