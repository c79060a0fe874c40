/** The link that a person followed, with all that the ad told about itself. It hides in messages, postbacks and events of its own. */
import type { Referral } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { id, keep, record, text, type Wire } from "../wire.ts";

const KNOWN = new Set(["source", "type", "ref", "ad_id", "ads_context_data", "referer_uri", "product"]);
const KNOWN_OF_AD = new Set(["ad_title", "photo_url", "video_url", "post_id", "product_id", "flow_id"]);

/** A product page of a shop names no source; we call it this. */
const SHOP = "SHOP";

/**
 * @param lead the sibling of a lead ad's referral: `{data: [{question, answer}]}`
 * Source: Meta, Messenger webhooks `messaging_referrals` and "Ads that click to Messenger"; read 2026-09-28.
 */
export function readReferral(value: unknown, lead?: unknown): Referral | undefined {
  const given = record(value);
  if (given === undefined) return undefined;
  const product = record(given.product);
  const referral: Referral = { source: text(given.source) ?? (product ? SHOP : "UNKNOWN") };
  put(referral, "type", text(given.type));
  put(referral, "ref", text(given.ref));
  put(referral, "adId", id(given.ad_id));
  put(referral, "productId", id(product?.id));
  put(referral, "refererUrl", text(given.referer_uri));
  const more: JsonObject = {};
  const ad = record(given.ads_context_data);
  if (ad !== undefined) {
    put(referral, "adTitle", text(ad.ad_title));
    put(referral, "pictureUrl", text(ad.photo_url));
    put(referral, "videoUrl", text(ad.video_url));
    put(referral, "postId", id(ad.post_id));
    put(referral, "productId", id(ad.product_id));
    put(referral, "flowId", id(ad.flow_id));
    keepOthers(ad, KNOWN_OF_AD, more);
  }
  keepOthers(given, KNOWN, more);
  const answers = record(lead)?.data;
  if (Array.isArray(answers)) more.lead = keep(answers);
  if (Object.keys(more).length > 0) referral.more = more;
  return referral;
}

export function fromAd(referral: Referral | undefined): boolean {
  return referral?.source === "ADS";
}

function put<K extends keyof Referral>(referral: Referral, key: K, value: Referral[K] | undefined): void {
  if (value !== undefined) referral[key] = value;
}

function keepOthers(from: Wire, known: ReadonlySet<string>, to: JsonObject): void {
  for (const key of Object.keys(from)) if (!known.has(key) && key !== "__proto__") to[key] = keep(from[key]);
}
