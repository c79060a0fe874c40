/** Messenger: webhooks of pages become events, pieces of messages become calls of the Send API. */
import { checkedWith, createMetaAdapter, type MetaAdapter, type MetaOptions } from "../meta/adapter.ts";
import { checkUp, DASHBOARD } from "./check.ts";
import { DAY_MS, messengerLimits, windowTable } from "./limits.ts";
import { PROFILE_FIELDS, readProfile } from "./profile.ts";
import { MESSENGER } from "./receive.ts";

export type MessengerOptions = MetaOptions & {
  accounts: { pageId: string; pageToken: string }[];
  /** How long the first message after an ad click lets us speak on these pages; up to seven days. */
  adWindowMs?: number;
};

export type MessengerAdapter = MetaAdapter;

export function createMessengerAdapter(options: MessengerOptions): MessengerAdapter {
  const dialect = {
    product: MESSENGER,
    limits: messengerLimits(options.adWindowMs),
    dayWindows: windowTable(DAY_MS),
    edgeOf: (page: string) => page,
    takesMark: true,
    profileFields: PROFILE_FIELDS,
    readProfile,
  };
  const accounts = options.accounts.map(({ pageId, pageToken }) => ({ id: pageId, token: pageToken }));
  const { adapter, sending, pages, base } = createMetaAdapter(dialect, options, accounts);
  return {
    ...adapter,
    async check(account, about) {
      const page = pages.get(account);
      return page ? checkUp(checkedWith(options, sending.pool, base, page, DASHBOARD), page.id, about) : [];
    },
  };
}
