/** JSON in, values out, with every digit of every id: an integer beyond 2^53 becomes its own text before JSON.parse could round it. */

/** A number of sixteen digits or more where a value may stand; inside a text it may match too, which only costs the careful way. */
const MAY_ROUND = /[:[,]\s*-?\d{16}/;

/** @returns undefined when the text is not JSON */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(MAY_ROUND.test(source) ? quoteLongIntegers(source) : source);
  } catch {
    return undefined;
  }
}

/** Strings are skipped whole, so nothing a customer wrote is touched. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

function quoteLongIntegers(source: string): string {
  return source.replace(TOKEN, (token) => (token.length >= 16 && /^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}
