/** Compiles a bot's manifest, except its flows: channels, fields, queues, the engine's own lines. */
import type { Limits } from "../../model/limits.ts";
import { compileText } from "../expressions/compile.ts";
import { nearNames } from "../expressions/near.ts";
import type { Bot, ButtonPlan, ChannelAccount, Texts } from "../program.ts";
import type { BotFile } from "../read/bot-schema.ts";
import type { ButtonSource } from "../read/flow-schema.ts";
import type { Scalar } from "../read/node.ts";
import { list } from "../read/shape.ts";
import type { Keyed, Written } from "../read/words.ts";
import { ENGINE_TEXTS } from "../texts.ts";
import { answersPlan } from "./answers.ts";
import { type Brand, flowStarted, queueNamed } from "./brand.ts";
import { button, type Links, textOrMessage } from "./message.ts";
import { queue, zoneNamed } from "./queues.ts";
import { report, type Site, text, type Workshop } from "./workshop.ts";

const DAY_MS = 86_400_000;

/** Keys of a channel's settings that name the account spoken to, in order; without any it is `default`. */
const ACCOUNT_KEYS = ["page", "account", "user", "phone"];

export function channels(shop: Workshop, file: BotFile, limits: Map<string, Limits>): ChannelAccount[] {
  const made: ChannelAccount[] = [];
  for (const { key, value: source } of file.channels) {
    if (limits.size > 0 && !limits.has(key.text)) {
      report(shop, key, "unknown-channel", `There is no channel called \`${key.text}\`.`, {
        near: nearNames(key.text, limits.keys()),
        help: `Channels are ${list([...limits.keys()])}.`,
      });
      continue;
    }
    const accounts: Keyed<Written>[] = isAccounts(source) ? source : [source];
    for (const account of accounts) {
      const settings: Record<string, string> = {};
      for (const { key: name, value: written } of account) {
        if (name.text !== "__proto__") settings[name.text] = written.text;
      }
      const named = ACCOUNT_KEYS.map((one) => settings[one]).find((one) => one !== undefined) ?? "default";
      if (made.some((one) => one.channel === key.text && one.account === named))
        report(shop, key, "duplicate-name", `The account \`${named}\` stands twice under \`${key.text}\`.`);
      made.push({ channel: key.text, account: named, settings });
    }
  }
  return made;
}

function isAccounts(source: Keyed<Written> | Keyed<Written>[]): source is Keyed<Written>[] {
  return source.length > 0 && Array.isArray(source[0]);
}

export function manifest(shop: Workshop, brand: Brand, file: BotFile, site: Site, zone: string): Bot {
  const links: Links = {
    link: (name) => flowStarted(shop, brand, name),
    goto: (id) => report(shop, id.at, "bad-target", "A `goto` stays inside a flow, and here is none.", { help: "Write `link: <flow>`." }),
  };
  const names = (file.queues ?? []).map((one) => one.key.text);
  for (const { key, value: source } of file.queues ?? []) {
    brand.queues.set(key.text, queue(shop, key, source, { ...site, context: "bot/queues" }, zone, names, links));
  }
  if (file.defaults?.queue) queueNamed(shop, brand, file.defaults.queue);
  const menu = (source: ButtonSource[] | undefined, field: string): ButtonPlan[] =>
    (source ?? []).map((one) => button(shop, one, { ...site, context: `bot/${field}` }, links));
  return {
    name: file.bot.text,
    title: file.name?.text ?? file.bot.text,
    languages: file.languages.map((one) => one.text),
    timezone: zone,
    currency: file.currency?.text ?? "USD",
    channels: brand.channels,
    ...(file.disclosure ? { disclosure: textOrMessage(shop, file.disclosure, "disclosure", { ...site, context: "bot" }, links) } : {}),
    discloseAgainAfterMs: file.defaults?.disclose_again_after?.ms ?? 30 * DAY_MS,
    menu: menu(file.menu, "menu"),
    iceBreakers: menu(file.ice_breakers, "ice_breakers"),
    customerFields: brand.customerFields,
    defaults: { ...brand.defaults, settleMs: file.defaults?.settle?.ms ?? 0 },
    retention: { saidMs: file.retention?.said?.ms ?? 400 * DAY_MS, customersMs: file.retention?.customers?.ms ?? 400 * DAY_MS },
    queues: brand.queues,
    answers: answersPlan(shop, file.answers),
  };
}

/** A file's zone, else the world's. */
export function zoneOf(shop: Workshop, file: BotFile): string {
  return file.timezone ? zoneNamed(shop, file.timezone, "UTC") : "UTC";
}

/** The engine's own lines by id, the brand's over ours. */
export function engineTexts(shop: Workshop, file: BotFile, site: Site): Map<string, Texts> {
  const made = new Map<string, Texts>();
  const own = { file: "dialogue/texts.ts", line: 1, column: 1 };
  const ids = Object.keys(ENGINE_TEXTS);
  for (const id of ids) {
    const { en, ...others } = ENGINE_TEXTS[id]!;
    const translations = new Map(Object.entries(others).map(([language, line]) => [language, { text: line, place: own }]));
    const compiled = compileText(en, own, engineNames(site), "en", translations);
    if (compiled.value) made.set(id, [compiled.value]);
  }
  for (const { key, value: lines } of file.texts ?? []) {
    if (!made.has(key.text)) unknownText(shop, key, ids);
    else
      made.set(
        key.text,
        lines.map((line) => text(shop, line, { ...site, names: engineNames(site), uses: [], context: "bot/texts" }, key.text)),
      );
  }
  return made;
}

function engineNames(site: Site): Site["names"] {
  return new Map(site.names).set("value", { kind: "any" });
}

function unknownText(shop: Workshop, key: Scalar, ids: string[]): void {
  report(shop, key, "unknown-text", `The engine has no line called \`${key.text}\`.`, {
    near: nearNames(key.text, ids),
    help: "docs/texts.md lists them all.",
  });
}
