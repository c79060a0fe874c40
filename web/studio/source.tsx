/** A file to look at: its lines, the one that was asked for, and what is wrong beside it. */
import { ExternalLink, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import type { OverviewView } from "../../server/studio/views.ts";
import { Dialog } from "../design/floating.tsx";
import { useFile } from "./api.ts";
import { Ticked } from "./files.tsx";
import { editorLink } from "./place.tsx";
import { type Look, setState } from "./state.ts";
import { useWords } from "./words.ts";

export function Source({ look, overview }: { look: Look; overview: OverviewView }) {
  const t = useWords();
  const { data: file, error } = useFile(look.file);
  const lines = file?.text.replace(/\n$/, "").split("\n") ?? [];
  const here = useRef<HTMLLIElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line, or the text that came, is the reason to scroll
  useEffect(() => {
    void here.current?.scrollIntoView({ block: "center" });
  }, [look, file === undefined]);
  return (
    <Dialog
      title={look.file}
      close={t("close")}
      className="source"
      onClose={() => setState({ source: null })}
      footer={
        <>
          <span className="faint small grow">{file ? (file.readOnly ? t("builtIn") : t("lines", { n: lines.length })) : ""}</span>
          <a className="btn" href={editorLink(overview, look)}>
            <ExternalLink className="i" aria-hidden="true" />
            {t("openEditor")}
          </a>
        </>
      }
    >
      {error ? <p>{error.message}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <ol className="code-lines" tabIndex={0} aria-label={look.file}>
        {lines.map((line, at) => {
          const n = at + 1;
          const problems = file?.problems.filter((one) => one.line === n) ?? [];
          return (
            <li
              key={n}
              ref={n === look.line ? here : undefined}
              className={`${n === look.line && look.line > 1 ? "at" : ""} ${problems.length > 0 ? "bad" : ""}`}
            >
              <span className="n">{n}</span>
              <code>
                <Coloured line={line} />
              </code>
              {problems.map((problem) => (
                <p key={`${problem.column} ${problem.code}`}>
                  <TriangleAlert className="i s" aria-hidden="true" /> <Ticked text={problem.message} />
                </p>
              ))}
            </li>
          );
        })}
      </ol>
    </Dialog>
  );
}

/** Keys, comments and the rest: enough to find one's way. */
function Coloured({ line }: { line: string }) {
  const comment = /^(\s*)(#.*)$/.exec(line);
  if (comment) return <i>{line}</i>;
  const key = /^(\s*(?:- )?(?:\{ )?)([A-Za-z_][\w.]*)(:)(.*)$/.exec(line);
  if (!key) return line;
  return (
    <>
      {key[1]}
      <b>{key[2]}</b>
      {key[3]}
      {key[4]}
    </>
  );
}
