/** Faces, chips, the fuse and the passage: the few shapes that carry meaning on both screens. */
import { Bot, Camera, Globe, type LucideIcon, MessageCircle, MessagesSquare, Phone, X as XMark } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { langOf } from "./said.tsx";

export function BatonMark() {
  return (
    <svg className="i mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <path d="M5 19 19 5M3.5 16.5l4 4M16.5 3.5l4 4" />
    </svg>
  );
}

/** Two letters at most, of the first and the last word; one for scripts without spaces. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "")].find((letter) => /[\p{L}\p{N}]/u.test(letter));
  if (!first) return "?";
  const last = words.length > 1 ? [...words.at(-1)!].find((letter) => /[\p{L}\p{N}]/u.test(letter)) : undefined;
  return (langOf(first) ? first : `${first}${last ?? ""}`).toLocaleUpperCase();
}

export type FaceKind = "customer" | "team" | "bot" | "nobody";
type FaceProps = { kind: FaceKind; name?: string; size?: "s" | "m" | "l"; channel?: string | undefined; writing?: boolean };

/** Always beside a name or a word: the face itself is silent. */
export function Face({ kind, name = "", size = "l", channel, writing = false }: FaceProps) {
  return (
    <span
      className={`face ${kind === "customer" ? "" : kind} ${size === "l" ? "" : size} ${writing ? "writing" : ""}`}
      aria-hidden="true"
      data-letters={kind === "customer" || kind === "team" ? initials(name) : undefined}
    >
      {kind === "bot" ? <Bot className="i" /> : null}
      {channel === undefined ? null : (
        <i className="on">
          <ChannelIcon channel={channel} />
        </i>
      )}
    </span>
  );
}

const CHANNELS: Record<string, { icon: LucideIcon; name: string }> = {
  messenger: { icon: MessageCircle, name: "Messenger" },
  instagram: { icon: Camera, name: "Instagram" },
  whatsapp: { icon: Phone, name: "WhatsApp" },
  wechat: { icon: MessagesSquare, name: "WeChat" },
  twitter: { icon: XMark, name: "X" },
  botframework: { icon: Bot, name: "Bot Framework" },
  web: { icon: Globe, name: "Web" },
};

export function channelName(channel: string): string {
  return Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel]!.name : channel;
}

export function ChannelIcon({ channel }: { channel: string }) {
  const Icon = Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel]!.icon : Globe;
  return <Icon className="i" aria-hidden="true" />;
}

export type Urgency = "fine" | "soon" | "broken" | "plain";

export function Chip({ urgency = "fine", icon: Icon, children }: { urgency?: Urgency; icon?: LucideIcon; children: ReactNode }) {
  return (
    <span className={`chip ${urgency === "fine" ? "" : urgency}`}>
      {Icon ? <Icon className="i" aria-hidden="true" /> : null}
      {children}
    </span>
  );
}

/** @param left 0 to 1, what is left of the window; null: it is closed */
export function Fuse({ left, label, mini = false }: { left: number | null; label: string; mini?: boolean }) {
  const style = { "--left": String(Math.min(1, Math.max(0, left ?? 0))) } as CSSProperties;
  return <span className={`fuse ${mini ? "mini" : ""} ${left === null ? "closed" : ""}`} style={style} role="img" aria-label={label} />;
}

/** The baton on its way from the bot to a person, with the waiting time on it; dots when nobody waits. */
export function Pass({ to, on, size = "m", rest = false }: { to: string | null; on: string; size?: "m" | "l"; rest?: boolean }) {
  return (
    <div className={`pass ${rest ? "rest" : ""}`}>
      <Face kind="bot" size={size} />
      <span className="way">
        <span>{on}</span>
      </span>
      {to === null ? <Face kind="nobody" size={size} /> : <Face kind="team" name={to} size={size} />}
    </div>
  );
}

/** Stands where a list will stand, as high as its rows. */
export function Skeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div aria-busy="true">
      <span className="sr">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing ever moves among them
        <div className="skel" key={row} aria-hidden="true">
          <i />
          <span>
            <b />
            <b />
            <b />
          </span>
        </div>
      ))}
    </div>
  );
}
