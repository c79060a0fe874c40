/**
 * Which of the bot's languages a text is in: by its script, and among languages of one script by their commonest words. Two letters
 * of a script are sure; of two languages in Latin letters a ranking knows more (`Ranking.language`), and is asked where this is unsure.
 */

export type Detected = { language: string /** Long or plain enough to leave another language for it. */; sure: boolean };

/** @returns one of `languages` as written there, or null: no telling */
export function detectLanguage(text: string, languages: string[]): Detected | null {
  const found = scriptOf(text);
  if (found === null) return null;
  const framed = found.name === "han" && isFramedInLatin(text, found.letters, languages);
  const script: typeof found = framed ? { name: "latin", letters: 0 } : found;
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

/** A whole message that asks to go on in a language ("can we speak Chinese?", 请说英文); null: it does not, or in none of these. */
export function asksForLanguage(plainText: string, languages: string[]): string | null {
  const base = namesLanguage(plainText);
  if (base === null) return null;
  const [wanted] = base.split("-");
  return languages.find((one) => one === base) ?? languages.find((one) => baseOf(one) === wanted) ?? null;
}

/** The language that a message asks for, whoever speaks it: all its other words do nothing but ask. */
export function namesLanguage(plainText: string): string | null {
  const found = NAMED.exec(plainText);
  if (found === null) return null;
  const rest = `${plainText.slice(0, found.index)} ${plainText.slice(found.index + found[0].length)}`;
  return /[\p{L}\p{N}]/u.test(rest.replace(ASKING, "")) ? null : NAMES.get(found[0])!;
}

/** Words of a request that say nothing else. "Not", "learn" or "manual" are none of them. */
const ASKING =
  /(?<![\p{L}'])(?:can|could|may|shall|will|would|do|does|is|are|it|possible|we|you|i|i'd|i'm|me|us|my|let's|lets|please|pls|speak|speaks|speaking|talk|chat|write|switch|change|continue|go|on|reply|answer|respond|use|set|to|in|the|a|language|only|prefer|want|like|rather|instead|with|and|now|thanks|able|puedes?|podemos|podria(?:mos|s)?|puedo|hablar?|hablas|hablamos|hablo|habla|en|por|favor|quiero|prefiero|cambia(?:r)?|al?|responde|können|kann|wir|ich|sie|du|sprechen|sprichst|pouvons|peux|nous|vous|tu|je|parlez|parler?|parle|auf|sprich|bitte|s'il|vous|plaît|parla)(?![\p{L}'])|可不可以|能不能|可以|能否|麻烦你?|我们|你们|请|請|我|你|您|切换|换|改|成|到|为|用|说|說|讲|講|回复|回答|聊天|聊|交流|沟通|服务|语言|会|能|想|要|只|有|跟|和|对话|一下|吗|吧|么|嘛|嗎|好|的|谢谢/gu;

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
    ru: "russian русский 俄语 俄文 ruso",
    ar: "arabic العربية 阿拉伯语 árabe arabe",
    nl: "dutch nederlands 荷兰语",
    hi: "hindi हिन्दी 印地语",
    vi: "vietnamese 越南语 vietnamita",
    yue: "cantonese 粤语 广东话 粵語",
  }).flatMap(([language, names]) => names.split(" ").map((name): [string, string] => [name, language])),
);
const NAMED = new RegExp(
  [...NAMES.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => (/\p{Script=Han}/u.test(name) ? name : `(?<!\\p{L})${name}(?!\\p{L})`))
    .join("|"),
  "u",
);

/** "Do you have 登山鞋 in size 44?" is English that names a thing in Chinese. */
function isFramedInLatin(text: string, hanLetters: number, languages: string[]): boolean {
  if (hanLetters > FRAMED_LETTERS_MAX || !/[a-z]/i.test(text)) return false;
  const words = wordsOf(text);
  const hits = languages.map((one) => (scriptOfLanguage(one) === "latin" ? hitsOf(words, text, baseOf(one)) : 0));
  return Math.max(0, ...hits) >= Math.max(2, hanLetters / 2);
}

const FRAMED_LETTERS_MAX = 8;

/** Is a text in a script that none of these languages is written in? Two letters at least: a name is no language. */
export function isForeign(text: string, languages: string[]): boolean {
  const script = scriptOf(text);
  if (script === null || script.letters < 2) return false;
  if (script.name === "latin") return isForeignLatin(text, languages);
  return !languages.some((one) => scriptOfLanguage(one) === script.name || (script.name === "han" && baseOf(one) === "ja"));
}

/** Words of a language that the bot does not speak, and hardly any of those that it does. */
function isForeignLatin(text: string, languages: string[]): boolean {
  const words = wordsOf(text);
  const bases = languages.map(baseOf);
  const ours = Math.max(0, ...bases.map((base) => hitsOf(words, text, base)));
  return Object.keys(COMMON).some((base) => !bases.includes(base) && hitsOf(words, text, base) >= Math.max(2, ours * 2 + 1));
}

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

export const isLatin = (language: string) => scriptOfLanguage(language) === "latin";

/** Two words in Latin letters, from which a language can be told; a number with letters in it is none. */
export const readsLatin = (text: string) => scriptOf(text)?.name === "latin" && wordsOf(text).length >= 2;

/** A text in Latin letters, long enough to leave another language for it; a name or a number is none. */
export function isSentence(text: string): boolean {
  const script = scriptOf(text);
  return script !== null && script.name === "latin" && script.letters >= 8 && wordsOf(text).length >= 3;
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
  for (const word of new Set(words)) if (known.has(word)) hits++;
  return hits;
}
