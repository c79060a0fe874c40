/** The door: name and password, or a token; and the first own password. */
import { LogIn } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { BatonMark } from "../design/shapes.tsx";
import { Refused } from "./api.ts";
import { changePassword, type Signed, signIn, signInWithToken } from "./session.ts";
import { useWords } from "./words.ts";

export function SignIn({ signed }: { signed: Signed }) {
  const t = useWords();
  const [withToken, setWithToken] = useState(false);
  const [old, setOld] = useState("");
  return (
    <main className="door">
      <div className="card">
        <p className="logo">
          <BatonMark />
        </p>
        {signed.kind === "must_change" ? (
          <Password old={old} />
        ) : withToken ? (
          <Token other={() => setWithToken(false)} />
        ) : (
          <NameAndPassword ended={signed.kind === "out" && signed.why === "ended"} other={() => setWithToken(true)} used={setOld} />
        )}
        <p className="small faint">{t("door.about")}</p>
      </div>
    </main>
  );
}

type DoorFormProps = {
  title: string;
  hint?: string | undefined;
  submit: string;
  go(): Promise<void>;
  children: ReactNode;
  foot?: ReactNode;
};

function DoorForm({ title, hint, submit, go, children, foot }: DoorFormProps) {
  const t = useWords();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const sent = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      await go();
    } catch (error) {
      setWrong(error instanceof Refused ? sentence(error, t) : t("door.failed"));
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void sent(event)}>
      <h1>{title}</h1>
      {hint === undefined ? null : <p className="soft">{hint}</p>}
      {children}
      {wrong === null ? null : (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" className="btn main" disabled={busy}>
        <LogIn className="i" aria-hidden="true" />
        {submit}
      </button>
      {foot}
    </form>
  );
}

function sentence({ code, message }: Refused, t: ReturnType<typeof useWords>): string {
  if (code === "wrong_sign_in" || code === "unauthenticated") return t("door.wrong");
  if (code === "rate_limited") return t("door.often");
  if (code === "offline") return t("refused.offline");
  return message;
}

type FieldProps = { label: string; value: string; take(value: string): void; type?: string; auto: string; min?: number; focus?: boolean };

function Field({ label, value, take, type = "text", auto, min, focus = false }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        type={type}
        value={value}
        required
        minLength={min}
        maxLength={200}
        autoComplete={auto}
        autoCapitalize="none"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the page has nothing else
        autoFocus={focus}
        onChange={(event) => take(event.target.value)}
      />
    </div>
  );
}

function NameAndPassword({ ended, other, used }: { ended: boolean; other(): void; used(password: string): void }) {
  const t = useWords();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <DoorForm
      title={t("door.title")}
      hint={ended ? t("door.ended") : undefined}
      submit={t("door.submit")}
      go={() => {
        used(password);
        return signIn(name.trim(), password);
      }}
      foot={
        <button type="button" className="link small" onClick={other}>
          {t("door.use_token")}
        </button>
      }
    >
      <Field label={t("door.name")} value={name} take={setName} auto="username" focus />
      <Field label={t("door.password")} value={password} take={setPassword} type="password" auto="current-password" />
    </DoorForm>
  );
}

function Token({ other }: { other(): void }) {
  const t = useWords();
  const [token, setToken] = useState("");
  return (
    <DoorForm
      title={t("door.token_title")}
      hint={t("door.token_hint")}
      submit={t("door.submit")}
      go={() => signInWithToken(token.trim())}
      foot={
        <button type="button" className="link small" onClick={other}>
          {t("door.use_password")}
        </button>
      }
    >
      <Field label={t("door.token")} value={token} take={setToken} type="password" auto="off" focus />
    </DoorForm>
  );
}

const PASSWORD_MIN = 12;

function Password({ old }: { old: string }) {
  const t = useWords();
  const [before, setBefore] = useState(old);
  const [next, setNext] = useState("");
  return (
    <DoorForm title={t("door.new_title")} hint={t("door.new_hint")} submit={t("door.new_submit")} go={() => changePassword(before, next)}>
      {old === "" ? <Field label={t("door.old")} value={before} take={setBefore} type="password" auto="current-password" focus /> : null}
      <Field label={t("door.new")} value={next} take={setNext} type="password" auto="new-password" min={PASSWORD_MIN} focus={old !== ""} />
      <p className="small faint">{t("door.new_rule", { n: PASSWORD_MIN })}</p>
    </DoorForm>
  );
}
