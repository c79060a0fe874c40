/** What goes out to WhatsApp: the right shape, the template once the window is closed, the file by its id, and a wait for one customer alone. */
import { afterEach, describe, expect, test } from "vitest";
import type { WhatsappOptions } from "../../adapters/whatsapp/adapter.ts";
import { ERRORS, WHATSAPP_ERRORS } from "../../adapters/whatsapp/errors.ts";
import type { Message } from "../../model/message.ts";
import { listen } from "../channels/house.ts";
import type { Reply, Taken } from "../channels/subject.ts";
import { stillClock } from "../messenger/setup.ts";
import { adapter, CUSTOMER, NUMBER, outbound, response, TOKEN } from "./setup.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const DAY_MS = 86_400_000;
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

async function platform(reply: (taken: Taken) => Reply, options: Partial<WhatsappOptions> = {}) {
  const taken: Taken[] = [];
  const api = await listen((call) => {
    taken.push(call);
    return reply(call);
  });
  const clock = stillClock();
  const to = adapter({ apiUrl: api.url, clock, ...options });
  opened.push(api, to);
  const say = (message: Message, more: Parameters<typeof outbound>[1] = {}) => to.send(outbound(clock.nowMs(), { message, ...more }));
  const bodies = () => taken.filter((one) => one.url.includes("/messages")).map((one) => JSON.parse(one.body));
  return { to, say, taken, bodies, clock };
}
const well = () => response("send-success");
const closed = (nowMs: number) => ({ marks: { openings: { message: nowMs - DAY_MS - 1 }, heardAtMs: nowMs - DAY_MS - 1, spent: 0 } });
const REMINDER = { name: "boots_are_in", language: "en_US", values: ["Ana\nMaria"] };

describe("a message has the platform's shape", () => {
  const choices = (count: number, title = "Size") =>
    Array.from({ length: count }, (_, at) => ({ title: `${title} ${at}`, payload: `p${at}` }));
  test.each<[string, Message, Record<string, unknown>]>([
    ["a text", { text: "Hi" }, { type: "text", text: { body: "Hi", preview_url: false } }],
    ["a text with a link", { text: "https://a.example" }, { type: "text", text: { preview_url: true } }],
    [
      "three choices: buttons",
      { text: "Pick", choices: choices(3) },
      { interactive: { type: "button", action: { buttons: [{ type: "reply", reply: { id: "p0", title: "Size 0" } }, {}, {}] } } },
    ],
    [
      "four choices: a list",
      { text: "Pick", choices: choices(4) },
      { interactive: { type: "list", action: { sections: [{ rows: [{ id: "p0", title: "Size 0" }, {}, {}, {}] }] } } },
    ],
    [
      "a long title: the list's description says it whole",
      { text: "Pick", choices: [{ title: "The very warm boots with laces", payload: "a" }] },
      { interactive: { type: "list", action: { sections: [{ rows: [{ description: "The very warm boots with laces" }] }] } } },
    ],
    [
      "one link: a button that opens it",
      { text: "Look", buttons: [{ title: "Our shop", url: "https://a.example" }] },
      { interactive: { type: "cta_url", action: { parameters: { display_text: "Our shop", url: "https://a.example" } } } },
    ],
    [
      "a picture with words",
      { image: { url: "https://a.example/a.jpg" }, text: "Look" },
      { type: "image", image: { link: "https://a.example/a.jpg", caption: "Look" } },
    ],
    [
      "a file with its name",
      { file: { url: "https://a.example/a.pdf", name: "a.pdf" } },
      { type: "document", document: { filename: "a.pdf" } },
    ],
    [
      "a card",
      {
        cards: [
          { title: "Ridge", subtitle: "189 USD", imageUrl: "https://a.example/r.jpg", buttons: [{ title: "Take it", payload: "RIDGE" }] },
        ],
      },
      {
        interactive: {
          type: "button",
          header: { type: "image" },
          body: { text: "Ridge\n189 USD" },
          action: { buttons: [{ reply: { id: "RIDGE" } }] },
        },
      },
    ],
  ])("%s", async (_what, message, shape) => {
    const { to, say, bodies } = await platform(well);
    const [piece, ...more] = to.pieces(message);
    expect(more).toEqual([]);
    expect(await say(piece!)).toEqual({ kind: "sent", channelMessageId: "wamid.FIXTURE0950=" });
    expect(bodies()).toMatchObject([
      {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: `+${CUSTOMER}`,
        biz_opaque_callback_data: "baton:ms_01",
        ...shape,
      },
    ]);
  });

  test("a customer with a username and no number is written to by the id that stands for them", async () => {
    const { say, bodies } = await platform(() => response("send-success-user-id"));
    const address = { ...outbound(0).address, customer: "US.13490000000000001" as never };
    expect(await say({ text: "Hi" }, { address })).toMatchObject({ kind: "sent", channelMessageId: "wamid.FIXTURE0952=" });
    expect(bodies()[0].to).toBe("US.13490000000000001");
  });
});

describe("once the window is closed", () => {
  test("the approved template goes out in the message's stead, each value in one line; without one nothing does", async () => {
    const { say, bodies, clock } = await platform(() => response("send-success-template-paced"));
    expect(await say({ text: "Your boots are in." }, closed(clock.nowMs()))).toMatchObject({ kind: "never", because: "window" });
    expect(bodies()).toEqual([]);
    expect(await say({ text: "Your boots are in.", outside: REMINDER }, closed(clock.nowMs()))).toMatchObject({ kind: "sent" });
    expect(bodies()).toMatchObject([
      {
        type: "template",
        template: {
          name: "boots_are_in",
          language: { code: "en_US" },
          components: [{ type: "body", parameters: [{ type: "text", text: "Ana Maria" }] }],
        },
      },
    ]);
  });

  test("values by name, and a picture above", async () => {
    const { say, bodies, clock } = await platform(well);
    const outside = { name: "x", language: "zh_CN", values: { first_name: "Ana" }, imageUrl: "https://a.example/a.jpg" };
    await say({ text: "x", outside }, closed(clock.nowMs()));
    expect(bodies()[0].template.components).toEqual([
      { type: "header", parameters: [{ type: "image", image: { link: "https://a.example/a.jpg" } }] },
      { type: "body", parameters: [{ type: "text", parameter_name: "first_name", text: "Ana" }] },
    ]);
  });

  test("a window that the platform has closed before our clock did: the template goes at once", async () => {
    let calls = 0;
    const { say, bodies } = await platform(() => (++calls === 1 ? response("error-131047-window") : well()));
    expect(await say({ text: "Hi", outside: REMINDER })).toMatchObject({ kind: "sent" });
    expect(bodies().map((one) => one.type)).toEqual(["text", "template"]);
  });

  test("an advertisement's long window is unlearnt when the platform refuses it after a day", async () => {
    const { to, say, bodies, clock } = await platform(() => response("error-131047-window"), { adWindowMs: 3 * DAY_MS });
    const marks = { openings: { ad_message: clock.nowMs() - 2 * DAY_MS }, heardAtMs: clock.nowMs() - 2 * DAY_MS, spent: 0 };
    expect(await say({ text: "Hi" }, { marks })).toMatchObject({ because: "window" });
    expect(await say({ text: "Hi" }, { marks })).toMatchObject({ because: "window" });
    expect(bodies()).toHaveLength(1); // the second was not even tried
    expect(JSON.stringify(to.describe())).toContain('"adWindowIsDay":true');
  });
});

describe("files", () => {
  test("a picture is put up once by its bytes, and sent by its id", async () => {
    const reply = (taken: Taken): Reply => (taken.url.includes("/media") ? response("media-upload-success") : well());
    const { say, taken, bodies } = await platform(reply, { fetchBytes: async () => PNG });
    for (let times = 0; times < 2; times++) await say({ image: { url: "https://a.example/a.png" } });
    const uploads = taken.filter((one) => one.url.includes("/media"));
    expect(uploads).toHaveLength(1);
    expect(uploads[0]!.url).toMatch(new RegExp(`/${NUMBER}/media\\?appsecret_proof=[0-9a-f]{64}$`));
    expect(uploads[0]!.body).toContain('name="messaging_product"\r\n\r\nwhatsapp');
    expect(bodies().map((one) => one.image)).toEqual([{ id: "1037000000000001" }, { id: "1037000000000001" }]);
  });

  test("what cannot be fetched from here goes by its address", async () => {
    const { say, bodies } = await platform(well);
    await say({ audio: { url: "https://a.example/a.mp3" } });
    expect(bodies()[0]).toMatchObject({ type: "audio", audio: { link: "https://a.example/a.mp3" } });
  });

  test("a customer's file is asked for by its id, and fetched with the token that is nobody else's", async () => {
    const url = "https://lookaside.example.invalid/whatsapp_business/attachments/?mid=1";
    const asked: unknown[] = [];
    const { to } = await platform(() => ({ status: 200, body: { url, mime_type: "image/png", id: "1" } }), {
      async fetchBytes(address) {
        asked.push(await to.fileRequest!(address), await to.fileRequest!("https://elsewhere.example/x"));
        return PNG;
      },
    });
    expect(await to.media!(NUMBER as never, "1003000000000001")).toEqual(PNG);
    expect(asked).toEqual([{ url, headers: { authorization: `Bearer ${TOKEN}` } }, null]);
    expect(await to.fileRequest!(url)).toBeNull(); // only while it is asked for
    expect(await to.media!(NUMBER as never, "../../me")).toBeNull();
  });

  test.each([
    "http://lookaside.example.invalid/x",
    "https://a:b@lookaside.example.invalid/x",
    "https://x.example:8443/x",
    "file:///etc/passwd",
  ])("the token goes to no address such as %s", async (url) => {
    const asked: string[] = [];
    const { to } = await platform(() => ({ status: 200, body: { url, id: "1" } }), {
      async fetchBytes(address) {
        asked.push(address);
        return PNG;
      },
    });
    expect(await to.media!(NUMBER as never, "1003000000000001")).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe("errors", () => {
  test("too many messages to one customer make that customer wait, four times longer each time, and never for good", () => {
    const waits = [0, 1, 2, 3, 20].map((tries) =>
      WHATSAPP_ERRORS.deliveryOf({ code: 131056, subcode: null, transient: false }, tries, null),
    );
    expect(waits.map((one) => (one.kind === "later" ? one.retryAfterMs : one.kind))).toEqual([1_000, 4_000, 16_000, 64_000, 900_000]);
  });

  test("each code stands once in the table", () => {
    const codes = ERRORS.flatMap((rule) => (rule.range ? [] : rule.codes));
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("typing and seen are tied to the customer's last message, and are silent before there is one", async () => {
    const { to, bodies } = await platform(() => response("mark-read-success"));
    const address = outbound(0).address;
    await to.signal!(address, "typing");
    expect(bodies()).toEqual([]);
    const { change, signed } = await import("./setup.ts");
    const messages = [{ from: CUSTOMER, id: "wamid.A", timestamp: "1760000000", type: "text", text: { body: "hi" } }];
    to.receive({ ...signed(change({ contacts: [{ wa_id: CUSTOMER, profile: { name: "Ana Pérez" } }], messages })), receivedAtMs: 1 });
    await to.signal!(address, "typing");
    expect(bodies()).toEqual([
      { messaging_product: "whatsapp", status: "read", message_id: "wamid.A", typing_indicator: { type: "text" } },
    ]);
    expect(await to.profile!(address)).toEqual({ first_name: "Ana", last_name: "Pérez" });
  });
});
