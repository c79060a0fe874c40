/**
 * Channels as the simulator shows them: their limits and windows without their network. A channel with an adapter
 * cuts by it; one that has only its tables here shows what does not fit as a numbered list, answered by number or label.
 */
import type { Limits } from "../model/limits.ts";
import type { Message } from "../model/message.ts";
import { pieces as botframeworkPieces } from "./botframework/pieces.ts";
import { channelLimits } from "./limits.ts";
import { pieces as metaPieces } from "./meta/pieces.ts";
import { asPlainText, pieces as twitterPieces } from "./twitter/pieces.ts";
import { pieces as webPieces } from "./web/pieces.ts";
import { pieces as wechatPieces } from "./wechat/pieces.ts";
import { pieces as whatsappPieces } from "./whatsapp/pieces.ts";

export type SimulatedChannel = { limits: Limits; pieces(message: Message): Message[] };

/** How each channel that has an adapter cuts what it shows. */
const CUTS: Record<string, (limits: Limits, message: Message) => Message[]> = {
  messenger: metaPieces,
  instagram: metaPieces,
  whatsapp: whatsappPieces,
  wechat: wechatPieces,
  web: webPieces,
  botframework: botframeworkPieces,
  twitter: (_limits, message) => twitterPieces(message).map(asShown),
};

/** null: there is no such channel. */
export function simulatedChannel(channel: string): SimulatedChannel | null {
  const limits = channelLimits().get(channel);
  if (!limits) return null;
  const cut = CUTS[channel] ?? webPieces;
  return { limits, pieces: (message) => cut(limits, message) };
}

/** As an account shows it that has no quick replies, which are most. */
function asShown(piece: Message): Message {
  const { choices: _listed, buttons: _written, ...shown } = piece;
  const text = asPlainText(piece);
  return text === "" ? shown : { ...shown, text };
}
