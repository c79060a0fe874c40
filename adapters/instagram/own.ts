/** Is a message that came back ours? Instagram takes no mark of ours and does not promise to name the app that sent it. */
import type { OwnMessages } from "../../model/adapter.ts";
import type { Message } from "../../model/message.ts";

const IDS_KEPT = 5_000;

/** Ids that sends were answered with; the oldest is forgotten first. */
export function createOwnMessages(): OwnMessages & { sent(messageId: string | null): void } {
  const ids = new Set<string>();
  return {
    sent(messageId) {
      if (messageId === null) return;
      ids.add(messageId);
      if (ids.size > IDS_KEPT) for (const oldest of ids) return void ids.delete(oldest);
    },
    knows: (_account, messageId) => ids.has(messageId),
    isLike: sameContent,
  };
}

/** The words of the message and of its cards must be the same; quick replies never come back, and addresses of files change. */
export function sameContent(came: Message, line: Message): boolean {
  const [theirs, ours] = [wordsOf(came), wordsOf(line)];
  if (theirs !== "" || ours !== "") return theirs === ours;
  return MEDIA.some((kind) => came[kind] !== undefined && line[kind] !== undefined);
}

const MEDIA = ["image", "video", "audio", "file"] as const;

function wordsOf({ text = "", cards = [] }: Message): string {
  return [text, ...cards.map((card) => `${card.title}\n${card.subtitle ?? ""}`)].join("\n").replace(/\s+/g, " ").trim();
}
