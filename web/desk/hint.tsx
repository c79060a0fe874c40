/** A button that does an act, with its key on it. */

import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { Tip } from "../design/floating.tsx";
import { Key } from "../design/key.tsx";
import { useDesk } from "./desk.tsx";
import { type ActId, useKey } from "./keys.ts";
import { useWords } from "./words.ts";

type ActButtonProps = ComponentProps<"button"> & { act: ActId; icon: LucideIcon; label?: string; iconOnly?: boolean; main?: boolean };

export function ActButton({ act, icon: Icon, label, iconOnly = false, main = false, className = "", ...rest }: ActButtonProps) {
  const t = useWords();
  const desk = useDesk();
  const key = useKey(act);
  const name = label ?? t(`act.${act}`);
  const button = (
    <button
      type="button"
      className={`btn ${main ? "main" : ""} ${className}`}
      aria-keyshortcuts={key === null ? undefined : key.replace("⌘", "Meta+").replace("Ctrl ", "Control+").replace("⇧", "Shift+")}
      {...(iconOnly ? { "aria-label": name } : {})}
      onClick={() => desk.run(act)}
      {...rest}
    >
      <Icon className="i" aria-hidden="true" />
      {iconOnly ? null : <span>{name}</span>}
      {key === null ? null : <Key of={key} />}
    </button>
  );
  return iconOnly ? <Tip text={name}>{button}</Tip> : button;
}
