/** A shop's morning on the real server, and what an agent and a supervisor see of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { findChromium } from "../browser.ts";
import { temporaryFolder } from "../road/process.ts";
import { type House, openHouse, type Person, pause, psid, until } from "./house.ts";
import { takeStudioShots } from "./shots-studio.ts";

const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>system-ui</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
<match target="pattern"><test name="family"><string>sans-serif</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match></fontconfig>`;

type Shot = {
  name: string;
  query: string;
  width: 1440 | 390;
  dark?: boolean;
  language?: "zh";
  before?(page: Page): Promise<void>;
};

/** @param folder where the pictures go */
export async function takeShots(folder: string): Promise<void> {
  const only = process.env.ONLY; // `studio` or `desk`, while one works on it
  const house = await openHouse();
  const settings = temporaryFolder();
  writeFileSync(join(settings.path, "fonts.conf"), FONTS);
  const env = { ...process.env, FONTCONFIG_FILE: join(settings.path, "fonts.conf") } as Record<string, string>;
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"], env });
  try {
    if (only !== "desk") await takeStudioShots(browser, folder);
    if (only === "studio") return;
    const { mira, ana, wang } = await morning(house);
    for (const shot of shotsOf(ana, wang)) {
      const context = await browser.newContext({
        viewport: { width: shot.width, height: shot.width === 390 ? 844 : 900 },
        hasTouch: shot.width === 390,
        deviceScaleFactor: shot.width === 390 ? 2 : 1,
        colorScheme: shot.dark ? "dark" : "light",
        locale: shot.language === "zh" ? "zh-CN" : "en-US",
      });
      const page = await context.newPage();
      if (shot.name !== "desk-door") await context.addInitScript(`sessionStorage.setItem("baton.token", ${JSON.stringify(mira.token)})`);
      await page.goto(`${house.url}/desk${shot.query}`);
      await page.locator(shot.name === "desk-door" ? ".door" : ".rail").waitFor({ state: "attached" });
      await pause(900);
      await shot.before?.(page);
      await page.screenshot({ path: join(folder, `${shot.name}.png`) });
      await context.close();
    }
  } finally {
    await browser.close();
    await house.close();
    settings.remove();
  }
}

function shotsOf(ana: string, wang: string): Shot[] {
  const typed = async (page: Page) => {
    await page.getByLabel("Reply to Ana Pereira").fill("Of course, I can make an exception. Your label is ready in a moment.");
    await pause(1_200);
  };
  const keys = (key: string) => async (page: Page) => {
    await page.keyboard.press(key);
    await pause(500);
  };
  return [
    { name: "desk-light-1440", query: `?ticket=${ana}&pane=thread`, width: 1440, before: typed },
    { name: "desk-dark-1440", query: `?ticket=${ana}&pane=thread`, width: 1440, dark: true },
    { name: "desk-zh-dark-1440", query: `?ticket=${wang}&pane=thread`, width: 1440, dark: true, language: "zh" },
    { name: "desk-list-390", query: "", width: 390 },
    { name: "desk-thread-390", query: `?ticket=${ana}&pane=thread`, width: 390 },
    { name: "desk-panel-390", query: `?ticket=${ana}&pane=panel`, width: 390 },
    { name: "desk-thread-dark-390", query: `?ticket=${wang}&pane=thread`, width: 390, dark: true, language: "zh" },
    { name: "desk-palette-1440", query: `?ticket=${ana}&pane=thread`, width: 1440, before: keys("Control+k") },
    { name: "desk-return-1440", query: `?ticket=${ana}&pane=thread`, width: 1440, before: keys("b") },
    { name: "desk-door", query: "", width: 390 },
    { name: "wall-light-1440", query: "?screen=wall", width: 1440 },
    { name: "wall-dark-390", query: "?screen=wall", width: 390, dark: true },
  ];
}

async function morning(house: House): Promise<{ mira: Person; ana: string; wang: string }> {
  const mira = await house.hires("Mira Okafor", { role: "supervisor", languages: ["en", "zh"], skills: ["boots"], capacity: 4 });
  const jonas = await house.hires("Jonas Weber", { queues: ["care"], languages: ["en"], capacity: 4 });
  await house.hires("李娜", { queues: ["care"], languages: ["zh", "en"], capacity: 3 });
  await house.call("POST", "/canned", {
    name: "return-label",
    title: "Return label",
    texts: { en: "Here is your label, {{ customer.first_name }}." },
  });
  const talk = async (n: number, [first, last]: [string, string], ad: string | null, ...lines: string[]): Promise<string> => {
    const who = psid(n);
    house.named(who, first, last);
    if (ad) {
      house.twin.clicksAd(who, { ref: ad, adId: "238", title: "Spring boots" }, lines.shift() ?? "hi");
      await answered(house, who, 1);
    }
    for (const text of lines) {
      const before = house.twin.thread(who).length;
      house.twin.customerSays(who, text);
      await answered(house, who, before + 1);
    }
    const { tickets } = await house.call("GET", "/tickets?limit=200");
    return tickets.find((ticket: { customer: { name: string } }) => ticket.customer.name === [first, last].filter(Boolean).join(" "))?.id;
  };
  // Somebody has waited a while already: the first in the queue is late, as it happens.
  const ana = await talk(1, ["Ana", "Pereira"], "spring-boots-blue", "hi", "I want to return my order", "AL-100003");
  const wang = await talk(2, ["王芳", ""], null, "我想退货", "AL-204518", "鞋底开胶了，才穿两个月，这个能保修吗？", "人工");
  await talk(3, ["Kofi", "Darko"], null, "where is my parcel", "still nobody? I'd like to talk to a person");
  await talk(4, ["Lucía", "Sánchez"], "spring-boots-blue", "hello", "¿Tienen la talla 38?", "person");
  await talk(5, ["Ravi", "Nair"], null, "Can I change the delivery address on AL-220871?", "person");
  const tom = await talk(6, ["Tom", "Becker"], null, "I want to talk to a person");
  const claim = (ticket: string, person: Person) => house.call("POST", `/tickets/${ticket}/claim`, {}, person.token);
  const says = async (ticket: string, person: Person, text: string, client_id: string) => {
    const { conversation } = await house.call("GET", `/tickets/${ticket}`);
    await house.call("POST", `/conversations/${conversation.id}/messages`, { epoch: conversation.epoch, client_id, text }, person.token);
    return conversation.id as string;
  };
  await claim(ana, mira);
  await claim(wang, mira);
  await claim(tom, jonas);
  await says(tom, jonas, "Hi Tom, Jonas here. What can I do for you?", "tom-1");
  const talkOfAna = await says(ana, mira, "Hi Ana, Mira here. I have your order in front of me. What happened with the boots?", "ana-1");
  await pause(400);
  house.twin.customerSays(psid(1), "They were a birthday present and I only opened them last week. They're too small.");
  await pause(300);
  await house.call(
    "POST",
    `/conversations/${talkOfAna}/notes`,
    { text: "sixth order in two years, never sent one back. I'd say yes." },
    jonas.token,
  );
  house.twin.customerSays(psid(1), "I'm travelling on Thursday, so I'd need the label before that.");
  await pause(600);
  return { mira, ana, wang };
}

async function answered(house: House, who: string, before: number): Promise<void> {
  await until(() => house.twin.thread(who).length > before, "the bot answers");
  await pause(350);
}
