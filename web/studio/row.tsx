/** Phones side by side: the same customer on every channel, and what is done on one happens on all. On a narrow screen, one after the other. */
import { useEffect } from "react";
import type { PhoneView } from "../../server/studio/views.ts";
import { ChannelIcon, channelName, Skeleton } from "../design/shapes.tsx";
import { Refused, usePhone } from "./api.ts";
import { actOn } from "./deeds.ts";
import { Phone } from "./phone.tsx";
import { Standing } from "./standing.tsx";
import { setState, useStudio } from "./state.ts";
import { useWords } from "./words.ts";

export function Row({ onGone }: { onGone(): void }) {
  const t = useWords();
  const { together } = useStudio();
  return (
    <>
      <nav className="which" aria-label={t("channels")}>
        {together.map((id) => (
          <Tab key={id} id={id} />
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="row-of-phones" aria-label={t("allChannels")} tabIndex={0}>
        {together.map((id) => (
          <Column key={id} id={id} onGone={onGone} />
        ))}
      </section>
    </>
  );
}

const place = (id: string) => `at-${id}`;

function Tab({ id }: { id: string }) {
  const { phone } = useStudio();
  const { data } = usePhone(id);
  if (!data) return null;
  const go = () => {
    setState({ phone: id });
    document.getElementById(place(id))?.scrollIntoView({ inline: "center", block: "nearest" });
  };
  return (
    <button type="button" aria-current={phone === id ? "true" : undefined} onClick={go}>
      <ChannelIcon channel={data.channel} /> {channelName(data.channel)}
    </button>
  );
}

function Column({ id, onGone }: { id: string; onGone(): void }) {
  const t = useWords();
  const studio = useStudio();
  const { data: phone, error } = usePhone(id);
  const isGone = error instanceof Refused && error.status === 404;
  useEffect(() => {
    if (isGone) onGone();
  }, [isGone, onGone]);
  const isLooked = studio.phone === id;
  const look = (one: PhoneView) => () => isLooked || setState({ phone: one.id });
  if (!phone)
    return (
      <div className="column">
        <Skeleton rows={4} label={t("loading")} />
      </div>
    );
  return (
    <div
      className="column"
      id={place(id)}
      data-looked={isLooked || undefined}
      onFocusCapture={look(phone)}
      onPointerDownCapture={look(phone)}
    >
      <h2 className="channel">
        <ChannelIcon channel={phone.channel} /> {channelName(phone.channel)}
      </h2>
      <Standing phone={phone} />
      <Phone phone={phone} act={actOn(phone)} field={isLooked ? "say" : `say-${id}`} />
    </div>
  );
}
