/** One message to a customer, as flows and agents write it and before any channel's dialect. */
import type { JsonObject } from "./json.ts";

/** At most one of `payload`, `url`, `phone`. A payload comes back as a `tapped` event, however late. */
export type Button = { title: string; payload?: string; url?: string; phone?: string };

/** An answer to tap that goes away; a tap is its title, typed. `payload` rides along where the channel has room. */
export type Choice = { title: string; payload: string; imageUrl?: string };

export type Media = { url: string; name?: string };
export type Card = { title: string; subtitle?: string; imageUrl?: string; url?: string; buttons?: Button[] };

/** Told to the channel itself; the customer does not see it. Only an adapter writes one. */
export type ChannelEvent = { name: string; value: JsonObject; attachments?: JsonObject[] };

/** At least one of `text`, a medium, `cards` or `event` is present. Buttons stay under the message. */
/** A message that the platform has approved and takes also when its window is closed. `values` in order, or by name. */
export type Template = { name: string; language: string; values?: string[] | Record<string, string>; imageUrl?: string };

/** At least one of `text`, a medium or `cards` is present. Buttons stay under the message. */
export type Message = {
  text?: string;
  buttons?: Button[];
  choices?: Choice[];
  image?: Media;
  video?: Media;
  audio?: Media;
  file?: Media;
  cards?: Card[];
  event?: ChannelEvent;
  /** What says the same once the channel no longer takes words of our own. */
  outside?: Template;
};

/** Who a line is from. `system`: the engine's own notices (connecting you, we are closed). */
export type Speaker = "bot" | "agent" | "system";

/** Why a line is sent: an answer to what was just heard, or something nobody asked for (a reminder). */
export type Purpose = "reply" | "followup";
