/** Channels that show no buttons: what cannot be tapped stands in a list, and its number means what the engine takes it for. */
import { describe, expect, it } from "vitest";
import { simulatedChannel } from "../../adapters/simulated.ts";
import type { Message } from "../../model/message.ts";

const textOn = (channel: string, message: Message) =>
  simulatedChannel(channel)!
    .pieces(message)
    .map((piece) => piece.text)
    .join("\n---\n");

describe("a numbered list", () => {
  it("counts only what can be answered, so that 3 is the third button that the bot hears of", () => {
    const buttons = [
      { title: "Hours", payload: "baton:link:hours" },
      { title: "Our site", url: "https://alder.example" },
      { title: "Call us", phone: "+14155550100" },
      { title: "A person", payload: "baton:link:human_request" },
    ];
    expect(textOn("twitter", { text: "What next?", buttons })).toBe(
      "What next?\n\nOur site: https://alder.example\nCall us: +14155550100\n\n1. Hours\n2. A person",
    );
  });

  it("is one menu where the channel has menus: the choices first, then the buttons", () => {
    const pieces = simulatedChannel("wechat")!.pieces({
      text: "Which?",
      choices: [{ title: "Small", payload: "Small" }],
      buttons: [{ title: "Size guide", payload: "baton:link:sizes" }],
    });
    const sizes = { title: "Size guide", payload: "baton:link:sizes" };
    expect(pieces).toEqual([{ text: "Which?", choices: [{ title: "Small", payload: "Small" }, sizes] }]);
  });

  it("holds the buttons of cards, which the channel cannot put on them", () => {
    const cards = ["Ridge", "Fell"].map((title) => ({ title, buttons: [{ title: `Take ${title}`, payload: `TAKE_${title}` }] }));
    expect(textOn("twitter", { cards })).toBe("Ridge\n\nFell\n\n1. Take Ridge\n2. Take Fell");
    expect(simulatedChannel("wechat")!.pieces({ cards: [cards[0]!] })).toEqual([
      { text: "Ridge", choices: [{ title: "Take Ridge", payload: "TAKE_Ridge" }] },
    ]);
    expect(simulatedChannel("web")!.pieces({ cards })).toEqual([{ cards }]);
  });
});
