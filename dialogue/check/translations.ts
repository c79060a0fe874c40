/** Translations that are missing, and those whose text is gone. */
import type { BrandFiles } from "../compile/files.ts";
import { unused } from "../compile/translations.ts";
import { report, type Workshop, type WrittenText } from "../compile/workshop.ts";
import type { Place } from "../program.ts";

export function checkTranslations(shop: Workshop, found: BrandFiles): void {
  const byFile = new Map<string, WrittenText[]>();
  for (const written of shop.written.values()) {
    const file = written.at.source.file;
    // Built-in patterns are ours to translate, and a bot file lies in no folder of flows.
    if (!written.translatable || (!found.own.has(file) && !file.endsWith(".bot.yaml"))) continue;
    byFile.set(file, [...(byFile.get(file) ?? []), written]);
  }
  for (const texts of byFile.values()) for (const language of shop.languages) missing(shop, texts, language);
  stale(shop, found);
}

function missing(shop: Workshop, texts: WrittenText[], language: string): void {
  const wanted = texts.filter((one) => base(one.language) !== base(language));
  const lacking = wanted.filter((one) => !one.translations.has(language) && !one.translations.has(base(language)));
  const first = lacking[0];
  if (!first) return;
  const places = new Set(lacking.map((one) => `${one.at.start}`)).size;
  const all = new Set(wanted.map((one) => `${one.at.start}`)).size;
  const shown = first.at.text.length > 40 ? `${first.at.text.slice(0, 39)}…` : first.at.text;
  report(
    shop,
    first.at,
    "missing-translation",
    `${places} of ${all} texts of this file ${places === 1 ? "has" : "have"} no translation into \`${language}\`; the first is \`${shown}\`. A message goes out whole in one language, so those are said in \`${first.language}\`.`,
    {
      severity: "warning",
      help: `Add an entry with \`msgctxt "${first.context}"\` to \`locales/${language}.po\` in the flows' folder.`,
    },
  );
}

function stale(shop: Workshop, found: BrandFiles): void {
  for (const catalog of found.catalogs) {
    for (const one of unused(catalog))
      say(
        shop,
        one.place,
        `No text of these flows is \`${one.source.length > 60 ? `${one.source.slice(0, 59)}…` : one.source}\` (\`${one.context}\`), so this translation is never used.`,
      );
  }
}

function say(shop: Workshop, place: Place, message: string): void {
  shop.problems.push({
    code: "stale-translation",
    severity: "warning",
    ...place,
    length: 1,
    message,
    near: [],
    help: "The text was changed or taken out: translate the new one, or delete the entry.",
  });
}

function base(language: string): string {
  return language.split("-")[0]!;
}
