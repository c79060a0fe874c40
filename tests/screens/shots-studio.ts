/** The studio in pictures, and the whole story on one screen: phone, trace and desk side by side, as an animated picture. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { type Running, start, temporaryFolder } from "../road/process.ts";
import { animate, type Frame } from "./gif.ts";
import { pause, until } from "./house.ts";

type Look = {
  name: string;
  width: 1440 | 390;
  dark?: boolean;
  language?: "zh";
  together?: boolean;
  before?(page: Page): Promise<void>;
};

const says = async (page: Page, text: string) => {
  await page.locator("#say").fill(text);
  await page.locator("#say").press("Enter");
  await page.locator(".b.me", { hasText: text }).last().waitFor();
};
const hears = (page: Page, text: string) => page.locator(".b:not(.me)", { hasText: text }).last().waitFor();

const LOOKS: Look[] = [
  { name: "studio-light-1440", width: 1440 },
  { name: "studio-map-1440", width: 1440, before: (page) => opens(page, "m") },
  { name: "studio-all-1440", width: 1440, together: true },
  { name: "studio-zh-dark-1440", width: 1440, dark: true, language: "zh" },
  { name: "studio-phone-390", width: 390 },
];

async function opens(page: Page, key: string): Promise<void> {
  await page.locator("#say").press("Escape");
  await page.keyboard.press(key);
  await page.locator(".box").first().waitFor();
}

/** @param folder where the pictures go */
export async function takeStudioShots(browser: Browser, folder: string): Promise<void> {
  const place = temporaryFolder();
  const baton = await start({ env: { BATON_STORE: `sqlite:${join(place.path, "baton.db")}`, LOG_LEVEL: "warn" } });
  try {
    for (const look of LOOKS) {
      const page = await opened(browser, baton, look);
      if (look.together) {
        await page.keyboard.press("a");
        await page.locator(".column #say").waitFor();
      }
      const ad = look.width === 390 || look.together ? null : page.locator(".ad-card .enter").first();
      if (ad) {
        await ad.click();
        await hears(page, look.language ? "Ridge" : "you came for the Ridge boots");
      }
      await says(page, look.language ? "我想退货" : "My boots don't fit");
      await page
        .locator(".b:not(.me)")
        .nth(ad ? 3 : 1)
        .waitFor();
      await says(page, "AL-123456");
      await page.locator(".quick button").first().waitFor();
      await look.before?.(page);
      await pause(900);
      await page.screenshot({ path: join(folder, `${look.name}.png`) });
      await page.context().close();
    }
    writeFileSync(join(folder, "story.gif"), animate(await story(browser, baton, folder)));
  } finally {
    await baton.stop();
    place.remove();
  }
}

async function opened(browser: Browser, baton: Running, look: Omit<Look, "name">): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.width === 390 ? 844 : 900 },
    hasTouch: look.width === 390,
    deviceScaleFactor: look.width === 390 ? 2 : 1,
    colorScheme: look.dark ? "dark" : "light",
    locale: look.language ? "zh-CN" : "en-US",
  });
  const page = await context.newPage();
  await page.goto(`${baton.url}/studio`);
  await page.locator("#say").waitFor();
  return page;
}

/** From the ad to a person and back, each step as somebody who looks over a shoulder would see it. */
async function story(browser: Browser, baton: Running, folder: string): Promise<Frame[]> {
  const page = await opened(browser, baton, { width: 1440 });
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, baton);
  await page.goto(`${baton.url}/studio`);
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.locator(".seg [aria-pressed=true]", { hasText: "Live" }).waitFor();
  const frames: Frame[] = [];
  const shoot = async (showMs: number, settleMs = 500) => {
    await pause(settleMs);
    frames.push({ png: await page.screenshot(), showMs });
  };
  await shoot(1_400);
  await page.locator(".ad-card .enter").first().click();
  await hears(page, "you came for the Ridge boots");
  await shoot(2_600);
  await page.locator("#say").press("Escape");
  await page.keyboard.press("d");
  const desk = page.frameLocator(".desk iframe");
  await desk.locator(".list").waitFor();
  await says(page, "My boots don't fit");
  await hears(page, "What's your order number?");
  await shoot(1_800);
  await says(page, "How long does shipping take?");
  await hears(page, "Two to four working days");
  await until(async () => (await page.locator(".b", { hasText: "order number?" }).count()) >= 2, "the form asks on");
  await shoot(2_400);
  await says(page, "AL-123456");
  await hears(page, "What's wrong with it?");
  await shoot(1_600);
  await says(page, "I want a person");
  const row = desk.getByRole("button", { name: /Ana Pereira/ }).first();
  await row.waitFor();
  await shoot(2_000);
  await row.click();
  await answers(desk, shoot);
  await hears(page, "I'll sort it out.");
  await shoot(2_400);
  await page.screenshot({ path: join(folder, "story-1280.png") });
  await page.context().close();
  return frames;
}

async function answers(desk: FrameLocator, shoot: (showMs: number) => Promise<void>): Promise<void> {
  const claim = desk.getByRole("button", { name: /Take it|Claim/ }).first();
  await claim.waitFor();
  await shoot(1_800);
  await claim.click();
  const answer = desk.locator("#answer");
  await answer.waitFor();
  await answer.fill("Hi Ana, too tight or too short? I'll sort it out.");
  await shoot(1_600);
  await pause(1_300); // what has just arrived must have been seen before a line goes out
  await answer.press("Control+Enter");
}

async function signIn(page: Page, baton: Running): Promise<void> {
  const [, name, password] = /name (\S+), one-time password (\S+)/.exec(baton.printed())!;
  await page.goto(`${baton.url}/desk`);
  await page.getByLabel("Name or e-mail").fill(name!);
  await page.getByLabel("Password").fill(password!);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("New password").fill("a sentence for a picture");
  await page.getByRole("button", { name: "Keep it and go on" }).click();
  await page.getByText("Nobody is waiting").first().waitFor();
}
