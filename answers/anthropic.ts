/** Anthropic's models through their own SDK, which is optional: loaded at the first ask. */
import type { NoWord, Price, Usage } from "../model/answerer.ts";
import type { ChatModel, Reply } from "./answerer.ts";
import { knownModel, type Thinking } from "./anthropic-models.ts";
import { loadOptional } from "./optional.ts";
import type { Prompt } from "./prompts.ts";

/** What we use of the package, so that ours builds without it. */
type Block = { type: string; text?: string };
type FinalMessage = {
  content: Block[];
  stop_reason: string | null;
  usage: {
    input_tokens: number;
    output_tokens: number;
    cache_read_input_tokens?: number | null;
    cache_creation_input_tokens?: number | null;
  };
};
type Stream = { on(event: "streamEvent", heard: () => void): Stream; finalMessage(): Promise<FinalMessage> };
type Client = { messages: { stream(body: object, options: object): Stream } };
type Sdk = { default: new (options: object) => Client };

export type AnthropicOptions = { model: string; key: string; url: string; price: Price | null; timeoutMs: number };

export function anthropicModel({ model, key, url, price, timeoutMs }: AnthropicOptions): ChatModel {
  const known = knownModel(model);
  let client: Promise<Client | null> | undefined;
  const connect = async (): Promise<Client | null> => {
    const sdk = await loadOptional<Sdk>("@anthropic-ai/sdk");
    return sdk && new sdk.default({ apiKey: key, authToken: null, baseURL: url, maxRetries: 0, timeout: timeoutMs, logLevel: "off" });
  };
  return {
    name: "anthropic",
    model,
    price: price ?? known?.price ?? null,
    async say(prompt, { signal, progress }): Promise<Reply> {
      try {
        client ??= connect();
        const connected = await client;
        if (connected === null)
          return { ok: false, code: "not_installed", message: "The package @anthropic-ai/sdk is not installed.", usage: null };
        const stream = connected.messages.stream(bodyOf(model, known?.thinking ?? "none", prompt), { signal });
        const message = await stream.on("streamEvent", progress).finalMessage();
        return replyOf(message);
      } catch (error) {
        return { ok: false, ...failure(error, signal), usage: null };
      }
    },
  };
}

function bodyOf(model: string, thinking: Thinking, { instructions, catalogue, question, schema, outputMax }: Prompt): object {
  const stable = catalogue === null ? [instructions] : [instructions, catalogue];
  return {
    model,
    max_tokens: outputMax,
    // The provider keeps everything up to the last mark for five minutes: a brand's catalogue is read again, not paid again.
    system: stable.map((text, at) => ({
      type: "text",
      text,
      ...(at === stable.length - 1 ? { cache_control: { type: "ephemeral" } } : {}),
    })),
    messages: [{ role: "user", content: question }],
    output_config: { format: { type: "json_schema", schema }, ...(thinking === "low" ? { effort: "low" } : {}) },
    ...(thinking === "off" ? { thinking: { type: "disabled" } } : {}),
  };
}

function replyOf(message: FinalMessage): Reply {
  const { input_tokens: input, output_tokens: output, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
  const usage: Usage = { input, output, cached: cache_read_input_tokens ?? 0, stored: cache_creation_input_tokens ?? 0 };
  if (message.stop_reason === "max_tokens") return { ok: false, code: "bad_answer", message: "The answer was cut off.", usage };
  if (message.stop_reason === "refusal") return { ok: false, code: "refused", message: "The model would not answer.", usage };
  const text = message.content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
  return { ok: true, text, usage };
}

/** By the HTTP status, or by the name of the SDK's own error; its words may quote what was sent, so they are not passed on. */
function failure(error: unknown, signal: AbortSignal): { code: NoWord; message: string } {
  const { status, name } = error as { status?: unknown; name?: unknown };
  if (signal.aborted || name === "APIConnectionTimeoutError" || name === "APIUserAbortError" || status === 408)
    return { code: "timeout", message: "No answer in time." };
  if (status === 429 || status === 529) return { code: "busy", message: `Anthropic answered ${status}.` };
  if (typeof status === "number") return { code: status >= 500 ? "failed" : "refused", message: `Anthropic answered ${status}.` };
  return { code: "unreachable", message: "Anthropic could not be reached." };
}
