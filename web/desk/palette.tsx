/** The palette: find a conversation, go somewhere, do something, all from one field. */
import { Command } from "cmdk";
import { CornerDownLeft, MessageSquareText } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { Dialog } from "../design/floating.tsx";
import { usePrefs } from "../design/prefs.ts";
import { langOf, Name, oneLine } from "../design/said.tsx";
import { useSearch } from "./data.ts";
import { useDesk } from "./desk.tsx";
import { Found } from "./found.tsx";
import { ACTS, keyOf, shownKey } from "./keys.ts";
import { viewName } from "./queues.tsx";
import { goTo } from "./route.ts";
import { useWords } from "./words.ts";

const FOUND_MAX = 8;

export function Palette() {
  const t = useWords();
  const desk = useDesk();
  const prefs = usePrefs();
  const [asked, setAsked] = useState("");
  const words = asked.toLocaleLowerCase().trim();
  const tickets = useMemo(
    () =>
      words === ""
        ? []
        : desk.tickets
            .filter(({ customer, last, id, queue }) =>
              `${customer.name ?? ""} ${last?.text ?? ""} ${id} ${queue}`.toLocaleLowerCase().includes(words),
            )
            .slice(0, FOUND_MAX),
    [desk.tickets, words],
  );
  const searching = desk.dialog === "search";
  const slow = useDeferredValue(words);
  const { data: found, isFetching } = useSearch(slow);
  const known = useMemo(() => new Set(tickets.map(({ id }) => id)), [tickets]);
  const acts = searching
    ? []
    : ACTS.filter((act) => act !== "palette" && desk.can(act) && t(`act.${act}`).toLocaleLowerCase().includes(words));
  const views = searching ? [] : desk.views.filter(({ id }) => viewName(id, t).toLocaleLowerCase().includes(words));
  const close = () => desk.openDialog(null);
  const choose = (then: () => void) => {
    close();
    setTimeout(then);
  };
  return (
    <Dialog title={searching ? t("search.title") : t("palette.title")} close={t("close")} onClose={close} className="palette">
      <Command shouldFilter={false} label={t("palette.title")} loop>
        <Command.Input
          value={asked}
          onValueChange={setAsked}
          placeholder={searching ? t("search.hint") : t("palette.hint")}
          className="input"
          autoFocus
        />
        <Command.List label={t("palette.title")}>
          <Command.Empty>
            {words === "" ? t("search.begin") : isFetching ? t("search.looking") : searching ? t("search.none") : t("palette.none")}
          </Command.Empty>
          {tickets.length > 0 ? (
            <Command.Group heading={t("palette.tickets")}>
              {tickets.map((ticket) => (
                <Command.Item key={ticket.id} value={ticket.id} onSelect={() => choose(() => desk.open(ticket))}>
                  <MessageSquareText className="i" aria-hidden="true" />
                  <b className="cut name">
                    <Name text={ticket.customer.name ?? t("someone")} lang={langOf(ticket.customer.name ?? "")} />
                  </b>
                  <span className="cut faint grow">
                    <Name text={oneLine(ticket.last?.text ?? "")} />
                  </span>
                </Command.Item>
              ))}
            </Command.Group>
          ) : null}
          {found && words.length > 1 ? <Found found={found} known={known} choose={choose} /> : null}
          {acts.length > 0 ? (
            <Command.Group heading={t("palette.acts")}>
              {acts.map((act) => (
                <Command.Item key={act} value={act} onSelect={() => choose(() => desk.run(act))}>
                  <CornerDownLeft className="i" aria-hidden="true" />
                  <span className="grow">{t(`act.${act}`)}</span>
                  <kbd className="key">{shownKey(keyOf(act, prefs))}</kbd>
                </Command.Item>
              ))}
            </Command.Group>
          ) : null}
          {views.length > 0 ? (
            <Command.Group heading={t("palette.views")}>
              {views.map(({ id }) => (
                <Command.Item
                  key={id}
                  value={`view ${id}`}
                  onSelect={() => choose(() => goTo({ screen: "inbox", view: id, pane: "list" }))}
                >
                  <CornerDownLeft className="i" aria-hidden="true" />
                  <span className="grow cut">{viewName(id, t)}</span>
                </Command.Item>
              ))}
            </Command.Group>
          ) : null}
        </Command.List>
      </Command>
    </Dialog>
  );
}
