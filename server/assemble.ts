/** Builds the house: every part is made here, given what it needs, and nowhere else. */
import { channelLimits } from "../adapters/limits.ts";
import { createRanker, type Ranker } from "../answers/match.ts";
import { compile } from "../dialogue/compile.ts";
import type { Problem } from "../dialogue/problem.ts";
import type { Program } from "../dialogue/program.ts";
import type { Clock } from "../model/clock.ts";
import { type Failpoint, NO_FAILPOINT } from "../model/failpoint.ts";
import type { BotName, Ids } from "../model/ids.ts";
import type { Store } from "../model/store.ts";
import type { AskFor, MediaFetcher } from "../runtime/fetch-media.ts";
import type { Log } from "../runtime/log.ts";
import type { Rank, RuntimeBot } from "../runtime/road.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { createLive, type Live } from "./api/live.ts";
import { type Channels, openChannels } from "./channels.ts";
import { systemClock } from "./clock.ts";
import { loadFunctions } from "./functions.ts";
import { createIds, drawLinkCode } from "./ids.ts";
import { fileKeeper } from "./keeper.ts";
import { loginReader } from "./login.ts";
import { createMetrics, type ServerMetrics } from "./metrics.ts";
import { keepPrograms } from "./programs.ts";
import { type Project, readBuiltins } from "./project.ts";
import { keyedHash } from "./secret.ts";
import { adWindowMs, keeperFolder, type Settings, secretOf, uploadsFolder } from "./settings.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { openStore } from "./store.ts";
import type { Studio } from "./studio/studio.ts";
import { type UploadFiles, uploadFiles } from "./upload-files.ts";

export type House = {
  runtime: Runtime;
  store: Store;
  metrics: ServerMetrics;
  programs: Program[];
  channels: Channels;
  clock: Clock;
  ids: Ids;
  live: Live;
  /** Where browsers and channels reach this server. */
  publicUrl: string;
  proxyHops: number;
  files: UploadFiles;
  media: MediaFetcher;
  /** How people sign in; built when the first of them asks. */
  signIn(): Promise<SignIn>;
  /** Where designers work; opened when the first of them asks. */
  studio(): Promise<Studio>;
  /** Is this a demo that is reached from its own machine only? Then its studio needs no sign-in. */
  isLocal: boolean;
  close(): Promise<void>;
};

const LOCAL_HOSTS = new Set(["127.0.0.1", "localhost", "::1"]);

/**
 * @param serverUrl where this server listens: twins deliver their webhooks there
 * @returns the house, not yet started; or what is wrong with the brand's files
 * @throws when the store cannot be opened, with a sentence that says why and what next
 */
export async function assemble(options: {
  project: Project;
  settings: Settings;
  log: Log;
  serverUrl: string;
  /** Another process has taken the store: this one can only end. */
  lost: (why: string) => void;
}): Promise<House | { problems: Problem[] }> {
  const { project, settings, log, serverUrl, lost } = options;
  const clock = systemClock;
  const ids = createIds(clock);
  const metrics = createMetrics();
  const failpoint = failpointOf(settings.BATON_FAILPOINT);
  const reading = { builtins: readBuiltins(), limits: channelLimits(adWindowMs(settings)), env: settings.env };

  const compiled = project.bots.map((bot) => ({ bot, ...compile({ ...reading, bot, files: project.files }) }));
  const broken = compiled.filter((one) => one.program === null);
  if (broken.length > 0) return { problems: compiled.flatMap((one) => one.problems) };
  const programs = compiled.map((one) => one.program!);

  const store = await openStore(settings, project.root, { clock, ids, failpoint, log, lost });
  const secret = secretOf(settings, project.root); // it lies beside the store
  const publicUrl = settings.BATON_URL ?? serverUrl;
  const files = uploadFiles({ store, clock, secret, folder: uploadsFolder(settings, project.root), publicUrl });
  await files.sweep();
  const keeper = fileKeeper(keeperFolder(settings, project.root));
  let media: MediaFetcher | null = null; // what it may trust is known when the channels are
  const fetchBytes = async (url: string): Promise<Buffer | null> => {
    const upload = files.idOf(url);
    if (upload !== null) return files.read(upload);
    const fetched = await media?.fetch(url);
    return fetched?.ok ? fetched.bytes : null;
  };
  const root = project.root;
  const channels = await openChannels({ root, programs, settings, secret, clock, ids, failpoint, serverUrl, keeper, fetchBytes });
  media = mediaWhenAsked(trustedOrigins(settings, channels), (url) => fileRequest(channels, url));
  const callFunction = await loadFunctions(project.root, programs);
  const bots: RuntimeBot[] = [];
  for (const { bot, program } of compiled) {
    const named = await keepPrograms(store, program!, project.files, { ...reading, bot }, clock.nowMs());
    bots.push({
      name: program!.bot.name as BotName,
      programs: { newest: program!, named },
      accounts: channels.accounts.get(program!.bot.name) ?? [],
      settings: { queueDepthMax: settings.BATON_QUEUE_MAX, offers: settings.BATON_OFFERS === "on" },
      ...(callFunction ? { callFunction } : {}),
      ...(await answererOf(program!, settings, root, log)),
    });
  }
  if (bots.some((bot) => bot.answerer)) metrics.show((await import("./spending.ts")).spendingGauges(store, programs, clock));
  let signIn: Promise<SignIn> | undefined;
  let studio: Promise<Studio> | undefined;
  const rank = createRank();
  const live = createLive(store, clock);
  const runtime = createRuntime({
    bots,
    store,
    clock,
    ids,
    log,
    rank,
    metrics,
    failpoint,
    publicUrl,
    atDesk: (bot) => live.online(bot),
    keyedHash: (text) => keyedHash(secret, text),
    linkCode: drawLinkCode,
    ...(settings.BATON_LOGIN_SECRET ? { readLogin: loginReader(settings.BATON_LOGIN_SECRET, clock.nowMs) } : {}),
  });
  return {
    runtime,
    store,
    metrics,
    programs,
    channels,
    clock,
    ids,
    live,
    publicUrl,
    proxyHops: settings.BATON_PROXY_HOPS,
    files,
    media,
    signIn() {
      signIn ??= import("./sign-in/accounts.ts").then(({ createSignIn }) =>
        createSignIn({ store, clock, secret, isHttps: publicUrl.startsWith("https:") }),
      );
      return signIn;
    },
    studio() {
      const twins = [...channels.twins, ...channels.visitors];
      const stages = { settings, secret, failpoint: NO_FAILPOINT, fetchBytes };
      studio ??= import("./studio/studio.ts").then(({ openStudio }) =>
        openStudio({ project, reading, programs, store, runtime, clock, rank, callFunction, twins, stages, log }),
      );
      return studio;
    },
    isLocal: LOCAL_HOSTS.has(settings.HOST) && channels.areAllPlayed,
    async close() {
      await media.close();
      await (await studio)?.close();
      await channels.close();
      await store.close();
    },
  };
}

/** Only a bot that names a model loads what speaks with models. */
async function answererOf(program: Program, settings: Settings, root: string, log: Log): Promise<Pick<RuntimeBot, "answerer">> {
  if (program.bot.answers.from === "local-only") return {};
  const { openAnswerer } = await import("./answerer.ts");
  const answerer = openAnswerer(program, settings, root, log);
  return answerer ? { answerer } : {};
}

/** In a demo the shop and the twins of this machine show pictures too; with a real channel nothing on this machine is looked at. */
function trustedOrigins(settings: Settings, channels: Channels): string[] {
  const twins = channels.twins.map(({ twin }) => twin);
  if (twins.length === 0) return [];
  const shop = settings.env.SHOP_URL;
  const origins = twins.map(({ url }) => new URL(url).origin);
  return shop && URL.canParse(shop) ? [...origins, new URL(shop).origin] : origins;
}

/** The channel whose file it is says how its platform must be asked for it. */
async function fileRequest(channels: Channels, url: string) {
  for (const served of channels.webhooks.values())
    for (const { adapter } of served) {
      const asked = await adapter.fileRequest?.(url);
      if (asked) return asked;
    }
  return null;
}

/** What fetches files comes with a whole HTTP client: it is loaded when somebody first looks at one. */
function mediaWhenAsked(trusted: string[], askFor?: AskFor): MediaFetcher {
  let opened: Promise<MediaFetcher> | undefined;
  return {
    async fetch(url) {
      opened ??= import("../runtime/fetch-media.ts").then(({ createMediaFetcher }) => createMediaFetcher(trusted, askFor));
      return (await opened).fetch(url);
    },
    close: async () => (await opened)?.close(),
  };
}

/** Indexes a program's phrases when it is first asked to rank, once. */
function createRank(): Rank {
  const rankers = new WeakMap<Program, Ranker>();
  return (program, text) => {
    const known = rankers.get(program);
    if (known) return known(text);
    const ranker = createRanker(program);
    rankers.set(program, ranker);
    return ranker(text);
  };
}

/** Ends this process without a word at the nth pass of one place, as a power cut would. */
function failpointOf(setting: string | undefined): Failpoint {
  if (!setting) return NO_FAILPOINT;
  const [place, count] = setting.split(":");
  let left = Number(count);
  return (name) => {
    if (name === place && --left <= 0) process.kill(process.pid, "SIGKILL");
  };
}
