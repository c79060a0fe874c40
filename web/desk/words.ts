/** The desk's texts. A key is looked up in the language that the person chose; docs/words.md has the words for ideas. */
import { makeWords } from "../design/words.ts";
import { aroundEn, aroundZh } from "./words-around.ts";
import { en } from "./words-en.ts";
import { zh } from "./words-zh.ts";

export type Key = keyof typeof en | keyof typeof aroundEn;
export const { useWords, say } = makeWords<Key>({ ...en, ...aroundEn }, { zh: { ...zh, ...aroundZh } });
