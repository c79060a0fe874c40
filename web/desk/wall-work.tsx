/** The wall's list of tickets to act on: chosen by keys or clicks, given to somebody, taken over, opened. */
import { CornerDownLeft, Hand, UserPlus } from "lucide-react";
import { useEffect, useRef } from "react";
import { watched } from "../design/format.ts";
import { langOf, Name } from "../design/said.tsx";
import { useDesk } from "./desk.tsx";
import { reasonOf } from "./headline.ts";
import { ActButton } from "./hint.tsx";
import { goTo, usePlace } from "./route.ts";
import type { Wall } from "./types.ts";
import { wallRows } from "./wall-rows.ts";
import { useWords } from "./words.ts";

const SHOWN_MAX = 100;

export function Work({ wall, nowMs }: { wall: Wall; nowMs: number }) {
  const t = useWords();
  const desk = useDesk();
  const { view, ticket: chosen } = usePlace();
  const rows = wallRows(wall, view);
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (chosen !== null) body.current?.querySelector(`tr.chosen`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const open = (id: string) => goTo({ screen: "inbox", view: "all", ticket: id, pane: "thread" });
  return (
    <section className="card work">
      <header>
        <h2>{t("wall.work")}</h2>
        <span className="faint small grow">{t("wall.work_hint")}</span>
        <label className="row tight">
          <span className="faint small">{t("wall.filter")}</span>
          <select
            className="input"
            aria-label={t("wall.filter")}
            value={view}
            onChange={(event) => goTo({ view: event.target.value, ticket: null })}
          >
            <option value="mine">{t("wall.everything")}</option>
            <option value="late">{t("wall.only_late")}</option>
            <option value="at_risk">{t("wall.only_risk")}</option>
            {wall.queues.map(({ name }) => (
              <option key={name} value={`queue:${name}`}>
                {t("wall.only_queue", { name })}
              </option>
            ))}
            <option value="agent:">{t("wall.only_agent", { name: t("wall.nobody_has") })}</option>
            {wall.agents.map(({ id, name }) => (
              <option key={id} value={`agent:${id}`}>
                {t("wall.only_agent", { name })}
              </option>
            ))}
          </select>
        </label>
      </header>
      {rows.length === 0 ? <p className="none faint">{t("wall.work_none")}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="tablebox" tabIndex={0} aria-label={t("wall.work")} hidden={rows.length === 0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("wall.col_customer")}</th>
              <th scope="col">{t("wall.queue")}</th>
              <th scope="col">{t("wall.col_agent")}</th>
              <th scope="col">{t("wall.col_due")}</th>
              <th scope="col">
                <span className="sr">{t("act.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.slice(0, SHOWN_MAX).map((ticket) => {
              const name = ticket.customer.name ?? t("someone");
              const left = ticket.due_at === null ? null : Date.parse(ticket.due_at) - nowMs;
              const isChosen = ticket.id === chosen;
              return (
                <tr key={ticket.id} className={isChosen ? "chosen" : ""}>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      aria-pressed={isChosen}
                      onClick={() => goTo({ ticket: ticket.id, pane: "list" }, true)}
                      onDoubleClick={() => open(ticket.id)}
                    >
                      <Name text={name} lang={langOf(name)} />
                    </button>{" "}
                    <span className="faint">{reasonOf(ticket, t)}</span>
                  </th>
                  <td>{ticket.queue}</td>
                  <td>{ticket.agent?.name ?? <span className="faint">{t("wall.nobody_has")}</span>}</td>
                  <td className={ticket.risk === "late" ? "bad" : ""}>
                    {left === null ? "–" : left < 0 ? t("promise.late", { by: watched(-left) }) : watched(left)}
                    {ticket.risk === "at_risk" ? ` · ${t("wall.only_risk")}` : null}
                  </td>
                  <td className="does">
                    {isChosen && desk.ticket?.id === ticket.id ? (
                      <>
                        <ActButton act="assign" icon={UserPlus} disabled={!desk.can("assign")} />
                        {desk.can("claim") ? (
                          <ActButton act="claim" icon={Hand} />
                        ) : (
                          <ActButton act="take_over" icon={Hand} disabled={!desk.can("take_over")} />
                        )}
                      </>
                    ) : null}
                    <button type="button" className="btn quiet" onClick={() => open(ticket.id)}>
                      <CornerDownLeft className="i" aria-hidden="true" />
                      {t("wall.open_row")}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
