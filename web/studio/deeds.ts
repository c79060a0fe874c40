/** What can be done from anywhere on the screen: act as the customer, on one phone or on all, begin anew, enter by an advertisement. */
import type { AdView, PhoneMode, PhoneView } from "../../server/studio/views.ts";
import { toast } from "../design/floating.tsx";
import { act as ask, openPhone, Refused } from "./api.ts";
import { getState, setState } from "./state.ts";
import { say } from "./words.ts";
import { told } from "./words-server.ts";

export type Doing = { act: string; title?: string | null } & Record<string, unknown>;
/** Resolves with whether it was done. */
export type Act = (what: Doing) => Promise<boolean>;

export function complain(error: unknown): void {
  const why = error instanceof Refused && error.status !== 0 ? told(error.message) : say("offline");
  toast(say("didNotWork", { why }), { danger: true });
}

/** On this phone; and where several are played together, what their channel has of it on the others too. */
export function actOn(phone: PhoneView | undefined): Act {
  return async (what) => {
    if (!phone) return false;
    setState({ phone: phone.id });
    const others = getState().together.filter((id) => id !== phone.id);
    try {
      const first = ask(phone.id, what);
      if (what.act === "pass_to") {
        const passedMs = (await first).nowMs - phone.nowMs;
        if (passedMs > 0) await onOthers(others, { act: "pass", ms: passedMs });
      } else await Promise.all([first, onOthers(others, what)]);
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  };
}

/** What another channel has no button for is said in words; what it has nothing for stays undone there. */
async function onOthers(others: string[], what: Doing): Promise<void> {
  if (what.act === "react") return; // hangs on one line of one phone
  const there = what.act === "tap" ? { ...what, elseSay: true } : what;
  await Promise.all(
    others.map(async (id) => {
      try {
        await ask(id, there);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 409) throw error;
        if (what.act === "start" && typeof what.title === "string") await ask(id, { act: "say", text: what.title });
      }
    }),
  );
}

export const PEOPLE: Record<string, { first: string; last: string; locale: string }> = {
  en_US: { first: "Ana", last: "Pereira", locale: "en_US" },
  zh_CN: { first: "王芳", last: "", locale: "zh_CN" },
  de_DE: { first: "Jonas", last: "Weber", locale: "de_DE" },
};

export type Wanted = { mode: PhoneMode; locale: string; channel: string | null };

/** A customer whom the bot has never met, with a phone of their own. */
export async function somebodyNew(bot: string, { mode, locale, channel }: Wanted): Promise<PhoneView | null> {
  try {
    const person = PEOPLE[locale] ?? PEOPLE.en_US!;
    const phone = await openPhone({ mode, bot, channel, ...person });
    setState({ phone: phone.id, together: [] });
    return phone;
  } catch (error) {
    complain(error);
    return null;
  }
}

/** The same new customer on several channels, each with a phone of its own. @returns the first of them */
export async function somebodyOnAll(bot: string, { mode, locale }: Omit<Wanted, "channel">, channels: string[]): Promise<PhoneView | null> {
  try {
    const person = PEOPLE[locale] ?? PEOPLE.en_US!;
    const phones = await Promise.all(channels.map((channel) => openPhone({ mode, bot, channel, ...person })));
    const [first = null] = phones;
    if (first) setState({ phone: first.id, together: phones.map(({ id }) => id) });
    return first;
  } catch (error) {
    complain(error);
    return null;
  }
}

/** Somebody new in the same place: on this channel, or on all that are played together. */
export function againLike(phone: PhoneView, change: Partial<Omit<Wanted, "channel">>, playable: string[]): Promise<PhoneView | null> {
  const wanted = { mode: phone.mode, locale: phone.customer.locale, ...change };
  if (getState().together.length > 0) return somebodyOnAll(phone.bot, wanted, playable);
  return somebodyNew(phone.bot, { ...wanted, channel: phone.channel });
}

export type HowAd = "new" | "here" | "message" | "after";

export async function clickAd(phone: PhoneView, ad: AdView, how: HowAd, playable: string[]): Promise<void> {
  const isFresh = phone.lines.length === 0;
  const on = how === "new" && !isFresh ? await againLike(phone, {}, playable) : phone;
  if (!on) return;
  setState({ pane: "phone" });
  const text = phone.customer.locale.startsWith("zh") ? "你好" : "Hello";
  await actOn(on)({
    act: "ad",
    rule: ad.index,
    how: how === "new" || how === "here" ? "open" : how,
    ...(how === "message" || how === "after" ? { text } : {}),
  });
}
