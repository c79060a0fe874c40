/** The middle of the desk: whose talk this is and what can be done with it, above the lines and the composer. */
import { Bot, Check, ChevronLeft, ChevronRight, Eye, MoonStar, MoreHorizontal, Pencil, UserPlus } from "lucide-react";
import { Menu, MenuItem } from "../design/floating.tsx";
import { languageName } from "../design/format.ts";
import { language } from "../design/prefs.ts";
import { langOf, Name } from "../design/said.tsx";
import { channelName, Face, Pass, Skeleton } from "../design/shapes.tsx";
import { Composer } from "./composer.tsx";
import { useDesk } from "./desk.tsx";
import { headline } from "./headline.ts";
import { ActButton } from "./hint.tsx";
import { Lines } from "./lines.tsx";
import { useLive } from "./live.ts";
import { goTo, usePlace } from "./route.ts";
import { useWords } from "./words.ts";

export function ThreadPane() {
  const t = useWords();
  const desk = useDesk();
  const place = usePlace();
  if (place.ticket === null) return <NothingOpen />;
  if (desk.ticketFailed) {
    return (
      <main id="main" tabIndex={-1} className="thread">
        <div className="empty">
          <h2>{t("thread.gone")}</h2>
          <p>{t("thread.gone_hint")}</p>
          <button type="button" className="btn" onClick={() => goTo({ ticket: null, pane: "list" })}>
            {t("thread.back")}
          </button>
        </div>
      </main>
    );
  }
  return (
    <main id="main" tabIndex={-1} className="thread" aria-label={t("thread.label", { name: desk.ticket?.customer.name ?? t("someone") })}>
      <Head />
      {desk.ticket ? (
        <Lines
          key={desk.ticket.conversation_id}
          id={desk.ticket.conversation_id}
          customer={desk.ticket.customer.name ?? t("someone")}
          ticket={desk.ticket}
          through={desk.ticket.id}
        />
      ) : (
        <Skeleton rows={5} label={t("loading")} />
      )}
      {desk.ticket ? <Composer key={`composer ${desk.ticket.conversation_id}`} /> : null}
    </main>
  );
}

function NothingOpen() {
  const t = useWords();
  const { tickets, me } = useDesk();
  const waiting = tickets.filter(({ state }) => state === "waiting").length;
  const withMe = tickets.filter(({ agent, state }) => agent?.id === me.agent.id && state === "claimed").length;
  return (
    <main id="main" tabIndex={-1} className="thread" aria-label={t("thread.none")}>
      <div className="empty">
        <Pass to={me.agent.name} on={waiting > 0 ? t("empty.waiting", { n: waiting }) : t("empty.nobody")} rest={waiting === 0} />
        <h2>{waiting + withMe === 0 ? t("empty.waiting_none") : t("thread.choose")}</h2>
        <p>{waiting + withMe === 0 ? t("empty.comes") : t("thread.choose_hint")}</p>
      </div>
    </main>
  );
}

function Head() {
  const t = useWords();
  const desk = useDesk();
  const { ticket, mine } = desk;
  const name = ticket?.customer.name ?? t("someone");
  return (
    <>
      <header className="head">
        <button type="button" className="btn quiet icon back" aria-label={t("thread.back")} onClick={() => goTo({ pane: "list" })}>
          <ChevronLeft className="i" aria-hidden="true" />
        </button>
        <div className="grow">
          <h1 className="cut">{ticket ? <Name text={name} lang={langOf(name)} /> : " "}</h1>
          {ticket ? <p className="small faint cut">{<Under />}</p> : null}
        </div>
        {mine ? (
          <>
            <span className="wide row tight">
              <ActButton act="snooze" icon={MoonStar} iconOnly className="quiet" />
              <ActButton act="transfer" icon={UserPlus} iconOnly className="quiet" />
              <ActButton act="return" icon={Bot} iconOnly className="quiet" />
            </span>
            <More />
            <ActButton act="resolve" icon={Check} className="outlined end" disabled={!desk.can("resolve")} />
          </>
        ) : (
          <More />
        )}
      </header>
      {ticket ? (
        <button type="button" className="whybar" onClick={() => goTo({ pane: "panel" })}>
          <Face kind="bot" size="m" />
          <span className="grow cut">
            <b>{headline(ticket, t)}</b>
          </span>
          <ChevronRight className="i" aria-hidden="true" />
        </button>
      ) : null}
    </>
  );
}

function Under() {
  const t = useWords();
  const { ticket, me } = useDesk();
  const { company, customers } = useLive();
  const isWriting = customers[ticket!.conversation_id] !== undefined;
  const others = (company[ticket!.conversation_id] ?? []).filter(({ agent }) => agent !== me.agent.id);
  const [first] = [...others].sort((a) => (a.state === "writing" ? -1 : 1));
  return (
    <>
      {channelName(ticket!.channel)}
      {ticket!.language === null || ticket!.language === language() ? null : (
        <> · {t("thread.writes", { language: languageName(ticket!.language) })}</>
      )}
      {" · "}
      <Name text={ticket!.queue} />
      {isWriting ? (
        <span className="looking writing">
          {" · "}
          <Pencil className="i s" aria-hidden="true" /> {t("thread.customer_writes")}
        </span>
      ) : null}
      {first ? (
        <span className={`looking ${first.state}`}>
          {" · "}
          {first.state === "writing" || first.state === "noting" ? (
            <Pencil className="i s" aria-hidden="true" />
          ) : (
            <Eye className="i s" aria-hidden="true" />
          )}{" "}
          {t(`company.${first.state}`, { name: first.name })}
        </span>
      ) : null}
    </>
  );
}

function More() {
  const t = useWords();
  const desk = useDesk();
  const acts = (["snooze", "transfer", "assign", "return", "requeue", "take_over", "note", "panel"] as const).filter((act) =>
    desk.can(act),
  );
  if (acts.length === 0) return null;
  return (
    <Menu
      label={t("act.more")}
      trigger={
        <button type="button" className="btn quiet icon" aria-label={t("act.more")}>
          <MoreHorizontal className="i" aria-hidden="true" />
        </button>
      }
    >
      {acts.map((act) => (
        <MenuItem key={act} onSelect={() => setTimeout(() => desk.run(act))}>
          {t(`act.${act}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
