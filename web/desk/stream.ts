/** The numbered stream: one line to the server that resumes where it broke, told apart from a dead one by its silence. */
import { address, headers } from "./api.ts";

export type Notice = { n: number; kind: string; conversation: string | null; ticket: string | null; data: Record<string, unknown> };

export type Listening = {
  /** The line stands. `resumed`: everything since the last number follows; else read all anew. */
  opened(resumed: boolean): void;
  notice(notice: Notice): void;
  /** A frame of this moment, without a number. */
  frame(kind: string, data: Record<string, unknown>): void;
  /** The line is gone; the next try is at `retryAtMs`. */
  lost(retryAtMs: number): void;
  signedOut(): void;
};

const SILENCE_MS = 35_000;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 12_000];

export type Stream = { tryNow(): void; close(): void };

export function openStream(listening: Listening): Stream {
  let last: number | null = null;
  let closed = false;
  let failures = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();
  // The system knows sooner than our silence does.
  const cut = () => current.abort();
  addEventListener("offline", cut);
  void run();
  return {
    tryNow() {
      if (waiting === undefined || closed) return;
      clearTimeout(waiting);
      waiting = undefined;
      void run();
    },
    close() {
      closed = true;
      removeEventListener("offline", cut);
      clearTimeout(waiting);
      current.abort();
    },
  };

  async function run(): Promise<void> {
    current = new AbortController();
    let end: "lost" | "signed_out" = "lost";
    try {
      end = await listen(current);
    } catch {
      // The network, the server or our silence ended it: all are tried again.
    }
    if (closed) return;
    if (end === "signed_out") return listening.signedOut();
    const waitMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]! * (0.8 + Math.random() * 0.4);
    failures += 1;
    listening.lost(Date.now() + waitMs);
    waiting = setTimeout(() => {
      waiting = undefined;
      void run();
    }, waitMs);
  }

  async function listen(abort: AbortController): Promise<"lost" | "signed_out"> {
    let dead = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const resumes = last !== null;
      const response = await fetch(address(resumes ? `/stream?after=${last}` : "/stream"), {
        headers: { ...headers(), accept: "text/event-stream" },
        signal: abort.signal,
        cache: "no-store",
      });
      if (response.status === 401) return "signed_out";
      if (!response.ok || !response.body) return "lost";
      failures = 0;
      if (resumes) listening.opened(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let buffer = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return "lost";
        clearTimeout(dead);
        dead = setTimeout(() => abort.abort(), SILENCE_MS);
        buffer += value;
        const frames = buffer.split("\n\n");
        buffer = frames.pop()!;
        for (const frame of frames) if (take(frame) === "signed_out") return "signed_out";
      }
    } finally {
      clearTimeout(dead);
    }
  }

  function take(frame: string): "signed_out" | undefined {
    let kind = "message";
    let id: number | null = null;
    let text = "";
    for (const line of frame.split("\n")) {
      if (line.startsWith("event: ")) kind = line.slice(7);
      else if (line.startsWith("id: ")) id = Number(line.slice(4));
      else if (line.startsWith("data: ")) text += line.slice(6);
    }
    if (kind === "signed_out") return "signed_out";
    if (text === "") return;
    const data = JSON.parse(text) as Record<string, unknown>;
    if (id !== null && Number.isSafeInteger(id)) last = id;
    if (kind === "ready" || kind === "reset") listening.opened(false);
    else if (id === null) listening.frame(kind, data);
    else listening.notice({ n: id, kind, conversation: textOf(data.conversation_id), ticket: textOf(data.ticket_id), data });
    return;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
