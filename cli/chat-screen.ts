/** What the customer's phone would show, as lines of a terminal. */
import { styleText } from "node:util";
import type { Message } from "../model/message.ts";
import type { Stage } from "../server/stage.ts";

export type Screen = { stage: Stage; printed: number };

/** Prints what has appeared since the last time. */
export function printShown(screen: Screen): void {
  const { stage } = screen;
  for (const { by, message } of stage.shown.slice(screen.printed)) {
    const who = by === "agent" ? "Agent" : stage.program.bot.title;
    const colour = by === "agent" ? "green" : by === "system" ? "gray" : "cyan";
    const [first = "", ...rest] = linesOf(message);
    console.log(`  ${styleText(colour, `${who}:`)} ${first}`);
    for (const line of rest) console.log(`    ${line}`);
  }
  screen.printed = stage.shown.length;
}

/** A message as a person reads it: text, pictures by address, cards, buttons and choices by number. */
export function linesOf(message: Message): string[] {
  const lines = (message.text ?? "").split("\n").filter((line, at) => line !== "" || at > 0);
  for (const kind of ["image", "video", "audio", "file"] as const) {
    const medium = message[kind];
    if (medium) lines.push(`[${kind}] ${medium.url}`);
  }
  for (const card of message.cards ?? []) {
    lines.push(`▪ ${card.title}${card.subtitle ? ` — ${card.subtitle}` : ""}`);
    for (const button of card.buttons ?? []) lines.push(`    [${button.title}]`);
  }
  for (const button of message.buttons ?? [])
    lines.push(`[${button.title}]${button.url ? ` → ${button.url}` : button.phone ? ` ☎ ${button.phone}` : ""}`);
  if (message.choices && message.choices.length > 0)
    lines.push(message.choices.map((choice, at) => `(${at + 1} ${choice.title})`).join(" "));
  return lines;
}
