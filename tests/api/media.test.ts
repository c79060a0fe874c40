/** Files both ways: an agent's are what they say they are, a customer's are fetched from nowhere near us and never run. */

import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMediaFetcher, isPublic } from "../../runtime/fetch-media.ts";
import { harmless, mediaHeaders } from "../../server/media-types.ts";
import { HOSTILE_LINKS, HOSTILE_STRINGS } from "../hostile-strings.ts";
import { createHouse, type House, queues } from "./house.ts";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
const HTML = "<!doctype html><script>alert(1)</script>";

/** A brand's picture server, on this machine: trusted by the house as a demo's shop is. */
let pictures: Server;
let at: string;
let asked: string[] = [];
let house: House;
let mei: string;
let otto: string;
beforeAll(async () => {
  pictures = createServer((request, response) => {
    asked.push(request.url!);
    switch (request.url) {
      case "/boots.png":
        return void response.end(PNG);
      case "/liar.png":
        return void response.writeHead(200, { "content-type": "image/png" }).end(HTML);
      case "/drawing.svg":
        return void response.writeHead(200, { "content-type": "image/svg+xml" }).end(SVG);
      case "/moved":
        return void response.writeHead(302, { location: "/boots.png" }).end();
      case "/endless":
        response.writeHead(200);
        return void (function more() {
          if (!response.destroyed) response.write(Buffer.alloc(1024 * 1024), () => setImmediate(more));
        })();
      case "/huge":
        return void response.writeHead(200, { "content-length": String(1e9) }).write("x");
      default:
        return void response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => pictures.listen(0, "127.0.0.1", listening));
  at = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}`;
  house = await createHouse({}, {}, [at]);
  mei = (await house.hires("mei", { queues: queues("care") })).token;
  otto = (await house.hires("otto", { queues: queues("billing") })).token;
});
afterAll(async () => {
  await house.close();
  pictures.closeAllConnections();
  pictures.close();
});

async function get(path: string, token: string) {
  const response = await fetch(house.base + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** A customer who sends attachments; where they can be read. */
async function sends(from: string, urls: string[]): Promise<{ conversation: string; sources: (string | null)[] }> {
  const { conversation } = await house.asks(from);
  await house.attaches(from, urls);
  const { body } = await house.call("GET", `/conversations/${conversation}/messages?before_seq=9007199254740991&limit=20`, mei);
  const said = (body.messages as unknown as { attachments?: { src: string | null }[] }[]).findLast((one) => one.attachments);
  return { conversation, sources: said!.attachments!.map((one) => one.src) };
}

describe("a voice or a video that the channel names by an id alone", () => {
  it("is read through us, by those who may see the conversation, and runs nothing", async () => {
    house.filesById.set("messenger page_alder VOICE", PNG);
    house.filesById.set("messenger page_alder LIAR", Buffer.from(HTML));
    const { conversation } = await house.asks("byid");
    const attachments = ["VOICE", "LIAR", "GONE"].map((id) => ({ kind: "video" as const, id }));
    await house.comes("byid", { kind: "said", text: "", attachments });
    const { body } = await house.call("GET", `/conversations/${conversation}/messages?before_seq=9007199254740991&limit=20`, mei);
    const said = (body.messages as unknown as { attachments?: { src: string }[] }[]).findLast((one) => one.attachments)!;
    const paths = said.attachments!.map((one) => one.src.replace("/api/v1", ""));
    const [voice, liar, gone] = await Promise.all(paths.map((path) => get(path, mei)));
    expect([voice!.status, voice!.bytes.equals(PNG)]).toEqual([200, true]);
    expect([liar!.status, liar!.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
    expect(gone!.status).toBe(404);
    expect((await get(paths[0]!, otto)).status).toBe(404);
  });
});

describe("what a customer sends", () => {
  it("is read through us: pictures as pictures, everything else as a download that runs nothing", async () => {
    const { sources } = await sends("m1", [`${at}/boots.png`, `${at}/liar.png`, `${at}/drawing.svg`]);
    const [picture, liar, drawing] = await Promise.all(sources.map((src) => get(src!.replace("/api/v1", ""), mei)));
    expect([picture!.status, picture!.headers.get("content-type"), picture!.bytes.equals(PNG)]).toEqual([200, "image/png", true]);
    expect(picture!.headers.get("content-disposition")).toMatch(/^inline/);
    for (const one of [liar!, drawing!]) {
      expect([one.status, one.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
      expect(one.headers.get("content-disposition")).toMatch(/^attachment/);
    }
    for (const one of [picture!, liar!, drawing!]) {
      expect(one.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
      expect(one.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("that is gone, was moved, or has no end is 404, and only who may see the talk may ask", async () => {
    const { conversation, sources } = await sends("m2", [`${at}/gone`, `${at}/moved`, `${at}/endless`, `${at}/huge`]);
    asked = [];
    for (const src of sources) expect((await get(src!.replace("/api/v1", ""), mei)).status).toBe(404);
    expect(asked).not.toContain("/boots.png"); // a redirect is not followed
    expect((await get(sources[0]!.replace("/api/v1", ""), otto)).status).toBe(404);
    for (const query of ["seq=1&at=0", "seq=999&at=0", "seq=0&at=0", "seq=1&at=../x", "at=0", "seq=5&at=image", "seq=5&at=__proto__"])
      expect([400, 404]).toContain((await get(`/conversations/${conversation}/media?${query}`, mei)).status);
  });

  it("is never fetched from this machine or its network, whatever its address looks like", async () => {
    const port = new URL(at).port;
    const urls = [
      ...HOSTILE_LINKS,
      ...["localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0", "localhost.", "[::]"].map(
        (host) => `http://${host}:${port}/boots.png`,
      ),
      ...[
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "localhost",
      ].map((host) => `http://${host}/boots.png`),
    ];
    const open = createMediaFetcher([]);
    asked = [];
    for (const url of urls) {
      const began = performance.now();
      if (/^https?:\/\/(example\.com|xn--|е|ex|www|user|https)/i.test(url) || /evil\.example/.test(url)) continue; // names that may exist are for a network's test
      const answer = await open.fetch(url);
      expect([url.slice(0, 60), answer.ok]).toEqual([url.slice(0, 60), false]);
      expect(performance.now() - began).toBeLessThan(5_000);
    }
    expect(asked).toEqual([]);
    await open.close();
  });
});

it.each([
  ["93.184.216.34", true],
  ["2606:2800:220:1:248:1893:25c8:1946", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.0.1", false],
  ["169.254.169.254", false],
  ["100.127.0.1", false],
  ["198.19.0.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:93.184.216.34", false],
  ["64:ff9b::a00:1", false],
  ["fc00::1", false],
  ["fe80::1", false],
  ["2002:a00:1::", false],
  ["2001:db8::1", false],
  ["ff02::1", false],
  ["not an address", false],
])("%s is public: %s", (ip, expected) => {
  expect(isPublic(ip)).toBe(expected);
});

describe("what an agent sends", () => {
  const upload = async (bytes: Buffer, type: string, conversation: string, token = mei, name = "label.png") => {
    const response = await fetch(`${house.base}/uploads?${new URLSearchParams({ name, conversation })}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> & { error: { code: string } } };
  };

  it("is taken in, shown on the desk, and reaches the channel as a signed link that nobody can bend", async () => {
    const { ticket, conversation } = await house.asks("u1");
    const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
    const up = await upload(PNG, "image/png", conversation, mei, "../evil\u202Egnp.exe");
    expect(up).toMatchObject({ status: 201, body: { kind: "image", type: "image/png", name: "evil gnp.exe" } });
    expect((await get(`/uploads/${up.body.id}`, mei)).bytes.equals(PNG)).toBe(true);
    expect((await get(`/uploads/${up.body.id}`, otto)).status).toBe(404);
    const line = { epoch, client_id: "u1", attachments: [{ upload: up.body.id }] };
    const said = await house.call("POST", `/conversations/${conversation}/messages`, mei, line);
    expect(said.status).toBe(202);
    expect((await house.call("POST", `/conversations/${conversation}/messages`, mei, line)).body.id).toBe(said.body.id); // once however often
    await house.runtime.idle();
    const link = house.sent.find((one) => one.address.customer === "u1" && one.message.image)!.message.image!.url;
    expect(link).toMatch(/^https:\/\/bot\.example\/files\/up_/);
    const here = link.replace("https://bot.example", new URL(house.base).origin);
    const fetched = await fetch(here);
    expect([fetched.status, fetched.headers.get("content-type")]).toEqual([200, "image/png"]);
    const bent = new URL(here);
    for (const [key, value] of [
      ["until", "9999999999999"],
      ["sig", "x"],
      ["bot", "birch"],
    ] as const) {
      const other = new URL(bent);
      other.searchParams.set(key, value);
      expect((await fetch(other)).status).toBe(404);
    }
    expect((await fetch(here.replace(/up_[^/]+/, "up_01JZAAAAAAAAAAAAAAAAAAAAAA"))).status).toBe(404);
    expect((await fetch(`${new URL(house.base).origin}/files/..%2f..%2fetc%2fpasswd/x`)).status).toBe(404);
    const { body } = await house.call("GET", `/conversations/${conversation}/messages?limit=200`, mei);
    const shown = (body.messages as unknown as { message?: { image?: { src: string } } }[]).find((one) => one.message?.image);
    expect(shown!.message!.image!.src).toBe(`/api/v1/uploads/${up.body.id}`);
  });

  it("is refused when it is not what it says, is too large, or is somebody else's", async () => {
    const { ticket, conversation } = await house.asks("u2");
    const { epoch } = (await house.call("POST", `/tickets/${ticket}/claim`, mei, {})).body;
    for (const [bytes, type, status] of [
      [Buffer.from(HTML), "image/png", 415],
      [Buffer.from(SVG), "image/svg+xml", 415],
      [Buffer.from(HTML), "text/html", 415],
      [PNG, "application/pdf", 415],
      [PNG, "video/mp4", 415],
      [Buffer.alloc(0), "image/png", 415],
      [Buffer.concat([PNG, Buffer.alloc(9 * 1024 * 1024)]), "image/png", 413],
    ] as const)
      expect([type, bytes.length, (await upload(bytes, type, conversation)).status]).toEqual([type, bytes.length, status]);
    expect((await upload(PNG, "image/png", conversation, otto)).status).toBe(404);
    const other = await house.asks("u3");
    const up = await upload(PNG, "image/png", other.conversation);
    const line = { epoch, client_id: "u2", attachments: [{ upload: up.body.id }] };
    expect((await house.call("POST", `/conversations/${conversation}/messages`, mei, line)).status).toBe(404);
  });

  it("goes from the disk with the customer it was sent to", async () => {
    const { conversation } = await house.asks("u4");
    const up = await upload(PNG, "image/png", conversation);
    expect(readdirSync(house.folder)).toContain(up.body.id);
    const ada = (await house.hires("ada", { role: "admin" })).token;
    const { person } = await house.conversation({ from: "u4" });
    await house.call("POST", `/customers/${person}/erase`, ada, {});
    expect(readdirSync(house.folder)).not.toContain(up.body.id);
    expect((await get(`/uploads/${up.body.id}`, ada)).status).toBe(404);
  });
});

it("any name of a file fits into a header and turns nothing around", () => {
  for (const name of HOSTILE_STRINGS) {
    const clean = harmless(name);
    expect(clean).not.toMatch(/[\p{Cc}\p{Cf}/\\<>"]/u);
    expect(clean.length).toBeGreaterThan(0);
    const disposition = mediaHeaders("image/png", name)["Content-Disposition"]!;
    expect(disposition).toMatch(/^inline; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`{}~-]+$/);
    expect(() => new Headers({ "content-disposition": disposition })).not.toThrow();
  }
});

it("the corpus of hostile strings has more than five hundred, each once", () => {
  expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(500);
  expect(new Set(HOSTILE_STRINGS).size).toBe(HOSTILE_STRINGS.length);
});
