/** The stream of the desk, read as a screen reads it. */
import type { Json } from "./road.ts";

export type Notice = { id: number; event: string; data: Json };

/** Reads the stream, from a number on or from now, until `enough`, then breaks the connection. */
export async function listen(
  url: string,
  token: string,
  after: number | null,
  enough: (notices: Notice[]) => boolean,
  header = false,
): Promise<Notice[]> {
  const gone = new AbortController();
  const late = setTimeout(() => gone.abort(), 8_000);
  const response = await fetch(`${url}/api/v1/stream${after === null || header ? "" : `?after=${after}`}`, {
    headers: { authorization: `Bearer ${token}`, ...(header ? { "last-event-id": String(after) } : {}) },
    signal: gone.signal,
  });
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream")) throw new Error(`No stream: ${response.status} ${await response.text()}`);
  const notices: Notice[] = [];
  let text = "";
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const id = /^id: (\d+)$/m.exec(block)?.[1];
        const event = /^event: (\S+)$/m.exec(block)?.[1];
        const data = /^data: (.+)$/m.exec(block)?.[1];
        if (id && event && data) notices.push({ id: Number(id), event, data: JSON.parse(data) });
      }
      if (enough(notices)) break;
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
  clearTimeout(late);
  gone.abort();
  return notices;
}
