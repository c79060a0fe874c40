/** Media on their way into a message: begun, given in parts, finished, worked on, used once within a day. */
import type { Clock } from "../../../model/clock.ts";
import { text, type Wire } from "../../wire.ts";
import { good, invalidRequest, type TwinAnswer } from "./answers.ts";

const MAX_BYTES: Record<string, number> = { dm_image: 5_242_880, dm_gif: 15_728_640, dm_video: 536_870_912 };
const LIVES_S = 86_400;

type Upload = {
  account: string;
  total: number;
  bytes: Map<number, number>;
  video: boolean;
  state: "open" | "working" | "done";
  untilMs: number;
  used: boolean;
};
export type Uploads = {
  initialize(account: string, body: Wire | undefined): TwinAnswer;
  append(id: string, body: Buffer): TwinAnswer;
  finalize(id: string): TwinAnswer;
  status(id: string): TwinAnswer;
  /** Takes it for a message. False: not there, not theirs, not ready, or used already. */
  use(id: string, account: string): boolean;
  /** How many bytes came in, by id. */
  sizes(): Map<string, number>;
};

export function createUploads(clock: Clock, nextId: () => string): Uploads {
  const uploads = new Map<string, Upload>();
  const told = (id: string, upload: Upload, more: Record<string, unknown> = {}) =>
    good({ id, media_key: `13_${id}`, size: upload.total, expires_after_secs: LIVES_S, ...more });
  return {
    initialize(account, body) {
      const category = text(body?.media_category) ?? "";
      const total = Number(body?.total_bytes);
      const max = Object.hasOwn(MAX_BYTES, category) ? MAX_BYTES[category]! : 0;
      if (text(body?.media_type) === undefined || !(total > 0) || total > max)
        return invalidRequest("media_category or total_bytes is not valid.");
      const id = nextId();
      const untilMs = clock.nowMs() + LIVES_S * 1_000;
      uploads.set(id, { account, total, bytes: new Map(), video: category === "dm_video", state: "open", untilMs, used: false });
      return good({ id, media_key: `13_${id}`, expires_after_secs: LIVES_S });
    },
    append(id, body) {
      const upload = uploads.get(id);
      const parts = readParts(body);
      const segment = Number(parts.get("segment_index")?.toString("utf8"));
      const media = parts.get("media");
      if (upload?.state !== "open" || media === undefined || !Number.isInteger(segment) || segment < 0)
        return invalidRequest("media or segment_index is not valid.");
      upload.bytes.set(segment, media.length);
      return good({ expires_at: Math.floor(upload.untilMs / 1_000) });
    },
    finalize(id) {
      const upload = uploads.get(id);
      const given = [...(upload?.bytes.values() ?? [])].reduce((sum, one) => sum + one, 0);
      if (upload === undefined || given !== upload.total) return invalidRequest("Segments do not add up to provided total file size.");
      upload.state = upload.video ? "working" : "done";
      return upload.video ? told(id, upload, { processing_info: { state: "pending", check_after_secs: 1 } }) : told(id, upload);
    },
    status(id) {
      const upload = uploads.get(id);
      if (upload === undefined) return invalidRequest("media_id is not valid.");
      upload.state = "done";
      return told(id, upload, { processing_info: { state: "succeeded", progress_percent: 100 } });
    },
    use(id, account) {
      const upload = uploads.get(id);
      if (upload === undefined || upload.account !== account || upload.state !== "done" || upload.used || upload.untilMs < clock.nowMs())
        return false;
      upload.used = true;
      return true;
    },
    sizes: () => new Map([...uploads].map(([id, { total }]) => [id, total])),
  };
}

/** The parts of a multipart body by name. */
function readParts(body: Buffer): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const end = body.indexOf("\r\n");
  if (end < 0) return parts;
  const boundary = body.subarray(0, end);
  let at = end + 2;
  for (;;) {
    const head = body.indexOf("\r\n\r\n", at);
    const next = head < 0 ? -1 : body.indexOf(boundary, head);
    if (next < 0) return parts;
    const name = /name="([^"]+)"/.exec(body.toString("latin1", at, head))?.[1];
    if (name !== undefined) parts.set(name, body.subarray(head + 4, next - 2));
    at = next + boundary.length + 2;
  }
}

/** A picture of one point, for whoever asks for a file of the played X. */
export const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
