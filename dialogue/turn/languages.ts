/** The customer's language: heard, asked for, remembered. */
import { asksForLanguage, type Detected, detectLanguage, isForeign, isLatin, isSentence, namesLanguage, readsLatin } from "../language.ts";
import { type Draft, note } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { languageOf } from "./scope.ts";
import { plain } from "./triggers.ts";
import { remember } from "./values.ts";

/**
 * Learns the language of a first text, and follows a customer who surely goes on in another. Silent. May want a ranking
 * (`draft.needs`), which tells languages of one script apart.
 */
export function hearLanguage(draft: Draft, text: string): void {
  const { languages } = draft.programs.newest.bot;
  if (languages.length < 2) return;
  const heard = heardLanguage(draft, text, languages);
  if (heard === null) return;
  const known = draft.session.language;
  if (known === undefined ? heard.language === languageOf(draft) : sameLanguage(heard.language, known) || !heard.sure) return;
  if (known === undefined && !heard.sure && typeof draft.customer.language === "string") return;
  note(draft, "language", "heard", heard.language);
  remember(draft, "language", heard.language);
}

function heardLanguage(draft: Draft, text: string, languages: string[]): Detected | null {
  const heard = detectLanguage(text, languages);
  if (heard !== null && (heard.sure || !isLatin(heard.language))) return heard;
  if (languages.filter(isLatin).length < 2 || !readsLatin(text)) return heard;
  const sentence = isSentence(text);
  if (draft.session.language !== undefined && !sentence) return heard; // a word or two change nothing
  const ranking = draft.view.rankings?.get(text);
  if (ranking === undefined) {
    draft.needs = text;
    return null;
  }
  const { language } = ranking;
  return language === null || !languages.includes(language) ? heard : { language, sure: sentence };
}

/** "English please", "can we speak Chinese?": goes on in that language and says so, or says which ones there are. */
export function switchesLanguage(draft: Draft, text: string): boolean {
  if (text.length > ASKED_UNITS_MAX) return false;
  const { languages } = draft.programs.newest.bot;
  const said = plain(text);
  const named = namesLanguage(said);
  if (named === null) return false;
  const wanted = asksForLanguage(said, languages);
  if (wanted === null) {
    unknownLanguage(draft, named);
    return true;
  }
  note(draft, "language", "asked for", wanted);
  remember(draft, "language", wanted);
  runPattern(draft, "language_change", {}, "resume");
  return true;
}

const ASKED_UNITS_MAX = 60;

/** Nothing was understood, and the script is one that the bot does not write. */
export function speaksUnknownLanguage(draft: Draft, text: string): boolean {
  if (!isForeign(text, draft.programs.newest.bot.languages)) return false;
  unknownLanguage(draft, "another");
  return true;
}

function unknownLanguage(draft: Draft, wanted: string): void {
  note(draft, "language", "not spoken here", wanted);
  draft.session.engaged = true;
  const names = new Intl.DisplayNames([languageOf(draft)], { type: "language" });
  const languages = draft.programs.newest.bot.languages.map((one) => names.of(one) ?? one);
  runPattern(draft, "language_unknown", { languages }, "resume");
}

const sameLanguage = (a: string, b: string) => a === b || (a.split("-")[0] === b.split("-")[0] && !a.includes("-"));
