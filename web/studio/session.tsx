/** What the bot knows now: the stack of flows with their slots, and the customer. */
import { GitCommitVertical } from "lucide-react";
import type { Json } from "../../model/json.ts";
import type { PhoneView, SlotView } from "../../server/studio/views.ts";
import { languageName } from "../design/format.ts";
import { Step } from "./place.tsx";
import { type Key, known, type T, useWords } from "./words.ts";
import { told } from "./words-server.ts";

export function Session({ phone }: { phone: PhoneView }) {
  const t = useWords();
  const { session } = phone;
  const top = session?.frames[0];
  const more = (session?.frames.length ?? 1) - 1;
  return (
    <section aria-labelledby="session-title">
      <h2 id="session-title">
        {t("session")}{" "}
        <span>
          {!session
            ? ""
            : !top
              ? t("nothingRuns")
              : more === 0
                ? t("alone", { flow: top.flow })
                : t("onStack", { flow: top.flow, n: more })}
        </span>
      </h2>
      {session ? <Known phone={phone} session={session} /> : <p className="soft">{t("noSession", { name: phone.customer.first })}</p>}
    </section>
  );
}

function Known({ phone, session }: { phone: PhoneView; session: NonNullable<PhoneView["session"]> }) {
  const t = useWords();
  const controller = t(`controller.${session.controller}` as Key, { name: session.agent ?? "" });
  return (
    <>
      {session.moved ? (
        <p className="moved">
          <GitCommitVertical className="i" aria-hidden="true" />
          <span>{session.moved.stays === null ? t("moved") : t("stays", { why: told(session.moved.stays) })}</span>
        </p>
      ) : null}
      {session.frames.map((frame, at) => (
        <div key={frame.flow} className="frame">
          {session.frames.length > 1 ? (
            <p className="label">
              {frame.step ? <Step step={frame.step} /> : frame.flow}
              {at > 0 ? <span> · {t("below")}</span> : null}
            </p>
          ) : null}
          <dl className="kv">
            {frame.slots.map((slot) => (
              <Slot key={slot.name} slot={slot} question={at === 0 ? session.question : null} t={t} />
            ))}
          </dl>
        </div>
      ))}
      <dl className="kv">
        {session.kept.map((slot) => (
          <Slot key={slot.name} slot={slot} question={null} t={t} kept />
        ))}
        <div>
          <dt>{t("customer")}</dt>
          <dd>
            <bdi>{[phone.customer.name, session.customer.country].filter(Boolean).join(", ")}</bdi>
          </dd>
          <dd className="src">{session.language ? languageName(session.language) : ""}</dd>
        </div>
        {session.controller === "bot" ? null : (
          <div>
            <dt>{t("controller")}</dt>
            <dd>{controller}</dd>
            <dd className="src" />
          </div>
        )}
      </dl>
    </>
  );
}

type SlotProps = { slot: SlotView; question: NonNullable<PhoneView["session"]>["question"]; t: T; kept?: boolean };

function Slot({ slot, question, t, kept = false }: SlotProps) {
  const from = known(`from.${slot.from}`);
  const tries = slot.asking && question && question.attempts > 0;
  return (
    <div className={slot.asking ? "asking" : ""}>
      <dt className="cut" title={slot.label ?? slot.name}>
        {slot.name}
      </dt>
      <dd>
        {slot.value === null ? <span className="faint">{t("beingAsked")}</span> : <bdi>{shown(slot.value, t)}</bdi>}
        {tries ? <span className="faint"> · {t("tries", { n: question.attempts + 1, max: question.maxAttempts })}</span> : null}
      </dd>
      <dd className="src">{kept ? t("kept") : slot.value === null ? slot.type : from ? t(from) : slot.from}</dd>
    </div>
  );
}

export function shown(value: Json, t: T): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map((one) => shown(one, t)).join(", ");
  if (typeof value === "object" && value !== null) {
    if (typeof value.amount === "number") return `${value.amount} ${String(value.currency ?? "")}`;
    return JSON.stringify(value);
  }
  return String(value ?? "");
}
