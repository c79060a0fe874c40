/** The supervisor's wall: who falls due and when, who is there and how full, whose window closes first; and the next move. */
import { Hourglass, UserPlus } from "lucide-react";
import type { CSSProperties } from "react";
import { useNow } from "../design/clock.ts";
import { inWords, watched } from "../design/format.ts";
import { langOf, Name, oneLine } from "../design/said.tsx";
import { Chip, Face, Fuse, Skeleton } from "../design/shapes.tsx";
import { useWall } from "./data.ts";
import { useDesk } from "./desk.tsx";
import { goTo } from "./route.ts";
import type { Wall as WallData } from "./types.ts";
import { windowOf } from "./urgency.ts";
import type { WallTicket } from "./wall-rows.ts";
import { Work } from "./wall-work.tsx";
import { useWords } from "./words.ts";

export function WallScreen() {
  const t = useWords();
  const desk = useDesk();
  const { data, isPending, refetch } = useWall();
  const nowMs = useNow();
  if (!desk.oversees) return <main id="main" tabIndex={-1} className="page" />;
  if (isPending)
    return (
      <main id="main" tabIndex={-1} className="page">
        {<Skeleton rows={5} label={t("loading")} />}
      </main>
    );
  if (!data) {
    return (
      <main id="main" tabIndex={-1} className="page">
        <div className="oops" role="alert">
          <b className="grow">{t("wall.failed")}</b>
          <button type="button" className="btn" onClick={() => void refetch()}>
            {t("try_again")}
          </button>
        </div>
      </main>
    );
  }
  const waiting = data.tickets.filter(({ state }) => state === "waiting" || state === "offered");
  const late = waiting.filter((ticket) => dueIn(ticket, nowMs) < 0);
  const soon = waiting.filter((ticket) => dueIn(ticket, nowMs) >= 0 && dueIn(ticket, nowMs) < 120_000);
  const worst = [...late].sort((a, b) => dueIn(a, nowMs) - dueIn(b, nowMs))[0];
  const places = data.agents.filter(({ away }) => !away).reduce((sum, { capacity, claimed }) => sum + Math.max(0, capacity - claimed), 0);
  const next = worst ?? soon[0] ?? waiting[0];
  return (
    <main id="main" tabIndex={-1} className="page" aria-label={t("nav.wall")}>
      <div className="lead">
        <div className="grow">
          <h1>
            {worst ? (
              <em>{t("wall.late", { name: oneLine(worst.customer.name ?? t("someone")), by: watched(-dueIn(worst, nowMs)) })} </em>
            ) : null}
            {late.length > 1 ? `${t("wall.more_late", { n: late.length - 1 })} ` : null}
            {soon.length > 0 ? t("wall.soon", { n: soon.length }) : waiting.length === 0 ? t("wall.nobody") : worst ? null : t("wall.calm")}
          </h1>
          <p className="figs">
            <Figure n={data.total.waiting} text={t("wall.waiting")} />
            {data.total.oldest_at === null ? null : (
              <Figure n={watched(nowMs - Date.parse(data.total.oldest_at))} text={t("wall.oldest")} />
            )}
            <Figure n={data.total.at_risk} text={t("wall.at_risk")} />
            <Figure n={places} text={t("wall.places")} />
            <Figure n={data.total.unanswered} text={t("wall.unanswered")} />
          </p>
        </div>
        {next ? (
          <button
            type="button"
            className="btn main"
            onClick={() => {
              goTo({ screen: "inbox", ticket: next.id, pane: "thread" });
            }}
          >
            <UserPlus className="i" aria-hidden="true" />
            {t("wall.open", { name: oneLine(next.customer.name ?? t("someone")).slice(0, 30) })}
          </button>
        ) : null}
      </div>
      <Horizon wall={data} nowMs={nowMs} />
      <div className="two">
        <People wall={data} nowMs={nowMs} />
        <Closing wall={data} nowMs={nowMs} />
      </div>
      <Work wall={data} nowMs={nowMs} />
      <QueueTable wall={data} nowMs={nowMs} />
    </main>
  );
}

function Figure({ n, text }: { n: number | string; text: string }) {
  return (
    <span>
      <b>{n}</b> {text}
    </span>
  );
}

function dueIn(ticket: WallTicket, nowMs: number): number {
  return ticket.due_at === null ? Number.POSITIVE_INFINITY : Date.parse(ticket.due_at) - nowMs;
}

const NOW_AT = 18;
/** Left of 18 % is late; then 5 minutes to 48 %, 15 minutes to 75 %, everything later up to the edge. */
function placeOf(leftMs: number): number {
  const minutes = leftMs / 60_000;
  if (minutes < 0) return Math.max(1.5, NOW_AT + Math.max(-1, minutes / 10) * (NOW_AT - 1.5) - 1.5);
  if (minutes < 5) return NOW_AT + (minutes / 5) * 30;
  if (minutes < 15) return 48 + ((minutes - 5) / 10) * 27;
  return Math.min(94, 75 + Math.min(1, (minutes - 15) / 120) * 19);
}

const ROOM = 13;

/** On one line nobody stands upon another: who comes too near moves right, and beyond the edge is counted. */
function stand(tickets: WallTicket[], nowMs: number): { shown: { ticket: WallTicket; at: number }[]; more: number } {
  let last = Number.NEGATIVE_INFINITY;
  const shown: { ticket: WallTicket; at: number }[] = [];
  let more = 0;
  for (const ticket of [...tickets].sort((a, b) => dueIn(a, nowMs) - dueIn(b, nowMs))) {
    const at = Math.max(placeOf(dueIn(ticket, nowMs)), last + ROOM);
    if (at > 90) more += 1;
    else {
      shown.push({ ticket, at });
      last = at;
    }
  }
  return { shown, more };
}

function Horizon({ wall, nowMs }: { wall: WallData; nowMs: number }) {
  const t = useWords();
  return (
    <section className="card">
      <header>
        <h2>{t("wall.horizon")}</h2>
        <span className="faint small">{t("wall.horizon_hint")}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="horizon" tabIndex={0} aria-label={t("wall.horizon")}>
        {wall.queues.map((queue) => {
          const waiting = wall.tickets.filter(
            (ticket) => ticket.queue === queue.name && (ticket.state === "waiting" || ticket.state === "offered"),
          );
          const { shown, more } = stand(waiting, nowMs);
          return (
            <div className="lane" key={queue.name}>
              <h3>
                {queue.name}
                <span>{queue.open ? t("wall.wait", { n: queue.waiting }) : t("wall.closed")}</span>
              </h3>
              <ul className="sky">
                {shown.map(({ ticket, at }) => {
                  const left = dueIn(ticket, nowMs);
                  const name = oneLine(ticket.customer.name ?? t("someone"));
                  const how = left < 0 ? "late" : left < 60_000 || ticket.risk === "at_risk" ? "soon" : "";
                  return (
                    <li key={ticket.id} className={`who ${how}`} style={{ "--x": `${at}%` } as CSSProperties}>
                      <button type="button" onClick={() => goTo({ screen: "inbox", ticket: ticket.id, pane: "thread" })}>
                        <Face kind="customer" name={name} channel={ticket.channel} />
                        <span>
                          <b className="cut">
                            <Name text={name} lang={langOf(name)} />
                          </b>
                          <span>
                            {left === Number.POSITIVE_INFINITY ? "–" : left < 0 ? t("promise.late", { by: watched(-left) }) : watched(left)}
                          </span>
                        </span>
                      </button>
                    </li>
                  );
                })}
                {more > 0 ? (
                  <li className="who" style={{ "--x": "95%" } as CSSProperties}>
                    <button type="button" onClick={() => goTo({ screen: "inbox", view: `queue:${queue.name}`, pane: "list" })}>
                      {t("wall.more", { n: more })}
                    </button>
                  </li>
                ) : null}
              </ul>
            </div>
          );
        })}
        <div className="axis" aria-hidden="true">
          <span />
          <div>
            <span style={{ left: "9%" }}>{t("wall.axis_late")}</span>
            <b style={{ left: `${NOW_AT}%` }}>{t("wall.now")}</b>
            <span style={{ left: "48%" }}>{inWords(300_000)}</span>
            <span style={{ left: "75%" }}>{inWords(900_000)}</span>
          </div>
        </div>
      </section>
    </section>
  );
}

function People({ wall, nowMs }: { wall: WallData; nowMs: number }) {
  const t = useWords();
  const here = wall.agents.filter(({ online }) => online).length;
  return (
    <section className="card">
      <header>
        <h2>{t("wall.people")}</h2>
        <span className="faint small">{t("wall.people_here", { n: here })}</span>
      </header>
      <ul className="folk">
        {wall.agents.map((agent) => (
          <li key={agent.id}>
            <Face kind={agent.online && !agent.away ? "team" : "nobody"} name={agent.name} />
            <div>
              <button
                type="button"
                className="link cut"
                aria-label={t("wall.show_agent", { name: agent.name })}
                onClick={() => goTo({ view: `agent:${agent.id}`, ticket: null })}
              >
                <b>{agent.name}</b>
              </button>
              <span className="faint cut">
                {agent.away ? t("me.away") : agent.online ? t("assign.here") : t("assign.offline")}
                {agent.oldest_unanswered_at === null
                  ? null
                  : ` · ${t("wall.owes", { n: agent.unanswered, for: inWords(nowMs - Date.parse(agent.oldest_unanswered_at)) })}`}
                {agent.late > 0 ? ` · ${t("wall.agent_late", { n: agent.late })}` : null}
              </span>
            </div>
            <span className="load">
              {agent.capacity <= 8 ? (
                <span aria-hidden="true" className="cells">
                  {Array.from({ length: agent.capacity }, (_, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: places have no names
                    <i key={place} className={place < agent.claimed ? "f" : ""} />
                  ))}
                </span>
              ) : null}
              <span>{t("me.load", { mine: agent.claimed, capacity: agent.capacity })}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Closing({ wall, nowMs }: { wall: WallData; nowMs: number }) {
  const t = useWords();
  const desk = useDesk();
  const first = wall.tickets
    .flatMap((ticket) => {
      const clock = windowOf(ticket.window, nowMs);
      return clock ? [{ ticket, clock }] : [];
    })
    .sort((a, b) => a.clock.leftMs - b.clock.leftMs)
    .slice(0, 6);
  return (
    <section className="card">
      <header>
        <h2>{t("wall.closing")}</h2>
        <span className="faint small">{t("wall.closing_hint")}</span>
      </header>
      {first.length === 0 ? <p className="none faint">{t("wall.closing_none")}</p> : null}
      <ul className="wend">
        {first.map(({ ticket, clock }) => {
          const name = ticket.customer.name ?? t("someone");
          return (
            <li key={ticket.id}>
              <button type="button" onClick={() => desk.open(ticket)}>
                <Face kind="customer" name={name} channel={ticket.channel} />
                <span className="grow">
                  <b className="cut">
                    <Name text={name} lang={langOf(name)} />
                  </b>
                  <span className="soft cut">
                    <Name text={oneLine(ticket.last?.text ?? "")} lang={langOf(ticket.last?.text ?? "")} />
                  </span>
                </span>
                <span className="fusebox">
                  <span className="small cut">{ticket.agent?.name ?? t("wall.nobody_yet")}</span>
                  <Fuse left={clock.leftMs <= 0 ? null : clock.left} label={t("window.left", { in: inWords(clock.leftMs) })} />
                </span>
                <Chip urgency={clock.urgency} icon={Hourglass}>
                  {clock.leftMs <= 0 ? t("window.closed") : inWords(clock.leftMs)}
                </Chip>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function QueueTable({ wall, nowMs }: { wall: WallData; nowMs: number }) {
  const t = useWords();
  return (
    <section className="card">
      <header>
        <h2>{t("queues.title")}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="tablebox" tabIndex={0} aria-label={t("queues.title")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("wall.queue")}</th>
              <th scope="col">{t("wall.col_waiting")}</th>
              <th scope="col">{t("wall.col_oldest")}</th>
              <th scope="col">{t("wall.col_risk")}</th>
              <th scope="col">{t("wall.col_late")}</th>
              <th scope="col">{t("wall.col_claimed")}</th>
              <th scope="col">{t("wall.col_unanswered")}</th>
            </tr>
          </thead>
          <tbody>
            {wall.queues.map((queue) => (
              <tr key={queue.name}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => goTo({ view: `queue:${queue.name}`, ticket: null })}>
                    {queue.name}
                  </button>
                  {queue.open ? null : <span className="faint"> · {t("wall.closed")}</span>}
                </th>
                <td>{queue.waiting}</td>
                <td className={queue.late > 0 ? "bad" : ""}>
                  {queue.oldest_at === null ? "–" : watched(nowMs - Date.parse(queue.oldest_at))}
                </td>
                <td>{queue.at_risk}</td>
                <td className={queue.late > 0 ? "bad" : ""}>{queue.late}</td>
                <td>{queue.claimed}</td>
                <td>{queue.unanswered}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
