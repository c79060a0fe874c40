/** Turns a brand's files into a program, or says everything that is wrong with them at once. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Limits } from "../model/limits.ts";
import { checkBrand } from "./check/brand.ts";
import { actions } from "./compile/actions.ts";
import { adRule, sequencesNotYet } from "./compile/ads.ts";
import { channels, engineTexts, manifest, zoneOf } from "./compile/bot.ts";
import { type Brand, flowStarted } from "./compile/brand.ts";
import { documentEntries } from "./compile/documents.ts";
import { filledNode } from "./compile/env.ts";
import { faqEntry } from "./compile/faq.ts";
import { type BrandFiles, readFile, readFlows } from "./compile/files.ts";
import { declareSlots, flow, type Made } from "./compile/flow.ts";
import type { Links } from "./compile/message.ts";
import { slot, slotType } from "./compile/slots.ts";
import { translator } from "./compile/translations.ts";
import { referralPatterns } from "./compile/triggers.ts";
import { report, type Site, type Workshop } from "./compile/workshop.ts";
import { standardNames } from "./expressions/names.ts";
import type { ExprType, Names } from "./expressions/types.ts";
import { OWN_ACTIONS } from "./own-actions.ts";
import type { Problem } from "./problem.ts";
import type { AdRule, FaqEntry, Program, Slot, SlotType } from "./program.ts";
import { ActionsFile, BotFile } from "./read/bot-schema.ts";
import { readMended } from "./read/mend.ts";
import { entry, type MapNode, problemAt, type Scalar, source } from "./read/node.ts";

/** Project-relative paths with `/`, and the text of each file. */
export type SourceFiles = Map<string, string>;

export type CompileInput = {
  /** Path of the bot file within `files`. */
  bot: string;
  files: SourceFiles;
  /** Patterns that stand behind all folders, by a path for messages (`built-in/patterns/greeting.flow.yaml`). */
  builtins: SourceFiles;
  /** What each channel can show, by channel name. */
  limits: Map<string, Limits>;
  /** The day of checking, `2026-11-24`, for FAQ entries that have expired; absent: not looked at. */
  today?: string;
  /** Values for `${NAME}` in bot and action files. An unset name without a default leaves its setting out. */
  env: Record<string, string | undefined>;
};

/** `program` is null when any problem is an error. Problems are in order of file and place. */
export type CompileResult = { program: Program | null; problems: Problem[] };

/** Never throws, whatever the files hold. */
export function compile(input: CompileInput): CompileResult {
  const shop: Workshop = {
    problems: [],
    languages: ["en"],
    written: new Map(),
    readsProfile: false,
    uses: [],
    payloads: [],
    sources: new Map(),
  };
  const text = input.files.get(input.bot);
  if (text === undefined) {
    const nowhere = { source: source(input.bot, ""), start: 0, end: 1 };
    return { program: null, problems: [problemAt(nowhere, "no-file", `There is no file \`${input.bot}\`.`)] };
  }
  const file = readBot(shop, input, text);
  const program = file ? compileBrand(shop, input, file) : null;
  const problems = inOrder(shop.problems);
  return { program: problems.some((one) => one.severity === "error") ? null : program, problems };
}

/** A bot file that lacks something still leads to its flows, whose mistakes are then told too. */
function readBot(shop: Workshop, input: CompileInput, text: string): BotFile | undefined {
  let filled: MapNode | null = null;
  const file = readFile(shop, input.bot, text, BotFile, (root) => {
    const made = filledNode(root, input.env);
    if (made?.kind === "map") filled = made;
    return made;
  });
  if (file || !filled) return file;
  const spare = "format: 1\nbot: bot\nlanguages: [en]\nflows: []\nchannels: {}\n";
  return entry(filled, "flows") ? readMended(filled, BotFile, spare) : undefined;
}

function compileBrand(shop: Workshop, input: CompileInput, file: BotFile): Program {
  shop.languages = file.languages.map((one) => one.text);
  if (shop.languages.length === 0) shop.languages = ["en"];
  const botBroken = shop.problems.length > 0;
  const found = readFlows(shop, input.bot, file.flows, input.files, input.builtins);
  const calls = readActions(shop, input, file);
  const zone = zoneOf(shop, file);
  const brand: Brand = {
    flows: found.flows,
    actions: calls.actions,
    events: new Set(calls.events.keys()),
    queues: new Map(),
    customerFields: profileFields(),
    channels: channels(shop, file, input.limits),
    defaults: {
      maxAttempts: file.defaults?.max_attempts ?? 3,
      idleAfterMs: file.defaults?.idle_after?.ms ?? 30 * 60_000,
      queue: file.defaults?.queue?.text ?? null,
    },
    standard: standardNames((file.queues ?? []).map((one) => one.key.text)),
    unread: { actions: calls.broken, queues: botBroken },
  };
  const site: Site = {
    names: brand.standard,
    uses: [],
    language: shop.languages[0]!,
    translate: translator(found.catalogs),
    context: "bot",
  };
  const declared = declareFields(shop, brand, file, site);
  for (const known of found.flows.values()) declareSlots(shop, brand, known);
  const content: Site = { ...site, names: brand.standard, uses: shop.uses };
  const bot = { ...manifest(shop, brand, file, content, zone), customerFields: declared };
  const made = new Map<string, Made>();
  for (const known of found.flows.values()) if (known.file) made.set(known.name, flow(shop, brand, known, known.file));
  const faq = compileFaq(shop, brand, found, content, input.files);
  const ads = compileAds(shop, brand, found, content);
  const program: Program = {
    hash: hashOf(input, found, file),
    bot,
    flows: new Map([...made].map(([name, one]) => [name, one.flow])),
    faq,
    ads,
    actions: calls.actions,
    events: calls.events,
    texts: engineTexts(shop, file, content),
    limits: input.limits,
    readsProfile: shop.readsProfile,
  };
  checkBrand(shop, brand, program, made, found, { today: input.today ?? null, file });
  return program;
}

function readActions(shop: Workshop, input: CompileInput, file: BotFile): ReturnType<typeof actions> & { broken: boolean } {
  const none = { actions: new Map(OWN_ACTIONS), events: new Map(), broken: false };
  if (!file.actions) return none;
  const path = posix.normalize(posix.join(posix.dirname(input.bot), file.actions.text));
  const text = input.files.get(path);
  if (text === undefined) {
    report(shop, file.actions.at, "no-file", `There is no file \`${path}\`.`, {
      help: "The path is written as it is reached from the bot's file.",
    });
    return { ...none, broken: true };
  }
  const before = shop.problems.length;
  const read = readFile(shop, path, text, ActionsFile);
  return read ? { ...actions(shop, read, input.env), broken: shop.problems.length > before } : { ...none, broken: true };
}

/** What every bot knows of a customer, perhaps missing. */
function profileFields(): Map<string, Slot> {
  const types: Record<string, SlotType> = {
    first_name: "text",
    last_name: "text",
    language: "text",
    country: "text",
    timezone: "text",
    email: "email",
    phone: "phone",
  };
  return new Map(Object.entries(types).map(([name, type]) => [name, { name, type, personal: type !== "text", onlyWhenAsked: true }]));
}

/** The bot's own fields of the customer; they join the names that every expression can read. */
function declareFields(shop: Workshop, brand: Brand, file: BotFile, site: Site): Map<string, Slot> {
  const declared = new Map<string, Slot>();
  const customer = brand.standard.get("customer");
  const fields = new Map(customer?.kind === "map" ? customer.fields : []);
  for (const { key, value: written } of file.customer ?? []) {
    if (brand.customerFields.has(key.text) || key.text === "id" || key.text === "tags") {
      report(shop, key, "duplicate-name", `Every customer has \`${key.text}\` already, so it is not declared.`, {
        help: "Leave it out, or call your field something else.",
      });
      continue;
    }
    const made = slot(shop, key, written, { ...site, context: "bot/customer" });
    declared.set(key.text, made);
    fields.set(key.text, { type: slotType(made), optional: !made.default });
  }
  for (const [name, made] of declared) brand.customerFields.set(name, made);
  const whole: ExprType = { kind: "map", fields, open: false };
  brand.standard = new Map(brand.standard).set("customer", whole) satisfies Names;
  return declared;
}

function compileFaq(shop: Workshop, brand: Brand, found: BrandFiles, site: Site, files: Map<string, string>): Map<string, FaqEntry> {
  const made = new Map<string, FaqEntry>();
  const links = flowLinks(shop, brand);
  const add = (id: Scalar, entry: FaqEntry): void => {
    const earlier = made.get(entry.id);
    if (earlier === undefined) made.set(entry.id, entry);
    else
      report(
        shop,
        id,
        "duplicate-id",
        `The FAQ entry \`${entry.id}\` stands already in ${earlier.place.file} at line ${earlier.place.line}.`,
        { help: "Ids of FAQ entries are unique in a bot; those of passages are a document's id and a number." },
      );
  };
  for (const { file, translate } of found.faq) {
    const here: Site = { ...site, language: file.language?.text ?? site.language, translate };
    if (!file.faq && !file.documents)
      report(shop, file.node, "missing-key", "An FAQ file needs the key `faq`, `documents` or both.", {
        help: "`faq:` is a list of questions and answers, `documents:` one of texts to quote from.",
      });
    for (const one of file.faq ?? []) add(one.id.at, faqEntry(shop, one, here, links));
  }
  for (const { file, path, translate } of found.faq) {
    for (const one of file.documents ?? []) {
      const language = one.language?.text ?? file.language?.text ?? site.language;
      const read = documentEntries(shop, one, path, files, { ...site, language, translate });
      found.paths.push(read.path);
      for (const entry of read.entries) add(one.id.at, entry);
    }
  }
  return made;
}

function compileAds(shop: Workshop, brand: Brand, found: BrandFiles, site: Site): AdRule[] {
  const made: AdRule[] = [];
  for (const { file } of found.ads) {
    sequencesNotYet(shop, file);
    for (const one of file.ads ?? []) made.push(adRule(shop, brand, one, site));
  }
  for (const known of found.flows.values()) {
    for (const { ref, place } of known.file ? referralPatterns(known.file) : []) {
      made.push({ place, match: { ref }, campaign: null, start: known.name, with: new Map(), language: null });
    }
  }
  return made;
}

function flowLinks(shop: Workshop, brand: Brand): Links {
  return {
    link: (name) => flowStarted(shop, brand, name),
    goto: (id) => report(shop, id.at, "bad-target", "A `goto` stays inside a flow, and here is none.", { help: "Write `link: <flow>`." }),
  };
}

function hashOf(input: CompileInput, found: BrandFiles, file: BotFile): string {
  const hash = createHash("sha256");
  const paths = [input.bot, ...found.paths];
  if (file.actions) paths.push(posix.normalize(posix.join(posix.dirname(input.bot), file.actions.text)));
  for (const path of [...new Set(paths)].sort())
    hash.update(JSON.stringify([path, input.files.get(path) ?? input.builtins.get(path) ?? ""]));
  return hash.digest("hex").slice(0, 32);
}

/** In order of file and place; what was found twice is said once. */
function inOrder(problems: Problem[]): Problem[] {
  const sorted = [...problems].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
  const seen = new Set<string>();
  return sorted.filter((one) => {
    const key = JSON.stringify([one.file, one.line, one.column, one.code, one.message]);
    return !seen.has(key) && seen.add(key);
  });
}
