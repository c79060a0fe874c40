/** Reads what a customer said as the value of a slot: by the slot's type, in English, Chinese and Spanish. */
import type { Attachment } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { Slot } from "../program.ts";
import { choose, chooseSeveral, mentionedIn, optionsOf } from "./choice.ts";
import { emailsIn, phonesIn, placeAt, readLocation } from "./contact.ts";
import { wholeHour } from "./hours.ts";
import { readMoney } from "./money.ts";
import { numbersIn } from "./numbers.ts";
import { momentIso, type When, whenIn } from "./when.ts";
import { clean, fold, hasHan } from "./words.ts";
import { readYesNo } from "./yes_no.ts";

/** `payload`: of a choice that was tapped. */
export type Answer = { text: string; payload?: string; attachments: Attachment[] };
export type Surroundings = {
  language: string;
  timezone: string;
  country: string | null;
  currency: string;
  nowMs: number;
  /** Of a choice whose options are made at the question. */
  options?: { value: string; label: string }[];
};
export type Understood =
  | { kind: "value"; value: Json }
  /** `why` is for the trace. */
  | { kind: "not_this_type"; why: string }
  | { kind: "ambiguous"; between: string[] };

/** Reads an answer to the slot's own question. */
export function understand(slot: Slot, heard: Answer, context: Surroundings): Understood {
  const text = clean(heard.text);
  switch (slot.type) {
    case "attachment":
      return readAttachment(heard.attachments);
    case "location":
      return readPlace(text, heard.attachments);
    case "choice":
    case "choices":
      return readChoice(slot, text, heard.payload, context);
    case "yes_no":
      return orNot(tapped(heard.payload) ?? readYesNo(text), "neither yes nor no");
  }
  if (text === "") return not("no text");
  return readText(slot, text, context);
}

function readText(slot: Slot, text: string, context: Surroundings): Understood {
  const locale = localeOf(context);
  switch (slot.type) {
    case "text":
      return orNot(slot.pattern ? firstMatch(slot, text) : text, "the pattern is not in it");
    case "integer":
      return oneOf(integersIn(text, locale), "no whole number");
    case "number":
      return oneOf(
        numbersIn(text, locale).map((found) => found.value),
        "no number",
      );
    case "money":
      return orNot(readMoney(text, locale, context.currency), "no amount of money, or more than one");
    case "email":
      return oneOf(emailsIn(text), "no e-mail address");
    case "phone":
      return oneOf(phonesIn(text, context.country, context.timezone), "no phone number");
    case "date":
      return oneOf(datesIn(text, context), "no day");
    case "time":
      return readTime(text, context);
    case "datetime":
      return readMoment(text, context);
    default:
      return not("nothing to read");
  }
}

/**
 * Fills a slot from a longer text that was no answer to its question, only where its form is unmistakable: a pattern,
 * e-mail address, phone number, label of a choice, or date.
 */
export function pick(slot: Slot, text: string, context: Surroundings): Json | null {
  const cleaned = clean(text);
  if (cleaned === "") return null;
  switch (slot.type) {
    case "text":
      return slot.pattern ? firstMatch(slot, cleaned) : null;
    case "email":
      return onlyOne(emailsIn(cleaned));
    case "phone":
      return onlyOne(phonesIn(cleaned, context.country, context.timezone));
    case "date":
      return onlyOne(datesIn(cleaned, context, false));
    case "choice":
    case "choices": {
      const said = fold(cleaned);
      const sure = optionsOf(slot, context.options).map((option) => ({
        ...option,
        forms: option.forms.filter((form) => form.length >= (hasHan(form) ? 2 : 3)),
      }));
      const values = mentionedIn(said, sure).map((option) => option.value);
      return slot.type === "choices" ? (values.length > 0 ? values : null) : onlyOne(values);
    }
    default:
      return null;
  }
}

/** The first match of the slot's pattern; capitals are forgiven either way. */
function firstMatch(slot: Slot, text: string): string | null {
  if (!slot.pattern) return null;
  return slot.pattern.first(text) ?? slot.pattern.first(text.toUpperCase()) ?? slot.pattern.first(text.toLowerCase());
}

function integersIn(text: string, locale: string): number[] {
  return numbersIn(text, locale).flatMap(({ value, at, length }) => {
    if (Number.isSafeInteger(value)) return [value];
    // A whole number was asked for: "1.500" is fifteen hundred, whatever the locale.
    const grouped = text.slice(at, at + length).trim();
    return /^\d{1,3}(?:[.,]\d{3})+$/.test(grouped) ? [Number(grouped.replace(/[.,]/g, ""))] : [];
  });
}

function datesIn(text: string, context: Surroundings, asked = true): string[] {
  return whenIn(text, context, asked).flatMap((when) => (when.date === null ? [] : [when.date]));
}

function readTime(text: string, context: Surroundings): Understood {
  const named = whenIn(text, context, false).flatMap((when) => (when.time === null ? [] : [when.time]));
  if (named.length > 0) return oneOf(named, "");
  const bare = wholeHour(text);
  return orNot(bare && `${String(bare.hour).padStart(2, "0")}:${String(bare.minute).padStart(2, "0")}`, "no time of day");
}

function readMoment(text: string, context: Surroundings): Understood {
  const found = whenIn(text, context, true);
  if (found.length === 0) return not("no day and no time of day");
  const moments = found.map((when) => momentOf(when, context));
  if (moments.some((moment) => moment === null)) return not("a day without a time of day");
  return oneOf(moments as string[], "");
}

/** A time alone is the next such time. */
function momentOf(when: When, { timezone, nowMs, ...rest }: Surroundings): string | null {
  if (when.atMs !== null) return new Date(when.atMs).toISOString();
  if (when.time === null) return null;
  if (when.date !== null) return momentIso(when.date, when.time, timezone);
  for (const day of ["today", "tomorrow"]) {
    const [{ date } = { date: null }] = whenIn(day, { ...rest, language: "en", timezone, nowMs }, false);
    const moment = date && momentIso(date, when.time, timezone);
    if (moment && Date.parse(moment) > nowMs) return moment;
  }
  return null;
}

function readChoice(slot: Slot, text: string, payload: string | undefined, context: Surroundings): Understood {
  const options = optionsOf(slot, context.options);
  const tappedOption = payload === undefined ? undefined : options.find((option) => option.value === payload);
  if (slot.type === "choices") {
    if (tappedOption) return { kind: "value", value: [tappedOption.value] };
    return orNot(chooseSeveral(text, options, localeOf(context)), "not among the options");
  }
  if (tappedOption) return { kind: "value", value: tappedOption.value };
  const chosen = choose(text, options, localeOf(context));
  if (chosen.kind === "one") return { kind: "value", value: chosen.value };
  return chosen.kind === "several" ? { kind: "ambiguous", between: chosen.values } : not("not among the options");
}

function tapped(payload: string | undefined): boolean | null {
  return payload === "yes" || payload === "true" ? true : payload === "no" || payload === "false" ? false : null;
}

function readAttachment(attachments: Attachment[]): Understood {
  const sent = attachments.find(
    (attachment) => attachment.url !== undefined && attachment.kind !== "location" && attachment.kind !== "sticker",
  );
  return sent?.url === undefined ? not("nothing attached") : { kind: "value", value: { url: sent.url, kind: sent.kind } };
}

function readPlace(text: string, attachments: Attachment[]): Understood {
  for (const attachment of attachments) {
    const place = attachment.kind === "location" ? placeAt(attachment.lat, attachment.lng, attachment.title) : null;
    if (place) return { kind: "value", value: place };
  }
  return orNot(readLocation(text), "no place");
}

/** Numbers are written as in the customer's country: es-MX has a decimal point, es-ES a comma. */
function localeOf({ language, country }: Surroundings): string {
  return country && /^[a-z]{2,3}$/i.test(language) && /^[A-Za-z]{2}$/.test(country) ? `${language}-${country.toUpperCase()}` : language;
}

function not(why: string): Understood {
  return { kind: "not_this_type", why };
}

function orNot(value: Json, why: string): Understood {
  return value === null ? not(why) : { kind: "value", value };
}

function onlyOne<T extends string | number>(values: T[]): T | null {
  const distinct = [...new Set(values)];
  return distinct.length === 1 ? (distinct[0] ?? null) : null;
}

function oneOf(values: (string | number)[], why: string): Understood {
  const only = onlyOne(values);
  if (only !== null) return { kind: "value", value: only };
  return values.length === 0 ? not(why) : { kind: "ambiguous", between: [...new Set(values)].map(String) };
}
