/** Pictures and files of our own server: by the session's cookie as they are, by a token fetched with it, since a browser's own request carries none. */
import { useEffect, useState } from "react";
import { hasToken, headers } from "./api.ts";

export type Own = { url: string | undefined; gone: boolean };

/** @param src what the server named; anything that is not its own is never loaded */
export function useOwn(src: string | undefined): Own {
  const own = src?.startsWith("/api/v1/") ? src : undefined;
  const fetches = own !== undefined && hasToken();
  const [fetched, setFetched] = useState<Own>({ url: undefined, gone: false });
  useEffect(() => {
    if (!fetches) return;
    const left = new AbortController();
    let made: string | undefined;
    void (async () => {
      try {
        const response = await fetch(own, { headers: headers(), signal: left.signal });
        if (!response.ok) throw new Error(`${response.status}`);
        made = URL.createObjectURL(await response.blob());
        if (left.signal.aborted) URL.revokeObjectURL(made);
        else setFetched({ url: made, gone: false });
      } catch {
        if (!left.signal.aborted) setFetched({ url: undefined, gone: true });
      }
    })();
    return () => {
      left.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [own, fetches]);
  return fetches ? fetched : { url: own, gone: false };
}
