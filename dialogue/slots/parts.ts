/** Takes a message apart: the questions it holds, one by one; what it refuses; what it adds to the question before. */
import { clean, fold, hasHan } from "./words.ts";

/** A letter holds many sentences; a message to a bot, a handful. */
const PARTS_MAX = 4;
const LONGEST = 400;

/** "Thanks, one more question: …": what comes is a question by itself. */
const LEAD_IN =
  /^(?:(?:thanks|thank you|ok|okay|great|hi|hello|and|谢谢|好的|你好|您好|请问)[\s,.!，。！]*)*(?:(?:just )?(?:one (?:more|last|other|quick) (?:question|thing)|another (?:question|thing)|a? ?quick question|also a question)|(?:还有|另外)?(?:再|还)?(?:想)?(?:问|请教)(?:一下|一个问题|个问题|下)|还有(?:个|一个)问题)\s*[:：,，.\-–]*\s*(?=\S{2,})/iu;

/** After these a sentence is over. A full stop inside a number or an address is none. */
const SENTENCE_END = /(?<=[!?;。！？；\n])|(?<=[.…])\s+/u;
const ASKING_EN =
  "how|what|what's|when|where|which|who|whose|why|can|could|do|does|did|is|are|will|would|may|should|have|has|am|i(?:'d| would)? (?:want|need|like)|my \\S+(?: \\S+)? (?:is|are|has|have|was|were|does|never|hasn|haven)";
const JOINT_EN = new RegExp(
  `(?:,?\\s+(?:and|plus|oh and|and also|also|and then|but)(?:,? (?:also|by the way|btw))?[,\\s]+|,\\s+(?:also\\s+)?|\\s+(?:also|btw|by the way)[,\\s]+)(?=(?:${ASKING_EN})\\b)`,
  "iu",
);
const JOINT_ES =
  /,?\s+(?:y|y tambien|tambien|ademas)[,\s]+(?=(?:como|cuanto|cuando|donde|que|cual|quien|puedo|puede|hay|tienen|es|son|mi|quiero)(?=\s))|,\s+(?=(?:como|cuanto|cuando|donde|que|cual|puedo|hay|tienen)\s)/iu;
const JOINT_ZH = /[，,、\s]*(?:还有就是|还有|另外|以及|顺便(?:再)?(?:问(?:一下|下)?)?|再问(?:一下|下|个)?|对了)[，,、：:\s]*/u;
const ASKING_ZH =
  /[吗呢么嘛]|多少|多久|多长|几|什么|怎么|哪|能不能|可不可以|可以|能否|有没有|是否|如何|谁|[要想](?:退|换|查|买|改|取消)|坏|没(?:到|收到)/u;

/**
 * The sentences and joined questions of a message, in order, at most four; the message itself when it is one. "How long does
 * it take, and can I return it?" is two, "too small, too tight" is one.
 */
export function partsOf(text: string): string[] {
  const said = clean(text).replace(LEAD_IN, "");
  if (said.length > LONGEST) return [said];
  const parts: string[] = [];
  for (const sentence of said.split(SENTENCE_END)) {
    if (hasHan(sentence)) parts.push(...chineseParts(sentence));
    else for (const one of sentence.split(JOINT_EN)) parts.push(...one.split(JOINT_ES));
  }
  const full = parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
  return full.length > 1 && full.length <= PARTS_MAX ? full : [said];
}

/** Chinese sentences end in commas: one that asks on both sides is two questions. */
function chineseParts(sentence: string): string[] {
  return sentence.split(JOINT_ZH).flatMap((part) => {
    const clauses = part.split(/[，,]/u).filter((clause) => clause.trim() !== "");
    return clauses.length > 1 && clauses.every((clause) => ASKING_ZH.test(clause)) ? clauses : [part];
  });
}

/** Clauses at any mark, for the few wishes that hold wherever they stand. */
export function clausesOf(text: string): string[] {
  const said = clean(text);
  if (said.length > LONGEST) return [];
  const clauses = said.split(/[,.!?;，。！？；、~\n]+|\s+(?:but|and|so|pero|y)\s+/iu).filter((clause) => clause.trim() !== "");
  return clauses.length > 1 ? clauses : [];
}

/** `what` is not wanted, or (`topic`) not talked about; `rest`: what is wanted instead, "" when nothing was said of it. */
export type Refusal = { what: string; topic: boolean; rest: string };

const WHAT = "(?<what>[^,.!?;]{2,60}?)";
const REST = "(?:\\s*[,.!?;]+\\s*(?:but\\s+|just\\s+)?|\\s+but\\s+|\\s+just\\s+(?=i\\b))(?<rest>.+)";
const LEAD = "^(?:(?:no|nope|nah|sorry|well|actually|wait|hey|but|so|ok|okay|oh)[\\s,.!]+)*";
const REFUSALS = [
  // "I don't want these boots" is a return; "I don't want to return them", "I don't want a refund" is a refusal.
  `${LEAD}i (?:do not|don't|dont|did not|didn't|didnt|no longer|never) (?:want|need|wanted|plan|intend|wish|mean|meant)(?: to (?=\\w)| (?=an? )) ?${WHAT}(?:${REST})?[.!?]*$`,
  `${LEAD}i(?:'m| am|m) not (?:asking|looking|trying|talking|writing|here|interested)(?: to| for| about| in)? ${WHAT}(?:${REST})?[.!?]*$`,
  `${LEAD}i (?:did not|didn't|didnt|do not|don't|dont|never) (?:ask|asked|say|said|mention|mean|meant)(?: for| about| to)? ${WHAT}(?:${REST})?[.!?]*$`,
  `${LEAD}(?:it|this|that)(?:'s not| is not| isn't|s not) (?:about |for )?${WHAT}(?:${REST})?[.!?]*$`,
  `^(?:no, )?not (?:about |for |an? |the |my )?${WHAT}(?:${REST})?[.!?]*$`,
  `^no (?=\\w+ing\\b|\\w+s?\\b[,.])${WHAT}${REST}[.!?]*$`,
  `^(?:please |pls )?(?:don't|dont|do not|never) (?!(?:know|have|see|think|understand|get|fit|work|remember|like|care|mind|need|want|believe|feel|receive|got|recall)\\b)${WHAT}(?:${REST})?[.!?]*$`,
  `^(?:no|pero|perdon)?[,.\\s]*no (?:quiero|necesito|busco|pregunto por|hablo de) ${WHAT}(?:\\s*[,.;]+\\s*(?:sino |solo )?(?<rest>.+))?[.!]*$`,
].map((form) => new RegExp(form, "iu"));
const REFUSALS_ZH = [
  /^(?:不对|不|没有|错了|哎呀?|等等)?[，,\s]*(?:我|这|我这)?(?:并)?(?:不是|不想|不要|不需要|不打算|先别|请别|别|没想|没有想|没说|没有说|没问|没有问|没要|不用)(?:要|想|问|说|来|关于|给我|帮我|去|找)*(?<what>[^了，,。！!？?；;]{2,20}?)(?:了|的事|的问题|的)?(?:[，,。！!；;\s]+(?<rest>.+))?[。！!～~]*$/u,
];
const TOPIC =
  /\bnot (?:asking|talking|about|here)\b|n't (?:ask|mean|say|mention|about)|\b(?:never|not) (?:said|say|mean|asked?)\b|^(?:no, )?not\b|\bisn't\b|\bthat's not\b|no (?:pregunto|hablo)|不是|没说|没问|没有[说问]/iu;
const REST_LEAD = /^(?:而是|是|我(?:是)?(?:想|要)?(?:问|说)的?是|我是(?:想|要)?|我只?是?想问|就是)\s*(?:问|说|想问|要问)?(?=[^，,]{2,})/u;

/** "I don't want to return it, I want to swap it", "不是退货，是换货". */
export function refuses(text: string): Refusal | null {
  const said = clean(text).replace(/[’‘]/g, "'");
  if (said.length > 160 || !/\bno\b|\bnot\b|n't|dont|didnt|isnt|never|\bno longer\b|[不没别]/iu.test(said)) return null;
  for (const form of hasHan(said) ? REFUSALS_ZH : REFUSALS) {
    const found = form.exec(said)?.groups;
    if (!found?.what) continue;
    const rest = (found.rest ?? "").trim();
    return { what: found.what.trim(), topic: TOPIC.test(said), rest: hasHan(rest) ? rest.replace(REST_LEAD, "") : rest };
  }
  return null;
}

/** `rest`: what is new in it, "" when it only asks on. `narrows`: it says where, when or for whom, and names no matter of its own. */
export type FollowUp = { rest: string; narrows: boolean };

const FOLLOW_EN =
  /^(?:and(?: then)?|so|but|also|plus|what about|how about|and what about|and how about|what if(?: it's| i'm| it is)?|same for|or)\b[\s,]*(?<rest>.+)$/iu;
const FOLLOW_ES = /^(?:y|y si|pero|y para|que hay de|y que tal)\s+(?<rest>.+)$/iu;
const BARE =
  /^(?:and |but |so )?(?:how much(?: is (?:it|that|this)| does (?:it|that|this) cost| would (?:it|that) be)?|how long(?: does (?:it|that) take)?|for how long|how fast|how soon|when(?: exactly| is that)?|where(?: exactly| is that)?|why(?: not| is that)?|which ones?|how|how so|how many|since when|until when|is (?:it|that) free|does (?:it|that) cost (?:anything|extra)|what does (?:it|that) cost|cuanto(?: cuesta| es)?|cuando|donde|por que|cuales)$/;
const BARE_ZH =
  /^(?:那|那么)?(?:大概|一般|具体|一共|总共|要)?(?:多少钱|多钱|多久|多长时间|要?几天|什么时候|啥时候|几点|为什么|为啥|哪些|哪几个|怎么收费|收费吗|要钱吗|免费吗|贵吗|在哪|在哪里|哪里|怎么弄|怎么做|怎么操作)(?:呢|啊|呀)?$/u;
const FOLLOW_ZH =
  /^(?:那么?|还有|如果是?|要是|那如果是?|那要是|换成)(?<rest>[^，,]{1,14}?)(?:的话)?(?:呢|怎么样|行吗|可以吗|也可以吗|也行吗|也一样吗|也能吗|能吗|有吗|也有吗)?$|^(?<ask>[^，,]{1,12}?)(?:的话)?呢$/u;
const NARROWING = /^(?:to|in|on|from|for|with|by|at|if|as|via|outside|within|inside|a|en|para|desde|con)\s/iu;
const NARROWING_ZH = /^(?:到|寄到?|发到?|送到?|在|去|从|给|用)\S|^(?:周|星期|礼拜)[一二三四五六日天末]|(?:以后|以前|之后|之前|的时候)$/u;
const FOLLOW_UNITS_MAX = 60;
const FOLLOW_WORDS_MAX = 7;

/** "and to Canada?", "那加拿大呢？", "how much?": says little by itself and leans on what was asked before. */
export function followsUp(text: string): FollowUp | null {
  if (text.length > FOLLOW_UNITS_MAX) return null;
  const said = fold(text);
  if (hasHan(said)) {
    if (BARE_ZH.test(said)) return { rest: said, narrows: true };
    const found = FOLLOW_ZH.exec(said)?.groups;
    const rest = found?.rest ?? found?.ask;
    return rest === undefined ? null : { rest, narrows: NARROWING_ZH.test(rest) || isPlace(rest) };
  }
  if (BARE.test(said)) return { rest: said, narrows: true };
  const rest = (FOLLOW_EN.exec(said) ?? FOLLOW_ES.exec(said))?.groups?.rest;
  if (rest === undefined || rest.split(" ").length > FOLLOW_WORDS_MAX) return null;
  return { rest, narrows: NARROWING.test(rest) || isPlace(rest) };
}

let places: Set<string> | null = null;

/** A country, by its name in one of our own languages. Read once, at the first need. */
function isPlace(said: string): boolean {
  if (places === null) {
    places = new Set();
    for (const language of ["en", "zh", "es"]) {
      const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
      for (let code = 0; code < 26 * 26; code++) {
        const name = names.of(String.fromCharCode(65 + Math.floor(code / 26), 65 + (code % 26)));
        if (name !== undefined) places.add(fold(name));
      }
    }
    for (const name of ["usa", "us", "uk", "america", "europe", "asia", "abroad", "欧洲", "国外", "海外", "europa", "ee uu"])
      places.add(name);
  }
  return places.has(said.replace(/^the /, ""));
}
