/** The lasting menu and the welcome of the manifest, set on every account whose platform takes one by a call. */
import { type ButtonPlan, EMPTY_SCOPE, type Program, type Scope } from "../dialogue/program.ts";
import { linkPayload } from "../dialogue/turn/payloads.ts";
import type { AccountId } from "../model/address.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Button, Message } from "../model/message.ts";
import type { Log } from "../runtime/log.ts";
import type { House } from "./assemble.ts";

/** The name of a group of entries, where they do not fit side by side. */
const GROUP: Record<string, string> = { zh: "菜单", en: "Menu" };

/** null: the manifest has none. */
type Lasting = { menu: { entries: Button[]; title: string } | null; welcome: Message | null };

/** Does not wait: a platform that is slow or away keeps no server from starting. Set anew at each start, which changes nothing. */
export function publishMenus({ programs, channels }: House, log: Log): void {
  for (const program of programs) {
    const { bot } = program;
    for (const { account, adapter } of channels.accounts.get(bot.name) ?? []) {
      const { menu, welcome } = lastingOf(program, adapter.channel, account);
      const isPlayed = channels.twins.some((twin) => twin.bot === bot.name && twin.channel === adapter.channel);
      const told = (what: string, done: string) => (set: Delivery) => {
        const where = `The ${what} of ${adapter.channel} ${account}`;
        if (set.kind === "sent") log(isPlayed ? "debug" : "info", `${where} is set${done}.`, { bot: bot.name });
        else if (set.kind === "never" && set.because === "not_owner") log("debug", `${where} is not set: ${set.why}.`, { bot: bot.name });
        else log("warn", `${where} could not be set: ${set.why}. The old one stays; it is tried at the next start.`, { bot: bot.name });
      };
      const nothing = () => undefined; // an adapter never throws
      if (adapter.publishMenu && menu)
        void adapter
          .publishMenu(account as AccountId, menu.entries, menu.title)
          .then(told("menu", ` (${bot.menu.length} entries)`), nothing);
      if (adapter.publishWelcome && welcome)
        void adapter.publishWelcome(account as AccountId, welcome).then(told("welcome message", ""), nothing);
    }
  }
}

/** What stands in an account's threads whoever comes: in the language that its `language:` names, else in the bot's first. */
export function lastingOf(program: Program, channel: string, account: string): Lasting {
  const { bot } = program;
  const own =
    bot.channels.find((one) => one.channel === channel && one.account === account) ?? bot.channels.find((one) => one.channel === channel);
  const language = own?.settings.language ?? bot.languages[0] ?? "en";
  const title = GROUP[language.split("-")[0]!] ?? GROUP.en!;
  return {
    menu: bot.menu.length === 0 ? null : { entries: menuEntries(program, language), title },
    welcome: welcomeOf(program, language),
  };
}

/** Whom one will be talking to, and what most newcomers ask. null: the manifest says neither. */
export function welcomeOf(program: Program, language: string): Message | null {
  const { bot } = program;
  const texts = bot.disclosure?.texts[0];
  if (!texts && bot.iceBreakers.length === 0) return null;
  const choices = entriesOf(bot.iceBreakers, program, language).flatMap(({ title, payload }) =>
    payload === undefined ? [] : [{ title, payload }],
  );
  const spoken = texts?.languages.includes(language) ? language : texts?.languages[0];
  return { text: texts && spoken !== undefined ? texts.print(scopeIn(program, language), spoken) : bot.title, choices };
}

/** In one language; a menu knows no customer, so a text that names one prints nothing there. */
export function menuEntries(program: Program, language: string): Button[] {
  return entriesOf(program.bot.menu, program, language);
}

function scopeIn({ bot }: Program, language: string): Scope {
  return { ...EMPTY_SCOPE, language, timezone: bot.timezone, currency: bot.currency };
}

function entriesOf(plans: ButtonPlan[], program: Program, language: string): Button[] {
  const scope = scopeIn(program, language);
  return plans.flatMap(({ title, link, payload, url }): Button[] => {
    const printed = title.print(scope, language);
    if (link !== undefined) return [{ title: printed, payload: linkPayload(link) }];
    if (payload !== undefined) return [{ title: printed, payload: String(payload.read(scope) ?? "") }];
    return url === undefined ? [] : [{ title: printed, url: String(url.read(scope) ?? "") }];
  });
}
