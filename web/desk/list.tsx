/** The list: one row per ticket, the customer's words first, in the server's order; as long as it needs to be. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowUp, Check, ChevronsUp, Eye, Flag, Hourglass, MoonStar, Pencil, PencilLine, RotateCw, TriangleAlert } from "lucide-react";
import { memo, useEffect, useMemo, useRef } from "react";
import { useNow } from "../design/clock.ts";
import { ago, inWords, languageName, watched } from "../design/format.ts";
import { language } from "../design/prefs.ts";
import { langOf, Name, oneLine } from "../design/said.tsx";
import { Chip, channelName, Face, Fuse, Pass, Skeleton } from "../design/shapes.tsx";
import { client, useTickets } from "./data.ts";
import { phone, useDesk } from "./desk.tsx";
import { hasDraft } from "./draft.ts";
import { reasonOf } from "./headline.ts";
import { useLive } from "./live.ts";
import { Mentions } from "./mentions.tsx";
import { ViewChoice, viewName } from "./queues.tsx";
import { usePlace } from "./route.ts";
import type { Company, Ticket } from "./types.ts";
import { promiseOf, windowOf } from "./urgency.ts";
import { useWords } from "./words.ts";

type Row = { kind: "ticket"; ticket: Ticket } | { kind: "next"; free: number };

export function List() {
  const t = useWords();
  const desk = useDesk();
  const { isPending, isError, data, dataUpdatedAt } = useTickets();
  const { shown, upNext, view } = desk;
  const rows = useMemo((): Row[] => {
    const free = Math.max(0, desk.me.agent.capacity - shown.length);
    const mine = shown.map((ticket): Row => ({ kind: "ticket", ticket }));
    return upNext.length === 0 ? mine : [...mine, { kind: "next", free }, ...upNext.map((ticket): Row => ({ kind: "ticket", ticket }))];
  }, [shown, upNext, desk.me.agent.capacity]);
  const name = viewName(view.id, t);
  const { pane } = usePlace();
  return (
    // On a phone the list is the page.
    <section
      className="list"
      role={phone() && pane === "list" ? "main" : undefined}
      aria-label={t("list.label", { view: name, n: shown.length })}
    >
      <header>
        <h1 className="cut">{name}</h1>
        <ViewChoice />
        {view.id === "mentions" ? (
          <span className="grow" />
        ) : (
          <>
            <span className="faint grow cut">{t("list.open", { n: shown.length })}</span>
            <span className="faint small sort">{t("list.order")}</span>
          </>
        )}
      </header>
      {isError ? (
        <div className="oops" role="alert">
          <TriangleAlert className="i" aria-hidden="true" />
          <p className="grow">
            <b>{t("list.failed")}</b> {data ? t("list.failed_since", { at: new Date(dataUpdatedAt).toLocaleTimeString() }) : null}
          </p>
          <button type="button" className="btn" onClick={() => void client.refetchQueries({ queryKey: ["tickets"] })}>
            <RotateCw className="i" aria-hidden="true" />
            {t("try_again")}
          </button>
        </div>
      ) : null}
      {view.id === "mentions" ? (
        <Mentions />
      ) : isPending ? (
        <Skeleton rows={6} label={t("loading")} />
      ) : rows.length === 0 ? (
        <Nothing />
      ) : (
        <Rows rows={rows} />
      )}
    </section>
  );
}

function Nothing() {
  const t = useWords();
  const { view } = useDesk();
  return (
    <div className="empty">
      <Pass to={null} on={t("empty.nobody")} rest />
      <h2>{t(view.id === "mine" || view.id === "waiting" || view.id === "snoozed" ? `empty.${view.id}` : "empty.view")}</h2>
      <p>{t("empty.list_hint")}</p>
    </div>
  );
}

const ROW_PX = 106;
const HEAD_PX = 41;

function Rows({ rows }: { rows: Row[] }) {
  const t = useWords();
  const desk = useDesk();
  const { company } = useLive();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (rows[at]!.kind === "next" ? HEAD_PX : ROW_PX),
    getItemKey: (at) => {
      const row = rows[at]!;
      return row.kind === "next" ? "next" : row.ticket.id;
    },
    overscan: 8,
  });
  const selected = desk.ticket?.id;
  const at = rows.findIndex((row) => row.kind === "ticket" && row.ticket.id === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only choosing another scrolls, not a changed order
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [selected]);
  return (
    <div className="rows" ref={scroller} tabIndex={-1}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by their offset, and only those in sight exist */}
      <div role="list" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          return (
            // biome-ignore lint/a11y/useSemanticElements: see above
            <div
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              className="placed"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === "next" ? (
                <h2 className="label next">{row.free > 0 ? t("list.next_free", { n: row.free }) : t("list.next")}</h2>
              ) : (
                <Item
                  ticket={row.ticket}
                  current={row.ticket.id === selected}
                  me={desk.me.agent.id}
                  open={desk.open}
                  company={company[row.ticket.conversation_id]}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type ItemProps = { ticket: Ticket; current: boolean; me: string; open(ticket: Ticket): void; company: Company[] | undefined };

const Item = memo(function Item({ ticket, current, me, open, company = [] }: ItemProps) {
  const t = useWords();
  const nowMs = useNow();
  const { last, customer, unanswered_since: unanswered } = ticket;
  const name = customer.name ?? t("someone");
  const others = company.filter(({ agent }) => agent !== me);
  const waits = unanswered !== null && ticket.state !== "snoozed";
  const text = oneLine(last?.text ?? "");
  const since = unanswered ?? last?.at ?? ticket.opened_at;
  return (
    <button type="button" className="item" aria-current={current ? "true" : undefined} onClick={() => open(ticket)}>
      <Face kind="customer" name={name} channel={ticket.channel} />
      <span className="top">
        <b className={`cut grow ${waits ? "" : "calm"}`}>
          <Name text={name} lang={langOf(name)} />
        </b>
        <span className="sr">{channelName(ticket.channel)}</span>
        <With others={others} />
        {hasDraft(ticket.conversation_id) ? (
          <>
            <PencilLine className="i s faint" aria-hidden="true" />
            <span className="sr">{t("draft.kept")}</span>
          </>
        ) : null}
        <span className="faint">{ago(Date.parse(since), nowMs)}</span>
      </span>
      <span className={`last ${waits ? "" : "read"}`} lang={text === "" ? undefined : langOf(text)}>
        {last && last.by !== "customer" ? <span className="faint">{sayer(ticket, me, t)} </span> : null}
        {last ? <Name text={text === "" ? t("line.attachment") : text} lang={langOf(text)} /> : t("list.no_words")}
      </span>
      <Facts ticket={ticket} nowMs={nowMs} me={me} />
    </button>
  );
});

/** Whose the last words are, when they are not the customer's. */
function sayer({ last, agent }: Ticket, me: string, t: ReturnType<typeof useWords>): string {
  if (last?.by === "bot" || last?.by === "system") return t("list.sayer", { name: t("line.bot") });
  return t("list.sayer", { name: agent === null ? t("line.colleague") : agent.id === me ? t("line.you") : agent.name });
}

function With({ others }: { others: Company[] }) {
  const t = useWords();
  const [first] = [...others].sort((a, b) => weight(b.state) - weight(a.state));
  if (!first) return null;
  const writing = first.state === "writing" || first.state === "noting";
  const Icon = writing ? Pencil : Eye;
  return (
    <span className={`company ${first.state}`}>
      <Icon className="i s" aria-hidden="true" />
      <Face kind="team" name={first.name} size="s" writing={writing} />
      <span className="sr">{t(`company.${first.state}`, { name: first.name })}</span>
    </span>
  );
}

function weight(state: Company["state"]): number {
  return ["open", "looking", "noting", "writing"].indexOf(state);
}

function Facts({ ticket, nowMs, me }: { ticket: Ticket; nowMs: number; me: string }) {
  const t = useWords();
  const promise = promiseOf(ticket, nowMs);
  const window = windowOf(ticket.window, nowMs);
  const holder = ticket.agent && ticket.agent.id !== me ? ticket.agent : null;
  const offered = ticket.offer?.agent.id === me;
  return (
    <span className="facts">
      {offered ? <Chip urgency="soon">{t("offer.chip", { left: watched(Date.parse(ticket.offer!.until) - nowMs) })}</Chip> : null}
      {promise ? (
        <Chip urgency={promise.urgency} icon={Flag}>
          {promise.leftMs < 0 ? t("promise.late", { by: watched(-promise.leftMs) }) : t("promise.due", { in: watched(promise.leftMs) })}
        </Chip>
      ) : null}
      {window && window.urgency !== "fine" ? (
        <Chip urgency={window.urgency} icon={Hourglass}>
          {window.leftMs <= 0 ? t("window.closed") : inWords(window.leftMs)}
        </Chip>
      ) : null}
      {window?.lines != null ? <Chip urgency="plain">{t("window.lines", { n: window.lines })}</Chip> : null}
      {ticket.state === "snoozed" ? (
        <Chip urgency="plain" icon={MoonStar}>
          {t("snoozed.until", { in: inWords(Date.parse(ticket.snoozed_until ?? ticket.opened_at) - nowMs) })}
        </Chip>
      ) : null}
      {ticket.priority === "urgent" || ticket.priority === "high" ? (
        <Chip urgency="plain" icon={ticket.priority === "urgent" ? ChevronsUp : ArrowUp}>
          {ticket.priority === "urgent" ? t("priority.urgent") : <span className="sr">{t("priority.high")}</span>}
        </Chip>
      ) : null}
      {ticket.state === "claimed" && ticket.unanswered_since === null ? (
        <Chip urgency="plain" icon={Check}>
          {t("list.answered")}
        </Chip>
      ) : null}
      <span className="chip plain cut">
        <span className="cut">{reasonOf(ticket, t)}</span>
      </span>
      {ticket.language !== null && ticket.language !== language() ? <Chip urgency="plain">{languageName(ticket.language)}</Chip> : null}
      {ticket.ad?.title ? (
        <span className="chip plain cut ad">
          <span className="cut">
            <Name text={ticket.ad.title} />
          </span>
        </span>
      ) : null}
      {holder ? <Chip urgency="plain">{t("list.with", { name: holder.name })}</Chip> : null}
      <span className="grow" />
      {window && window.urgency === "fine" ? (
        <Fuse mini left={window.left} label={t("window.left", { in: inWords(window.leftMs) })} />
      ) : null}
    </span>
  );
}
