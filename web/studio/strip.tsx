/** Above the phone: what the channel allows now, who plays, on which channel, and on whose time. */
import { ChevronDown, Columns3, UserPlus } from "lucide-react";
import type { OverviewView, PhoneMode, PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem, MenuLabel } from "../design/floating.tsx";
import { languageName } from "../design/format.ts";
import { Name } from "../design/said.tsx";
import { ChannelIcon, channelName } from "../design/shapes.tsx";
import { AdsMenu } from "./ads.tsx";
import { againLike, PEOPLE, somebodyNew, somebodyOnAll } from "./deeds.ts";
import { channelsOf, playableOn } from "./playable.ts";
import { Budget, Left } from "./standing.tsx";
import { getState, setState, useStudio } from "./state.ts";
import { useWords } from "./words.ts";

/** All channels side by side with somebody new, or again alone the phone that is looked at. */
export function toggleTogether(overview: OverviewView, phone: PhoneView): void {
  if (getState().together.length > 0) setState({ together: [] });
  else void somebodyOnAll(phone.bot, { mode: phone.mode, locale: phone.customer.locale }, playableOn(overview, phone.mode));
}

export function Strip({ overview, phone }: { overview: OverviewView; phone: PhoneView }) {
  const t = useWords();
  const isTogether = useStudio().together.length > 0;
  const playable = playableOn(overview, phone.mode);
  const modes = (["time", "live"] as const).filter((mode) => playableOn(overview, mode).length > 0);
  return (
    <div className="strip">
      <div className="now">
        {isTogether ? (
          <p className="soft">{t("togetherHint")}</p>
        ) : (
          <>
            <Left phone={phone} isBig />
            <Budget phone={phone} budget={phone.budget} />
          </>
        )}
      </div>
      <span className="ads-menu">
        <AdsMenu overview={overview} phone={phone} />
      </span>
      {channelsOf(overview).length > 1 ? <Channels overview={overview} phone={phone} playable={playable} /> : null}
      <Menu
        label={t("newCustomer")}
        trigger={
          <button type="button" className="btn" aria-label={`${t("newCustomer")} (${phone.customer.first})`}>
            <UserPlus className="i" aria-hidden="true" />
            <span className="cut">
              <Name text={phone.customer.first} />
            </span>
            <ChevronDown className="i" aria-hidden="true" />
          </button>
        }
      >
        <MenuLabel>{t("newCustomer")}</MenuLabel>
        {Object.values(PEOPLE).map((person) => (
          <MenuItem key={person.locale} onSelect={() => void againLike(phone, { locale: person.locale }, playable)}>
            <span className="grow">
              {person.first} {person.last}
            </span>
            <span className="faint">{languageName(person.locale.slice(0, 2))}</span>
          </MenuItem>
        ))}
      </Menu>
      {modes.length > 1 ? (
        <fieldset className="seg" aria-label={t("mode")}>
          {modes.map((mode) => (
            <button
              key={mode}
              type="button"
              aria-pressed={phone.mode === mode}
              title={t(mode === "time" ? "onTimeHint" : "onLiveHint")}
              onClick={() => (phone.mode === mode ? undefined : onOther(overview, phone, mode))}
            >
              {t(mode === "time" ? "onTime" : "onLive")}
            </button>
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}

/** On the other kind of time a channel may not be there: then on the first that is. */
function onOther(overview: OverviewView, phone: PhoneView, mode: PhoneMode): void {
  const there = playableOn(overview, mode);
  if (getState().together.length > 0) void somebodyOnAll(phone.bot, { mode, locale: phone.customer.locale }, there);
  else {
    const channel = there.includes(phone.channel) ? phone.channel : (there[0] ?? null);
    void somebodyNew(phone.bot, { mode, locale: phone.customer.locale, channel });
  }
}

function Channels({ overview, phone, playable }: { overview: OverviewView; phone: PhoneView; playable: string[] }) {
  const t = useWords();
  const isTogether = useStudio().together.length > 0;
  const name = isTogether ? t("allChannels") : channelName(phone.channel);
  return (
    <Menu
      label={t("channels")}
      trigger={
        <button type="button" className="btn" aria-label={`${t("channels")}: ${name}`}>
          {isTogether ? <Columns3 className="i" aria-hidden="true" /> : <ChannelIcon channel={phone.channel} />}
          <span className="cut">{name}</span>
          <ChevronDown className="i" aria-hidden="true" />
        </button>
      }
    >
      <MenuLabel>{t("channels")}</MenuLabel>
      {playable.map((channel) => (
        <MenuItem key={channel} onSelect={() => void somebodyNew(phone.bot, { mode: phone.mode, locale: phone.customer.locale, channel })}>
          <ChannelIcon channel={channel} />
          <span className="grow">{channelName(channel)}</span>
        </MenuItem>
      ))}
      {playable.length > 1 && !isTogether ? (
        <MenuItem onSelect={() => toggleTogether(overview, phone)}>
          <Columns3 className="i" aria-hidden="true" />
          <span className="grow">{t("allChannels")}</span>
          <kbd className="key">A</kbd>
        </MenuItem>
      ) : null}
    </Menu>
  );
}
