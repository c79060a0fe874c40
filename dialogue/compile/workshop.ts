/** The bench on which a brand's files are compiled: where problems are laid, and how words of a file become conditions, values and texts. */
import { compileCondition, compileExpression, compileText, compileValue } from "../expressions/compile.ts";
import type { Compiled, ExprType, Names, Translations } from "../expressions/types.ts";
import type { Problem } from "../problem.ts";
import type { Condition, Text, Value } from "../program.ts";
import { json, type Node, placeOf, problemAt, type Say, type Scalar, type Source, type Span, within } from "../read/node.ts";
import type { Written } from "../read/words.ts";

/** A path that some expression reads, for the checks that follow values through a flow. */
export type Use = { path: string; guarded: boolean; span: Span; names: Names; inText: boolean };

/** Translations of a text: by context and source text, then by source text within the flow. */
export type Translate = (context: string, source: string) => Translations;

/** Where a piece of a file is compiled: what names mean there, who hears what is read, in which language texts are written. */
export type Site = {
  names: Names;
  uses: Use[];
  language: string;
  translate: Translate;
  /** The context of a text's translation: `flow/step`. */
  context: string;
};

export type Workshop = {
  problems: Problem[];
  /** The bot's languages, the first being that of its files. */
  languages: string[];
  /** Every text made, for the checks of translations and lengths. */
  written: Map<Text, WrittenText>;
  /** Does anything read a field of the customer's profile? */
  readsProfile: boolean;
  /** Reads outside flows (FAQ, the manifest), where nothing can have filled a value before. */
  uses: Use[];
  /** Payloads of buttons as written, without those that an expression makes. */
  payloads: Written[];
  /** Every file that was read, by path. */
  sources: Map<string, Source>;
};
export type WrittenText = {
  context: string;
  at: Scalar;
  language: string;
  translations: Translations /** Is it for the customer, and has it words? */;
  translatable: boolean;
};

export function report(shop: Workshop, span: Span, code: string, message: string, say: Say = {}): void {
  shop.problems.push(problemAt(span, code, message, say));
}

const PROFILE = /^customer\.(first_name|last_name|language|country|timezone|email|phone)\b/;

/** Takes what expressions gave: its problems to their places, its reads to the site. A failed one is replaced, as the program will be null. */
function take<T>(
  shop: Workshop,
  at: Node,
  compiled: Compiled<T>,
  site: Site,
  inText: boolean,
  instead: () => T,
  translations?: Translations,
): T {
  const spanOf = (offset: number, length: number): Span => (at.kind === "scalar" ? within(at, offset, length) : at);
  for (const one of compiled.problems) {
    const say: Say = { near: one.near, help: one.help, severity: one.severity ?? "error" };
    const elsewhere = one.language === undefined ? undefined : translations?.get(one.language);
    if (elsewhere) shop.problems.push({ ...problemAt(at, one.code, one.message, say), ...elsewhere.place, length: 1 });
    else report(shop, spanOf(one.offset, one.length), one.code, one.message, say);
  }
  for (const read of compiled.reads) {
    if (PROFILE.test(read.path)) shop.readsProfile = true;
    site.uses.push({
      path: read.path,
      guarded: read.guarded,
      span: read.language === undefined ? spanOf(read.offset, read.length) : at,
      names: site.names,
      inText,
    });
  }
  return compiled.value ?? instead();
}

export function condition(shop: Workshop, written: Written, site: Site): { test: Condition; present: string[] } {
  const place = placeOf(written.at);
  const compiled = compileCondition(written.text, place, site.names);
  const test = take(shop, written.at, compiled, site, false, () => ({ source: written.text, place, holds: () => false }));
  return { test, present: compiled.impliesPresent };
}

/** A bare expression: `switch`, `each`, an action's `map`. */
export function expression(shop: Workshop, written: Written, site: Site, expected?: ExprType): { value: Value; type: ExprType } {
  const place = placeOf(written.at);
  const compiled = compileExpression(written.text, place, site.names, expected);
  return { value: take(shop, written.at, compiled, site, false, () => noValue(written.text, written.at)), type: compiled.type };
}

/** A literal or a text with `{{ }}`. Where a text is expected, a scalar is what you see: `0123` stays `0123`. */
export function value(shop: Workshop, node: Node, site: Site, expected?: ExprType): { value: Value; type: ExprType; reads: string[] } {
  settingsOutside(shop, node);
  const asText =
    node.kind === "scalar" && node.value !== null && (expected?.kind === "text" || expected?.kind === "choice" || expected?.kind === "url");
  const compiled = compileValue(asText ? node.text : json(node), placeOf(node), site.names, expected);
  const source = node.kind === "scalar" ? node.text : "";
  return {
    value: take(shop, node, compiled, site, true, () => noValue(source, node)),
    type: compiled.type,
    reads: compiled.reads.map((read) => read.path),
  };
}

export function textValue(shop: Workshop, written: Written, site: Site, expected: ExprType = { kind: "text" }): Value {
  return value(shop, written.at, site, expected).value;
}

/** Settings stand in bot and action files only, so that secrets do too (rule 4). */
function settingsOutside(shop: Workshop, node: Node): void {
  if (node.kind === "list") for (const item of node.items) settingsOutside(shop, item);
  else if (node.kind === "map") for (const { value: inner } of node.entries) settingsOutside(shop, inner);
  else {
    const found = /\$\{[A-Za-z_]\w*(:-[^}]*)?\}/.exec(node.text);
    if (!found || /\.(bot|actions)\.ya?ml$/.test(node.source.file)) return;
    report(
      shop,
      within(node, found.index, found[0].length),
      "setting-outside",
      `\`${found[0]}\` is a setting, and settings stand in the bot's and the actions' file only.`,
      {
        help: "Let an action or a field of the customer bring the value, or write it out.",
      },
    );
  }
}

/** A text that people read, with its translations. `field`: the last part of its context. */
export function text(shop: Workshop, written: Written, site: Site, field: string): Text {
  settingsOutside(shop, written.at);
  const place = placeOf(written.at);
  const context = field === "" ? site.context : `${site.context}/${field}`;
  const translations = site.translate(context, written.text);
  const compiled = compileText(written.text, place, site.names, site.language, translations);
  const instead = (): Text => ({ source: written.text, place, languages: [site.language], print: () => written.text });
  const made = take(shop, written.at, compiled, site, true, instead, translations);
  const forCustomer = field !== "reason" && field !== "note";
  shop.written.set(made, {
    context,
    at: written.at,
    language: site.language,
    translations,
    translatable: forCustomer && hasWords(written.text),
  });
  return made;
}

/** Has it words of its own, besides what is printed into it? */
export function hasWords(source: string): boolean {
  return /\p{L}/u.test(source.replace(/\{\{.*?\}\}/gs, ""));
}

function noValue(source: string, at: Node): Value {
  return { source, place: placeOf(at), read: () => undefined };
}
