/** What a customer did beside writing, and what the platform tells. Source: WeChat Official Accounts, receiving events; read 2026-09-28. */

import { NOBODY } from "../../model/address.ts";
import type { Envelope, Incoming, Referral } from "../../model/event.ts";
import type { JsonObject } from "../../model/json.ts";
import { envelope, type Item, ignored, rest } from "./context.ts";
import { type Push, part, parts, word } from "./push.ts";

type Translation = { event: Incoming; opens?: string };

export function fromEvent(item: Item): Envelope {
  const name = (word(item.push, "Event") ?? "nothing").toLowerCase();
  if (IGNORED.has(name)) return ignored(item, name, IGNORED.get(name)!);
  const read = EVENTS.get(name);
  if (read === undefined) return ignored(item, name, "We do not know this kind of event.");
  if (item.customer === NOBODY) return ignored(item, name, "It does not say who did it.");
  const { event, opens } = read(item.push);
  return envelope(item, event, opens);
}

const happened = (name: string, fields: JsonObject, more: { referral?: Referral } = {}): Incoming => ({
  kind: "happened",
  name,
  fields,
  ...more,
});

/** A code's scene says where it hangs; a newcomer's has a prefix, once. */
function scene(push: Push, prefix = ""): Referral | undefined {
  const key = word(push, "EventKey");
  if (key === undefined) return undefined;
  const ref = prefix !== "" && key.startsWith(prefix) ? key.slice(prefix.length) : key;
  const referral: Referral = { source: "QR_CODE", ref, scene: ref };
  const ticket = word(push, "Ticket");
  if (ticket !== undefined) referral.more = { ticket };
  return ref === "" ? undefined : referral;
}

const menuOpens = "menu_click";

const EVENTS: ReadonlyMap<string, (push: Push) => Translation> = new Map<string, (push: Push) => Translation>([
  [
    "subscribe",
    (push) => {
      const referral = scene(push, "qrscene_");
      return { event: happened("followed", {}, referral ? { referral } : {}), opens: "followed" };
    },
  ],
  ["unsubscribe", () => ({ event: happened("unfollowed", {}) })],
  ["scan", (push) => ({ event: { kind: "referred", referral: scene(push) ?? { source: "QR_CODE" } }, opens: "scanned" })],
  ["click", (push) => ({ event: { kind: "tapped", payload: word(push, "EventKey") ?? "" }, opens: menuOpens })],
  ["view", (push) => ({ event: happened("menu_viewed", { url: word(push, "EventKey") ?? "" }) })],
  ["view_miniprogram", (push) => ({ event: happened("menu_viewed", { page: word(push, "EventKey") ?? "" }) })],
  ["scancode_push", (push) => ({ event: scanned(push), opens: menuOpens })],
  ["scancode_waitmsg", (push) => ({ event: scanned(push), opens: menuOpens })],
  ["pic_sysphoto", pictures],
  ["pic_photo_or_album", pictures],
  ["pic_weixin", pictures],
  [
    "location_select",
    (push) => {
      const place = part(push, "SendLocationInfo");
      const [lat, lng] = [word(place, "Location_X") ?? "", word(place, "Location_Y") ?? ""];
      return { event: happened("location_chosen", { key: word(push, "EventKey") ?? "", lat, lng, label: word(place, "Label") ?? "" }) };
    },
  ],
  [
    "templatesendjobfinish",
    (push) => ({ event: happened("template_sent", { id: word(push, "MsgID") ?? "", status: word(push, "Status") ?? "" }) }),
  ],
  ["subscribe_msg_popup_event", (push) => subscriptions(push, "SubscribeMsgPopupEvent")],
  ["subscribe_msg_change_event", (push) => subscriptions(push, "SubscribeMsgChangeEvent")],
  ["subscribe_msg_sent_event", (push) => subscriptions(push, "SubscribeMsgSentEvent")],
  // The platform's own agents took the customer, or are done: they answer, and the bot is silent.
  ["kf_create_session", (push) => ({ event: { kind: "thread_taken", app: word(push, "KfAccount") ?? null } })],
  ["kf_switch_session", (push) => ({ event: { kind: "thread_taken", app: word(push, "ToKfAccount") ?? null } })],
  ["kf_close_session", (push) => ({ event: { kind: "thread_given", from: word(push, "KfAccount") ?? null } })],
  ["user_enter_tempsession", (push) => ({ event: happened("get_started", { from: word(push, "SessionFrom") ?? "" }), opens: menuOpens })],
  ["user_info_modified", (push) => ({ event: happened("profile_changed", rest(push)) })],
  ["user_authorization_revoke", (push) => ({ event: happened("authorization_revoked", rest(push)) })],
  ["user_authorization_cancellation", (push) => ({ event: happened("authorization_revoked", rest(push)) })],
]);

const IGNORED: ReadonlyMap<string, string> = new Map([
  ["location", "Where the phone is, told every few seconds: nothing was said."],
  ["masssendjobfinish", "The result of a broadcast, which is not ours."],
  ["freepublishjobfinish", "The result of a publication, which is not ours."],
]);

function scanned(push: Push): Incoming {
  const code = part(push, "ScanCodeInfo");
  return happened("code_scanned", {
    key: word(push, "EventKey") ?? "",
    type: word(code, "ScanType") ?? "",
    result: word(code, "ScanResult") ?? "",
  });
}

/** The pictures themselves come as messages of their own. */
function pictures(push: Push): Translation {
  const count = Number(word(part(push, "SendPicsInfo"), "Count"));
  return { event: happened("pictures_chosen", { key: word(push, "EventKey") ?? "", count: Number.isSafeInteger(count) ? count : 0 }) };
}

function subscriptions(push: Push, under: string): Translation {
  const within = push[under] === undefined ? push : part(push, under);
  const templates = parts(within, "List").map((one) => rest(one));
  return { event: happened("subscription", { templates }) };
}
