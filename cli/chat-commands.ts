/** What can be typed after a slash in `baton chat`. */
import type { AdRule } from "../dialogue/program.ts";
import type { Control, Referral } from "../model/event.ts";
import type { Json } from "../model/json.ts";
import { STAGE_AGENT, type Stage } from "../server/stage.ts";
import { printShown, type Screen } from "./chat-screen.ts";

export type ChatState = Screen;

const HELP = `  /ad [n|ref]       enter by an advertisement (without a name: the list)
  /tap <title>      tap a button or a choice
  /attach [image]   send a picture, or video, audio, file
  /wait 21h         turn the clock: 90s, 30m, 21h, 2d
  /agent …          be the person who answers:
      /agent <text>               take the conversation and say something
      /agent note <text>          a note the customer never sees
      /agent return [step] [slot=value …]   give it back, with facts
      /agent resolve              end it
  /why              what was heard last, and why the bot answered so
  /slots            what is known: slots, customer, window
  /ticket           the package an agent would get
  /quit`;

/** @returns sentences to print */
export async function obey(state: ChatState, line: string): Promise<string[]> {
  const [command = "", ...words] = line.split(/\s+/);
  const rest = line.slice(command.length).trim();
  switch (command) {
    case "/help":
      return [HELP];
    case "/ad":
      return enterByAd(state.stage, rest);
    case "/tap":
      return tap(state.stage, rest);
    case "/attach": {
      const kind = (["image", "video", "audio", "file"] as const).find((one) => one === rest) ?? "image";
      await state.stage.hears({ kind: "said", text: "", attachments: [{ kind, url: `https://cdn.example/${kind}` }] });
      return [];
    }
    case "/wait":
      return wait(state.stage, rest);
    case "/agent":
      return agent(state, words, rest);
    case "/why":
      return why(state.stage);
    case "/slots":
      return slots(state.stage);
    case "/ticket": {
      const ticket = await state.stage.ticket();
      return [ticket ? JSON.stringify(ticket.package, null, 2) : "No ticket is open."];
    }
    default:
      return [`${command} is not a command here. /help lists them.`];
  }
}

async function enterByAd(stage: Stage, name: string): Promise<string[]> {
  const { ads } = stage.program;
  if (ads.length === 0) return ["This bot has no advertisements."];
  if (name === "") return ["Advertisements, enter one with /ad and its number:", ...ads.map((ad, at) => `  ${at + 1}  ${described(ad)}`)];
  const rule = ads[Number(name) - 1];
  const referral: Referral = rule ? referralOf(rule) : { source: "ADS", type: "OPEN_THREAD", ref: name, adId: "1" };
  const first = (await stage.conversation()) === null;
  if (first) await stage.hears({ kind: "happened", name: "get_started", fields: {}, referral });
  else await stage.hears({ kind: "referred", referral });
  return [];
}

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

async function tap(stage: Stage, title: string): Promise<string[]> {
  for (const { message } of [...stage.shown].reverse()) {
    const choice = message.choices?.find((one) => one.title === title);
    if (choice) {
      await stage.hears({ kind: "said", text: title, attachments: [], payload: choice.payload });
      return [];
    }
    const buttons = [...(message.buttons ?? []), ...(message.cards ?? []).flatMap((card) => card.buttons ?? [])];
    const button = buttons.find((one) => one.title === title);
    if (!button) continue;
    if (button.payload === undefined) return [`That opens ${button.url ?? button.phone}; the bot hears nothing of it.`];
    await stage.hears({ kind: "tapped", payload: button.payload, title });
    return [];
  }
  return [`There is nothing called ${title} to tap.`];
}

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

async function wait(stage: Stage, duration: string): Promise<string[]> {
  const parts = [...duration.matchAll(/(\d+)\s*([smhd])/g)];
  const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS_MS[unit!]!, 0);
  if (ms === 0) return ["How long? /wait 21h, /wait 90s, /wait 1d12h."];
  await stage.passes(ms);
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
  if (verb === "resolve") return told(await stage.control({ kind: "resolved", agent: STAGE_AGENT }), "Resolved.");
  if (verb === "return") return told(await stage.control(returned(more)), "Given back to the bot.");
  return told(await stage.control({ kind: "agent_said", agent: STAGE_AGENT, message: { text: rest }, clientId }), null);
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

function returned(words: string[]): Control {
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

/** The last turn's trace, as sentences. */
async function why(stage: Stage): Promise<string[]> {
  const turn = (await stage.journal()).filter((row) => row.kind === "turn").at(-1);
  if (!turn) return ["Nothing has been decided yet."];
  const { trace = [], view } = (turn.personal ?? {}) as {
    trace?: { at: string; what: string; data?: Json }[];
    view?: { rankings?: [string, Json][] };
  };
  const lines = trace.map(({ at, what, data }) => `  ${at.padEnd(24)} ${what}${data === undefined ? "" : ` → ${JSON.stringify(data)}`}`);
  for (const [text, ranking] of view?.rankings ?? []) lines.push(`  ranked ${JSON.stringify(text)}`, `    ${JSON.stringify(ranking)}`);
  const { ends, flow, step } = turn.skeleton;
  return [...lines, `  ends in ${String(ends)}${flow ? ` at ${String(flow)}${step ? `/${String(step)}` : ""}` : ""}`];
}

async function slots(stage: Stage): Promise<string[]> {
  const conversation = await stage.conversation();
  if (!conversation) return ["Nobody has written yet."];
  const { session, controller, marks } = conversation;
  const lines = [`  controller: ${controller}`];
  for (const frame of session.stack) {
    lines.push(`  ${frame.flow}${frame.step ? ` at ${frame.step}` : ""}`);
    for (const [name, slot] of Object.entries(frame.slots)) lines.push(`    ${name} = ${JSON.stringify(slot.value)} (${slot.from})`);
  }
  lines.push(`  customer: ${JSON.stringify(await stage.customer())}`, `  window marks: ${JSON.stringify(marks.openings)}`);
  return lines;
}
