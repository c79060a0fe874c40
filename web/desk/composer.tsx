/** Below the talk: the window with its fuse, and what one may do now: write, take, take over. */
import { Flag, Hand, Lock, Undo2, UserCheck, X } from "lucide-react";
import { useNow } from "../design/clock.ts";
import { clockTime, inWords, watched } from "../design/format.ts";
import { Chip, Fuse } from "../design/shapes.tsx";
import { Box } from "./box.tsx";
import { useDesk } from "./desk.tsx";
import { ActButton } from "./hint.tsx";
import { usePresence } from "./presence.ts";
import { promiseOf, windowOf } from "./urgency.ts";
import { useWords } from "./words.ts";

export function Composer() {
  const desk = useDesk();
  const ticket = desk.ticket!;
  const closed = ticket.state === "closed";
  const window = windowOf(desk.conversation?.window ? { ...ticket.window, ...desk.conversation.window } : ticket.window, useNow());
  return (
    <footer className={`composer ${window?.urgency === "soon" ? "urgent" : ""}`}>
      {closed || desk.ending ? null : <Left />}
      {desk.ending ? (
        <Ending />
      ) : desk.mine || desk.mode === "note" ? (
        closed ? (
          <Ended />
        ) : (
          <Box shut={desk.mine && window !== null && window.leftMs <= 0} />
        )
      ) : (
        <Take />
      )}
    </footer>
  );
}

/** The window in words and as a fuse, and what we promised. */
function Left() {
  const t = useWords();
  const desk = useDesk();
  const nowMs = useNow();
  const ticket = desk.ticket!;
  const window = windowOf(ticket.window, nowMs);
  const promise = promiseOf(ticket, nowMs);
  const due = promise ? (
    <span className="due">
      <Chip urgency={promise.urgency} icon={Flag}>
        {promise.leftMs < 0
          ? t("promise.late", { by: watched(-promise.leftMs) })
          : t("promise.answer_due", { in: watched(promise.leftMs) })}
      </Chip>
    </span>
  ) : null;
  if (!window) return due === null ? null : <div className="left">{due}</div>;
  const closed = window.leftMs <= 0;
  return (
    <>
      <div className="left">
        {closed ? (
          <p className="count closedc">
            <X className="i" aria-hidden="true" />
            <b>{t("window.closed")}</b> {t("window.closed_since", { at: clockTime(window.atMs, nowMs) })}
          </p>
        ) : (
          <p className="count">
            <b>{inWords(window.leftMs)}</b> <span>{t("window.to_write")}</span>
          </p>
        )}
        <p className="until cut">{closed ? null : t("window.closes", { at: clockTime(window.atMs, nowMs) })}</p>
        {window.lines === null ? null : <span className="budget">{t("window.lines", { n: window.lines })}</span>}
        {due}
      </div>
      <Fuse left={closed ? null : window.left} label={closed ? t("window.closed") : t("window.left", { in: inWords(window.leftMs) })} />
    </>
  );
}

/** Nobody, or somebody else, has it: what one can do about that. */
function Take() {
  const t = useWords();
  const desk = useDesk();
  const nowMs = useNow();
  const ticket = desk.ticket!;
  const { offer } = ticket;
  usePresence(ticket.conversation_id, "looking");
  const offered = offer?.agent.id === desk.me.agent.id;
  if (ticket.state === "waiting" || offered) {
    return (
      <div className="take">
        <ActButton act="claim" icon={Hand} main disabled={!desk.can("claim")} />
        {offered ? (
          <button type="button" className="btn" onClick={() => void desk.act("decline", { lease: offer?.lease })}>
            {t("offer.decline")}
          </button>
        ) : null}
        <NoteButton />
        {offered ? <p className="small faint grow">{t("offer.until", { in: watched(Date.parse(offer!.until) - nowMs) })}</p> : null}
      </div>
    );
  }
  const name = ticket.agent?.name ?? ticket.offer?.agent.name ?? t("line.colleague");
  return (
    <div className="take">
      <p className="grow">
        <UserCheck className="i" aria-hidden="true" /> {ticket.state === "offered" ? t("take.offered", { name }) : t("take.with", { name })}
      </p>
      <NoteButton />
      <ActButton act="take_over" icon={Hand} disabled={!desk.can("take_over")} />
    </div>
  );
}

function Ending() {
  const t = useWords();
  return (
    <div className="take">
      <p className="grow">{t("resolved.held")}</p>
      <ActButton act="undo" icon={Undo2} />
    </div>
  );
}

function NoteButton() {
  return <ActButton act="note" icon={Lock} />;
}

function Ended() {
  const t = useWords();
  const desk = useDesk();
  const { outcome, wrap_up: code } = desk.ticket!;
  const how = outcome === "resolved" || outcome === "returned" || outcome === "cancelled" || outcome === "expired" ? outcome : "closed";
  return (
    <div className="take">
      <p className="grow">
        {t(`ended.${how}`)} {code === null ? null : <code>{code}</code>}
      </p>
      <ActButton act="take_over" icon={Hand} disabled={!desk.can("take_over")} />
    </div>
  );
}
