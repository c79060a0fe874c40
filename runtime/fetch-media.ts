/**
 * Fetches a picture or file that a customer or a brand named, on safe terms: from public addresses only (checked where the connection is
 * made, so that a name cannot be answered twice differently), never redirected, within bounds of size, time and number.
 */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher, request } from "undici";

export const MEDIA_MAX_BYTES = 15 * 1024 * 1024;
const CONNECT_MS = 4_000;
const HEADERS_MS = 6_000;
const WHOLE_MS = 15_000;
const AT_ONCE_MAX = 16;

export type Fetched = { ok: true; bytes: Buffer } | { ok: false; why: "refused" | "too_large" | "not_there" | "busy" };
export type MediaFetcher = { fetch(url: string): Promise<Fetched>; close(): Promise<void> };

/** Everything that is not the public internet. Sources: IANA's special-purpose registries for IPv4 and IPv6. */
const NOT_PUBLIC = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, "ipv4");

/** Of IPv6 only global unicast is public, and of that not what wraps or documents other addresses. */
const GLOBAL6 = new BlockList();
GLOBAL6.addSubnet("2000::", 3, "ipv6");
const WRAPPED6 = new BlockList();
for (const [net, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  WRAPPED6.addSubnet(net, bits, "ipv6");

export function isPublic(ip: string): boolean {
  const kind = isIP(ip);
  if (kind === 4) return !NOT_PUBLIC.check(ip, "ipv4");
  return kind === 6 && GLOBAL6.check(ip, "ipv6") && !WRAPPED6.check(ip, "ipv6");
}

/** How a platform wants to be asked for a file of its own: where, and with which headers. null: like anybody's. */
export type AskFor = (url: string) => Promise<{ url: string; headers: Record<string, string> } | null>;

/** @param trusted origins of this machine that a demo runs (its shop, its twin): addresses there are not looked at */
export function createMediaFetcher(trusted: string[] = [], askFor: AskFor = async () => null): MediaFetcher {
  const open = new Agent({ connectTimeout: CONNECT_MS, maxResponseSize: MEDIA_MAX_BYTES });
  const guarded = new Agent({ connect: { timeout: CONNECT_MS, lookup: publicOnly }, maxResponseSize: MEDIA_MAX_BYTES });
  const known = new Set(trusted);
  let underWay = 0;
  return {
    async fetch(url) {
      if (!targetOf(url, known)) return { ok: false, why: "refused" };
      if (underWay >= AT_ONCE_MAX) return { ok: false, why: "busy" };
      underWay++;
      try {
        const asked = await askFor(url);
        const target = targetOf(asked?.url ?? url, known);
        if (!target) return { ok: false, why: "refused" };
        return await fetchOnce(target, known.has(target.origin) ? open : guarded, asked?.headers);
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return { ok: false, why: "too_large" };
        return { ok: false, why: code === NOT_PUBLIC_CODE ? "refused" : "not_there" };
      } finally {
        underWay--;
      }
    },
    async close() {
      await Promise.all([open.destroy(), guarded.destroy()]);
    },
  };
}

function targetOf(text: string, trusted: Set<string>): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (url.username !== "" || url.password !== "") return null;
  if (trusted.has(url.origin)) return url;
  if (url.port !== "") return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 || isPublic(host) ? url : null;
}

async function fetchOnce(url: URL, dispatcher: Dispatcher, more: Record<string, string> = {}): Promise<Fetched> {
  const signal = AbortSignal.timeout(WHOLE_MS);
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal,
    headersTimeout: HEADERS_MS,
    bodyTimeout: HEADERS_MS,
    headers: { accept: "*/*", "user-agent": "Baton", ...more },
  });
  body.on("error", () => undefined);
  if (statusCode !== 200) {
    body.destroy(); // a redirect among them: it is never followed
    return { ok: false, why: "not_there" };
  }
  if (Number(headers["content-length"] ?? 0) > MEDIA_MAX_BYTES) {
    body.destroy();
    return { ok: false, why: "too_large" };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MEDIA_MAX_BYTES) {
      body.destroy();
      return { ok: false, why: "too_large" };
    }
    chunks.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(chunks) };
}

const NOT_PUBLIC_CODE = "ERR_NOT_PUBLIC";

/** One address that is not public makes the whole name suspect. */
const publicOnly: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, "", 0);
    const addresses = found as LookupAddress[];
    const first = addresses[0];
    if (!first || addresses.some(({ address }) => !isPublic(address))) {
      const refused = Object.assign(new Error("This name leads to an address that is not public."), { code: NOT_PUBLIC_CODE });
      return done(refused, "", 0);
    }
    if (options.all) return done(null, addresses);
    done(null, first.address, first.family);
  });
};
