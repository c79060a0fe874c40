/** How a channel stands towards the brand now: how long it may still write, and how much. */
import type { BudgetView, PhoneView } from "../../server/studio/views.ts";
import { clockTime, inWords } from "../design/format.ts";
import { Fuse } from "../design/shapes.tsx";
import { useWords } from "./words.ts";

/** In one line, above a phone in a row of several. */
export function Standing({ phone }: { phone: PhoneView }) {
  return (
    <div className="standing">
      <Left phone={phone} />
      <Budget phone={phone} budget={phone.budget} />
    </div>
  );
}

/** The window: its time left as a word and as a fuse. */
export function Left({ phone, isBig = false }: { phone: PhoneView; isBig?: boolean }) {
  const t = useWords();
  const { window } = phone;
  if (window.always)
    return (
      <p>
        <span className="soft">{t("always")}</span>
      </p>
    );
  if (window.closesAtMs === null)
    return (
      <p>
        <span className="soft">{t("notOpen")}</span>
      </p>
    );
  const leftMs = window.open ? window.closesAtMs - phone.nowMs : 0;
  const left = leftMs > 0 ? leftMs / window.lengthMs : null;
  const size = isBig ? "big" : "";
  return (
    <>
      <p>
        {left === null ? (
          <b className={`${size} closed`}>{t("closed")}</b>
        ) : (
          <>
            <b className={size}>{inWords(leftMs)}</b> <span className="faint hide">{t("left")}</span>
          </>
        )}
        {left === null && window.humanUntilMs !== null ? (
          <span className="faint small human">{t("humanLeft", { time: inWords(window.humanUntilMs - phone.nowMs) })}</span>
        ) : null}
      </p>
      <Fuse left={left} label={left === null ? t("windowClosedLabel") : t("windowLabel", { time: inWords(leftMs) })} />
    </>
  );
}

const DOTS_MAX = 6;

export function Budget({ phone, budget }: { phone: PhoneView; budget: BudgetView | null }) {
  const t = useWords();
  if (budget === null) return null;
  const until = budget.untilMs === null ? "" : clockTime(budget.untilMs, phone.nowMs);
  const hint = t(budget.of === "customer" ? "budgetCustomer" : "budgetAccount", { until: until === "" ? "–" : until });
  return (
    <p className={`budget ${budget.left <= 0 ? "out" : ""}`} title={hint}>
      {budget.max <= DOTS_MAX ? (
        <span className="dots" aria-hidden="true">
          {Array.from({ length: budget.max }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place
            <i key={at} className={at < budget.left ? "on" : ""} />
          ))}
        </span>
      ) : null}
      {t("budget", { left: String(budget.left), max: String(budget.max) })}
    </p>
  );
}
