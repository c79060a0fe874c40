/** What our own chat window in a web page can show; it is ours, so nothing in it ever closes. */
import type { Limits } from "../../model/limits.ts";

export const webLimits: Limits = {
  channel: "web",
  source: "our own web chat; sizes follow the Direct Line activity schema's practice",
  checkedOn: "2026-09-28",
  text: { max: 10_000, unit: "utf16" },
  // A payload never reaches the browser (a tap names the line and the button), so its length is only our own bound.
  buttons: { max: 10, titleMax: 80, textMax: 10_000, payloadMax: 10_000, kinds: ["payload", "url", "phone"] },
  choices: { max: 20, titleMax: 80, payloadMax: 10_000 },
  cards: { max: 20, titleMax: 200, subtitleMax: 500, buttonsMax: 6 },
  media: ["image", "video", "audio", "file"],
  menu: null,
  iceBreakers: { max: 6, titleMax: 80 },
  windows: { openings: {}, humanMs: null, always: true },
  rate: { perAccountPerSecond: 200, perThreadPerSecond: null },
};
