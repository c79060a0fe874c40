import { describe, expect, test } from "vitest";
import { appsecretProof } from "../../adapters/meta/signature.ts";
import { adapter, fixture, NOW_MS, post, SECRET, sign } from "./setup.ts";

type Vector = { name: string; rawBody: string; xHubSignature256: string | null; xHubSignature?: string; valid: boolean };
const vectors = JSON.parse(fixture("signature-vectors.json").toString("utf8")) as {
  appSecret: string;
  webhooks: Vector[];
  appsecretProof: { accessToken: string; proof: string };
};

describe("only what the platform signed is read", () => {
  const messenger = adapter({ appSecrets: [vectors.appSecret] });
  const receive = (body: string | Buffer, headers: Record<string, string | string[] | undefined>) =>
    messenger.receive({ method: "POST", url: "/webhooks/messenger", headers, body: Buffer.from(body), receivedAtMs: NOW_MS });

  test.each(vectors.webhooks.map((vector) => [vector.name, vector] as const))("vector: %s", (_name, vector) => {
    const headers: Record<string, string> = {};
    if (vector.xHubSignature256 !== null) headers["x-hub-signature-256"] = vector.xHubSignature256;
    if (vector.xHubSignature !== undefined) headers["x-hub-signature"] = vector.xHubSignature;
    const received = receive(vector.rawBody, headers);
    expect(received).toMatchObject(vector.valid ? { kind: "events" } : { kind: "refused", status: 401 });
  });

  const body = fixture("message-text.json");
  const right = sign(body, vectors.appSecret);
  test.each<[string, string | string[] | undefined]>([
    ["missing", undefined],
    ["twice", [right, right]],
    ["upper case", right.toUpperCase()],
    ["another prefix", right.replace("sha256=", "sha1=")],
    ["cut", right.slice(0, -1)],
    ["longer", `${right}0`],
    ["empty", ""],
    ["not hex", `sha256=${"ü".repeat(64)}`],
    ["of another body", sign("{}", vectors.appSecret)],
  ])("a signature that is %s is refused", (_what, header) => {
    expect(receive(body, { "x-hub-signature-256": header })).toMatchObject({ kind: "refused", status: 401 });
  });

  test("one changed byte is refused", () => {
    const changed = Buffer.from(body);
    changed[changed.length - 5] = changed[changed.length - 5]! ^ 1;
    expect(receive(changed, { "x-hub-signature-256": right })).toMatchObject({ kind: "refused", status: 401 });
  });

  test("the signature is looked at before the JSON", () => {
    expect(receive("not json", { "x-hub-signature-256": right })).toMatchObject({ status: 401 });
  });

  test("while a secret is being replaced, both the old and the new one are ours", () => {
    const rotating = adapter({ appSecrets: ["new", "old"] });
    for (const secret of ["new", "old"])
      expect(post(rotating, body, { "x-hub-signature-256": sign(body, secret) })).toMatchObject({ kind: "events" });
    expect(post(rotating, body, { "x-hub-signature-256": sign(body, "older") })).toMatchObject({ status: 401 });
  });

  test("a secret or token that was never set opens to nobody", () => {
    const unset = adapter({ appSecrets: ["", "real"], verifyToken: "" });
    expect(post(unset, body, { "x-hub-signature-256": sign(body, "") })).toMatchObject({ status: 401 });
    const url = "/webhooks/messenger?hub.mode=subscribe&hub.verify_token=&hub.challenge=1";
    const request = { method: "GET", url, headers: {}, body: Buffer.alloc(0), receivedAtMs: NOW_MS };
    expect(unset.receive(request)).toMatchObject({ kind: "refused", status: 403 });
  });

  test("our calls carry the proof of the vectors", () => {
    const { accessToken, proof } = vectors.appsecretProof;
    expect(appsecretProof(vectors.appSecret, accessToken)).toBe(proof);
  });
});

describe("what is signed but not a webhook of a page", () => {
  const messenger = adapter();
  test.each([
    ["no JSON", "{", 400],
    ["nothing", "", 400],
    ["a list", "[]", 400],
    ["a text", '"page"', 400],
    ["null", "null", 400],
    ["another object", '{"object":"instagram","entry":[]}', 404],
    ["no object", '{"entry":[]}', 404],
    ["an object of an odd type", '{"object":["page"],"entry":[]}', 404],
  ])("%s is refused", (_what, body, status) => {
    expect(post(messenger, body)).toMatchObject({ kind: "refused", status });
  });
  test.each(['{"object":"page"}', '{"object":"page","entry":null}', '{"object":"page","entry":[null,1,"x",[]]}'])(
    "%s brings nothing",
    (body) => {
      expect(post(messenger, body)).toEqual({ kind: "events", events: [] });
    },
  );
  test("more than a megabyte is refused before it is hashed", () => {
    expect(post(messenger, Buffer.alloc(1_048_577, 32), { "x-hub-signature-256": "sha256=" })).toMatchObject({ status: 400 });
  });
  test("another method is refused", () => {
    const request = { method: "PUT", url: "/", headers: {}, body: Buffer.alloc(0), receivedAtMs: NOW_MS };
    expect(messenger.receive(request)).toMatchObject({ kind: "refused" });
  });
});

describe("the platform checks that the address is ours", () => {
  const messenger = adapter();
  const ask = (query: string) =>
    messenger.receive({ method: "GET", url: `/webhooks/messenger${query}`, headers: {}, body: Buffer.alloc(0), receivedAtMs: NOW_MS });
  const recorded = JSON.parse(fixture("verification-request.json").toString("utf8"));

  test("as recorded", () => {
    expect(ask(`?${new URLSearchParams(recorded.query)}`)).toEqual({ kind: "handshake", body: recorded.expect.body });
    expect(ask(`?${new URLSearchParams({ ...recorded.query, "hub.verify_token": "other" })}`)).toMatchObject({
      kind: "refused",
      status: recorded.expectWhenTokenDiffers.status,
    });
  });
  test.each([
    ["no query", "", 403],
    ["another mode", "?hub.mode=unsubscribe&hub.verify_token=mytoken&hub.challenge=1", 403],
    ["an empty token", "?hub.mode=subscribe&hub.verify_token=&hub.challenge=1", 403],
    ["no challenge", "?hub.mode=subscribe&hub.verify_token=mytoken", 400],
    ["markup as challenge", "?hub.mode=subscribe&hub.verify_token=mytoken&hub.challenge=%3Cscript%3E", 400],
    ["a challenge without end", `?hub.mode=subscribe&hub.verify_token=mytoken&hub.challenge=${"1".repeat(201)}`, 400],
  ])("%s is refused", (_what, query, status) => {
    expect(ask(query)).toMatchObject({ kind: "refused", status });
  });
  test("nothing that is refused repeats a secret", () => {
    const told = JSON.stringify([ask("?hub.mode=subscribe"), post(messenger, "{}", { "x-hub-signature-256": "x" }), messenger.describe()]);
    expect(told).not.toContain("mytoken");
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain("fixture-page-token");
  });
});
