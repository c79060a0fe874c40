/** Reads what the platform wrote: ids stay text, times become ms, and nothing of an odd type gets further than here. */
import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../model/json.ts";

export type Wire = { [key: string]: unknown };

export function record(value: unknown): Wire | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Wire) : undefined;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something; an empty one is as good as none. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An id, as text: the platform prints the same id now quoted, now bare. */
export function id(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

const PERSON_ID_MAX = 200;

/** The id of somebody, under whom everything is stored: one of no sensible length is nobody's. */
export function personId(value: unknown): string | undefined {
  const read = id(value);
  return read === undefined || read.length > PERSON_ID_MAX ? undefined : read;
}

/** An app id, where the platform also prints `null`, "" and "null" for nobody. */
export function appId(value: unknown): string | null {
  const app = id(value);
  return app === undefined || app === "null" ? null : app;
}

const SECONDS_BELOW = 1e12;
const LATEST_MS = 1e14;

/** An instant in ms. Below 10^12 the platform meant seconds; some samples quote it. Source: Meta, lead ads and webhook pages. */
export function instantMs(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number < 1 || number >= LATEST_MS) return undefined;
  return Math.trunc(number < SECONDS_BELOW ? number * 1000 : number);
}

const KEPT_DEPTH = 8;

/** A copy fit for the journal: plain data, no deeper than a sane payload, without keys that would touch a prototype. */
export function keep(value: unknown, depth = KEPT_DEPTH): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "object": {
      if (value === null || depth === 0) return null;
      if (Array.isArray(value)) return value.map((item) => keep(item, depth - 1));
      return keepObject(value as Wire, depth);
    }
    default:
      return null;
  }
}

export function keepObject(value: Wire | undefined, depth = KEPT_DEPTH): JsonObject {
  const kept: JsonObject = {};
  if (value === undefined) return kept;
  for (const key of Object.keys(value)) if (key !== "__proto__") kept[key] = keep(value[key], depth - 1);
  return kept;
}

const KEY_PART_MAX = 200;

/** The key under which the same event is the same for ever. Long parts are hashed, so that no sender chooses a row's size. */
export function eventKey(channel: string, account: string, kind: string, part: string): string {
  return `${channel}:${keyPart(account)}:${kind}:${keyPart(part)}`;
}

function keyPart(value: string): string {
  return value.length > KEY_PART_MAX ? hash(value) : value;
}

/** For events without an id of their own: the hash of all that was said. Key order does not matter. */
export function digest(value: unknown): string {
  return hash(JSON.stringify(sorted(keep(value))));
}

function hash(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const ordered: JsonObject = {};
  for (const key of Object.keys(value).sort()) ordered[key] = sorted(value[key] ?? null);
  return ordered;
}
