/** What the bot needs answered, and the way back to it: facts of its flow set by a person, and the step it goes on with. */
import { CornerUpLeft } from "lucide-react";
import { useState } from "react";
import { toast } from "../design/floating.tsx";
import { useDesk } from "./desk.tsx";
import { ActButton } from "./hint.tsx";
import { useKey } from "./keys.ts";
import type { SlotType, TicketDetail } from "./types.ts";
import { useWords } from "./words.ts";

export type Kind = { kind: "yes_no" } | { kind: "choice"; of: string[] } | { kind: "number" } | { kind: "text" };

/** What a slot takes, from the type that the server names. */
export function kindOf(slot: SlotType | undefined): Kind {
  switch (slot?.type) {
    case "yes_no":
      return { kind: "yes_no" };
    case "integer":
    case "number":
      return { kind: "number" };
    case "choice":
      return slot.of && slot.of.length > 0 ? { kind: "choice", of: slot.of } : { kind: "text" };
    default:
      return { kind: "text" };
  }
}

export function wordsOf(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** @returns the fact's value as the flow takes it; undefined while nothing is said */
export function factValue(kind: Kind, given: string): unknown {
  if (given === "") return undefined;
  if (kind.kind === "yes_no") return given === "yes";
  if (kind.kind === "number") return Number.isFinite(Number(given)) ? Number(given) : undefined;
  return given;
}

/** The question with its answer and the way back, right under the reason. */
export function DecideRow() {
  const desk = useDesk();
  const { ticket } = desk;
  const asked = ticket?.package.ask_agent ?? [];
  if (!ticket || !desk.mine || asked.length === 0) return null;
  return <Asked key={ticket.id} ticket={ticket} asked={asked} />;
}

function Asked({ ticket, asked }: { ticket: TicketDetail; asked: string[] }) {
  const t = useWords();
  const desk = useDesk();
  const [given, setGiven] = useState<Record<string, string>>({});
  const slots = desk.conversation?.steps?.slots ?? [];
  const step = ticket.package.return_to;
  const facts = asked.flatMap((key) => {
    const value = factValue(kindOf(slots.find(({ name }) => name === key)), given[key] ?? "");
    return value === undefined ? [] : [{ key, value }];
  });
  const ready = facts.length === asked.length;
  const key = useKey("return");
  const back = async () => {
    if (await desk.act("return", { facts, ...(step === null ? {} : { to_step: step }) })) toast(t("returned.toast"));
  };
  return (
    <div className="decide">
      {asked.map((one) => (
        <div key={one}>
          <p>
            <b>{t("decide.question", { what: wordsOf(one) })}</b> <span className="soft">{t("decide.asks")}</span>
          </p>
          <FactField
            label={wordsOf(one)}
            kind={kindOf(slots.find(({ name }) => name === one))}
            given={given[one] ?? ""}
            take={(value) => setGiven({ ...given, [one]: value })}
          />
        </div>
      ))}
      <div className="row">
        <button type="button" className="btn grow" disabled={!ready || !desk.can("return")} onClick={() => void back()}>
          <CornerUpLeft className="i" aria-hidden="true" />
          {step === null ? t("act.return") : t("decide.back_to", { step })}
        </button>
        <ActButton
          act="return"
          icon={CornerUpLeft}
          iconOnly
          aria-label={t("decide.otherwise")}
          disabled={!desk.can("return")}
          className={key === null ? "icon" : ""}
        />
      </div>
    </div>
  );
}

type FactFieldProps = { label: string; kind: Kind; given: string; take(value: string): void };

export function FactField({ label, kind, given, take }: FactFieldProps) {
  const t = useWords();
  if (kind.kind === "yes_no") {
    return (
      // biome-ignore lint/a11y/useSemanticElements: two buttons that look like one switch, not a form's group
      <div className="seg" role="group" aria-label={label}>
        {(["yes", "no"] as const).map((one) => (
          <button type="button" key={one} aria-pressed={given === one} onClick={() => take(given === one ? "" : one)}>
            {t(one)}
          </button>
        ))}
      </div>
    );
  }
  if (kind.kind === "choice") {
    return (
      <select className="input" aria-label={label} value={given} onChange={(event) => take(event.target.value)}>
        <option value="">{t("decide.not_set")}</option>
        {kind.of.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      className="input"
      aria-label={label}
      inputMode={kind.kind === "number" ? "decimal" : "text"}
      placeholder={t("decide.not_set")}
      value={given}
      onChange={(event) => take(event.target.value)}
    />
  );
}
