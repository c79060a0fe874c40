/** What names mean to the expressions of the run on top. */
import type { JsonObject } from "../../model/json.ts";
import type { Frame } from "../../model/session.ts";
import type { Bot, Flow, Scope, Slot } from "../program.ts";
import { type Draft, flowOf, own, programOf, topFrame } from "./draft.ts";

/** The scope of the run on top; kept until a slot, a save or the top itself changes. */
export function scopeOf(draft: Draft): Scope {
  const frame = topFrame(draft) ?? null;
  if (draft.scope !== null && draft.scope.frame === frame) return draft.scope.scope;
  const scope = makeScope(draft, frame);
  draft.scope = { frame, scope };
  return scope;
}

/** A scope with no run: FAQ answers, guards, the disclosure. */
export function bareScope(draft: Draft): Scope {
  return makeScope(draft, null);
}

export function forgetScope(draft: Draft): void {
  draft.scope = null;
}

function makeScope(draft: Draft, frame: Frame | null): Scope {
  const { view, session } = draft;
  const bot = (frame === null ? draft.programs.newest : programOf(draft, frame)).bot;
  const language = languageOf(draft);
  const scope: Scope = {
    slots: frame === null ? {} : slotValues(draft, frame),
    customer: draft.customer,
    event: draft.heard,
    referral: referralFields(draft),
    channel: { name: view.address.channel, account: view.address.account },
    bot: { name: bot.title },
    window: view.window.closesAtMs === null ? { open: view.window.open } : { open: view.window.open, closes_at: view.window.closesAtMs },
    now: view.nowMs,
    saves: frame === null ? {} : frame.saves,
    language,
    timezone: timezoneOf(draft),
    currency: bot.currency,
    queues: view.queues,
  };
  if (frame?.error) scope.error = frame.error;
  if (frame?.pattern) scope.pattern = frame.pattern;
  if (session.question?.confirming !== undefined) scope.value = session.question.confirming;
  scope.customer = withDefaults(bot, scope);
  return scope;
}

const defaultsByBot = new WeakMap<Bot, Slot[]>();

/** The customer's fields as expressions see them: one that was never set, or emptied, has the default that the bot file names. */
function withDefaults(bot: Bot, scope: Scope): JsonObject {
  let fields = defaultsByBot.get(bot);
  if (fields === undefined) {
    fields = [...bot.customerFields.values()].filter((field) => field.default !== undefined);
    defaultsByBot.set(bot, fields);
  }
  let customer = scope.customer;
  for (const { name, default: fallback } of fields) {
    if ((Object.hasOwn(customer, name) ? (customer[name] ?? null) : null) !== null) continue;
    const value = fallback!.read(scope);
    if (value === undefined || value === null) continue;
    customer = customer === scope.customer ? { ...customer } : customer;
    customer[name] = value;
  }
  return customer;
}

export function timezoneOf(draft: Draft): string {
  const zone = draft.customer.timezone;
  return typeof zone === "string" && zone !== "" ? zone : draft.programs.newest.bot.timezone;
}

/** The customer's language: what they set, what was heard, what the profile says, the bot's first. */
export function languageOf(draft: Draft): string {
  const { session, customer, programs } = draft;
  if (session.language !== undefined) return session.language;
  const profile = customer.language;
  return typeof profile === "string" && profile !== "" ? profile.replace("_", "-") : (programs.newest.bot.languages[0] ?? "en");
}

type FlowFacts = { defaults: { name: string; read: (scope: Scope) => JsonObject[string] | undefined }[]; kept: string[] };
const factsByFlow = new WeakMap<Flow, FlowFacts>();

/** What every scope of a flow needs to know of its slots, worked out once. */
export function flowFacts(flow: Flow): FlowFacts {
  let facts = factsByFlow.get(flow);
  if (facts === undefined) {
    facts = { defaults: [], kept: [] };
    for (const slot of flow.slots.values()) {
      if (slot.default !== undefined) facts.defaults.push({ name: slot.name, read: (scope) => slot.default!.read(scope) });
      if (slot.keep !== undefined) facts.kept.push(slot.name);
    }
    factsByFlow.set(flow, facts);
  }
  return facts;
}

function slotValues(draft: Draft, frame: Frame): JsonObject {
  const slots: JsonObject = {};
  for (const name in frame.slots) slots[name] = frame.slots[name]!.value;
  const flow = flowOf(draft, frame);
  if (flow === undefined) return slots;
  for (const name of flowFacts(flow).kept) {
    const kept = own(draft.session.kept, name);
    if (kept !== undefined && (kept.untilMs === undefined || kept.untilMs > draft.view.nowMs)) slots[name] = kept.value;
  }
  return slots;
}

function referralFields(draft: Draft): JsonObject {
  const { referral, ad } = draft.session;
  if (referral === undefined) return NO_FIELDS;
  const fields: JsonObject = { source: referral.source };
  if (referral.ref !== undefined) fields.ref = referral.ref;
  if (referral.adId !== undefined) fields.ad_id = referral.adId;
  if (referral.adTitle !== undefined) fields.ad_title = referral.adTitle;
  if (referral.postId !== undefined) fields.post_id = referral.postId;
  if (referral.productId !== undefined) fields.product_id = referral.productId;
  if (referral.scene !== undefined) fields.scene = referral.scene;
  if (referral.clickId !== undefined) fields.click_id = referral.clickId;
  if (ad?.campaign !== undefined) fields.campaign = ad.campaign;
  if (ad?.rest !== undefined) fields.rest = ad.rest;
  return fields;
}

const NO_FIELDS: JsonObject = {};
