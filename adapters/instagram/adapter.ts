/** Instagram: webhooks of professional accounts become events, pieces of messages become calls of the Send API. */
import type { Delivery } from "../../model/delivery.ts";
import { checkedWith, createMetaAdapter, type MetaAdapter, type MetaOptions } from "../meta/adapter.ts";
import { checkUp, DASHBOARDS, type Login } from "./check.ts";
import { instagramLimits, instagramWindows } from "./limits.ts";
import { setIceBreakers, setMenu } from "./menu.ts";
import { createOwnMessages } from "./own.ts";
import { PROFILE_FIELDS, readProfile } from "./profile.ts";
import { INSTAGRAM } from "./receive.ts";

export type InstagramOptions = MetaOptions & {
  accounts: { accountId: string; token: string }[];
  /** How the account was connected: by Instagram's own login, or by the Facebook page that it is linked to. */
  login: Login;
};

export function createInstagramAdapter(options: InstagramOptions): MetaAdapter {
  const dialect = {
    product: INSTAGRAM,
    limits: instagramLimits,
    dayWindows: instagramWindows,
    edgeOf: () => "me", // the account by its own login, the linked page by Facebook's
    takesMark: false,
    profileFields: PROFILE_FIELDS,
    readProfile,
  };
  const accounts = options.accounts.map(({ accountId, token }) => ({ id: accountId, token }));
  const tokens = new Map(accounts.map(({ id, token }) => [id, token]));
  const { adapter, sending, pages, base } = createMetaAdapter(dialect, options, accounts);
  const own = createOwnMessages();
  return {
    ...adapter,
    own,
    async send(outbound) {
      const delivery = await adapter.send(outbound);
      if (delivery.kind === "sent") own.sent(delivery.channelMessageId);
      return delivery;
    },
    async publishMenu(account, entries) {
      const page = pages.get(account);
      return page === undefined ? notServed(account) : setMenu({ pool: sending.pool, base, page }, entries);
    },
    async publishWelcome(account, { choices = [] }) {
      const page = pages.get(account);
      if (page === undefined) return notServed(account);
      if (choices.length === 0) return { kind: "never", because: "not_owner", why: "the manifest names no ice breakers" };
      return setIceBreakers({ pool: sending.pool, base, page }, choices);
    },
    async check(account, about) {
      const page = pages.get(account);
      if (page === undefined) return [];
      const checked = checkedWith(options, sending.pool, base, page, DASHBOARDS[options.login]);
      return checkUp(checked, page.id, tokens.get(page.id) ?? "", options.login, about);
    },
  };
}

function notServed(account: string): Delivery {
  return { kind: "never", because: "not_owner", why: `Account ${account} is not among those of this adapter.` };
}
