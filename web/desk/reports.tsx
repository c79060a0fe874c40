/** What the last days were like, for supervisors: how much, how soon answered, how long until done; per queue, person and day. */
import { useState } from "react";
import { inWords, number } from "../design/format.ts";
import { language } from "../design/prefs.ts";
import { Name } from "../design/said.tsx";
import { Skeleton } from "../design/shapes.tsx";
import { useReports } from "./data.ts";
import { useDesk } from "./desk.tsx";
import type { Spread, Sum } from "./types.ts";
import { useWords } from "./words.ts";

const SPANS = [1, 7, 30, 90] as const;

export function ReportsScreen() {
  const t = useWords();
  const { oversees } = useDesk();
  const [days, setDays] = useState<number>(7);
  const { data, isError, refetch } = useReports(days);
  if (!oversees) return <main id="main" tabIndex={-1} className="page" />;
  return (
    <main id="main" tabIndex={-1} className="page" aria-label={t("reports.title")}>
      <div className="lead">
        <h1 className="grow">{t("reports.title")}</h1>
        <label className="row tight">
          <span className="faint">{t("reports.days")}</span>
          <select className="input" aria-label={t("reports.days")} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {t("reports.n_days", { n: span })}
              </option>
            ))}
          </select>
        </label>
      </div>
      {isError && !data ? (
        <div className="oops" role="alert">
          <b className="grow">{t("reports.failed")}</b>
          <button type="button" className="btn" onClick={() => void refetch()}>
            {t("try_again")}
          </button>
        </div>
      ) : null}
      {!data ? (
        isError ? null : (
          <Skeleton rows={5} label={t("loading")} />
        )
      ) : (
        <>
          <p className="figs">
            <span>
              <b>{number(data.total.opened)}</b> {t("reports.opened")}
            </span>
            <span>
              <b>{shown(data.total.first_answer_s)}</b> {t("reports.first")}
            </span>
            <span>
              <b>{shown(data.total.resolution_s)}</b> {t("reports.resolution")}
            </span>
            <span>
              <b>{number(data.total.open)}</b> {t("reports.open")}
            </span>
          </p>
          <p className="small faint">
            {t("reports.zone", { zone: data.timezone })} · {t("reports.first")}: {t("reports.first_hint")}
            {data.is_complete ? null : ` · ${t("reports.part")}`}
          </p>
          {data.total.opened === 0 ? <p className="soft">{t("reports.none")}</p> : null}
          <Table head={t("reports.day")} rows={[...data.days].reverse().map((row) => ({ ...row, id: row.day, name: dayOf(row.day) }))} />
          <Table head={t("reports.queue")} rows={data.queues.map((row) => ({ ...row, id: row.name }))} />
          <Table head={t("reports.agent")} rows={data.agents} />
        </>
      )}
    </main>
  );
}

function Table({ head, rows }: { head: string; rows: (Sum & { id: string; name: string })[] }) {
  const t = useWords();
  if (rows.length === 0) return null;
  return (
    <section className="card">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="tablebox" tabIndex={0} aria-label={head}>
        <table>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col">{t("reports.opened")}</th>
              <th scope="col">{t("reports.resolved")}</th>
              <th scope="col">{t("reports.returned")}</th>
              <th scope="col">{t("reports.left")}</th>
              <th scope="col">{t("reports.open")}</th>
              <th scope="col">{t("reports.first")}</th>
              <th scope="col">{t("reports.resolution")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <Name text={row.name} />
                </th>
                <td>{number(row.opened)}</td>
                <td>{number(row.resolved)}</td>
                <td>{number(row.returned)}</td>
                <td>{number(row.left)}</td>
                <td>{number(row.open)}</td>
                <td>
                  <Times of={row.first_answer_s} />
                </td>
                <td>
                  <Times of={row.resolution_s} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Times({ of }: { of: Spread }) {
  const t = useWords();
  if (of === null) return "–";
  return <>{t("reports.median_p90", { median: inWords(of.median * 1000), p90: inWords(of.p90 * 1000) })}</>;
}

function shown(spread: Spread): string {
  return spread === null ? "–" : inWords(spread.median * 1000);
}

/** A calendar day of the brand's own zone, which is not the reader's. */
function dayOf(day: string): string {
  const format = new Intl.DateTimeFormat(language(), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return format.format(Date.parse(`${day}T12:00:00Z`));
}
