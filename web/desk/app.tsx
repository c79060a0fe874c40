/** The desk as a whole: the door, or the screens behind it, and the thin bar that tells when the line is broken. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RotateCw, WifiOff } from "lucide-react";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { Floating } from "../design/floating.tsx";
import { clockTime } from "../design/format.ts";
import { usePrefs } from "../design/prefs.ts";
import { Skeleton } from "../design/shapes.tsx";
import { client, useMe } from "./data.ts";
import { DeskProvider, useDesk } from "./desk.tsx";
import { Dialogs } from "./dialogs.tsx";
import { List } from "./list.tsx";
import { follow, tryNow, useLine } from "./live.ts";
import { useMentionNotices } from "./mentions.tsx";
import { useNotices } from "./notify.ts";
import { Panel } from "./panel.tsx";
import { Queues, Rail } from "./queues.tsx";
import { usePlace } from "./route.ts";
import { findSession, getSigned, onSigned, sessionEnded } from "./session.ts";
import { Settings } from "./settings.tsx";
import { SignIn } from "./sign-in.tsx";
import { ThreadPane } from "./thread.tsx";
import { useWords } from "./words.ts";

const WallScreen = lazy(() => import("./wall.tsx").then((module) => ({ default: module.WallScreen })));
const CustomerScreen = lazy(() => import("./customer.tsx").then((module) => ({ default: module.CustomerScreen })));
const ReportsScreen = lazy(() => import("./reports.tsx").then((module) => ({ default: module.ReportsScreen })));
const loadPalette = () => import("./palette.tsx").then((module) => ({ default: module.Palette }));
const Palette = lazy(loadPalette);

export function App() {
  const t = useWords();
  const signed = useSyncExternalStore(onSigned, getSigned);
  useEffect(() => {
    void findSession();
  }, []);
  return (
    <QueryClientProvider client={client}>
      <Floating toastsLabel={t("toasts")} close={t("close")}>
        {signed.kind === "in" ? <Inside /> : signed.kind === "unknown" ? null : <SignIn signed={signed} />}
      </Floating>
    </QueryClientProvider>
  );
}

function Inside() {
  const t = useWords();
  const { data: me, isError, refetch } = useMe();
  useEffect(() => follow(sessionEnded), []);
  if (me) {
    return (
      <DeskProvider me={me}>
        <Screens />
      </DeskProvider>
    );
  }
  return isError ? (
    <main className="door">
      <div className="card">
        <h1>{t("refused.offline")}</h1>
        <button type="button" className="btn" onClick={() => void refetch()}>
          <RotateCw className="i" aria-hidden="true" />
          {t("try_again")}
        </button>
      </div>
    </main>
  ) : (
    <Skeleton rows={6} label={t("loading")} />
  );
}

function Screens() {
  const t = useWords();
  const { screen, pane, ticket } = usePlace();
  const { panelOpen } = usePrefs();
  const { dialog, me } = useDesk();
  const { phase } = useLine();
  useNotices();
  useMentionNotices(me.agent.id);
  // Whoever presses the key types on at once: by then it should be here.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1_500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="whole" data-line={phase}>
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      <LineBar />
      <div className={`desk ${screen}`} data-pane={pane} data-panel={panelOpen && ticket !== null ? "open" : "shut"}>
        <Rail />
        {screen !== "inbox" ? (
          <Suspense fallback={<main id="main" tabIndex={-1} className="page" />}>
            {screen === "wall" ? <WallScreen /> : screen === "customer" ? <CustomerScreen /> : <ReportsScreen />}
          </Suspense>
        ) : (
          <>
            <Queues />
            <List />
            <ThreadPane />
            {ticket === null ? null : <Panel />}
          </>
        )}
      </div>
      <Dialogs />
      {dialog === "settings" ? <Settings /> : null}
      {dialog === "palette" || dialog === "search" ? (
        <Suspense fallback={null}>
          <Palette />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Nothing while all is well; a broken line shorter than a blink is not worth a word. */
function LineBar() {
  const t = useWords();
  const line = useLine();
  const [nowMs, setNow] = useState(Date.now());
  const lost = line.phase === "lost";
  useEffect(() => {
    if (!lost) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [lost]);
  return (
    <div aria-live="polite">
      {line.phase === "lost" ? (
        <div className="offbar">
          <WifiOff className="i" aria-hidden="true" />
          <p className="grow">
            <b>{t("offline.title", { at: clockTime(line.sinceMs, nowMs) })}</b>{" "}
            {line.retryAtMs > nowMs
              ? t("offline.again", { n: Math.max(1, Math.ceil((line.retryAtMs - nowMs) / 1000)) })
              : t("offline.trying")}
          </p>
          <button type="button" className="btn" onClick={tryNow}>
            {t("offline.now")}
          </button>
        </div>
      ) : line.phase === "catching" ? (
        <div className="offbar thin">
          <p className="grow">{t("offline.catching")}</p>
        </div>
      ) : null}
    </div>
  );
}
