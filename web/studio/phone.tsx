/** The phone: Messenger as a customer has it in their hand. */
import { FileText, Film, Heart, Image as ImageIcon, MapPin, Mic, Plus, SendHorizontal, SkipForward, ThumbsUp } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PhoneAd, PhoneButton, PhoneCard, PhoneLine, PhoneMedium, PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem } from "../design/floating.tsx";
import { clockTime, dayName, inWords, sameDay } from "../design/format.ts";
import { langOf, Name, Said, webAddress } from "../design/said.tsx";
import { initials } from "../design/shapes.tsx";
import type { Act } from "./deeds.ts";
import { AdPicture } from "./picture.tsx";
import { useLine } from "./stream.ts";
import { useWords } from "./words.ts";

export function Phone({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  return (
    <section className="phone" aria-label={`Messenger, ${t("as", { name: phone.customer.first })}`}>
      <div className="screen">
        <div className="hd">
          <span className="face" aria-hidden="true">
            {initials(phone.page)}
          </span>
          <div>
            <p>
              <b>
                <Name text={phone.page} />
              </b>
            </p>
            <p className="small">{t("typicallyReplies")}</p>
          </div>
        </div>
        <Feed phone={phone} act={act} />
        {phone.quickReplies.length > 0 || phone.starters.length > 0 ? <Quick phone={phone} act={act} /> : null}
        <Composer phone={phone} act={act} />
      </div>
    </section>
  );
}

function Feed({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  const { lines } = phone;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="feed" role="log" aria-label={t("messages")} tabIndex={0}>
      <div className="inner">
        {lines.length === 0 ? (
          <div className="hello">
            <span className="face" aria-hidden="true">
              {initials(phone.page)}
            </span>
            <p>
              <b>{phone.page}</b>
            </p>
            <p className="small">{t("empty", { name: phone.customer.first })}</p>
          </div>
        ) : null}
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
        {phone.receipt === "none" ? null : <p className="receipt">{t(phone.receipt)}</p>}
      </div>
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
  const isMine = line.by === "customer";
  const same = (other: PhoneLine | undefined) => other?.kind === "line" && other.by === line.by && other.name === line.name;
  const joined = `${same(before) && !isLater ? "joined" : ""} ${same(after) ? "goes-on" : ""}`;
  return (
    <>
      {when}
      {line.ad ? <Ad ad={line.ad} /> : null}
      {line.by === "person" && !same(before) ? <p className="who">{t("answeredBy", { name: line.name ?? phone.page })}</p> : null}
      {line.text === "" ? null : (
        <div className={`b ${isMine ? "me" : line.by} ${joined} ${line.buttons.length > 0 ? "with-buttons" : ""}`}>
          <p lang={langOf(line.text)}>
            <Said text={line.text} />
          </p>
          {line.buttons.length > 0 ? <Buttons buttons={line.buttons} act={act} /> : null}
          {isMine ? null : <React line={line} act={act} />}
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

function Buttons({ buttons, act }: { buttons: PhoneButton[]; act: Act }) {
  return (
    <div className="buttons">
      {buttons.map((button) => (
        <Button key={button.title} button={button} act={act} />
      ))}
    </div>
  );
}

function Button({ button, act }: { button: PhoneButton; act: Act }) {
  const href = button.kind === "link" ? webAddress(button.url) : null;
  if (button.kind === "reply")
    return (
      <button type="button" onClick={() => act({ act: "tap", title: button.title })}>
        <Name text={button.title} />
      </button>
    );
  if (href === null)
    return (
      <span>
        <Name text={button.title} />
      </span>
    );
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      <Name text={button.title} />
    </a>
  );
}

function Card({ card, act }: { card: PhoneCard; act: Act }) {
  return (
    <li className="card">
      <AdPicture seed={card.title} />
      <p>
        <b>
          <Name text={card.title} />
        </b>
        {card.subtitle ? (
          <span className="small">
            <Name text={card.subtitle} />
          </span>
        ) : null}
      </p>
      <Buttons buttons={card.buttons} act={act} />
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

function Quick({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  const isStart = phone.lines.length === 0 && phone.quickReplies.length === 0;
  const line = useLine();
  const isShut = line === "lost" || line === "catching";
  const titles = isStart ? phone.starters : phone.quickReplies;
  const tap = (title: string) => act(isStart ? { act: "start", title } : { act: "tap", title });
  return (
    <fieldset
      disabled={isShut}
      className={`quick ${isStart ? "starters" : ""}`}
      aria-label={isStart ? t("startersHint") : t("quickReplies")}
    >
      {titles.map((title) => (
        <button key={title} type="button" onClick={() => tap(title)}>
          <Name text={title} />
        </button>
      ))}
    </fieldset>
  );
}

const ATTACH = ["image", "video", "audio", "file"] as const;

function Composer({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  const [text, setText] = useState("");
  const line = useLine();
  const isShut = line === "lost" || line === "catching";
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (isShut) return; // what is written stays
    const words = text.trim();
    if (words === "") {
      void act({ act: "attach", kind: "sticker" });
      return;
    }
    setText("");
    if (!(await act({ act: "say", text: words }))) setText((now) => (now === "" ? words : now));
  };
  return (
    <form className="say" onSubmit={send}>
      <Menu
        label={t("attach")}
        align="start"
        trigger={
          <button type="button" aria-label={t("attach")}>
            <Plus className="i" aria-hidden="true" />
          </button>
        }
      >
        {ATTACH.map((kind) => (
          <MenuItem key={kind} onSelect={() => void act({ act: "attach", kind })}>
            {t(kind)}
          </MenuItem>
        ))}
      </Menu>
      <input
        id="say"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("messageAs", { name: phone.customer.first })}
        aria-label={t("messageAs", { name: phone.customer.first })}
        autoComplete="off"
        maxLength={2000}
        enterKeyHint="send"
      />
      <button type="submit" disabled={isShut} aria-label={text.trim() === "" ? t("sticker") : t("send")}>
        {text.trim() === "" ? <ThumbsUp className="i" aria-hidden="true" /> : <SendHorizontal className="i" aria-hidden="true" />}
      </button>
    </form>
  );
}
