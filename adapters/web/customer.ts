/**
 * A customer of the web chat, played: the same HTTP as the script in a page speaks, so that stories, studio and tests meet what a
 * browser meets. It reads the numbered stream and keeps what it shows.
 */
import { list, record, text, type Wire } from "../wire.ts";

export type ShownPart = {
  text: string;
  media: { kind: string; src: string | null } | null;
  cards: { title: string; subtitle: string | null; src: string | null; url: string | null; options: ShownOption[] }[];
  options: ShownOption[];
};
/** `ref` null: it is a link, which opens `url`. */
export type ShownOption = { title: string; ref: string | null; url: string | null; isChoice: boolean };
export type ShownItem = {
  seq: number;
  atMs: number;
  by: "you" | "bot" | "agent" | "note";
  name: string | null;
  id: string | null;
  what: string | null;
  parts: ShownPart[];
};

export type WebCustomerOptions = {
  /** Where the server is, e.g. `http://127.0.0.1:3978`. */
  url: string;
  bot: string;
  /** New for each thing that needs a name: letters, digits, `_` and `-`. */
  draw(): string;
  /** The page that this customer looks at, as a browser names it; absent: none. */
  origin?: string;
  language?: string;
  login?: string;
};

export type WebCustomer = {
  items(): ShownItem[];
  /** The last of what the stream said of the conversation. */
  state(): Wire;
  typing(): boolean;
  isGone(): boolean;
  token(): string | null;
  /** Opens the window; `referral` as the page's address says it. Resolves once the stream stands. */
  opens(referral?: Wire): Promise<void>;
  says(words: string): Promise<void>;
  /** Taps the newest button or choice of that title. False: there is none. */
  taps(title: string): Promise<boolean>;
  sends(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<number>;
  comes(referral: Wire): Promise<void>;
  types(): Promise<void>;
  reads(untilMs: number): Promise<void>;
  /** Any call of the door's, as this customer. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<{ status: number; body: Wire }>;
  /** The connection breaks; what was shown stays. */
  loses(): void;
  /** It stands again, from the last number on. */
  returns(): Promise<void>;
  /** Another device of the same customer, by a link that works once. */
  continues(): Promise<WebCustomer>;
  /** Told after every change of what is shown. */
  watch(told: () => void): () => void;
  close(): void;
};

export function createWebCustomer(options: WebCustomerOptions, given: { token: string } | null = null): WebCustomer {
  const { url, bot, draw, origin, language = "en", login } = options;
  const door = `${url}/chat/v1/${bot}`;
  let token = given?.token ?? null;
  let items: ShownItem[] = [];
  let state: Wire = {};
  let isTyping = false;
  let isGone = false;
  let last: number | null = null;
  let line: AbortController | null = null;
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const told of watchers) told();
  };
  const headers = (more: Record<string, string> = {}) => ({
    ...(origin === undefined ? {} : { origin }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...more,
  });

  async function call(method: "GET" | "POST", path: string, body?: unknown): Promise<{ status: number; body: Wire }> {
    const response = await fetch(door + path, {
      method,
      headers: headers(body === undefined ? {} : { "content-type": "application/json" }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: record(await response.json().catch(() => null)) ?? {} };
  }

  /** @throws when the server decided against it */
  async function does(act: Wire): Promise<void> {
    const acts = [{ id: draw(), ...act }];
    const { status, body } = await call("POST", "/acts", { acts });
    if (status !== 200 || list(body.unfit).length > 0) throw new Error(`The chat's door answered ${status} ${JSON.stringify(body)}.`);
  }

  async function listen(): Promise<void> {
    line?.abort();
    const own = new AbortController();
    line = own;
    const response = await fetch(last === null ? `${door}/stream` : `${door}/stream?after=${last}`, {
      headers: headers(),
      signal: own.signal,
    });
    if (response.status === 401) isGone = true;
    if (!response.ok || !response.body) throw new Error(`The stream was answered ${response.status}.`);
    await new Promise<void>((stands) => {
      void read(response.body!, stands).catch(() => undefined); // broken off by us or by the server: `returns` goes on from here
    });
  }

  async function read(body: ReadableStream<Uint8Array>, stands: () => void): Promise<void> {
    const decoder = new TextDecoder();
    let buffer = "";
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        buffer += decoder.decode(chunk, { stream: true });
        const frames = buffer.split("\n\n");
        buffer = frames.pop()!;
        for (const frame of frames) take(frame, stands);
      }
    } finally {
      stands();
    }
  }

  function take(frame: string, stands: () => void): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(frame)?.[1];
    const data = field("data");
    if (data === undefined) return;
    const told = record(JSON.parse(data)) ?? {};
    switch (field("event")) {
      case "thread":
        items = list(told.items).map((one) => itemOf(record(one) ?? {}));
        break;
      case "item":
        add(itemOf(told));
        break;
      case "state":
        state = told;
        stands(); // the first thing after what was there
        break;
      case "typing":
        isTyping = true;
        break;
      case "token":
        token = text(told.token) ?? token;
        break;
      case "gone":
        isGone = true;
        items = [];
        break;
    }
    const id = field("id");
    if (id !== undefined) last = Number(id);
    changed();
  }

  function add(item: ShownItem): void {
    if (items.some(({ seq }) => seq === item.seq)) throw new Error(`Item ${item.seq} came twice.`);
    if (item.by !== "you") isTyping = false;
    items = [...items, item];
  }

  const customer: WebCustomer = {
    items: () => items,
    state: () => state,
    typing: () => isTyping,
    isGone: () => isGone,
    token: () => token,
    async opens(referral) {
      const key = `${draw()}______________________`.slice(0, 40);
      const { status, body } = await call("POST", "/start", {
        key,
        language,
        ...(referral ? { referral } : {}),
        ...(login ? { login } : {}),
      });
      if (status !== 200) throw new Error(`The chat did not start: ${status} ${JSON.stringify(body)}.`);
      token = text(body.token) ?? null;
      await listen();
    },
    says: (words) => does({ kind: "said", text: words }),
    async taps(title) {
      for (const { seq, parts } of [...items].reverse())
        for (const [at, part] of parts.entries()) {
          const found = [...part.options, ...part.cards.flatMap((card) => card.options)].find((one) => one.title === title);
          if (found?.ref === undefined || found.ref === null) continue;
          await does({ kind: "tapped", seq, ref: `${at}.${found.ref}` });
          return true;
        }
      return false;
    },
    async sends(name, type, bytes) {
      const response = await fetch(`${door}/files?name=${encodeURIComponent(name)}`, {
        method: "POST",
        headers: headers({ "content-type": type }),
        body: bytes,
      });
      const body = record(await response.json().catch(() => null));
      if (response.status === 200) await does({ kind: "said", text: "", files: [text(body?.id) ?? ""] });
      return response.status;
    },
    comes: (referral) => does({ kind: "referred", referral }),
    types: async () => void (await call("POST", "/typing", {})),
    reads: (untilMs) => does({ kind: "read", until: untilMs }),
    call,
    loses: () => line?.abort(),
    returns: listen,
    async continues() {
      const move = await call("POST", "/move", {});
      const { status, body } = await call("POST", "/resume", { code: move.body.code });
      if (status !== 200) throw new Error(`The link was answered ${status}.`);
      const { login: _theirs, ...same } = options;
      const other = createWebCustomer(same, { token: text(body.token) ?? "" });
      await other.returns();
      return other;
    },
    watch(told) {
      watchers.add(told);
      return () => watchers.delete(told);
    },
    close() {
      line?.abort();
      watchers.clear();
    },
  };
  return customer;
}

function itemOf(told: Wire): ShownItem {
  return {
    seq: Number(told.seq),
    atMs: Number(told.at),
    by: told.by as ShownItem["by"],
    name: text(told.name) ?? null,
    id: text(told.id) ?? null,
    what: text(told.what) ?? null,
    parts: list(told.parts).map((one) => partOf(record(one) ?? {})),
  };
}

function partOf(told: Wire): ShownPart {
  const medium = record(told.media);
  return {
    text: text(told.text) ?? "",
    media: medium ? { kind: String(medium.kind), src: text(medium.src) ?? null } : null,
    cards: list(told.cards).map((one) => {
      const card = record(one) ?? {};
      return {
        title: text(card.title) ?? "",
        subtitle: text(card.subtitle) ?? null,
        src: text(card.src) ?? null,
        url: text(card.url) ?? null,
        options: list(card.buttons).map((button) => optionOf(button, false)),
      };
    }),
    options: [...list(told.buttons).map((one) => optionOf(one, false)), ...list(told.choices).map((one) => optionOf(one, true))],
  };
}

function optionOf(value: unknown, isChoice: boolean): ShownOption {
  const told = record(value) ?? {};
  return { title: text(told.title) ?? "", ref: text(told.ref) ?? null, url: text(told.url) ?? null, isChoice };
}

/** All the words of an item, as a customer reads them. */
export function wordsOf({ parts }: ShownItem): string {
  return parts
    .flatMap((part) => [
      part.text,
      ...part.cards.flatMap((card) => [card.title, card.subtitle ?? ""]),
      ...part.options.map((one) => one.title),
    ])
    .filter((words) => words !== "")
    .join("\n");
}
