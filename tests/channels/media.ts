/** Files, as every channel must treat them: nothing near us is fetched, no credential leaves for a stranger, and no page is uploaded as a picture. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Adapter, Outbound } from "../../model/adapter.ts";
import type { Message } from "../../model/message.ts";
import { createMediaFetcher } from "../../runtime/fetch-media.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { listen } from "./house.ts";
import type { Subject, Taken } from "./subject.ts";

const NOW_MS = 1_760_000_002_000;
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const PAGE = "<!doctype html><script>alert('ours')</script>";
const INSIDE = [
  "http://169.254.169.254/latest/meta-data/",
  "http://[::1]/a.png",
  "http://10.0.0.7/a.png",
  "file:///etc/passwd",
  "ftp://a.example/a",
];

/** Something inside our network that counts who comes. */
async function openVictim() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/moved") return void response.writeHead(302, { location: "/secret.png" }).end();
    if (request.url === "/huge") return void response.writeHead(200, { "content-length": String(1e9) }).write("x");
    response.end("inside");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function mediaContract(subject: Subject, lineTo: (adapter: Adapter, message: Message, apiUrl: string) => Outbound): void {
  describe(`${subject.channel}: files`, () => {
    let victim: Awaited<ReturnType<typeof openVictim>>;
    beforeAll(async () => {
      victim = await openVictim();
    });
    afterAll(() => victim.close());

    /** One line out, with what fetching brings; what the platform was told. */
    async function says(message: Message, fetchBytes: (url: string) => Promise<Buffer | null>): Promise<Taken[]> {
      const taken: Taken[] = [];
      const platform = await listen((one) => {
        taken.push(one);
        return subject.accepts(one, taken.length);
      });
      const adapter = subject.open({ clock: createVirtualClock(NOW_MS), apiUrl: platform.url, timeoutMs: 2_000, fetchBytes });
      try {
        for (const piece of adapter.pieces(message)) await adapter.send(lineTo(adapter, piece, platform.url));
      } finally {
        await adapter.close();
        await platform.close();
      }
      return taken;
    }

    test("a picture whose address lies inside our network is fetched by nobody here", async () => {
      const media = createMediaFetcher();
      const fetchBytes = async (url: string) => {
        const fetched = await media.fetch(url);
        return fetched.ok ? fetched.bytes : null;
      };
      for (const url of [`${victim.at}/secret.png`, ...INSIDE]) await says({ image: { url } }, fetchBytes);
      await media.close();
      expect(victim.asked).toEqual([]);
    });

    test("a page that calls itself a picture, and a file that is too large, are not uploaded", async () => {
      for (const bytes of [Buffer.from(PAGE), Buffer.alloc(20 * 1024 * 1024, PAGE)]) {
        const taken = await says({ image: { url: "https://shop.example/boots.png" } }, async () => bytes);
        expect(taken.filter(({ body }) => body.includes("alert('ours')")).map(({ url }) => url)).toEqual([]);
      }
      const real = await says({ image: { url: "https://shop.example/boots.png" } }, async () => PNG);
      if (subject.uploads) expect(real.some(({ body }) => body.includes("IHDR"))).toBe(true);
    });

    test("the account's credentials go to no host but the platform's, whatever an address pretends", async () => {
      const apiUrl = "https://api.platform.example";
      const adapter = subject.open({ clock: createVirtualClock(NOW_MS), apiUrl, timeoutMs: 1_000 });
      for (const genuine of [...(subject.files ?? []), ...addressesIn(subject, adapter)])
        for (const url of pretending(genuine, victim.at)) {
          const asked = await adapter.fileRequest?.(url);
          if (!asked) continue;
          const { origin, protocol, username } = new URL(asked.url);
          expect([url, origin]).toEqual([url, origin === new URL(apiUrl).origin ? origin : new URL(genuine).origin]);
          expect([url, protocol, username]).toEqual([url, "https:", ""]);
        }
      await adapter.close();
    });

    test("a file of a customer's is never fetched from inside, by a redirect, or without end", async () => {
      const adapter = subject.open({ clock: createVirtualClock(NOW_MS), apiUrl: "http://127.0.0.1:9", timeoutMs: 1_000 });
      const askFor = async (url: string) => (await adapter.fileRequest?.(url)) ?? null;
      const guarded = createMediaFetcher([], askFor);
      const before = victim.asked.length;
      for (const url of [`${victim.at}/secret.png`, ...INSIDE]) expect(await guarded.fetch(url)).toMatchObject({ ok: false });
      expect(victim.asked).toHaveLength(before);
      const trusting = createMediaFetcher([victim.at], askFor); // as a demo trusts its own shop
      expect(await trusting.fetch(`${victim.at}/moved`)).toEqual({ ok: false, why: "not_there" });
      expect(await trusting.fetch(`${victim.at}/huge`)).toEqual({ ok: false, why: "too_large" });
      expect(victim.asked.filter((one) => one === "/secret.png")).toEqual([]);
      await Promise.all([guarded.close(), trusting.close(), adapter.close()]);
    });
  });
}

/** Every address of a file in the channel's own recordings. */
function addressesIn(subject: Subject, adapter: Adapter): string[] {
  const found = new Set<string>();
  for (const { webhook } of subject.recordings) {
    const received = adapter.receive({ ...webhook, receivedAtMs: NOW_MS });
    if (received.kind !== "events") continue;
    for (const { event } of received.events)
      if (event.kind === "said") for (const { url } of event.attachments) if (url !== undefined && URL.canParse(url)) found.add(url);
  }
  return [...found];
}

/** What somebody might write who wants our signature, or a look inside. */
function pretending(genuine: string, inside: string): string[] {
  const { host, pathname, search } = new URL(genuine);
  const path = pathname + search;
  return [
    genuine,
    `http://${host}${path}`,
    `https://${host}.evil.example${path}`,
    `https://evil.example/${host}${path}`,
    `https://evil.example${path}`,
    `https://${host}:8443${path}`,
    `https://user:password@${host}${path}`,
    `https://${host}@evil.example${path}`,
    `https://evil.example#@${host}${path}`,
    `${inside}${path}`,
  ];
}
