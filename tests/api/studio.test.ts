/** The studio over HTTP, on the real process: who may, files as they are edited, phones on both kinds of time, stories. */
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GraphView, OverviewView, PhoneView, StoryView } from "../../server/studio/views.ts";
import { run } from "../road/process.ts";
import { openProject, type Project } from "../screens/project.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
}, 60_000);
afterAll(() => project?.close());

// biome-ignore lint/suspicious/noExplicitAny: what a caller of an HTTP API gets
type Answer<T = any> = { status: number; body: T };

async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const response = await fetch(`${project.url}/api/v1/studio${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

async function opened(mode: "live" | "time"): Promise<PhoneView> {
  const { status, body } = await ask<PhoneView>("POST", "/phones", { mode, bot: "alder", first: "Ana", last: "Pereira" });
  expect(status).toBe(201);
  return body;
}

const act = (phone: PhoneView, body: object) => ask<PhoneView>("POST", `/phones/${phone.id}/act`, body);
const desk = (phone: PhoneView, body: object) => ask<PhoneView>("POST", `/phones/${phone.id}/desk`, body);
const words = (view: PhoneView) => view.lines.flatMap((line) => (line.kind === "line" ? [line.text] : []));

/** Until the phone shows it: on the live server things happen in their own time. */
async function until(phone: PhoneView, holds: (view: PhoneView) => boolean): Promise<PhoneView> {
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await ask<PhoneView>("GET", `/phones/${phone.id}`);
    if (holds(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It never came so far: ${JSON.stringify(words((await ask<PhoneView>("GET", `/phones/${phone.id}`)).body))}`);
}

describe("who may come in", () => {
  it("whoever sits at this machine", async () => {
    expect((await ask<OverviewView>("GET", "/overview")).body.bots).toMatchObject([
      { name: "alder", channels: expect.arrayContaining([{ channel: "messenger", modes: ["live", "time"] }]) },
    ]);
  });

  it("not a page of another origin, not even to look", async () => {
    const others: Record<string, string>[] = [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }];
    for (const headers of others) {
      expect((await ask("GET", "/overview", undefined, headers)).status).toBe(403);
      expect((await ask("POST", "/phones", { mode: "time", bot: "alder" }, headers)).status).toBe(403);
    }
  });

  it("not by a name that was made to point here", async () => {
    const { port } = new URL(project.url);
    const status = await new Promise((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, path: "/api/v1/studio/overview", headers: { host: `evil.example:${port}` } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      asked.on("error", reject).end();
    });
    expect(status).toBe(403);
  });

  it("not a form, which any page may send", async () => {
    const response = await fetch(`${project.url}/api/v1/studio/phones`, { method: "POST", body: new URLSearchParams({ mode: "time" }) });
    expect(response.status).toBe(415);
  });

  it("an admin from elsewhere, and nobody else", async () => {
    const other = await openProject({ HOST: "0.0.0.0" });
    try {
      const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(other.running.printed())![0];
      const overview = (headers: Record<string, string>) =>
        fetch(`${other.url}/api/v1/studio/overview`, { headers }).then(({ status }) => status);
      expect(await overview({})).toBe(403);
      expect(await overview({ authorization: `Bearer ${token}x` })).toBe(403);
      expect(await overview({ authorization: `Bearer ${token}` })).toBe(200);
    } finally {
      await other.close();
    }
  }, 60_000);

  it("where real customers are served: an admin, for phones on their own time", async () => {
    const real = await openProject({
      MESSENGER_APP_ID: "4200000000",
      MESSENGER_APP_SECRET: "an-app-secret",
      MESSENGER_VERIFY_TOKEN: "a-verify-token",
      MESSENGER_PAGE_ID: "100000000000042",
      MESSENGER_PAGE_TOKEN: "a-page-token",
      MESSENGER_API_URL: "http://127.0.0.1:9",
    });
    try {
      const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(real.running.printed())![0];
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      expect((await fetch(`${real.url}/studio`)).status).toBe(200);
      expect((await fetch(`${real.url}/api/v1/studio/overview`)).status).toBe(403); // this machine is no demo
      const overview = await fetch(`${real.url}/api/v1/studio/overview`, { headers });
      expect(((await overview.json()) as OverviewView).bots[0]).toMatchObject({
        name: "alder",
        channels: expect.arrayContaining([{ channel: "messenger", modes: ["time"] }]),
      });
      const post = (path: string, body: object) =>
        fetch(`${real.url}/api/v1/studio${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect((await post("/phones", { mode: "live", bot: "alder", channel: "messenger" })).status).toBe(404);
      const phone = (await (await post("/phones", { mode: "time", bot: "alder" })).json()) as PhoneView;
      const said = (await (await post(`/phones/${phone.id}/act`, { act: "say", text: "My boots don't fit" })).json()) as PhoneView;
      expect(words(said).join(" ")).toContain("What's your order number?");
    } finally {
      await real.close();
    }
  }, 60_000);

  it("nobody who comes through a proxy, whatever name it gives", async () => {
    for (const name of ["forwarded", "x-forwarded-for", "x-real-ip", "via"])
      expect((await fetch(`${project.url}/api/v1/studio/overview`, { headers: { [name]: "127.0.0.1" } })).status).toBe(403);
  });

  it("and no path leads out of the brand's files", async () => {
    for (const path of ["../../etc/passwd", "/etc/passwd", "flows/../../../etc/passwd", ".env", "tests/stories/../../.env", "__proto__"])
      expect((await ask("GET", `/file?path=${encodeURIComponent(path)}`)).status).toBe(404);
  });
});

describe("a phone on its own time", () => {
  it("tells of two questions in one message how each was read, and what a score needs to be acted upon", async () => {
    const phone = await opened("time");
    const { body } = await act(phone, { act: "say", text: "How much is shipping? How long is the warranty?" });
    const turn = body.turns.find((one) => one.answered.length > 0)!;
    expect(turn.answered).toEqual(["shipping_cost", "warranty"]);
    expect(turn.readings.map(({ text, best }) => [text, best?.name]).slice(-2)).toEqual([
      ["How much is shipping?", "shipping_cost"],
      ["How long is the warranty?", "warranty"],
    ]);
    expect(turn.ranking!.acts).toBeLessThan(turn.ranking!.sure);
    expect(turn.ranking!.candidates[0]!.shares).toContain("warranty");
  });

  it("comes from an advertisement, is asked, and each turn tells where it walked", async () => {
    const phone = await opened("time");
    const { body } = await act(phone, { act: "ad", rule: 0, how: "open" });
    expect(words(body).join(" ")).toContain("Hi Ana, you came for the Ridge boots");
    const [turn] = body.turns;
    expect(turn!.heard!.ad).toMatchObject({ campaign: "Spring boots" });
    expect(turn!.trace).toContainEqual(
      expect.objectContaining({
        what: "slots.product",
        data: "ridge",
        ref: expect.objectContaining({ flow: "spring_boots", kind: "switch" }),
      }),
    );
    const { place } = turn!.stands!;
    const line = project.read(place!.file).split("\n")[place!.line - 1];
    expect(line).toContain("collect: boot_size");
  });

  it("hears of an advertisement after the first words as one turn", async () => {
    const phone = await opened("time");
    const { body } = await act(phone, { act: "ad", rule: 3, how: "after", text: "hello there" });
    expect(body.lines.some((line) => line.kind === "ad" && line.ad.campaign === "Winter returns")).toBe(true);
    expect(words(body).join(" ")).toContain("order number");
  });

  it("passes twenty hours in a moment: the reminder comes, and the window has less than a day", async () => {
    const phone = await opened("time");
    await act(phone, { act: "ad", rule: 0, how: "open" });
    const before = (await act(phone, { act: "say", text: "42" })).body;
    expect(before.session!.timers.map((timer) => timer.key)).toContain("wait:spring_boots");
    const after = (await act(phone, { act: "pass_to", what: "timer" })).body;
    expect(after.nowMs - before.nowMs).toBe(20 * 3_600_000);
    expect(words(after).at(-1)).toContain("Still thinking about the Ridge boots, Ana?");
    expect(after.offered.map((one) => one.title)).toEqual(["Yes, please", "No, thanks"]);
    const tapped = (await act(phone, { act: "tap", title: "No, thanks" })).body;
    expect(tapped.offered).toEqual([]);
    const late = (await act(phone, { act: "pass_to", what: "window" })).body;
    expect(late.window.open).toBe(false);
    expect(late.lines.filter((line) => line.kind === "jump")).toHaveLength(2);
  });

  it("reaches a person who knows the talk, and goes on when given back", async () => {
    const phone = await opened("time");
    await act(phone, { act: "say", text: "I want to return my order" });
    const asked = (await act(phone, { act: "say", text: "AL-100003" })).body;
    expect(asked.ticket).toMatchObject({ queue: "care", detail: "late return", priority: "high" });
    expect(asked.ticket!.askAgent.map((slot) => slot.name)).toEqual(["exception"]);
    await desk(phone, { act: "claim" });
    const said = (await desk(phone, { act: "say", text: "That is fine, Ana.", clientId: "1" })).body;
    expect(said.lines.at(-1)).toMatchObject({ by: "person", text: "That is fine, Ana." });
    const back = (await desk(phone, { act: "return", facts: [{ key: "exception", value: true }], toStep: null })).body;
    expect(back.session).toMatchObject({ controller: "bot", question: { step: "reason" } });
    expect(back.turns[0]!.heard!.kind).toBe("returned");
    const story = (await ask<StoryView>("GET", `/phones/${phone.id}/story?title=Late&name=late`)).body;
    expect(story.wrong).toBeNull();
    expect(story.text).toContain("agent_returns: { facts: { exception: true } }");
  });
});

it("a live phone is the server's own customer, seen by the desk's API", async () => {
  const phone = await opened("live");
  await act(phone, { act: "say", text: "I want to talk to a person" });
  const waiting = await until(phone, (view) => view.ticket !== null);
  const token = /\bbaton_[A-Za-z0-9_-]{40,}/.exec(project.running.printed())![0];
  const response = await fetch(`${project.url}/api/v1/tickets`, { headers: { authorization: `Bearer ${token}` } });
  const { tickets } = (await response.json()) as { tickets: { id: string }[] };
  expect(tickets.map((ticket) => ticket.id)).toContain(waiting.ticket!.id);
  expect((await act(phone, { act: "pass", ms: 1_000 })).status).toBe(409);
});

describe("a file that is saved", () => {
  const FLOW = "flows/alder/returns.flow.yaml";

  const overview = async (holds: (view: OverviewView) => boolean) => {
    for (let tries = 0; tries < 200; tries++) {
      const { body } = await ask<OverviewView>("GET", "/overview");
      if (holds(body)) return body;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("The files were not seen to change.");
  };

  it("is live at once, and the talk under way goes on in it", async () => {
    const good = project.read(FLOW);
    const phone = await opened("time");
    await act(phone, { act: "say", text: "I want to return my order" });
    project.write(FLOW, good.replace("invalid: That doesn't look right.", "invalid: No order of ours."));
    const saved = await overview((view) => view.version.tookMs !== null);
    expect(saved.version.behind).toBe(false);
    const view = (await act(phone, { act: "say", text: "hm?" })).body;
    expect(view.session!.moved).toMatchObject({ stays: null });
    expect(words(view).join(" ")).toContain("No order of ours.");
    project.write(FLOW, good);
    await overview((now) => now.version.hash !== saved.version.hash);
  });

  it("with a mistake never replaces what runs: the checker's words are shown, and the phone goes on", async () => {
    const good = project.read(FLOW);
    const before = (await ask<OverviewView>("GET", "/overview")).body.version.hash;
    project.write(FLOW, good.replace("link: faulty_item", "link: fautly_item"));
    const broken = await overview((view) => view.problems.some((problem) => problem.severity === "error"));
    expect(broken.version).toMatchObject({ hash: before, behind: true });
    expect(broken.files.find((file) => file.path === FLOW)).toMatchObject({ errors: 1 });
    expect(broken.problems[0]).toMatchObject({ code: "unknown-flow", near: ["faulty_item"] });
    expect(broken.problems[0]!.text).toContain(`${FLOW}:${broken.problems[0]!.line}`);
    const phone = await opened("time");
    expect(words((await act(phone, { act: "say", text: "My boots don't fit" })).body).join(" ")).toContain("order number");
    project.write(FLOW, good);
    const mended = await overview((view) => !view.version.behind && view.problems.length === 0);
    expect(mended.version.hash).toBe(before);
  });

  it("without the step that a talk stands on leaves the talk where it is, and says why", async () => {
    const good = project.read("flows/alder/store_finder.flow.yaml");
    const phone = await opened("time");
    const asked = (await act(phone, { act: "say", text: "Where are your shops?" })).body;
    const step = asked.session!.question!.step;
    const slot = new RegExp(`\\b${step}\\b`, "g");
    project.write("flows/alder/store_finder.flow.yaml", good.replace(slot, `${step}_there`));
    await overview((view) => view.version.tookMs !== null && view.version.hash !== asked.turns[0]!.program);
    const { body } = await ask<PhoneView>("GET", `/phones/${phone.id}`);
    expect(body.session!.moved!.stays).toContain(step);
    expect(body.session!.frames[0]!.stale).toBe(true);
    project.write("flows/alder/store_finder.flow.yaml", good);
    await overview((view) => view.version.hash === asked.turns[0]!.program);
  });
});

it("a talk becomes a story that `baton test` plays, once", async () => {
  const phone = await opened("time");
  await act(phone, { act: "ad", rule: 1, how: "message", text: "Hello" });
  await act(phone, { act: "pass", ms: 3 * 3_600_000 });
  await act(phone, { act: "say", text: "How long does shipping take?" });
  await act(phone, { act: "attach", kind: "image" });
  const body = { title: 'Somebody from the trail ad: asks about "shipping", sends a picture', name: "trail-and-shipping" };
  const saved = await ask<StoryView>("POST", `/phones/${phone.id}/story`, body);
  expect(saved.body).toMatchObject({ passes: true, path: "tests/stories/alder/trail-and-shipping.story.yaml" });
  const file = join(project.root, saved.body.path);
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(saved.body.text);
  const played = await run(["test", "--project", project.root]);
  expect(played.out).toContain("1 of 1 stories went as told");
  expect((await ask("POST", `/phones/${phone.id}/story`, body)).status).toBe(409);
});

it("the flow is a graph whose every edge leads somewhere, each node with its line", async () => {
  const { body } = await ask<GraphView>("GET", "/flow?bot=alder&name=returns");
  const ids = new Set(body.nodes.map((node) => node.id));
  for (const edge of body.edges) expect([edge, ids.has(edge.from), ids.has(edge.to)]).toEqual([edge, true, true]);
  expect(body.edges).toContainEqual({ from: "late", to: "decided", label: "returned", kind: "branch" });
  for (const node of body.nodes) expect(project.read(node.place.file).split("\n").length).toBeGreaterThanOrEqual(node.place.line);
});

it("the stream tells of a phone that changed, and of files", async () => {
  const phone = await opened("time");
  const gone = new AbortController();
  const response = await fetch(`${project.url}/api/v1/studio/stream?phone=${phone.id}`, { signal: gone.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let told = "";
  const hear = async (what: string) => {
    while (!told.includes(what)) told += (await reader.read()).value ?? "";
  };
  await hear("event: phone");
  await act(phone, { act: "say", text: "hello" });
  await hear(`"revision":${(await ask<PhoneView>("GET", `/phones/${phone.id}`)).body.revision}`);
  project.write("flows/alder/csat.flow.yaml", `${project.read("flows/alder/csat.flow.yaml")}\n`);
  await hear("event: reloaded");
  await hear("event: files");
  gone.abort();
});
