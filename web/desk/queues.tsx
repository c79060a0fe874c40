/** The left of the desk: where one goes, who waits where, and oneself. */

import { ChartColumn, Hourglass, Inbox, Keyboard, LayoutGrid, Megaphone, Search, Settings, TimerOff } from "lucide-react";
import { useMemo } from "react";
import { serverNow, useNow } from "../design/clock.ts";
import { Tip } from "../design/floating.tsx";
import { number } from "../design/format.ts";
import { Key } from "../design/key.tsx";
import { Name } from "../design/said.tsx";
import { BatonMark, Face } from "../design/shapes.tsx";
import { useMentions } from "./data.ts";
import { useDesk } from "./desk.tsx";
import { useKey } from "./keys.ts";
import { goTo, usePlace } from "./route.ts";
import { type View, waitsForMe } from "./views.ts";
import { useWords } from "./words.ts";

export function Rail() {
  const t = useWords();
  const desk = useDesk();
  const { screen } = usePlace();
  const waiting = desk.tickets.filter((ticket) => waitsForMe(ticket, desk.me)).length;
  const { agent } = desk.me;
  return (
    <nav className="rail" aria-label="Baton">
      <span className="logo">
        <BatonMark />
      </span>
      <Tip text={t("nav.inbox")}>
        <button
          type="button"
          aria-current={screen === "inbox" ? "page" : undefined}
          aria-label={waiting > 0 ? t("nav.inbox_waiting", { n: waiting }) : t("nav.inbox")}
          onClick={() => goTo({ screen: "inbox", pane: "list" })}
        >
          <Inbox className="i" aria-hidden="true" />
          {waiting > 0 ? (
            <i className="count" aria-hidden="true">
              {number(waiting)}
            </i>
          ) : null}
        </button>
      </Tip>
      <RailButton label={t("act.search")} onClick={() => desk.run("search")} icon={Search} />
      {desk.oversees ? (
        <RailButton
          label={t("nav.wall")}
          current={screen === "wall"}
          onClick={() => goTo({ screen: "wall", pane: "list" })}
          icon={LayoutGrid}
        />
      ) : null}
      {desk.oversees ? (
        <RailButton
          label={t("nav.reports")}
          current={screen === "reports"}
          onClick={() => goTo({ screen: "reports", pane: "list" })}
          icon={ChartColumn}
        />
      ) : null}
      <RailButton label={t("act.help")} onClick={() => desk.run("help")} icon={Keyboard} wide />
      <RailButton label={t("act.settings")} onClick={() => desk.run("settings")} icon={Settings} />
      <Tip text={agent.away ? t("me.away") : t("me.here")}>
        <button
          type="button"
          className="me"
          aria-label={`${agent.name}, ${agent.away ? t("me.away") : t("me.here")}`}
          onClick={() => desk.run("settings")}
        >
          <Face kind={agent.away ? "nobody" : "team"} name={agent.name} />
          <span className={`dot ${agent.away ? "off" : ""}`} />
        </button>
      </Tip>
    </nav>
  );
}

type RailButtonProps = { label: string; current?: boolean; wide?: boolean; onClick(): void; icon: typeof Search };

function RailButton({ label, current = false, wide = false, onClick, icon: Icon }: RailButtonProps) {
  return (
    <Tip text={label}>
      <button type="button" className={wide ? "wide" : ""} aria-label={label} aria-current={current ? "page" : undefined} onClick={onClick}>
        <Icon className="i" aria-hidden="true" />
      </button>
    </Tip>
  );
}

const ICONS: Record<string, typeof Search> = { late: TimerOff, closing: Hourglass, ads: Megaphone };

export function Queues() {
  const t = useWords();
  const desk = useDesk();
  const key = useKey("palette");
  const counts = useCounts();
  const mine = counts.get("mine") ?? 0;
  const group = (name: "inbox" | "queue" | "view") => (
    <ul>
      {desk.views
        .filter((view) => view.group === name)
        .map((view) => (
          <li key={view.id}>
            <ViewButton id={view.id} count={counts.get(view.id) ?? 0} strong={["mine", "waiting", "mentions"].includes(view.id)} />
          </li>
        ))}
    </ul>
  );
  return (
    <nav className="queues" aria-label={t("queues.label")}>
      <button type="button" className="btn find" onClick={() => desk.run("palette")}>
        <Search className="i" aria-hidden="true" />
        <span className="grow cut">{t("palette.find")}</span>
        {key === null ? null : <Key of={key} />}
      </button>
      {group("inbox")}
      <h2 className="label">{t("queues.title")}</h2>
      {group("queue")}
      <h2 className="label">{t("views.title")}</h2>
      {group("view")}
      <p className="hand">
        <b>{t("me.load", { mine, capacity: desk.me.agent.capacity })}</b>
        <br />
        <span className="faint">{mine < desk.me.agent.capacity ? t("me.free", { n: desk.me.agent.capacity - mine }) : t("me.full")}</span>
      </p>
    </nav>
  );
}

function ViewButton({ id, count, strong }: { id: string; count: number; strong: boolean }) {
  const t = useWords();
  const { view } = useDesk();
  const Icon = ICONS[id];
  const queue = id.startsWith("queue:") ? id.slice("queue:".length) : null;
  return (
    <button
      type="button"
      aria-current={view.id === id ? "true" : undefined}
      onClick={() => goTo({ screen: "inbox", view: id, pane: "list" })}
    >
      {Icon ? <Icon className="i" aria-hidden="true" /> : null}
      <span className="grow cut">{queue === null ? viewName(id, t) : <Name text={queue} />}</span>
      {strong && count > 0 ? <b>{number(count)}</b> : <span>{number(count)}</span>}
    </button>
  );
}

export function viewName(id: string, t: ReturnType<typeof useWords>): string {
  switch (id) {
    case "mine":
    case "waiting":
    case "snoozed":
    case "all":
    case "mentions":
    case "late":
    case "closing":
    case "ads":
      return t(`view.${id}`);
    default:
      return id.slice("queue:".length);
  }
}

function useCounts(): Map<string, number> {
  const { tickets, views } = useDesk();
  const { data: mentions } = useMentions();
  const minute = Math.floor(useNow() / 15_000);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the minute is what makes the clock's views current
  return useMemo(() => {
    const nowMs = serverNow();
    const count = (view: View) => (view.id === "mentions" ? (mentions?.unseen ?? 0) : null);
    return new Map(
      views.map((view) => [view.id, count(view) ?? tickets.reduce((sum, ticket) => sum + (view.holds(ticket, nowMs) ? 1 : 0), 0)]),
    );
  }, [tickets, views, mentions, minute]);
}

/** On a phone: the same views as a row above the list. */
export function ViewChoice() {
  const t = useWords();
  const desk = useDesk();
  const counts = useCounts();
  return (
    <label className="viewchoice">
      <span className="sr">{t("queues.label")}</span>
      <select value={desk.view.id} onChange={(event) => goTo({ view: event.target.value })}>
        {desk.views.map(({ id }) => (
          <option key={id} value={id}>
            {viewName(id, t)} ({number(counts.get(id) ?? 0)})
          </option>
        ))}
      </select>
    </label>
  );
}
