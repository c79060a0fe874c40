/** A customer's page: what we know of them, every conversation to be read, taking one over from the bot, and forgetting them. */
import { Bot, ChevronLeft, Eraser, Hand, MessageSquareText, Unlink } from "lucide-react";
import { useState } from "react";
import { useNow } from "../design/clock.ts";
import { Dialog, toast } from "../design/floating.tsx";
import { ago, clockTime } from "../design/format.ts";
import { langOf, Name } from "../design/said.tsx";
import { ChannelIcon, channelName, Skeleton } from "../design/shapes.tsx";
import { post, Refused } from "./api.ts";
import { client, useConversation, useEarlier } from "./data.ts";
import { wordsOf } from "./decide.tsx";
import { sayRefused, useDesk } from "./desk.tsx";
import { Lines } from "./lines.tsx";
import { useLine } from "./live.ts";
import { shownValue } from "./panel.tsx";
import { goTo, usePlace } from "./route.ts";
import type { Acted, Earlier } from "./types.ts";
import { useWords } from "./words.ts";

export function CustomerScreen() {
  const t = useWords();
  const { customer, talk } = usePlace();
  const { data, isError, error } = useEarlier(customer);
  const back = () => goTo({ screen: "inbox", pane: "list" });
  if (customer === null || isError) {
    const isGone = customer === null || (error instanceof Refused && error.status === 404);
    return (
      <main id="main" tabIndex={-1} className="page">
        <div className="empty">
          <h1>{isGone ? t("customer.gone") : t("customer.failed")}</h1>
          <button type="button" className="btn" onClick={back}>
            {t("thread.back")}
          </button>
        </div>
      </main>
    );
  }
  if (!data) {
    return (
      <main id="main" tabIndex={-1} className="page">
        <Skeleton rows={6} label={t("loading")} />
      </main>
    );
  }
  const chosen = talk ?? data.conversations[0]?.id ?? data.tickets[0]?.conversation_id ?? null;
  return (
    <main id="main" tabIndex={-1} className="customerpage" aria-label={t("customer.label")}>
      <About of={data} chosen={chosen} back={back} />
      {chosen === null ? (
        <div className="empty">
          <p>{t("customer.choose")}</p>
        </div>
      ) : (
        <Talk key={chosen} of={data} id={chosen} />
      )}
    </main>
  );
}

function nameOf({ fields }: Earlier, someone: string): string {
  const parts = [fields.first_name, fields.last_name].filter((part) => typeof part === "string" && part !== "");
  return parts.length > 0 ? parts.join(" ") : typeof fields.name === "string" && fields.name !== "" ? fields.name : someone;
}

function About({ of, chosen, back }: { of: Earlier; chosen: string | null; back(): void }) {
  const t = useWords();
  const nowMs = useNow();
  const { me } = useDesk();
  const [erasing, setErasing] = useState(false);
  const name = nameOf(of, t("someone"));
  const fields = Object.entries(of.fields);
  return (
    <section className="about">
      <header className="head slim">
        <button type="button" className="btn quiet icon" aria-label={t("customer.back")} onClick={back}>
          <ChevronLeft className="i" aria-hidden="true" />
        </button>
        <h1 className="grow cut">
          <Name text={name} lang={langOf(name)} />
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className="scroll" tabIndex={0}>
        <h2 className="label">{t("customer.known")}</h2>
        {fields.length === 0 ? <p className="faint">{t("customer.known_none")}</p> : null}
        <dl className="slots">
          {fields.map(([key, value]) => (
            <div key={key}>
              <dt className="cut">{wordsOf(key)}</dt>
              <dd>
                <Name text={shownValue({ value }, t)} />
              </dd>
            </div>
          ))}
        </dl>
        <Addresses of={of} />
        <h2 className="label">{t("customer.talks")}</h2>
        <ul className="past">
          {of.conversations.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="link"
                aria-current={one.id === chosen ? "true" : undefined}
                onClick={() => goTo({ talk: one.id, pane: "thread" })}
              >
                {channelName(one.channel)} · {t("customer.since", { at: clockTime(Date.parse(one.created_at), nowMs) })}
              </button>
              <span className="faint small">{t(HAS[one.controller])}</span>
            </li>
          ))}
        </ul>
        <h2 className="label">{t("customer.tickets")}</h2>
        {of.tickets.length === 0 ? <p className="faint">{t("customer.tickets_none")}</p> : null}
        <ul className="past">
          {of.tickets.map((one) => (
            <li key={one.id}>
              <button type="button" className="link" onClick={() => goTo({ screen: "inbox", ticket: one.id, pane: "thread" })}>
                <Name text={one.summary ?? one.reason.code.replaceAll("_", " ")} />
              </button>
              <span className="faint small">
                {ago(Date.parse(one.opened_at), nowMs)} · {one.agent?.name ?? one.queue}
                {one.wrap_up === null ? null : ` · ${one.wrap_up}`}
              </span>
            </li>
          ))}
        </ul>
        {me.agent.role === "admin" ? (
          <button type="button" className="btn outlined" onClick={() => setErasing(true)}>
            <Eraser className="i" aria-hidden="true" />
            {t("erase.act")}
          </button>
        ) : null}
      </div>
      {erasing ? <Erase customer={of.id} close={() => setErasing(false)} /> : null}
    </section>
  );
}

/** Where they write from and how that is known; one that should not be theirs can be taken away. */
function Addresses({ of }: { of: Earlier }) {
  const t = useWords();
  const nowMs = useNow();
  const [leaving, setLeaving] = useState<Earlier["addresses"][number] | null>(null);
  return (
    <>
      <h2 className="label">{t("customer.addresses")}</h2>
      <ul className="past addresses">
        {of.addresses.map((one) => (
          <li key={one.conversation_id}>
            <ChannelIcon channel={one.channel} />
            <span className="grow">
              {channelName(one.channel)} <span className="faint cut">{one.account}</span>
              <span className="faint small">
                {t("customer.linked_at", { proof: t(`proof.${one.proof}`), at: clockTime(Date.parse(one.linked_at), nowMs) })}
              </span>
            </span>
            {of.addresses.length > 1 ? (
              <button
                type="button"
                className="btn quiet"
                aria-label={t("unlink.of", { channel: channelName(one.channel) })}
                onClick={() => setLeaving(one)}
              >
                <Unlink className="i" aria-hidden="true" />
                {t("unlink.act")}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {leaving ? <UnlinkOne customer={of.id} one={leaving} close={() => setLeaving(null)} /> : null}
    </>
  );
}

type UnlinkProps = { customer: string; one: Earlier["addresses"][number]; close(): void };

function UnlinkOne({ customer, one, close }: UnlinkProps) {
  const t = useWords();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await post(`/customers/${customer}/unlink`, { conversation: one.conversation_id });
      toast(t("unlink.done"));
      await client.invalidateQueries({ queryKey: ["earlier"] });
      close();
    } catch (error) {
      setBusy(false);
      if (error instanceof Refused) sayRefused(error);
    }
  };
  return (
    <Dialog
      title={t("unlink.title")}
      close={t("close")}
      onClose={close}
      footer={
        <>
          <button type="button" className="btn quiet" onClick={close}>
            {t("cancel")}
          </button>
          <button type="button" className="btn main" disabled={busy} onClick={() => void go()}>
            <Unlink className="i" aria-hidden="true" />
            {t("unlink.act")}
          </button>
        </>
      }
    >
      <p>{t("unlink.hint", { channel: channelName(one.channel) })}</p>
    </Dialog>
  );
}

const HAS = { bot: "customer.with_bot", queue: "customer.waits", human: "customer.with_people", none: "customer.closed" } as const;

function Talk({ of, id }: { of: Earlier; id: string }) {
  const t = useWords();
  const desk = useDesk();
  const line = useLine();
  const tickets = of.tickets.filter(({ conversation_id: talk }) => talk === id);
  const through = tickets[0]?.id ?? null;
  const { data: conversation } = useConversation(id, through);
  const open = of.conversations.find((one) => one.id === id)?.ticket_id ?? null;
  const name = nameOf(of, t("someone"));
  const takeOver = async () => {
    try {
      const { ticket_id: ticket } = await post<Acted>(`/conversations/${id}/take-over`);
      if (ticket === null) return;
      await client.invalidateQueries({ queryKey: ["conversation", id] });
      goTo({ screen: "inbox", ticket, pane: "thread" });
      desk.write("reply");
    } catch (error) {
      if (error instanceof Refused) sayRefused(error);
    }
  };
  return (
    <section className="thread" aria-label={t("thread.label", { name })}>
      <Lines id={id} customer={name} ticket={null} through={through} />
      <footer className="composer">
        <div className="take">
          <p className="grow">
            {conversation?.controller === "bot" ? <Bot className="i" aria-hidden="true" /> : null}{" "}
            {conversation ? t(HAS[conversation.controller]) : null}
          </p>
          {open === null ? (
            <button
              type="button"
              className="btn main"
              disabled={line.phase !== "live" || (conversation?.controller !== "bot" && conversation?.controller !== "none")}
              onClick={() => void takeOver()}
            >
              <Hand className="i" aria-hidden="true" />
              {t("act.take_over")}
            </button>
          ) : (
            <button type="button" className="btn main" onClick={() => goTo({ screen: "inbox", ticket: open, pane: "thread" })}>
              <MessageSquareText className="i" aria-hidden="true" />
              {t("customer.open_ticket")}
            </button>
          )}
        </div>
      </footer>
    </section>
  );
}

/** There is no way back, so a word must be written: the one thing of the desk that asks "are you sure?". */
function Erase({ customer, close }: { customer: string; close(): void }) {
  const t = useWords();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const word = t("erase.word");
  const go = async () => {
    if (typed.trim() !== word || busy) return;
    setBusy(true);
    try {
      await post(`/customers/${customer}/erase`);
      toast(t("erase.done"));
      client.removeQueries({ queryKey: ["earlier", customer] });
      client.removeQueries({ queryKey: ["search"] });
      close();
      goTo({ screen: "inbox", customer: null, talk: null, ticket: null, pane: "list" }, true);
    } catch (error) {
      setBusy(false);
      if (error instanceof Refused) sayRefused(error);
    }
  };
  return (
    <Dialog
      title={t("erase.title")}
      close={t("close")}
      onClose={close}
      footer={
        <>
          <button type="button" className="btn quiet" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" form="erase" className="btn main" disabled={typed.trim() !== word || busy}>
            <Eraser className="i" aria-hidden="true" />
            {t("erase.act")}
          </button>
        </>
      }
    >
      <form
        id="erase"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <p>{t("erase.hint")}</p>
        <label className="field">
          <span>{t("erase.confirm", { word })}</span>
          <input className="input" value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        </label>
      </form>
    </Dialog>
  );
}
