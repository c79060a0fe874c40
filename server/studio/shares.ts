/** What a text and a phrase have in common, for whoever asks why one was taken for the other. Found when it is looked at: no turn pays for it. */
import { fold } from "../../dialogue/slots/words.ts";

const SHOWN_MAX = 6;

/** Words of the text that the phrase has too, in another ending perhaps; of Chinese the longest runs of signs. */
export function sharedWords(text: string, phrase: string): string[] {
  const said = fold(text);
  const known = fold(phrase);
  const theirs = known.match(LATIN) ?? [];
  const words = (said.match(LATIN) ?? []).filter((word) => theirs.some((other) => isAlike(word, other)));
  const shared = [...new Set([...words, ...sharedRuns(said.match(HAN) ?? [], known)])];
  return shared.slice(0, SHOWN_MAX);
}

const LATIN = /[\p{Script=Latin}\p{N}']{2,}/gu;
const HAN = /\p{Script=Han}+/gu;
const STEM = 4;

function isAlike(a: string, b: string): boolean {
  return (
    a === b ||
    (a.length >= STEM && b.length >= STEM && a.slice(0, -2).length >= 3 && (b.startsWith(a.slice(0, -2)) || a.startsWith(b.slice(0, -2))))
  );
}

function sharedRuns(runs: string[], known: string): string[] {
  const shared: string[] = [];
  for (const run of runs) {
    for (let at = 0; at < run.length; ) {
      let end = at;
      while (end < run.length && known.includes(run.slice(at, end + 1))) end++;
      if (end - at >= 2) shared.push(run.slice(at, end));
      at = Math.max(end, at + 1);
    }
  }
  return shared;
}
