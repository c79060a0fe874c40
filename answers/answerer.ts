/** An answerer made of any chat model: the least is sent out, and of what comes back only what holds is passed on. */
import { type Answered, type Answerer, NO_USAGE, type NoWord, type Price, type Usage } from "../model/answerer.ts";
import { checkAnswer } from "./check.ts";
import { type Prompt, promptOf } from "./prompts.ts";

export type Reply = { usage: Usage | null } & ({ ok: true; text: string } | { ok: false; code: NoWord; message: string });

/** A provider's chat model, one request each time. Never throws, never retries: the customer waits, and the bot can do without. */
export type ChatModel = {
  name: string;
  model: string;
  price: Price | null;
  say(prompt: Prompt, about: { signal: AbortSignal; progress: () => void }): Promise<Reply>;
};

/** Bytes that a token stands for at least, over the languages that people write. */
const BYTES_A_TOKEN = 2;
/** What providers add of their own around a request. */
const FRAME_TOKENS = 600;

export function createAnswerer(chat: ChatModel): Answerer {
  return {
    name: chat.name,
    model: chat.model,
    price: chat.price,
    worstCase: (ask) => worstOf(promptOf(ask).prompt),
    async ask(ask, about): Promise<Answered> {
      const { prompt, restore } = promptOf(ask);
      const reply = await chat.say(prompt, about);
      const usage = reply.usage ?? (reply.ok ? worstOf(prompt) : NO_USAGE);
      if (!reply.ok) return { ok: false, code: reply.code, message: reply.message, usage };
      const word = checkAnswer(ask, objectIn(reply.text), restore);
      if (word === null) return { ok: false, code: "bad_answer", message: "The answer is not of the shape that was asked for.", usage };
      return { ok: true, word, usage };
    },
  };
}

function worstOf(prompt: Prompt): Usage {
  const { instructions, catalogue, question, schema, outputMax } = prompt;
  const bytes = Buffer.byteLength(instructions + (catalogue ?? "") + question + JSON.stringify(schema));
  return { input: 0, cached: 0, stored: Math.ceil(bytes / BYTES_A_TOKEN) + FRAME_TOKENS, output: outputMax };
}

/** The one object in the text; some models wrap it in words or a fence. */
function objectIn(text: string): unknown {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from < 0 || to < from) return null;
  try {
    return JSON.parse(text.slice(from, to + 1)) as unknown;
  } catch {
    return null;
  }
}
