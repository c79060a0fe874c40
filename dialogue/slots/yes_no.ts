/** Reads yes and no in the forms people type them: words, with polite padding, and emoji; English, Chinese, Spanish. */
import { clean, fold, hasHan, phrases } from "./words.ts";

const YES = phrases(`
  yes, yep, yup, yeah, yea, ya, yah, ye, y, yas, yass, aye, sure, sure thing, for sure, of course, ofc, ok, okay, okey, okk, k, kk, alright, all right, fine,
  correct, right, that's right, thats right, that is right, that's correct, that is correct, exactly, precisely, indeed, true, absolutely, definitely, certainly,
  totally, please do, go ahead, do it, go for it, sounds good, sounds great, looks good, looks right, looks correct, perfect, great, good, cool, affirmative,
  agreed, i agree, i do, i am, i would, i have, i did, it is, it does, yes please, why not, no problem, no worries, confirm, confirmed, i confirm, you bet, by all means, works for me, that works,
  si, sii, siii, sip, sep, claro, claro que si, por supuesto, desde luego, vale, de acuerdo, dale, correcto, es correcto, asi es, exacto, exactamente, cierto, es cierto,
  verdad, perfecto, bueno, esta bien, muy bien, bien, adelante, confirmo, confirmado, afirmativo, eso es, eso mismo, como no, simon, va, orale, sale, listo, obvio, si por favor, porfa, me parece bien, con gusto,
  是, 是的, 是呀, 是啊, 对, 对的, 对啊, 对呀, 對, 對的, 没错, 沒錯, 正确, 正確, 好, 好的, 好啊, 好呀, 好吧, 好滴, 好哒, 好嘞, 行, 行的, 行啊, 可以, 可以的, 可以啊, 没问题, 沒問題,
  当然, 當然, 当然可以, 要, 要的, 想, 想要, 需要, 有, 有的, 同意, 确认, 確認, 确定, 確定, 嗯, 嗯嗯, 恩, 恩恩, 嗯好, 中, 成, ok的, 好的谢谢, 是我, 愿意, 願意, 就这样, 就是`);

const NO = phrases(`
  no, nope, nah, nay, n, na, nop, noo, nooo, no way, never, not really, not at all, not now, not yet, not today, no thanks, no thank you, no thx, i don't, i dont, i do not, i don't think so, i dont think so,
  i'm not, im not, i am not, i haven't, i didn't, don't, dont, please don't, it isn't, it is not, it's not, its not, it doesn't, isn't, negative, wrong, incorrect, that's wrong, that is wrong, that's not right, that is not right,
  that's not correct, not correct, not right, false, disagree, no need, not needed, none, by no means, absolutely not, definitely not, of course not, certainly not, i'd rather not, i would rather not, not this time, no sir, no ma'am,
  no gracias, para nada, claro que no, por supuesto que no, de ninguna manera, en absoluto, nunca, jamas, tampoco, incorrecto, no es correcto, es incorrecto, esta mal, falso, negativo, ahora no, hoy no, todavia no, aun no, no quiero, no lo creo, no creo, mejor no, no hace falta, no es necesario, que va, nel, ni hablar,
  不, 不是, 不是的, 不对, 不對, 不行, 不可以, 不要, 不要了, 不用, 不用了, 不用谢谢, 不用了谢谢, 不需要, 不想, 不了, 没有, 沒有, 没, 沒, 否, 错, 错了, 錯了, 错误, 不正确, 不正確, 不同意, 不确定要, 别, 算了不要, 没有的, 不好, 不愿意, 暂时不用, 先不用, 先不要, 从不, 没必要`);

const UNSURE = phrases(
  "no idea, no clue, not sure, i'm not sure, im not sure, i don't know, i dont know, no se, no lo se, ni idea, no estoy seguro, no estoy segura, 不知道, 不清楚, 不确定, 没想好",
);

const PADDING =
  /^(?:oh|um+|uh+|hm+|ah|well|so|and|haha+|lol|pues|ay|eh|este|y|哦|噢|啊|呃|额|那|哈+)[\s,.!…。，]+|[\s,.!]+(?:please|pls|plz|thanks|thank you|thx|ty|sir|ma'am|miss|man|dude|bro|dear|por favor|porfavor|porfa|gracias|señor|amigo|haha+|lol)$|[，,\s]*(?:谢谢|謝謝|谢谢你|麻烦了|请|哈+|呢|吧|的|哦|啦|呀|啊)$/giu;

const YES_EMOJI = /^(?:👍|👌|✅|✔|☑|💯|🙆|🆗|👏|🙌|🙏)+$/u;
const NO_EMOJI = /^(?:👎|❌|✖|🚫|🙅|⛔|✋|❎)+$/u;

/** @returns null when it is neither, or both */
export function readYesNo(text: string): boolean | null {
  const cleaned = clean(text);
  const signs = cleaned.replace(/\p{Emoji_Modifier}|\u200d|\ufe0f|♀|♂|\s/gu, "");
  if (YES_EMOJI.test(signs)) return true;
  if (NO_EMOJI.test(signs)) return false;
  if (cleaned === "1" || cleaned === "0") return null;
  return judge(fold(cleaned));
}

function judge(folded: string): boolean | null {
  let phrase = folded.replace(/(\p{L})\1{2,}/gu, "$1"); // "yesss", "nooo"
  for (let i = 0; i < 3; i++) {
    if (UNSURE.has(phrase)) return null;
    if (YES.has(phrase)) return true;
    if (NO.has(phrase)) return false;
    const shorter = fold(phrase.replace(PADDING, ""));
    if (shorter === phrase || shorter === "") break;
    phrase = shorter;
  }
  return fromParts(phrase);
}

/** "Yes, that's right", "no I want the other": the first part decides, unless a later one says the opposite. */
function fromParts(phrase: string): boolean | null {
  const parts = phrase
    .split(/[,.;!?。，；！？、\n]+|\s+-+\s+/)
    .map(fold)
    .filter((part) => part !== "");
  const [first = "", ...rest] = parts;
  const start = sense(first) ?? openingWord(first);
  if (start === null) return null;
  return rest.some((part) => sense(part) === !start) ? null : start;
}

function sense(part: string): boolean | null {
  if (UNSURE.has(part)) return null;
  return YES.has(part) ? true : NO.has(part) ? false : null;
}

const OPENINGS_YES = new Set(["yes", "yep", "yup", "yeah", "si", "claro", "sure"]);
const OPENINGS_NO = new Set(["no", "nope", "nah"]);

/** A short sentence that begins with a plain yes or no. */
function openingWord(part: string): boolean | null {
  if (hasHan(part)) {
    if (/^(?:是的|对的|好的|可以的|没错|没问题)/u.test(part) && part.length <= 12) return true;
    return /^(?:不是的|不用了|不需要|不要了)/u.test(part) && part.length <= 12 ? false : null;
  }
  const words = part.split(" ");
  if (words.length > 7 || [...UNSURE].some((phrase) => part.startsWith(phrase))) return null;
  const [first = "", second = ""] = words;
  if (words.some((word) => OPENINGS_YES.has(word)) && words.some((word) => OPENINGS_NO.has(word))) return null;
  if (["but", "pero", "no", "not", "yes", "si", "idea", "clue", "problem"].includes(second)) return null;
  if (OPENINGS_YES.has(first)) return true;
  return OPENINGS_NO.has(first) ? false : null;
}
