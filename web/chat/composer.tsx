/** Where the customer writes: Enter sends, Shift Enter breaks the line; files by button, paste or drop. What is half written survives a reload. */
/** @jsxImportSource preact */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import type { Talk } from "./talk.ts";
import type { Say } from "./words.ts";

const TEXT_MAX = 4_000;
const DRAFT = "baton-chat-draft";
const TYPES = "image/jpeg,image/png,image/gif,image/webp,video/mp4,audio/mpeg,audio/mp4,audio/x-m4a,application/pdf";

export function Composer({ talk, t }: { talk: Talk; t: Say }): VNode {
  const [text, setText] = useState(draft());
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (talk.get().byHand) field.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    const box = field.current!;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 132)}px`;
    keepDraft(text);
  }, [text]);
  const say = () => {
    const said = text.trim();
    if (said === "") return;
    talk.say(said);
    setText("");
    field.current?.focus();
  };
  const take = (list: FileList | undefined | null) => {
    for (const file of [...(list ?? [])].slice(0, 5)) talk.attach(file);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer?.files);
      }}
    >
      <input
        ref={files}
        type="file"
        multiple
        accept={TYPES}
        tabIndex={-1}
        aria-hidden="true"
        class="hidden"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <button type="button" class="sign" aria-label={t("attach")} onClick={() => files.current?.click()}>
        <Icon name="attach" />
      </button>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        maxLength={TEXT_MAX}
        aria-label={t("write")}
        placeholder={t("write")}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          talk.types();
        }}
        onPaste={(event) => {
          if ((event.clipboardData?.files.length ?? 0) === 0) return;
          event.preventDefault();
          take(event.clipboardData?.files);
        }}
        onKeyDown={(event) => {
          // While a word is being composed, Enter is part of it.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          say();
        }}
      />
      <button type="submit" class="go" aria-label={t("send")} disabled={text.trim() === ""}>
        <Icon name="send" bold />
      </button>
    </form>
  );
}

/** Of this tab only: what is half written is nobody else's. */
function draft(): string {
  try {
    return sessionStorage.getItem(DRAFT) ?? "";
  } catch {
    return "";
  }
}

function keepDraft(text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(DRAFT);
    else sessionStorage.setItem(DRAFT, text);
  } catch {
    // It is lost with a reload, and nothing else.
  }
}
