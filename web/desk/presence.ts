/** Tells the server, and by it the colleagues, what this tab does with a conversation. */
import { useEffect } from "react";
import { put } from "./api.ts";
import { getLive } from "./live.ts";
import { tabId } from "./outgoing.ts";
import type { PresenceState } from "./types.ts";

const AGAIN_MS = 10_000;

export function usePresence(conversation: string | null, state: PresenceState): void {
  useEffect(() => {
    if (conversation === null) return;
    const tell = () => say(conversation, document.hidden ? "open" : state);
    tell();
    const timer = setInterval(tell, AGAIN_MS);
    document.addEventListener("visibilitychange", tell);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [conversation, state]);
  useEffect(() => {
    if (conversation === null) return;
    const leave = () => say(conversation, "gone");
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [conversation]);
}

function say(conversation: string, state: PresenceState | "gone"): void {
  if (getLive().line.phase === "lost") return;
  // Whoever is not told now is told in ten seconds.
  void put(`/conversations/${conversation}/presence`, { tab: tabId(), state }).catch(() => {});
}
