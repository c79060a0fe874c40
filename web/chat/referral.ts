/** Where this visitor came from, as the page's address and the script's attributes say it; an ads file matches it like any advertisement. */
import type { Referral } from "./types.ts";

const KEPT = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "fbclid", "msclkid", "ttclid"];

export function referralOf(given: DOMStringMap): Referral | null {
  const query = new URLSearchParams(location.search);
  const ask = (name: string) => query.get(name)?.slice(0, 200) || undefined;
  const more: Record<string, string> = { page: (location.origin + location.pathname).slice(0, 400) };
  for (const name of KEPT) {
    const value = ask(name);
    if (value !== undefined) more[name] = value;
  }
  if (document.referrer !== "" && !document.referrer.startsWith(location.origin)) more.referrer = document.referrer.slice(0, 400);
  const isAd =
    ["gclid", "fbclid", "msclkid", "ttclid", "ad_id"].some((name) => query.has(name)) || /^(cpc|ppc|paid|ad)/i.test(more.utm_medium ?? "");
  const referral: Referral = {
    source: isAd ? "ADS" : (more.utm_source ?? "PAGE"),
    ref: given.ref || ask("ref") || more.utm_campaign || `page:${location.pathname.slice(0, 190)}`,
    referer_url: (location.origin + location.pathname).slice(0, 1_000),
    more,
  };
  if (more.utm_medium !== undefined) referral.type = more.utm_medium;
  const adId = ask("ad_id") ?? more.utm_content;
  if (adId !== undefined) referral.ad_id = adId;
  if (given.product) referral.product_id = given.product.slice(0, 200);
  return referral;
}
