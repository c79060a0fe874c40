/** The desk beside the phone, small: the ticket of this conversation, and what a person may do with it. */
import { Undo2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PhoneView, SlotView, TicketView } from "../../server/studio/views.ts";
import { clockTime } from "../design/format.ts";
import { Said } from "../design/said.tsx";
import { Chip, Pass } from "../design/shapes.tsx";
import { atDesk } from "./api.ts";
import { complain } from "./deeds.ts";
import { Step } from "./place.tsx";
import { shown } from "./session.tsx";
import { type T, useWords } from "./words.ts";

export function Desk({ phone }: { phone: PhoneView }) {
  return phone.mode === "live" ? <WholeDesk /> : <SmallDesk phone={phone} />;
}

/** A live phone's ticket is on the real desk: that one is shown, in the width of a telephone. */
function WholeDesk() {
  const t = useWords();
  return (
    <section className="desk whole" aria-label={t("deskTitle")}>
      <iframe src="/desk" title={t("deskTitle")} />
    </section>
  );
}

function SmallDesk({ phone }: { phone: PhoneView }) {
  const t = useWords();
  const { ticket, session } = phone;
  const isMine = session?.controller === "human";
  const act = (body: object) => atDesk(phone.id, body).catch(complain);
  return (
    <section className="desk" aria-labelledby="desk-title">
      <h2 id="desk-title">{t("deskTitle")}</h2>
      {ticket ? (
        <Ticket ticket={ticket} phone={phone} t={t} />
      ) : (
        <div className="empty">
          <Pass to={isMine ? (session.agent ?? "") : null} on="" rest />
          <p className="soft">{session?.controller === "none" ? t("deskNobody") : t("deskNone")}</p>
          {session?.controller === "bot" ? (
            <button type="button" className="btn" onClick={() => act({ act: "take_over" })}>
              {t("takeOver")}
            </button>
          ) : null}
        </div>
      )}
      {ticket && !isMine ? (
        <button type="button" className="btn main" onClick={() => act({ act: "claim" })}>
          {t("claim")}
        </button>
      ) : null}
      {ticket && isMine ? <Work key={ticket.id} ticket={ticket} phone={phone} act={act} t={t} /> : null}
    </section>
  );
}

function Ticket({ ticket, phone, t }: { ticket: TicketView; phone: PhoneView; t: T }) {
  const since = clockTime(ticket.openedAtMs, phone.nowMs);
  const waits = ticket.state !== "claimed";
  return (
    <article className="ticket">
      <Pass
        to={ticket.agent ?? "?"}
        on={waits ? t("deskWaits", { queue: ticket.queue, time: since }) : t("deskMine", { name: ticket.agent ?? "" })}
      />
      <p className="reason">
        <Said text={ticket.detail} links={false} />
      </p>
      {ticket.stopped ? (
        <p className="soft">
          {t("stoppedAt")} <Step step={ticket.stopped} />
        </p>
      ) : null}
      {waits && ticket.promisedAtMs !== null ? (
        <Chip urgency={ticket.promisedAtMs < phone.nowMs ? "broken" : "fine"}>
          {t("promised", { time: clockTime(ticket.promisedAtMs, phone.nowMs) })}
        </Chip>
      ) : null}
      <dl className="kv">
        {ticket.wants ? (
          <div>
            <dt>{t("wants")}</dt>
            <dd>
              <Said text={ticket.wants} links={false} />
            </dd>
            <dd className="src" />
          </div>
        ) : null}
        {ticket.facts.map((fact) => (
          <div key={fact.key}>
            <dt className="cut">{fact.key}</dt>
            <dd>
              <bdi>{shown(fact.value, t)}</bdi>
            </dd>
            <dd className="src">{fact.source}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

type WorkProps = { ticket: TicketView; phone: PhoneView; act(body: object): Promise<unknown>; t: T };

function Work({ ticket, phone, act, t }: WorkProps) {
  const [text, setText] = useState("");
  const [facts, setFacts] = useState<Record<string, boolean | string>>({});
  const say = (event: FormEvent) => {
    event.preventDefault();
    const words = text.trim();
    if (words === "") return;
    setText("");
    void act({ act: "say", text: words, clientId: crypto.randomUUID() });
  };
  const back = () =>
    act({
      act: "return",
      toStep: null,
      facts: Object.entries(facts)
        .filter(([, value]) => value !== "")
        .map(([key, value]) => ({ key, value })),
    });
  return (
    <>
      <form className="answer" onSubmit={say}>
        <textarea
          rows={3}
          className="input"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
          aria-label={t("replyAs", { name: phone.session?.agent ?? "" })}
          placeholder={t("replyAs", { name: phone.session?.agent ?? "" })}
        />
        <button type="submit" className="btn main" disabled={text.trim() === ""}>
          {t("reply")}
        </button>
      </form>
      {ticket.askAgent.length > 0 ? (
        <fieldset className="asks">
          <legend className="label">{t("botAsks")}</legend>
          {ticket.askAgent.map((slot) => (
            <Fact key={slot.name} slot={slot} value={facts[slot.name]} set={(value) => setFacts({ ...facts, [slot.name]: value })} t={t} />
          ))}
        </fieldset>
      ) : null}
      <div className="row">
        <button type="button" className="btn" onClick={back}>
          <Undo2 className="i" aria-hidden="true" />
          {t("returnToBot")}
          {ticket.returnTo ? <code className="faint">{ticket.returnTo}</code> : null}
        </button>
        <button type="button" className="btn outlined" onClick={() => act({ act: "resolve" })}>
          {t("resolve")}
        </button>
      </div>
    </>
  );
}

type FactProps = { slot: SlotView; value: boolean | string | undefined; set(value: boolean | string): void; t: T };

function Fact({ slot, value, set, t }: FactProps) {
  const name = slot.label ?? slot.name;
  if (slot.type === "yes_no")
    return (
      <div className="row">
        <span className="grow">{name}</span>
        <fieldset className="seg" aria-label={name}>
          <button type="button" aria-pressed={value === true} onClick={() => set(true)}>
            {t("yes")}
          </button>
          <button type="button" aria-pressed={value === false} onClick={() => set(false)}>
            {t("no")}
          </button>
        </fieldset>
      </div>
    );
  return (
    <label className="field">
      <span>{name}</span>
      <input className="input" value={typeof value === "string" ? value : ""} onChange={(event) => set(event.target.value)} />
    </label>
  );
}
