/** Everything that names a step or a line is a link to it. */
import type { OverviewView, PlaceView, StepRef } from "../../server/studio/views.ts";
import { setState } from "./state.ts";

export function show(place: PlaceView): void {
  setState({ source: { file: place.file, line: place.line } });
}

/** `returns › reason` */
export function Step({ step, short = false }: { step: StepRef; short?: boolean }) {
  const name = step.flow === "" || short ? step.step || step.flow : step.step === "" ? step.flow : `${step.flow} › ${step.step}`;
  if (!step.place) return <b>{name}</b>;
  const { place } = step;
  return (
    <button type="button" className="step" title={`${place.file}:${place.line}`} onClick={() => show(place)}>
      {name}
    </button>
  );
}

/** `:70` */
export function Line({ place, name }: { place: PlaceView | null | undefined; name: string }) {
  if (!place) return null;
  return (
    <button
      type="button"
      className="link ln"
      title={`${place.file}:${place.line}`}
      aria-label={`${name}, ${place.file}:${place.line}`}
      onClick={() => show(place)}
    >
      :{place.line}
    </button>
  );
}

/** Opens the file in the user's own editor, where the browser knows how. */
export function editorLink(overview: Pick<OverviewView, "root" | "builtinRoot">, { file, line }: { file: string; line: number }): string {
  const builtIn = "built-in/";
  const path = file.startsWith(builtIn) ? `${overview.builtinRoot}/${file.slice(builtIn.length)}` : `${overview.root}/${file}`;
  return `vscode://file${encodeURI(path.startsWith("/") ? path : `/${path}`)}:${line}`;
}

export function shortName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
}
