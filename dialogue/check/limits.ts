/** Messages that a channel cannot show as they are written: per channel, after merging, and per language (rule 28). */
import type { Limits } from "../../model/limits.ts";
import { report, type Workshop } from "../compile/workshop.ts";
import type { ButtonPlan, CardPlan, MessagePlan, Slot, Text } from "../program.ts";

type Show = { shop: Workshop; limits: Limits; said: Set<string> };

/** @param channels of the bot, or those in the flow's `only_on` */
export function checkMessage(shop: Workshop, message: MessagePlan, channels: Limits[], slot?: Slot): void {
  for (const limits of channels) {
    const variants = [...message.channels].filter(([key]) => key.split(":")[0] === limits.channel).map(([, plan]) => plan);
    const plain = message.channels.has(limits.channel) ? [] : [message];
    const show: Show = { shop, limits, said: new Set() };
    for (const plan of [...plain, ...variants]) checkPlan(show, plan, slot);
  }
}

function checkPlan(show: Show, plan: MessagePlan, slot: Slot | undefined): void {
  const { limits } = show;
  const buttons = plan.buttons && !("item" in plan.buttons) ? plan.buttons : undefined;
  const some = buttons?.[0] ?? (plan.buttons && "item" in plan.buttons ? plan.buttons.item : undefined);
  const textMax = some && limits.buttons ? Math.min(limits.text.max, limits.buttons.textMax) : limits.text.max;
  for (const text of plan.texts) length(show, text, textMax, some ? "A text with buttons" : "A text");
  if (limits.buttons && some) {
    if (buttons) count(show, buttons[limits.buttons.max]?.title, buttons.length, limits.buttons.max, "buttons under one message");
    for (const button of buttons ?? [some]) buttonTitle(show, button, limits.buttons.titleMax);
  }
  const choices = plan.choices ? ("item" in plan.choices ? [plan.choices.item] : plan.choices) : undefined;
  const labels = choices?.map((choice) => choice.title) ?? slot?.of?.map((one) => one.label) ?? [];
  if (limits.choices && labels.length > 0) {
    count(show, labels[limits.choices.max], labels.length, limits.choices.max, "choices");
    for (const label of labels) length(show, label, limits.choices.titleMax, "A choice");
  }
  if (limits.cards && plan.cards) cards(show, plan.cards, limits.cards);
}

function cards(show: Show, plans: NonNullable<MessagePlan["cards"]>, max: NonNullable<Limits["cards"]>): void {
  const written: CardPlan[] = "item" in plans ? [plans.item] : plans;
  count(show, written[max.max]?.title, written.length, max.max, "cards in one message");
  for (const card of written) {
    length(show, card.title, max.titleMax, "A card's title");
    if (card.subtitle) length(show, card.subtitle, max.subtitleMax, "A card's subtitle");
    count(show, card.buttons?.[max.buttonsMax]?.title, card.buttons?.length ?? 0, max.buttonsMax, "buttons on one card");
    for (const button of card.buttons ?? []) if (show.limits.buttons) buttonTitle(show, button, show.limits.buttons.titleMax);
  }
}

/** The lasting menu and the ice breakers. */
export function checkMenu(shop: Workshop, buttons: ButtonPlan[], channels: Limits[], what: "menu" | "iceBreakers"): void {
  const called = what === "menu" ? "entries of the menu" : "ice breakers";
  for (const limits of channels) {
    const max = limits[what];
    if (!max) continue;
    const show: Show = { shop, limits, said: new Set() };
    count(show, buttons[max.max]?.title, buttons.length, max.max, called);
    for (const button of buttons) buttonTitle(show, button, max.titleMax);
  }
}

function buttonTitle(show: Show, button: ButtonPlan, max: number): void {
  length(show, button.title, max, "A button's title");
}

function count(show: Show, at: Text | undefined, given: number, max: number, what: string): void {
  const written = at && show.shop.written.get(at);
  if (!written || given <= max) return;
  report(show.shop, written.at, "over-limit", `${show.limits.channel} shows at most ${max} ${what}, and here are ${given}.`, {
    severity: "warning",
    help: `Fewer, or a variant for it: \`channels: { ${show.limits.channel}: … }\`. As it is, the channel gets them in another form.`,
  });
}

/** Counts what stands in the text; what `{{ }}` prints comes on top and is not known. */
function length(show: Show, text: Text, max: number, what: string): void {
  const written = show.shop.written.get(text);
  if (!written) return;
  const { channel, text: rule } = show.limits;
  const help = `Shorten it, or write a variant for it: \`channels: { ${channel}: … }\`.`;
  const own = measure(text.source, rule.unit);
  if (own > max) {
    report(show.shop, written.at, "over-limit", `${what} has at most ${max} ${UNITS[rule.unit]} on ${channel}, and this one ${own}.`, {
      severity: "warning",
      help,
    });
  }
  for (const [language, translation] of written.translations) {
    const size = measure(translation.text, rule.unit);
    if (size <= max) continue;
    show.shop.problems.push({
      code: "over-limit",
      severity: "warning",
      ...translation.place,
      length: 1,
      message: `${what} has at most ${max} ${UNITS[rule.unit]} on ${channel}, and its translation into \`${language}\` ${size}.`,
      near: [],
      help: "Shorten the translation.",
    });
  }
}

const UNITS: Record<Limits["text"]["unit"], string> = { utf16: "characters", codepoint: "characters", utf8: "bytes" };

function measure(source: string, unit: Limits["text"]["unit"]): number {
  const fixed = source.replace(/\{\{.*?\}\}/gs, "");
  if (unit === "utf16") return fixed.length;
  if (unit === "codepoint") return [...fixed].length;
  return new TextEncoder().encode(fixed).length;
}
