/** A push is taken only as the platform made it: signed, encrypted where the account encrypts, and no larger or deeper than it is. */
import { describe, expect, test } from "vitest";
import { decrypt, encrypt, keyOf, signatureOf } from "../../adapters/wechat/crypto.ts";
import { readPush } from "../../adapters/wechat/push.ts";
import {
  ACCOUNT,
  AES_KEY,
  account,
  adapter,
  CUSTOMER,
  enveloped,
  eventsOf,
  fixture,
  MINI,
  NOW_MS,
  plain,
  safe,
  TOKEN,
  take,
  vectors,
} from "./setup.ts";

const { vectors: good, negativeVectors: bad, urlSignatureVectors: urls } = vectors();

describe("the published and generated vectors", () => {
  test.each(good.map((one) => [one.id, one] as const))("%s is signed, opened and made again byte for byte", (_id, one) => {
    expect(signatureOf(one.token, one.timestamp, one.nonce, one.encrypt)).toBe(one.msgSignature);
    expect(signatureOf(one.token, one.timestamp, one.nonce)).toBe(one.urlSignature);
    const key = keyOf(one.encodingAesKey);
    expect(decrypt(key, one.appId, one.encrypt)?.toString("utf8")).toBe(one.plaintextXml);
    expect(encrypt(key, one.appId, Buffer.from(one.plaintextXml), Buffer.from(one.random16Hex, "hex"))).toBe(one.encrypt);
  });

  test.each(bad.map((one) => [one.id, one] as const))("%s is refused, and the refusal says no more than any other", (_id, one) => {
    const wechat = adapter({ accounts: [{ ...account, token: one.token, appId: one.appId, aesKeys: [one.encodingAesKey] }] });
    const body = `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><Encrypt><![CDATA[${one.encrypt}]]></Encrypt></xml>`;
    const url = `/webhooks/wechat?signature=${one.urlSignature}&timestamp=${one.timestamp}&nonce=${one.nonce}&encrypt_type=aes&msg_signature=${one.msgSignature}`;
    const refused = wechat.receive({ method: "POST", url, headers: {}, body: Buffer.from(body), receivedAtMs: NOW_MS });
    const forged = wechat.receive({ method: "POST", url: "/webhooks/wechat", headers: {}, body: Buffer.from("x"), receivedAtMs: NOW_MS });
    expect(refused).toEqual(forged);
    expect(refused).toMatchObject({ kind: "refused", status: 401 });
  });

  test.each(urls.filter((one) => one.echostr !== undefined).map((one) => [one.id, one] as const))(
    "%s: the check of the address",
    (_id, one) => {
      const wechat = adapter({ accounts: [{ ...account, token: one.token, aesKeys: [] }] });
      const url = `/webhooks/wechat?signature=${one.signature}&timestamp=${one.timestamp}&nonce=${one.nonce}&echostr=${one.echostr}`;
      const received = wechat.receive({ method: "GET", url, headers: {}, body: Buffer.alloc(0), receivedAtMs: NOW_MS });
      expect(received).toMatchObject(one.valid ? { kind: "handshake", body: one.echostr } : { kind: "refused", status: 403 });
    },
  );

  test("an encrypted echo is opened before it is said back", () => {
    const one = good.find((vector) => vector.direction === "url-verify-encrypted")!;
    const wechat = adapter({ accounts: [{ ...account, token: one.token, appId: one.appId, aesKeys: [one.encodingAesKey] }] });
    const url = `/webhooks/wechat?msg_signature=${one.msgSignature}&timestamp=${one.timestamp}&nonce=${one.nonce}&echostr=${encodeURIComponent(one.encrypt)}`;
    expect(wechat.receive({ method: "GET", url, headers: {}, body: Buffer.alloc(0), receivedAtMs: NOW_MS })).toEqual({
      kind: "handshake",
      body: one.plaintextXml,
    });
  });
});

describe("safe and compatible mode", () => {
  const wechat = adapter({}, [AES_KEY]);
  const text = (words: string) => String(fixture("message-text.xml")).replace("this is a test", words);

  test("a push in safe mode says what it says, in XML and in JSON", () => {
    expect(eventsOf(take(wechat, safe(text("你好 👋"))))[0]?.event).toMatchObject({ kind: "said", text: "你好 👋" });
    const json = JSON.stringify({ ToUserName: ACCOUNT, FromUserName: CUSTOMER, CreateTime: 1_732_000_000, MsgType: "text", Content: "hi" });
    const body = json.replace("}", ',"MsgId":7250021412600020992}');
    expect(eventsOf(take(wechat, safe(body)))[0]?.event).toMatchObject({ text: "hi", messageId: "7250021412600020992" });
  });

  test("the recorded envelopes of both modes are opened", () => {
    const one = good.find((vector) => vector.id === "gen-text-cjk-emoji")!;
    for (const name of ["encrypted-safe-mode.xml", "encrypted-compatible-mode.xml"]) {
      const url = `/webhooks/wechat?signature=${one.urlSignature}&timestamp=${one.timestamp}&nonce=${one.nonce}&encrypt_type=aes&msg_signature=${one.msgSignature}`;
      const received = wechat.receive({ method: "POST", url, headers: {}, body: fixture(name), receivedAtMs: NOW_MS });
      expect(eventsOf(received)[0]?.event).toMatchObject({ kind: "said", text: expect.stringContaining("转人工") });
    }
  });

  test("where plain and encrypted words disagree, the encrypted ones hold", () => {
    const inner = safe(text("the true words"));
    const both = String(inner.body).replace("<Encrypt>", "<Content>forged</Content><MsgType>text</MsgType><Encrypt>");
    expect(eventsOf(take(wechat, { ...inner, body: Buffer.from(both) }))[0]?.event).toMatchObject({ text: "the true words" });
  });

  test("an account with a key takes nothing in plain, however well it is signed", () => {
    expect(take(wechat, plain(text("plain")))).toMatchObject({ kind: "refused", status: 401 });
  });

  test("after a change of the key, pushes under the one before it are still read", () => {
    const older = "A".repeat(43);
    const changed = adapter({}, [AES_KEY, older]);
    expect(eventsOf(take(changed, safe(text("old key"), older)))[0]?.event).toMatchObject({ text: "old key" });
    expect(take(wechat, safe(text("old key"), older)).kind).toBe("refused");
  });

  test("a signature over something else is none", () => {
    expect(take(wechat, enveloped(safe(text("x")).body, "something else"))).toMatchObject({ kind: "refused" });
  });
});

describe("what a push may hold", () => {
  test("no entity is looked up, no document type is read", () => {
    expect(readPush('<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>')).toBeNull();
    expect(readPush("<xml><Content>&a; &lt;b&gt; &#x4f60; &#0;</Content></xml>")?.Content).toBe("&a; <b> 你 &#0;");
    expect(readPush("<xml><Content><![CDATA[<!DOCTYPE is only words here>]]></Content></xml>")?.Content).toContain("DOCTYPE");
  });

  test("a body of more than 64 kB, or a thousand brackets deep, is refused or read flat", () => {
    const wechat = adapter();
    expect(take(wechat, plain(`<xml><Content>${"x".repeat(70_000)}</Content></xml>`))).toMatchObject({ kind: "refused", status: 400 });
    const deep = `<xml>${"<a>".repeat(5_000)}${"</a>".repeat(5_000)}</xml>`;
    expect(["refused", "events"]).toContain(take(wechat, plain(deep)).kind);
    const json = `{"ToUserName":"${ACCOUNT}","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(["refused", "events"]).toContain(take(wechat, plain(json)).kind);
  });

  test("a field named like a prototype changes none", () => {
    const push = readPush('{"__proto__":{"polluted":"yes"},"ToUserName":"x"}');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(Object.keys(push ?? {})).toEqual(["ToUserName"]);
  });
});

describe("the same push is the same event", () => {
  const wechat = adapter();
  const keyOfPush = (body: Buffer | string) => eventsOf(take(wechat, plain(body)))[0]!.key;

  test("a message by its MsgId, an event by who, when, which and its key", () => {
    const message = String(fixture("message-text.xml"));
    expect(keyOfPush(message.replace("this is a test", "otherwise"))).toBe(keyOfPush(message));
    expect(keyOfPush(message.replace("<MsgId>1", "<MsgId>2"))).not.toBe(keyOfPush(message));
    const scan = String(fixture("event-scan.xml"));
    expect(keyOfPush(scan)).toBe(keyOfPush(scan));
    expect(keyOfPush(scan.replace("SCENE_VALUE", "another"))).not.toBe(keyOfPush(scan));
    expect(keyOfPush(scan.replace("SCAN", "CLICK"))).not.toBe(keyOfPush(scan));
  });

  test("a second account of the same process has its own pushes, told apart by their token and name", () => {
    const both = adapter({
      accounts: [
        { ...account, aesKeys: [] },
        { ...account, account: MINI, token: "another_Token", aesKeys: [] },
      ],
    });
    const mini = eventsOf(take(both, plain(fixture("mini-message-text.xml"), "another_Token")))[0];
    expect(mini).toMatchObject({ address: { account: MINI, customer: CUSTOMER }, event: { kind: "said" } });
    expect(take(both, plain(fixture("mini-message-text.xml"), "no_token")).kind).toBe("refused");
    expect(TOKEN).not.toBe("another_Token");
  });
});
