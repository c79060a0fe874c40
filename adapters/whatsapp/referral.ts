/** The click-to-WhatsApp ad or post that brought a message, with the click's own id. */
import type { Referral } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { id, keep, record, text } from "../wire.ts";

const KNOWN = new Set(["source_url", "source_id", "source_type", "headline", "image_url", "video_url", "thumbnail_url", "ctwa_clid"]);

/** Named as on the other channels, so that one rule for an ad fits all. Source: Meta, Cloud API webhooks, `referral`; read 2026-09-28. */
export function readReferral(value: unknown): Referral | undefined {
  const given = record(value);
  if (given === undefined) return undefined;
  const type = text(given.source_type) ?? "unknown";
  const isAd = type === "ad";
  const referral: Referral = { source: isAd ? "ADS" : type.toUpperCase().slice(0, 60), type: "OPEN_THREAD" };
  const sourceId = id(given.source_id);
  if (sourceId !== undefined) referral[isAd ? "adId" : "postId"] = sourceId;
  const put = (key: "adTitle" | "pictureUrl" | "videoUrl" | "refererUrl" | "clickId", said: string | undefined) => {
    if (said !== undefined) referral[key] = said;
  };
  put("adTitle", text(given.headline));
  put("pictureUrl", text(given.image_url) ?? text(given.thumbnail_url));
  put("videoUrl", text(given.video_url));
  put("refererUrl", text(given.source_url));
  put("clickId", text(given.ctwa_clid)); // absent where the ad stood in a Status
  const more: JsonObject = {};
  for (const key of Object.keys(given)) if (!KNOWN.has(key) && key !== "__proto__") more[key] = keep(given[key]);
  if (Object.keys(more).length > 0) referral.more = more;
  return referral;
}

export function fromAd(referral: Referral | undefined): boolean {
  return referral?.source === "ADS";
}
