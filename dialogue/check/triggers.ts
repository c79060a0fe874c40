/** Phrases, keywords, payloads, questions and advertisements that two things claim. */
import { report, type Workshop } from "../compile/workshop.ts";
import { nearNames } from "../expressions/near.ts";
import type { AdRule, FaqEntry, Flow, Place } from "../program.ts";
import type { Span } from "../read/node.ts";

type Claim = { owner: string; key: string; text: string; place: Place; guarded: boolean; onlyOn: Set<string> | null; isFaq: boolean };

/** The place of something compiled, as a span of its file. */
export type SpanAt = (place: Place, text: string) => Span;

export function checkPhrases(shop: Workshop, flows: Map<string, Flow>, faq: Map<string, FaqEntry>, spanAt: SpanAt): void {
  const claims: Claim[] = [];
  for (const flow of flows.values()) {
    const common = { owner: flow.name, guarded: Boolean(flow.guard), onlyOn: flow.onlyOn, isFaq: false };
    for (const phrase of flow.phrases) claims.push({ ...common, key: plain(phrase.text), ...phrase });
  }
  for (const entry of faq.values()) {
    const common = { owner: entry.id, guarded: entry.answers.every((one) => one.when || one.language), onlyOn: null, isFaq: true };
    for (const question of entry.questions) claims.push({ ...common, key: plain(question.text), ...question });
  }
  const first = new Map<string, Claim[]>();
  for (const claim of claims) {
    const earlier =
      (first.get(claim.key) ?? []).find((one) => one.owner === claim.owner && one.isFaq === claim.isFaq) ??
      (first.get(claim.key) ?? []).find((one) => rival(one, claim));
    if (earlier) say(shop, claim, earlier, spanAt);
    first.set(claim.key, [...(first.get(claim.key) ?? []), claim]);
  }
}

function rival(a: Claim, b: Claim): boolean {
  if (a.guarded || b.guarded) return false;
  if (a.onlyOn && b.onlyOn && ![...a.onlyOn].some((channel) => b.onlyOn!.has(channel))) return false;
  return true;
}

function say(shop: Workshop, claim: Claim, earlier: Claim, spanAt: SpanAt): void {
  const there = `${earlier.place.file}:${earlier.place.line}`;
  const span = spanAt(claim.place, claim.text);
  if (claim.owner === earlier.owner && claim.isFaq === earlier.isFaq) {
    report(shop, span, "repeated-phrase", `\`${claim.text}\` stands twice here; the first is at line ${earlier.place.line}.`, {
      severity: "warning",
      help: "One is enough: case and marks make no difference.",
    });
  } else if (claim.isFaq && earlier.isFaq) {
    report(
      shop,
      span,
      "faq-competes",
      `\`${claim.text}\` is also a question of the FAQ entry \`${earlier.owner}\` (${there}), so neither wins and the customer is asked which was meant.`,
      { help: "Keep the question with one of the two entries." },
    );
  } else {
    const other = earlier.isFaq ? `a question of the FAQ entry \`${earlier.owner}\`` : `a phrase of the flow \`${earlier.owner}\``;
    report(
      shop,
      span,
      "phrase-of-two",
      `\`${claim.text}\` is also ${other} (${there}), so neither wins and the customer is asked which was meant.`,
      { help: "Keep it with one of the two, or tell the flows apart by a `guard`." },
    );
  }
}

/** Keywords and payloads are taken exactly: two flows cannot share one. */
export function checkExact(shop: Workshop, flows: Map<string, Flow>): void {
  for (const kind of ["keywords", "payloads"] as const) {
    const first = new Map<string, Flow>();
    for (const flow of flows.values()) {
      for (const word of flow[kind]) {
        const key = kind === "keywords" ? plain(word) : word;
        const earlier = first.get(key);
        const apart =
          earlier &&
          (earlier === flow ||
            earlier.guard ||
            flow.guard ||
            (earlier.onlyOn && flow.onlyOn && ![...flow.onlyOn].some((one) => earlier.onlyOn!.has(one))));
        if (earlier && !apart) {
          shop.problems.push({
            code: "trigger-of-two",
            severity: "error",
            ...flow.place,
            length: flow.name.length,
            message: `The ${kind === "keywords" ? "keyword" : "payload"} \`${word}\` starts this flow and also \`${earlier.name}\` (${earlier.place.file}).`,
            near: [],
            help: "Keep it with one of the two, or tell the flows apart by a `guard`.",
          });
        }
        first.set(key, flow);
      }
    }
  }
}

/** Payloads of buttons that nothing takes: a tap on one is not understood (rule 24). */
export function checkPayloads(shop: Workshop, flows: Map<string, Flow>): void {
  const taken = [...flows.values()].flatMap((flow) => flow.payloads);
  for (const { text, at } of shop.payloads) {
    if (taken.some((one) => meet(one, text))) continue;
    report(shop, at, "unknown-payload", `No flow is started by the payload \`${text}\`, so a tap on this button is not understood.`, {
      severity: "warning",
      near: nearNames(text, taken),
      help: "Give a flow the trigger `payload:`, or let the button `link` to the flow.",
    });
  }
}

/** Case, width and marks make no difference. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Two rules of equal rank that the same advertisement can fit (rule 30). */
export function checkAds(shop: Workshop, ads: AdRule[]): void {
  for (const [i, later] of ads.entries()) {
    const earlier = ads.slice(0, i).find((one) => sameRank(one, later) && overlap(one.match, later.match));
    if (!earlier) continue;
    shop.problems.push({
      code: "ad-matches-twice",
      severity: "error",
      ...later.place,
      length: 1,
      message: `An advertisement that fits this rule also fits the one at ${earlier.place.file}:${earlier.place.line}, and both rank the same.`,
      near: [],
      help: "`ad_id` comes before an exact `ref` or `scene`, that before the longest pattern: make one of the two more exact.",
    });
  }
}

/** `ad_id`, then exact `ref` or `scene`, then the longest pattern, then the rest. */
export function adRank(match: Record<string, string>): [number, number] {
  if (match.ad_id !== undefined) return [3, 0];
  const links = [match.ref, match.scene].filter((one) => one !== undefined);
  if (links.some((one) => !one.endsWith("*"))) return [2, 0];
  if (links.length > 0) return [1, Math.max(...links.map((one) => one.length))];
  return [0, 0];
}

function sameRank(a: AdRule, b: AdRule): boolean {
  const [classA, lengthA] = adRank(a.match);
  const [classB, lengthB] = adRank(b.match);
  return classA === classB && lengthA === lengthB;
}

function overlap(a: Record<string, string>, b: Record<string, string>): boolean {
  const shared = Object.keys(a).filter((key) => b[key] !== undefined);
  return shared.length > 0 && shared.every((key) => meet(a[key]!, b[key]!));
}

function meet(a: string, b: string): boolean {
  const startA = a.endsWith("*") ? a.slice(0, -1) : null;
  const startB = b.endsWith("*") ? b.slice(0, -1) : null;
  if (startA !== null && startB !== null) return startA.startsWith(startB) || startB.startsWith(startA);
  if (startA !== null) return b.startsWith(startA);
  if (startB !== null) return a.startsWith(startB);
  return a === b;
}
