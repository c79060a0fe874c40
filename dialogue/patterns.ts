/** The patterns: flows that the engine runs by name when something interrupts, and what each may read as `pattern`. */
import type { ExprType } from "./expressions/types.ts";

const TEXT: ExprType = { kind: "text" };
const COUNT: ExprType = { kind: "integer" };

/** Of `clarify` and its like: what was perhaps meant, by its title, with what a tap on it sends. */
const CANDIDATES: { type: ExprType } = {
  type: {
    kind: "list",
    of: {
      kind: "map",
      fields: new Map([
        ["title", { type: TEXT, optional: false }],
        ["flow", { type: TEXT, optional: true }],
        ["faq", { type: TEXT, optional: true }],
        ["payload", { type: TEXT, optional: false }],
      ]),
      open: false,
    },
  },
};

/** Field types of `pattern` by pattern; those marked optional may be missing. */
export const PATTERNS: Record<string, Record<string, { type: ExprType; optional?: true }>> = {
  greeting: {},
  thanks: {},
  // `about`: bot, abilities, how_are_you, praise, bye, nothing_else, nod or chat.
  small_talk: { about: { type: TEXT } },
  complaint: { times: { type: COUNT } },
  abuse: { times: { type: COUNT } },
  refused: { candidates: CANDIDATES },
  // `candidates`: what was perhaps meant, too uncertain to act upon; often empty.
  cannot_understand: { times: { type: COUNT }, candidates: CANDIDATES },
  too_many_attempts: { slot: { type: TEXT } },
  clarify: { candidates: CANDIDATES },
  correction: {
    slot: { type: TEXT },
    old: { type: { kind: "any" }, optional: true },
    new: { type: { kind: "any" }, optional: true },
    too_late: { type: { kind: "yes_no" } },
  },
  cancel: {},
  skip: {},
  repeat: {},
  // `after`: what came between: a flow or pattern by name.
  resume: { flow: { type: TEXT }, after: { type: TEXT } },
  human_request: {},
  no_reply: { times: { type: COUNT } },
  window_closing: { left: { type: { kind: "duration" } } },
  attachment: {},
  // `kind`: self_harm, threat or emergency.
  unsafe: { kind: { type: TEXT } },
  opt_out: {},
  opt_in: {},
  link_code: { code: { type: TEXT } },
  linked: { channel: { type: TEXT }, account: { type: TEXT } },
  returned_from_human: {},
  nobody_available: { queue: { type: TEXT } },
  resolved: {},
  internal_error: {},
  language_change: {},
  language_unknown: { languages: { type: { kind: "list", of: TEXT } } },
  completed: {},
};

export function patternType(name: string): ExprType {
  const fields = new Map<string, { type: ExprType; optional: boolean }>();
  const own = Object.hasOwn(PATTERNS, name) ? PATTERNS[name]! : {};
  for (const [field, { type, optional }] of Object.entries(own)) fields.set(field, { type, optional: optional ?? false });
  return { kind: "map", fields, open: false };
}
