/** A conversation with the pure engine: YAML flows through the real compiler, the real matcher, and no runtime. */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { createRanker } from "../../answers/match.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import { advance } from "../../dialogue/turn/advance.ts";
import { GUARD } from "../../dialogue/turn/guard.ts";
import type { Decided } from "../../dialogue/turn/returns.ts";
import { address } from "../../model/address.ts";
import type { Heard, Referral } from "../../model/event.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { EMPTY_SESSION, type Session } from "../../model/session.ts";
import type { CustomerFields, Effect, QueueView, Ranking, Turn, View } from "../../model/turn.ts";

const PATTERNS = new URL("../../flows/patterns/", import.meta.url);
const LOCALES = new URL("locales/", PATTERNS);

export const BUILTINS: Map<string, string> = new Map([
  ...readdirSync(PATTERNS)
    .filter((name) => name.endsWith(".yaml"))
    .map((name): [string, string] => [`built-in/patterns/${name}`, readFileSync(new URL(name, PATTERNS), "utf8")]),
  ...readdirSync(LOCALES).map((name): [string, string] => [
    `built-in/patterns/locales/${name}`,
    readFileSync(new URL(name, LOCALES), "utf8"),
  ]),
]);

export const BOT = `
format: 1
bot: t
name: Test
languages: [en, zh, es]
timezone: UTC
currency: USD
flows: [./flows]
actions: ./actions.yaml
channels: { messenger: { page: "1" }, wechat: { account: gh_t } }
customer: { vip: { type: yes_no, default: false } }
defaults: { queue: care }
queues:
  care: { notice: Connecting you., max_wait: 10m }
  closed_one: {}
`;
export const ACTIONS = `
format: 1
actions:
  orders.find:
    safe: true
    input: { number: text }
    output: { days: integer, items: [ { sku: text } ] }
    http: { get: "https://shop.test/{{ input.number }}" }
  orders.pay:
    input: { number: text }
    output: { reference: text }
    http: { post: "https://shop.test/pay" }
events: { shipped: { fields: { number: text } } }
`;

/** Compiles a brand of the given flows (`name` to the YAML below the first two lines), or fails with what is wrong. */
export function brand(
  flows: Record<string, string>,
  more: { bot?: string; files?: Record<string, string>; builtins?: Map<string, string> } = {},
): Program {
  const files = new Map([
    ["t.bot.yaml", more.bot ?? BOT],
    ["actions.yaml", ACTIONS],
  ]);
  for (const [name, body] of Object.entries(flows))
    files.set(`flows/${name}.flow.yaml`, `format: 1\nflow: ${name}\ndescription: ${name}\n${body}`);
  for (const [path, text] of Object.entries(more.files ?? {})) files.set(path, text);
  const { program, problems } = compile({ bot: "t.bot.yaml", files, builtins: more.builtins ?? BUILTINS, limits: new Map(), env: {} });
  if (program === null)
    throw new Error(
      problems
        .filter((one) => one.severity === "error")
        .map((one) => `${one.file}:${one.line} ${one.code} ${one.message}`)
        .join("\n"),
    );
  return program;
}

export const START_MS = Date.parse("2026-03-02T17:00:00Z"); // a Monday
const OPEN: QueueView = { open: true, staffed: true, waiting: 0, estimateMs: 60_000, opensAtMs: null };
export const SHUT: QueueView = { open: false, staffed: false, waiting: 0, estimateMs: null, opensAtMs: null };

export type Talk = {
  session: Session;
  turn: Turn;
  nowMs: number;
  customer: CustomerFields;
  queues: Record<string, QueueView>;
  rankings: Map<string, Ranking>;
  program: Program;
  view(): View;
  hear(event: Heard): string[];
  says(text: string): string[];
  taps(title: string): string[];
  wait(ms: number): string[];
  answers(value: Json): string[];
  fails(code: "not_found" | "timeout" | "failed" | "in_doubt"): string[];
  refers(referral: Partial<Referral>): string[];
  takes(turn: Decided): string[];
};

export function talk(program: Program, start: { customer?: JsonObject; channel?: string; named?: Program[] } = {}): Talk {
  const ranker = createRanker(program);
  let seq = 0;
  const self: Talk = {
    session: EMPTY_SESSION,
    turn: { session: EMPTY_SESSION, effects: [], trace: [], ends: "silence" },
    nowMs: START_MS,
    customer: { id: "cu_1", tags: [], ...start.customer } as CustomerFields,
    queues: { care: OPEN, closed_one: SHUT },
    rankings: new Map(),
    program,
    view: () => ({
      nowMs: self.nowMs,
      conversation: "cv_1",
      address: address(start.channel ?? "messenger", "1", "c"),
      customer: self.customer,
      window: { open: true, closesAtMs: self.nowMs + 24 * 3_600_000, humanUntilMs: null, openedBy: "message" },
      queues: self.queues,
      seq: ++seq,
    }),
    hear(event) {
      const view = self.view();
      const before = JSON.stringify(self.session);
      for (;;) {
        const turn = advance(programs, self.session, event, view);
        if (!("needs" in turn)) {
          expect(JSON.stringify(self.session), "the session given is left as it was").toBe(before);
          return self.takes(turn);
        }
        const text = turn.needs.rank;
        if (view.rankings?.has(text)) throw new Error(`ranked already: ${text}`);
        view.rankings ??= new Map();
        view.rankings.set(text, self.rankings.get(text) ?? ranker(text));
      }
    },
    says: (text) => self.hear({ kind: "said", text, attachments: [] }),
    taps(title) {
      const offer = offersIn(self.turn.effects).find((one) => one.title === title);
      if (offer === undefined)
        throw new Error(`Nothing called "${title}" was offered, only: ${offersIn(self.turn.effects).map((one) => one.title)}`);
      if (offer.button) return self.hear({ kind: "tapped", payload: offer.payload, title });
      return self.hear({ kind: "said", text: title, payload: offer.payload, attachments: [] });
    },
    wait(ms) {
      self.nowMs += ms;
      return self.hear({ kind: "due" });
    },
    answers: (value) => self.hear({ kind: "called", call: self.session.awaiting?.call ?? "none", outcome: { ok: true, value } }),
    fails: (code) =>
      self.hear({ kind: "called", call: self.session.awaiting?.call ?? "none", outcome: { ok: false, error: { code, message: code } } }),
    refers: (referral) => self.hear({ kind: "referred", referral: { source: "ADS", ...referral } }),
    takes(decided) {
      const turn = turnOf(decided);
      const broken = turn.trace.find((one) => one.at === GUARD);
      if (broken) throw new Error(String(broken.data));
      self.turn = turn;
      self.session = JSON.parse(JSON.stringify(turn.session));
      expect(self.session, "a session is plain JSON").toEqual(turn.session);
      for (const effect of turn.effects)
        if (effect.kind === "remember")
          for (const [key, value] of Object.entries(effect.fields)) {
            if (value === null) delete self.customer[key];
            else self.customer[key] = value;
          }
      return linesOf(turn);
    },
  };
  const programs = { newest: program, named: (hash: string) => start.named?.find((one) => one.hash === hash) };
  return self;
}

/** A turn that wanted no ranking. */
export function turnOf(decided: Decided): Turn {
  if ("needs" in decided) throw new Error(`It wants "${decided.needs.rank}" ranked.`);
  return decided;
}

export function linesOf(turn: Turn): string[] {
  return turn.effects.flatMap((effect) => (effect.kind === "send" ? [effect.message.text ?? "(no text)"] : []));
}

export function effectsOf<K extends Effect["kind"]>(turn: Turn, kind: K): Extract<Effect, { kind: K }>[] {
  return turn.effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
}

export function offersIn(effects: Effect[]): { title: string; payload: string; button: boolean }[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== "send") return [];
    const { buttons = [], choices = [], cards = [] } = effect.message;
    return [
      ...choices.map((choice) => ({ ...choice, button: false })),
      ...[...buttons, ...cards.flatMap((card) => card.buttons ?? [])].flatMap(({ title, payload }) =>
        payload ? [{ title, payload, button: true }] : [],
      ),
    ];
  });
}

/** What the running slots hold, without where it came from. */
export function slotsOf(session: Session, flow: string): JsonObject {
  const frame = session.stack.find((one) => one.flow === flow);
  return Object.fromEntries(Object.entries(frame?.slots ?? {}).map(([name, slot]) => [name, slot.value]));
}
