/** The thread on a phone: lines as the channel's app draws them, with what can be tapped. */
import { FileText, Film, Heart, Image as ImageIcon, List, MapPin, Mic, SkipForward, ThumbsUp } from "lucide-react";
import type { PhoneCard, PhoneMedium, PhoneOption } from "../../adapters/played-phone.ts";
import type { PhoneAd, PhoneLine, PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem } from "../design/floating.tsx";
import { clockTime, dayName, inWords, sameDay } from "../design/format.ts";
import { langOf, Name, Said, webAddress } from "../design/said.tsx";
import { initials } from "../design/shapes.tsx";
import type { Act } from "./deeds.ts";
import { AdPicture } from "./picture.tsx";
import { useWords } from "./words.ts";

export function Feed({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  const { lines } = phone;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="feed" role="log" aria-label={t("messages")} tabIndex={0}>
      <div className="inner">
        {lines.length === 0 ? <Hello phone={phone} act={act} /> : null}
        {lines.map((line, at) => (
          <Entry key={line.id} line={line} before={lines[at - 1]} after={lines[at + 1]} phone={phone} act={act} />
        ))}
        {phone.typing ? (
          <p className="typing" role="img" aria-label={t("isTyping", { page: phone.page })}>
            <i />
            <i />
            <i />
          </p>
        ) : null}
        {phone.receipt === "none" ? null : <p className={`receipt ${phone.receipt}`}>{t(phone.receipt)}</p>}
      </div>
    </div>
  );
}

/** Before the first word: who this is, and the button that some channels begin with. */
function Hello({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  return (
    <div className="hello">
      <span className="face" aria-hidden="true">
        {initials(phone.page)}
      </span>
      <p>
        <b>{phone.page}</b>
      </p>
      <p className="small">{t("empty", { name: phone.customer.first })}</p>
      {phone.begins === null || phone.starters.length > 0 ? null : (
        <button type="button" className="begin" onClick={() => void act({ act: "start", title: null })}>
          {t(phone.begins)}
        </button>
      )}
    </div>
  );
}

type EntryProps = { line: PhoneLine; before: PhoneLine | undefined; after: PhoneLine | undefined; phone: PhoneView; act: Act };
const LONG_MS = 20 * 60_000;

function Entry({ line, before, after, phone, act }: EntryProps) {
  const t = useWords();
  const isLater = before === undefined || (line.atMs - before.atMs > LONG_MS && before.kind !== "jump");
  const when = isLater && line.kind !== "jump" ? <When atMs={line.atMs} nowMs={phone.nowMs} /> : null;
  if (line.kind === "jump")
    return (
      <p className="jump">
        <SkipForward className="i s" aria-hidden="true" /> {t("jumped", { time: inWords(line.toMs - line.fromMs) })}
      </p>
    );
  if (line.kind === "ad")
    return (
      <>
        {when}
        <Ad ad={line.ad} />
      </>
    );
  if (line.by === "platform")
    return (
      <p className="notice" lang={langOf(line.text)}>
        <Said text={line.text} />
      </p>
    );
  const isMine = line.by === "customer";
  const same = (other: PhoneLine | undefined) => other?.kind === "line" && other.by === line.by && other.name === line.name;
  const joined = `${same(before) && !isLater ? "joined" : ""} ${same(after) ? "goes-on" : ""}`;
  const hasOptions = line.options.length > 0 || line.sheet !== null;
  return (
    <>
      {when}
      {line.ad ? <Ad ad={line.ad} /> : null}
      {line.by === "person" && !same(before) ? <p className="who">{t("answeredBy", { name: line.name ?? phone.page })}</p> : null}
      {line.text === "" && !hasOptions ? null : (
        <div
          className={`b ${isMine ? "me" : line.by} ${joined} ${hasOptions ? "with-buttons" : ""}`}
          data-letters={initials(isMine ? phone.customer.name : phone.page)}
        >
          {line.text === "" ? null : (
            <p lang={langOf(line.text)}>
              <Said text={line.text} />
            </p>
          )}
          {line.options.length > 0 ? <Options options={line.options} act={act} /> : null}
          {line.sheet ? <Sheet sheet={line.sheet} act={act} /> : null}
          {isMine || !phone.reacts ? null : <React line={line} act={act} />}
        </div>
      )}
      {line.media.map((medium) => (
        <Medium key={`${medium.kind}${medium.url ?? ""}`} medium={medium} isMine={isMine} />
      ))}
      {line.cards.length > 0 ? (
        <ul className="cards">
          {line.cards.map((card) => (
            <Card key={card.title} card={card} act={act} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

function When({ atMs, nowMs }: { atMs: number; nowMs: number }) {
  return <p className="when">{sameDay(atMs, nowMs) ? clockTime(atMs, atMs) : `${dayName(atMs)}, ${clockTime(atMs, atMs)}`}</p>;
}

function Ad({ ad }: { ad: PhoneAd }) {
  const t = useWords();
  return (
    <div className="ad">
      <AdPicture seed={ad.campaign ?? ad.title} />
      <p>
        <b>
          <Name text={ad.title} />
        </b>
        <span className="small">{t("repliedAd")}</span>
      </p>
    </div>
  );
}

function React({ line, act }: { line: Extract<PhoneLine, { kind: "line" }>; act: Act }) {
  const t = useWords();
  if (line.reaction) return <span className="reaction">{line.reaction}</span>;
  return (
    <button type="button" className="react" aria-label={t("react")} title={t("react")} onClick={() => act({ act: "react", line: line.id })}>
      <Heart className="i s" aria-hidden="true" />
    </button>
  );
}

function Options({ options, act }: { options: PhoneOption[]; act: Act }) {
  return (
    <div className="buttons">
      {options.map((option) => (
        <Option key={`${option.id} ${option.title}`} option={option} act={act} />
      ))}
    </div>
  );
}

function Option({ option, act }: { option: PhoneOption; act: Act }) {
  const href = option.kind === "link" ? webAddress(option.url) : null;
  if (option.kind === "reply")
    return (
      <button type="button" onClick={() => act({ act: "tap", title: option.title, id: option.id })}>
        <Name text={option.title} />
      </button>
    );
  if (href === null)
    return (
      <span>
        <Name text={option.title} />
      </span>
    );
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      <Name text={option.title} />
    </a>
  );
}

/** A list that a button opens. */
function Sheet({ sheet, act }: { sheet: { label: string; options: PhoneOption[] }; act: Act }) {
  const t = useWords();
  const hasWords = /[\p{L}\p{N}]/u.test(sheet.label);
  return (
    <div className="buttons">
      <Menu
        label={hasWords ? sheet.label : t("choices")}
        align="start"
        trigger={
          <button type="button" aria-label={hasWords ? undefined : t("choices")}>
            <span>
              <List className="i s" aria-hidden="true" /> {hasWords ? <Name text={sheet.label} /> : null}
            </span>
          </button>
        }
      >
        {sheet.options.map((option) => (
          <MenuItem key={option.id} onSelect={() => void act({ act: "tap", title: option.title, id: option.id })}>
            <span className="grow">
              <Name text={option.title} />
            </span>
            {option.hint ? <span className="faint small">{option.hint}</span> : null}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}

function Card({ card, act }: { card: PhoneCard; act: Act }) {
  const href = webAddress(card.url);
  const title = <Name text={card.title} />;
  return (
    <li className="card">
      <AdPicture seed={card.title} />
      <p>
        <b>
          {href === null ? (
            title
          ) : (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {title}
            </a>
          )}
        </b>
        {card.subtitle ? (
          <span className="small">
            <Name text={card.subtitle} />
          </span>
        ) : null}
      </p>
      <Options options={card.options} act={act} />
    </li>
  );
}

const MEDIA = { image: ImageIcon, video: Film, audio: Mic, file: FileText, sticker: ThumbsUp, location: MapPin };

function Medium({ medium, isMine }: { medium: PhoneMedium; isMine: boolean }) {
  const t = useWords();
  const Icon = MEDIA[medium.kind] ?? FileText;
  if (medium.kind === "sticker")
    return (
      <p className={`thumb ${isMine ? "mine" : ""}`} role="img" aria-label={t("sticker")}>
        <ThumbsUp aria-hidden="true" />
      </p>
    );
  return (
    <p className={`medium ${isMine ? "mine" : ""}`}>
      <Icon className="i" aria-hidden="true" /> {t(medium.kind)}
    </p>
  );
}
