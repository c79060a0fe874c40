/** What a customer sees of a message on each channel: cards, options, files, and nothing that turns a customer's words into markup. */
import { describe, expect, test } from "vitest";
import { messageActivity } from "../../adapters/botframework/body.ts";
import { limitsOf, showsOf } from "../../adapters/botframework/limits.ts";
import { pieces } from "../../adapters/botframework/pieces.ts";
import type { Message } from "../../model/message.ts";

const CHANNELS = [
  "webchat",
  "directline",
  "emulator",
  "msteams",
  "facebook",
  "line",
  "telegram",
  "slack",
  "sms",
  "email",
  "omnichannel",
  "never-heard-of",
];
const way = { serviceUrl: "https://service.example", bot: "bot@x" };
const written = (channelId: string, message: Message) =>
  pieces(limitsOf(channelId), message).map((piece) => messageActivity({ channelId, conversation: "conv-1", person: null }, way, piece));
type Card = { contentType: string; content: Record<string, unknown> };

const many: Message = {
  text: "What next?",
  choices: Array.from({ length: 9 }, (_, at) => ({ title: `Choice ${at + 1}`, payload: `C${at + 1}` })),
  buttons: [
    { title: "Track", payload: "TRACK" },
    { title: "Site", url: "https://shop.example/site" },
    { title: "Call us", phone: "+15550100" },
  ],
  cards: [
    { title: "Ridge", subtitle: "For hills", imageUrl: "https://shop.example/r.jpg", buttons: [{ title: "Take Ridge", payload: "RIDGE" }] },
  ],
  image: { url: "https://shop.example/boots.png" },
  file: { url: "https://shop.example/size.pdf", name: "Sizes" },
};

test.each(CHANNELS)("on %s nothing of a message is lost, and nothing exceeds what the channel shows", (channelId) => {
  const shows = showsOf(channelId);
  const all = JSON.stringify(written(channelId, many));
  for (const words of ["What next?", "Track", "https://shop.example/site", "+15550100", "Ridge", "boots.png", "size.pdf"])
    expect(all).toContain(words);
  for (let at = 1; at <= 9; at++) expect(all).toContain(`Choice ${at}`);
  for (const activity of written(channelId, many)) {
    expect(String(activity.text ?? "").length).toBeLessThanOrEqual(shows.textMax);
    const { actions = [] } = (activity.suggestedActions ?? {}) as { actions?: unknown[] };
    expect(actions.length).toBeLessThanOrEqual(shows.suggested?.max ?? 0);
    for (const { contentType, content } of (activity.attachments ?? []) as Card[]) {
      if (contentType.includes("adaptive")) expect(shows.adaptive).toBe(true);
      if (contentType.includes("hero"))
        expect((content.buttons as unknown[] | undefined)?.length ?? 0).toBeLessThanOrEqual(shows.buttonsMax);
      if (shows.media.length === 0) expect(contentType).not.toMatch(/^(image|video|audio)\//);
    }
  }
});

test("words are plain: what a customer typed and a flow repeats is no markup anywhere", () => {
  const text = "You wrote [click](https://evil.example) **bold** <at>everyone</at>";
  for (const channelId of CHANNELS)
    for (const activity of written(channelId, { text })) expect(activity).toMatchObject({ textFormat: "plain", text });
});

describe("a button", () => {
  const buttons = (channelId: string, payload = "TRACK") =>
    (written(channelId, { text: "What next?", buttons: [{ title: "Track", payload }] })[0]?.attachments as Card[] | undefined)?.[0]
      ?.content;
  test("brings its payload beside its words where the channel keeps one, else in the text's place, else is its title", () => {
    const back = { type: "messageBack", title: "Track", text: "Track", displayText: "Track", value: { baton: "TRACK" } };
    expect(buttons("webchat")).toEqual({ buttons: [back] });
    expect(buttons("msteams")).toEqual({ buttons: [back] });
    expect(buttons("facebook")).toEqual({ text: "What next?", buttons: [{ type: "postBack", title: "Track", value: "baton!TRACK" }] });
    expect(buttons("telegram")).toEqual({ text: "What next?", buttons: [{ type: "imBack", title: "Track", value: "Track" }] });
    expect(buttons("sms")).toBeUndefined();
  });
  test("whose payload the channel would cut is a line to be typed instead", () => {
    expect(buttons("line", "x".repeat(400))).toBeUndefined();
    expect(written("line", { text: "What next?", buttons: [{ title: "Track", payload: "x".repeat(400) }] })[0]?.text).toBe(
      "What next?\n\n1. Track",
    );
  });
});

test("options are suggested where they fit, and a list to choose from or numbers where they do not", () => {
  const choices = (count: number) => many.choices!.slice(0, count);
  expect(written("webchat", { text: "Which?", choices: choices(2) })[0]).toMatchObject({
    text: "Which?",
    suggestedActions: {
      actions: [
        { type: "imBack", title: "Choice 1", value: "Choice 1" },
        { type: "imBack", title: "Choice 2" },
      ],
    },
  });
  const [few] = written("msteams", { text: "Which?", choices: choices(2) });
  expect((few!.attachments as Card[])[0]?.content.actions).toMatchObject([
    {
      type: "Action.Submit",
      title: "Choice 1",
      data: { baton: "C1", msteams: { type: "messageBack", displayText: "Choice 1", value: { baton: "C1" } } },
    },
    { type: "Action.Submit", title: "Choice 2" },
  ]);
  const [list] = written("msteams", { text: "Which?", choices: choices(9) });
  expect((list!.attachments as Card[])[0]?.content.body).toMatchObject([
    { type: "Input.ChoiceSet", id: "baton", choices: many.choices!.map(({ title, payload }) => ({ title, value: payload })) },
  ]);
  expect(written("slack", { text: "Which?", choices: choices(2) })[0]?.text).toBe("Which?\n\n1. Choice 1\n2. Choice 2");
});

test("cards stand in a row, files say what they are", () => {
  const [row] = written("webchat", { cards: [many.cards![0]!, { ...many.cards![0]!, title: "Fell", url: "https://shop.example/fell" }] });
  expect(row).toMatchObject({
    attachmentLayout: "carousel",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.hero",
        content: { title: "Ridge", subtitle: "For hills", images: [{ url: "https://shop.example/r.jpg" }] },
      },
      { content: { title: "Fell", tap: { type: "openUrl", value: "https://shop.example/fell" } } },
    ],
  });
  const media = {
    image: { url: "https://a.example/x.webp?w=1" },
    video: { url: "https://a.example/v" },
    file: { url: "https://a.example/t.pdf", name: "Terms" },
  };
  expect(written("webchat", media).flatMap((one) => one.attachments)).toEqual([
    { contentType: "image/webp", contentUrl: "https://a.example/x.webp?w=1", name: "x.webp" },
    { contentType: "video/mp4", contentUrl: "https://a.example/v", name: "v" },
    { contentType: "application/pdf", contentUrl: "https://a.example/t.pdf", name: "Terms" },
  ]);
});
