/** The phone's clock as a dial: where its hand stands, what is due next, and how to turn it. */
import { Hourglass, SkipForward } from "lucide-react";
import type { PhoneView, TimerView } from "../../server/studio/views.ts";
import { clockTime, dayName } from "../design/format.ts";
import type { Act } from "./deeds.ts";
import { type Key, known, type T, useWords } from "./words.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export function Time({ phone, act, onOwnTime }: { phone: PhoneView; act: Act; onOwnTime(): void }) {
  const t = useWords();
  const isOwn = phone.mode === "time";
  const next = phone.session?.timers.find((timer) => timer.atMs > phone.nowMs);
  const { window } = phone;
  return (
    <section aria-labelledby="time-title">
      <h2 id="time-title">
        {t("time")} <span>{t(isOwn ? "timeHint" : "timeLive")}</span>
      </h2>
      <div className="time">
        <Dial phone={phone} next={next} t={t} />
        {isOwn ? (
          <div className="to">
            <button type="button" className="btn" onClick={() => act({ act: "pass", ms: 3 * HOUR_MS })}>
              {t("plus3h")} <kbd className="key">1</kbd>
            </button>
            <button type="button" className="btn" onClick={() => act({ act: "pass", ms: DAY_MS })}>
              {t("plus1d")} <kbd className="key">2</kbd>
            </button>
            <button type="button" className="btn wide" disabled={!next} onClick={() => act({ act: "pass_to", what: "timer" })}>
              <SkipForward className="i" aria-hidden="true" />
              <span>{t("nextTimer")}</span>
              <span className="faint cut">{next ? `${clockTime(next.atMs, phone.nowMs)} ${timerName(next, t)}` : t("none")}</span>
            </button>
            <button type="button" className="btn wide" disabled={!window.open} onClick={() => act({ act: "pass_to", what: "window" })}>
              <Hourglass className="i" aria-hidden="true" />
              <span>{t("pastWindow")}</span>
              <span className="faint cut">
                {window.open && window.closesAtMs !== null ? clockTime(window.closesAtMs, phone.nowMs) : t("none")}
              </span>
            </button>
          </div>
        ) : (
          <div className="to">
            <p className="soft small wide">{t("timeLiveText")}</p>
            <button type="button" className="btn wide" onClick={onOwnTime}>
              {t("turnClock")}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function timerName(timer: TimerView, t: T): string {
  const [kind = "", flow = ""] = timer.key.split(":");
  const key = known(`timer.${kind}`);
  return key ? t(key as Key, { flow }) : kind;
}

const CENTER = 64;
const RADIUS = 54;

/** Twelve hours round, as on a wall. */
function angle(atMs: number): number {
  const date = new Date(atMs);
  return ((date.getHours() % 12) * 60 + date.getMinutes()) / 720;
}

function onRim(turn: number, radius = RADIUS): { x: number; y: number } {
  const a = (turn - 0.25) * 2 * Math.PI;
  return { x: CENTER + radius * Math.cos(a), y: CENTER + radius * Math.sin(a) };
}

function Dial({ phone, next, t }: { phone: PhoneView; next: TimerView | undefined; t: T }) {
  const at = angle(phone.nowMs);
  const hand = onRim(at);
  const leftMs = phone.window.open && phone.window.closesAtMs !== null ? phone.window.closesAtMs - phone.nowMs : 0;
  const left = Math.min(0.999, leftMs / phone.window.lengthMs);
  const soon = next && next.atMs - phone.nowMs < 12 * HOUR_MS ? onRim(angle(next.atMs)) : null;
  const time = clockTime(phone.nowMs, phone.nowMs);
  return (
    <svg className="dial" viewBox="0 0 128 128" role="img" aria-label={t("dialLabel", { time: `${dayName(phone.nowMs)} ${time}` })}>
      <circle className="rim" cx={CENTER} cy={CENTER} r={RADIUS} pathLength={100} />
      {[0, 0.25, 0.5, 0.75].map((turn) => {
        const from = onRim(turn, 60);
        const to = onRim(turn, 53);
        return <path key={turn} className="tick" d={`M${from.x} ${from.y}L${to.x} ${to.y}`} />;
      })}
      {left > 0 ? (
        <circle
          className="left"
          cx={CENTER}
          cy={CENTER}
          r={RADIUS}
          pathLength={100}
          strokeDasharray={`${left * 100} 100`}
          transform={`rotate(${at * 360 - 90} ${CENTER} ${CENTER})`}
        />
      ) : null}
      {soon ? <rect className="due" x={soon.x - 4.5} y={soon.y - 4.5} width="9" height="9" rx="2" /> : null}
      <circle className="hand" cx={hand.x} cy={hand.y} r="7" />
      <text x={CENTER} y="66">
        {time}
      </text>
      <text className="day" x={CENTER} y="82">
        {dayName(phone.nowMs)}
      </text>
    </svg>
  );
}
