/** `/save` in `baton chat`: the conversation so far as a story file, played once to see that it goes as told. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseStory } from "../dialogue/read/story.ts";
import type { CallOutcome } from "../model/event.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { Stage } from "../server/stage.ts";
import { playStory } from "../server/story-player.ts";
import type { Recording } from "./chat-record.ts";
import { readBots } from "./test.ts";

export type Saving = { root: string; channel: string; profile: JsonObject; recording: Recording; stage: Stage };

/** @param words the file, then perhaps a title. @returns sentences to print */
export async function save(saving: Saving, words: string[]): Promise<string[]> {
  const [name, ...title] = words;
  if (name === undefined) return ["Where to? /save refund, or /save tests/stories/refund.story.yaml, and a title if you like."];
  const { root, recording, stage } = saving;
  if (recording.script.length === 0) return ["Nothing has been said yet."];
  const path = pathOf(root, stage.bot, name);
  const near = relative(process.cwd(), path);
  const shown = near.startsWith("..") ? path : near;
  if (existsSync(path)) return [`${shown} exists already. Take another name.`];
  const text = await storyText(saving, title.join(" ") || titleOf(recording));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const wrong = await differs(root, text, path);
  if (wrong === null) return [`  Saved as ${shown}. Played again, it goes as told; \`npx baton test ${shown}\` does the same.`];
  return [`  Saved as ${shown}. Played again, it goes otherwise at line ${wrong.line}: ${wrong.sentence}`];
}

function pathOf(root: string, bot: string, name: string): string {
  const file = /\.ya?ml$/.test(name) ? name : `${name}.story.yaml`;
  return file.includes("/") ? resolve(root, file) : join(root, "tests", "stories", bot, file);
}

async function differs(root: string, text: string, path: string): Promise<{ line: number; sentence: string } | null> {
  const { story, problems } = parseStory(text, path);
  if (!story) return { line: problems[0]?.line ?? 1, sentence: problems[0]?.message ?? "it cannot be read." };
  const program = readBots(root)(story);
  if (typeof program === "string") return { line: 1, sentence: program };
  return (await playStory(story, program)).wrong;
}

function titleOf({ script }: Recording): string {
  const first = script.find((line) => typeof line.customer === "string")?.customer;
  if (typeof first !== "string") return "A conversation";
  return `A customer says "${first.length > 60 ? `${first.slice(0, 60)}…` : first}"`;
}

/** The whole file. Texts are JSON's double-quoted ones where a bare one might be read otherwise. */
export async function storyText({ channel, profile, recording, stage }: Saving, title: string): Promise<string> {
  const fixtures: JsonObject = {};
  if (Object.keys(profile).length > 0) fixtures.customer = profile;
  if (recording.referral !== null) fixtures.referral = recording.referral;
  const actions = await answersOf(stage);
  const lines = ["format: 1", `story: ${written(title)}`, `bot: ${stage.bot}`, `channel: ${channel}`];
  lines.push(`at: ${new Date(recording.atMs).toISOString()}`);
  const { language } = await stage.customer();
  const [own] = stage.program.bot.languages;
  if (typeof language === "string" && own !== undefined && language.split("-")[0] !== own) lines.push(`texts: ${language}`);
  if (Object.keys(fixtures).length > 0 || actions.size > 0) lines.push("fixtures:");
  for (const [key, value] of Object.entries(fixtures)) lines.push(`  ${key}: ${flowStyle(value)}`);
  if (actions.size > 0) lines.push("  actions:");
  for (const [name, answers] of actions) lines.push(...fixtureLines(name, answers));
  lines.push("script:");
  for (const line of recording.script) lines.push(`  - ${scriptLine(line)}`);
  return `${lines.join("\n")}\n`;
}

/** A safe action that fails in passing was tried three times before the flow heard of it, and will be in the story. */
const TRIES = 3;
const TRIED_AGAIN = new Set(["unreachable", "failed", "timeout"]);

/** What each action answered, in order of the answers. */
async function answersOf(stage: Stage): Promise<Map<string, Json[]>> {
  const asked = new Map<string, string>();
  const answers = new Map<string, Json[]>();
  for (const row of await stage.journal()) {
    if (row.kind === "turn")
      for (const { key, action } of (row.skeleton.calls ?? []) as { key: string; action: string }[]) asked.set(key, action);
    if (row.kind !== "heard" || row.skeleton.kind !== "called") continue;
    const { call, outcome } = row.personal as unknown as { call: string; outcome: CallOutcome };
    const action = asked.get(call);
    if (action === undefined) continue;
    const mine = answers.get(action) ?? [];
    answers.set(action, mine);
    if (outcome.ok) mine.push(outcome.value);
    else {
      const again = stage.program.actions.get(action)?.safe === true && TRIED_AGAIN.has(outcome.error.code);
      for (let n = 0; n < (again ? TRIES : 1); n++) mine.push({ error: outcome.error.code });
    }
  }
  return answers;
}

function fixtureLines(name: string, answers: Json[]): string[] {
  const distinct = new Set(answers.map((one) => JSON.stringify(one)));
  if (distinct.size === 1 && !Array.isArray(answers[0])) return [`    ${name}: ${flowStyle(answers[0]!)}`];
  return [`    ${name}:`, ...answers.map((one) => `      - ${flowStyle(one)}`)];
}

/** The chief key alone stands without braces. */
function scriptLine(line: JsonObject): string {
  const entries = Object.entries(line);
  if (entries.length > 1) return flowStyle(line);
  const [[key, value]] = entries as [[string, Json]];
  return `${key}: ${typeof value === "string" ? written(value) : flowStyle(value)}`;
}

function flowStyle(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.map(flowStyle).join(", ")} ]`;
  if (typeof value === "string") return /^[A-Za-z][A-Za-z _-]*[A-Za-z]$/.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, inner]) => `${/^[A-Za-z_][\w.]*$/.test(key) ? key : JSON.stringify(key)}: ${flowStyle(inner)}`).join(", ")} }`;
}

/** Bare words that YAML does not take for texts. */
const WORDS = /^(true|false|null|yes|no|on|off)$/i;

/** A text of its own line: bare where nothing in it means anything to YAML. */
function written(text: string): string {
  if (/^(\d+[smhd])+$/.test(text)) return text;
  return /^[\p{L}][\p{L}\p{N} ,.'!?()/&%+-]*$/u.test(text) && text.trim() === text && !WORDS.test(text) ? text : JSON.stringify(text);
}
