/** Values that may be missing where they are read (rule 12). */
import type { Inside } from "../compile/steps.ts";
import { report, type Use, type Workshop } from "../compile/workshop.ts";
import type { ExprType, Names } from "../expressions/types.ts";
import type { Flow } from "../program.ts";
import type { Walk } from "./graph.ts";

export function checkPresence(shop: Workshop, flow: Flow, inside: Inside, walk: Walk, standard: Names): void {
  for (const [at, present] of walk.present) {
    const step = flow.steps[at]!;
    // What a question's `when` implies is there while it is asked.
    const known = step.kind === "collect" ? new Set([...present, ...(inside.implied.get(at) ?? [])]) : present;
    for (const use of inside.uses[at] ?? []) checkUse(shop, use, known, standard);
  }
}

/** Outside flows nothing has been filled before: only what is always there may be read without a guard. */
export function checkUsesOutside(shop: Workshop, uses: Use[], standard: Names): void {
  for (const use of uses) checkUse(shop, use, new Set(), standard);
}

function checkUse(shop: Workshop, use: Use, present: Set<string>, standard: Names): void {
  if (use.guarded) return;
  const missing = missingPrefix(use.path, use.names, present, standard);
  if (missing === null) return;
  const whole = missing === use.path ? "" : `, and with it \`${use.path}\``;
  const help = use.inText
    ? `Write what is said without it, \`{{ ${use.path} ?? "…" }}\`, or make sure of it before: ${sure(missing)}.`
    : `Ask first whether it is there, \`has(${missing}) && …\`, or make sure of it before: ${sure(missing)}.`;
  report(shop, use.span, "maybe-missing", `\`${missing}\` may be missing here${whole}.`, { help });
}

function sure(path: string): string {
  if (path.startsWith("slots.")) return "by a `collect`, a `set` or a `default` on every way to this step";
  if (path.startsWith("customer.")) return "by a `collect` or a `set` on every way to this step";
  return "by a step on every way here that cannot go on without it";
}

/** The first part of a path that may be missing, or null. */
function missingPrefix(path: string, names: Names, present: Set<string>, standard: Names): string | null {
  const parts = path.split(".");
  const root = bare(parts[0]!);
  let type: ExprType | undefined = names.get(root);
  if (!type) return null;
  // A name of a `save`: it is there once its step has run.
  if (!standard.has(root) && !BOUND.has(root) && !present.has(root)) return root;
  if (parts[0]!.endsWith("[]")) type = itemOf(type);
  let prefix = parts[0]!;
  for (const part of parts.slice(1)) {
    if (type?.kind !== "map") return null;
    const field = type.fields.get(bare(part));
    if (!field) return null;
    prefix += `.${bare(part)}`;
    if (field.optional && !present.has(prefix)) return prefix;
    type = field.type;
    if (part.endsWith("[]")) {
      type = itemOf(type);
      prefix += "[]";
    }
  }
  return null;
}

const BOUND = new Set(["slots", "error", "item", "value", "pattern"]);

function bare(part: string): string {
  return part.endsWith("[]") ? part.slice(0, -2) : part;
}

function itemOf(type: ExprType): ExprType | undefined {
  return type.kind === "list" ? type.of : undefined;
}
