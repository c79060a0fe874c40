/** What the customer's phone would show, as lines of a terminal. */
import { styleText } from "node:util";
import type { Message } from "../model/message.ts";
import type { Stage } from "../server/stage.ts";

/** `read`: the journal's number up to which lines that were not sent have been told. */
export type Screen = { stage: Stage; printed: number; read: number };

const LOST = new Set(["dropped", "refused", "failed"]);

/** Lines that the channel did not take: nobody saw them, and the designer wants to know. */
export async function printUnsent(screen: Screen): Promise<void> {
  const journal = await screen.stage.journal();
  for (const row of journal) {
    if (row.kind !== "delivery" || row.seq <= screen.read || !LOST.has(String(row.skeleton.state))) continue;
    const line = journal.find((one) => one.kind === "line" && one.skeleton.line === row.skeleton.line);
    const message = (line?.personal as { message?: Message } | null)?.message;
    if (!message) continue;
    const text = linesOf(message).join(" ");
    console.log(styleText("gray", `  (Not sent: “${text}” ${String(row.skeleton.why ?? row.skeleton.state)})`));
  }
  screen.read = journal.at(-1)?.seq ?? screen.read;
}

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
