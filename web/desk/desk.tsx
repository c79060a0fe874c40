/** What every part of the desk shares: who I am, what is shown, what is open, and which acts are possible now. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { serverNow, useNow } from "../design/clock.ts";
import { toast } from "../design/floating.tsx";
import { setPrefs, usePrefs } from "../design/prefs.ts";
import { post, Refused } from "./api.ts";
import { client, useConversation, useOrdered, useTicket } from "./data.ts";
import { hold, undo, useHeld } from "./holding.ts";
import { type ActId, useKeys } from "./keys.ts";
import { useLine } from "./live.ts";
import { goTo, usePlace } from "./route.ts";
import type { Acted, Conversation, Me, Ticket, TicketDetail } from "./types.ts";
import { type View, viewsFor } from "./views.ts";
import { rowsOnWall } from "./wall-rows.ts";
import { say } from "./words.ts";

export type DialogId = "palette" | "search" | "help" | "settings" | "assign" | "transfer" | "return" | "resolve" | "snooze";
export type Mode = "reply" | "note";

export type Desk = {
  me: Me;
  tickets: Ticket[];
  views: View[];
  view: View;
  /** What the list shows, in its order. */
  shown: Ticket[];
  /** Who waits and could be next, under my own. */
  upNext: Ticket[];
  ticket: TicketDetail | null;
  ticketFailed: boolean;
  conversation: Conversation | null;
  mine: boolean;
  /** Its end is held back for a moment, and can be undone. */
  ending: boolean;
  oversees: boolean;
  dialog: DialogId | null;
  openDialog(dialog: DialogId | null): void;
  mode: Mode;
  setMode(mode: Mode): void;
  /** Asks for the field: at once, or when it has appeared. */
  write(mode: Mode): void;
  /** Rises when somebody asked for the field, and what of it has been answered. */
  focusAsked: number;
  focusGiven: { current: number };
  open(ticket: Ticket): void;
  can(act: ActId): boolean;
  run(act: ActId): boolean;
  /** An act on the open ticket. @returns whether it was done */
  act(verb: string, body?: Record<string, unknown>): Promise<boolean>;
  resolve(code: string | undefined, note: string | undefined): boolean;
};

const Context = createContext<Desk | null>(null);

export function useDesk(): Desk {
  return useContext(Context)!;
}

export function DeskProvider({ me, children }: { me: Me; children: ReactNode }) {
  const place = usePlace();
  const prefs = usePrefs();
  const ordered = useOrdered();
  const held = useHeld();
  const tickets = useMemo(() => (held.size === 0 ? ordered : ordered.filter(({ id }) => !held.has(id))), [ordered, held]);
  const isLive = useLine().phase === "live";
  const minute = Math.floor(useNow() / 15_000); // promises and windows move views slowly
  const [dialog, openDialog] = useState<DialogId | null>(null);
  const [stay, setStay] = useState(false);
  const [mode, setMode] = useState<Mode>("reply");
  const [focusAsked, setFocusAsked] = useState(0);
  const focusGiven = useRef(0);

  const views = useMemo(() => viewsFor(me), [me]);
  const view = views.find(({ id }) => id === place.view) ?? views[0]!;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the minute is what makes the clock's views current
  const shown = useMemo(() => tickets.filter((ticket) => view.holds(ticket, serverNow())), [tickets, view, minute]);
  const upNext = useMemo(
    () => (view.id === "mine" ? tickets.filter(({ state }) => state === "waiting").slice(0, 20) : []),
    [tickets, view.id],
  );

  const { data: ticket = null, isError: ticketFailed } = useTicket(place.ticket);
  const { data: conversation = null } = useConversation(ticket?.conversation_id ?? null, ticket?.id ?? null);
  const ending = ticket !== null && held.has(ticket.id);
  const mine = ticket !== null && !ending && ticket.agent?.id === me.agent.id && (ticket.state === "claimed" || ticket.state === "snoozed");
  const oversees = me.agent.role !== "agent";
  const isOpen = ticket !== null && ticket.state !== "closed";
  const isMineToTake = ticket !== null && (ticket.state === "waiting" || ticket.offer?.agent.id === me.agent.id);

  const open = useCallback((next: Ticket) => {
    setMode("reply");
    goTo({ screen: "inbox", ticket: next.id, pane: "thread" }, getsReplaced());
  }, []);

  const act = useCallback(
    async (verb: string, body: Record<string, unknown> = {}): Promise<boolean> => {
      if (!ticket) return false;
      const epoch = ticket.conversation?.epoch;
      const withEpoch = epoch === undefined || ["claim", "assign"].includes(verb) ? body : { epoch, ...body };
      const path = verb === "take-over" ? `/conversations/${ticket.conversation_id}/take-over` : `/tickets/${ticket.id}/${verb}`;
      try {
        await post<Acted>(path, verb === "take-over" ? body : withEpoch);
        await refresh(ticket);
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        sayRefused(error);
        void refresh(ticket);
        return false;
      }
    },
    [ticket],
  );

  const all = useMemo(() => [...shown, ...upNext], [shown, upNext]);
  const step = useCallback(
    (by: 1 | -1): boolean => {
      if (place.screen === "wall") {
        const rows = rowsOnWall(place.view);
        const on = rows.findIndex(({ id }) => id === place.ticket);
        const row = rows[on < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, on + by))];
        if (!row || row.id === place.ticket) return false;
        goTo({ ticket: row.id, pane: "list" }, true);
        return true;
      }
      const at = all.findIndex(({ id }) => id === place.ticket);
      const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
      if (!next || next.id === place.ticket) return false;
      open(next);
      return true;
    },
    [all, place.screen, place.view, place.ticket, open],
  );

  const resolve = useCallback(
    (code: string | undefined, note: string | undefined, stays: boolean): boolean => {
      const at = all.findIndex(({ id }) => id === ticket?.id);
      const taken = ticket;
      if (!taken) return false;
      const name = taken.customer.name ?? say("someone");
      const epoch = taken.conversation?.epoch;
      const body = { ...(epoch === undefined ? {} : { epoch }), ...(code ? { code } : {}), ...(note ? { note } : {}) };
      const back = () => {
        if (undo(taken.id)) goTo({ screen: "inbox", ticket: taken.id, pane: "thread" }, getsReplaced());
      };
      const ended = (how: "done" | "wrote" | Refused) => {
        if (how === "wrote") toast(say("resolved.wrote", { name }), { act: { label: say("resolved.look"), run: () => open(taken) } });
        else if (how !== "done") sayRefused(how);
      };
      const about = { ticket: taken.id, conversation: taken.conversation_id, path: `/tickets/${taken.id}/resolve`, body };
      hold({ ...about, ended }, async ({ path }) => {
        await post<Acted>(path, body).finally(() => refresh(taken));
      });
      toast(say("resolved.toast", { name }), { act: { label: say("undo"), run: back }, forMs: 5_000 });
      if (!stays) {
        const next = all.filter(({ id }) => id !== taken.id)[Math.max(0, at)] ?? all.find(({ id }) => id !== taken.id);
        if (next && !phone()) open(next);
        else goTo({ ticket: null, pane: "list" }, true);
      }
      return true;
    },
    [all, ticket, open],
  );

  const can = (id: ActId): boolean => {
    switch (id) {
      case "next":
      case "previous":
        return place.screen === "wall" ? rowsOnWall(place.view).length > 0 : place.screen === "inbox" && all.length > 0;
      case "reply":
        return mine && place.screen === "inbox";
      case "open":
        return place.screen === "wall" && place.ticket !== null;
      case "note":
        return isOpen && !ending && place.screen === "inbox";
      case "claim":
        return isLive && isMineToTake;
      case "assign":
        return isLive && isOpen && !ending && oversees;
      case "transfer":
      case "requeue":
      case "snooze":
      case "return":
      case "resolve":
      case "resolve_stay":
        return isLive && mine;
      case "take_over":
        return isLive && ticket !== null && !mine && !ending && !isMineToTake;
      case "undo":
        return held.size > 0;
      case "panel":
        return ticket !== null;
      case "customer":
        return ticket !== null;
      case "go_wall":
      case "go_reports":
        return oversees;
      default:
        return true;
    }
  };

  const write = (next: Mode): true => {
    setMode(next);
    setFocusAsked((times) => times + 1);
    if (place.pane !== "thread") goTo({ pane: "thread" }, true);
    return true;
  };

  const run = (id: ActId): boolean => {
    if (!can(id)) return false;
    switch (id) {
      case "next":
        return step(1);
      case "previous":
        return step(-1);
      case "open":
        goTo({ screen: "inbox", view: "all", pane: "thread" });
        return true;
      case "reply":
      case "note":
        return write(id);
      case "claim": {
        const lease = ticket?.offer?.agent.id === me.agent.id ? ticket.offer.lease : undefined;
        void act(lease === undefined ? "claim" : "accept", lease === undefined ? {} : { lease }).then((done) => {
          if (!done) return;
          if (place.view === "waiting" || place.screen === "wall") goTo({ screen: "inbox", view: "mine" }, true); // where it is now
          write("reply");
        });
        return true;
      }
      case "requeue":
        void act("requeue").then((done) => done && toast(say("requeued.toast")));
        return true;
      case "take_over":
        void act("take-over").then((done) => {
          if (!done) return;
          if (place.screen === "wall") goTo({ screen: "inbox", view: "mine" }); // there it is answered
          write("reply");
        });
        return true;
      case "resolve":
      case "resolve_stay":
        setStay(id === "resolve_stay");
        openDialog("resolve");
        return true;
      case "undo": {
        const last = [...held].at(-1);
        if (last !== undefined && undo(last)) goTo({ screen: "inbox", ticket: last, pane: "thread" }, getsReplaced());
        return true;
      }
      case "panel":
        if (narrow()) goTo({ pane: place.pane === "panel" ? "thread" : "panel" });
        else setPrefs({ panelOpen: !prefs.panelOpen });
        return true;
      case "go_inbox":
        goTo({ screen: "inbox", view: "mine", pane: "list" });
        return true;
      case "go_waiting":
        goTo({ screen: "inbox", view: "waiting", pane: "list" });
        return true;
      case "go_mentions":
        goTo({ screen: "inbox", view: "mentions", pane: "list" });
        return true;
      case "go_wall":
        goTo({ screen: "wall", view: "mine", pane: "list" });
        return true;
      case "go_reports":
        goTo({ screen: "reports", pane: "list" });
        return true;
      case "customer":
        if (ticket) goTo({ screen: "customer", customer: ticket.customer.id, talk: ticket.conversation_id, pane: "thread" });
        return true;
      default:
        openDialog(id);
        return true;
    }
  };

  const latest = useRef(run);
  latest.current = run;
  useKeys(useCallback((id) => latest.current(id), []));

  // A ticket that was resolved in another tab, or by somebody else, stays open to be read.
  useEffect(() => {
    if (!isOpen) setMode("reply");
  }, [isOpen]);

  const desk: Desk = {
    me,
    tickets,
    views,
    view,
    shown,
    upNext,
    ticket,
    ticketFailed,
    conversation,
    mine,
    ending,
    oversees,
    dialog,
    openDialog,
    mode,
    setMode,
    write,
    focusAsked,
    focusGiven,
    open,
    can,
    run,
    act,
    resolve: (code, note) => resolve(code, note, stay),
  };
  return <Context.Provider value={desk}>{children}</Context.Provider>;
}

async function refresh(ticket: Ticket): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["ticket", ticket.id] }),
    client.invalidateQueries({ queryKey: ["conversation", ticket.conversation_id] }),
  ]);
}

/** Refusals of acts, as sentences about what happened. */
export function sayRefused({ code, message, details }: Refused): void {
  if (code === "already_claimed" && typeof details.by === "string") toast(say("refused.already_claimed", { name: details.by }));
  else if (code === "stale_epoch" || code === "invalid_transition") toast(say("refused.moved_on"));
  else if (code === "offline") toast(say("refused.offline"));
  else toast(say("refused.other", { why: message }), { danger: true });
}

/** On a wide screen the next ticket takes the place of the one before in the history; on a phone the list lies between. */
function getsReplaced(): boolean {
  return !phone() && new URLSearchParams(location.search).has("ticket");
}

export function phone(): boolean {
  return matchMedia("(max-width: 720px)").matches;
}

export function narrow(): boolean {
  return matchMedia("(max-width: 1040px)").matches;
}
