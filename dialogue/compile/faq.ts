/** Compiles FAQ files. */
import type { FaqEntry } from "../program.ts";
import type { FaqSource } from "../read/content-schema.ts";
import { entry, placeOf } from "../read/node.ts";
import { button, type Links, plainMessage } from "./message.ts";
import { condition, report, type Site, text, type Workshop } from "./workshop.ts";

/** Texts have the context `faq/<id>/answer`. */
export function faqEntry(shop: Workshop, source: FaqSource, site: Site, links: Links): FaqEntry {
  const inEntry: Site = { ...site, context: `faq/${source.id.text}` };
  if (Boolean(source.answer) === Boolean(source.answers)) {
    report(
      shop,
      source.answers ? entry(source.node, "answers")!.key : source.id.at,
      "faq-answers",
      source.answer ? `\`${source.id.text}\` has both \`answer\` and \`answers\`.` : `\`${source.id.text}\` has no answer.`,
      { help: "Write `answer:` when there is one, `answers:` with `when` when there are several." },
    );
  }
  const buttons = source.buttons?.map((one) => button(shop, one, inEntry, links));
  const given = source.answers ?? (source.answer ? [{ answer: source.answer, node: source.node }] : []);
  const answers: FaqEntry["answers"] = given.map((one) => {
    const when = "when" in one && one.when ? condition(shop, one.when, { ...inEntry, uses: [] }).test : undefined;
    const language = "language" in one ? one.language?.text : undefined;
    const made = one.answer.map((line) => text(shop, line, language ? { ...inEntry, language } : inEntry, "answer"));
    // Written for the customers of one language: nobody else hears it, so nothing of it is left to translate.
    if (language) for (const line of made) shop.written.get(line)!.translatable = false;
    return {
      ...(when ? { when } : {}),
      ...(language ? { language } : {}),
      message: plainMessage(made, one.node, language ?? site.language, buttons),
    };
  });
  return {
    id: source.id.text,
    place: placeOf(source.id.at),
    ...(source.title ? { title: text(shop, source.title, inEntry, "title") } : {}),
    questions: source.questions.map((one) => ({ text: one.text, place: placeOf(one.at) })),
    answers,
    expiresOn: source.expires?.text ?? null,
    language: site.language,
    ...(source.source ? { source: source.source.text } : {}),
  };
}
