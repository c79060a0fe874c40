/** Bodies that a platform never sent: recordings of it, changed where its structure has joints. The same seed makes the same bodies. */

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  "",
  0,
  -1,
  2 ** 60,
  1.5,
  "0",
  "9".repeat(40),
  "__proto__",
  "constructor",
  "\ud800",
  "\u0000",
  "\u202etxt",
  " \n\t ",
  "x".repeat(5_000),
  {},
  [],
  [[[]]],
  { id: { id: {} } },
  { __proto__: null, toString: 1, length: -1 },
  [null, null],
  { Encrypt: "AAAA" },
  "2026-13-45T99:99:99Z",
  "https://127.0.0.1/",
];

const ODD_WORDS = [
  "",
  "0",
  "-1",
  "1e99",
  "99999999999999999999999",
  "__proto__",
  "\u0000",
  "&#0;",
  "&#xd800;",
  "&amp;&lt;&bogus;",
  "]]>",
  "<![CDATA[",
  "<![CDATA[<b>]]>",
  "<!-- -->",
  "<?xml?>",
  "</xml>",
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  "<a/>",
  "x".repeat(5_000),
  "\u202e",
];

/** One body, changed in one to four places. */
export function changed(body: Buffer, random: () => number): Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const text = body.toString("utf8");
  if (random() < 0.1) return bytesChanged(body, random);
  if (text.trimStart().startsWith("<")) return Buffer.from(xmlChanged(text, random, pick));
  try {
    const tree = { root: JSON.parse(text) as unknown };
    for (let left = 1 + Math.floor(random() * 4); left > 0; left--) jsonChanged(tree, random, pick);
    return Buffer.from(JSON.stringify(tree.root) ?? "null");
  } catch {
    return bytesChanged(body, random);
  }
}

function bytesChanged(body: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(body);
  for (let left = 1 + Math.floor(random() * 6); left > 0 && bytes.length > 0; left--)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
}

/** Goes down the tree, more often past a joint than to it, and replaces, removes, doubles or renames what is there. */
function jsonChanged(tree: Record<string, unknown>, random: () => number, pick: <T>(list: readonly T[]) => T): void {
  let parent: Record<string, unknown> = tree;
  let key = "root";
  for (;;) {
    const here = parent[key];
    if (typeof here !== "object" || here === null || random() < 0.15) break;
    const keys = Object.keys(here);
    if (keys.length === 0) break;
    parent = here as Record<string, unknown>;
    key = pick(keys);
  }
  const kind = random();
  if (kind < 0.5) parent[key] = pick(ODD_VALUES);
  else if (kind < 0.65) delete parent[key];
  else if (kind < 0.8) parent[key] = [parent[key], parent[key]];
  else if (kind < 0.9) parent[key] = { [key]: parent[key] };
  else parent[`${key}_more`] = pick(ODD_VALUES);
}

function xmlChanged(text: string, random: () => number, pick: <T>(list: readonly T[]) => T): string {
  // Markup and the words between it; a CDATA section counts as words.
  const parts = text.match(/<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+/g) ?? [text];
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const at = Math.floor(random() * parts.length);
    const kind = random();
    if (kind < 0.4) parts[at] = pick(ODD_WORDS);
    else if (kind < 0.55) parts.splice(at, 1);
    else if (kind < 0.7) parts.splice(at, 0, parts[Math.floor(random() * parts.length)] ?? "");
    else if (kind < 0.8) parts.splice(at, 0, ...parts.slice(at, at + 3));
    else if (kind < 0.9) parts[at] = (parts[at] ?? "").toUpperCase();
    else parts.length = at;
    if (parts.length === 0) parts.push("");
  }
  return parts.join("");
}
