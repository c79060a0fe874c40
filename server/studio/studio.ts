/** The studio: a brand's files as they are edited, the phones that play customers, and what both tell the screen. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { simulatedChannel } from "../../adapters/simulated.ts";
import { compile } from "../../dialogue/compile.ts";
import type { Program } from "../../dialogue/program.ts";
import { parseStory } from "../../dialogue/read/story.ts";
import type { Clock } from "../../model/clock.ts";
import type { AgentId, BotName } from "../../model/ids.ts";
import type { Store } from "../../model/store.ts";
import type { Agent, Ticket } from "../../model/ticket.ts";
import type { Log } from "../../runtime/log.ts";
import type { CallFunction, Rank } from "../../runtime/road.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { isPlayable, type PlayedChannel } from "../channels.ts";
import type { Reading } from "../programs.ts";
import type { Project } from "../project.ts";
import { playStory } from "../story-player.ts";
import { type BrandFiles, openFiles } from "./files.ts";
import { type Ground, openStage, STUDIO_AGENT, type StageOptions } from "./ground.ts";
import { conversationOf, look, moveAlong, newPhone, type Phone, playedAd } from "./phone.ts";
import { show } from "./show.ts";
import { writeStory } from "./story.ts";
import type { ChannelView, OverviewView, PhoneMode, PhoneView, StoryView } from "./views.ts";

/** What the studio is given of the house it works in. */
export type StudioDeps = {
  project: Project;
  reading: Omit<Reading, "bot">;
  /** The programs that run; the studio puts a newer one in the place of its elder. */
  programs: Program[];
  store: Store;
  runtime: Runtime;
  clock: Clock;
  rank: Rank;
  callFunction: CallFunction | undefined;
  twins: PlayedChannel[];
  /** What a stage takes from the house. */
  stages: StageOptions["opening"];
  log: Log;
};

/** `channel`: null is the first that the bot speaks on. */
export type NewPhone = { mode: PhoneMode; bot: string; channel: string | null; first: string; last: string; locale: string };

export type Studio = {
  files: BrandFiles;
  overview(bot: string): OverviewView | null;
  program(bot: string): Program | null;
  open(wanted: NewPhone): Promise<Phone | null>;
  phone(id: string): Phone | null;
  /** @param agent who is signed in; null: somebody at this machine */
  view(phone: Phone, agent: Agent | null): Promise<PhoneView>;
  /** Who speaks for the desk on this phone. */
  deskAgent(phone: Phone, agent: Agent | null): Promise<AgentId | null>;
  story(phone: Phone, title: string, name: string): Promise<StoryView | null>;
  /** @returns the path written, or null: there is such a story already */
  saveStory(bot: string, story: StoryView): string | null;
  close(): Promise<void>;
};

/** A twin of the running server whose customers the studio can play. */
type Played = Pick<Ground, "bot" | "channel" | "account" | "phones">;

/** Each phone on its own time is a whole runtime: the ones longest unused make room. */
const STAGES_MAX = 24;
const PHONES_MAX = 200;

export function openStudio(deps: StudioDeps): Studio {
  const { store, runtime, clock, log } = deps;
  const seen = new Map(deps.programs.map((program) => [program.hash, program]));
  const phones = new Map<string, Phone>();
  const playedHere = deps.twins.flatMap(({ bot, channel, account, twin }): Played[] =>
    twin.phones ? [{ bot, channel, account, phones: twin.phones }] : [],
  );
  let count = 0;

  const files = openFiles({
    project: deps.project,
    reading: deps.reading,
    programs: deps.programs,
    log,
    async changed(bot, program, sources) {
      seen.set(program.hash, program);
      await store.saveProgram(bot, program.hash, Object.fromEntries(sources), clock.nowMs());
      const at = deps.programs.findIndex((one) => one.bot.name === bot);
      deps.programs[at] = program;
      runtime.reload(bot, program);
      const mine = [...phones.values()].filter((phone) => phone.ground.bot === bot);
      for (const ground of new Set(mine.map((phone) => phone.ground))) if (ground.mode === "time") ground.runtime.reload(bot, program);
      for (const phone of mine) await moveAlong(phone);
    },
  });

  const named = (bot: string) => (hash: string) => seen.get(hash) ?? files.program(bot)!;

  async function groundFor({ mode, bot, channel: wanted }: NewPhone): Promise<Ground | null> {
    const program = files.program(bot);
    if (!program) return null;
    const fits = ({ channel, modes }: ChannelView) => modes.includes(mode) && (wanted === null || wanted === channel);
    const channel = channelsOf(program).find(fits)?.channel;
    if (channel === undefined) return null;
    const played = playedHere.find((one) => one.bot === bot && one.channel === channel);
    if (mode === "live") return played ? liveGround(played) : null;
    await makeRoom();
    return openStage({
      program,
      named: (hash) => seen.get(hash) ?? null,
      channel,
      opening: deps.stages,
      root: files.root,
      rank: deps.rank,
      callFunction: deps.callFunction,
      log,
    });
  }

  /** Channels of the bot on which somebody can be played. */
  function channelsOf({ bot }: Program): ChannelView[] {
    return [...new Set(bot.channels.map(({ channel }) => channel))].filter(isPlayable).map((channel) => {
      const isLive = playedHere.some((one) => one.bot === bot.name && one.channel === channel);
      return { channel, modes: isLive ? ["live", "time"] : ["time"] };
    });
  }

  function liveGround(played: Played): Ground {
    const nothing = async () => {};
    return { ...played, mode: "live", store, runtime, clock, settles: nothing, passes: null, close: nothing };
  }

  function keep(phone: Phone): Phone {
    phone.usedMs = clock.monotonicMs();
    phones.set(phone.id, phone);
    return phone;
  }

  /** A live phone outlives this process, as its thread on the twin does. */
  function foundAgain(n: string): Phone | null {
    for (const played of playedHere) {
      const { phones } = played;
      const owner = phones.named(phones.customer(n));
      if (owner) return keep(newPhone(n, liveGround(played), owner));
    }
    return null;
  }

  async function makeRoom(): Promise<void> {
    const stages = [...phones.values()].filter((phone) => phone.ground.mode === "time").sort((a, b) => a.usedMs - b.usedMs);
    for (const phone of stages.slice(0, Math.max(0, stages.length - STAGES_MAX + 1))) {
      phones.delete(phone.id);
      await phone.ground.close();
    }
    for (const phone of phones.values()) {
      if (phones.size <= PHONES_MAX) return;
      if (phone.ground.mode === "live") phones.delete(phone.id);
    }
  }

  const agentsOf = (phone: Phone) => phone.ground.store.agents(phone.ground.bot);

  async function deskAgent(phone: Phone, agent: Agent | null): Promise<AgentId | null> {
    if (phone.ground.mode === "time") return STUDIO_AGENT;
    if (agent && agent.bot === phone.ground.bot) return agent.id;
    const agents = (await agentsOf(phone)).filter((one) => !one.disabled && one.role !== "system");
    return (agents.find((one) => one.role === "admin") ?? agents[0])?.id ?? null;
  }

  const studio: Studio = {
    files,
    program: (bot) => files.program(bot),
    overview(bot) {
      const program = files.program(bot);
      const version = files.version(bot);
      if (!program || !version) return null;
      return {
        bots: [...files.manifests].map(([name, file]) => {
          const mine = files.program(name)!;
          return { name, title: mine.bot.title, file, languages: mine.bot.languages, channels: channelsOf(mine) };
        }),
        bot,
        version,
        files: files.list(),
        stories: files.stories(bot),
        problems: files.problems(),
        ads: program.ads.map((rule, index) => ({
          index,
          campaign: playedAd(rule, index).title ?? rule.start,
          match: rule.match,
          start: rule.start,
          with: Object.fromEntries([...rule.with].map(([key, value]) => [key, value.source])),
          place: rule.place,
          flowPlace: program.flows.get(rule.start)?.place ?? null,
        })),
        flows: [...program.flows.values()].map(({ name, description, pattern, place, steps }) => ({
          name,
          description,
          pattern,
          place,
          steps: steps.length,
        })),
        root: files.root,
        builtinRoot: files.builtinRoot,
      };
    },
    async open(wanted) {
      const ground = await groundFor(wanted);
      if (!ground) return null;
      count++;
      // Platform ids are digits; the time in it makes them new to a store that outlived the last studio.
      const n = `${clock.nowMs()}${String(count % 1_000).padStart(3, "0")}`;
      const { first, last, locale } = wanted;
      const phone = newPhone(n, ground, { first, last, locale });
      ground.phones.name(phone.owner, phone.customer);
      return keep(phone);
    },
    phone(id) {
      const phone = phones.get(id) ?? foundAgain(id.slice("ph_".length));
      if (phone) phone.usedMs = clock.monotonicMs();
      return phone;
    },
    async view(phone, agent) {
      const bot = phone.ground.bot;
      await look(phone);
      const [agents, me] = await Promise.all([agentsOf(phone), deskAgent(phone, agent)]);
      return show(phone, { program: files.program(bot)!, named: named(bot), agents, me: me ?? "" });
    },
    deskAgent,
    async story(phone, title, name) {
      const conversation = await conversationOf(phone);
      const program = files.program(phone.ground.bot);
      if (!conversation || !program) return null;
      const rows = await phone.ground.store.journal(phone.ground.bot, conversation.id, 0, 10_000);
      const tickets = new Map<string, Ticket>();
      for (const row of rows) {
        const id = row.kind === "change" ? row.skeleton.ticket : null;
        const ticket = typeof id === "string" ? await phone.ground.store.ticket(phone.ground.bot, id as Ticket["id"]) : null;
        if (ticket) tickets.set(ticket.id, ticket);
      }
      const { pieces } = simulatedChannel(phone.ground.channel)!;
      const customer = await phone.ground.store.customer(phone.ground.bot, conversation.person);
      const language = conversation.session.language ?? null;
      const written = writeStory({ title, program, channel: phone.ground.channel, rows, tickets, pieces, customer, language });
      const path = `tests/stories/${phone.ground.bot}/${name}.story.yaml`;
      return { name, path, text: written.text, left: written.left, ...(await played(written.text, path, phone.ground.bot)) };
    },
    saveStory(bot, story) {
      if (!files.manifests.has(bot)) return null;
      const path = join(files.root, ...story.path.split("/"));
      mkdirSync(dirname(path), { recursive: true });
      try {
        writeFileSync(path, story.text, { flag: "wx" });
        return story.path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
        throw error;
      }
    },
    async close() {
      files.close();
      for (const phone of phones.values()) await phone.ground.close();
      phones.clear();
    },
  };
  return studio;

  /** As `baton test` plays it: without translations unless the story asks for a language. */
  async function played(text: string, path: string, bot: BotName): Promise<Pick<StoryView, "passes" | "wrong">> {
    const { story, problems } = parseStory(text, path);
    if (!story) return { passes: false, wrong: { line: problems[0]?.line ?? 1, sentence: problems[0]?.message ?? "" } };
    const plain = (all: Map<string, string>) => (story.texts ? all : new Map([...all].filter(([file]) => !file.endsWith(".po"))));
    const { program } = compile({
      ...deps.reading,
      builtins: plain(deps.reading.builtins),
      bot: files.manifests.get(bot)!,
      files: plain(files.sources()),
    });
    if (!program) return { passes: false, wrong: { line: 1, sentence: "The files have mistakes; mend them first." } };
    const { wrong } = await playStory(story, program);
    return { passes: wrong === null, wrong };
  }
}
