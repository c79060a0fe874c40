/** How a button's payload travels and comes back: beside the words where the channel keeps a value, in their place where it does not. */
import { record, text } from "../wire.ts";

const KEY = "baton";
/** Before a payload that comes back as if it had been typed. */
const MARK = "baton!";

export function valueWith(payload: string): Record<string, string> {
  return { [KEY]: payload };
}

export function markedText(payload: string): string {
  return `${MARK}${payload}`;
}

/** @param value of the activity: an object, or JSON in a text */
export function payloadIn(value: unknown, words: string): string | undefined {
  if (words.startsWith(MARK) && words.length > MARK.length) return words.slice(MARK.length);
  if (typeof value === "string" && value.startsWith(MARK)) return text(value.slice(MARK.length));
  return text(record(value)?.[KEY]);
}
