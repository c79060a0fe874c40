/** A model that says what a story tells it to: its words are checked like any other's. */
import { type ChatModel, createAnswerer, type Reply } from "../answers/answerer.ts";
import { NONE } from "../answers/prompts.ts";
import type { AnswersPlan, Program } from "../dialogue/program.ts";
import type { AnswerFixture } from "../dialogue/read/story.ts";
import { type Answerer, MAY_DO, NO_USAGE } from "../model/answerer.ts";

const NO_LIMIT = { tokens: null, micros: null, ms: null };
/** A story that says what a model answers is played as if the manifest named one. */
const PLAYED: Exclude<AnswersPlan, { from: "local-only" }> = {
  from: "anthropic",
  what: "story",
  key: null,
  with: {},
  price: null,
  may: MAY_DO.filter((one) => one !== "rephrase"),
  timeoutMs: 8_000,
  limits: { conversation: NO_LIMIT, day: NO_LIMIT, brand: NO_LIMIT },
};

export function withAnswers(program: Program, fixtures: AnswerFixture[]): { program: Program; answerer: Answerer } {
  const { answers } = program.bot;
  const may = fixtures.some((one) => one.rephrase !== undefined) ? [...MAY_DO] : PLAYED.may;
  const plan = answers.from === "local-only" ? { ...PLAYED, may } : answers;
  return { program: { ...program, bot: { ...program.bot, answers: plan } }, answerer: createAnswerer(storyModel(fixtures)) };
}

type Question = { message?: string; source?: { id: string }; lines?: { id: string }[] };

/** Each fixture serves one ask, the next one that it fits; an ask without one fails as if nobody could be reached. */
function storyModel(fixtures: AnswerFixture[]): ChatModel {
  const left = [...fixtures];
  return {
    name: "story",
    model: "story",
    price: null,
    async say({ question }): Promise<Reply> {
      const asked = JSON.parse(question) as Question;
      const at = left.findIndex((one) => one.error !== undefined || fits(one, asked));
      const [fixture] = at < 0 ? [] : left.splice(at, 1);
      if (fixture === undefined) return { ok: false, code: "unreachable", message: "The story has no more answers.", usage: NO_USAGE };
      if (fixture.error !== undefined) return { ok: false, code: fixture.error, message: "As the story tells.", usage: NO_USAGE };
      return { ok: true, text: JSON.stringify(answerOf(fixture, asked)), usage: NO_USAGE };
    },
  };
}

function fits(fixture: AnswerFixture, { source, lines }: Question): boolean {
  if (lines) return fixture.summarize !== undefined;
  return source ? fixture.rephrase !== undefined : fixture.choose !== undefined || fixture.fill.length > 0;
}

function answerOf(fixture: AnswerFixture, { source, lines }: Question): object {
  if (lines) return { text: fixture.summarize, evidence: lines.map((one) => one.id) };
  if (source) return { text: fixture.rephrase, sources: [source.id] };
  return { choice: fixture.choose ?? NONE, slots: fixture.fill };
}
