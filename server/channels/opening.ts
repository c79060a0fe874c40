/** What opening a channel for a bot needs and gives; each channel has a file beside this one. */
import type { PlayedTwin } from "../../adapters/played-phone.ts";
import type { ChannelAccount } from "../../dialogue/program.ts";
import type { Adapter } from "../../model/adapter.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failpoint } from "../../model/failpoint.ts";
import type { BotName, Ids } from "../../model/ids.ts";
import type { Keeper } from "../../model/keeper.ts";
import type { Chat } from "../chat/chat.ts";
import type { Settings } from "../settings.ts";

export type Opening = {
  root: string;
  settings: Settings;
  /** The operator's secret; what is made of it is named by its purpose. */
  secret: string;
  clock: Clock;
  ids: Ids;
  failpoint: Failpoint;
  serverUrl: string;
  keeper: Keeper;
  /** A picture of the brand or of an agent, for channels that want its bytes; null where it may not or cannot be had. */
  fetchBytes(url: string): Promise<Buffer | null>;
};

/** `at`: the bot's place among those of this process. `elsewhere`: accounts that the others serve. `alone`: there are no others. */
export type Place = { bot: BotName; at: number; elsewhere: ReadonlySet<string>; alone: boolean };

/**
 * `twin`: the platform that is played where there are no credentials. None: real customers write, unless the channel is
 * this server itself (`chat`) and `isLocal`: reached from this machine only.
 */
export type Opened = { adapter: Adapter; accounts: string[]; twin?: PlayedTwin; chat?: Chat; isLocal?: boolean };

export type OpenChannel = (accounts: ChannelAccount[], opening: Opening, place: Place) => Promise<Opened>;
