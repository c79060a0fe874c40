/** The follower's side of the thread, played: what they write, tap, scan and leave. */
import type { Clock } from "../../../model/clock.ts";
import { cdata, type Pushes } from "./pushes.ts";
import { buy, type Thread } from "./thread.ts";

export type Follower = {
  says(openid: string, text: string): void;
  /** Taps the newest menu's line with these words or this id. False: there is none. */
  taps(openid: string, what: string): boolean;
  /** The lasting menu. */
  clicks(openid: string, key: string): void;
  follows(openid: string, scene?: string): void;
  scans(openid: string, scene: string): void;
  leaves(openid: string): void;
  sendsPicture(openid: string, url: string): void;
};

export function createFollower(options: {
  clock: Clock;
  account: string;
  pushes: Pushes;
  meet(openid: string): Thread;
  changed(): void;
}): Follower {
  const { clock, account, pushes, meet, changed } = options;
  // Ids must be new even to a store that outlived the last twin; they are beyond 2^53, as theirs are.
  let ids = BigInt(clock.nowMs()) * 1_000_000n;

  const push = (openid: string, type: string, fields: string) => {
    const seconds = Math.floor(clock.nowMs() / 1_000);
    pushes.tell(
      openid,
      `<xml><ToUserName>${cdata(account)}</ToUserName><FromUserName>${cdata(openid)}</FromUserName>` +
        `<CreateTime>${seconds}</CreateTime><MsgType>${cdata(type)}</MsgType>${fields}</xml>`,
    );
    changed();
  };
  const said = (thread: Thread, text: string, fields: string, type = "text") => {
    thread.lines.push({ by: "customer", atMs: clock.nowMs(), text, menu: [], message: {} });
    push(thread.openid, type, `${fields}<MsgId>${++ids}</MsgId>`);
  };
  const did = (openid: string, event: string, key: string | null, more = "") =>
    push(openid, "event", `<Event>${cdata(event)}</Event>${key === null ? "" : `<EventKey>${cdata(key)}</EventKey>`}${more}`);

  return {
    says(openid, text) {
      const thread = meet(openid);
      buy(thread, "message", clock.nowMs());
      said(thread, text, `<Content>${cdata(text)}</Content>`);
    },
    taps(openid, what) {
      const thread = meet(openid);
      const line = thread.lines
        .toReversed()
        .flatMap((one) => one.menu)
        .find((one) => one.id === what || one.content === what);
      if (!line) return false;
      buy(thread, "click", clock.nowMs());
      said(thread, line.content, `<Content>${cdata(line.content)}</Content><bizmsgmenuid>${cdata(line.id)}</bizmsgmenuid>`);
      return true;
    },
    clicks(openid, key) {
      buy(meet(openid), "click", clock.nowMs());
      did(openid, "CLICK", key);
    },
    follows(openid, scene) {
      const thread = meet(openid);
      thread.follows = true;
      buy(thread, "follow", clock.nowMs());
      if (scene === undefined) did(openid, "subscribe", "");
      else did(openid, "subscribe", `qrscene_${scene}`, `<Ticket>${cdata("TWIN_TICKET")}</Ticket>`);
    },
    scans(openid, scene) {
      buy(meet(openid), "scan", clock.nowMs());
      did(openid, "SCAN", scene, `<Ticket>${cdata("TWIN_TICKET")}</Ticket>`);
    },
    leaves(openid) {
      const thread = meet(openid);
      thread.follows = false;
      thread.left = 0;
      did(openid, "unsubscribe", "");
    },
    sendsPicture(openid, url) {
      const thread = meet(openid);
      buy(thread, "message", clock.nowMs());
      said(thread, "[image]", `<PicUrl>${cdata(url)}</PicUrl><MediaId>${cdata("TWIN_MEDIA_OF_CUSTOMER")}</MediaId>`, "image");
    },
  };
}
