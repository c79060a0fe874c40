/** The package: why, wanted, known, promised, from where, tried, before; readable in five seconds, each fact with its line. */
import {
  Bot,
  ChevronLeft,
  ChevronRight,
  Flag,
  Hourglass,
  ImageOff,
  Megaphone,
  MessageCircleQuestion,
  ScanText,
  User,
  UserRound,
  Zap,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNow } from "../design/clock.ts";
import { ago, clockTime, inWords, languageName, listOf, watched } from "../design/format.ts";
import { setPrefs, usePrefs } from "../design/prefs.ts";
import { langOf, Name, Said } from "../design/said.tsx";
import { Pass, Skeleton } from "../design/shapes.tsx";
import { useEarlier, useThread } from "./data.ts";
import { DecideRow } from "./decide.tsx";
import { phone, useDesk } from "./desk.tsx";
import { headline } from "./headline.ts";
import { ActButton } from "./hint.tsx";
import { jumpTo } from "./jump.ts";
import { useOwn } from "./own.ts";
import { goTo, usePlace } from "./route.ts";
import type { Fact, TicketDetail } from "./types.ts";
import { promiseOf, windowOf } from "./urgency.ts";
import { type Key, useWords } from "./words.ts";

export function Panel() {
  const t = useWords();
  const desk = useDesk();
  const { ticket } = desk;
  const { pane } = usePlace();
  // On a phone the panel is the page.
  const isPage = phone() && pane === "panel";
  const Whole = isPage ? "main" : "aside";
  const name = ticket?.customer.name ?? t("someone");
  return (
    <Whole className="panel" aria-label={t("panel.label")}>
      {isPage ? <h1 className="sr">{t("panel.label")}</h1> : null}
      <header className="head slim">
        <button type="button" className="btn quiet icon back" aria-label={t("panel.back")} onClick={() => goTo({ pane: "thread" })}>
          <ChevronLeft className="i" aria-hidden="true" />
        </button>
        <h2 className="grow cut">{ticket ? <Name text={name} lang={langOf(name)} /> : null}</h2>
        {ticket ? <ActButton act="customer" icon={UserRound} iconOnly className="quiet" /> : null}
        {ticket ? <ActButton act="panel" icon={ChevronRight} label={t("panel.hide")} className="quiet wide" /> : null}
      </header>
      {ticket ? <Package ticket={ticket} /> : <Skeleton rows={4} label={t("loading")} />}
    </Whole>
  );
}

function Package({ ticket }: { ticket: TicketDetail }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <div className="scroll" tabIndex={0}>
      <Why ticket={ticket} />
      <Slots ticket={ticket} />
      <Promises ticket={ticket} />
      <Advertisement ticket={ticket} />
      <Tried ticket={ticket} />
      <EarlierTickets ticket={ticket} />
    </div>
  );
}

function toLine(seq: number): void {
  goTo({ pane: "thread" });
  setTimeout(() => jumpTo(seq), 60);
}

function Why({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const { me } = useDesk();
  const nowMs = useNow();
  const { reason, last_question: question, risk, open_question: asked, summary } = ticket.package;
  const from = Date.parse(ticket.opened_at);
  const total = ticket.package.route.answer_within_s;
  const waited = (ticket.claimed_at === null ? nowMs : Date.parse(ticket.claimed_at)) - from;
  const on =
    total === null
      ? t(ticket.claimed_at === null ? "pass.waits" : "pass.waited", { for: inWords(waited) })
      : t(ticket.claimed_at === null ? "why.waits_of" : "why.waited_of", { for: watched(waited), of: watched(total * 1000) });
  const where = [reason.flow, reason.step].filter(Boolean).join(" › ");
  const because = [
    ...(ticket.language !== null && me.agent.languages.includes(ticket.language) ? [languageName(ticket.language)] : []),
    ...ticket.skills.filter((skill) => me.agent.skills.includes(skill)),
  ];
  const typed = reason.code === "customer_asked" && ticket.package.requested_by === "bot" ? null : reason.detail;
  return (
    <section className="why">
      <Pass to={ticket.agent?.name ?? null} on={on} size="l" />
      <h3 className="label">{t("why.title")}</h3>
      <p className="big">{headline(ticket, t)}</p>
      <p className="soft">
        {typed !== null && !headline(ticket, t).toLowerCase().startsWith(typed.toLowerCase()) ? (
          <>
            <Said text={typed} links={false} />{" "}
          </>
        ) : null}
        {where === "" ? null : t("why.stopped_at", { where })}{" "}
        {asked && asked.attempts > 1 ? t("why.attempts", { n: asked.attempts }) : null}
      </p>
      <dl className="pairs">
        {question ? (
          <div>
            <dt>{t("why.wants")}</dt>
            <dd>
              <button type="button" className="link wants" onClick={() => toLine(question.seq)}>
                <Said text={question.text} lang={langOf(question.text)} links={false} />
              </button>
            </dd>
          </div>
        ) : null}
        {summary?.by === "model" ? (
          <div>
            <dt>{t("why.in_short")}</dt>
            <dd>
              <Said text={summary.text} lang={langOf(summary.text)} links={false} />
              <span className="faint"> {t("why.by_model")}</span>
            </dd>
          </div>
        ) : null}
        {ticket.note !== null && ticket.state !== "closed" ? (
          <div>
            <dt>{t("act.note")}</dt>
            <dd>
              <Said text={ticket.note} lang={langOf(ticket.note)} />
            </dd>
          </div>
        ) : null}
        {because.length > 0 ? (
          <div>
            <dt>{t("why.you")}</dt>
            <dd>{listOf(because)}</dd>
          </div>
        ) : null}
        {risk.length > 0 ? (
          <div>
            <dt>{t("why.care")}</dt>
            <dd>
              <b>{listOf(risk.map((one) => one.replaceAll("_", " ")))}</b>
            </dd>
          </div>
        ) : null}
      </dl>
      <DecideRow />
    </section>
  );
}

type SectionProps = { id: string; title: string; aside: string; children: ReactNode };

function Section({ id, title, aside, children }: SectionProps) {
  const { folded } = usePrefs();
  const open = !folded.includes(id);
  return (
    <section className="part">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setPrefs({ folded: open ? [...folded, id] : folded.filter((one) => one !== id) })}
        >
          <ChevronRight className="i" aria-hidden="true" />
          <b>{title}</b>
          <span className="faint cut">{aside}</span>
        </button>
      </h3>
      {open ? children : null}
    </section>
  );
}

const SOURCES: Record<Fact["source"], typeof User> = {
  customer: User,
  agent: UserRound,
  flow: Bot,
  referral: Megaphone,
  default: Bot,
  profile: ScanText,
  action: Zap,
};

function Slots({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const nowMs = useNow();
  const facts = ticket.package.facts.filter(({ source }) => source !== "default");
  const assumed = ticket.package.facts.filter(({ source }) => source === "default");
  return (
    <Section id="slots" title={t("panel.slots")} aside={t("panel.slots_known", { n: facts.length })}>
      <dl className="slots">
        {[...facts, ...assumed].map((fact) => {
          const Icon = SOURCES[fact.source] ?? Bot;
          const how = `${t(`source.${fact.source}` as Key)}${fact.set_at === undefined ? "" : ` ${clockTime(Date.parse(fact.set_at), nowMs)}`}`;
          return (
            <div key={`${fact.flow ?? ""}/${fact.key}`}>
              <dt className="cut">{wordsOf(fact.key)}</dt>
              <dd className={fact.source === "default" ? "faint" : ""}>
                <Name text={shownValue(fact, t)} />
              </dd>
              <dd className="src">
                {fact.seq === undefined ? (
                  <>
                    <Icon className="i" aria-hidden="true" />
                    {how}
                  </>
                ) : (
                  <button type="button" className="link" onClick={() => toLine(fact.seq!)}>
                    <Icon className="i" aria-hidden="true" />
                    {how}
                  </button>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {facts.length + assumed.length === 0 ? <p className="none faint">{t("panel.slots_none")}</p> : null}
    </Section>
  );
}

function wordsOf(key: string): string {
  const words = key.replace(/^customer\./, "").replaceAll("_", " ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

export function shownValue({ value, label }: { value: unknown; label?: string }, t: ReturnType<typeof useWords>): string {
  if (label !== undefined) return label;
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null && "amount" in value && "currency" in value)
    return `${String(value.amount)} ${String(value.currency)}`;
  return JSON.stringify(value) ?? "";
}

function Promises({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const nowMs = useNow();
  const promise = promiseOf(ticket, nowMs);
  const window = windowOf(ticket.window, nowMs);
  const total = ticket.package.route.answer_within_s;
  if (ticket.package.promises.length === 0 && window === null) return null;
  const aside = promise
    ? promise.leftMs < 0
      ? t("promise.late", { by: watched(-promise.leftMs) })
      : t("panel.promise_running")
    : t("panel.promise_none");
  return (
    <Section id="promises" title={t("panel.promises")} aside={aside}>
      <ul className="kept">
        {ticket.package.promises.map(({ text_id: id, due }) => (
          <li key={id} className={promise?.urgency === "broken" ? "bad" : ""}>
            <Flag className="i" aria-hidden="true" />
            <span className="grow">{total === null ? t("promise.answer") : t("promise.answer_within", { in: inWords(total * 1000) })}</span>
            {promise ? (
              <b>
                {promise.leftMs < 0
                  ? t("promise.late", { by: watched(-promise.leftMs) })
                  : t("promise.left", { in: watched(promise.leftMs) })}
              </b>
            ) : ticket.answered ? (
              <span className="faint">{t("promise.answered")}</span>
            ) : (
              <span className="faint">{clockTime(Date.parse(due), nowMs)}</span>
            )}
          </li>
        ))}
        {window ? (
          <li className={window.leftMs <= 0 ? "bad" : ""}>
            <Hourglass className="i" aria-hidden="true" />
            <span className="grow">{t("panel.window")}</span>
            <b>{window.leftMs <= 0 ? t("window.closed") : inWords(window.leftMs)}</b>
          </li>
        ) : null}
      </ul>
    </Section>
  );
}

function Advertisement({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const ad = ticket.package.origin.ad;
  const { data: thread } = useThread(ticket.conversation_id, ticket.id);
  const src = thread?.entries.findLast(({ referral }) => referral?.src !== undefined)?.referral?.src;
  if (!ad) return null;
  const title = ad.title ?? ad.campaign ?? ad.ref ?? "";
  return (
    <Section id="ad" title={t(ad.source === "ADS" ? "panel.ad" : "panel.link")} aside={ad.campaign ?? ""}>
      <div className="adrow">
        <Picture src={src} alt={t("panel.ad_picture", { title })} />
        <p className="t13 grow">
          <Name text={title} lang={langOf(title)} />
          <br />
          <span className="faint cut">
            <Name text={[ad.ref, ad.product_id].filter(Boolean).join(" · ")} />
          </span>
        </p>
      </div>
    </Section>
  );
}

function Picture({ src, alt }: { src: string | undefined; alt: string }) {
  const [gone, setGone] = useState(false);
  const { url, gone: refused } = useOwn(src);
  const lost = gone || refused;
  return (
    <div className="adpicture">
      {url !== undefined && !lost ? (
        <img src={url} alt={alt} onError={() => setGone(true)} />
      ) : src === undefined || !lost ? (
        <Megaphone className="i" aria-hidden="true" />
      ) : (
        <ImageOff className="i" aria-hidden="true" />
      )}
    </div>
  );
}

function Tried({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const { tried } = ticket.package;
  const good = tried.filter(({ outcome }) => outcome === "ok" || outcome === "answered").length;
  return (
    <Section
      id="tried"
      title={t("panel.tried")}
      aside={tried.length === 0 ? t("panel.tried_none") : t("panel.tried_worked", { n: good, of: tried.length })}
    >
      <ul className="kept">
        {tried.map((one) => (
          <li key={`${one.at}${one.action ?? one.faq ?? one.message_id}`}>
            {one.message_id !== undefined ? (
              <MessageCircleQuestion className="i" aria-hidden="true" />
            ) : one.action === undefined ? (
              <ScanText className="i" aria-hidden="true" />
            ) : (
              <Zap className="i" aria-hidden="true" />
            )}
            <span className="grow">{(one.action ?? one.faq ?? guessOf(one.near, t)).replaceAll("_", " ")}</span>
            <span className="faint">{outcomeText(one.outcome, t)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** "shipping cost 0.42": what a message that was not understood came nearest to. */
function guessOf(near: { name: string; score: number }[] | undefined, t: ReturnType<typeof useWords>): string {
  const best = near?.[0];
  return best
    ? t("panel.nearest", { name: best.name.slice(best.name.indexOf("/") + 1), score: best.score.toFixed(2) })
    : t("panel.no_guess");
}

function outcomeText(outcome: string, t: ReturnType<typeof useWords>): string {
  return outcome === "not_understood" ||
    outcome === "asked_back" ||
    outcome === "ok" ||
    outcome === "answered" ||
    outcome === "pending" ||
    outcome === "not_found" ||
    outcome === "timeout"
    ? t(`outcome.${outcome}`)
    : outcome.replaceAll("_", " ");
}

function EarlierTickets({ ticket }: { ticket: TicketDetail }) {
  const t = useWords();
  const nowMs = useNow();
  const { data } = useEarlier(ticket.customer.id);
  const earlier = (data?.tickets ?? []).filter(({ id }) => id !== ticket.id);
  return (
    <Section
      id="earlier"
      title={t("panel.earlier")}
      aside={data ? (earlier.length === 0 ? t("panel.earlier_none") : t("panel.earlier_n", { n: earlier.length })) : ""}
    >
      <ul className="past">
        {earlier.slice(0, 12).map((one) => (
          <li key={one.id}>
            <button type="button" className="link" onClick={() => goTo({ ticket: one.id, pane: "thread" })}>
              <Name text={one.summary ?? one.reason.code.replaceAll("_", " ")} />
            </button>
            <span className="faint small">
              {ago(Date.parse(one.opened_at), nowMs)} · {one.agent?.name ?? one.queue}
              {one.wrap_up === null ? null : ` · ${one.wrap_up}`}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
