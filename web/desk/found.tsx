/** What the server found beyond the open tickets: customers, tickets of any age, and words that were said. */
import { Command } from "cmdk";
import { MessageSquareText, Quote, UserRound } from "lucide-react";
import { useNow } from "../design/clock.ts";
import { ago } from "../design/format.ts";
import { langOf, Name, oneLine } from "../design/said.tsx";
import { jumpTo } from "./jump.ts";
import { goTo } from "./route.ts";
import type { Search } from "./types.ts";
import { useWords } from "./words.ts";

type Place = { customer: { id: string } | null; conversation_id: string | null; ticket_id: string | null };

/** By the ticket where there is one; what only the bot has opens on the customer's page. */
function openFound({ customer, conversation_id: talk, ticket_id: ticket }: Place, seq?: number): void {
  if (ticket !== null) goTo({ screen: "inbox", ticket, pane: "thread" });
  else if (customer) goTo({ screen: "customer", customer: customer.id, talk, pane: "thread" });
  if (seq !== undefined) setTimeout(() => jumpTo(seq), 500); // once the talk is there
}

type FoundProps = { found: Search; known: Set<string>; choose(then: () => void): void };

/** @param known tickets that are shown already */
export function Found({ found, known, choose }: FoundProps) {
  const t = useWords();
  const nowMs = useNow();
  const tickets = found.tickets.filter(({ ticket_id: id }) => id !== null && !known.has(id));
  const nameOf = (one: Search["said"][number] | Search["customers"][number]) => one.customer?.name ?? t("someone");
  return (
    <>
      {found.customers.length > 0 ? (
        <Command.Group heading={t("search.customers")}>
          {found.customers.map((one) => (
            <Command.Item
              key={one.customer?.id}
              value={`customer ${one.customer?.id}`}
              onSelect={() =>
                choose(() => goTo({ screen: "customer", customer: one.customer?.id ?? null, talk: one.conversation_id, pane: "thread" }))
              }
            >
              <UserRound className="i" aria-hidden="true" />
              <b className="cut grow">
                <Name text={nameOf(one)} lang={langOf(nameOf(one))} />
              </b>
            </Command.Item>
          ))}
        </Command.Group>
      ) : null}
      {tickets.length > 0 ? (
        <Command.Group heading={t("search.tickets")}>
          {tickets.map((one) => (
            <Command.Item key={one.ticket_id} value={`found ${one.ticket_id}`} onSelect={() => choose(() => openFound(one))}>
              <MessageSquareText className="i" aria-hidden="true" />
              <b className="cut name">
                <Name text={nameOf(one)} lang={langOf(nameOf(one))} />
              </b>
              <span className="cut faint grow">
                <Name text={oneLine(one.text ?? "")} />
              </span>
              <span className="faint small">{one.at === null ? null : ago(Date.parse(one.at), nowMs)}</span>
            </Command.Item>
          ))}
        </Command.Group>
      ) : null}
      {found.said.length > 0 ? (
        <Command.Group heading={t("search.said")}>
          {found.said.map((one) => (
            <Command.Item
              key={`${one.conversation_id} ${one.seq}`}
              value={`said ${one.conversation_id} ${one.seq}`}
              onSelect={() => choose(() => openFound(one, one.seq))}
            >
              <Quote className="i" aria-hidden="true" />
              <b className="cut name">
                <Name text={nameOf(one)} lang={langOf(nameOf(one))} />
              </b>
              <span className="cut faint grow">
                <Name text={oneLine(one.text ?? "")} lang={langOf(one.text ?? "")} />
              </span>
            </Command.Item>
          ))}
        </Command.Group>
      ) : null}
    </>
  );
}
