/** The brand's advertisements as a customer's feed would show them; a click enters by one. */
import { ChevronDown, Megaphone } from "lucide-react";
import type { AdView, OverviewView, PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem } from "../design/floating.tsx";
import { Name } from "../design/said.tsx";
import { clickAd } from "./deeds.ts";
import { AdPicture } from "./picture.tsx";
import { Line } from "./place.tsx";
import { playableOn } from "./playable.ts";
import { useWords } from "./words.ts";

export function Ads({ overview, phone }: { overview: OverviewView; phone: PhoneView }) {
  const t = useWords();
  return (
    <section className="ads" aria-labelledby="ads-title">
      <h2 id="ads-title">
        {t("ads")} <span>{t("adsHint")}</span>
      </h2>
      {overview.ads.length === 0 ? <p className="soft small">{t("noAds")}</p> : null}
      <ul>
        {overview.ads.map((ad) => (
          <AdCard key={ad.index} ad={ad} phone={phone} playable={playableOn(overview, phone.mode)} />
        ))}
      </ul>
    </section>
  );
}

type AdProps = { ad: AdView; phone: PhoneView; playable: string[] };

function AdCard({ ad, phone, playable }: AdProps) {
  const t = useWords();
  const match = Object.entries(ad.match)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
  const fills = Object.values(ad.with).map(String).join(", ");
  return (
    <li className="ad-card">
      <button type="button" className="enter" onClick={() => void clickAd(phone, ad, "new", playable)}>
        <AdPicture seed={ad.campaign} />
        <span className="words">
          <span className="label">{t("sponsored")}</span>
          <b>
            <Name text={ad.campaign} />
            {fills === "" ? null : <span className="faint"> · {fills}</span>}
          </b>
          <span className="small faint cut">
            <code>{match}</code>
          </span>
        </span>
      </button>
      <div className="row">
        <span className="small faint grow cut">{t("adStarts", { flow: ad.start })}</span>
        <Line place={ad.place} name={ad.campaign} />
        <Menu
          label={t("adMore", { ad: ad.campaign })}
          trigger={
            <button type="button" className="btn quiet icon tiny" aria-label={t("adMore", { ad: ad.campaign })}>
              <ChevronDown className="i" aria-hidden="true" />
            </button>
          }
        >
          <AdWays ad={ad} phone={phone} playable={playable} />
        </Menu>
      </div>
    </li>
  );
}

/** The three ways in which a platform tells of a click, and the one where the first message carries it. */
function AdWays({ ad, phone, playable }: AdProps) {
  const t = useWords();
  return (
    <>
      <MenuItem onSelect={() => void clickAd(phone, ad, "new", playable)}>{t("adNew")}</MenuItem>
      <MenuItem onSelect={() => void clickAd(phone, ad, "here", playable)}>{t("adHere")}</MenuItem>
      <MenuItem onSelect={() => void clickAd(phone, ad, "message", playable)}>{t("adMessage")}</MenuItem>
      <MenuItem onSelect={() => void clickAd(phone, ad, "after", playable)}>{t("adAfter")}</MenuItem>
    </>
  );
}

/** The same in the strip above the phone, where the cards have no room. */
export function AdsMenu({ overview, phone }: { overview: OverviewView; phone: PhoneView }) {
  const t = useWords();
  const playable = playableOn(overview, phone.mode);
  const title = phone.session?.ad?.campaign ?? phone.session?.ad?.title;
  return (
    <Menu
      label={t("ads")}
      trigger={
        <button type="button" className="btn" aria-label={title ? `${t("fromAd")}: ${title}` : t("fromAd")}>
          <Megaphone className="i" aria-hidden="true" />
          <span className="cut">{title ? `“${title}”` : t("fromAd")}</span>
          <ChevronDown className="i" aria-hidden="true" />
        </button>
      }
    >
      {overview.ads.map((ad) => (
        <MenuItem key={ad.index} onSelect={() => void clickAd(phone, ad, "new", playable)}>
          <span className="grow cut">{ad.campaign}</span>
          <code className="faint small">{Object.values(ad.match)[0]}</code>
        </MenuItem>
      ))}
    </Menu>
  );
}
