/** One file of the platform, whole or not at all. */
import type { Dispatcher, Pool } from "undici";

/** The largest that a customer can send is 10 MB. */
const FILE_MAX_BYTES = 15 * 1024 * 1024;

/** Never rejects; null for whatever is not a file of a sensible size. */
export function download(pool: Pool, path: string): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let status = 0;
    let bytes = 0;
    const chunks: Buffer[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode; // a redirect among them: it is never followed
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        if (bytes > FILE_MAX_BYTES) controller.abort(new Error("The file is too large."));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        resolve(status === 200 && bytes > 0 ? Buffer.concat(chunks) : null);
      },
      onResponseError() {
        resolve(null);
      },
    };
    try {
      pool.dispatch({ method: "GET", path, headers: ["accept", "*/*"] }, handler);
    } catch {
      resolve(null);
    }
  });
}
