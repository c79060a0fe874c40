/** On which channels a bot's customers can be played. */
import type { ChannelView, OverviewView, PhoneMode } from "../../server/studio/views.ts";

export function channelsOf(overview: OverviewView): ChannelView[] {
  return overview.bots.find((one) => one.name === overview.bot)?.channels ?? [];
}

/** Where somebody can be played on this kind of time. */
export function playableOn(overview: OverviewView, mode: PhoneMode): string[] {
  return channelsOf(overview).flatMap(({ channel, modes }) => (modes.includes(mode) ? [channel] : []));
}
