/** The few acts that ask something first: transfer, assign, snooze, back to the bot, resolve; and the list of keys. */
import { useQuery } from "@tanstack/react-query";
import { Bot, Check, MoonStar, UserPlus } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { serverNow } from "../design/clock.ts";
import { Dialog, toast } from "../design/floating.tsx";
import { clockTime } from "../design/format.ts";
import { usePrefs } from "../design/prefs.ts";
import { Face } from "../design/shapes.tsx";
import { get } from "./api.ts";
import { FactField, factValue, kindOf, wordsOf } from "./decide.tsx";
import { useDesk } from "./desk.tsx";
import { ACTS, keyOf, shownKey } from "./keys.ts";
import { useLive } from "./live.ts";
import { shownValue } from "./panel.tsx";
import type { Agent, SlotType } from "./types.ts";
import { useWords } from "./words.ts";

export function Dialogs() {
  const { dialog, ticket } = useDesk();
  if (dialog === "help") return <Help />;
  if (!ticket) return null;
  switch (dialog) {
    case "transfer":
      return <Transfer />;
    case "assign":
      return <Assign />;
    case "snooze":
      return <Snooze />;
    case "return":
      return <Return />;
    case "resolve":
      return <Resolve />;
    default:
      return null;
  }
}

type FormProps = { title: string; submit: string; icon: ReactNode; disabled?: boolean; send(): Promise<boolean>; children: ReactNode };

function Form({ title, submit, icon, disabled = false, send, children }: FormProps) {
  const t = useWords();
  const desk = useDesk();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const close = () => desk.openDialog(null);
  const sent = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || disabled) return;
    setBusy(true);
    const done = await send();
    setBusy(false);
    if (done) close();
  };
  return (
    <Dialog
      title={title}
      close={t("close")}
      onClose={close}
      footer={
        <>
          <button type="button" className="btn quiet" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" form={id} className="btn main" disabled={busy || disabled}>
            {icon}
            {submit}
          </button>
        </>
      }
    >
      <form id={id} className="form" onSubmit={(event) => void sent(event)}>
        {children}
      </form>
    </Dialog>
  );
}

function NoteField({ value, take, label }: { value: string; take(value: string): void; label: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <textarea
        className="input"
        rows={2}
        dir="auto"
        maxLength={4000}
        value={value}
        onChange={(event) => take(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
    </label>
  );
}

function Transfer() {
  const t = useWords();
  const desk = useDesk();
  const queues = desk.me.queues.filter(({ name }) => name !== desk.ticket!.queue);
  const [queue, setQueue] = useState(queues.find(({ open }) => open)?.name ?? "");
  const [note, setNote] = useState("");
  const send = async () => {
    const done = await desk.act("transfer", { queue, ...(note.trim() === "" ? {} : { note: note.trim() }) });
    if (done) toast(t("transferred.toast", { queue }));
    return done;
  };
  return (
    <Form
      title={t("transfer.title")}
      submit={t("act.transfer")}
      icon={<UserPlus className="i" aria-hidden="true" />}
      disabled={queue === ""}
      send={send}
    >
      <fieldset className="choices">
        <legend>{t("transfer.to")}</legend>
        {queues.map((one) => (
          <label key={one.name} className={one.open ? "" : "off"}>
            <input
              type="radio"
              name="queue"
              value={one.name}
              checked={queue === one.name}
              disabled={!one.open}
              onChange={() => setQueue(one.name)}
            />
            <b>{one.name}</b>
            <span className="faint">{one.open ? t("transfer.waiting", { n: one.waiting }) : t("transfer.closed")}</span>
          </label>
        ))}
        {queues.length === 0 ? <p className="faint">{t("transfer.none")}</p> : null}
      </fieldset>
      <NoteField label={t("transfer.note")} value={note} take={setNote} />
      <p className="small faint">{t("transfer.hint")}</p>
    </Form>
  );
}

function Assign() {
  const t = useWords();
  const desk = useDesk();
  const { colleagues } = useLive();
  const { data } = useQuery({
    queryKey: ["agents"],
    queryFn: () => get<{ agents: (Agent | (Omit<Agent, "role"> & { role: "system" }))[] }>("/agents"),
    staleTime: 60_000,
  });
  const people = (data?.agents ?? []).filter(({ role, disabled, id }) => role !== "system" && !disabled && id !== desk.ticket!.agent?.id);
  const [agent, setAgent] = useState("");
  const send = async () => {
    const done = await desk.act("assign", { agent });
    if (done) toast(t("assigned.toast", { name: people.find(({ id }) => id === agent)?.name ?? "" }));
    return done;
  };
  return (
    <Form
      title={t("assign.title")}
      submit={t("act.assign")}
      icon={<UserPlus className="i" aria-hidden="true" />}
      disabled={agent === ""}
      send={send}
    >
      <fieldset className="choices">
        <legend>{t("assign.to")}</legend>
        {people.map((one) => {
          const online = colleagues.find(({ id }) => id === one.id)?.online === true;
          const has = desk.tickets.filter((ticket) => ticket.agent?.id === one.id && ticket.state === "claimed").length;
          return (
            <label key={one.id}>
              <input type="radio" name="agent" value={one.id} checked={agent === one.id} onChange={() => setAgent(one.id)} />
              <Face kind={online && !one.away ? "team" : "nobody"} name={one.name} size="m" />
              <b className="cut">{one.name}</b>
              <span className="faint">
                {one.away ? t("me.away") : online ? t("assign.here") : t("assign.offline")} ·{" "}
                {t("me.load", { mine: has, capacity: one.capacity })}
              </span>
            </label>
          );
        })}
      </fieldset>
    </Form>
  );
}

const HOUR = 3_600_000;

function Snooze() {
  const t = useWords();
  const desk = useDesk();
  const nowMs = serverNow();
  const tomorrow = new Date(nowMs);
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(9, 0, 0, 0);
  const monday = new Date(tomorrow);
  while (monday.getDay() !== 1) monday.setDate(monday.getDate() + 1);
  const times = [
    { id: "hour", atMs: nowMs + HOUR },
    { id: "three", atMs: nowMs + 3 * HOUR },
    { id: "tomorrow", atMs: tomorrow.getTime() },
    { id: "monday", atMs: monday.getTime() },
  ] as const;
  const [chosen, setChosen] = useState<(typeof times)[number]["id"]>("hour");
  if (desk.ticket!.state === "snoozed") {
    return (
      <Form
        title={t("snooze.woken_title")}
        submit={t("snooze.wake")}
        icon={<MoonStar className="i" aria-hidden="true" />}
        send={() => desk.act("wake")}
      >
        <p>{t("snooze.woken_hint")}</p>
      </Form>
    );
  }
  const send = async () => {
    const atMs = times.find(({ id }) => id === chosen)!.atMs;
    const done = await desk.act("snooze", { until: new Date(atMs).toISOString() });
    if (done) toast(t("snoozed.toast", { at: clockTime(atMs, nowMs) }), { act: { label: t("undo"), run: () => void desk.act("wake") } });
    return done;
  };
  return (
    <Form title={t("snooze.title")} submit={t("act.snooze")} icon={<MoonStar className="i" aria-hidden="true" />} send={send}>
      <fieldset className="choices">
        <legend className="sr">{t("snooze.title")}</legend>
        {times.map(({ id, atMs }) => (
          <label key={id}>
            <input type="radio" name="until" checked={chosen === id} onChange={() => setChosen(id)} />
            <b>{t(`snooze.${id}`)}</b>
            <span className="faint">{clockTime(atMs, nowMs)}</span>
          </label>
        ))}
      </fieldset>
      <p className="small faint">{t("snooze.hint")}</p>
    </Form>
  );
}

function Return() {
  const t = useWords();
  const desk = useDesk();
  const { package: handoff } = desk.ticket!;
  const steps = desk.conversation?.steps;
  const slots = steps?.slots ?? [];
  const [step, setStep] = useState(handoff.return_to !== null && steps?.steps.includes(handoff.return_to) ? handoff.return_to : "");
  const [given, setGiven] = useState<Record<string, string>>({});
  const [note, setNote] = useState("");
  const asked = slots.filter(({ name }) => handoff.ask_agent.includes(name));
  const others = slots.filter(({ name }) => !handoff.ask_agent.includes(name));
  const field = (slot: SlotType) => {
    const known = handoff.facts.find(({ key, flow }) => key === slot.name && (flow === undefined || flow === steps?.flow));
    return (
      <div className="field" key={slot.name}>
        <span>
          {wordsOf(slot.name)}{" "}
          {known === undefined ? null : <span className="faint">{t("return.now", { value: shownValue(known, t) })}</span>}
        </span>
        <FactField
          label={wordsOf(slot.name)}
          kind={kindOf(slot)}
          given={given[slot.name] ?? ""}
          take={(value) => setGiven({ ...given, [slot.name]: value })}
        />
      </div>
    );
  };
  const send = async () => {
    const facts = slots.flatMap((slot) => {
      const value = factValue(kindOf(slot), given[slot.name] ?? "");
      return value === undefined ? [] : [{ key: slot.name, value }];
    });
    const done = await desk.act("return", {
      facts,
      ...(step === "" ? {} : { to_step: step }),
      ...(note.trim() === "" ? {} : { note: note.trim() }),
    });
    if (done) toast(t("returned.toast"));
    return done;
  };
  return (
    <Form title={t("return.title")} submit={t("act.return")} icon={<Bot className="i" aria-hidden="true" />} send={send}>
      <p className="soft">{t("return.hint")}</p>
      {steps && steps.steps.length > 1 ? (
        <label className="field">
          <span>{t("return.step", { flow: steps.flow })}</span>
          <select className="input" value={step} onChange={(event) => setStep(event.target.value)}>
            <option value="">{t("return.where_it_was")}</option>
            {steps.steps.map((one) => (
              <option key={one} value={one}>
                {one}
                {one === handoff.return_to ? ` (${t("return.proposed")})` : ""}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {asked.map(field)}
      {others.length > 0 ? (
        <details className="more">
          <summary>{t("return.others")}</summary>
          <div className="form">{others.map(field)}</div>
        </details>
      ) : null}
      <NoteField label={t("return.note")} value={note} take={setNote} />
    </Form>
  );
}

/** Proposals; any other word may be written. */
const CODES = ["answered", "refunded", "replaced", "order_changed", "complaint", "spam"] as const;

function Resolve() {
  const t = useWords();
  const desk = useDesk();
  const [code, setCode] = useState("");
  const [other, setOther] = useState("");
  const [note, setNote] = useState("");
  const chosen = code === "other" ? other.trim().toLowerCase().replaceAll(/\s+/g, "_") : code;
  const valid = chosen === "" || /^[a-z0-9_.-]{1,64}$/.test(chosen);
  const send = async () => desk.resolve(chosen === "" ? undefined : chosen, note.trim() === "" ? undefined : note.trim());
  return (
    <Form
      title={t("resolve.title")}
      submit={t("act.resolve")}
      icon={<Check className="i" aria-hidden="true" />}
      disabled={!valid}
      send={send}
    >
      <fieldset className="codes">
        <legend>{t("resolve.code")}</legend>
        {CODES.map((one) => (
          <label key={one} className="code">
            <input type="radio" name="code" checked={code === one} onChange={() => setCode(one)} />
            <span>{t(`code.${one}`)}</span>
          </label>
        ))}
        <label className="code">
          <input type="radio" name="code" checked={code === "other"} onChange={() => setCode("other")} />
          <span>{t("code.other")}</span>
        </label>
      </fieldset>
      {code === "other" ? (
        <label className="field">
          <span>{t("resolve.other")}</span>
          <input className="input" maxLength={64} value={other} aria-invalid={!valid} onChange={(event) => setOther(event.target.value)} />
        </label>
      ) : null}
      <NoteField label={t("resolve.note")} value={note} take={setNote} />
      <p className="small faint">{t("resolve.hint")}</p>
    </Form>
  );
}

function Help() {
  const t = useWords();
  const desk = useDesk();
  const prefs = usePrefs();
  return (
    <Dialog title={t("help.title")} close={t("close")} onClose={() => desk.openDialog(null)} className="broad">
      {prefs.keysOn ? null : <p className="soft">{t("help.off")}</p>}
      <ul className="keys">
        {ACTS.map((act) => (
          <li key={act}>
            <span className="grow">{t(`act.${act}`)}</span>
            <kbd className="key">{shownKey(keyOf(act, prefs))}</kbd>
          </li>
        ))}
        <li>
          <span className="grow">{t("help.send")}</span>
          <kbd className="key">{shownKey(prefs.enterSends ? "enter" : "mod+enter").replace("ENTER", "↵")}</kbd>
        </li>
        <li>
          <span className="grow">{t("help.canned")}</span>
          <kbd className="key">/</kbd>
        </li>
        <li>
          <span className="grow">{t("help.leave")}</span>
          <kbd className="key">Esc</kbd>
        </li>
      </ul>
      <button type="button" className="btn" onClick={() => desk.openDialog("settings")}>
        {t("help.change")}
      </button>
    </Dialog>
  );
}
