/** What the customer did and the server has not confirmed: in order, each under its own id, so that it counts once however often it is posted. */
import type { Api } from "./api.ts";
import type { Keeping } from "./kept.ts";
import type { Pending } from "./types.ts";

export type Outbox = {
  put(pending: Pending): void;
  flush(): void;
  /** Items with these ids have come: what stood for them goes. */
  arrived(ids: string[]): void;
  forget(): void;
};

type Given = {
  api: Api;
  kept: Keeping;
  token(): string | null;
  changed(pending: Pending[]): void;
  slow(isSlow: boolean): void;
  /** The visitor is nobody's any more. */
  refused(): void;
};

const AT_ONCE = 10;
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

export function createOutbox({ api, kept, token, changed, slow, refused }: Given): Outbox {
  let pending: Pending[] = kept.read().outbox;
  let isPosting = false;
  let failures = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  const set = (next: Pending[]) => {
    pending = next;
    changed(pending);
  };

  async function flush(): Promise<void> {
    const waiting = pending.filter(({ state }) => state === "waiting").slice(0, AT_ONCE);
    const as = token();
    if (isPosting || waiting.length === 0 || as === null) return;
    isPosting = true;
    clearTimeout(again);
    const acts = waiting.map(({ id, act }) => ({ id, ...act }));
    const answer = await api.post<{ stored: string[]; unfit: { unfit: string }[] }>("/acts", { acts }, as);
    isPosting = false;
    if (answer.ok) {
      failures = 0;
      slow(false);
      const stored = new Set(answer.body.stored);
      const unfit = new Set(answer.body.unfit.map((one) => one.unfit));
      kept.remove(new Set([...stored, ...unfit]));
      set(pending.filter(({ id }) => !unfit.has(id)).map((one) => (stored.has(one.id) ? { ...one, state: "stored" } : one)));
      void flush();
    } else if (answer.kind === "later") {
      slow(answer.waitMs !== null);
      again = setTimeout(() => void flush(), answer.waitMs ?? BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]!);
    } else if (answer.status === 401) refused();
    else {
      // These cannot be posted, ever; those behind them can.
      const ids = new Set(waiting.map(({ id }) => id));
      kept.remove(ids);
      set(pending.filter(({ id }) => !ids.has(id)));
      void flush();
    }
  }

  return {
    put(one) {
      kept.add(one);
      set([...pending, one]);
      void flush();
    },
    flush: () => void flush(),
    arrived(ids) {
      if (ids.length === 0) return;
      const there = new Set(ids);
      kept.remove(there);
      set(pending.filter(({ id }) => !there.has(id)));
    },
    forget: () => set([]),
  };
}
