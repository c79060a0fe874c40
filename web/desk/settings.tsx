/** What a person may choose: being there, language, theme, sound, keys; and how to leave. */
import { LogOut, RotateCcw } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { Dialog, toast } from "../design/floating.tsx";
import { type Prefs, setPrefs, usePrefs } from "../design/prefs.ts";
import { ask, Refused } from "./api.ts";
import { client } from "./data.ts";
import { sayRefused, useDesk } from "./desk.tsx";
import { ACTS, type ActId, KEYS, keyOf, pressed, shownKey } from "./keys.ts";
import { chime } from "./notify.ts";
import { signOut } from "./session.ts";
import { useWords } from "./words.ts";

export function Settings() {
  const t = useWords();
  const desk = useDesk();
  const prefs = usePrefs();
  const { agent } = desk.me;
  const away = async () => {
    try {
      await ask("PATCH", "/agents/me", { away: !agent.away });
      await client.invalidateQueries({ queryKey: ["me"] });
    } catch (error) {
      if (error instanceof Refused) sayRefused(error);
    }
  };
  const notify = async () => {
    const granted = prefs.notify ? false : (await Notification.requestPermission()) === "granted";
    if (!prefs.notify && !granted) toast(t("settings.notify_refused"));
    setPrefs({ notify: granted });
  };
  return (
    <Dialog title={t("settings.title")} close={t("close")} onClose={() => desk.openDialog(null)} className="broad">
      <Row label={agent.name} hint={t("settings.away_hint")}>
        <Seg
          label={t("settings.presence")}
          value={agent.away ? "away" : "here"}
          of={{ here: t("me.here"), away: t("me.away") }}
          take={() => void away()}
        />
      </Row>
      <Row label={t("settings.language")}>
        <Seg
          label={t("settings.language")}
          value={prefs.language}
          of={{ auto: t("settings.auto"), en: "English", zh: "中文" }}
          take={(language) => setPrefs({ language: language as Prefs["language"] })}
        />
      </Row>
      <Row label={t("settings.theme")}>
        <Seg
          label={t("settings.theme")}
          value={prefs.theme}
          of={{ system: t("settings.system"), light: t("settings.light"), dark: t("settings.dark") }}
          take={(theme) => setPrefs({ theme: theme as Prefs["theme"] })}
        />
      </Row>
      <Row label={t("settings.sound")} hint={t("settings.sound_hint")}>
        <Seg
          label={t("settings.sound")}
          value={prefs.sound}
          of={{ hidden: t("settings.sound_hidden"), always: t("settings.sound_always"), never: t("settings.sound_never") }}
          take={(sound) => {
            setPrefs({ sound: sound as Prefs["sound"] });
            if (sound !== "never") chime();
          }}
        />
      </Row>
      {"Notification" in globalThis ? (
        <Row label={t("settings.notify")} hint={t("settings.notify_hint")}>
          <Seg
            label={t("settings.notify")}
            value={prefs.notify ? "on" : "off"}
            of={{ off: t("off"), on: t("on") }}
            take={() => void notify()}
          />
        </Row>
      ) : null}
      <Row label={t("settings.enter")}>
        <Seg
          label={t("settings.enter")}
          value={prefs.enterSends ? "enter" : "mod"}
          of={{ mod: shownKey("mod+enter").replace("ENTER", "↵"), enter: "↵" }}
          take={(how) => setPrefs({ enterSends: how === "enter" })}
        />
      </Row>
      <Row label={t("settings.keys")} hint={t("settings.keys_hint")}>
        <Seg
          label={t("settings.keys")}
          value={prefs.keysOn ? "on" : "off"}
          of={{ off: t("off"), on: t("on") }}
          take={(keys) => setPrefs({ keysOn: keys === "on" })}
        />
      </Row>
      <details className="keymap">
        <summary>{t("settings.keymap")}</summary>
        <ul className="keys">
          {ACTS.map((act) => (
            <KeyRow key={act} act={act} />
          ))}
        </ul>
      </details>
      <div className="row">
        <button type="button" className="btn" onClick={() => void signOut(false)}>
          <LogOut className="i" aria-hidden="true" />
          {t("settings.sign_out")}
        </button>
        <button type="button" className="btn quiet" onClick={() => void signOut(true)}>
          {t("settings.sign_out_all")}
        </button>
      </div>
    </Dialog>
  );
}

function Row({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="setting">
      <p className="grow">
        <b>{label}</b>
        {hint === undefined ? null : <span className="small faint">{hint}</span>}
      </p>
      {children}
    </div>
  );
}

function Seg({ label, value, of, take }: { label: string; value: string; of: Record<string, string>; take(value: string): void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons that look like one switch, not a form's group
    <div className="seg" role="group" aria-label={label}>
      {Object.entries(of).map(([id, text]) => (
        <button type="button" key={id} aria-pressed={value === id} onClick={() => value === id || take(id)}>
          {text}
        </button>
      ))}
    </div>
  );
}

function KeyRow({ act }: { act: ActId }) {
  const t = useWords();
  const prefs = usePrefs();
  const [listening, setListening] = useState(false);
  const key = keyOf(act, prefs);
  const hear = (event: KeyboardEvent) => {
    if (!listening || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setListening(false);
    const next = pressed(event.nativeEvent);
    if (next === null || next === "enter" || next === " ") return;
    const taken = ACTS.find((other) => other !== act && (keyOf(other, prefs) === next || keyOf(other, prefs).startsWith(`${next} `)));
    if (taken) toast(t("settings.key_taken", { key: shownKey(next), act: t(`act.${taken}`) }));
    else setPrefs({ keymap: { ...prefs.keymap, [act]: next } });
    setListening(false);
  };
  return (
    <li>
      <span className="grow">{t(`act.${act}`)}</span>
      {key === KEYS[act] ? null : (
        <button
          type="button"
          className="btn quiet icon"
          aria-label={t("settings.key_reset", { act: t(`act.${act}`) })}
          onClick={() => {
            const { [act]: _changed, ...keymap } = prefs.keymap;
            setPrefs({ keymap });
          }}
        >
          <RotateCcw className="i" aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        className="btn keybtn"
        aria-label={t("settings.key_change", { act: t(`act.${act}`), key: shownKey(key) })}
        aria-pressed={listening}
        onClick={() => setListening(!listening)}
        onBlur={() => setListening(false)}
        onKeyDown={hear}
      >
        {listening ? t("settings.key_press") : shownKey(key)}
      </button>
    </li>
  );
}
