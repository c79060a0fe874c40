import { expect, it } from "vitest";
import { sharedWords } from "../../server/studio/shares.ts";

it.each<[string, string, string[]]>([
  ["How much is the shipping to Canada?", "Can you send to Canada or Europe?", ["to", "canada"]],
  ["my boots are broken", "My boot broke", ["my", "boots", "broken"]],
  ["运费是多少钱", "运费多少", ["运费", "多少"]],
  ["asdf", "How much?", []],
  ["", "", []],
])("what %s shares with %s", (text, phrase, shared) => expect(sharedWords(text, phrase)).toEqual(shared));
