/** The field for replies and notes: canned replies, files, keys, and shut whenever a line could not be right. */
import { AlertTriangle, CornerDownLeft, Hourglass, Lock, Paperclip, Send, SquareSlash, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Key } from "../design/key.tsx";
import { usePrefs } from "../design/prefs.ts";
import { langOf, Name } from "../design/said.tsx";
import { ask, Refused } from "./api.ts";
import { CannedList, useCannedMenu } from "./canned.tsx";
import { client } from "./data.ts";
import { sayRefused, useDesk } from "./desk.tsx";
import { filesOf, useDraft, write } from "./draft.ts";
import { shownKey, useKey } from "./keys.ts";
import { tryNow, useLine } from "./live.ts";
import { send } from "./outgoing.ts";
import { usePresence } from "./presence.ts";
import { movedOn, newest } from "./seen.ts";
import type { Uploaded } from "./types.ts";
import { useWords } from "./words.ts";

/** A send that was stopped, and why. */
type Held = { why: string; mayGo: boolean };
export function Box({ shut }: { shut: boolean }) {
  const t = useWords();
  const desk = useDesk();
  const prefs = usePrefs();
  const line = useLine();
  const ticket = desk.ticket!;
  const id = ticket.conversation_id;
  const mode = desk.mine ? desk.mode : "note";
  const draft = useDraft(id);
  const text = draft[mode];
  const { files } = draft;
  const [uploading, setUploading] = useState<string | null>(null);
  const [held, setHeld] = useState<Held | null>(null);
  const [writing, setWriting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  /** The newest line when writing began: what colleagues say after it holds the send. */
  const began = useRef<number | null>(null);
  const isLive = line.phase === "live";
  const isShut = shut && mode === "reply";
  usePresence(id, writing ? (mode === "note" ? "noting" : "writing") : "looking");

  useEffect(() => {
    if (text.trim() === "") {
      setWriting(false);
      began.current = null;
      return;
    }
    began.current ??= newest(id);
    setWriting(document.activeElement === field.current);
    const timer = setTimeout(() => setWriting(false), 6_000);
    return () => clearTimeout(timer);
  }, [text, id]);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 220)}px`;
  });

  useEffect(() => {
    if (desk.focusAsked <= desk.focusGiven.current) return; // another talk that is opened leaves the keys to the list
    desk.focusGiven.current = desk.focusAsked;
    field.current?.focus();
  }, [desk.focusAsked, desk.focusGiven]);

  const canned = useCannedMenu({
    text,
    conversation: id,
    language: ticket.language,
    enabled: mode === "reply" && !isShut,
    choose: (reply) => {
      write(id, { [mode]: reply });
      field.current?.focus();
    },
  });

  const go = async (anyway = false) => {
    const said = text.trim();
    const attached = mode === "reply" ? files : [];
    if ((said === "" && attached.length === 0) || !isLive || isShut || uploading !== null) return;
    const stop = anyway || mode === "note" ? null : movedOn(id, began.current, desk.me.agent.id, ticket.customer.name ?? t("someone"), t);
    if (stop) {
      setHeld({ why: stop, mayGo: true });
      return;
    }
    const epoch = Math.max(desk.conversation?.epoch ?? 0, ticket.conversation?.epoch ?? 0); // whichever was read last
    setHeld(null);
    began.current = null;
    write(id, { [mode]: "", ...(mode === "reply" ? { files: [] } : {}) });
    const refused = await send({ conversation: id, kind: mode, text: said, attachments: attached, epoch });
    if (!refused) return;
    write(id, { [mode]: said, ...(mode === "reply" ? { files: attached } : {}) });
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    void client.invalidateQueries({ queryKey: ["conversation", id] });
    if (refused.code === "stale_epoch") setHeld({ why: t("held.changed_hands"), mayGo: true });
    else if (refused.code === "not_controller") setHeld({ why: t("held.not_yours", { why: refused.message }), mayGo: false });
    else setHeld({ why: refused.message, mayGo: false });
  };

  const attach = async (picked: FileList | null) => {
    for (const one of picked ?? []) {
      setUploading(one.name);
      try {
        const query = new URLSearchParams({ name: one.name.slice(-120), conversation: id });
        const uploaded = await ask<Uploaded>("POST", `/uploads?${query}`, one);
        write(id, { files: [...filesOf(id).filter(({ kind }) => kind !== uploaded.kind), uploaded] });
      } catch (error) {
        if (error instanceof Refused) sayRefused(error);
      }
    }
    setUploading(null);
    if (file.current) file.current.value = "";
  };

  const typed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (canned.key(event)) return;
    const sends = event.metaKey || event.ctrlKey || (prefs.enterSends && !event.shiftKey);
    if (event.key === "Enter" && sends && !event.altKey) {
      event.preventDefault();
      void go(held?.mayGo === true);
    }
    if (event.key === "Escape") {
      if (held) setHeld(null);
      else field.current?.blur();
    }
  };

  const name = ticket.customer.name ?? t("someone");
  return (
    <>
      {held ? (
        <div className="hold" role="alert">
          <p>
            <AlertTriangle className="i" aria-hidden="true" />
            <span>
              <b>{t("held.title")}</b> {held.why}
            </span>
          </p>
          <div className="row">
            {held.mayGo ? (
              <button type="button" className="btn main" onClick={() => void go(true)}>
                {t("held.send")}
                <Key of={shownKey(prefs.enterSends ? "enter" : "mod+enter")} />
              </button>
            ) : null}
            <button type="button" className="btn" onClick={() => setHeld(null)}>
              {t("held.keep")}
              <Key of="Esc" />
            </button>
          </div>
        </div>
      ) : null}
      <div className={`box ${mode === "note" ? "noting" : ""} ${isShut || !isLive ? "isshut" : ""}`}>
        <div className="tabs">
          {desk.mine ? (
            <>
              <Tab act="reply" on={mode === "reply"} />
              <Tab act="note" on={mode === "note"} />
            </>
          ) : (
            <span className="label notetitle">
              <Lock className="i s" aria-hidden="true" /> {t("act.note")}
            </span>
          )}
          <span className="grow" />
          <span className="small faint" aria-live="polite">
            {text.trim() === "" ? "" : draft.state === "unsaved" ? t("draft.saving") : t("draft.kept")}
          </span>
        </div>
        {isLive ? null : (
          <p className="shutline">
            <Lock className="i s" aria-hidden="true" />
            <span className="grow">
              <b>{t("shut.title")}</b> {line.phase === "lost" ? t("shut.lost") : t("shut.catching")}
            </span>
            {line.phase === "lost" ? (
              <button type="button" className="link" onClick={tryNow}>
                {t("offline.now")}
              </button>
            ) : null}
          </p>
        )}
        {isShut ? (
          <p className="shutline">
            <Hourglass className="i s" aria-hidden="true" />
            <span>
              <b>{t("shut.window")}</b> {t("shut.window_hint", { name })}
            </span>
          </p>
        ) : null}
        <label className="sr" htmlFor="answer">
          {mode === "note" ? t("composer.note_label") : t("composer.reply_label", { name })}
        </label>
        <textarea
          id="answer"
          ref={field}
          rows={2}
          dir="auto"
          value={text}
          lang={langOf(text)}
          disabled={isShut}
          placeholder={mode === "note" ? t("composer.note_hint") : t("composer.reply_hint", { name })}
          onChange={(event) => {
            write(id, { [mode]: event.target.value, epoch: desk.conversation?.epoch ?? null, seq: newest(id) });
          }}
          onBlur={() => setWriting(false)}
          onKeyDown={typed}
          {...canned.aria}
        />
        <CannedList menu={canned} />
        {files.length + (uploading === null ? 0 : 1) === 0 ? null : (
          <ul className="files">
            {files.map((one) => (
              <li key={one.id} className="chip">
                <Paperclip className="i" aria-hidden="true" />
                <span className="cut">
                  <Name text={one.name} />
                </span>
                <button
                  type="button"
                  className="link"
                  aria-label={t("attach.remove", { name: one.name })}
                  onClick={() => write(id, { files: files.filter(({ id: other }) => other !== one.id) })}
                >
                  <X className="i s" aria-hidden="true" />
                </button>
              </li>
            ))}
            {uploading === null ? null : <li className="chip plain">{t("attach.uploading", { name: uploading })}</li>}
          </ul>
        )}
        <div className="tools">
          {mode === "reply" ? (
            <>
              <button type="button" className="btn quiet" aria-label={t("canned.title")} onClick={canned.open} disabled={isShut}>
                <SquareSlash className="i" aria-hidden="true" />
                <span className="wide">{t("canned.title")}</span>
                <Key of="/" />
              </button>
              <button
                type="button"
                className="btn quiet icon"
                aria-label={t("attach.add")}
                onClick={() => file.current?.click()}
                disabled={isShut || !isLive}
              >
                <Paperclip className="i" aria-hidden="true" />
              </button>
              <input
                ref={file}
                type="file"
                hidden
                multiple
                aria-label={t("attach.add")}
                accept="image/jpeg,image/png,image/gif,image/webp,video/mp4,audio/mpeg,audio/mp4,application/pdf"
                onChange={(event) => void attach(event.target.files)}
              />
            </>
          ) : null}
          <span className="grow" />
          {!desk.mine ? (
            <button type="button" className="btn quiet" onClick={() => desk.setMode("reply")}>
              {t("cancel")}
            </button>
          ) : null}
          <button
            type="button"
            className="btn main send"
            onClick={() => void go(false)}
            disabled={!isLive || isShut || uploading !== null || (text.trim() === "" && (mode === "note" || files.length === 0))}
          >
            {mode === "note" ? <CornerDownLeft className="i" aria-hidden="true" /> : <Send className="i" aria-hidden="true" />}
            {mode === "note" ? t("composer.add_note") : t("composer.send")}
            <Key of={shownKey(prefs.enterSends ? "enter" : "mod+enter").replace("ENTER", "↵")} />
          </button>
        </div>
      </div>
    </>
  );
}

function Tab({ act, on }: { act: "reply" | "note"; on: boolean }) {
  const t = useWords();
  const desk = useDesk();
  const key = useKey(act);
  return (
    <button type="button" aria-pressed={on} onClick={() => desk.run(act)}>
      {t(`act.${act}`)} {key === null ? null : <Key of={key} />}
    </button>
  );
}
