/** What of a model's answer can be held: ids that were offered, words that the customer wrote, facts that the source has. The rest is dropped. */
import type { Ask, AskedSlot, ReadSlot, Word } from "../model/answerer.ts";
import type { Json } from "../model/json.ts";
import { NONE, Raw } from "./prompts.ts";
import { hasHidden, withoutHidden } from "./redact.ts";

/** @returns null when it is not even of the right shape */
export function checkAnswer(ask: Ask, json: unknown, restore: (piece: string) => string): Word | null {
  switch (ask.kind) {
    case "understand": {
      const raw = Raw.understand.safeParse(json);
      return raw.success ? understood(ask, raw.data, restore) : null;
    }
    case "rephrase": {
      const raw = Raw.rephrase.safeParse(json);
      if (!raw.success) return null;
      const why = raw.data.text === "" ? "nothing said" : unlike(ask.source, raw.data);
      return {
        kind: "rephrase",
        source: ask.source.id,
        text: why === null ? raw.data.text.trim() : null,
        dropped: why === null ? [] : [why],
      };
    }
    case "summarize": {
      const raw = Raw.summarize.safeParse(json);
      if (!raw.success) return null;
      const known = new Set(ask.lines.map((one) => one.id));
      const evidence = [...new Set(raw.data.evidence)].filter((id) => known.has(id));
      const why = evidence.length === 0 ? "no evidence" : unsupported(raw.data.text, ask.lines.map((one) => one.text).join("\n"));
      return { kind: "summarize", text: why === null ? raw.data.text.trim() : null, evidence, dropped: why === null ? [] : [why] };
    }
  }
}

type Understand = Extract<Ask, { kind: "understand" }>;
type RawUnderstood = { choice: string; slots: { name: string; values: string[]; evidence: string }[] };

function understood(ask: Understand, raw: RawUnderstood, restore: (piece: string) => string): Word {
  const dropped: string[] = [];
  let choice: string | null = null;
  if (raw.choice !== NONE && raw.choice !== "") {
    if (ask.offered.some((one) => one.id === raw.choice)) choice = raw.choice;
    else dropped.push("a choice that was not offered");
  }
  const slots: ReadSlot[] = [];
  for (const one of raw.slots) {
    const slot = ask.slots.find(({ name }) => name === one.name);
    const evidence = restore(one.evidence).trim();
    const value = slot && valueFor(slot, one.values, evidence);
    if (slot === undefined) dropped.push("a slot that was not asked for");
    else if (!isSaid(evidence, ask.text)) dropped.push("evidence that the customer did not write");
    else if (value === undefined) dropped.push("a value that is none");
    else if (slots.some(({ name }) => name === slot.name)) dropped.push("a slot filled twice");
    else slots.push({ name: slot.name, value, evidence });
  }
  return { kind: "understand", choice, slots, dropped };
}

/** A literal piece of the text, with at least one sign that can be seen. */
function isSaid(evidence: string, text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(withoutHidden(evidence)) && text.includes(evidence);
}

function valueFor(slot: AskedSlot, values: string[], evidence: string): Json | undefined {
  switch (slot.type) {
    case "choice":
    case "choices": {
      const known = new Set(slot.options.map((one) => one.value));
      if (values.length === 0 || !values.every((one) => known.has(one))) return undefined;
      return slot.type === "choices" ? [...new Set(values)] : values.length === 1 ? values[0] : undefined;
    }
    case "yes_no":
      return values.length === 1 && (values[0] === "yes" || values[0] === "no") ? values[0] === "yes" : undefined;
    default:
      return evidence; // what the words are worth is read by the slot's own recogniser
  }
}

const LONGER_MAX = 1.3;
const LONGER_SPARE = 40;
/** Of the source's words that carry meaning so many must be there again, and so many of the new text's must come from it. */
const KEPT_MIN = 0.5;
const OWN_MIN = 0.5;

/** Why another wording does not say what its source says, or null. */
function unlike(source: { id: string; text: string }, raw: { text: string; sources: string[] }): string | null {
  const { text } = raw;
  if (raw.sources.length !== 1 || raw.sources[0] !== source.id) return "another source";
  if (text.length > source.text.length * LONGER_MAX + LONGER_SPARE) return "longer than its source";
  const why = unsupported(text, source.text);
  if (why !== null) return why;
  if (!same(numbersIn(text), numbersIn(source.text))) return "other numbers";
  if (namesIn(text).some((one) => !source.text.toLowerCase().includes(one))) return "another name";
  if (isDenied(text) !== isDenied(source.text)) return "a denial more or less";
  if (isHan(text) !== isHan(source.text)) return "another language";
  const theirs = wordsIn(source.text);
  const ours = wordsIn(text);
  const kept = [...theirs].filter((word) => ours.has(word)).length;
  const own = [...ours].filter((word) => theirs.has(word)).length;
  if (theirs.size > 0 && (kept / theirs.size < KEPT_MIN || own / Math.max(1, ours.size) < OWN_MIN)) return "other words than its source's";
  return null;
}

const TEXT_MAX = 900;
const LINK =
  /https?:|www\.|\b[\p{L}\p{N}-]+\.(?:com|net|org|io|cn|ru|xyz|top|shop|site|info|biz|app|dev|me|co|link|click|test|example)\b|\w@\w|\/\/|[\p{L}\p{N}]+\.[\p{L}]{2,}\//iu;
const MARKUP = /[<>`]|\]\(|!\[|\*\*|^#|^\s*[-*] /m;
const SECRETS =
  /pass(?:word|code|wort)|\bpin\b|\bcvv\b|\bcvc\b|one[- ]time code|verification code|card number|密码|验证码|口令|卡号|contraseña/iu;

/** Why a text cannot rest on what it is said to rest on, or null. Links and markup are never written by a model. */
function unsupported(text: string, basis: string): string | null {
  if (text.trim() === "" || text.length > TEXT_MAX) return "empty or too long";
  if (hasHidden(text) || /[\r\n]{3,}/.test(text)) return "hidden signs";
  if (LINK.test(text)) return "a link or an address";
  if (MARKUP.test(text)) return "markup";
  if (SECRETS.test(text) && !SECRETS.test(basis)) return "a question for secrets";
  const known = new Set(numbersIn(basis));
  const marks = text.replace(/\[(?:link|e-mail|number) \d+\]/g, "");
  return numbersIn(marks).every((one) => known.has(one)) ? null : "a number that was not there";
}

function numbersIn(text: string): string[] {
  return (text.normalize("NFKC").match(/\p{Nd}+(?:[.,:]\p{Nd}+)*/gu) ?? []).sort();
}

function same(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** Words with a capital inside a sentence: names of people, products, places. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/(?<=[\p{L}\p{N},;:]\s)\p{Lu}[\p{L}\p{N}]{2,}/gu)].map(([name]) => name.toLowerCase());
}

const DENIALS = /\b(?:no|not|never|none|without|cannot|can't|won't|don't|doesn't|isn't|aren't|nunca|sin|nor)\b|不|没|無|无|未|别/iu;
const isDenied = (text: string): boolean => DENIALS.test(text);
const isHan = (text: string): boolean => (text.match(/\p{Script=Han}/gu)?.length ?? 0) > text.length / 4;

/** Stems of longer words; Chinese by pairs of signs. */
function wordsIn(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{4,}/gu))
    words.add(word.slice(0, 5));
  for (const [run] of text.matchAll(/\p{Script=Han}{2,}/gu)) for (let i = 0; i + 1 < run.length; i++) words.add(run.slice(i, i + 2));
  return words;
}
