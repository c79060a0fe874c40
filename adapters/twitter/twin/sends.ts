/** Does the played X take this message? By its own rules, which are not the adapter's tables. */
import { list, record, text, type Wire } from "../../wire.ts";
import { badMedia, cannotSend, invalidRequest, notFollowing, type TwinAnswer, tooLong } from "./answers.ts";
import type { PlayedLine, PlayedThread } from "./platform.ts";
import type { Uploads } from "./uploads.ts";

const TEXT_MAX = 10_000;
const OPTIONS_MAX = 20;
const LABEL_MAX = 36;
const METADATA_MAX = 1_000;
const CTAS_MAX = 3;

export type Taken =
  | { kind: "line"; line: Omit<PlayedLine, "id" | "atMs">; shown: Record<string, unknown> }
  | { kind: "refused"; answer: TwinAnswer };
const refused = (answer: TwinAnswer): Taken => ({ kind: "refused", answer });

/** Only to who wrote first, and has not closed the door since. */
export function mayReach(thread: PlayedThread | undefined): TwinAnswer | null {
  if (thread === undefined || thread.blocked) return cannotSend();
  return thread.followersOnly ? notFollowing() : null;
}

export function takeV2(body: Wire | undefined, account: string, uploads: Uploads): Taken {
  const odd = Object.keys(body ?? {}).find((key) => key !== "text" && key !== "attachments");
  if (body === undefined || odd !== undefined) return refused(invalidRequest(`[${odd ?? "body"}] is not one of the properties.`));
  const words = body.text;
  if (words !== undefined && (typeof words !== "string" || words === "")) return refused(invalidRequest("text is shorter than 1."));
  const attachments = list(body.attachments);
  if (words === undefined && attachments.length === 0) return refused(invalidRequest("One of text, attachments is required."));
  if (attachments.length > 1) return refused(invalidRequest("attachments has more than 1 item."));
  return take(String(words ?? ""), attachments.length === 0 ? null : (text(record(attachments[0])?.media_id) ?? ""), account, uploads);
}

function take(words: string, mediaId: string | null, account: string, uploads: Uploads): Taken {
  if ([...words].length > TEXT_MAX) return refused(tooLong());
  if (mediaId !== null && !uploads.use(mediaId, account)) return refused(badMedia());
  const attachment = mediaId === null ? {} : { attachment: { type: "media", media: { id_str: mediaId, type: "photo" } } };
  return { kind: "line", line: { by: "bot", text: words, options: [], ctas: [], mediaId }, shown: attachment };
}

/** @returns with the recipient, who stands in the body here */
export function takeV1(body: Wire | undefined, account: string, uploads: Uploads): { to: string; taken: Taken } {
  const create = record(record(body?.event)?.message_create);
  const to = text(record(create?.target)?.recipient_id) ?? "";
  const data = record(create?.message_data);
  const words = text(data?.text);
  if (record(body?.event)?.type !== "message_create" || data === undefined || words === undefined || to === "")
    return { to, taken: refused(invalidRequest("event.message_create.message_data.text is required.")) };
  const options = list(record(data.quick_reply)?.options).map(record);
  const ctas = list(data.ctas).map(record);
  const goodOption = (one: Wire | undefined) => {
    const label = text(one?.label);
    return label !== undefined && label.length <= LABEL_MAX && !/https?:/.test(label) && (text(one?.metadata) ?? "").length <= METADATA_MAX;
  };
  const goodCta = (one: Wire | undefined) =>
    one?.type === "web_url" &&
    (text(one.label) ?? "").length <= LABEL_MAX &&
    text(one.label) !== undefined &&
    /^https?:\/\//.test(text(one.url) ?? "");
  if ((data.quick_reply !== undefined && (options.length === 0 || options.length > OPTIONS_MAX)) || !options.every(goodOption))
    return { to, taken: refused(invalidRequest("quick_reply.options is not valid.")) };
  if (ctas.length > CTAS_MAX || !ctas.every(goodCta)) return { to, taken: refused(invalidRequest("ctas is not valid.")) };
  const mediaId = data.attachment === undefined ? null : (text(record(record(data.attachment)?.media)?.id) ?? "");
  const taken = take(words, mediaId, account, uploads);
  if (taken.kind === "line") {
    taken.line.options = options.map((one) => ({
      label: text(one?.label)!,
      ...(text(one?.metadata) ? { metadata: text(one?.metadata)! } : {}),
    }));
    taken.line.ctas = ctas.map((one) => ({ label: text(one?.label)!, url: text(one?.url)! }));
    if (options.length > 0) taken.shown.quick_reply = data.quick_reply;
    if (ctas.length > 0)
      taken.shown.ctas = taken.line.ctas.map((one, at) => ({ type: "web_url", ...one, tco_url: `https://t.co/cta${at}` }));
  }
  return { to, taken };
}
