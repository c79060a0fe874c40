/** What was said, each line whose it is; texts are text nodes, whatever is in them. */
/** @jsxImportSource preact */
import { Fragment, type VNode } from "preact";
import { Icon } from "./icons.tsx";
import type { Talk } from "./talk.ts";
import type { ButtonPart, CardPart, Item, MediaPart, Part, Pending, Upload } from "./types.ts";
import type { Say } from "./words.ts";

export type LinesProps = { talk: Talk; t: Say; title: string; language: string };

/** Lines of one voice within so long stand together. */
const TOGETHER_MS = 3 * 60_000;
/** After so long the time is told anew. */
const APART_MS = 20 * 60_000;

export function Lines({ talk, t, title, language }: LinesProps): VNode {
  const { items, pending, uploads, seen_at, typing, agent, controller } = talk.get();
  const lastYou = items.findLastIndex((item) => item.by === "you");
  const isSeen = lastYou >= 0 && seen_at !== null && items[lastYou]!.at <= seen_at && controller === "human";
  const lastAt = items.length - 1;
  return (
    <>
      {items.map((item, at) => {
        const before = items[at - 1];
        const newDay = !before || dayOf(before.at) !== dayOf(item.at) || item.at - before.at > APART_MS;
        const joins = !newDay && before?.by === item.by && item.at - before.at < TOGETHER_MS && nameOf(before) === nameOf(item);
        return (
          <Fragment key={item.seq}>
            {newDay ? (
              <p class="day">
                {dayName(item.at, t, language)} {timeOf(item.at, language)}
              </p>
            ) : null}
            <Line {...{ item, joins, talk, t, title }} isLast={at === lastAt && pending.length === 0} />
            {isSeen && at === lastYou ? <p class="mark">{t("seen")}</p> : null}
          </Fragment>
        );
      })}
      {pending.map((one) => (
        <Waiting key={one.id} one={one} t={t} />
      ))}
      {uploads.map((one) => (
        <Uploading key={one.id} one={one} talk={talk} t={t} />
      ))}
      {typing ? (
        <div class="line bot">
          <p class="bubble dots">
            <span class="hidden">{controller === "human" ? t("typing", { name: agent ?? t("somebody") }) : t("thinking")}</span>
            <i />
            <i />
            <i />
          </p>
        </div>
      ) : null}
    </>
  );
}

function nameOf(item: Item): string | null {
  return item.by === "agent" ? item.name : null;
}

type LineProps = Omit<LinesProps, "language"> & { item: Item; joins: boolean; isLast: boolean };

function Line({ item, joins, isLast, talk, t, title }: LineProps): VNode {
  if (item.by === "note") {
    const name = item.name ?? t("somebody");
    return <p class="note">{t(item.what, { name })}</p>;
  }
  const name = item.by === "you" ? t("you") : item.by === "agent" ? (item.name ?? t("somebody")) : title;
  return (
    <article class={`line ${item.by} ${joins ? "joins" : ""}`}>
      {item.by === "agent" && !joins ? (
        <p class="who" aria-hidden="true">
          <span class="face">{[...name][0]}</span>
          <bdi>{name}</bdi>
        </p>
      ) : null}
      <span class="hidden">{t("says", { name })}</span>
      {item.parts.map((part, at) => (
        <PartOf
          key={at}
          part={part}
          own={item.by === "you"}
          t={t}
          isLast={isLast && at === item.parts.length - 1}
          tap={(ref, said) => talk.tap(item, `${at}.${ref}`, said)}
        />
      ))}
    </article>
  );
}

type Tap = (ref: string, title: string) => void;

function PartOf({ part, own, isLast, t, tap }: { part: Part; own: boolean; isLast: boolean; t: Say; tap: Tap }): VNode {
  const { text, media, cards, buttons = [], choices = [] } = part;
  return (
    <>
      {media ? <Medium media={media} t={t} /> : null}
      {text !== undefined && text !== "" ? (
        <p class="bubble" dir="auto">
          {own ? text : linked(text, t)}
        </p>
      ) : null}
      {cards ? <Cards cards={cards} t={t} tap={tap} /> : null}
      {buttons.length > 0 ? <Buttons buttons={buttons} t={t} tap={tap} /> : null}
      {choices.length > 0 && isLast ? (
        <div class="choices">
          {choices.map(({ title, ref }) => (
            <button key={ref} type="button" class="choice" dir="auto" onClick={() => tap(ref, title)}>
              {title}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}

function Buttons({ buttons, t, tap }: { buttons: ButtonPart[]; t: Say; tap: Tap }): VNode {
  return (
    <div class="buttons">
      {buttons.map(({ title, ref, url }, at) =>
        ref !== undefined ? (
          <button key={at} type="button" class="button" dir="auto" onClick={() => tap(ref, title)}>
            {title}
          </button>
        ) : url ? (
          <Out key={at} url={url} class="button" t={t}>
            <bdi>{title}</bdi>
            {url.startsWith("tel:") ? null : <Icon name="out" />}
          </Out>
        ) : null,
      )}
    </div>
  );
}

/** A link leaves the page alone: it learns nothing of it, and cannot reach back. */
function Out({ url, class: its, t, children }: { url: string; class?: string; t: Say; children: unknown }): VNode {
  if (url.startsWith("tel:"))
    return (
      <a href={url} class={its}>
        {children as VNode}
      </a>
    );
  return (
    <a href={url} class={its} target="_blank" rel="noopener noreferrer nofollow">
      {children as VNode}
      <span class="hidden"> ({t("opens_tab")})</span>
    </a>
  );
}

function Cards({ cards, t, tap }: { cards: CardPart[]; t: Say; tap: Tap }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="cards" tabIndex={0} aria-label={t("cards")}>
      {cards.map((card, at) => (
        <div key={at} class="card">
          {card.src !== null ? <img src={card.src} alt="" loading="lazy" referrerpolicy="no-referrer" /> : null}
          <div class="told">
            <p class="name" dir="auto">
              {card.url !== null ? (
                <Out url={card.url} t={t}>
                  {card.title}
                </Out>
              ) : (
                card.title
              )}
            </p>
            {card.subtitle !== null ? (
              <p class="under" dir="auto">
                {card.subtitle}
              </p>
            ) : null}
          </div>
          {card.buttons.length > 0 ? <Buttons buttons={card.buttons} t={t} tap={tap} /> : null}
        </div>
      ))}
    </section>
  );
}

export function Medium({ media: { kind, src, name }, t }: { media: MediaPart; t: Say }): VNode {
  const called = name ?? t(kind === "image" ? "picture" : "file");
  if (src === null) return <p class="bubble lost">{called}</p>;
  switch (kind) {
    case "image":
      return (
        <a class="picture" href={src} target="_blank" rel="noopener noreferrer">
          <img src={src} alt={called} loading="lazy" referrerpolicy="no-referrer" />
          <span class="hidden"> ({t("opens_tab")})</span>
        </a>
      );
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: it is what somebody filmed just now
      return <video class="medium" src={src} controls preload="metadata" aria-label={called} />;
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: it is what somebody said just now
      return <audio class="medium" src={src} controls preload="metadata" aria-label={called} />;
    case "file":
      return (
        <a class="file" href={src} target="_blank" rel="noopener noreferrer">
          <Icon name="file" />
          <bdi>{called}</bdi>
        </a>
      );
  }
}

function Waiting({ one, t }: { one: Pending; t: Say }): VNode {
  const state = one.state === "stored" ? t("sent") : navigator.onLine ? t("sending") : t("kept");
  return (
    <article class={`line you ${one.state}`}>
      <span class="hidden">{t("says", { name: t("you") })}</span>
      {one.media ? <Medium media={one.media} t={t} /> : null}
      {one.title !== "" ? (
        <p class="bubble" dir="auto">
          {one.title}
        </p>
      ) : null}
      <p class="mark">
        <Icon name={one.state === "stored" ? "check" : "clock"} />
        {state}
      </p>
    </article>
  );
}

function Uploading({ one, talk, t }: { one: Upload; talk: Talk; t: Say }): VNode {
  const { file, src, state, why } = one;
  const told = why === "too_large" ? t("too_large", { name: file.name, mb: 8 }) : t("wrong_type", { name: file.name });
  return (
    <article class={`line you ${state}`}>
      {src !== null && state !== "refused" ? (
        <span class="picture">
          <img src={src} alt={file.name} />
        </span>
      ) : state === "refused" ? (
        <p class="bubble lost" dir="auto">
          {told}
        </p>
      ) : (
        <p class="file">
          <Icon name="file" />
          <bdi>{file.name}</bdi>
        </p>
      )}
      <p class="mark">
        {state === "sending" ? t("sending") : state === "waiting" ? t("kept") : t("not_sent")}
        {state === "waiting" ? (
          <button type="button" class="text" onClick={() => talk.again(one)}>
            {t("again")}
          </button>
        ) : null}
        {state !== "sending" ? (
          <button type="button" class="text" onClick={() => talk.drop(one)}>
            {t("remove")}
          </button>
        ) : null}
      </p>
    </article>
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"'）】」]+[^\s<>"'.,;:!?)）】」。，；：！？])/g;

/** Addresses in a line of the brand's can be followed; everything else stays as it is. */
function linked(text: string, t: Say) {
  return text.split(ADDRESS).map((piece, at) =>
    at % 2 === 1 ? (
      <Out key={at} url={piece} t={t}>
        {piece}
      </Out>
    ) : (
      piece
    ),
  );
}

function dayOf(atMs: number): string {
  return new Date(atMs).toDateString();
}

function dayName(atMs: number, t: Say, language: string): string {
  if (dayOf(atMs) === dayOf(Date.now())) return t("today");
  if (dayOf(atMs) === dayOf(Date.now() - 86_400_000)) return t("yesterday");
  return new Date(atMs).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
}

function timeOf(atMs: number, language: string): string {
  return new Date(atMs).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}
