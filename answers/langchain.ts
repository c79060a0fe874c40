/** Any chat model that speaks langchain's way: the manifest names its package and class, which is loaded at the first ask. */
import type { Price, Usage } from "../model/answerer.ts";
import type { JsonObject } from "../model/json.ts";
import type { ChatModel, Reply } from "./answerer.ts";
import type { Prompt } from "./prompts.ts";

/** What we use of langchain's chat models. */
type Chunk = {
  content: unknown;
  usage_metadata?: {
    input_tokens?: number;
    output_tokens?: number;
    input_token_details?: { cache_read?: number; cache_creation?: number };
  };
};
export type LangchainModel = { stream(messages: [string, string][], options: { signal: AbortSignal }): Promise<AsyncIterable<Chunk>> };

export type LangchainOptions = {
  /** `@langchain/openai#ChatOpenAI`. */
  what: string;
  settings: JsonObject;
  price: Price | null;
  /** Loads a package from the brand's folder, else from ours; null: not installed. */
  load(name: string): Promise<Record<string, unknown> | null>;
};

export function langchainModel({ what, settings, price, load }: LangchainOptions): ChatModel {
  const [name, exported] = what.split("#") as [string, string];
  let made: Promise<LangchainModel | string> | undefined;
  const make = async (): Promise<LangchainModel | string> => {
    const loaded = await load(name);
    if (loaded === null) return `The package ${name} is not installed.`;
    const Model = loaded[exported] as (new (settings: JsonObject) => LangchainModel) | undefined;
    if (typeof Model !== "function") return `${name} has no class ${exported}.`;
    return new Model(settings);
  };
  return {
    name: "langchain",
    model: typeof settings.model === "string" ? settings.model : exported,
    price,
    async say(prompt, { signal, progress }): Promise<Reply> {
      try {
        made ??= make();
        const model = await made;
        if (typeof model === "string") return { ok: false, code: "not_installed", message: model, usage: null };
        let text = "";
        let usage: Usage | null = null;
        for await (const chunk of await model.stream(messagesOf(prompt), { signal })) {
          text += textOf(chunk.content);
          usage = addUsage(usage, chunk);
          progress();
        }
        return { ok: true, text, usage };
      } catch (error) {
        return { ok: false, ...failure(error, signal), usage: null };
      }
    },
  };
}

/** Not every model takes a schema, so it stands in the words. */
function messagesOf({ instructions, catalogue, question, schema }: Prompt): [string, string][] {
  const shape = `The answer's JSON Schema: ${JSON.stringify(schema)}`;
  return [
    ["system", [instructions, shape, ...(catalogue === null ? [] : [catalogue])].join("\n\n")],
    ["human", question],
  ];
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((one: { type?: unknown; text?: unknown }) => (one?.type === "text" && typeof one.text === "string" ? one.text : ""))
    .join("");
}

function addUsage(before: Usage | null, { usage_metadata: told }: Chunk): Usage | null {
  if (!told) return before;
  const cached = told.input_token_details?.cache_read ?? 0;
  const stored = told.input_token_details?.cache_creation ?? 0;
  const { input, output, ...rest } = before ?? { input: 0, output: 0, cached: 0, stored: 0 };
  return {
    input: input + Math.max(0, (told.input_tokens ?? 0) - cached - stored),
    output: output + (told.output_tokens ?? 0),
    cached: rest.cached + cached,
    stored: rest.stored + stored,
  };
}

/** Every provider throws its own; the status tells most. The words may quote what was sent, so they are not passed on. */
function failure(
  error: unknown,
  signal: AbortSignal,
): { code: "timeout" | "busy" | "refused" | "failed" | "unreachable"; message: string } {
  const { status, name } = error as { status?: unknown; name?: unknown };
  if (signal.aborted || name === "AbortError" || name === "TimeoutError") return { code: "timeout", message: "No answer in time." };
  if (status === 429 || status === 529) return { code: "busy", message: `The model's service answered ${status}.` };
  if (typeof status === "number") return { code: status >= 500 ? "failed" : "refused", message: `The model's service answered ${status}.` };
  return { code: "failed", message: "The model could not be asked." };
}
