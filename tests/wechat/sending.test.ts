/** A line goes out with one token that all share, in the shape that the account may send, and as few messages as can be. */
import { afterEach, describe, expect, test } from "vitest";
import { clipBytes, cutBytes } from "../../adapters/cut-bytes.ts";
import type { WechatOptions } from "../../adapters/wechat/adapter.ts";
import { actOf } from "../../adapters/wechat/errors.ts";
import { menuOf } from "../../adapters/wechat/menu.ts";
import type { Outbound } from "../../model/adapter.ts";
import { type AccountId, address } from "../../model/address.ts";
import type { LineId } from "../../model/ids.ts";
import type { Message } from "../../model/message.ts";
import { createVirtualClock } from "../../server/clock.ts";
import { listen } from "../channels/house.ts";
import type { Reply, Taken } from "../channels/subject.ts";
import { ACCOUNT, adapter, CUSTOMER, fixture, NOW_MS, response } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function office(
  reply: (taken: Taken, lines: number) => Reply = () => response("message-custom-send-ok"),
  more: Partial<WechatOptions> = {},
) {
  const taken: Taken[] = [];
  let tokens = 0;
  const api = await listen((call) => {
    taken.push(call);
    if (call.url.includes("stable_token")) return { status: 200, body: { access_token: `token-${++tokens}`, expires_in: 7_200 } };
    return reply(call, taken.filter((one) => one.url.includes("custom/send")).length);
  });
  const clock = createVirtualClock(NOW_MS);
  const wechat = adapter({ apiUrl: `${api.url}/proxy/`, clock, ...more });
  opened.push(api, wechat);
  const lines = () => taken.filter((one) => one.url.includes("custom/send")).map((one) => JSON.parse(one.body));
  return { wechat, taken, clock, lines, tokenCalls: () => taken.filter((one) => one.url.includes("stable_token")) };
}

const outbound = (message: Message): Outbound => ({
  line: "ms_01" as LineId,
  address: address("wechat", ACCOUNT, CUSTOMER),
  message,
  by: "bot",
  purpose: "reply",
  marks: { openings: { message: NOW_MS - 1_000 }, heardAtMs: NOW_MS - 1_000, spent: 0 },
  nowMs: NOW_MS,
});

describe("the token", () => {
  test("is fetched once when fifty lines ask for it at once, and kept until its last five minutes", async () => {
    const { wechat, tokenCalls, clock } = await office();
    await Promise.all(Array.from({ length: 50 }, () => wechat.send(outbound({ text: "hi" }))));
    expect(tokenCalls()).toHaveLength(1);
    expect(JSON.parse(tokenCalls()[0]!.body)).toEqual({
      grant_type: "client_credential",
      appid: "wx0123456789abcdef",
      secret: "fixture-app-secret",
    });
    clock.set(NOW_MS + 7_200_000 - 5 * 60_000 - 1);
    await wechat.send({ ...outbound({ text: "hi" }), nowMs: NOW_MS });
    expect(tokenCalls()).toHaveLength(1);
    clock.set(NOW_MS + 7_200_000 - 5 * 60_000);
    await wechat.send(outbound({ text: "hi" }));
    expect(tokenCalls()).toHaveLength(2);
  });

  test("that went stale is renewed once for fifty lines, and each of them goes out", async () => {
    const { wechat, tokenCalls, lines } = await office((call) => (call.url.includes("token-1") ? response("error-42001") : response("ok")));
    const all = await Promise.all(Array.from({ length: 50 }, () => wechat.send(outbound({ text: "hi" }))));
    expect(all.every((one) => one.kind === "sent")).toBe(true);
    expect(tokenCalls()).toHaveLength(2);
    expect(lines()).toHaveLength(100);
  });

  test("with a wrong secret stops the account; from an address that is not on the list too; a busy platform is asked again", async () => {
    for (const [name, kind] of [
      ["error-40001", "stopped"],
      ["error-40164", "stopped"],
      ["error-system-busy", "later"],
    ] as const) {
      const api = await listen(() => response(name));
      const wechat = adapter({ apiUrl: api.url });
      opened.push(api, wechat);
      expect((await wechat.send(outbound({ text: "hi" }))).kind, name).toBe(kind);
    }
  });

  test("is forced anew only when the platform hands out the very one that it refuses", async () => {
    const forced: boolean[] = [];
    const api = await listen((call) => {
      if (call.url.includes("stable_token")) {
        const force = JSON.parse(call.body).force_refresh === true;
        forced.push(force);
        return { status: 200, body: { access_token: force ? "new" : "same", expires_in: 7_200 } };
      }
      return call.url.includes("=same") ? response("error-40001") : response("ok");
    });
    const wechat = adapter({ apiUrl: api.url });
    opened.push(api, wechat);
    expect((await wechat.send(outbound({ text: "hi" }))).kind).toBe("sent");
    expect(forced).toEqual([false, false, true]);
  });
});

describe("every code of the table is judged as the table says", () => {
  const classes: Record<string, string[]> = {
    ok: ["done"],
    transient: ["again"],
    token: ["refresh"],
    window: ["window"],
    quota: ["minute", "day", "stop"],
    recipient: ["blocked"],
    account: ["blocked"],
    payload: ["content"],
    permission: ["stop", "menu"],
    config: ["stop"],
  };
  const table = JSON.parse(String(fixture("errcode-table.json"))) as { errcode: number; class: string }[];
  test.each(table.map((one) => [one.errcode, one.class] as const))("%i is %s", (errcode, kind) => {
    expect(classes[kind]).toContain(actOf(errcode));
  });
});

describe("what a customer sees", () => {
  test("choices and buttons are one menu whose lines come back as payloads", async () => {
    const { wechat, lines } = await office();
    const [piece] = wechat.pieces({
      text: "哪一个？",
      choices: [{ title: "小", payload: "s" }],
      buttons: [{ title: "尺码表", payload: "baton:link:sizes" }],
    });
    await wechat.send(outbound(piece!));
    expect(lines()[0]).toEqual({
      touser: CUSTOMER,
      msgtype: "msgmenu",
      msgmenu: {
        head_content: "哪一个？",
        list: [
          { id: "s", content: "小" },
          { id: "baton:link:sizes", content: "尺码表" },
        ],
      },
    });
  });

  test("an account that may not send menus gets the numbered list, this time and ever after", async () => {
    const { wechat, lines } = await office((_call, nr) => (nr === 1 ? response("error-40200") : response("ok")));
    const piece = {
      text: "Which?",
      choices: [
        { title: "Small", payload: "s" },
        { title: "Big", payload: "b" },
      ],
    };
    expect(await wechat.send(outbound(piece))).toMatchObject({ kind: "later", holds: "line" });
    expect(await wechat.send(outbound(piece))).toMatchObject({ kind: "sent" });
    await wechat.send(outbound(piece));
    expect(lines().slice(1)).toEqual(Array(2).fill({ touser: CUSTOMER, msgtype: "text", text: { content: "Which?\n\n1. Small\n2. Big" } }));
  });

  test("one card is one article; three cards are one text", async () => {
    const { wechat, lines } = await office();
    const card = { title: "Ridge", subtitle: "189 USD", url: "https://shop.example/r", imageUrl: "https://shop.example/r.jpg" };
    for (const piece of wechat.pieces({ cards: [card] })) await wechat.send(outbound(piece));
    expect(lines()[0].news.articles).toEqual([
      { title: "Ridge", description: "189 USD", url: "https://shop.example/r", picurl: "https://shop.example/r.jpg" },
    ]);
    expect(wechat.pieces({ cards: [card, card, card] })).toHaveLength(1);
  });

  test("a text of 2048 bytes is one message, a byte more is two, and no character is torn", () => {
    expect(cutBytes("x".repeat(2_048), 2_048)).toHaveLength(1);
    expect(cutBytes(`${"x".repeat(2_045)}👋`, 2_048)).toEqual(["x".repeat(2_045), "👋"]);
    for (const part of cutBytes("山脊靴到货。".repeat(400), 2_048)) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(2_048);
      expect(part.endsWith("。")).toBe(true);
    }
    expect(Buffer.byteLength(clipBytes("退换货与保修说明", 16))).toBeLessThanOrEqual(16);
  });
});

describe("pictures", () => {
  const PNG = Buffer.concat([Buffer.from([0x89]), Buffer.from("PNG\r\n\u001a\n"), Buffer.alloc(100)]);
  const uploads = (taken: Taken[]) => taken.filter((one) => one.url.includes("media/upload")).length;
  const reply = (call: Taken): Reply => (call.url.includes("media/upload") ? response("media-upload-ok") : response("ok"));
  const image = { image: { url: "https://shop.example/a.png", name: "A" } };

  test("are uploaded once and sent by their id", async () => {
    const { wechat, taken, lines } = await office(reply, { fetchBytes: async () => PNG });
    for (let at = 0; at < 3; at++) await wechat.send(outbound(image));
    expect(uploads(taken)).toBe(1);
    expect(taken.find((one) => one.url.includes("upload"))?.body).toContain('name="media"; filename="picture.png"');
    expect(lines()).toEqual(Array(3).fill({ touser: CUSTOMER, msgtype: "image", image: { media_id: "MEDIA_ID_IMAGE_EXAMPLE" } }));
  });

  test("that may not be fetched, are too large or are no picture become their address", async () => {
    for (const bytes of [null, Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024)]), Buffer.from("<svg onload=x>")]) {
      const { wechat, taken, lines } = await office(reply, { fetchBytes: async () => bytes });
      await wechat.send(outbound(image));
      expect(uploads(taken)).toBe(0);
      expect(lines()[0]).toEqual({ touser: CUSTOMER, msgtype: "text", text: { content: "A: https://shop.example/a.png" } });
    }
  });

  test("whose id the platform has forgotten are uploaded again", async () => {
    const { wechat, taken } = await office(
      (call, nr) => (call.url.includes("upload") ? response("media-upload-ok") : nr === 1 ? response("error-40007") : response("ok")),
      { fetchBytes: async () => PNG },
    );
    expect((await wechat.send(outbound(image))).kind).toBe("later");
    expect((await wechat.send(outbound(image))).kind).toBe("sent");
    expect(uploads(taken)).toBe(2);
  });

  test("of a customer come down by their id; of a video the address is fetched, if it may be", async () => {
    const fetched: string[] = [];
    const { wechat } = await office(
      (call) =>
        call.url.includes("VOICE")
          ? { status: 200, body: "#!AMR voice", headers: { "content-type": "audio/amr" } }
          : call.url.includes("VIDEO")
            ? response("media-get-video")
            : response("error-40007"),
      {
        fetchBytes: async (url) => {
          fetched.push(url);
          return Buffer.from("video");
        },
      },
    );
    expect(String(await wechat.media!(ACCOUNT as AccountId, "VOICE"))).toBe("#!AMR voice");
    expect(String(await wechat.media!(ACCOUNT as AccountId, "VIDEO"))).toBe("video");
    expect(fetched).toEqual(["http://vweixin.example.com/video.mp4"]);
    expect(await wechat.media!(ACCOUNT as AccountId, "gone")).toBeNull();
  });
});

describe("what the platform tells and keeps", () => {
  test("a follower's id on all accounts of the brand, and how they came", async () => {
    const { wechat, taken } = await office((call) => (call.url.includes("user/info") ? response("user-info-ad") : response("ok")));
    expect(await wechat.profile!(address("wechat", ACCOUNT, CUSTOMER))).toEqual({
      language: "zh-CN",
      unionid: "oUNIONIDexample0000000000001",
      followed_by: "ADD_SCENE_WECHAT_ADVERTISEMENT",
    });
    expect(taken.at(-1)?.url).toContain(`openid=${CUSTOMER}`);
  });

  test("nothing of somebody who does not follow", async () => {
    const { wechat } = await office(() => response("user-info-unsubscribed"));
    expect(await wechat.profile!(address("wechat", ACCOUNT, CUSTOMER))).toBeNull();
  });

  test("three short entries stand side by side in the menu, others in groups of five", () => {
    const entry = (title: string) => ({ title, payload: `baton:link:${title}` });
    expect(menuOf([entry("查包裹"), entry("人工")], "菜单").button).toEqual([
      { type: "click", name: "查包裹", key: "baton:link:查包裹" },
      { type: "click", name: "人工", key: "baton:link:人工" },
    ]);
    const long = menuOf([entry("Track my parcel now"), { title: "Our site", url: "https://a.example" }], "Menu").button;
    expect(long).toEqual([
      {
        name: "Menu",
        sub_button: [
          { type: "click", name: "Track my parcel now", key: "baton:link:Track my parcel now" },
          { type: "view", name: "Our site", url: "https://a.example" },
        ],
      },
    ]);
    expect(
      menuOf(
        Array.from({ length: 12 }, (_, at) => entry(`Entry ${at}`)),
        "Menu",
      ).button,
    ).toHaveLength(3);
  });

  test("a menu is set with one call, and typing is shown with one", async () => {
    const { wechat, taken } = await office();
    expect(await wechat.publishMenu!(ACCOUNT as AccountId, [{ title: "人工", payload: "P" }], "菜单")).toMatchObject({ kind: "sent" });
    expect(taken.at(-1)?.url).toContain("/cgi-bin/menu/create?access_token=");
    await wechat.signal!(address("wechat", ACCOUNT, CUSTOMER), "typing");
    expect(JSON.parse(taken.at(-1)!.body)).toEqual({ touser: CUSTOMER, command: "Typing" });
  });
});

describe("a code with a scene", () => {
  test("ends after its days or holds for good, and leads to what the platform says", async () => {
    const reply = ({ body }: Taken) =>
      response(body.includes("QR_LIMIT_STR_SCENE") ? "qrcode-create-permanent" : "qrcode-create-temporary");
    const { wechat, taken } = await office(reply);
    const makes = (forMs: number | null, scene = "poster-7") => wechat.makeCode!(ACCOUNT as AccountId, scene, forMs);
    const asked = () => JSON.parse(taken.at(-1)!.body);
    const temporary = await makes(7 * 86_400_000);
    expect(asked()).toEqual({ expire_seconds: 604_800, action_name: "QR_STR_SCENE", action_info: { scene: { scene_str: "poster-7" } } });
    expect(temporary).toMatchObject({
      kind: "made",
      leadsTo: expect.stringMatching(/^http:\/\/weixin\.qq\.com\/q\//),
      untilMs: expect.any(Number),
    });
    expect(temporary).toMatchObject({
      picture: expect.stringMatching(/^https:\/\/mp\.weixin\.qq\.com\/cgi-bin\/showqrcode\?ticket=[^&=]+$/),
    });
    expect(await makes(null)).toMatchObject({ kind: "made", untilMs: null });
    expect(asked()).toEqual({ action_name: "QR_LIMIT_STR_SCENE", action_info: { scene: { scene_str: "poster-7" } } });
  });

  test("that cannot be is not asked for, and a refusal says why", async () => {
    const { wechat, taken } = await office(() => response("error-48001"));
    const makes = (scene: string, forMs: number | null) => wechat.makeCode!(ACCOUNT as AccountId, scene, forMs);
    for (const [scene, forMs] of [
      ["", null],
      ["x".repeat(65), null],
      ["a\u0000b", null],
      ["x", 31 * 86_400_000],
    ] as const)
      expect(await makes(scene, forMs)).toMatchObject({ kind: "never", because: "content" });
    expect(taken.filter(({ url }) => url.includes("qrcode"))).toHaveLength(0);
    expect(await makes("x", null)).toMatchObject({ kind: "stopped" });
  });
});
