/** The brand's files with their problems counted, and the problems as the checker tells them. */
import { Bot, Check, FileText, Folder, Languages, Megaphone, MessageCircleQuestion, Plug, TriangleAlert } from "lucide-react";
import type { FileKind, FileView, OverviewView, ProblemView } from "../../server/studio/views.ts";
import { clockTime } from "../design/format.ts";
import { editorLink, shortName } from "./place.tsx";
import { setState, useStudio } from "./state.ts";
import { useWords } from "./words.ts";

const ICONS: Record<FileKind, typeof FileText> = {
  bot: Bot,
  actions: Plug,
  flow: FileText,
  faq: MessageCircleQuestion,
  ads: Megaphone,
  locale: Languages,
  story: Check,
  other: FileText,
};

export function Files({ overview }: { overview: OverviewView }) {
  const t = useWords();
  const { version } = overview;
  return (
    <nav className="files" aria-label={t("files")}>
      <div className="tree">
        {foldersOf(overview.files).map(({ folder, files }) => (
          <div key={folder}>
            <p className="folder">
              <Folder className="i" aria-hidden="true" />
              <span className="cut">{folder}</span>
            </p>
            <ul>
              {files.map((file) => (
                <File key={file.path} file={file} />
              ))}
            </ul>
          </div>
        ))}
        {overview.stories.length > 0 ? (
          <details className="stories">
            <summary className="folder">
              <Folder className="i" aria-hidden="true" />
              <span className="cut grow">{t("stories")}</span>
              <span className="faint small">{overview.stories.length}</span>
            </summary>
            <ul>
              {overview.stories.map((file) => (
                <File key={file.path} file={file} />
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      <Problems overview={overview} />
      <p className="saved">
        {version.behind
          ? t("lastGood", { time: clockTime(version.sinceMs, version.sinceMs) })
          : version.tookMs === null
            ? t("running", { time: clockTime(version.sinceMs, version.sinceMs) })
            : t("saved", { time: clockTime(version.sinceMs, version.sinceMs), ms: version.tookMs })}
      </p>
    </nav>
  );
}

function foldersOf(files: FileView[]): { folder: string; files: FileView[] }[] {
  const folders = new Map<string, FileView[]>();
  for (const file of files) {
    const folder = file.path.replace(/\/[^/]*$/, "");
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].map(([folder, inside]) => ({ folder, files: inside }));
}

function File({ file }: { file: FileView }) {
  const t = useWords();
  const { source } = useStudio();
  const Icon = ICONS[file.kind];
  const count = file.errors + file.warnings;
  return (
    <li>
      <button
        type="button"
        className="file"
        aria-current={source?.file === file.path || undefined}
        onClick={() => setState({ source: { file: file.path, line: 1 } })}
      >
        <Icon className="i" aria-hidden="true" />
        <span className="grow cut">{shortName(file.path).replace(/\.story$/, "")}</span>
        {count > 0 ? (
          <span className="n">
            <TriangleAlert className="i s" aria-hidden="true" />
            {count}
            <span className="sr"> {t("problems", { n: count })}</span>
          </span>
        ) : null}
      </button>
    </li>
  );
}

function Problems({ overview }: { overview: OverviewView }) {
  const t = useWords();
  const { problems } = overview;
  return (
    <section className="problems" aria-label={t("problems", { n: problems.length })} aria-live="polite">
      {problems.length === 0 ? (
        <p className="fine">
          <Check className="i" aria-hidden="true" /> {t("noProblems")}
        </p>
      ) : (
        <h2>
          {t("problems", { n: problems.length })}
          <span className="label hide">
            {t("next")} <kbd className="key">F8</kbd>
          </span>
        </h2>
      )}
      {problems.map((problem) => (
        <Problem
          key={`${problem.file}:${problem.line}:${problem.column}:${problem.code}:${problem.message}`}
          problem={problem}
          overview={overview}
        />
      ))}
    </section>
  );
}

export function Problem({ problem, overview }: { problem: ProblemView; overview: OverviewView }) {
  const t = useWords();
  return (
    <article className="problem">
      <p className="where">
        <TriangleAlert className="i s" aria-hidden="true" />
        <button type="button" className="link" onClick={() => setState({ source: { file: problem.file, line: problem.line } })}>
          {shortName(problem.file)}:{problem.line}:{problem.column}
        </button>
        <span className="code">{problem.code}</span>
      </p>
      <p>
        <Ticked text={problem.message} />
        {problem.near.length > 0 ? (
          <span className="soft">
            {" "}
            {t("near")} <code>{problem.near.slice(0, 2).join(", ")}</code>?
          </span>
        ) : null}
      </p>
      <Excerpt problem={problem} />
      {problem.help ? (
        <p className="soft small">
          <Ticked text={problem.help} />
        </p>
      ) : null}
      <a className="link small" href={editorLink(overview, problem)}>
        {t("openEditor")}
      </a>
    </article>
  );
}

/** The line, with what is wrong underlined. */
function Excerpt({ problem }: { problem: ProblemView }) {
  const { excerpt, column, length } = problem;
  if (excerpt.trim() === "") return null;
  const start = excerpt.length - excerpt.trimStart().length;
  const from = Math.max(start, column - 1);
  return (
    <pre>
      {excerpt.slice(start, from)}
      <u>{excerpt.slice(from, from + length)}</u>
      {excerpt.slice(from + length)}
    </pre>
  );
}

/** The checker writes names in backticks. */
export function Ticked({ text }: { text: string }) {
  return text.split("`").map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <code key={at}>{part}</code>
    ) : (
      part
    ),
  );
}
