/** Writes one message: its channel's version, one language throughout, the next variant, buttons as payloads. */
import type { Json } from "../../model/json.ts";
import type { Button, Card, Choice, Media, Message, Template } from "../../model/message.ts";
import type { ButtonPlan, CardPlan, ChoicePlan, EachPlan, MessagePlan, Scope, Text, Texts, Value } from "../program.ts";
import { ENGINE_TEXTS } from "../texts.ts";
import { type Draft, note, own } from "./draft.ts";
import { gotoPayload, linkPayload } from "./payloads.ts";
import { bareScope, languageOf } from "./scope.ts";

export type Where = { flow: string | null; step: string | null };
export type Offer = { title: string; payload: string };

/** Says a message of a flow. `offers`: answers to tap that the question adds by itself. */
export function say(draft: Draft, plan: MessagePlan, scope: Scope, where: Where, offers: Choice[] = [], language?: string): void {
  const message = printMessage(draft, plan, scope, where, language);
  if (offers.length > 0 && message.choices === undefined && message.buttons === undefined) message.choices = offers;
  sayMessage(draft, message, where, "bot");
}

export function sayMessage(draft: Draft, message: Message, where: Where, by: "bot" | "system"): void {
  if (isEmpty(message)) {
    note(draft, `${where.flow ?? ""}/${where.step ?? ""}`, "nothing to say");
    return;
  }
  disclose(draft);
  draft.effects.push({ kind: "send", message, by, purpose: draft.followup ? "followup" : "reply", flow: where.flow, step: where.step });
  if (message.text !== undefined) draft.lines.push(message.text.slice(0, REPEATED_LINE_UNITS_MAX));
  const offered = offersOf(message);
  if (offered.length > 0) draft.session.offered = offered;
}

const REPEATED_LINE_UNITS_MAX = 400;

/** Whom one is talking to, said before the first line ever, after a long silence, and after a person. */
function disclose(draft: Draft): void {
  const { session, view, programs } = draft;
  const { disclosure, discloseAgainAfterMs } = programs.newest.bot;
  const known = session.disclosedAtMs !== undefined;
  const quietMs = draft.quietSinceMs === null ? 0 : view.nowMs - draft.quietSinceMs;
  if (known && quietMs < discloseAgainAfterMs) return;
  draft.quietSinceMs = view.nowMs;
  session.disclosedAtMs = view.nowMs;
  if (disclosure === undefined) return;
  const message = printMessage(draft, disclosure, bareScope(draft), DISCLOSURE);
  if (isEmpty(message)) return;
  draft.effects.push({ kind: "send", message, by: "bot", purpose: draft.followup ? "followup" : "reply", ...DISCLOSURE });
}

const DISCLOSURE: Where = { flow: null, step: "disclosure" };

/** One of the engine's own lines: the brand's wording, else ours. */
export function engineText(draft: Draft, id: string, scope: Scope): string {
  const texts = draft.programs.newest.texts.get(id);
  const language = languageOf(draft);
  if (texts !== undefined && texts.length > 0) {
    const text = nextVariant(draft, texts, `texts/${id}`);
    return printText(text, scope, pickLanguage(text.languages, language));
  }
  const ours = own(ENGINE_TEXTS, id) ?? ENGINE_TEXTS.trouble!;
  const base = language.split("-")[0];
  return base === "zh" ? ours.zh : base === "es" ? ours.es : ours.en;
}

/** Writes a message without saying it. `wanted`: where what stands beside it narrows the choice of a language. */
export function printMessage(draft: Draft, whole: MessagePlan, scope: Scope, where: Where, wanted?: string): Message {
  const plan = forChannel(draft, whole);
  const language = pickLanguage(plan.languages, wanted ?? languageOf(draft));
  const message: Message = {};
  if (plan.texts.length > 0) {
    const text = printText(nextVariant(draft, plan.texts, `${where.flow ?? ""}/${where.step ?? ""}`), scope, language);
    if (text !== "") message.text = text;
  }
  if (plan.buttons !== undefined) {
    const buttons = each(plan.buttons, scope, (button) => printButton(button, scope, language, where));
    if (buttons.length > 0) message.buttons = buttons;
  }
  if (plan.choices !== undefined) {
    const choices = each(plan.choices, scope, (choice) => printChoice(choice, scope, language));
    if (choices.length > 0) message.choices = choices;
  }
  if (plan.cards !== undefined) {
    const cards = each(plan.cards, scope, (card) => printCard(card, scope, language, where));
    if (cards.length > 0) message.cards = cards;
  }
  const image = media(plan.image, scope);
  if (image) message.image = image;
  const video = media(plan.video, scope);
  if (video) message.video = video;
  const audio = media(plan.audio, scope);
  if (audio) message.audio = audio;
  const file = media(plan.file, scope);
  if (file) message.file = file;
  const outside = printTemplate(draft, whole, scope, language);
  if (outside) message.outside = outside;
  return message;
}

/** The template's language is the message's own, written as platforms do (`en_US`), unless the flow says another. */
function printTemplate(draft: Draft, { outside }: MessagePlan, scope: Scope, language: string): Template | null {
  if (outside === undefined) return null;
  const { channel, account } = draft.view.address;
  const plan = outside.get(`${channel}:${account}`) ?? outside.get(channel);
  if (plan === undefined) return null;
  scope.language = language;
  const template: Template = { name: plan.name, language: plan.language ?? language.replace("-", "_") };
  const print = (value: Value) => asText(value.read(scope)) ?? "";
  if (plan.values instanceof Map) template.values = Object.fromEntries([...plan.values].map(([name, value]) => [name, print(value)]));
  else if (plan.values) template.values = plan.values.map(print);
  const imageUrl = asText(plan.image?.read(scope));
  if (imageUrl !== null) template.imageUrl = imageUrl;
  return template;
}

/** One of a question's own lines (`invalid`, `confirm`). */
export function printLine(draft: Draft, texts: Texts, scope: Scope, key: string): string {
  const text = nextVariant(draft, texts, key);
  return printText(text, scope, pickLanguage(text.languages, languageOf(draft)));
}

export function forChannel(draft: Draft, plan: MessagePlan): MessagePlan {
  if (plan.channels.size === 0) return plan;
  const { channel, account } = draft.view.address;
  return plan.channels.get(`${channel}:${account}`) ?? plan.channels.get(channel) ?? plan;
}

/** The customer's language, its base, the file's own: the first that the whole message has. */
export function pickLanguage(languages: string[], wanted: string): string {
  if (languages.includes(wanted)) return wanted;
  const base = wanted.split("-")[0]!;
  if (languages.includes(base)) return base;
  return languages[0] ?? wanted;
}

/** Variants are taken in turn per conversation and step, starting with the first. */
function nextVariant(draft: Draft, texts: Texts, key: string): Text {
  if (texts.length === 1) return texts[0]!;
  const next = own(draft.session.variants, key) ?? 0;
  draft.session.variants = { ...draft.session.variants, [key]: (next + 1) % texts.length };
  return texts[next % texts.length]!;
}

function printText(text: Text, scope: Scope, language: string): string {
  scope.language = language;
  return text.print(scope, language);
}

function each<T, U>(plans: T[] | EachPlan<T>, scope: Scope, print: (plan: T) => U | null): U[] {
  const printed: U[] = [];
  if (Array.isArray(plans)) {
    for (const plan of plans) {
      const one = print(plan);
      if (one !== null) printed.push(one);
    }
    return printed;
  }
  const items = plans.each.read(scope);
  if (!Array.isArray(items)) return printed;
  const outer = scope.item;
  for (const item of items.slice(0, EACH_MAX)) {
    scope.item = item;
    const one = print(plans.item);
    if (one !== null) printed.push(one);
  }
  if (outer === undefined) delete scope.item;
  else scope.item = outer;
  return printed;
}

/** More than any channel shows; an action's answer may be endless. */
export const EACH_MAX = 50;

function printButton(plan: ButtonPlan, scope: Scope, language: string, where: Where): Button | null {
  const title = printText(plan.title, scope, language);
  if (title === "") return null;
  if (plan.link !== undefined) return { title, payload: linkPayload(plan.link) };
  if (plan.goto !== undefined) return { title, payload: gotoPayload(where.flow ?? "", plan.goto) };
  const payload = asText(plan.payload?.read(scope));
  if (payload !== null) return { title, payload };
  const url = asText(plan.url?.read(scope));
  if (url !== null) return { title, url };
  const phone = asText(plan.phone?.read(scope));
  return phone !== null ? { title, phone } : null;
}

function printChoice(plan: ChoicePlan, scope: Scope, language: string): Choice | null {
  const title = printText(plan.title, scope, language);
  return title === "" ? null : { title, payload: title };
}

function printCard(plan: CardPlan, scope: Scope, language: string, where: Where): Card | null {
  const title = printText(plan.title, scope, language);
  if (title === "") return null;
  const card: Card = { title };
  const subtitle = plan.subtitle && printText(plan.subtitle, scope, language);
  if (subtitle) card.subtitle = subtitle;
  const imageUrl = asText(plan.image?.read(scope));
  if (imageUrl !== null) card.imageUrl = imageUrl;
  const url = asText(plan.url?.read(scope));
  if (url !== null) card.url = url;
  const buttons = (plan.buttons ?? []).map((button) => printButton(button, scope, language, where)).filter((button) => button !== null);
  if (buttons.length > 0) card.buttons = buttons;
  return card;
}

function media(value: Value | undefined, scope: Scope): Media | null {
  const url = asText(value?.read(scope));
  return url === null ? null : { url };
}

function asText(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
}

function offersOf(message: Message): Offer[] {
  const offers: Offer[] = [];
  for (const { title, payload } of message.choices ?? []) offers.push({ title, payload });
  for (const { title, payload } of message.buttons ?? []) if (payload !== undefined) offers.push({ title, payload });
  for (const card of message.cards ?? [])
    for (const { title, payload } of card.buttons ?? []) if (payload !== undefined) offers.push({ title, payload });
  return offers.slice(0, EACH_MAX);
}

function isEmpty(message: Message): boolean {
  return (
    message.text === undefined &&
    !message.image &&
    !message.video &&
    !message.audio &&
    !message.file &&
    message.cards === undefined &&
    message.buttons === undefined &&
    message.choices === undefined
  );
}
