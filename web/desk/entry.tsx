/** One line of a talk, so that customer, bot, person, note and system cannot be taken for one another. */
import { AlertTriangle, Check, CheckCheck, Clock3, FileText, ImageOff, Lock, MapPin, RotateCw } from "lucide-react";
import { memo, type ReactNode, useState } from "react";
import { clockTime, inWords } from "../design/format.ts";
import { langOf, Name, Said, webAddress } from "../design/said.tsx";
import { channelName, Face, Pass } from "../design/shapes.tsx";
import { reasonOf } from "./headline.ts";
import { useOwn } from "./own.ts";
import type { Entry, TicketDetail } from "./types.ts";
import { type Key, useWords } from "./words.ts";

export type Teller = {
  customer: string;
  me: string;
  nameOf(agent: string): string;
  nowMs: number;
  ticket: TicketDetail | null;
  retry(line: string): void;
};

type EntryLineProps = { entry: Entry; open: boolean; follows: boolean; teller: Teller; lit: boolean };

/** @param open the customer's words that nobody has answered; @param follows the one before is of the same speaker */
export const EntryLine = memo(function EntryLine({ entry, open, follows, teller, lit }: EntryLineProps) {
  const t = useWords();
  const at = clockTime(Date.parse(entry.at), teller.nowMs);
  const mark = lit ? "lit" : "";
  switch (entry.kind) {
    case "change":
      return entry.change?.what === "requested" ? (
        <HandoffCard entry={entry} teller={teller} lit={lit} />
      ) : (
        <p className={`line system ${mark}`}>
          <span>
            {changeText(entry, teller, t)} · {at}
          </span>
        </p>
      );
    case "happening":
      return (
        <p className={`line system ${mark}`}>
          <span>
            {entry.referral ? <FromAd referral={entry.referral} /> : happened(entry, t)} · {at}
          </span>
        </p>
      );
    case "note":
      return (
        <div className={`line note ${mark}`}>
          <p className="by">
            <Lock className="i s" aria-hidden="true" />
            <b>{t("line.note")}</b>
            <span className="cut">
              {entry.by === "bot" ? t("line.bot") : speaker(entry, teller, t)}, {t("line.note_private")}
            </span>
            <span className="when">· {at}</span>
          </p>
          <p className="said">{entry.erased ? t("line.erased") : <Said text={entry.text ?? ""} lang={langOf(entry.text ?? "")} />}</p>
        </div>
      );
    default:
      return <Message entry={entry} open={open} follows={follows} teller={teller} mark={mark} at={at} />;
  }
});

/** What made two chats one customer's stands where it happened; other happenings by their name. */
function happened({ name, chat }: Entry, t: ReturnType<typeof useWords>): string {
  if (name === "linked" && chat) return t("line.linked", { channel: channelName(chat.channel), proof: t(`proof.${chat.proof ?? "code"}`) });
  if (name === "unlinked" && chat) return t("line.unlinked", { channel: channelName(chat.channel) });
  return t("line.happened", { what: name ?? "" });
}

type MessageProps = { entry: Entry; open: boolean; follows: boolean; teller: Teller; mark: string; at: string };

function Message({ entry, open, follows, teller, mark, at }: MessageProps) {
  const t = useWords();
  const text = entry.erased ? t("line.erased") : entry.text;
  const lang = text === null ? undefined : langOf(text);
  if (entry.direction === "in") {
    return (
      <div className={`line customer ${open ? "open" : ""} ${follows ? "follows" : ""} ${mark}`} data-seq={entry.seq}>
        {follows ? null : (
          <>
            <Face kind="customer" name={teller.customer} />
            <p className="by">
              <b className="cut">
                <Name text={teller.customer} lang={langOf(teller.customer)} />
              </b>
              {at}
              {entry.edited ? ` · ${t("line.edited")}` : null}
            </p>
          </>
        )}
        {entry.referral && !follows ? (
          <p className="small faint">
            <FromAd referral={entry.referral} />
          </p>
        ) : null}
        {text === null || text === "" ? null : (
          <p className={`said ${entry.erased ? "faint" : ""}`} lang={lang}>
            <Said text={text} lang={lang} />
          </p>
        )}
        {entry.attachments?.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attachments of a line never change places
          <Media key={index} kind={one.kind} src={one.src} url={one.url} name={one.title ?? one.name} place={one} />
        ))}
        {entry.tapped !== undefined && (text === null || text === "") ? <p className="small faint">{t("line.tapped")}</p> : null}
      </div>
    );
  }
  if (entry.by === "system") {
    return (
      <div className={`line bot notice ${mark}`}>
        <p className="by">
          <b>{t("line.automatic")}</b> {at}
        </p>
        <p className="said" lang={lang}>
          <Said text={text ?? ""} lang={lang} />
        </p>
        <Fate entry={entry} teller={teller} />
      </div>
    );
  }
  const byBot = entry.by === "bot";
  const bad = entry.state === "failed" ? "bad" : entry.state === "in_doubt" ? "doubt" : entry.state === "sending" ? "sending" : "";
  const where = byBot ? [entry.flow, entry.step].filter(Boolean).join(" › ") : "";
  return (
    <div className={`line ${byBot ? "bot" : "person"} ${bad} ${follows ? "follows" : ""} ${mark}`}>
      {follows ? null : (
        <p className="by">
          {byBot ? <Face kind="bot" size="s" /> : null}
          <b>{byBot ? t("line.bot") : speaker(entry, teller, t)}</b>
          {where === "" ? null : <span className="cut">{where}</span>}
          {where === "" ? at : `· ${at}`}
          {byBot ? null : <Face kind="team" name={speakerName(entry, teller)} size="s" />}
        </p>
      )}
      {text === null || text === "" ? null : (
        <p className="said" lang={lang}>
          <Said text={text} lang={lang} />
        </p>
      )}
      <Extras entry={entry} />
      <Fate entry={entry} teller={teller} />
    </div>
  );
}

function Extras({ entry }: { entry: Entry }) {
  const t = useWords();
  const { message } = entry;
  if (!message) return null;
  const offers = [...(message.choices ?? []), ...(message.buttons ?? [])];
  return (
    <>
      {(["image", "video", "audio", "file"] as const).map((kind) => {
        const one = message[kind];
        return one ? <Media key={kind} kind={kind} src={one.src} url={one.url} name={one.name} /> : null;
      })}
      {message.cards?.map((card) => (
        <p className="said" key={card.title}>
          <b>
            <Said text={card.title} links={false} />
          </b>
          {card.subtitle === undefined ? null : (
            <>
              <br />
              <Said text={card.subtitle} links={false} />
            </>
          )}
        </p>
      ))}
      {offers.length === 0 ? null : (
        <p className="offers">
          <span className="sr">{t("line.offers")}</span>
          {offers.map(({ title }) => (
            <span className="cut" key={title}>
              <Name text={title} lang={langOf(title)} />
            </span>
          ))}
        </p>
      )}
    </>
  );
}

type MediaProps = {
  kind: string;
  src?: string | undefined;
  url?: string | undefined;
  name?: string | undefined;
  place?: { lat?: number; lng?: number };
};

/** Only what our own server hands on is ever loaded; anything else is a name. */
export function Media({ kind, src, url, name, place }: MediaProps) {
  const t = useWords();
  const isPicture = kind === "image" || kind === "sticker";
  const { url: own, gone: refused } = useOwn(src);
  const [broken, setBroken] = useState(false);
  const gone = refused || broken;
  const title = name ?? t(MEDIA.has(kind) ? (`media.${kind}` as Key) : "media.file");
  if (isPicture && own !== undefined && !gone) {
    return (
      <a className="picture" href={own} target="_blank" rel="noopener noreferrer">
        <img src={own} alt={title} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  if (kind === "location" && place?.lat !== undefined) {
    return (
      <p className="medium">
        <MapPin className="i" aria-hidden="true" /> {place.lat.toFixed(4)}, {place.lng?.toFixed(4)}
      </p>
    );
  }
  const link = own ?? webAddress(url);
  const Icon = kind === "image" ? ImageOff : FileText;
  return (
    <p className="medium">
      <Icon className="i" aria-hidden="true" />
      {link === undefined || link === null ? (
        <Name text={title} />
      ) : (
        <a className="link cut" href={link} target="_blank" rel="noopener noreferrer nofollow">
          <Name text={title} />
        </a>
      )}
      {kind === "image" && gone ? <span className="faint small">{t("media.gone")}</span> : null}
    </p>
  );
}
const MEDIA = new Set(["image", "video", "audio", "file", "sticker", "location", "link"]);

function FromAd({ referral }: { referral: NonNullable<Entry["referral"]> }) {
  const t = useWords();
  const title = referral.adTitle ?? referral.ref;
  return (
    <>
      {referral.source === "ADS" ? t("line.from_ad") : t("line.from_link")}
      {title === undefined ? null : (
        <>
          {" "}
          <Name text={title} />
        </>
      )}
    </>
  );
}

/** What became of a line of ours. */
function Fate({ entry, teller }: { entry: Entry; teller: Teller }) {
  const t = useWords();
  const acts: ReactNode = entry.retry ? (
    <span className="acts">
      <button type="button" className="btn" onClick={() => teller.retry(entry.id)}>
        <RotateCw className="i" aria-hidden="true" />
        {t("line.send_again")}
      </button>
    </span>
  ) : null;
  switch (entry.state) {
    case "sending":
      return <FateText icon={Clock3} text={t("fate.sending")} />;
    case "sent":
      return entry.by === "bot" || entry.by === "system" ? null : <FateText icon={Check} text={t("fate.sent")} />;
    case "delivered":
      return entry.by === "bot" || entry.by === "system" ? null : <FateText icon={CheckCheck} text={t("fate.delivered")} />;
    case "read":
      return entry.by === "bot" || entry.by === "system" ? null : <FateText icon={CheckCheck} text={t("fate.read")} kind="read" />;
    case "in_doubt":
      return (
        <>
          <FateText icon={Clock3} text={t("fate.in_doubt")} />
          {acts}
        </>
      );
    case "failed":
      return (
        <>
          <FateText icon={AlertTriangle} text={`${t("fate.failed")}${entry.why ? `: ${entry.why}` : ""}`} kind="failed" />
          {acts}
        </>
      );
    case "dropped":
      return <FateText icon={Clock3} text={t("fate.dropped")} />;
    default:
      return null;
  }
}

function FateText({ icon: Icon, text, kind = "" }: { icon: typeof Check; text: string; kind?: string }) {
  return (
    <p className={`fate ${kind}`}>
      <Icon className="i" aria-hidden="true" />
      {text}
    </p>
  );
}

function HandoffCard({ entry, teller, lit }: { entry: Entry; teller: Teller; lit: boolean }) {
  const t = useWords();
  const { ticket } = teller;
  const own = ticket !== null && entry.change?.ticket === ticket.id;
  const from = Date.parse(entry.at);
  const until = own ? (ticket.claimed_at ?? ticket.closed_at) : null;
  const on =
    own && ticket.claimed_at !== null
      ? t("pass.waited", { for: inWords(Date.parse(ticket.claimed_at) - from) })
      : own && until === null
        ? t("pass.waits", { for: inWords(teller.nowMs - from) })
        : t("pass.passed");
  const stopped = own ? [ticket.package.reason.flow, ticket.package.reason.step].filter(Boolean).join(" › ") : "";
  return (
    <section className={`passcard ${lit ? "lit" : ""}`} aria-label={t("pass.label")}>
      <Pass to={own ? (ticket.agent?.name ?? null) : null} on={on} />
      <p>
        <b>
          {own
            ? t("pass.reason", { reason: reasonOf({ reason: { ...ticket.reason, detail: ticket.package.reason.detail } }, t) })
            : t("pass.earlier")}
        </b>{" "}
        <span className="soft">
          {stopped === "" ? null : t("why.stopped_at", { where: stopped })}{" "}
          {entry.change?.queue ? t("pass.queue", { queue: entry.change.queue }) : null}
        </span>
      </p>
    </section>
  );
}

function speakerName(entry: Entry, teller: Teller): string {
  return entry.agent === undefined ? "" : teller.nameOf(entry.agent);
}

function speaker(entry: Entry, teller: Teller, t: ReturnType<typeof useWords>): string {
  if (entry.by === "person" || entry.agent === undefined) return t("line.inbox_person");
  return entry.agent === teller.me ? t("line.you") : teller.nameOf(entry.agent);
}

const CHANGES = new Set([
  "claimed",
  "took_over",
  "transferred",
  "requeued",
  "returned",
  "resolved",
  "offered",
  "offer_ended",
  "ticket_due",
  "person_spoke",
  "thread_taken",
  "thread_given",
  "erased",
  "snoozed",
  "woke",
  "cancelled",
]);

function changeText(entry: Entry, teller: Teller, t: ReturnType<typeof useWords>): string {
  const { what, by, agent, queue } = entry.change!;
  const who = by ?? agent;
  const name = who === null ? t("line.automatic") : who === teller.me ? t("line.you") : teller.nameOf(who);
  const to = agent === null ? "" : agent === teller.me ? t("line.you") : teller.nameOf(agent);
  if (what === "took_over" && by !== null && agent !== null && by !== agent) return t("change.assigned", { name, to });
  if (CHANGES.has(what)) return t(`change.${what}` as Key, { name, to, queue: queue ?? "" });
  return t("change.other", { what: what.replaceAll("_", " ") });
}
