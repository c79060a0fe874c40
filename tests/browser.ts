/** A real Chromium for tests of the screens: the one that is installed, or Debian's package, installed when it is missing. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/** What a browser that tests may not do by itself: call home, keep anything, ask. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws when there is none and none can be installed, saying what to do */
export function findChromium(): string {
  const named = process.env.CHROMIUM;
  const found = named ?? PLACES.find((place) => existsSync(place));
  if (found) return found;
  spawnSync("apt-get", ["update", "-q"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-yq", "--no-install-recommends", "chromium"], { stdio: "ignore" });
  const installed = PLACES.find((place) => existsSync(place));
  if (installed) return installed;
  throw new Error(
    "The tests of the screens need Chromium. Install Debian's package `chromium`, or name one: CHROMIUM=/path/to/chrome npm test",
  );
}

/** With a profile of its own that is gone afterwards. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: FLAGS, env: { ...process.env } as Record<string, string> });
}

export type Looked = Page & {
  /** What the page complained about: uncaught errors, and errors on the console other than refused requests. */
  complaints: string[];
};

type Look = { width?: number; height?: number; dark?: boolean; language?: "en" | "zh" };

/** A new visitor, with nothing kept. */
export async function visit(
  browser: Browser,
  address: string,
  { width = 1440, height = 900, dark = false, language = "en" }: Look = {},
): Promise<Looked> {
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: width < 600,
    colorScheme: dark ? "dark" : "light",
    locale: language === "zh" ? "zh-CN" : "en-US",
  });
  const page = (await context.newPage()) as Looked;
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.complaints.push(message.text());
  });
  await page.goto(address);
  return page;
}
