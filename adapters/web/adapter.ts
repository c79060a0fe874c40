/** Web chat: acts of visitors become events; what is sent stands in the journal already, and whoever has the window open is told. */
import type { Adapter, CheckUp, Finding, Outbound, Profile } from "../../model/adapter.ts";
import type { Address, ChannelName } from "../../model/address.ts";
import { checkUp } from "./check.ts";
import { webLimits } from "./limits.ts";
import { pieces } from "./pieces.ts";
import { receive } from "./receive.ts";

/** The windows that are open now. Nothing depends on it: a window that was not told reads the same when it looks. */
export type ChatLive = {
  /** Something was said to this visitor. @throws when nobody could be told now */
  said(outbound: Outbound): void | Promise<void>;
  shows(address: Address, what: "typing" | "seen"): void;
  /** What the visitor's browser or the brand's login said about them. */
  profile(address: Address): Profile | null;
};

export type WebOptions = {
  account: string;
  /** What the bot's own door seals with. */
  key: Buffer;
  live: ChatLive;
  /** Pages that may show the chat, as the manifest names them. */
  origins: string[];
  hasLoginSecret: boolean;
};

const AGAIN_MS = 1_000;

export function createWebAdapter({ account, key, live, origins, hasLoginSecret }: WebOptions): Adapter {
  let sent = 0;
  return {
    channel: "web" as ChannelName,
    path: "/webhooks/web",
    limits: webLimits,
    echoes: false,
    receive: (request) => receive({ account, key }, request),
    pieces: (message) => pieces(webLimits, message),
    async send(outbound) {
      const { address, line } = outbound;
      if (address.account !== account)
        return { kind: "never", because: "not_owner", why: `Account ${address.account} is not this bot's web chat.` };
      try {
        await live.said(outbound);
      } catch {
        return { kind: "later", retryAfterMs: AGAIN_MS, holds: "line", why: "The open windows could not be told." };
      }
      sent += 1;
      return { kind: "sent", channelMessageId: line };
    },
    // A line that was marked as leaving is read by whoever looks: it has arrived as far as anything here arrives.
    find: async (_address, line) => line,
    signal: async (address, what) => live.shows(address, what),
    profile: async (address) => live.profile(address),
    check: (_account: string, about: CheckUp): Promise<Finding[]> => checkUp({ origins, hasLoginSecret }, about),
    describe: () => ({ accounts: [{ id: account, state: "ok", sent, origins }] }),
    close: async () => {},
  };
}
