/** Anthropic's side of the wire, by nock: what was asked is kept, what is answered is an event stream in the API's own shape (from its manual, "Streaming Messages"). */
import nock from "nock";

export const ANTHROPIC_URL = "https://api.anthropic.test";

export type Sent = {
  headers: Record<string, string>;
  body: {
    model: string;
    max_tokens: number;
    system: { type: string; text: string; cache_control?: { type: string } }[];
    messages: { role: string; content: string }[];
    output_config: { format: { type: string; schema: Record<string, unknown> } };
    stream: boolean;
  };
};

export type Usage = {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
};

/** A whole answer as the API streams it: the text comes in pieces, the counts at both ends. */
export function streamed(text: string, usage: Usage = {}, stopReason = "end_turn"): string {
  const { input_tokens = 120, output_tokens = 25, cache_read_input_tokens = 0, cache_creation_input_tokens = 0 } = usage;
  const begun = { input_tokens, output_tokens: 1, cache_read_input_tokens, cache_creation_input_tokens };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "claude", content: [], stop_reason: null, stop_sequence: null };
  const events: [string, object][] = [
    ["message_start", { type: "message_start", message: { ...message, usage: begun } }],
    ["content_block_start", { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }],
    ["ping", { type: "ping" }],
    ...(text.match(/[\s\S]{1,24}/g) ?? []).map((piece): [string, object] => [
      "content_block_delta",
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } },
    ]),
    ["content_block_stop", { type: "content_block_stop", index: 0 }],
    ["message_delta", { type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens } }],
    ["message_stop", { type: "message_stop" }],
  ];
  return events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
}

export type Said = { choice?: string; slots?: { name: string; values: string[]; evidence: string }[] };
export const understanding = ({ choice = "none", slots = [] }: Said): string => JSON.stringify({ choice, slots });

export type AnthropicTwin = {
  sent: Sent[];
  /** The next request is answered with this text. */
  says(text: string, usage?: Usage, stopReason?: string): void;
  /** The next one is refused with a status, as the API words it. */
  fails(status: number, type: string): void;
  /** The next one is answered by what `reply` makes of it; `always`: all that follow too. */
  answers(reply: (sent: Sent) => string, always?: boolean): void;
  breaksOff(): void;
  staysSilent(ms: number): void;
  close(): void;
};

export function anthropicTwin(): AnthropicTwin {
  const sent: Sent[] = [];
  const scope = () => nock(ANTHROPIC_URL).post("/v1/messages");
  const sse = { "content-type": "text/event-stream; charset=utf-8" };
  const take = (headers: Record<string, string | string[]>, body: unknown): Sent => {
    const one = {
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      body,
    } as Sent;
    sent.push(one);
    return one;
  };
  return {
    sent,
    answers(reply, always = false) {
      const interceptor = always ? nock(ANTHROPIC_URL).persist().post("/v1/messages") : scope();
      interceptor.reply(
        200,
        function (_uri, body) {
          return reply(take(this.req.headers as never, body));
        },
        sse,
      );
    },
    says(text, usage, stopReason) {
      this.answers(() => streamed(text, usage, stopReason));
    },
    fails(status, type) {
      scope().reply(status, function (_uri, body) {
        take(this.req.headers as never, body);
        return { type: "error", error: { type, message: "what went wrong, in the API's words" } };
      });
    },
    breaksOff() {
      scope().replyWithError("socket hang up");
    },
    staysSilent(ms) {
      scope().delay(ms).reply(200, streamed("{}"), sse);
    },
    close: () => nock.cleanAll(),
  };
}
