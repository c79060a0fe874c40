/** The patterns: flows that the engine runs by name when something interrupts, and what each may read as `pattern`. */
import type { ExprType } from "./expressions/types.ts";

const TEXT: ExprType = { kind: "text" };
const COUNT: ExprType = { kind: "integer" };

/** Field types of `pattern` by pattern; those marked optional may be missing. */
export const PATTERNS: Record<string, Record<string, { type: ExprType; optional?: true }>> = {
  greeting: {},
  thanks: {},
  cannot_understand: { times: { type: COUNT } },
  too_many_attempts: { slot: { type: TEXT } },
  clarify: {
    candidates: {
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
    },
  },
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
  unsafe: {},
  opt_out: {},
  opt_in: {},
  link_code: { code: { type: TEXT } },
  linked: { channel: { type: TEXT }, account: { type: TEXT } },
  returned_from_human: {},
  nobody_available: { queue: { type: TEXT } },
  resolved: {},
  internal_error: {},
  language_change: {},
  completed: {},
};

export function patternType(name: string): ExprType {
  const fields = new Map<string, { type: ExprType; optional: boolean }>();
  const own = Object.hasOwn(PATTERNS, name) ? PATTERNS[name]! : {};
  for (const [field, { type, optional }] of Object.entries(own)) fields.set(field, { type, optional: optional ?? false });
  return { kind: "map", fields, open: false };
}
