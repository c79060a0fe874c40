/** What was just played becomes a story: shown as it will be written, played again before it is kept. */
import { Check, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { PhoneView, StoryView } from "../../server/studio/views.ts";
import { Dialog, toast } from "../design/floating.tsx";
import { ask, queries, useStory } from "./api.ts";
import { complain } from "./deeds.ts";
import { setState } from "./state.ts";
import { type T, useWords } from "./words.ts";

export function Story({ phone }: { phone: PhoneView }) {
  const t = useWords();
  const [title, setTitle] = useState(() => firstTitle(phone, t));
  const [name, setName] = useState<string | null>(null);
  const file = name ?? slug(title);
  const { data: story, error, isFetching } = useStory(phone.id, title, file);
  const close = () => setState({ dialog: null });
  const save = async () => {
    try {
      const saved = await ask<StoryView>("POST", `/phones/${phone.id}/story`, { title, name: file });
      void queries.invalidateQueries({ queryKey: ["overview"] });
      toast(t("storySaved", { path: saved.path }));
      close();
    } catch (why) {
      complain(why);
    }
  };
  return (
    <Dialog
      title={t("saveStory")}
      close={t("close")}
      className="story"
      onClose={close}
      footer={
        <>
          <span className="grow small" role="status">
            {error ? error.message : story ? <Verdict story={story} t={t} /> : isFetching ? t("storyPlaying") : null}
          </span>
          <button type="button" className="btn main" disabled={!story?.passes} onClick={() => void save()}>
            {t("storySave")}
          </button>
        </>
      }
    >
      <label className="field">
        <span>{t("storyTitle")}</span>
        <input className="input" value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <label className="field">
        <span>{t("storyName")}</span>
        <span className="row">
          <input
            className="input"
            value={file}
            maxLength={60}
            onChange={(event) => setName(event.target.value.toLowerCase().replace(/[^a-z0-9-]+/g, "-"))}
          />
          <code className="faint">.story.yaml</code>
        </span>
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="text" tabIndex={0} aria-label={`${file}.story.yaml`}>
        <pre>{story?.text ?? ""}</pre>
      </section>
      {story && story.left.length > 0 ? <p className="small soft">{t("storyLeft", { what: story.left.join(", ") })}</p> : null}
    </Dialog>
  );
}

function Verdict({ story, t }: { story: StoryView; t: T }) {
  return story.passes ? (
    <>
      <Check className="i" aria-hidden="true" /> {t("storyPasses")}
    </>
  ) : (
    <>
      <TriangleAlert className="i" aria-hidden="true" />{" "}
      {t("storyFails", { line: String(story.wrong?.line ?? ""), why: story.wrong?.sentence ?? "" })}
    </>
  );
}

function firstTitle(phone: PhoneView, t: T): string {
  for (const line of phone.lines) {
    if (line.kind === "ad" || (line.kind === "line" && line.ad)) return t("storyAd", { ad: (line.ad as { title: string }).title });
    if (line.kind === "line" && line.by === "customer" && line.text !== "") return t("storyFirst", { text: line.text.slice(0, 60) });
  }
  return t("storyFirst", { text: "…" });
}

function slug(title: string): string {
  const plain = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  return plain === "" ? "from-the-studio" : plain;
}
