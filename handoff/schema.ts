/** The shape of `handoff.v1`: what a ticket tells whoever answers, at our desk or through a bridge. Published as `package.schema.json`. */
import { z } from "zod";

const Instant = z.iso.datetime({ offset: true }).describe("ISO 8601");
const Text = z.string();

export const ReasonSchema = z.object({
  code: z
    .enum([
      "customer_asked",
      "no_match",
      "low_confidence",
      "repeated_failure",
      "policy",
      "sensitive_topic",
      "negative_mood",
      "high_value",
      "ad_followup",
      "tool_failure",
      "model_down",
      "agent_takeover",
      "schedule",
    ])
    .describe("Why the bot stopped; an open set for readers: treat an unknown code as `policy`"),
  detail: Text.describe("The designer's reason, or what the customer typed"),
  flow: Text.nullable(),
  step: Text.nullable(),
  rule: Text.describe("What decided it, e.g. `step:returns/ask_order` or `desk.take_over`"),
});

export const FactSchema = z.object({
  key: Text.describe("A slot of the flow, `customer.<field>`, or what an action saved"),
  value: z.json(),
  label: Text.optional().describe("What a choice's value is called"),
  source: z.enum(["customer", "agent", "flow", "referral", "default", "profile", "action"]),
  flow: Text.optional(),
  message_id: Text.optional().describe("The message it was said in"),
  seq: z.int().optional().describe("The journal number of that message"),
  set_at: Instant.optional(),
  verified: z.boolean().describe("Confirmed by a person or by a system of the brand, not only said"),
  personal: z.boolean().optional().describe("Declared `personal` by the designer: bridges get it masked"),
  masked: z.boolean().optional(),
});

export const TriedSchema = z.object({
  action: Text.optional(),
  faq: Text.optional(),
  message_id: Text.optional().describe("A message that was not understood, or only in part"),
  near: z
    .array(z.object({ name: Text.describe("`faq/<id>` or `flow/<name>`"), score: z.number() }))
    .optional()
    .describe("What that message came nearest to"),
  outcome: Text.describe("`ok`, `answered`, `pending`, an error's code; of a message `not_understood` or `asked_back`"),
  at: Instant,
});

export const AdSchema = z.object({
  source: Text.optional(),
  ref: Text.optional(),
  ad_id: Text.optional(),
  title: Text.optional(),
  picture_url: Text.optional(),
  video_url: Text.optional(),
  post_id: Text.optional(),
  product_id: Text.optional(),
  campaign: Text.optional(),
});

export const HandoffPackage = z.object({
  schema: z.literal("handoff.v1"),
  handoff_id: Text,
  conversation_id: Text,
  epoch: z.int().describe("The epoch under which people have the conversation"),
  requested_at: Instant,
  requested_by: z.enum(["bot", "agent", "platform"]),
  reason: ReasonSchema,
  route: z.object({
    queue: Text,
    skills: z.array(Text),
    language: Text.nullable(),
    priority: z.enum(["urgent", "high", "normal", "low"]),
    max_wait_s: z.int().nullable(),
    answer_within_s: z.int().nullable(),
    on_timeout: Text.nullable().describe("The flow that takes over when the waiting ends without a person"),
  }),
  summary: z
    .object({ text: Text, by: z.enum(["template", "model", "human"]), evidence: z.array(Text).describe("Ids of the messages it rests on") })
    .optional(),
  last_question: z
    .object({ text: Text, message_id: Text, seq: z.int(), at: Instant })
    .nullable()
    .describe("What the customer last wanted to know"),
  open_question: z.object({ flow: Text, step: Text, attempts: z.int() }).nullable().describe("What the bot was asking"),
  ask_agent: z.array(Text).describe("Slots that the flow hopes to get back filled"),
  return_to: Text.nullable().describe("The step the flow goes on with; null: it ended here"),
  facts: z.array(FactSchema),
  tried: z.array(TriedSchema),
  promises: z.array(z.object({ text_id: Text, due: Instant })),
  origin: z.object({ channel: Text, account: Text, ad: AdSchema.nullable() }),
  window: z.object({
    kind: Text.nullable().describe("The opening that lets us write; null: the channel needs none, or none is open"),
    open: z.boolean(),
    closes_at: Instant.nullable(),
    human_agent_until: Instant.nullable().describe("How long a person may still answer"),
  }),
  identity: z.object({
    level: z
      .enum(["none", "asserted", "otp", "signed", "platform"])
      .describe("What proves who this is: a code, the brand's own login, the platform"),
    customer_id: Text,
    name: Text.optional(),
    other_chats: z
      .array(
        z.object({
          channel: Text,
          account: Text,
          conversation_id: Text,
          proof: z.enum(["code", "signed", "unionid", "first_message"]),
          linked_at: Instant,
          last_heard_at: Instant.nullable(),
          ticket_id: Text.nullable().describe("People work on that one too"),
          url: Text,
        }),
      )
      .optional()
      .describe("The same customer on other channels, by proof"),
  }),
  risk: z.array(Text),
  transcript: z.object({
    count: z.int().describe("Messages of both sides up to the handoff"),
    first: Text.nullable(),
    last: Text.nullable(),
    last_seq: z.int(),
    url: Text,
  }),
});
export type HandoffPackage = z.infer<typeof HandoffPackage>;

/** The text of `package.schema.json`, published beside this file; a test says when the file is behind. */
export function packageSchemaFile(): string {
  const schema = z.toJSONSchema(HandoffPackage, { target: "draft-2020-12", io: "output" });
  return `${JSON.stringify({ title: "handoff.v1", ...schema }, null, 2)}\n`;
}
