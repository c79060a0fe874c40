/** The built-in Messenger twin as the bench's platform: it checks what the platform checks, and sends echoes and receipts, which have to be taken too. */
import { createMessengerTwin } from "../../adapters/messenger/twin.ts";
import { systemClock } from "../../server/clock.ts";

export type TalkingTwin = {
  /** The address to use as MESSENGER_API_URL. */
  url: string;
  /** Says it as that customer, who with `ref` comes by the advertisement. @returns the reply that ends in the same token; empty when none came in time */
  say(psid: string, text: string, token: string, ref?: string): Promise<string>;
  close(): Promise<void>;
};

const PATIENCE_MS = 5_000;

export async function openTalkingTwin(options: {
  appId: string;
  appSecret: string;
  page: { pageId: string; pageToken: string };
  webhookUrl: string;
}): Promise<TalkingTwin> {
  const { page, ...rest } = options;
  const twin = await createMessengerTwin({ ...rest, pages: [page], clock: systemClock, ratePerSecond: 1_000_000 });
  const waiting = new Map<string, { token: string; hear(text: string): void }>();
  const stop = twin.watch(() => {
    for (const [psid, { token, hear }] of waiting) {
      const newest = twin.thread(psid).at(-1);
      if (newest?.by === "bot" && newest.text.endsWith(token)) hear(newest.text);
    }
  });
  return {
    url: twin.url,
    async say(psid, text, token, ref) {
      const heard = new Promise<string>((hear) => waiting.set(psid, { token, hear }));
      const said = `${text} ${token}`;
      if (ref === undefined) twin.customerSays(psid, said);
      else twin.clicksAd(psid, { adId: "1", title: "Spring menu", ref, postId: "2" }, said);
      const reply = await Promise.race([heard, new Promise<string>((give) => setTimeout(give, PATIENCE_MS, ""))]);
      waiting.delete(psid);
      return reply;
    },
    async close() {
      stop();
      await twin.close();
    },
  };
}
