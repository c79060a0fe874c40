/** Canned replies: `/` at the start of an empty answer opens them, typing finds, Enter takes one over to be finished by hand. */
import { type KeyboardEvent, useEffect, useState } from "react";
import { oneLine } from "../design/said.tsx";
import { useCanned } from "./data.ts";
import type { Canned } from "./types.ts";
import { useWords } from "./words.ts";

type Given = { text: string; conversation: string; language: string | null; enabled: boolean; choose(text: string): void };

export type CannedMenu = {
  isOpen: boolean;
  found: Canned[];
  at: number;
  take(reply: Canned): void;
  open(): void;
  /** @returns whether the key was one of the menu's */
  key(event: KeyboardEvent): boolean;
  aria: Record<string, string | boolean | undefined>;
};

export function useCannedMenu({ text, conversation, language, enabled, choose }: Given): CannedMenu {
  const [shut, setShut] = useState(false);
  const [at, setAt] = useState(0);
  const asked = /^\/([^\n]{0,60})$/.exec(text)?.[1];
  const isOpen = enabled && asked !== undefined && !shut;
  const { data } = useCanned(asked ?? "", conversation, language, isOpen);
  // What was found for fewer letters shows until the server has answered for these.
  const words = (asked ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const found = (data?.canned ?? []).filter((reply) => {
    const whole = `${reply.name} ${reply.title} ${Object.values(reply.texts).join(" ")}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at the top
  useEffect(() => setAt(0), [asked]);
  useEffect(() => {
    if (asked === undefined) setShut(false);
  }, [asked]);
  const take = (reply: Canned) => choose(reply.text);
  return {
    isOpen,
    found,
    at,
    take,
    open() {
      setShut(false);
      choose("/");
    },
    key(event) {
      if (!isOpen) return false;
      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const chosen = found[at];
      if (by !== 0) setAt((now) => Math.min(Math.max(0, found.length - 1), Math.max(0, now + by)));
      else if ((event.key === "Enter" || event.key === "Tab") && chosen) take(chosen);
      else if (event.key === "Escape") setShut(true);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    aria: {
      "aria-haspopup": "listbox",
      "aria-controls": isOpen ? "canned" : undefined,
      "aria-autocomplete": "list",
      "aria-activedescendant": isOpen && found[at] ? `canned-${found[at].id}` : undefined,
    },
  };
}

export function CannedList({ menu }: { menu: CannedMenu }) {
  const t = useWords();
  const { isOpen, found, at } = menu;
  return (
    <div id="canned" role="listbox" aria-label={t("canned.title")} className="canned" hidden={!isOpen}>
      {isOpen && found.length === 0 ? (
        <div className="faint small" role="option" aria-selected="false" aria-disabled="true" tabIndex={-1}>
          {t("canned.none")}
        </div>
      ) : null}
      {found.map((reply, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus
        <div
          key={reply.id}
          id={`canned-${reply.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => menu.take(reply)}
        >
          <b>/{reply.name}</b> <span className="faint">{reply.title}</span>
          <span className="cut soft">{oneLine(reply.text)}</span>
        </div>
      ))}
    </div>
  );
}
