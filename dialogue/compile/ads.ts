/** Compiles advertisement rules: which link starts which flow, and with what. */
import type { AdRule } from "../program.ts";
import { type AdSource, MATCH_KEYS } from "../read/content-schema.ts";
import { entry, placeOf } from "../read/node.ts";
import { type Brand, flowNamed } from "./brand.ts";
import { withForFlow } from "./given.ts";
import { report, type Site, type Workshop } from "./workshop.ts";

export function adRule(shop: Workshop, brand: Brand, source: AdSource, site: Site): AdRule {
  const match: Record<string, string> = {};
  for (const key of MATCH_KEYS) {
    const written = source.match[key];
    if (!written) continue;
    match[key] = written.text;
    if (/\*./.test(written.text))
      report(shop, written.at, "bad-match", `\`*\` stands for any rest, so only at the end; in \`${written.text}\` it stands inside.`, {
        help: "Write the part that stays the same, then `*`.",
      });
  }
  if (Object.keys(match).length === 0) {
    report(shop, source.match.node, "ad-matches-nothing", "This `match` names nothing, so no advertisement ever fits it.", {
      help: 'Write at least one of `ref`, `ad_id`, `post_id`, `product_id`, `scene`, `tweet`, `comment`: `match: { ref: "spring-*" }`.',
    });
  }
  const known = flowNamed(shop, brand, source.start, "start");
  if (known?.pattern)
    report(shop, source.start.at, "pattern-start", `\`${known.name}\` is a pattern; an advertisement starts a flow of the brand's.`);
  return {
    place: placeOf(source.node),
    match,
    campaign: source.campaign?.text ?? null,
    start: source.start.text,
    // What does not fit a slot is left out when the advertisement comes: anyone can forge one.
    with: withForFlow(shop, source.with, known, { ...site, uses: [] }, source.start),
    language: source.language?.text ?? null,
  };
}

export function sequencesNotYet(shop: Workshop, file: { node: AdSource["node"] }): void {
  const key = entry(file.node, "sequences");
  if (key)
    report(shop, key.key, "not-yet", "`sequences` are part of the language, and this release cannot run them yet.", {
      help: "Leave them out for now; a later release brings them. A `wait` in a flow is durable too.",
    });
}
