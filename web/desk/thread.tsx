/** The talk: opens at its newest line, holds ten thousand, and stays where the reader is. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  ArrowDown,
  Bot,
  Check,
  ChevronLeft,
  ChevronRight,
  Eye,
  MoonStar,
  MoreHorizontal,
  Pencil,
  RotateCw,
  TriangleAlert,
  UserPlus,
} from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useNow } from "../design/clock.ts";
import { Menu, MenuItem } from "../design/floating.tsx";
import { dayName, languageName, sameDay } from "../design/format.ts";
import { language } from "../design/prefs.ts";
import { langOf, Name } from "../design/said.tsx";
import { channelName, Face, Pass, Skeleton } from "../design/shapes.tsx";
import { post, Refused } from "./api.ts";
import { Composer } from "./composer.tsx";
import { client, readOlder, useThread } from "./data.ts";
import { sayRefused, useDesk } from "./desk.tsx";
import { EntryLine, type Teller } from "./entry.tsx";
import { headline } from "./headline.ts";
import { ActButton } from "./hint.tsx";
import { onJump } from "./jump.ts";
import { seenSinceAway, useLive } from "./live.ts";
import { useOutgoing } from "./outgoing.ts";
import { goTo, usePlace } from "./route.ts";
import type { Entry } from "./types.ts";
import { useWords } from "./words.ts";

export function ThreadPane() {
  const t = useWords();
  const desk = useDesk();
  const place = usePlace();
  if (place.ticket === null) return <NothingOpen />;
  if (desk.ticketFailed) {
    return (
      <main id="main" tabIndex={-1} className="thread">
        <div className="empty">
          <h2>{t("thread.gone")}</h2>
          <p>{t("thread.gone_hint")}</p>
          <button type="button" className="btn" onClick={() => goTo({ ticket: null, pane: "list" })}>
            {t("thread.back")}
          </button>
        </div>
      </main>
    );
  }
  return (
    <main id="main" tabIndex={-1} className="thread" aria-label={t("thread.label", { name: desk.ticket?.customer.name ?? t("someone") })}>
      <Head />
      {desk.ticket ? <Lines key={desk.ticket.conversation_id} /> : <Skeleton rows={5} label={t("loading")} />}
      {desk.ticket ? <Composer key={`composer ${desk.ticket.conversation_id}`} /> : null}
    </main>
  );
}

function NothingOpen() {
  const t = useWords();
  const { tickets, me } = useDesk();
  const waiting = tickets.filter(({ state }) => state === "waiting").length;
  const withMe = tickets.filter(({ agent, state }) => agent?.id === me.agent.id && state === "claimed").length;
  return (
    <main id="main" tabIndex={-1} className="thread" aria-label={t("thread.none")}>
      <div className="empty">
        <Pass to={me.agent.name} on={waiting > 0 ? t("empty.waiting", { n: waiting }) : t("empty.nobody")} rest={waiting === 0} />
        <h2>{waiting + withMe === 0 ? t("empty.waiting_none") : t("thread.choose")}</h2>
        <p>{waiting + withMe === 0 ? t("empty.comes") : t("thread.choose_hint")}</p>
      </div>
    </main>
  );
}

function Head() {
  const t = useWords();
  const desk = useDesk();
  const { ticket, mine } = desk;
  const name = ticket?.customer.name ?? t("someone");
  return (
    <>
      <header className="head">
        <button type="button" className="btn quiet icon back" aria-label={t("thread.back")} onClick={() => goTo({ pane: "list" })}>
          <ChevronLeft className="i" aria-hidden="true" />
        </button>
        <div className="grow">
          <h1 className="cut">{ticket ? <Name text={name} lang={langOf(name)} /> : " "}</h1>
          {ticket ? <p className="small faint cut">{<Under />}</p> : null}
        </div>
        {mine ? (
          <>
            <span className="wide row tight">
              <ActButton act="snooze" icon={MoonStar} iconOnly className="quiet" />
              <ActButton act="transfer" icon={UserPlus} iconOnly className="quiet" />
              <ActButton act="return" icon={Bot} iconOnly className="quiet" />
            </span>
            <More />
            <ActButton act="resolve" icon={Check} className="outlined end" disabled={!desk.can("resolve")} />
          </>
        ) : (
          <More />
        )}
      </header>
      {ticket ? (
        <button type="button" className="whybar" onClick={() => goTo({ pane: "panel" })}>
          <Face kind="bot" size="m" />
          <span className="grow cut">
            <b>{headline(ticket, t)}</b>
          </span>
          <ChevronRight className="i" aria-hidden="true" />
        </button>
      ) : null}
    </>
  );
}

function Under() {
  const t = useWords();
  const { ticket, me } = useDesk();
  const { company } = useLive();
  const others = (company[ticket!.conversation_id] ?? []).filter(({ agent }) => agent !== me.agent.id);
  const [first] = [...others].sort((a) => (a.state === "writing" ? -1 : 1));
  return (
    <>
      {channelName(ticket!.channel)}
      {ticket!.language === null || ticket!.language === language() ? null : (
        <> · {t("thread.writes", { language: languageName(ticket!.language) })}</>
      )}
      {" · "}
      <Name text={ticket!.queue} />
      {first ? (
        <span className={`looking ${first.state}`}>
          {" · "}
          {first.state === "writing" || first.state === "noting" ? (
            <Pencil className="i s" aria-hidden="true" />
          ) : (
            <Eye className="i s" aria-hidden="true" />
          )}{" "}
          {t(`company.${first.state}`, { name: first.name })}
        </span>
      ) : null}
    </>
  );
}

function More() {
  const t = useWords();
  const desk = useDesk();
  const acts = (["snooze", "transfer", "assign", "return", "requeue", "take_over", "note", "panel"] as const).filter((act) =>
    desk.can(act),
  );
  if (acts.length === 0) return null;
  return (
    <Menu
      label={t("act.more")}
      trigger={
        <button type="button" className="btn quiet icon" aria-label={t("act.more")}>
          <MoreHorizontal className="i" aria-hidden="true" />
        </button>
      }
    >
      {acts.map((act) => (
        <MenuItem key={act} onSelect={() => setTimeout(() => desk.run(act))}>
          {t(`act.${act}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}

type Row =
  | { kind: "day"; key: string; atMs: number }
  | { kind: "older"; key: string }
  | { kind: "away"; key: string; n: number }
  | { kind: "entry"; key: string; entry: Entry; open: boolean; follows: boolean };

/** So near its end a talk follows what is said. */
const PINNED_PX = 80;
const GROUPED_MS = 5 * 60_000;

function Lines() {
  const t = useWords();
  const desk = useDesk();
  const ticket = desk.ticket!;
  const id = ticket.conversation_id;
  const { data, isPending, isError, refetch } = useThread(id, ticket.id);
  const { away } = useLive();
  const outgoing = useOutgoing();
  const teller = useTeller();
  const [lit, setLit] = useState<number | null>(null);
  const [below, setBelow] = useState(false);

  const entries = useMemo(() => {
    const known = data?.entries ?? [];
    const said = new Set(known.map((entry) => entry.client_id));
    const last = known.at(-1)?.seq ?? 0;
    const mine = outgoing
      .filter((line) => line.conversation === id && !said.has(line.clientId))
      .map(
        (line, index): Entry => ({
          seq: last + 1 + index,
          id: line.clientId,
          at: new Date(line.atMs).toISOString(),
          kind: line.kind === "note" ? "note" : "message",
          direction: line.kind === "note" ? null : "out",
          by: "agent",
          agent: desk.me.agent.id,
          text: line.text,
          state: "sending",
          ...(line.attachments.length === 0
            ? {}
            : { message: Object.fromEntries(line.attachments.map((one) => [one.kind, { name: one.name, src: one.src }])) }),
        }),
      );
    return mine.length === 0 ? known : [...known, ...mine];
  }, [data, outgoing, id, desk.me.agent.id]);

  const awaySeq = away[id];
  const rows = useMemo(() => rowsOf(entries, data?.before != null, awaySeq), [entries, data?.before, awaySeq]);

  const scroller = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (rows[at]!.kind === "entry" ? 76 : 32),
    getItemKey: (at) => rows[at]!.key,
    overscan: 10,
    paddingStart: 20,
    paddingEnd: 20,
  });
  const size = virtual.getTotalSize();

  // Older lines came in above: what is read stays where it is.
  const firstKey = rows.find((row) => row.kind === "entry")?.key;
  const before = useRef<string | undefined>(firstKey);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = firstKey;
    const element = scroller.current;
    if (!element || was === undefined || was === firstKey || pinned.current) return;
    const at = rows.findIndex((row) => row.key === was);
    const start = at < 0 ? undefined : virtual.measurementsCache[at]?.start;
    if (start === undefined) return;
    element.scrollTop += start - 52;
    virtual.scrollOffset = element.scrollTop; // else sizes that are measured next are laid against where we were
  }, [firstKey, rows, virtual]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what moved
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && pinned.current) element.scrollTop = element.scrollHeight;
  }, [size, rows.length]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // The composer grows, a phone's keyboard comes: the newest line stays in sight.
    const watch = new ResizeObserver(() => {
      if (pinned.current) element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const reading = useRef(false);
  const older = useCallback(
    async (pages: number) => {
      if (reading.current) return;
      reading.current = true;
      await readOlder(id, pages, ticket.id).catch(() => false);
      reading.current = false;
    },
    [id, ticket.id],
  );

  const scrolled = () => {
    const element = scroller.current!;
    pinned.current = element.scrollHeight - element.scrollTop - element.clientHeight < PINNED_PX;
    setBelow(!pinned.current);
    if (pinned.current && awaySeq !== undefined) setTimeout(() => seenSinceAway(id), 8_000);
    if (element.scrollTop < element.clientHeight * 2 && data?.before != null) void older(3);
  };

  const rowsNow = useRef(rows);
  rowsNow.current = rows;
  useEffect(
    () =>
      onJump(async (seq) => {
        const at = () => rowsNow.current.findIndex((row) => row.kind === "entry" && row.entry.seq >= seq);
        for (let tries = 0; tries < 200; tries++) {
          const oldest = client.getQueryData<{ entries: Entry[]; before: number | null }>(["thread", id]);
          if (!oldest || oldest.before === null || (oldest.entries[0]?.seq ?? 0) <= seq) break;
          await older(4);
        }
        await new Promise(requestAnimationFrame);
        const found = at();
        if (found < 0) return;
        pinned.current = false;
        const row = rowsNow.current[found]!;
        if (row.kind === "entry") setLit(row.entry.seq);
        virtual.scrollToIndex(found, { align: "center" });
        setTimeout(() => setLit(null), 2_400);
      }),
    [id, older, virtual],
  );

  const toEnd = () => {
    pinned.current = true;
    virtual.scrollToIndex(rows.length - 1, { align: "end" });
  };

  if (isPending) return <Skeleton rows={5} label={t("loading")} />;
  if (isError && !data) {
    return (
      <div className="oops grow" role="alert">
        <TriangleAlert className="i" aria-hidden="true" />
        <p className="grow">
          <b>{t("thread.failed")}</b>
        </p>
        <button type="button" className="btn" onClick={() => void refetch()}>
          <RotateCw className="i" aria-hidden="true" />
          {t("try_again")}
        </button>
      </div>
    );
  }
  return (
    <div className="talk">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="scroll" ref={scroller} onScroll={scrolled} aria-label={t("thread.lines")} tabIndex={0}>
        <div className="tall" style={{ height: size }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className={`placed ${row.kind === "entry" && row.follows ? "near" : ""}`}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row.kind === "entry" ? (
                  <EntryLine entry={row.entry} open={row.open} follows={row.follows} teller={teller} lit={lit === row.entry.seq} />
                ) : row.kind === "day" ? (
                  <p className="line system">
                    <span>{dayName(row.atMs)}</span>
                  </p>
                ) : row.kind === "away" ? (
                  <p className="line system newer">
                    <b>{t("thread.while_away", { n: row.n })}</b>
                  </p>
                ) : (
                  <p className="line system">{t("thread.older")}</p>
                )}
              </div>
            );
          })}
        </div>
      </section>
      {below ? (
        <button type="button" className="btn toend" onClick={toEnd}>
          <ArrowDown className="i" aria-hidden="true" />
          {t("thread.to_end")}
        </button>
      ) : null}
      <Announce entries={entries} name={teller.customer} />
    </div>
  );
}

/** Tells a screen reader what the customer has just said. */
function Announce({ entries, name }: { entries: Entry[]; name: string }) {
  const last = entries.at(-1);
  const first = useRef(last?.seq);
  const isNew = last !== undefined && last.direction === "in" && last.seq !== first.current;
  return (
    <p className="sr" aria-live="polite">
      {isNew ? `${name}: ${last.text ?? ""}` : ""}
    </p>
  );
}

function useTeller(): Teller {
  const t = useWords();
  const { ticket, me } = useDesk();
  const { colleagues, company } = useLive();
  const nowMs = Math.floor(useNow() / 10_000) * 10_000;
  return useMemo(() => {
    const names = new Map<string, string>([[me.agent.id, me.agent.name]]);
    for (const one of colleagues) names.set(one.id, one.name);
    for (const people of Object.values(company)) for (const one of people) names.set(one.agent, one.name);
    if (ticket?.agent) names.set(ticket.agent.id, ticket.agent.name);
    return {
      customer: ticket?.customer.name ?? t("someone"),
      me: me.agent.id,
      nameOf: (agent: string) => names.get(agent) ?? t("line.colleague"),
      nowMs,
      ticket,
      retry: (line: string) => void retry(ticket!.conversation_id, ticket!.conversation?.epoch, line),
    };
  }, [me, ticket, colleagues, company, nowMs, t]);
}

async function retry(conversation: string, epoch: number | undefined, line: string): Promise<void> {
  try {
    await post(`/conversations/${conversation}/retry`, { ...(epoch === undefined ? {} : { epoch }), line });
    await client.invalidateQueries({ queryKey: ["thread", conversation] });
  } catch (error) {
    if (error instanceof Refused) sayRefused(error);
  }
}

function rowsOf(entries: Entry[], hasOlder: boolean, awaySeq: number | undefined): Row[] {
  const rows: Row[] = hasOlder ? [{ kind: "older", key: "older" }] : [];
  const answered = entries.findLastIndex(
    (entry) =>
      entry.kind === "message" &&
      entry.direction === "out" &&
      entry.by !== "system" &&
      entry.state !== "failed" &&
      entry.state !== "dropped",
  );
  const newer = awaySeq === undefined ? 0 : entries.filter((entry) => entry.seq > awaySeq && entry.kind === "message").length;
  let told = newer === 0;
  let previous: Entry | undefined;
  for (const [index, entry] of entries.entries()) {
    const atMs = Date.parse(entry.at);
    const newDay = previous === undefined ? !hasOlder : !sameDay(Date.parse(previous.at), atMs);
    if (newDay) rows.push({ kind: "day", key: `day ${entry.seq}`, atMs });
    if (!told && awaySeq !== undefined && entry.seq > awaySeq) {
      rows.push({ kind: "away", key: "away", n: newer });
      told = true;
    }
    const follows =
      !newDay &&
      previous?.kind === "message" &&
      entry.kind === "message" &&
      previous.by === entry.by &&
      previous.agent === entry.agent &&
      previous.step === entry.step &&
      entry.by !== "system" &&
      entry.referral === undefined &&
      atMs - Date.parse(previous.at) < GROUPED_MS;
    rows.push({ kind: "entry", key: entry.client_id ?? entry.id, entry, follows, open: entry.direction === "in" && index > answered });
    previous = entry;
  }
  return rows;
}
