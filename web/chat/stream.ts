/** The numbered stream: it resumes where it broke, and tells a dead line from a quiet one by the server's heartbeat. */
export type Frame = { event: string; id: number | null; data: unknown };
export type Listening = {
  frame(frame: Frame): void;
  opened(): void;
  lost(): void;
  /** This token is nobody's any more. */
  refused(): void;
};
export type Stream = { close(): void; tryNow(): void };

const SILENCE_MS = 40_000;
const RETRY_MS = [400, 1_000, 2_000, 4_000, 8_000, 15_000];

/** @param after the last number that is here already; null: nothing is */
export function openStream(url: string, token: string, after: number | null, listening: Listening): Stream {
  let last = after;
  let failures = 0;
  let isClosed = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();
  const cut = () => current.abort(); // the system knows sooner than our silence does
  addEventListener("offline", cut);
  void run();
  return {
    close() {
      isClosed = true;
      removeEventListener("offline", cut);
      clearTimeout(waiting);
      current.abort();
    },
    tryNow() {
      if (waiting === undefined || isClosed) return;
      clearTimeout(waiting);
      waiting = undefined;
      void run();
    },
  };

  async function run(): Promise<void> {
    current = new AbortController();
    const end = await listen(current).catch(() => "lost" as const);
    if (isClosed) return;
    if (end === "refused") return listening.refused();
    listening.lost();
    const waitMs = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]! * (0.8 + Math.random() * 0.4);
    waiting = setTimeout(() => {
      waiting = undefined;
      void run();
    }, waitMs);
  }

  async function listen(abort: AbortController): Promise<"lost" | "refused"> {
    let dead = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const response = await fetch(last === null ? url : `${url}?after=${last}`, {
        headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
        signal: abort.signal,
        cache: "no-store",
        credentials: "omit",
      });
      if (response.status === 401) return "refused";
      if (!response.ok || !response.body) return "lost";
      failures = 0;
      listening.opened();
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
        for (const frame of frames) take(frame);
      }
    } finally {
      clearTimeout(dead);
    }
  }

  function take(text: string): void {
    const frame: Frame = { event: "message", id: null, data: null };
    for (const line of text.split("\n")) {
      if (line.startsWith("event: ")) frame.event = line.slice(7);
      else if (line.startsWith("id: ")) frame.id = Number(line.slice(4));
      else if (line.startsWith("data: ")) frame.data = JSON.parse(line.slice(6));
    }
    if (frame.data === null) return; // a heartbeat
    listening.frame(frame);
    if (frame.id !== null) last = frame.id; // only once it is shown
  }
}
