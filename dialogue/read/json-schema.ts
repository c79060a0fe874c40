/** JSON Schemas of every kind of file, for editors: made from the same zod schemas that the reader follows. */
import { z } from "zod";
import { ActionsFile, BotFile } from "./bot-schema.ts";
import { AdsFile, FaqFile, StoryFile } from "./content-schema.ts";
import { FlowFile } from "./flow-schema.ts";

/** By kind of file: `bot`, `actions`, `flow`, `faq`, `ads`, `story`. */
export function jsonSchemas(): Record<string, object> {
  const kinds = { bot: BotFile, actions: ActionsFile, flow: FlowFile, faq: FaqFile, ads: AdsFile, story: StoryFile };
  const made: Record<string, object> = {};
  for (const [kind, schema] of Object.entries(kinds)) {
    made[kind] = { title: `Baton ${kind} file`, ...z.toJSONSchema(schema, { io: "input", target: "draft-7", reused: "ref" }) };
  }
  return made;
}
