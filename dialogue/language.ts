/**
 * Which of the bot's languages a text is in: by its script, and among languages of one script by their commonest words.
 * A statistical library was measured and left out: 33 ms of start-up, 11 MB and 90 µs a text, for what a few hundred
 * words tell as well in the short lines that people type to a bot.
 */

export type Detected = { language: string /** Long or plain enough to leave another language for it. */; sure: boolean };

/** @returns one of `languages` as written there, or null: no telling */
export function detectLanguage(text: string, languages: string[]): Detected | null {
  const script = scriptOf(text);
  if (script === null) return null;
  const spoken = languages.filter((language) => scriptOfLanguage(language) === script.name);
  if (spoken.length === 0) return null;
  if (script.name === "han") return { language: chineseOf(text, spoken), sure: script.letters >= 2 };
  const words = wordsOf(text);
  const sure = script.letters >= 8 && words.length >= 3;
  if (spoken.length === 1 && script.name !== "latin") return { language: spoken[0]!, sure: script.letters >= 3 };
  const ranked = spoken.map((language) => ({ language, hits: hitsOf(words, text, baseOf(language)) })).sort((a, b) => b.hits - a.hits);
  const [best, second] = ranked;
  if (best === undefined) return null;
  if (ranked.length === 1) return { language: best.language, sure: sure && best.hits > 0 };
  if (best.hits === 0 || best.hits === second!.hits) return null;
  return { language: best.language, sure: sure && best.hits - second!.hits >= 2 };
}

/** A whole message that names a language to go on in ("English please", 说中文); null: it does not. */
export function asksForLanguage(plainText: string, languages: string[]): string | null {
  const name = plainText
    .replace(/^(?:(?:in|en|auf|speak|habla|parla|parle|sprich)\s+|(?:请|請)?(?:用|说|說|讲|講)\s*)/u, "")
    .replace(/\s*(please|por favor|bitte|s'il vous plaît|吧|可以吗|谢谢)$/u, "");
  const base = NAMES.get(name);
  if (base === undefined) return null;
  const [wanted] = base.split("-");
  return languages.find((one) => one === base) ?? languages.find((one) => baseOf(one) === wanted) ?? null;
}

const NAMES = new Map<string, string>(
  Object.entries({
    en: "english 英文 英语 inglés ingles englisch anglais",
    zh: "chinese 中文 汉语 普通话 chino mandarin 简体中文 简体",
    "zh-TW": "繁體中文 繁體 繁体中文",
    es: "spanish español espanol castellano 西班牙语 西班牙文 spanisch espagnol",
    fr: "french français francais 法语 法文 francés",
    de: "german deutsch 德语 德文 alemán",
    pt: "portuguese português portugues 葡萄牙语",
    it: "italian italiano 意大利语",
    ja: "japanese 日本語 日语 日文",
    ko: "korean 한국어 韩语 韩文",
  }).flatMap(([language, names]) => names.split(" ").map((name): [string, string] => [name, language])),
);

type Script = "han" | "kana" | "hangul" | "cyrillic" | "arabic" | "hebrew" | "greek" | "thai" | "devanagari" | "latin";

const SCRIPTS: [Script, RegExp][] = [
  ["kana", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["han", /\p{Script=Han}/gu],
  ["hangul", /\p{Script=Hangul}/gu],
  ["cyrillic", /\p{Script=Cyrillic}/gu],
  ["arabic", /\p{Script=Arabic}/gu],
  ["hebrew", /\p{Script=Hebrew}/gu],
  ["greek", /\p{Script=Greek}/gu],
  ["thai", /\p{Script=Thai}/gu],
  ["devanagari", /\p{Script=Devanagari}/gu],
];

const READ_UNITS_MAX = 400; // the beginning tells as much as the whole

/** The script a text is written in; a Latin name or number inside a Chinese sentence does not make it Latin. */
function scriptOf(whole: string): { name: Script; letters: number } | null {
  const text = whole.length > READ_UNITS_MAX ? whole.slice(0, READ_UNITS_MAX) : whole;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the plane of ASCII is meant
  if (!/^[\u0000-\u024f\u2000-\u206f\u20a0-\u20cf]*$/.test(text)) {
    for (const [name, letters] of SCRIPTS) {
      const found = text.match(letters);
      if (found !== null) return { name, letters: found.length };
    }
  }
  const latin = text.replace(/\S*[\d@/_]\S*/g, "").match(/\p{Script=Latin}/gu);
  return latin === null ? null : { name: "latin", letters: latin.length };
}

const SCRIPT_BY_LANGUAGE: Record<string, Script> = {
  zh: "han",
  yue: "han",
  ja: "kana",
  ko: "hangul",
  ru: "cyrillic",
  uk: "cyrillic",
  bg: "cyrillic",
  sr: "cyrillic",
  kk: "cyrillic",
  ar: "arabic",
  fa: "arabic",
  ur: "arabic",
  he: "hebrew",
  el: "greek",
  th: "thai",
  hi: "devanagari",
  mr: "devanagari",
  ne: "devanagari",
};

const baseOf = (language: string) => language.split("-")[0]!;

function scriptOfLanguage(language: string): Script {
  const base = baseOf(language);
  return Object.hasOwn(SCRIPT_BY_LANGUAGE, base) ? SCRIPT_BY_LANGUAGE[base]! : "latin";
}

const TRADITIONAL = /[們這個來時說過還沒對會為於問後開關裡點頭買賣運費貨訂單請謝嗎錢號碼話聯絡換轉帳幾間樣個東車電郵]/u;

function chineseOf(text: string, spoken: string[]): string {
  const traditional = spoken.find((one) => /^zh-(TW|HK|MO|Hant)/.test(one));
  const simplified = spoken.find((one) => one !== traditional);
  return (TRADITIONAL.test(text) ? (traditional ?? simplified) : (simplified ?? traditional))!;
}

function wordsOf(text: string): string[] {
  const read = text.slice(0, READ_UNITS_MAX).replace(/\S*[\d@/_]\S*/g, " ");
  return read.toLowerCase().match(/[\p{Script=Latin}']+/gu) ?? [];
}

/** Words that nearly every sentence of a language holds, and letters that only it has. */
const COMMON: Record<string, { words: Set<string>; letters: RegExp | null }> = {
  en: common(
    "the i my you is it to and a of for what how do does where can have want this that not with are me order please when will was hi hello thanks need would your get from did been has am be there no me in on or so yes too only any out up all if but can't don't it's i'm what's",
    null,
  ),
  es: common(
    "el la los las de que y un una en es por para con mi mis me no sí si quiero cómo como cuánto cuanto dónde donde cuándo cuando está esta están hola gracias pedido devolver tengo puedo hay del al lo se su muy pero qué favor necesito",
    /[ñ¿¡]/,
  ),
  fr: common(
    "le la les de des je et un une en est pour avec mon ma mes me ne pas oui vous où comment combien quand que qui bonjour merci commande veux puis du au il ce cette c'est j'ai très mais quel",
    /[çœê]/,
  ),
  de: common(
    "der die das ich und ein eine ist zu mit mein meine nicht ja wie wo wann was wer hallo danke bestellung möchte kann haben es den dem für auf von bitte sie mir mich noch aber sehr",
    /[ßäö]/,
  ),
  pt: common(
    "o os as de que e um uma em é por para com meu minha me não sim quero como quanto onde quando está olá obrigado obrigada pedido devolver tenho posso há do da no na ao muito mas você",
    /[ãõ]/,
  ),
  it: common(
    "il lo la gli le di che e un una in è per con mio mia mi non sì voglio come quanto dove quando sta ciao grazie ordine ho posso c'è del della al molto ma vorrei sono",
    null,
  ),
  nl: common(
    "de het een ik en van is te met mijn niet ja hoe waar wanneer wat hallo bedankt bestelling wil kan heb er voor op dat u je maar zijn naar",
    null,
  ),
};

function common(words: string, letters: RegExp | null) {
  return { words: new Set(words.split(" ")), letters };
}

function hitsOf(words: string[], text: string, base: string): number {
  if (!Object.hasOwn(COMMON, base)) return 0;
  const { words: known, letters } = COMMON[base]!;
  let hits = letters?.test(text.toLowerCase()) ? 2 : 0;
  for (const word of words) if (known.has(word)) hits++;
  return hits;
}
