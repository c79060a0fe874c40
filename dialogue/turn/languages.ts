/** The customer's language: heard, asked for, remembered. */
import { asksForLanguage, detectLanguage } from "../language.ts";
import { type Draft, note } from "./draft.ts";
import { runPattern } from "./patterns.ts";
import { languageOf } from "./scope.ts";
import { plain } from "./triggers.ts";
import { remember } from "./values.ts";

/** Learns the language of a first text, and follows a customer who surely goes on in another. Silent. */
export function hearLanguage(draft: Draft, text: string): void {
  const { languages } = draft.programs.newest.bot;
  if (languages.length < 2) return;
  const heard = detectLanguage(text, languages);
  if (heard === null) return;
  const known = draft.session.language;
  if (known === undefined ? heard.language === languageOf(draft) : sameLanguage(heard.language, known) || !heard.sure) return;
  if (known === undefined && !heard.sure && typeof draft.customer.language === "string") return;
  note(draft, "language", "heard", heard.language);
  remember(draft, "language", heard.language);
}

/** "English please": goes on in that language and says so. */
export function switchesLanguage(draft: Draft, text: string): boolean {
  const { languages } = draft.programs.newest.bot;
  if (languages.length < 2 || text.length > 40) return false;
  const wanted = asksForLanguage(plain(text), languages);
  if (wanted === null) return false;
  note(draft, "language", "asked for", wanted);
  remember(draft, "language", wanted);
  runPattern(draft, "language_change", {}, "resume");
  return true;
}

const sameLanguage = (a: string, b: string) => a === b || (a.split("-")[0] === b.split("-")[0] && !a.includes("-"));
