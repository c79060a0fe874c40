/** Where a message goes: a customer's id means something only together with the account it was given for. */
import { z } from "zod";

export const Address = z.object({
  channel: z.string().brand("ChannelName"), // open: a new channel adds a folder, not a case here
  account: z.string().brand("AccountId"), // the page, official account or handle being spoken to
  customer: z.string().brand("CustomerId"), // as the channel names them; unique within `account` only
});
export type Address = z.infer<typeof Address>;
export type ChannelName = Address["channel"];
export type AccountId = Address["account"];
export type CustomerId = Address["customer"];

/** The customer of an event about nobody (an app role, a policy warning): the account's own conversation. */
export const NOBODY = "*" as CustomerId;

export function address(channel: string, account: string, customer: string): Address {
  return { channel: channel as ChannelName, account: account as AccountId, customer: customer as CustomerId };
}
