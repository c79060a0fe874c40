/** What happened: each turn as a sentence, the newest largest, with all that led to it behind. */
import { ChevronRight } from "lucide-react";
import type { CSSProperties } from "react";
import type { PhoneView, TraceView, TurnView } from "../../server/studio/views.ts";
import { clockTime } from "../design/format.ts";
import { Said } from "../design/said.tsx";
import { Line, Step } from "./place.tsx";
import { inShort, Sentence, type Told, tell, text } from "./sentence.tsx";
import { known, type T, useWords } from "./words.ts";
import { noted } from "./words-server.ts";

export function Trace({ phone }: { phone: PhoneView }) {
  const t = useWords();
  const told = tell(phone.turns);
  return (
    <section aria-labelledby="trace-title">
      <h2 id="trace-title">
        {t("whatHappened")} {told.length > 0 ? <span>{t("turns", { n: told.length })}</span> : null}
      </h2>
      {told.length === 0 ? <p className="soft">{t("noTurns")}</p> : null}
      <ol className="turns" aria-live="polite" aria-relevant="additions">
        {told.map((one, at) => (
          <Turn key={one.first.seq} told={one} isNewest={at === 0} nowMs={phone.nowMs} />
        ))}
      </ol>
    </section>
  );
}

function Turn({ told, isNewest, nowMs }: { told: Told; isNewest: boolean; nowMs: number }) {
  const t = useWords();
  const { first } = told;
  return (
    <li className={`turn ${isNewest ? "now" : ""}`}>
      <time dateTime={new Date(first.atMs).toISOString()}>{clockTime(first.atMs, nowMs)}</time>
      <div>
        <p className="says">
          <Sentence told={told} t={t} />
        </p>
        <details open={isNewest || undefined}>
          <summary>
            <ChevronRight className="i" aria-hidden="true" />
            {t("why")}
          </summary>
          <Why told={told} />
        </details>
      </div>
    </li>
  );
}

function Why({ told }: { told: Told }) {
  const t = useWords();
  const turns = [told.first, ...told.back];
  const last = turns.at(-1)!;
  return (
    <>
      {told.first.readings.length > 0 ? <Readings turn={told.first} /> : null}
      {told.first.ranking ? <Ranking turn={told.first} /> : null}
      <dl className="kv">
        {turns.flatMap((turn) => [
          turn.heard?.kind === "called" && turn.heard.outcome ? (
            <div key={`${turn.seq}-came`}>
              <dt>{turn.heard.action}</dt>
              <dd>
                <bdi>{turn.heard.outcome.ok ? inShort(turn.heard.outcome.value) : turn.heard.outcome.code}</bdi>
              </dd>
              <dd className="src">{turn.heard.tookMs ? `${turn.heard.tookMs} ms` : ""}</dd>
            </div>
          ) : null,
          // biome-ignore lint/suspicious/noArrayIndexKey: a turn that was decided never changes
          ...turn.trace.filter((note) => isTelling(note, turn)).map((note, at) => <Note key={`${turn.seq}-${at}`} note={note} />),
          ...turn.said.map((said, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a turn that was decided never changes
            <div key={`${turn.seq}-said-${at}`} className={said.state === "sent" ? "" : "unsent"}>
              <dt>{t(said.step?.kind === "collect" ? "kind.collect" : "kind.send")}</dt>
              <dd>
                <bdi>{said.text}</bdi>
                {said.choices + said.buttons > 0 ? (
                  <span className="faint"> · {t("s.buttons", { n: said.choices + said.buttons })}</span>
                ) : null}
                {known(`s.state.${said.state}`) ? (
                  <b className="broken">
                    {" "}
                    {t(known(`s.state.${said.state}`)!)} {said.why}
                  </b>
                ) : null}
              </dd>
              <dd className="src">
                <Line place={said.step?.place} name={said.step?.step ?? ""} />
              </dd>
            </div>
          )),
        ])}
      </dl>
      <p className="commit faint">
        {t("commit", { from: String(told.first.commit.from), to: String(last.commit.to), program: last.program.slice(0, 8) })}
      </p>
    </>
  );
}

/** What only repeats the sentence, or what is said below, is left out. */
function isTelling(note: TraceView, turn: TurnView): boolean {
  if (note.what === "collect") return !turn.said.some(({ step }) => step?.step === note.ref?.step);
  if (note.at === "heard" || note.at === "language") return false;
  return note.what !== "send" && note.what !== "called" && note.what !== "call answered";
}

function Note({ note }: { note: TraceView }) {
  const t = useWords();
  const { ref, what, data } = note;
  const isExpression = ref !== null && (ref.kind === "if" || ref.kind === "switch") && data !== null;
  const kind = known(isExpression ? `kind.${ref.kind}` : `kind.${what}`);
  const value = data === null ? "" : typeof data === "boolean" ? t(data ? "yes" : "no") : text(data);
  return (
    <div>
      <dt>{kind ? t(kind) : ref ? <Step step={ref} short /> : note.at}</dt>
      <dd>
        {isExpression ? (
          <>
            <code>{what}</code> → <b>{value}</b>
          </>
        ) : kind && ref ? (
          <Step step={ref} short />
        ) : (
          <bdi>
            {noted(what)} {noted(value)}
          </bdi>
        )}
      </dd>
      <dd className="src">
        <Line place={ref?.place} name={ref?.step ?? note.at} />
      </dd>
    </div>
  );
}

/** A message of several questions, or one that leans on the last: how each reading was understood. */
function Readings({ turn }: { turn: TurnView }) {
  const t = useWords();
  return (
    <ul className="readings" aria-label={t("readings")}>
      {turn.readings.map(({ text: read, best }) => (
        <li key={read}>
          <q>
            <Said text={read} links={false} />
          </q>
          <span className="faint">{best ? `${named(best, t)} ${best.score.toFixed(2)}` : t("noneOfThese")}</span>
        </li>
      ))}
    </ul>
  );
}

const named = (one: { kind: "flow" | "faq"; name: string }, t: T) => (one.kind === "faq" ? `${t("kind.faq")} ${one.name}` : one.name);

function Ranking({ turn }: { turn: TurnView }) {
  const t = useWords();
  const { candidates, none, acts } = turn.ranking!;
  const taken = new Set(turn.trace.flatMap((note) => (note.what.startsWith("matches ") ? [text(note.data)] : [])));
  return (
    <ul className="ranks" aria-label={t("ranking")} style={{ "--acts": `${Math.round(acts * 100)}%` } as CSSProperties}>
      {candidates.map((one) => (
        <li key={`${one.kind} ${one.name}`} className={taken.has(one.name) ? "won" : ""}>
          <span className="cut" title={one.phrase}>
            {named(one, t)}
          </span>
          <i style={{ "--w": `${Math.round(one.score * 100)}%` } as CSSProperties} aria-hidden="true" />
          <span>{one.score.toFixed(2)}</span>
          {one.shares.length > 0 ? <small className="faint">{t("shares", { words: one.shares.join(" · ") })}</small> : null}
        </li>
      ))}
      {none > 0.01 ? (
        <li>
          <span className="cut">{t("noneOfThese")}</span>
          <i style={{ "--w": `${Math.round(none * 100)}%` } as CSSProperties} aria-hidden="true" />
          <span>{none.toFixed(2)}</span>
        </li>
      ) : null}
      <li className="faint">
        <small>{t("actsFrom", { score: acts.toFixed(2) })}</small>
      </li>
    </ul>
  );
}
