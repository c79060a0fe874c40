/** Recognises that a customer takes back an earlier answer: "no, I meant AL-123457", 不对，是…, "my order number is wrong". */
import { clean, fold, hasHan } from "./words.ts";

/**
 * `rest`: the new answer, "" when only the old one was called wrong.
 * `about`: the words that say which answer (compare with `namesSlot`), null when none do.
 * `sure`: the words allow no other reading; otherwise `rest` must fit an earlier slot for it to be a correction.
 */
export type Correction = { rest: string; about: string | null; sure: boolean };

type Form = { form: RegExp; sure: boolean };

const LEAD =
  "(?:(?:no|nope|nah|oh|oops|whoops|ups|sorry|wait|actually|hold on|hmm+|ah|my bad|my mistake|i(?:'m| am) sorry|perd[oó]n|perdona|disculpa|disculpe|espera|ay|uy|en realidad)[\\s,.!:;-]+)";

/** `rest` and `about` are named groups; matched against the cleaned text, ignoring case. */
const FORMS: Form[] = [
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:that|this|it|my (?:last )?answer) (?:is|was|'s)(?: not|n't)? (?:wrong|incorrect|a mistake|right|correct)[.!]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:i made a mistake|i (?:typed|wrote|said|gave|entered|picked|chose) (?:it|that|the wrong (?:one|thing|answer)) ?(?:wrong|incorrectly)?|wrong answer|that's wrong|me equivoqu[eé]|est[aá] mal|eso est[aá] mal|lo escrib[ií] mal)[.!]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:my|the|that) (?<about>[^,.!?]{2,40}?) (?:is|was|'s) (?:wrong|incorrect|not (?:right|correct)|a mistake|mistyped)(?:[\\s,.;:!-]+(?:it(?:'s| is| should be)|should be)\\s+(?<rest>.+))?[.!]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:i|we) (?:gave|typed|wrote|entered|sent|picked|chose) (?:you )?(?:the|a) wrong (?<about>[^,.!?]{2,40}?)(?:[\\s,.;:!-]+(?:it(?:'s| is| should be)|should be)\\s+(?<rest>.+))?[.!]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:(?:can|could|may) (?:i|you|we) |i (?:want|need|would like|'d like) to |i'd like to |please |let me |let's )?(?:change|correct|update|fix|edit|modify) (?:my|the|that) (?<about>[^,.!?]{2,40}?)(?:\\s+to\\s+(?<rest>.+?))?(?: please)?[.!?]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(`^${LEAD}*(?:my|the) (?<about>[^,.!?]{2,40}?) (?:should be|should have been|is actually|is really) (?<rest>.+)$`, "i"),
  },
  { sure: false, form: new RegExp(`^${LEAD}+(?:my|the) (?<about>[^,.!?]{2,40}?) (?:is|was) (?<rest>.+)$`, "i") },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:i meant?(?: to say)?|what i meant was|i wanted to (?:say|write|type)|i should have said|let me correct that|correction|i correct myself)[\\s,:;-]+(?<rest>.+)$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:make (?:that|it)|change (?:that|it) to|it should (?:be|have been)|it(?:'s| is| was) actually|i actually meant|should be)\\s+(?<rest>.+)$`,
      "i",
    ),
  },
  { sure: true, form: new RegExp(`^${LEAD}*not (?<old>[^,.;]{1,40})[,.;]+\\s*(?:but |it's |i meant )?(?<rest>.+)$`, "i") },
  { sure: true, form: new RegExp(`^${LEAD}*(?:quise|quer[ií]a) (?:decir|escribir|poner)[\\s,:;-]+(?<rest>.+)$`, "i") },
  { sure: true, form: new RegExp(`^${LEAD}*(?:me equivoqu[eé]|corrijo|correcci[oó]n)[\\s,.:;-]+(?:es |era |son )?(?<rest>.+)$`, "i") },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:mi|el|la|ese|esa) (?<about>[^,.!?]{2,40}?) (?:est[aá] mal|es incorrect[oa]|no es correct[oa]|est[aá] equivocad[oa])(?:[\\s,.;:-]+(?:es|debe ser|deber[ií]a ser)\\s+(?<rest>.+))?[.!]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:(?:quiero|quisiera|necesito|puedo|me gustar[ií]a) )?(?:cambiar?|corregir|corrige|modificar?|actualizar?) (?:mi|el|la) (?<about>[^,.!?]{2,40}?)(?:\\s+(?:al?|por)\\s+(?<rest>.+?))?(?: por favor)?[.!?]*$`,
      "i",
    ),
  },
  {
    sure: true,
    form: new RegExp(
      `^${LEAD}*(?:deber[ií]a ser|tiene que ser|en realidad (?:es|era)|mejor dicho|c[aá]mbialo (?:a|por))[\\s,:]+(?<rest>.+)$`,
      "i",
    ),
  },
  { sure: true, form: new RegExp(`^${LEAD}*no es (?<old>[^,.;]{1,40})[,.;]+\\s*(?:es |sino )(?<rest>.+)$`, "i") },
  { sure: false, form: new RegExp(`^${LEAD}+(?:it(?:'s| is| was)|i said|i want(?:ed)?|es|era|son)\\s+(?<rest>.+)$`, "i") },
  { sure: false, form: new RegExp(`^${LEAD}+(?<rest>.+)$`, "i") },
];

const HAN_FORMS: Form[] = [
  {
    sure: true,
    form: /^(?:哎呀?|啊|哦|抱歉|不好意思|对不起|等等|等一下)?[，,。！!\s]*(?:不对|不對|错了|錯了|我?(?:刚才|刚刚)?(?:说|打|写|填|选|輸|输)(?:错|錯)了?|弄错了|搞错了)[。！!\s]*$/u,
  },
  {
    sure: true,
    form: /^(?:哎呀?|啊|哦|抱歉|不好意思|对不起|等等)?[，,。！!\s]*(?:不对|不對|不是的?|错了|錯了|我?(?:刚才|刚刚)?(?:说|打|写|填|选|输)(?:错|錯)了?|弄错了|搞错了)[，,。！!；;：:\s]*(?:应该|應該|其实|實際)?(?:是|为|改成|选)\s*(?<rest>.+)$/u,
  },
  { sure: true, form: /^(?:不是)(?<old>[^，,。]{1,20})[，,。\s]+(?:而?是|应该是|要)\s*(?<rest>.+)$/u },
  {
    sure: true,
    form: /^(?:我的意思是|我是说|我想说的是|更正[：:一下，,]*|应该是|應該是|其实是|改成|改为|换成|還是|准确来说是)\s*(?<rest>.+)$/u,
  },
  {
    sure: true,
    form: /^(?:请|帮我|我想|我要|能不能|可以)*(?:把|将)?(?:我的|我)?(?<about>[^，,。！!？?\s]{1,15}?)(?:改成|改为|换成|更改为|修改为)\s*(?<rest>.+?)(?:吗|吧)?$/u,
  },
  {
    sure: true,
    form: /^(?:我的|我|这个|那个)?(?<about>[^，,。！!？?\s]{1,15}?)(?:写|填|说|打|弄|选|输|给)?(?:错了|錯了|不对|不對|有误|不正确)(?:[，,。！!；;\s]*(?:应该是|是|改成)\s*(?<rest>.+))?[。！!]*$/u,
  },
  {
    sure: true,
    form: /^(?:请|帮我|我想|我要|能不能|可以)*(?:修改|更改|更正|改一下|改|换)(?:一下)?(?:我的)?(?<about>[^，,。！!？?\s]{1,15}?)(?:吗|吧)?$/u,
  },
  { sure: false, form: /^(?:不对|不對|不是|错了|等等|抱歉|不好意思)[，,。！!；;：:\s]+(?<rest>.+)$/u },
];

/** @returns null when the text corrects nothing */
export function corrects(text: string): Correction | null {
  const said = clean(text).replace(/[’‘]/g, "'");
  if (said === "" || said.length > 160) return null;
  for (const { form, sure } of hasHan(said) ? [...HAN_FORMS, ...FORMS] : FORMS) {
    const match = form.exec(said);
    if (!match) continue;
    const rest = trimEnd(match.groups?.rest ?? "");
    const about = match.groups?.about?.trim() ?? null;
    if (!sure && !isAnswerLike(rest)) return null;
    return { rest, about: about === null ? null : fold(about), sure };
  }
  return null;
}

function trimEnd(text: string): string {
  return text
    .trim()
    .replace(/(?:[\s,]+(?:please|pls|instead|thanks|por favor))+[.!]*$/i, "")
    .replace(/[\s.!。！]+$/u, "");
}

/** Short, and no question or refusal: "no, big", but not "no, I never got my parcel, where is it?". */
function isAnswerLike(rest: string): boolean {
  if (rest === "" || /[?？]/.test(rest)) return false;
  const words = fold(rest).split(" ");
  if (
    /^(?:thanks?|thank you|thx|gracias|i|you|we|they|what|why|how|where|when|who|can|could|do|does|is|are|no|not|yes|si|it's|its|that|this|never|cancel|stop|yo|que|como|donde|cuando|谢谢|不)$/.test(
      words[0] ?? "",
    )
  )
    return false;
  return hasHan(rest) ? rest.length <= 20 : words.length <= 6;
}

/** Do the words that say which answer name this slot? `names`: its name and its labels. */
export function namesSlot(about: string, names: string[]): boolean {
  const wanted = fold(about).replace(/^(?:my|the|mi|el|la|我的)\s*/, "");
  return names.some((name) => {
    const known = fold(name.replaceAll("_", " "));
    return (
      known !== "" &&
      (known === wanted ||
        known.replace(/\s/g, "") === wanted.replace(/\s/g, "") ||
        (known.length >= 4 && (wanted.endsWith(` ${known}`) || wanted.startsWith(`${known} `))))
    );
  });
}
