/** The published and recomputed vectors of X's three signatures. */
import { describe, expect, test } from "vitest";
import { authorization, oauthSignature, type Params, percentEncode, signatureBase } from "../../adapters/twitter/oauth1.ts";
import { crcAnswer, sign, signedByX } from "../../adapters/twitter/signature.ts";
import { adapter, eventsOf, post, read, SECRET } from "./setup.ts";

type OAuthVector = {
  source: string;
  method: string;
  base_url: string;
  request_params: Params;
  oauth_params: Record<string, string>;
  consumer_secret: string;
  token_secret: string;
  parameter_string: string;
  signature_base_string: string;
  oauth_signature: string;
  authorization_header: string;
};
const vectors = JSON.parse(read("signature-vectors.json")) as {
  crc: { source: string; consumer_secret: string; crc_token: string; response_token: string }[];
  webhook_signature: { source: string; consumer_secret: string; body_utf8: string; header: string }[];
  oauth1: OAuthVector[];
  percent_encoding: Record<string, unknown>[];
};

describe("X's check of our address", () => {
  test.each(vectors.crc.map((one) => [one.source, one] as const))("%s", (_source, one) => {
    expect(crcAnswer(one.consumer_secret, one.crc_token)).toBe(one.response_token);
  });
  test("the token is read from the address, decoded, and answered as JSON", () => {
    const url = "/webhooks/twitter?nonce=1&crc_token=test+token";
    const received = adapter({ consumerSecrets: ["consumer-secret-2"] }).receive({
      method: "GET",
      url,
      headers: {},
      body: Buffer.alloc(0),
      receivedAtMs: 1,
    });
    const body = JSON.stringify({ response_token: "sha256=ZJpOHduVNQDPsYklRd4gKKvCY47IcsKx5bszJa0MPUs=" });
    expect(received).toEqual({ kind: "handshake", body, contentType: "application/json" });
  });
});

describe("X's signature of what it posts", () => {
  test.each(vectors.webhook_signature.map((one) => [one.source, one] as const))("%s", (_source, one) => {
    const body = Buffer.from(one.body_utf8);
    expect(sign(one.consumer_secret, body)).toBe(one.header);
    expect(signedByX([one.consumer_secret], body, one.header)).toBe(true);
    expect(signedByX([one.consumer_secret], Buffer.concat([body, Buffer.from(" ")]), one.header)).toBe(false);
    expect(signedByX(["another", one.consumer_secret], body, one.header)).toBe(true);
  });
  test.each([
    [undefined],
    [""],
    ["sha256="],
    ["sha1=abc"],
    [["sha256=a", "sha256=b"]],
    ["sha256=25Cu3iwbbiqBTwQRzcKJZwisjf736V2Q8UaTlkfLSoc"],
  ])("a header of %j is no signature", (header) => {
    expect(signedByX(["test"], Buffer.from("test=1&other_test=2"), header)).toBe(false);
  });
  test("a secret that was never set signs nothing", () => {
    expect(signedByX([""], Buffer.from("{}"), sign("", "{}"))).toBe(false);
  });
  test("while the secret is changed, webhooks of the old and the new one are taken", () => {
    const both = adapter({ consumerSecrets: ["the-new-one", SECRET] });
    expect(eventsOf(post(both, '{"for_user_id":"1","x":[]}'))).toHaveLength(1);
  });
});

describe("our signature of each call", () => {
  test.each(vectors.oauth1.map((one) => [`${one.source} (${one.method} ${one.base_url})`, one] as const))("%s", (_source, one) => {
    const base = signatureBase(one.method, one.base_url, [...one.request_params, ...Object.entries(one.oauth_params)]);
    if (one.signature_base_string) expect(base).toBe(one.signature_base_string);
    expect(oauthSignature(base, one.consumer_secret, one.token_secret)).toBe(one.oauth_signature);
    if (!one.authorization_header.startsWith("OAuth ") || one.oauth_params.oauth_callback) return;
    const { oauth_consumer_key, oauth_token, oauth_nonce, oauth_timestamp } = one.oauth_params;
    const keys = {
      consumerKey: oauth_consumer_key!,
      consumerSecret: one.consumer_secret,
      accessToken: oauth_token!,
      accessSecret: one.token_secret,
    };
    const call = { method: one.method, url: one.base_url, params: one.request_params, nonce: oauth_nonce!, atS: Number(oauth_timestamp) };
    expect(authorization(keys, call)).toBe(one.authorization_header);
  });
  test.each(vectors.percent_encoding.map((one) => [JSON.stringify(one), Object.values(one).map(String)] as const))(
    "%s",
    (_name, values) => {
      const [given, encoded] = values;
      expect(percentEncode(given!)).toBe(encoded);
    },
  );
});
