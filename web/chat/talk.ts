/** The talk of one visitor: what is shown, what is on its way, and the line to the server. No word of it is lost by a reload. */
import { type Api, openApi } from "./api.ts";
import { draw, keepFor } from "./kept.ts";
import { createOutbox } from "./outbox.ts";
import { type Frame, openStream, type Stream } from "./stream.ts";
import type { Config, Item, MediaPart, Pending, Referral, TalkState, Upload } from "./types.ts";

export type Shown = TalkState & {
  /** `fresh`: nothing was opened yet. `gone`: it was deleted. */
  phase: "fresh" | "starting" | "live" | "lost" | "gone";
  items: Item[];
  pending: Pending[];
  uploads: Upload[];
  more: boolean;
  typing: boolean;
  slow: boolean;
  isOpen: boolean;
  /** Somebody opened it now; else it stands open as it did before a reload, and takes nobody's focus. */
  byHand: boolean;
  unread: number;
};

export type Talk = {
  get(): Shown;
  subscribe(told: () => void): () => void;
  open(): void;
  close(): void;
  say(text: string): void;
  tap(item: Item, ref: string, title: string): void;
  begin(at: number, title: string): void;
  attach(file: File): void;
  again(upload: Upload): void;
  drop(upload: Upload): void;
  types(): void;
  /** Everything up to here has been looked at. */
  seen(): void;
  older(): Promise<void>;
  /** null: not now. */
  moveLink(): Promise<string | null>;
  /** Another device's link brought us here. @returns was it taken? */
  resume(code: string): Promise<boolean>;
  anew(): void;
  /** The brand says who this is; null: nobody any more. */
  identify(login: string | null): void;
  came(referral: Referral | null): void;
};

export type TalkOptions = { door: string; config: Config; language: string; referral: Referral | null; login: string | null };

const TYPED_MS = 6_000;
const TYPES_EVERY_MS = 4_000;
const LOOKS_EVERY_MS = 2_000;
/** After their own word a visitor is expected to want the answer, also with the window closed. */
const EXPECTING_MS = 90_000;
const SENDABLE = /^(image\/(jpeg|png|gif|webp)|video\/mp4|audio\/(mpeg|mp4|x-m4a)|application\/pdf)$/;

export function createTalk({ door, config, language, referral, login: firstLogin }: TalkOptions): Talk {
  const api: Api = openApi(door);
  const kept = keepFor(config.bot);
  const listeners = new Set<() => void>();
  let login = firstLogin;
  let way = referral;
  let stream: Stream | null = null;
  let last: number | null = null;
  let starting = false;
  let startTries = 0;
  let saidAtMs = 0;
  let typesAtMs = 0;
  let looksAtMs = 0;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let shown: Shown = {
    phase: "fresh",
    items: [],
    pending: kept.read().outbox,
    uploads: [],
    more: false,
    typing: false,
    slow: false,
    isOpen: wasOpen(kept.read()),
    byHand: false,
    unread: 0,
    controller: "bot",
    agent: null,
    language: null,
    seen_at: null,
  };
  const set = (change: Partial<Shown>) => {
    shown = { ...shown, ...change };
    for (const told of listeners) told();
  };
  const outbox = createOutbox({
    api,
    kept,
    token: () => kept.read().token,
    changed: (pending) => set({ pending }),
    slow: (slow) => shown.slow !== slow && set({ slow }),
    refused: forgotten,
  });

  forgetOthers();
  if (kept.read().token !== null) {
    connect();
    outbox.flush(); // what an earlier page could not send
  }
  addEventListener("online", () => {
    stream?.tryNow();
    outbox.flush();
    retryUploads();
    if (shown.isOpen) void start();
  });
  addEventListener("storage", () => {
    if (stream === null && kept.read().token !== null) connect(); // another tab of this site began
  });
  document.addEventListener("visibilitychange", connect);

  /** Whom the page names now decides: another customer's talk, or a former one's, is not shown to this one. */
  function forgetOthers(): void {
    const { subject } = kept.read();
    const named = login === null ? null : subjectOf(login);
    if (subject !== null && subject !== named) kept.change({ token: null, startKey: null, subject: null, outbox: [], readUntil: 0 });
  }

  async function start(): Promise<void> {
    const { token, subject } = kept.read();
    const named = login === null ? null : subjectOf(login);
    if (starting || (token !== null && (named === null || named === subject))) return;
    starting = true;
    const key = kept.read().startKey ?? draw();
    kept.change({ startKey: key });
    set({ phase: "starting" });
    const body = { key, language, ...(way ? { referral: way } : {}), ...(login === null ? {} : { login }) };
    const answer = await api.post<{ token: string; known: boolean }>("/start", body, token);
    starting = false;
    if (answer.ok) {
      startTries = 0;
      kept.change({ token: answer.body.token, startKey: null, subject: answer.body.known ? named : null, came: wayKey(way) });
      if (token !== null) begin({ items: [], more: false });
      connect();
      outbox.flush();
    } else if (answer.kind === "later") {
      setTimeout(() => void start(), answer.waitMs ?? Math.min(15_000, 500 * 2 ** startTries++));
    } else {
      kept.change({ startKey: null });
      if (answer.code === "wrong_sign_in") {
        console.warn(`Baton chat: ${answer.message} The visitor goes on as a stranger.`);
        login = null;
      }
      setTimeout(() => void start(), 1_000 * 2 ** Math.min(5, startTries++));
    }
  }

  /** Is the line worth holding? A window that nobody looks at, and in which nothing is due, costs the server nothing. */
  function connect(): void {
    const { token } = kept.read();
    const expecting = shown.controller === "queue" || shown.controller === "human" || Date.now() - saidAtMs < EXPECTING_MS;
    const wants = token !== null && (shown.isOpen || expecting || last === null) && (document.visibilityState === "visible" || expecting);
    if (!wants) {
      stream?.close();
      stream = null;
      return;
    }
    if (stream !== null) return;
    if (shown.phase === "fresh") set({ phase: "starting" });
    stream = openStream(`${door}/stream`, token, last, {
      frame: take,
      opened: () => shown.phase !== "live" && set({ phase: last === null ? "starting" : "live" }),
      lost: () => set({ phase: "lost" }),
      refused: forgotten,
    });
  }

  function take({ event, id, data }: Frame): void {
    switch (event) {
      case "thread": {
        const { items, more } = data as { items: Item[]; more: boolean };
        begin({ items, more });
        break;
      }
      case "item":
        add([data as Item]);
        break;
      case "state":
        set(data as TalkState);
        if (shown.controller === "bot" || shown.controller === "none") connect();
        break;
      case "typing":
        clearTimeout(typingTimer);
        set({ typing: true });
        typingTimer = setTimeout(() => set({ typing: false }), TYPED_MS);
        break;
      case "seen":
        set({ seen_at: (data as { at: number }).at });
        break;
      case "token":
        kept.change({ token: (data as { token: string }).token });
        break;
      case "gone":
        forgotten();
        return;
    }
    if (id !== null) last = id;
    if (shown.phase !== "live") set({ phase: "live" });
  }

  function begin({ items, more }: { items: Item[]; more: boolean }): void {
    last = null;
    set({ items: [], more });
    add(items);
  }

  function add(items: Item[]): void {
    const known = new Set(shown.items.map(({ seq }) => seq));
    const fresh = items.filter(({ seq }) => !known.has(seq));
    const all = [...shown.items, ...fresh].sort((a, b) => a.seq - b.seq);
    outbox.arrived(fresh.flatMap((item) => (item.by === "you" && item.id !== null ? [item.id] : [])));
    const { readUntil } = kept.read();
    const unread = shown.isOpen ? 0 : all.filter((item) => (item.by === "bot" || item.by === "agent") && item.at > readUntil).length;
    const ends = fresh.some((item) => item.by === "bot" || item.by === "agent");
    set({ items: all, unread, ...(ends ? { typing: false } : {}) });
  }

  /** The conversation was deleted: what was shown goes, and nothing begins anew by itself. */
  function forgotten(): void {
    stream?.close();
    stream = null;
    last = null;
    kept.change({ token: null, startKey: null, readUntil: 0, outbox: [] });
    outbox.forget();
    set({ phase: "gone", items: [], uploads: [], more: false, unread: 0, typing: false, controller: "bot", agent: null });
  }

  function put(act: Pending["act"], title: string, media?: MediaPart): void {
    saidAtMs = Date.now();
    setTimeout(connect, EXPECTING_MS + 1_000); // then a closed window lets go of its line
    outbox.put({ id: draw(), at: Date.now(), act, title, state: "waiting", ...(media ? { media } : {}) });
    void start();
    connect();
  }

  async function send(upload: Upload): Promise<void> {
    const change = (more: Partial<Upload>) =>
      set({ uploads: shown.uploads.map((one) => (one.id === upload.id ? { ...one, ...more } : one)) });
    const { token } = kept.read();
    if (token === null) return change({ state: "waiting" });
    change({ state: "sending" });
    const path = `/files?name=${encodeURIComponent(upload.file.name)}`;
    const answer = await api.upload<MediaPart & { id: string }>(path, upload.file, token);
    if (answer.ok) {
      const { id, kind, src, name } = answer.body;
      set({ uploads: shown.uploads.filter((one) => one.id !== upload.id) });
      put({ kind: "said", text: "", files: [id] }, "", { kind, src, name });
    } else if (answer.kind === "later") {
      change({ state: "waiting" });
      setTimeout(() => void retry(upload.id), answer.waitMs ?? 5_000);
    } else if (answer.status === 401) forgotten();
    else change({ state: "refused", why: answer.status === 413 ? "too_large" : "wrong_type" });
  }

  async function retry(id: string): Promise<void> {
    const upload = shown.uploads.find((one) => one.id === id && one.state === "waiting");
    if (upload) await send(upload);
  }

  function retryUploads(): void {
    for (const { id, state } of shown.uploads) if (state === "waiting") void retry(id);
  }

  return {
    get: () => shown,
    subscribe(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    open() {
      kept.change({ isOpen: true });
      set({ isOpen: true, byHand: true, unread: 0 });
      if (shown.phase !== "gone") void start();
      connect();
    },
    close() {
      kept.change({ isOpen: false });
      set({ isOpen: false });
      connect();
    },
    say: (text) => put({ kind: "said", text, files: [] }, text),
    tap: ({ seq }, ref, title) => put({ kind: "tapped", seq, ref }, title),
    begin: (at, title) => put({ kind: "began", at, language: shown.language ?? language }, title),
    attach(file) {
      const isLarge = file.size > config.file_max;
      const isOdd = !SENDABLE.test(file.type);
      const src = file.type.startsWith("image/") && !isOdd ? URL.createObjectURL(file) : null;
      const upload: Upload = { id: draw(), at: Date.now(), file, src, state: "sending" };
      if (isLarge || isOdd) Object.assign(upload, { state: "refused", why: isLarge ? "too_large" : "wrong_type" });
      set({ uploads: [...shown.uploads, upload] });
      if (upload.state === "sending") void start().then(() => send(upload));
    },
    again: (upload) => void send(upload),
    drop: (upload) => set({ uploads: shown.uploads.filter((one) => one.id !== upload.id) }),
    types() {
      const nowMs = Date.now();
      if (nowMs - typesAtMs < TYPES_EVERY_MS || (shown.controller !== "human" && shown.controller !== "queue")) return;
      typesAtMs = nowMs;
      void api.post("/typing", {}, kept.read().token);
    },
    seen() {
      const newest = shown.items.filter((item) => item.by === "bot" || item.by === "agent").at(-1);
      const { readUntil, token } = kept.read();
      if (!newest || newest.at <= readUntil) return;
      kept.change({ readUntil: newest.at });
      // The desk wants to know of its own lines; the bot has nobody who looks.
      const nowMs = Date.now();
      if (newest.by !== "agent" || nowMs - looksAtMs < LOOKS_EVERY_MS) return;
      looksAtMs = nowMs;
      void api.post("/acts", { acts: [{ kind: "read", id: draw(), until: newest.at }] }, token);
    },
    async older() {
      const first = shown.items[0];
      if (!first || !shown.more) return;
      const answer = await api.get<{ items: Item[]; more: boolean }>(`/thread?before=${first.seq}`, kept.read().token);
      if (!answer.ok) return;
      set({ more: answer.body.more && answer.body.items.length > 0 });
      add(answer.body.items);
    },
    async moveLink() {
      const answer = await api.post<{ code: string }>("/move", {}, kept.read().token);
      return answer.ok ? `${location.href.split("#")[0]}#baton-chat=${answer.body.code}` : null;
    },
    async resume(code) {
      const answer = await api.post<{ token: string }>("/resume", { code });
      if (!answer.ok) return false;
      stream?.close();
      stream = null;
      last = null;
      kept.change({ token: answer.body.token, startKey: null, subject: null });
      set({ items: [], phase: "starting" });
      connect();
      return true;
    },
    anew() {
      set({ phase: "starting" });
      void start();
    },
    identify(next) {
      login = next;
      const before = kept.read();
      forgetOthers();
      if (before.token !== null && kept.read().token === null) {
        stream?.close();
        stream = null;
        last = null;
        outbox.forget();
        set({ items: [], phase: "fresh", unread: 0 });
      }
      if (shown.isOpen || before.token !== null) {
        if (login !== null && subjectOf(login) !== before.subject) {
          stream?.close();
          stream = null;
        }
        void start();
      }
    },
    came(next) {
      way = next;
      const { token, came } = kept.read();
      const key = wayKey(next);
      if (next === null || token === null || key === came || next.ref?.startsWith("page:")) return;
      kept.change({ came: key });
      void api.post("/acts", { acts: [{ kind: "referred", id: draw(), referral: next }] }, token);
    },
  };
}

/** A window that stood open beside the page stands there again; one that fills a phone's screen would hide where its owner went. */
function wasOpen({ isOpen, token }: { isOpen: boolean; token: string | null }): boolean {
  return isOpen && token !== null && innerWidth > 480;
}

function wayKey(referral: Referral | null): string | null {
  return referral === null ? null : [referral.source, referral.ref, referral.ad_id].join(" ");
}

/** Read only to know whether it is the same person as before; the server verifies. */
function subjectOf(login: string): string | null {
  try {
    const claims = JSON.parse(atob(login.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as { sub?: unknown };
    return typeof claims.sub === "string" ? claims.sub : null;
  } catch {
    return null;
  }
}
