/** The lasting menu of the manifest, set on every account whose platform takes one by a call. */
import { EMPTY_SCOPE, type Program, type Scope } from "../dialogue/program.ts";
import { linkPayload } from "../dialogue/turn/payloads.ts";
import type { AccountId } from "../model/address.ts";
import type { Button } from "../model/message.ts";
import type { Log } from "../runtime/log.ts";
import type { House } from "./assemble.ts";

/** The name of a group of entries, where they do not fit side by side. */
const GROUP: Record<string, string> = { zh: "菜单", en: "Menu" };

/** Does not wait: a platform that is slow or away keeps no server from starting. Set anew at each start, which changes nothing. */
export function publishMenus({ programs, channels }: House, log: Log): void {
  for (const program of programs) {
    const { bot } = program;
    for (const { account, adapter } of channels.accounts.get(bot.name) ?? []) {
      const menu = menuFor(program, adapter.channel, account);
      if (!adapter.publishMenu || !menu) continue;
      const where = `The menu of ${adapter.channel} ${account}`;
      const isPlayed = channels.twins.some((twin) => twin.bot === bot.name && twin.channel === adapter.channel);
      void adapter.publishMenu(account as AccountId, menu.entries, menu.title).then(
        (set) => {
          if (set.kind === "sent") log(isPlayed ? "debug" : "info", `${where} is set (${bot.menu.length} entries).`, { bot: bot.name });
          else log("warn", `${where} could not be set: ${set.why}. The old one stays; it is tried at the next start.`, { bot: bot.name });
        },
        () => undefined, // an adapter never throws
      );
    }
  }
}

/** In the language that the account's `language:` names, else the bot's first; null: the manifest has no menu. */
export function menuFor(program: Program, channel: string, account: string): { entries: Button[]; title: string } | null {
  const { bot } = program;
  if (bot.menu.length === 0) return null;
  const own =
    bot.channels.find((one) => one.channel === channel && one.account === account) ?? bot.channels.find((one) => one.channel === channel);
  const language = own?.settings.language ?? bot.languages[0] ?? "en";
  return { entries: menuEntries(program, language), title: GROUP[language.split("-")[0]!] ?? GROUP.en! };
}

/** In one language; a menu knows no customer, so a text that names one prints nothing there. */
export function menuEntries({ bot }: Program, language: string): Button[] {
  const scope: Scope = { ...EMPTY_SCOPE, language, timezone: bot.timezone, currency: bot.currency };
  return bot.menu.flatMap(({ title, link, payload, url }): Button[] => {
    const printed = title.print(scope, language);
    if (link !== undefined) return [{ title: printed, payload: linkPayload(link) }];
    if (payload !== undefined) return [{ title: printed, payload: String(payload.read(scope) ?? "") }];
    return url === undefined ? [] : [{ title: printed, url: String(url.read(scope) ?? "") }];
  });
}
