/** What can be typed after a slash in `baton chat`. */
import type { AdRule } from "../dialogue/program.ts";
import type { Attachment, Control, Heard, Referral } from "../model/event.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { STAGE_AGENT, type Stage } from "../server/stage.ts";
import { record } from "./chat-record.ts";
import { type Saving, save } from "./chat-save.ts";
import { printShown, type Screen } from "./chat-screen.ts";
import { slots, why } from "./chat-why.ts";

export type ChatState = Screen & Saving;

/** The customer (or the channel) does something; `line` is how a story says it. @returns why nothing came back, if nothing did */
async function hears(state: ChatState, event: Heard, line: JsonObject): Promise<string[]> {
  const { stage } = state;
  const before = stage.shown.length;
  await stage.hears(event);
  await record(state.recording, stage, line);
  return stage.shown.length > before ? [] : silence(stage);
}

/** The customer writes. */
export function says(state: ChatState, text: string): Promise<string[]> {
  return hears(state, { kind: "said", text, attachments: [] }, { customer: text });
}

async function silence(stage: Stage): Promise<string[]> {
  const controller = (await stage.conversation())?.controller;
  if (controller === "queue") return ["  (The customer waits for a person, so the bot is silent. /agent <text> answers; /wait 15m waits.)"];
  if (controller === "human") return ["  (A person has the conversation. /agent <text> answers, /agent return gives it back to the bot.)"];
  return (await stage.journal()).at(-1)?.kind === "delivery" ? [] : ["  (Nothing was said. /why tells why.)"];
}

const HELP = `  /ad [n|ref]       enter by an advertisement (without a name: the list)
  /tap <title>      tap a button or a choice
  /attach [kind]    send an image (or video, audio, file), perhaps with its URL;
                    a place: /attach location 47.37,8.54
  /wait 21h         turn the clock: 90s, 30m, 21h, 2d
  /agent …          be the person who answers:
      /agent <text>               take the conversation and say something
      /agent note <text>          a note the customer never sees
      /agent return [step] [slot=value …]   give it back, with facts
      /agent resolve              end it
  /why              what was heard last, and why the bot answered so
  /slots            what is known: slots, customer, window
  /ticket           the package an agent would get
  /save <file>      keep the conversation so far as a story for baton test
  /quit`;

/** @returns sentences to print */
export async function obey(state: ChatState, line: string): Promise<string[]> {
  const [command = "", ...words] = line.split(/\s+/);
  const rest = line.slice(command.length).trim();
  switch (command) {
    case "/help":
      return [HELP];
    case "/ad":
      return enterByAd(state, rest);
    case "/tap":
      return tap(state, rest);
    case "/attach":
      return attach(state, words);
    case "/wait":
      return wait(state, rest);
    case "/agent":
      return agent(state, words, rest);
    case "/why":
      return why(state.stage);
    case "/slots":
      return slots(state.stage);
    case "/save":
      return save(state, words);
    case "/ticket": {
      const ticket = await state.stage.ticket();
      return [ticket ? JSON.stringify(ticket.package, null, 2) : "No ticket is open."];
    }
    default:
      return [`${command} is not a command here. /help lists them.`];
  }
}

async function enterByAd(state: ChatState, name: string): Promise<string[]> {
  const { stage, recording } = state;
  const { ads } = stage.program;
  if (ads.length === 0) return ["This bot has no advertisements."];
  if (name === "") return ["Advertisements, enter one with /ad and its number:", ...ads.map((ad, at) => `  ${at + 1}  ${described(ad)}`)];
  const rule = ads[Number(name) - 1];
  const referral: Referral = rule ? referralOf(rule) : { source: "ADS", type: "OPEN_THREAD", ref: name, adId: "1" };
  const told = toldReferral(referral);
  if ((await stage.conversation()) === null) {
    recording.referral = told;
    return hears(state, { kind: "happened", name: "get_started", fields: {}, referral }, { event: "get_started" });
  }
  return hears(state, { kind: "referred", referral }, { referral: told });
}

/** As a story writes it. */
function toldReferral({ adId, adTitle, postId, productId, source, type, ref, scene }: Referral): JsonObject {
  const keys = { ref, scene, ad_id: adId, ad_title: adTitle, post_id: postId, product_id: productId, source, type };
  return Object.fromEntries(Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

async function attach(state: ChatState, [kind = "image", where]: string[]): Promise<string[]> {
  if (kind === "location") {
    const [lat, lng] = (where ?? "47.3769,8.5417").split(",").map(Number);
    if (lat === undefined || lng === undefined || Number.isNaN(lat + lng)) return ["Where? /attach location 47.37,8.54"];
    return hears(state, said({ kind, lat, lng }), { attachment: { kind, lat, lng } });
  }
  const known = (["image", "video", "audio", "file", "sticker"] as const).find((one) => one === kind);
  if (!known) return [`There is no kind ${kind} to send. Kinds: image, video, audio, file, sticker, location.`];
  return hears(state, said({ kind: known, url: where ?? `https://cdn.example/${known}` }), {
    attachment: where === undefined ? known : { kind: known, url: where },
  });
}

const said = (attachment: Attachment): Heard => ({ kind: "said", text: "", attachments: [attachment] });

function described(ad: AdRule): string {
  const match = Object.entries(ad.match).map(([key, value]) => `${key}: ${value}`);
  return [ad.campaign ?? ad.start, `(${match.join(", ")})`].join(" ");
}

/** Something that this rule matches: a `*` becomes a word. */
function referralOf(ad: AdRule): Referral {
  const value = (key: string) => ad.match[key]?.replaceAll("*", "demo");
  return {
    source: "ADS",
    type: "OPEN_THREAD",
    adId: value("ad_id") ?? "23850000000000001",
    adTitle: ad.campaign ?? ad.start,
    ...(value("ref") ? { ref: value("ref")! } : {}),
    ...(value("post_id") ? { postId: value("post_id")! } : {}),
    ...(value("product_id") ? { productId: value("product_id")! } : {}),
    ...(value("scene") ? { scene: value("scene")! } : {}),
  };
}

async function tap(state: ChatState, title: string): Promise<string[]> {
  const { stage } = state;
  for (const { message } of [...stage.shown].reverse()) {
    const choice = message.choices?.find((one) => one.title === title);
    if (choice) {
      return hears(state, { kind: "said", text: title, attachments: [], payload: choice.payload }, { tap: title });
    }
    const buttons = [...(message.buttons ?? []), ...(message.cards ?? []).flatMap((card) => card.buttons ?? [])];
    const button = buttons.find((one) => one.title === title);
    if (!button) continue;
    if (button.payload === undefined) return [`That opens ${button.url ?? button.phone}; the bot hears nothing of it.`];
    return hears(state, { kind: "tapped", payload: button.payload, title }, { tap: title });
  }
  const offered = (await stage.conversation())?.session.offered ?? [];
  const at = offered.findIndex((one) => one.title === title);
  if (at >= 0) return [`On ${state.channel} nothing can be tapped here: answer ${at + 1}, or type the words.`];
  return [`There is nothing called ${title} to tap.`];
}

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

async function wait(state: ChatState, duration: string): Promise<string[]> {
  const parts = [...duration.matchAll(/(\d+)\s*([smhd])/g)];
  const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS_MS[unit!]!, 0);
  if (ms === 0) return ["How long? /wait 21h, /wait 90s, /wait 1d12h."];
  await state.stage.passes(ms);
  await record(state.recording, state.stage, { wait: parts.map(([, n, unit]) => `${n}${unit}`).join("") });
  return [`  … ${duration} later`];
}

async function agent(state: ChatState, words: string[], rest: string): Promise<string[]> {
  const { stage } = state;
  const [verb = "", ...more] = words;
  if (verb === "") return ["Say what: /agent Hello, this is Mei."];
  const clientId = `chat:${stage.clock.nowMs()}:${stage.shown.length}:${rest.length}`;
  if (verb === "note")
    return told(await stage.control({ kind: "noted", agent: STAGE_AGENT, text: more.join(" "), clientId }), "Noted, for agents only.");
  const taken = await take(stage);
  if (taken !== null) return [taken];
  printShown(state);
  const does = async (control: Control, line: JsonObject, sentence: string | null): Promise<string[]> => {
    const outcome = await stage.control(control);
    if (outcome.ok) await record(state.recording, stage, line);
    return told(outcome, sentence);
  };
  if (verb === "resolve") return does({ kind: "resolved", agent: STAGE_AGENT }, { agent_resolves: true }, "Resolved.");
  if (verb === "return") {
    const control = returned(more);
    const facts = Object.fromEntries(control.facts.map(({ key, value }) => [key, value]));
    const given = { ...(control.facts.length > 0 ? { facts } : {}), ...(control.toStep ? { to_step: control.toStep } : {}) };
    return does(control, { agent_returns: Object.keys(given).length > 0 ? given : true }, "Given back to the bot.");
  }
  return does({ kind: "agent_said", agent: STAGE_AGENT, message: { text: rest }, clientId }, { agent: rest }, null);
}

/** Claims what waits, or takes over from the bot. null: the agent has it. */
async function take(stage: Stage): Promise<string | null> {
  const conversation = await stage.conversation();
  if (conversation?.controller === "human") return null;
  const ticket = await stage.ticket();
  const outcome = ticket
    ? await stage.control({ kind: "claimed", ticket: ticket.id, agent: STAGE_AGENT })
    : await stage.control({ kind: "took_over", agent: STAGE_AGENT });
  return outcome.ok ? null : outcome.message;
}

function returned(words: string[]): Extract<Control, { kind: "returned" }> {
  const facts = words
    .filter((word) => word.includes("="))
    .map((word) => {
      const at = word.indexOf("=");
      return { key: word.slice(0, at), value: typed(word.slice(at + 1)) };
    });
  const toStep = words.find((word) => !word.includes("="));
  return { kind: "returned", agent: STAGE_AGENT, facts, ...(toStep ? { toStep } : {}) };
}

function typed(text: string): Json {
  if (text === "true" || text === "yes") return true;
  if (text === "false" || text === "no") return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function told(outcome: Awaited<ReturnType<Stage["control"]>>, sentence: string | null): string[] {
  if (!outcome.ok) return [outcome.message];
  return sentence ? [`  ${sentence}`] : [];
}
