/** Notes in which somebody named me: the newest first, those I have not looked at marked. */
import { AtSign } from "lucide-react";
import { useEffect } from "react";
import { useNow } from "../design/clock.ts";
import { toast } from "../design/floating.tsx";
import { ago } from "../design/format.ts";
import { langOf, Name, oneLine } from "../design/said.tsx";
import { Face, Pass, Skeleton } from "../design/shapes.tsx";
import { post } from "./api.ts";
import { client, useMentions } from "./data.ts";
import { useDesk } from "./desk.tsx";
import { jumpTo } from "./jump.ts";
import { getLive, onNotice } from "./live.ts";
import { goTo } from "./route.ts";
import type { Mention } from "./types.ts";
import { say, useWords } from "./words.ts";

export function Mentions() {
  const t = useWords();
  const nowMs = useNow();
  const { ticket } = useDesk();
  const { data } = useMentions();
  if (!data) return <Skeleton rows={4} label={t("loading")} />;
  if (data.mentions.length === 0) {
    return (
      <div className="empty">
        <Pass to={null} on={t("empty.nobody")} rest />
        <h2>{t("empty.mentions")}</h2>
        <p>{t("mentions.hint")}</p>
      </div>
    );
  }
  return (
    <ul className="rows mentions">
      {data.mentions.map((one) => {
        const by = one.by?.name ?? t("line.colleague");
        const name = one.customer.name ?? t("someone");
        const isNew = one.seen_at === null;
        return (
          <li key={`${one.conversation_id} ${one.seq}`}>
            <button
              type="button"
              className="item"
              aria-current={ticket?.id === one.ticket_id ? "true" : undefined}
              onClick={() => openMention(one)}
            >
              <Face kind="team" name={by} />
              <span className="top">
                <b className={`cut grow ${isNew ? "" : "calm"}`}>{t("mentions.by", { name: by })}</b>
                {isNew ? <AtSign className="i s" aria-hidden="true" /> : null}
                <span className="faint">{ago(Date.parse(one.at), nowMs)}</span>
              </span>
              <span className={`last ${isNew ? "" : "read"}`}>
                <Name text={oneLine(one.text ?? t("line.erased"))} lang={langOf(one.text ?? "")} />
              </span>
              <span className="facts">
                <span className="chip plain cut">
                  <Name text={t("mentions.about", { name: oneLine(name) })} />
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Goes to the note, by the ticket where there is one. */
function openMention({ conversation_id: talk, ticket_id: ticket, customer, seq }: Mention): void {
  if (ticket !== null) goTo({ screen: "inbox", ticket, pane: "thread" });
  else goTo({ screen: "customer", customer: customer.id, talk, pane: "thread" });
  setTimeout(() => jumpTo(seq), 400); // once the talk is there
  void post("/mentions/seen", { conversation: talk })
    .then(() => client.invalidateQueries({ queryKey: ["mentions"] }))
    .catch(() => {}); // it stays marked, and can be opened again
}

/** Tells at once that somebody named me. */
export function useMentionNotices(me: string): void {
  useEffect(
    () =>
      onNotice(({ kind, data }) => {
        if (kind !== "mentioned" || data.to !== me) return;
        const by = getLive().colleagues.find(({ id }) => id === data.by)?.name ?? say("line.colleague");
        const look = { label: say("resolved.look"), run: () => goTo({ screen: "inbox", view: "mentions", pane: "list" }) };
        toast(say("mentions.toast", { name: by }), { act: look });
      }),
    [me],
  );
}
