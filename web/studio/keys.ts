/** Single keys act outside fields; never with Alt, AltGr or a letter that somebody types. */
import { useEffect } from "react";
import { getPrefs } from "../design/prefs.ts";

export type Keys = Record<string, () => void>;

export function useKeys(keys: Keys): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey || event.getModifierState("AltGraph")) return;
      const isPalette = (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k";
      const target = event.target instanceof HTMLElement ? event.target : document.body;
      const inField = target.closest("input, textarea, select, [contenteditable]") !== null;
      if (inField && event.key === "Escape" && target.closest("[role=dialog]") === null) {
        target.blur();
        return;
      }
      const isFree = event.key === "F8" || isPalette;
      if (!isFree && (inField || event.metaKey || event.ctrlKey || !getPrefs().keysOn)) return;
      if (!isPalette && target.closest("[role=dialog], [role=menu]") !== null) return;
      const run = keys[isPalette ? "palette" : event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [keys]);
}
