/** Advertisements, links and QR codes: which rule matches, what it starts, and when it only leaves a mark. */
import type { Referral } from "../../model/event.ts";
import type { Json } from "../../model/json.ts";
import type { AdRule } from "../program.ts";
import { type Draft, note } from "./draft.ts";
import { fits } from "./reading.ts";
import { startFlow } from "./runs.ts";
import { bareScope, forgetScope, languageOf } from "./scope.ts";
import { triggersOf } from "./triggers.ts";
import { heldSlot, writeSlot } from "./values.ts";

/** The rule that a referral matches; null: none does. */
export type Ad = { rule: AdRule; rest: string | null } | null;

/** Starts what an advertisement starts, like a tap. False: there is nothing to start. */
export function startAd(draft: Draft, match: Ad): boolean {
  const flow = match?.rule.start ?? triggersOf(draft.programs.newest).referral;
  if (flow === null || flow === undefined) return false;
  return startFlow(draft, flow, { why: "referral", with: match ? valuesOf(draft, match.rule) : new Map(), from: "referral" });
}

/** One that came alone. After the first text it starts nothing unless only a greeting or a misunderstanding came between. */
export function hearReferral(draft: Draft, referral: Referral): void {
  const { session, view } = draft;
  const match = learn(draft, referral);
  const { defaults } = draft.programs.newest.bot;
  const quiet = session.lastHeardAtMs === undefined || view.nowMs - session.lastHeardAtMs > defaults.idleAfterMs;
  const idle = session.stack.every((frame) => frame.via === "pattern") && session.awaiting === undefined;
  if (idle && (session.engaged !== true || (quiet && session.stack.length === 0))) {
    if (startAd(draft, match)) draft.session.engaged = true;
    return;
  }
  if (match !== null) fillQuietly(draft, match.rule);
}

/** Remembers a referral and the rule it matches. */
export function learn(draft: Draft, referral: Referral): Ad {
  draft.session.referral = referral;
  draft.session.ad = undefined;
  const match = matchAd(draft.programs.newest.ads, referral, draft.view.address.channel);
  if (match !== null) {
    const ad: { campaign?: string; rest?: string } = {};
    if (match.rule.campaign !== null) ad.campaign = match.rule.campaign;
    if (match.rest !== null) ad.rest = match.rest;
    draft.session.ad = ad;
    const known = draft.session.language !== undefined || typeof draft.customer.language === "string";
    if (match.rule.language !== null && !known && match.rule.language !== languageOf(draft)) draft.session.language = match.rule.language;
  }
  forgetScope(draft);
  note(draft, "referral", match === null ? "matches no advertisement" : "matches", match?.rule.campaign ?? match?.rule.start ?? null);
  return match;
}

/** Slots of the ad's flow, where it runs or keeps them; what is filled stays. */
function fillQuietly(draft: Draft, rule: AdRule): void {
  const flow = draft.programs.newest.flows.get(rule.start);
  const index = draft.session.stack.findIndex((frame) => frame.flow === rule.start);
  for (const [name, value] of valuesOf(draft, rule)) {
    const slot = flow?.slots.get(name);
    if (slot === undefined) continue;
    const frame = draft.session.stack[index];
    if (frame === undefined && slot.keep === undefined) continue;
    const held = frame && heldSlot(draft, frame, slot);
    if (held === undefined || held.from === "default") writeSlot(draft, index, slot, value, "referral");
  }
}

/** Anyone can forge a link: what does not fit its slot is left out. */
function valuesOf(draft: Draft, rule: AdRule): Map<string, Json> {
  const flow = draft.programs.newest.flows.get(rule.start);
  const scope = bareScope(draft);
  const values = new Map<string, Json>();
  for (const [name, value] of rule.with) {
    const slot = flow?.slots.get(name);
    const read = value.read(scope);
    if (slot === undefined || read === undefined || read === null) continue;
    const fitting = fits(draft, slot, read);
    if (fitting !== undefined) values.set(name, fitting);
    else note(draft, "referral", "does not fit its slot", name);
  }
  return values;
}

/** `ad_id` first, then an exact `ref` or `scene`, then the longest pattern, then the rest. */
export function matchAd(ads: AdRule[], referral: Referral, channel: string): { rule: AdRule; rest: string | null } | null {
  let best: { rule: AdRule; rest: string | null; rank: number; length: number } | null = null;
  for (const rule of ads) {
    const match = matches(rule, referral, channel);
    if (match === null) continue;
    if (best === null || match.rank > best.rank || (match.rank === best.rank && match.length > best.length)) best = { rule, ...match };
  }
  return best;
}

function matches(rule: AdRule, referral: Referral, channel: string): { rest: string | null; rank: number; length: number } | null {
  let rank = 0;
  let length = 0;
  let rest: string | null = null;
  for (const key of Object.keys(rule.match)) {
    const wanted = rule.match[key]!;
    const given = key === "channel" ? channel : fieldOf(referral, key);
    if (given === undefined) return null;
    const star = wanted.indexOf("*");
    if (star < 0) {
      if (given !== wanted) return null;
      rank = Math.max(rank, key === "ad_id" ? 3 : key === "ref" || key === "scene" ? 2 : 0);
      continue;
    }
    const before = wanted.slice(0, star);
    const after = wanted.slice(star + 1);
    if (given.length < before.length + after.length || !given.startsWith(before) || !given.endsWith(after)) return null;
    rest ??= given.slice(before.length, given.length - after.length);
    rank = Math.max(rank, 1);
    length = Math.max(length, wanted.length - 1);
  }
  return { rest, rank, length };
}

function fieldOf(referral: Referral, key: string): string | undefined {
  switch (key) {
    case "ref":
      return referral.ref;
    case "ad_id":
      return referral.adId;
    case "post_id":
      return referral.postId;
    case "product_id":
      return referral.productId;
    case "scene":
      return referral.scene;
    case "source":
      return referral.source;
    case "type":
      return referral.type;
    default: {
      const more = referral.more !== undefined && Object.hasOwn(referral.more, key) ? referral.more[key] : undefined;
      return typeof more === "string" ? more : undefined;
    }
  }
}
