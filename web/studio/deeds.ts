/** What can be done from anywhere on the screen: act as the customer, begin anew, enter by an advertisement. */
import type { AdView, PhoneMode, PhoneView } from "../../server/studio/views.ts";
import { toast } from "../design/floating.tsx";
import { act as ask, openPhone, Refused } from "./api.ts";
import { setState } from "./state.ts";
import { say } from "./words.ts";
import { told } from "./words-server.ts";

/** Resolves with whether it was done. */
export type Act = (what: object) => Promise<boolean>;

export function complain(error: unknown): void {
  const why = error instanceof Refused && error.status !== 0 ? told(error.message) : say("offline");
  toast(say("didNotWork", { why }), { danger: true });
}

export function actOn(phone: PhoneView | undefined): Act {
  return async (what) => {
    if (!phone) return false;
    try {
      await ask(phone.id, what);
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  };
}

export const PEOPLE: Record<string, { first: string; last: string; locale: string }> = {
  en_US: { first: "Ana", last: "Pereira", locale: "en_US" },
  zh_CN: { first: "王芳", last: "", locale: "zh_CN" },
  de_DE: { first: "Jonas", last: "Weber", locale: "de_DE" },
};

/** A customer whom the bot has never met, with a phone of their own. */
export async function somebodyNew(bot: string, mode: PhoneMode, locale: string): Promise<PhoneView | null> {
  try {
    const person = PEOPLE[locale] ?? PEOPLE.en_US!;
    const phone = await openPhone({ mode, bot, ...person });
    setState({ phone: phone.id });
    return phone;
  } catch (error) {
    complain(error);
    return null;
  }
}

export type HowAd = "new" | "here" | "message" | "after";

export async function clickAd(phone: PhoneView, ad: AdView, how: HowAd): Promise<void> {
  const isFresh = phone.lines.length === 0;
  const on = how === "new" && !isFresh ? await somebodyNew(phone.bot, phone.mode, phone.customer.locale) : phone;
  if (!on) return;
  setState({ pane: "phone" });
  const text = phone.customer.locale.startsWith("zh") ? "你好" : "Hello";
  const body = how === "message" || how === "after" ? { act: "ad", rule: ad.index, how, text } : { act: "ad", rule: ad.index, how: "open" };
  await ask(on.id, body).catch(complain);
}
