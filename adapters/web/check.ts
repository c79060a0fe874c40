/** What a web chat needs before a brand's page can show it: asked of this server's own address, as the page's browser would. */
import type { CheckUp, Finding } from "../../model/adapter.ts";

export async function checkUp(chat: { origins: string[]; hasLoginSecret: boolean }, about: CheckUp): Promise<Finding[]> {
  const { webhookUrl } = about;
  if (webhookUrl === null)
    return [
      {
        what: "web chat",
        ok: true,
        found: "It is built in and works on this machine.",
        next: "To show it on your own pages, set BATON_URL to this server's public address; docs/channels/web.md tells the rest.",
      },
    ];
  const base = webhookUrl.slice(0, -"/webhooks/web".length);
  return [
    secure(base),
    pages(chat.origins),
    await answers("chat door", webhookUrl, (body) => body === "Baton web chat", about),
    await answers("script", `${base}/chat.js`, (body) => body.length > 0, about),
    login(chat.hasLoginSecret),
  ];
}

function secure(base: string): Finding {
  const what = "https";
  if (base.startsWith("https://")) return { what, ok: true, found: `${base} is encrypted.` };
  return {
    what,
    ok: false,
    found: `${base} is not encrypted: a page on https cannot load the chat from it.`,
    next: "Put a proxy with a certificate before this server, and set BATON_URL to its https address.",
  };
}

function pages(origins: string[]): Finding {
  const what = "allowed pages";
  if (origins.length === 0)
    return {
      what,
      ok: false,
      found: "Only pages of this server may show the chat.",
      next: 'Name your site in the manifest: `web: { origins: "https://shop.example https://www.shop.example" }`.',
    };
  if (origins.includes("*"))
    return {
      what,
      ok: true,
      found: "Any page may show the chat (`*`).",
      next: "Name your sites instead, so that nobody else shows your chat as theirs.",
    };
  return { what, ok: true, found: `It may be shown on ${origins.join(", ")}.` };
}

async function answers(what: string, url: string, isRight: (body: string) => boolean, { probe }: CheckUp): Promise<Finding> {
  const answer = await probe(url);
  if (answer?.status === 200 && isRight(answer.body)) return { what, ok: true, found: `${url} answers.` };
  return {
    what,
    ok: false,
    found: answer === null ? `${url} does not answer.` : `${url} answers ${answer.status}, and not as this server would.`,
    next: "Start the server, and lead that address to it, paths unchanged and without buffering of answers.",
  };
}

function login(hasSecret: boolean): Finding {
  const what = "signed login";
  if (hasSecret) return { what, ok: true, found: "The brand's backend can name a known customer." };
  return { what, ok: true, found: "There is no BATON_LOGIN_SECRET: every visitor is a stranger until they say who they are." };
}
