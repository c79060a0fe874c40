/**
 * Compiles what designers write: a bare condition or expression, a value, a text in its languages, a URL. All mistakes
 * are found here; what comes out never throws, and reads a customer's words as values only.
 */
import type { Json } from "../../model/json.ts";
import type { Condition, Place, Scope, Text, Value } from "../program.ts";
import { build } from "./build.ts";
import { ANY, type Building, type Built, mistake, NO_FACTS, type Run, TEXT, upperFirst } from "./built.ts";
import { literalJson } from "./literals.ts";
import { parseExpression } from "./parse.ts";
import { baseOf, encodeForUrl, isPrintable, plainText, printValue, toJson } from "./print.ts";
import { assignable, describe } from "./relate.ts";
import { cutTemplate, type Piece } from "./template.ts";
import type { Compiled, ExpressionProblem, ExprType, Names, Read, Translations } from "./types.ts";

/** `if`, `guard`, `when`, `validate`, `must`: bare CEL that is yes or no. A missing value on the way makes it false. */
export function compileCondition(source: string, place: Place, names: Names): Compiled<Condition> {
  const part = expression(source, names, false, 0);
  if (part.built && part.built.type.kind !== "yes_no" && part.built.type.kind !== "any") {
    const help = part.built.path ? `To ask whether it is there, write \`has(${part.built.path})\`.` : "Compare it with something.";
    part.problems.push(wholeProblem(source, "wrong-type", `A condition is yes or no, and this is ${describe(part.built.type)}.`, help));
  }
  const { built, locals } = part;
  const holds = (scope: Scope): boolean => {
    if (!built) return false;
    try {
      return built.run(scope, scope.language, locals()) === true;
    } catch {
      return false;
    }
  };
  return finish({ source, place, holds }, part, { kind: "yes_no" });
}

/** `switch`, `each`, an action's `map`: bare CEL of any type, or of the one expected. */
export function compileExpression(source: string, place: Place, names: Names, expected?: ExprType): Compiled<Value> {
  const part = expression(source, names, false, 0);
  if (part.built && expected) checkExpected(part, part.built, expected, source);
  return finish({ source, place, read: reader(part, expected) }, part, part.built?.type ?? ANY);
}

/**
 * A YAML literal, or a text with `{{ }}`; a lone `"{{ x }}"` keeps x's type. Lists and maps may hold such texts too.
 * Read without what is missing: a text that prints a missing value is itself missing.
 */
export function compileValue(source: Json, place: Place, names: Names, expected?: ExprType): Compiled<Value> {
  return compileJson(source, place, names, expected, false);
}

/** As `compileValue`, for a URL: a printed value is percent-encoded unless it is the whole. */
export function compileUrl(source: string, place: Place, names: Names): Compiled<Value> {
  return compileJson(source, place, names, { kind: "url" }, true);
}

/** A text in the file's language and its translations. A missing value prints nothing. */
export function compileText(source: string, place: Place, names: Names, language: string, translations: Translations): Compiled<Text> {
  const own = template(source, names, language, false);
  const printers = new Map([[language, printer(own)]]);
  const problems = [...own.problems];
  const reads = [...own.reads];
  for (const [other, { text }] of translations) {
    if (other === language) continue;
    const made = template(text, names, other, false);
    problems.push(...made.problems.map((problem) => ({ ...problem, language: other })));
    reads.push(...made.reads.map((read) => ({ ...read, language: other })));
    if (!made.problems.some(isError)) printers.set(other, printer(made));
  }
  const first = printers.get(language) ?? (() => "");
  const print = (scope: Scope, wanted: string): string => {
    const chosen = printers.get(wanted) ?? printers.get(baseOf(wanted)) ?? first;
    try {
      return chosen(scope);
    } catch {
      return "";
    }
  };
  const text: Text = { source, place, languages: [...printers.keys()], print };
  return { value: problems.some(isError) ? null : text, type: TEXT, reads, impliesPresent: [], problems };
}

/** One expression on its way; `locals` gives fresh room for what its macros bind. */
type Part = { built: Built | null; problems: ExpressionProblem[]; reads: Read[]; locals(): unknown[] };

const NO_LOCALS: unknown[] = [];

function expression(source: string, names: Names, texts: boolean, offset: number): Part {
  const parsed = parseExpression(source, texts);
  if ("problem" in parsed) return { built: null, problems: shift([parsed.problem], offset), reads: [], locals: () => NO_LOCALS };
  const building: Building = {
    names,
    isDefault: parsed.isDefault,
    build,
    problems: [],
    reads: [],
    locals: new Map(),
    localCount: 0,
    served: false,
  };
  let made: Built | null = null;
  try {
    made = build(building, parsed.root, NO_FACTS);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the stack: an expression nested beyond any sense
    mistake(building, parsed.root, "bad-expression", "This expression is too deeply nested.");
  }
  const { localCount } = building;
  const locals = localCount === 0 ? () => NO_LOCALS : () => new Array<unknown>(localCount);
  return { built: made, problems: shift(building.problems, offset), reads: shift(building.reads, offset), locals };
}

function shift<T extends { offset: number }>(items: T[], by: number): T[] {
  return by === 0 ? items : items.map((item) => ({ ...item, offset: item.offset + by }));
}

function isError(problem: ExpressionProblem): boolean {
  return problem.severity !== "warning";
}

function wholeProblem(source: string, code: string, message: string, help: string | null): ExpressionProblem {
  const offset = source.length - source.trimStart().length;
  return { code, message, near: [], help, offset, length: Math.max(1, source.trim().length) };
}

function finish<T>(value: T, part: Part, type: ExprType): Compiled<T> {
  const failed = part.built === null || part.problems.some(isError);
  const impliesPresent = part.built ? [...part.built.whenTrue] : [];
  return { value: failed ? null : value, type, reads: part.reads, impliesPresent, problems: part.problems };
}

function checkExpected(part: Part, built: Built, expected: ExprType, source: string): void {
  if (assignable(built.type, expected)) {
    if (expected.kind !== "choice" || expected.values === null || typeof built.literal !== "string") return;
  }
  const judged = built.literal === undefined ? null : literalJson(built.literal, expected);
  if (judged?.ok) return;
  const message = judged?.message ?? `${upperFirst(describe(expected))} is wanted here, and this is ${describe(built.type)}.`;
  part.problems.push({ ...wholeProblem(source, judged?.code ?? "wrong-type", message, judged?.help ?? null), near: judged?.near ?? [] });
}

/** Reads the value as stored data; a bare number where money is wanted is money in the bot's currency. */
function reader(part: Part, expected: ExprType | undefined): (scope: Scope) => Json | undefined {
  const { built, locals } = part;
  if (!built) return () => undefined;
  const { run, type } = built;
  const money = expected?.kind === "money";
  return (scope) => {
    try {
      const value = toJson(run(scope, scope.language, locals()), type);
      return money && typeof value === "number" ? { amount: value, currency: scope.currency } : value;
    } catch {
      return undefined;
    }
  };
}

function compileJson(source: Json, place: Place, names: Names, expected: ExprType | undefined, url: boolean): Compiled<Value> {
  const written = typeof source === "string" ? source : JSON.stringify(source);
  if (typeof source === "string" && source.includes("{{")) return compileTemplate(source, place, names, expected, url);
  if (typeof source === "object" && source !== null && written.includes("{{")) return compileNested(source, place, names, expected);
  const judged = literalJson(source, expected);
  const base = { reads: [], impliesPresent: [] };
  if (!judged.ok) {
    const { code, message, help, near } = judged;
    return { ...base, value: null, type: expected ?? ANY, problems: [{ ...wholeProblem(written, code, message, help), near }] };
  }
  const { value, type } = judged;
  const money = expected?.kind === "money" && typeof value === "number";
  const read = (scope: Scope): Json | undefined => (money ? { amount: value, currency: scope.currency } : (value ?? undefined));
  return { ...base, value: { source: written, place, read }, type, problems: [] };
}

function compileTemplate(source: string, place: Place, names: Names, expected: ExprType | undefined, url: boolean): Compiled<Value> {
  const cut = cutTemplate(source);
  const [only] = cut.pieces;
  if (cut.pieces.length === 1 && only?.kind === "hole" && cut.problems.length === 0) {
    const part = expression(only.code, names, true, only.offset);
    if (part.built && expected) checkExpected(part, part.built, expected, source);
    return finish({ source, place, read: reader(part, expected) }, part, part.built?.type ?? ANY);
  }
  const made = template(source, names, null, url);
  if (expected && !assignable(TEXT, expected)) {
    const message = `${upperFirst(describe(expected))} is wanted here, and this makes a text.`;
    made.problems.push(wholeProblem(source, "wrong-type", message, 'A lone `"{{ x }}"` keeps the type of x.'));
  }
  const print = printer(made);
  const holes = made.pieces.filter((piece) => typeof piece !== "string");
  const read = (scope: Scope): Json | undefined => {
    try {
      for (const hole of holes) if (hole.run(scope, scope.language, hole.locals()) === undefined) return undefined;
      return print(scope);
    } catch {
      return undefined;
    }
  };
  const value = made.problems.some(isError) ? null : { source, place, read };
  return { value, type: expected?.kind === "url" ? expected : TEXT, reads: made.reads, impliesPresent: [], problems: made.problems };
}

/** A list or map with texts in it; a part that is missing is left out of a map, and null in a list. */
function compileNested(
  source: Json[] | { [key: string]: Json },
  place: Place,
  names: Names,
  expected: ExprType | undefined,
): Compiled<Value> {
  const list = Array.isArray(source);
  const fieldType = (key: string): ExprType | undefined => {
    if (expected?.kind === "list") return expected.of;
    return expected?.kind === "map" ? expected.fields.get(key)?.type : undefined;
  };
  const parts = Object.entries(source).map(([key, value]) => [key, compileJson(value, place, names, fieldType(key), false)] as const);
  const read = (scope: Scope): Json => {
    if (list) return parts.map(([, part]) => part.value?.read(scope) ?? null);
    const found: { [key: string]: Json } = Object.create(null);
    for (const [key, part] of parts) {
      const value = part.value?.read(scope);
      if (value !== undefined) found[key] = value;
    }
    return { ...found };
  };
  const problems = parts.flatMap(([, part]) => part.problems);
  const wanted =
    expected === undefined || expected.kind === "any" || expected.kind === (list ? "list" : "map") || (!list && expected.kind === "money");
  const written = JSON.stringify(source);
  if (!wanted) problems.push(wholeProblem(written, "wrong-type", `${upperFirst(describe(expected))} is wanted here.`, null));
  const value = problems.some(isError) ? null : { source: written, place, read };
  return { value, type: expected ?? ANY, reads: parts.flatMap(([, part]) => part.reads), impliesPresent: [], problems };
}

type Hole = { run: Run; type: ExprType; locals(): unknown[]; encoded: boolean; plain: boolean };
type Template = { pieces: (string | Hole)[]; problems: ExpressionProblem[]; reads: Read[]; language: string | null };

/**
 * @param language of the text; null: a value, printed in the language of the talk
 * @param url the whole is a URL, whatever it begins with
 */
function template(source: string, names: Names, language: string | null, url: boolean): Template {
  const cut = cutTemplate(source);
  const made: Template = { pieces: [], problems: cut.problems, reads: [], language };
  let before = ""; // what stands before a hole, to see whether it lies in a URL
  for (const [index, piece] of cut.pieces.entries()) {
    if (piece.kind === "plain") {
      made.pieces.push(piece.text);
      before += piece.text;
      continue;
    }
    const part = expression(piece.code, names, true, piece.offset);
    made.problems.push(...part.problems);
    made.reads.push(...part.reads);
    const { built } = part;
    if (!built) continue;
    const inUrl = url || /https?:\/\/\S*$/i.test(before);
    const whole = index === 0 && built.type.kind === "url"; // the base of a URL that goes on
    if (!printsAsItIs(built.type, inUrl)) made.problems.push(unprintable(piece, built.type));
    if (typeof built.literal === "string" && !inUrl) made.pieces.push(built.literal);
    else made.pieces.push({ run: built.run, type: built.type, locals: part.locals, encoded: inUrl && !whole, plain: inUrl });
    before += "x";
  }
  return made;
}

function printsAsItIs(type: ExprType, inUrl: boolean): boolean {
  if (isPrintable(type)) return true;
  return inUrl && ["date", "time", "datetime", "yes_no"].includes(type.kind);
}

function unprintable(piece: Extract<Piece, { kind: "hole" }>, type: ExprType): ExpressionProblem {
  const code = piece.code.trim();
  const help: Record<string, string> = {
    money: `Write \`{{ money(${code}) }}\`.`,
    date: `Write \`{{ date(${code}) }}\`.`,
    time: `Write \`{{ time(${code}) }}\`.`,
    datetime: `Write \`{{ date(${code}) }}\` or \`{{ time(${code}) }}\`.`,
    yes_no: `Write \`{{ ${code} ? "yes" : "no" }}\` with words of yours.`,
    location: "Print one of its fields, such as `.name`.",
    attachment: "Print its `.url`.",
  };
  const problem = wholeProblem(
    piece.code,
    "unprintable",
    `${upperFirst(describe(type))} does not print by itself.`,
    help[type.kind] ?? "Print one of its fields.",
  );
  return { ...problem, offset: problem.offset + piece.offset };
}

/** Joins the pieces; texts without `{{ }}`, most of them, cost nothing. */
function printer(made: Template): (scope: Scope) => string {
  const { pieces, language } = made;
  if (pieces.every((piece) => typeof piece === "string")) {
    const text = pieces.join("");
    return () => text;
  }
  return (scope) => {
    const spoken = language ?? scope.language;
    let text = "";
    for (const piece of pieces) {
      if (typeof piece === "string") text += piece;
      else {
        const value = piece.run(scope, spoken, piece.locals());
        if (value === undefined) continue;
        const printed = piece.plain ? plainText(toJson(value, piece.type)) : printValue(value, piece.type, scope, spoken);
        text += piece.encoded ? encodeForUrl(printed) : printed;
      }
    }
    return text;
  };
}
