/** The studio: files at the left, the phone in the middle, at the right what happened, what is known, and the time. */
import {
  BookmarkPlus,
  Palette as Brush,
  ChartNoAxesColumn,
  ChevronDown,
  Columns3,
  FileText,
  Headset,
  Map as MapIcon,
  MessageCircle,
  RotateCcw,
  Search,
  TriangleAlert,
} from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import type { OverviewView, PhoneView } from "../../server/studio/views.ts";
import { Dialog, Menu, MenuItem, MenuLabel, toast } from "../design/floating.tsx";
import { clockTime, languageName } from "../design/format.ts";
import { setPrefs } from "../design/prefs.ts";
import { Name } from "../design/said.tsx";
import { BatonMark, Skeleton } from "../design/shapes.tsx";
import { Ads } from "./ads.tsx";
import { Refused, useOverview, usePhone } from "./api.ts";
import { actOn, againLike, somebodyNew, somebodyOnAll } from "./deeds.ts";
import { Desk } from "./desk.tsx";
import { Files } from "./files.tsx";
import { type Keys, useKeys } from "./keys.ts";
import type { Deed } from "./palette.tsx";
import { Phone } from "./phone.tsx";
import { Step, shortName } from "./place.tsx";
import { playableOn } from "./playable.ts";
import { Row } from "./row.tsx";
import { Session } from "./session.tsx";
import { Source } from "./source.tsx";
import { type Beside, getState, type Pane, setState, useStudio } from "./state.ts";
import { Story } from "./story.tsx";
import { useLine, useStream } from "./stream.ts";
import { Strip, toggleTogether } from "./strip.tsx";
import { Time } from "./time.tsx";
import { Trace } from "./trace.tsx";
import { say, useWords } from "./words.ts";

const FlowMap = lazy(() => import("./map.tsx"));
const Palette = lazy(() => import("./palette.tsx"));

const HOUR_MS = 3_600_000;

export function Studio() {
  const t = useWords();
  const { bot } = useStudio();
  const overview = useOverview(bot);
  const isUnknown = bot !== null && overview.error instanceof Refused && overview.error.status === 404;
  useEffect(() => {
    if (isUnknown) setState({ bot: null }); // of another project, in the same tab
  }, [isUnknown]);
  if (overview.data) return <Opened overview={overview.data} />;
  if (overview.isPending)
    return (
      <main className="opening">
        <Skeleton rows={6} label={t("loading")} />
      </main>
    );
  const isForbidden = overview.error instanceof Refused && overview.error.status === 403;
  return (
    <main className="opening">
      <BatonMark />
      <h1>{t("notStarted")}</h1>
      <p className="soft">
        {isForbidden
          ? t("forbidden")
          : overview.error instanceof Refused && overview.error.status !== 0
            ? overview.error.message
            : t("offline")}
      </p>
      {isForbidden ? (
        <a className="btn main" href="/desk">
          {t("signIn")}
        </a>
      ) : (
        <button type="button" className="btn" onClick={() => void overview.refetch()}>
          {t("again")}
        </button>
      )}
    </main>
  );
}

function Opened({ overview }: { overview: OverviewView }) {
  const t = useWords();
  const studio = useStudio();
  const line = useLine();
  const found = usePhone(studio.phone);
  const phone = found.data;
  const { bot } = overview;
  const opening = useRef(false);
  const isTogether = studio.together.length > 0;
  useStream(isTogether ? studio.together.join(",") : studio.phone);

  // A phone on its own time ends with the server it was on: then there is a new one.
  const isGone = found.error instanceof Refused && found.error.status === 404;
  const isOther = phone !== undefined && phone.bot !== bot;
  const openAnew = useCallback(
    (why: "gone" | "other") => {
      if (opening.current) return;
      opening.current = true;
      if (why === "gone") toast(say("phoneGone"));
      const wanted = { mode: "time" as const, locale: "en_US" };
      const opened = isTogether ? somebodyOnAll(bot, wanted, playableOn(overview, "time")) : somebodyNew(bot, { ...wanted, channel: null });
      void opened.finally(() => {
        opening.current = false;
      });
    },
    [bot, isTogether, overview],
  );
  const onGone = useCallback(() => openAnew("gone"), [openAnew]);
  useEffect(() => {
    if (isGone) openAnew("gone");
    else if (studio.phone === null || isOther) openAnew("other");
  }, [studio.phone, isGone, isOther, openAnew]);

  const deeds = useDeeds(overview, phone);
  return (
    <div className="studio" data-pane={studio.pane} data-beside={studio.beside} data-together={isTogether || undefined}>
      <a className="skip" href="#say">
        {t("skip")}
      </a>
      <Bar overview={overview} phone={phone} deeds={deeds} />
      {studio.beside === "map" && phone ? (
        <Suspense fallback={<section className="map" aria-busy="true" />}>
          <FlowMap overview={overview} phone={phone} />
        </Suspense>
      ) : null}
      <Files overview={overview} />
      <main className="stage">
        {line === "lost" || line === "catching" ? (
          <p className="offline" role="status">
            {t(line === "lost" ? "offline" : "catching")}
          </p>
        ) : null}
        {phone ? <Stage overview={overview} phone={phone} onGone={onGone} /> : <Skeleton rows={5} label={t("loading")} />}
      </main>
      <aside className="side" aria-label={t("trace")}>
        {phone ? (
          <>
            <Trace phone={phone} />
            <Session phone={phone} />
            <Time
              phone={phone}
              act={actOn(phone)}
              onOwnTime={() => void againLike(phone, { mode: "time" }, playableOn(overview, "time"))}
            />
          </>
        ) : (
          <Skeleton rows={5} label={t("loading")} />
        )}
      </aside>
      {studio.beside === "desk" && phone ? <Desk phone={phone} /> : null}
      <Tabs overview={overview} phone={phone} />
      {studio.source ? <Source look={studio.source} overview={overview} /> : null}
      {studio.dialog === "story" && phone ? <Story phone={phone} /> : null}
      {studio.dialog === "help" ? <Help deeds={deeds} /> : null}
      {studio.dialog === "palette" ? (
        <Suspense>
          <Palette overview={overview} deeds={deeds} />
        </Suspense>
      ) : null}
    </div>
  );
}

function toggle(beside: Beside): void {
  setState({
    beside: getState().beside === beside ? "files" : beside,
    pane: getState().beside === beside ? "phone" : beside === "desk" ? "trace" : "phone",
  });
}

/** Everything that has a key also has a name, for the palette and the help. */
function useDeeds(overview: OverviewView, phone: PhoneView | undefined): Deed[] {
  const t = useWords();
  const deeds = useMemo((): Deed[] => {
    const act = actOn(phone);
    const again = () => {
      if (phone) void againLike(phone, {}, playableOn(overview, phone.mode));
      else void somebodyNew(overview.bot, { mode: "time", locale: "en_US", channel: null });
    };
    return [
      { id: "write", label: t("key.write"), keys: "/", run: () => document.getElementById("say")?.focus() },
      { id: "map", label: t("key.map"), keys: "M", run: () => toggle("map") },
      { id: "desk", label: t("key.desk"), keys: "D", run: () => toggle("desk") },
      ...(phone && playableOn(overview, phone.mode).length > 1
        ? [{ id: "all", label: t("key.all"), keys: "A", run: () => toggleTogether(overview, phone) }]
        : []),
      { id: "story", label: t("key.story"), keys: "S", run: () => openStory(phone) },
      { id: "again", label: t("key.again"), keys: "X", run: again },
      { id: "problem", label: t("key.problem"), keys: "F8", run: () => nextProblem(overview) },
      ...(phone?.mode === "time"
        ? [
            { id: "3h", label: t("plus3h"), keys: "1", run: () => void act({ act: "pass", ms: 3 * HOUR_MS }) },
            { id: "1d", label: t("plus1d"), keys: "2", run: () => void act({ act: "pass", ms: 24 * HOUR_MS }) },
            { id: "timer", label: t("nextTimer"), keys: "3", run: () => void act({ act: "pass_to", what: "timer" }) },
            { id: "window", label: t("pastWindow"), keys: "4", run: () => void act({ act: "pass_to", what: "window" }) },
          ]
        : []),
      { id: "help", label: t("key.help"), keys: "?", run: () => setState({ dialog: "help" }) },
    ];
  }, [overview, phone, t]);
  const keys = useMemo((): Keys => {
    const map: Keys = { palette: () => setState({ dialog: "palette" }) };
    for (const deed of deeds) if (deed.keys) map[deed.keys.length === 1 ? deed.keys.toLowerCase() : deed.keys] = deed.run;
    return map;
  }, [deeds]);
  useKeys(keys);
  return deeds;
}

function openStory(phone: PhoneView | undefined): void {
  if (phone && phone.turns.length > 0) setState({ dialog: "story" });
  else toast(say("storyNothing"));
}

/** Round and round through what is wrong. */
function nextProblem({ problems }: OverviewView): void {
  const { source } = getState();
  const at = source ? problems.findIndex((one) => one.file === source.file && one.line === source.line) : -1;
  const next = problems[(at + 1) % Math.max(1, problems.length)];
  if (next) setState({ source: { file: next.file, line: next.line } });
  else toast(say("noProblems"));
}

function Bar({ overview, phone, deeds }: { overview: OverviewView; phone: PhoneView | undefined; deeds: Deed[] }) {
  const t = useWords();
  const { beside, together } = useStudio();
  const { version } = overview;
  const title = overview.bots.find((one) => one.name === overview.bot)?.title ?? overview.bot;
  const flow = phone?.session?.frames[0]?.flow;
  const run = (id: string) => deeds.find((deed) => deed.id === id)?.run;
  return (
    <header className="bar">
      <span className="logo">
        <BatonMark />
      </span>
      <h1 className="grow cut">
        {overview.bots.length > 1 ? <Bots overview={overview} title={title} /> : <Name text={title} />}{" "}
        <span className="crumb">/ {flow ?? t("studio").toLowerCase()}</span>
      </h1>
      <span className="faint small hide" role="status">
        {version.tookMs === null ? "" : t("saved", { time: clockTime(version.sinceMs, version.sinceMs), ms: version.tookMs })}
      </span>
      <button type="button" className="btn quiet hide" onClick={() => setState({ dialog: "palette" })}>
        <Search className="i" aria-hidden="true" />
        {t("find")} <kbd className="key">{/Mac/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <button type="button" className="btn" aria-label={t("map")} aria-pressed={beside === "map"} onClick={() => toggle("map")}>
        <MapIcon className="i" aria-hidden="true" />
        <span className="hide">{t("map")}</span> <kbd className="key">M</kbd>
      </button>
      {phone && playableOn(overview, phone.mode).length > 1 ? (
        <button type="button" className="btn" aria-label={t("allChannels")} aria-pressed={together.length > 0} onClick={run("all")}>
          <Columns3 className="i" aria-hidden="true" />
          <span className="hide">{t("allChannels")}</span> <kbd className="key">A</kbd>
        </button>
      ) : null}
      <button type="button" className="btn" aria-label={t("desk")} aria-pressed={beside === "desk"} onClick={() => toggle("desk")}>
        <Headset className="i" aria-hidden="true" />
        <span className="hide">{t("desk")}</span> <kbd className="key">D</kbd>
      </button>
      <button type="button" className="btn" aria-label={t("saveStory")} onClick={run("story")}>
        <BookmarkPlus className="i" aria-hidden="true" />
        <span className="hide">{t("saveStory")}</span> <kbd className="key">S</kbd>
      </button>
      <button type="button" className="btn" aria-label={t("startAgain")} onClick={run("again")}>
        <RotateCcw className="i" aria-hidden="true" />
        <span className="hide">{t("startAgain")}</span> <kbd className="key">X</kbd>
      </button>
      <Look />
    </header>
  );
}

function Bots({ overview, title }: { overview: OverviewView; title: string }) {
  const t = useWords();
  return (
    <Menu
      label={t("chooseBot")}
      align="start"
      trigger={
        <button type="button" className="btn quiet" aria-label={`${t("bot")}: ${title}`}>
          <span className="cut">
            <Name text={title} />
          </span>
          <ChevronDown className="i" aria-hidden="true" />
        </button>
      }
    >
      <MenuLabel>{t("chooseBot")}</MenuLabel>
      {overview.bots.map((one) => (
        <MenuItem key={one.name} onSelect={() => setState({ bot: one.name, flow: null, source: null, together: [] })}>
          <span className="grow">
            <Name text={one.title} />
          </span>
          <span className="faint">{one.name}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}

function Look() {
  const t = useWords();
  return (
    <Menu
      label={t("settings")}
      trigger={
        <button type="button" className="btn quiet icon" aria-label={t("settings")}>
          <Brush className="i" aria-hidden="true" />
        </button>
      }
    >
      <MenuLabel>{t("settings")}</MenuLabel>
      {(["system", "light", "dark"] as const).map((theme) => (
        <MenuItem key={theme} onSelect={() => setPrefs({ theme })}>
          {t(theme)}
        </MenuItem>
      ))}
      <MenuLabel>{languageName("en") === "English" ? "Language" : "语言"}</MenuLabel>
      <MenuItem onSelect={() => setPrefs({ language: "en" })}>English</MenuItem>
      <MenuItem onSelect={() => setPrefs({ language: "zh" })}>中文</MenuItem>
      <MenuLabel>{t("help")}</MenuLabel>
      <MenuItem onSelect={() => setState({ dialog: "help" })}>{t("key.help")}</MenuItem>
    </Menu>
  );
}

function Stage({ overview, phone, onGone }: { overview: OverviewView; phone: PhoneView; onGone(): void }) {
  const { beside, together } = useStudio();
  const isTogether = together.length > 0;
  return (
    <>
      <Strip overview={overview} phone={phone} />
      <Running phone={phone} />
      <div className="bench">
        {beside === "files" && !isTogether ? <Ads overview={overview} phone={phone} /> : null}
        <div className="phones">
          <Over overview={overview} />
          {isTogether ? <Row onGone={onGone} /> : <Phone phone={phone} act={actOn(phone)} field="say" />}
        </div>
      </div>
    </>
  );
}

/** What is wrong, over the phone: never a dead page. */
function Over({ overview }: { overview: OverviewView }) {
  const t = useWords();
  const first = overview.problems.find((one) => one.severity === "error");
  if (!overview.version.behind || !first) return null;
  return (
    <p className="over" role="status">
      <TriangleAlert className="i" aria-hidden="true" />
      <span>
        {t("overPhone", {
          place: `${shortName(first.file)}:${first.line}`,
          time: clockTime(overview.version.sinceMs, overview.version.sinceMs),
        })}
      </span>
      <button type="button" className="link" onClick={() => setState({ source: { file: first.file, line: first.line } })}>
        {t("show")}
      </button>
    </p>
  );
}

/** On a narrow screen: the running step, above the phone. */
function Running({ phone }: { phone: PhoneView }) {
  const step = phone.session?.question ?? phone.session?.frames[0]?.step;
  if (!step) return null;
  return (
    <p className="running">
      <span className="node" aria-hidden="true" />
      <Step step={step} />
      <span className="faint small">{step.place ? `:${step.place.line}` : ""}</span>
    </p>
  );
}

function Tabs({ overview, phone }: { overview: OverviewView; phone: PhoneView | undefined }) {
  const t = useWords();
  const { pane, beside } = useStudio();
  const tabs: { pane: Pane; icon: typeof FileText; label: string }[] = [
    { pane: "files", icon: FileText, label: overview.problems.length > 0 ? `${t("files")} · ${overview.problems.length}` : t("files") },
    { pane: "phone", icon: MessageCircle, label: beside === "map" ? t("map") : t("phone") },
    { pane: "trace", icon: ChartNoAxesColumn, label: beside === "desk" ? t("desk") : t("trace") },
  ];
  return (
    <nav className="views" aria-label={t("views")}>
      {tabs.map(({ pane: one, icon: Icon, label }) => (
        <button
          key={one}
          type="button"
          aria-current={pane === one ? "page" : undefined}
          onClick={() => setState({ pane: one })}
          disabled={!phone && one !== "files"}
        >
          <Icon className="i" aria-hidden="true" />
          {label}
        </button>
      ))}
    </nav>
  );
}

function Help({ deeds }: { deeds: Deed[] }) {
  const t = useWords();
  return (
    <Dialog title={t("help")} close={t("close")} onClose={() => setState({ dialog: null })}>
      <dl className="keys">
        {deeds.map((deed) => (
          <div key={deed.id}>
            <dt>{deed.label}</dt>
            <dd>
              <kbd className="key">{deed.keys}</kbd>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("key.palette")}</dt>
          <dd>
            <kbd className="key">Ctrl K</kbd>
          </dd>
        </div>
        <div>
          <dt>{t("key.leave")}</dt>
          <dd>
            <kbd className="key">Esc</kbd>
          </dd>
        </div>
      </dl>
    </Dialog>
  );
}
