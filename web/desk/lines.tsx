/** The lines of a talk: opens at the newest, holds ten thousand, and stays where the reader is. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, RotateCw, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useNow } from "../design/clock.ts";
import { dayName } from "../design/format.ts";
import { Skeleton } from "../design/shapes.tsx";
import { post, Refused } from "./api.ts";
import { client, readOlder, useThread } from "./data.ts";
import { sayRefused, useDesk } from "./desk.tsx";
import { EntryLine, type Teller } from "./entry.tsx";
import { onJump } from "./jump.ts";
import { seenSinceAway, useLive } from "./live.ts";
import { useOutgoing } from "./outgoing.ts";
import { rowsOf } from "./rows.ts";
import type { Entry, TicketDetail } from "./types.ts";
import { useWords } from "./words.ts";

/** So near its end a talk follows what is said. */
const PINNED_PX = 80;

type LinesProps = {
  id: string;
  customer: string;
  /** The ticket that is worked on; null where the talk is only read. */
  ticket: TicketDetail | null;
  /** A ticket through which one may see the talk. */
  through: string | null;
};

export function Lines({ id, customer, ticket, through }: LinesProps) {
  const t = useWords();
  const desk = useDesk();
  const { data, isPending, isError, refetch } = useThread(id, through);
  const { away } = useLive();
  const outgoing = useOutgoing();
  const teller = useTeller(id, customer, ticket);
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
      await readOlder(id, pages, through).catch(() => false);
      reading.current = false;
    },
    [id, through],
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

function useTeller(conversation: string, customer: string, ticket: TicketDetail | null): Teller {
  const t = useWords();
  const { me } = useDesk();
  const { colleagues, company } = useLive();
  const nowMs = Math.floor(useNow() / 10_000) * 10_000;
  return useMemo(() => {
    const names = new Map<string, string>([[me.agent.id, me.agent.name]]);
    for (const one of colleagues) names.set(one.id, one.name);
    for (const people of Object.values(company)) for (const one of people) names.set(one.agent, one.name);
    if (ticket?.agent) names.set(ticket.agent.id, ticket.agent.name);
    return {
      customer,
      me: me.agent.id,
      nameOf: (agent: string) => names.get(agent) ?? t("line.colleague"),
      nowMs,
      ticket,
      retry: (line: string) => void retry(conversation, ticket?.conversation?.epoch, line),
    };
  }, [me, ticket, conversation, customer, colleagues, company, nowMs, t]);
}

async function retry(conversation: string, epoch: number | undefined, line: string): Promise<void> {
  try {
    await post(`/conversations/${conversation}/retry`, { ...(epoch === undefined ? {} : { epoch }), line });
    await client.invalidateQueries({ queryKey: ["thread", conversation] });
  } catch (error) {
    if (error instanceof Refused) sayRefused(error);
  }
}
