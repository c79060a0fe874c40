/** The phone: the channel's app as a customer has it in their hand. What it can do comes from the channel's twin, how it looks from looks.css. */
import { ChevronLeft, Ellipsis, Menu as MenuIcon, Plus, SendHorizontal, ThumbsUp } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PhoneMenuEntry, PhoneOption } from "../../adapters/played-phone.ts";
import type { PhoneView } from "../../server/studio/views.ts";
import { Menu, MenuItem } from "../design/floating.tsx";
import { Name, webAddress } from "../design/said.tsx";
import { channelName, initials } from "../design/shapes.tsx";
import type { Act } from "./deeds.ts";
import { Feed } from "./feed.tsx";
import { useLine } from "./stream.ts";
import { useWords } from "./words.ts";

/** @param field the id of the field to write in: each phone on the screen has its own */
export function Phone({ phone, act, field }: { phone: PhoneView; act: Act; field: string }) {
  const t = useWords();
  return (
    <section
      className="phone"
      data-channel={phone.channel}
      aria-label={`${channelName(phone.channel)}, ${t("as", { name: phone.customer.first })}`}
    >
      <div className="screen">
        <div className="hd">
          <ChevronLeft className="i back" aria-hidden="true" />
          <span className="face" aria-hidden="true">
            {initials(phone.page)}
          </span>
          <div className="names">
            <p>
              <b>
                <Name text={phone.page} />
              </b>
            </p>
            <p className="small">{t("typicallyReplies")}</p>
          </div>
          <Ellipsis className="i more" aria-hidden="true" />
        </div>
        <Feed phone={phone} act={act} />
        {phone.offered.length > 0 || phone.starters.length > 0 ? <Quick phone={phone} act={act} /> : null}
        <Composer phone={phone} act={act} field={field} />
        {phone.menu.length > 0 ? <MenuBar menu={phone.menu} act={act} /> : null}
      </div>
    </section>
  );
}

function useIsShut(): boolean {
  const line = useLine();
  return line === "lost" || line === "catching";
}

function Quick({ phone, act }: { phone: PhoneView; act: Act }) {
  const t = useWords();
  const isStart = phone.lines.length === 0 && phone.offered.length === 0;
  const starters = phone.starters.map((title): Pick<PhoneOption, "id" | "title"> => ({ id: title, title }));
  const tap = ({ id, title }: Pick<PhoneOption, "id" | "title">) => act(isStart ? { act: "start", title } : { act: "tap", title, id });
  return (
    <fieldset
      disabled={useIsShut()}
      className={`quick ${isStart ? "starters" : ""}`}
      aria-label={isStart ? t("startersHint") : t("quickReplies")}
    >
      {(isStart ? starters : phone.offered).map((one) => (
        <button key={`${one.id} ${one.title}`} type="button" onClick={() => tap(one)}>
          <Name text={one.title} />
        </button>
      ))}
    </fieldset>
  );
}

/** The account's lasting menu at the foot. */
function MenuBar({ menu, act }: { menu: PhoneMenuEntry[]; act: Act }) {
  const t = useWords();
  const tap = (option: PhoneOption) => void act({ act: "tap", title: option.title, id: option.id });
  return (
    <fieldset className="foot" aria-label={t("accountMenu")} disabled={useIsShut()}>
      {menu.map(({ title, option, entries }) =>
        option === null ? (
          <Menu
            key={title}
            label={title}
            align="start"
            trigger={
              <button type="button">
                <MenuIcon className="i s" aria-hidden="true" /> <Name text={title} />
              </button>
            }
          >
            {entries.map((entry) => (
              <MenuItem key={entry.id} onSelect={() => tap(entry)}>
                <Name text={entry.title} />
              </MenuItem>
            ))}
          </Menu>
        ) : option.kind === "link" ? (
          <a key={title} href={webAddress(option.url) ?? undefined} target="_blank" rel="noopener noreferrer nofollow">
            <Name text={title} />
          </a>
        ) : (
          <button key={title} type="button" onClick={() => tap(option)}>
            <Name text={title} />
          </button>
        ),
      )}
    </fieldset>
  );
}

function Composer({ phone, act, field }: { phone: PhoneView; act: Act; field: string }) {
  const t = useWords();
  const [text, setText] = useState("");
  const isShut = useIsShut();
  const hasThumb = phone.sends.includes("sticker");
  const kinds = phone.sends.filter((kind) => kind !== "sticker");
  const isEmpty = text.trim() === "";
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (isShut) return; // what is written stays
    const words = text.trim();
    if (words === "") {
      if (hasThumb) void act({ act: "attach", kind: "sticker" });
      return;
    }
    setText("");
    if (!(await act({ act: "say", text: words }))) setText((now) => (now === "" ? words : now));
  };
  return (
    <form className="say" onSubmit={send}>
      {kinds.length > 0 ? (
        <Menu
          label={t("attach")}
          align="start"
          trigger={
            <button type="button" className="add" aria-label={t("attach")}>
              <Plus className="i" aria-hidden="true" />
            </button>
          }
        >
          {kinds.map((kind) => (
            <MenuItem key={kind} onSelect={() => void act({ act: "attach", kind })}>
              {t(kind)}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
      <input
        id={field}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("messageAs", { name: phone.customer.first })}
        aria-label={t("messageAs", { name: phone.customer.first })}
        autoComplete="off"
        maxLength={2000}
        enterKeyHint="send"
      />
      <button type="submit" className="go" disabled={isShut} aria-label={isEmpty && hasThumb ? t("sticker") : t("send")}>
        {isEmpty && hasThumb ? <ThumbsUp className="i" aria-hidden="true" /> : <SendHorizontal className="i" aria-hidden="true" />}
      </button>
    </form>
  );
}
