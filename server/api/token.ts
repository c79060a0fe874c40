/** Tokens of agents and of the brand's systems: shown once, kept only as a hash. */
import { createHash, randomBytes } from "node:crypto";

/** 256 bits; the prefix lets secret scanners find one that leaked. */
export function newToken(): string {
  return `baton_${randomBytes(32).toString("base64url")}`;
}

/** A token is no password: it cannot be guessed, so one round of SHA-256 is enough, and looking it up by its hash takes no comparing. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/** @returns null when the header is missing or not a bearer token of sane length */
export function bearerOf(header: string | undefined): string | null {
  const found = /^Bearer ([A-Za-z0-9._~+/=-]{8,256})$/i.exec(header ?? "");
  return found?.[1] ?? null;
}
