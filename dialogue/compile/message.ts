/** Compiles one message as a flow writes it: texts, buttons, choices, cards, and its variants per channel, already merged (rule 28). */
import type { ExprType } from "../expressions/types.ts";
import type { ButtonPlan, CardPlan, ChoicePlan, EachPlan, MessagePlan, Slot, Text } from "../program.ts";
import type { ButtonSource, CardSource, MessageSource, TextOrMessageSource } from "../read/flow-schema.ts";
import { entry, type MapNode, placeOf, type Scalar } from "../read/node.ts";
import type { Sited, Written } from "../read/words.ts";
import { templates } from "./templates.ts";
import { expression, hasWords, report, type Site, text, textValue, type Workshop } from "./workshop.ts";

type Content = Omit<MessageSource, "node" | "channels" | "outside_window" | "send" | "ask"> & { texts?: Written[] | null };
export type Links = { link: (name: Written) => void; goto: (id: Written, spot: Site) => void };

export function message(
  shop: Workshop,
  source: MessageSource,
  main: "send" | "ask",
  site: Site,
  links: Links,
  shown: { slot?: Slot; options?: Text[] } = {},
): MessagePlan {
  const at = entry(source.node, main)?.key ?? source.node;
  const base: Content = { ...contentOf(source), texts: source[main] };
  const plan = compileContent(shop, base, at, main, site, links, shown);
  if (source.outside_window) plan.outside = templates(shop, source.outside_window, site);
  const variants = source.channels ?? [];
  for (const { key, value: variant } of variants) {
    const channel = key.text.split(":")[0]!;
    const whole = key.text.includes(":") ? variants.find((one) => one.key.text === channel)?.value : undefined;
    for (const word of ["send", "ask"] as const) {
      const wrong = word === main ? undefined : entry(variant.node, word);
      if (wrong)
        report(shop, wrong.key, "unknown-key", `A channel's variant takes the same keys as its message, so the text is \`${main}\` here.`, {
          near: [main],
        });
    }
    const merged = { ...base };
    for (const over of whole ? [whole, variant] : [variant]) {
      Object.assign(merged, contentOf(over));
      if (over[main] !== undefined) merged.texts = over[main];
    }
    plan.channels.set(key.text, compileContent(shop, merged, key, main, site, links, shown));
  }
  return plan;
}

/** `notice` and the like: a text, or a map like a message. */
export function textOrMessage(shop: Workshop, source: TextOrMessageSource, field: string, site: Site, links: Links): MessagePlan {
  if (!("at" in source)) return message(shop, source, "send", { ...site, context: `${site.context}/${field}` }, links);
  const made = text(shop, source, site, field);
  return { place: placeOf(source.at), texts: [made], channels: new Map(), languages: languagesOf([made], site.language) };
}

export function plainMessage(texts: Text[], at: Scalar | MapNode, language: string, buttons?: ButtonPlan[]): MessagePlan {
  const all = [...texts, ...(buttons ?? []).map((button) => button.title)];
  return { place: placeOf(at), texts, ...(buttons ? { buttons } : {}), channels: new Map(), languages: languagesOf(all, language) };
}

function contentOf(source: Omit<MessageSource, "node" | "channels" | "outside_window" | "send" | "ask">): Content {
  const content: Record<string, unknown> = {};
  for (const key of ["buttons", "choices", "image", "video", "audio", "file", "cards"] as const) {
    if (source[key] !== undefined) content[key] = source[key];
  }
  return content as Content;
}

function compileContent(
  shop: Workshop,
  content: Content,
  at: Scalar | MapNode,
  main: string,
  site: Site,
  links: Links,
  shown: { slot?: Slot; options?: Text[] },
): MessagePlan {
  const written = (content.texts ?? []).filter((one) => one.text.trim() !== "");
  const other = Boolean(
    content.buttons || content.choices || content.image || content.video || content.audio || content.file || content.cards,
  );
  const blank = (content.texts ?? []).find((one) => one.text.trim() === "");
  if (blank && written.length > 0)
    report(shop, blank.at, "empty-text", "One of the variants is empty.", { help: "Write it, or take it out of the list." });
  if (written.length === 0 && !other) {
    report(shop, at, "empty-text", `\`${main}\` is empty, and nothing else is in the message.`, {
      help: "Write the text. Only beside buttons, pictures or cards may it be empty.",
    });
  }
  const texts = written.map((one) => text(shop, one, site, main));
  const plan: MessagePlan = { place: placeOf(at), texts, channels: new Map(), languages: [] };
  const all: Text[] = [...texts];
  if (content.buttons) {
    plan.buttons = buttons(shop, content.buttons, site, links);
    all.push(...("item" in plan.buttons ? [plan.buttons.item] : plan.buttons).map((button) => button.title));
  }
  if (content.choices) {
    plan.choices = choices(shop, content.choices, site);
    all.push(...("item" in plan.choices ? [plan.choices.item] : plan.choices).map((choice) => choice.title));
  }
  if (content.cards) {
    plan.cards = cards(shop, content.cards, site, links);
    for (const card of "item" in plan.cards ? [plan.cards.item] : plan.cards) {
      all.push(card.title, ...(card.subtitle ? [card.subtitle] : []), ...(card.buttons ?? []).map((button) => button.title));
    }
  }
  for (const medium of ["image", "video", "audio", "file"] as const) {
    const source = content[medium];
    if (source) plan[medium] = textValue(shop, source, site, { kind: "url" });
  }
  if (!plan.choices) all.push(...(shown.options ?? (shown.slot?.of ?? []).map((one) => one.label)));
  plan.languages = languagesOf(all, site.language);
  return plan;
}

/** Languages in which all of these texts exist; the file's own first. What has no words of its own exists in every language. */
export function languagesOf(texts: Text[], own: string): string[] {
  const worded = texts.filter((one) => hasWords(one.source));
  const first = worded[0];
  if (!first) return [own];
  return [own, ...first.languages.filter((language) => language !== own && worded.every((one) => one.languages.includes(language)))];
}

function withItem(site: Site, of: ExprType): Site {
  return { ...site, names: new Map([...site.names, ["item", of.kind === "list" ? of.of : { kind: "any" }]]) };
}

/** `each: order.items`: the list, and a site in which `item` is one of it. */
export function each(shop: Workshop, source: Written, site: Site): { each: EachPlan<never>["each"]; inner: Site } {
  const list = expression(shop, source, site, { kind: "list", of: { kind: "any" } });
  return { each: list.value, inner: withItem(site, list.type) };
}

function isMade<T extends { each: Written }>(source: T | unknown[]): source is T {
  return !Array.isArray(source);
}

function buttons(
  shop: Workshop,
  source: NonNullable<MessageSource["buttons"]>,
  site: Site,
  links: Links,
): ButtonPlan[] | EachPlan<ButtonPlan> {
  if (!isMade(source)) return source.map((one) => button(shop, one, site, links));
  const { each: list, inner } = each(shop, source.each, site);
  return { each: list, item: button(shop, source, inner, links) };
}

const KINDS = ["link", "goto", "payload", "url", "phone"] as const;
export function button(shop: Workshop, source: ButtonSource, site: Site, links: Links): ButtonPlan {
  const given = KINDS.filter((kind) => source[kind]);
  if (given.length !== 1) {
    const second = given[1] ? (entry(source.node, given[1])?.key ?? source.node) : source.node;
    report(
      shop,
      second,
      "button-kind",
      given.length === 0 ? "This button does nothing when it is tapped." : `This button has both \`${given[0]}\` and \`${given[1]}\`.`,
      {
        help: "A button has a `title` and exactly one of `link`, `goto`, `payload`, `url` and `phone`.",
      },
    );
  }
  const plan: ButtonPlan = { title: text(shop, source.title, site, "buttons") };
  if (source.link) {
    links.link(source.link);
    plan.link = source.link.text;
  }
  if (source.goto) {
    links.goto(source.goto, site);
    plan.goto = source.goto.text;
  }
  if (source.payload) {
    plan.payload = textValue(shop, source.payload, site);
    if (!source.payload.text.includes("{{")) shop.payloads.push(source.payload);
  }
  if (source.url) plan.url = textValue(shop, source.url, site, { kind: "url" });
  if (source.phone) plan.phone = textValue(shop, source.phone, site);
  return plan;
}

function choices(shop: Workshop, source: NonNullable<MessageSource["choices"]>, site: Site): ChoicePlan[] | EachPlan<ChoicePlan> {
  if (!isMade(source)) return source.map((one) => ({ title: text(shop, "at" in one ? one : one.title, site, "choices") }));
  const { each: list, inner } = each(shop, source.each, site);
  return { each: list, item: { title: text(shop, source.title, inner, "choices") } };
}

function cards(shop: Workshop, source: NonNullable<MessageSource["cards"]>, site: Site, links: Links): CardPlan[] | EachPlan<CardPlan> {
  if (!isMade(source)) return source.map((one) => card(shop, one, site, links));
  const { each: list, inner } = each(shop, source.each, site);
  return { each: list, item: card(shop, source as Sited<CardSource>, inner, links) };
}

function card(shop: Workshop, source: CardSource, site: Site, links: Links): CardPlan {
  const plan: CardPlan = { title: text(shop, source.title, site, "cards") };
  if (source.subtitle) plan.subtitle = text(shop, source.subtitle, site, "cards");
  if (source.image) plan.image = textValue(shop, source.image, site, { kind: "url" });
  if (source.url) plan.url = textValue(shop, source.url, site, { kind: "url" });
  if (source.buttons) plan.buttons = source.buttons.map((one) => button(shop, one, site, links));
  return plan;
}
