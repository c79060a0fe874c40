/**
 * Recognises messages that are about the talk itself (a person, cancel, skip, repeat, stop, a greeting) when they are the
 * whole message, politeness aside. A long text that only holds such a word is none of them.
 */
import { clausesOf } from "./parts.ts";
import { clean, fold, hasHan, phrases } from "./words.ts";

/**
 * "Can I talk to a real person please?", 转人工, "quiero hablar con alguien"; also as one clause among others: "no thanks, get me
 * a human", 不用了，我想找真人. A clause that only names people may be an address: "Hello customer service, where …".
 */
export function asksForPerson(text: string): boolean {
  if (isWhole(text, PERSON_PHRASES, PERSON_FORMS, PERSON_WORDS)) return true;
  if (!CLAUSE_HINT.test(text)) return false;
  const latin = hasHan(text) ? text.replace(HAN_ALONG, " ").trim() : ""; // 我想 talk to a person
  if (latin !== "" && text.length - latin.length <= HAN_ALONG_MAX && isWhole(latin, PERSON_PHRASES, PERSON_FORMS, PERSON_WORDS))
    return true;
  if (!/[\s,，.。!！?？;；、]/u.test(text)) return false;
  const clauses = clausesOf(text);
  return clauses.some((clause, at) => {
    if (!isWhole(clause, PERSON_PHRASES, PERSON_FORMS, PERSON_WORDS)) return false;
    return WISHES.test(clause) || (at === clauses.length - 1 && PEOPLE.test(clause));
  });
}

const HAN_ALONG = /[\p{Script=Han}，。！？\s]+/gu;
const HAN_ALONG_MAX = 8;
const CLAUSE_HINT =
  /person|human|agent|someone|somebody|representative|operator|manager|supervisor|staff|people|advis|support|service|team|alguien|humano|persona|asesor|operador|人/iu;
const WISHES =
  /\b(?:want|need|wanna|like|prefer|speak|talk|chat|connect|transfer|put|get|give|find|call|pass|quiero|quisiera|necesito|hablar|puedo|podria|pasa|pase|dame|comunica)|[找转轉要叫接换想]|联系|人工服务/iu;
const PEOPLE = /\b(?:human|person|agent|representative|operator|humano|persona|agente)\b|人工|真人/iu;

/** Gives up what is under way: "cancel", 算了, "olvídalo". Not "cancel my order", which is a wish of its own. */
export function cancels(text: string): boolean {
  return isWhole(text, CANCEL_PHRASES);
}

export function skips(text: string): boolean {
  return isWhole(text, SKIP_PHRASES);
}

export function repeats(text: string): boolean {
  if (/^[?？]{1,5}$/u.test(text.trim())) return true;
  return isWhole(text, REPEAT_PHRASES);
}

/** No more messages that nobody asked for: "STOP", 退订. */
export function optsOut(text: string): boolean {
  return isWhole(text, OPT_OUT_PHRASES, OPT_OUT_FORMS);
}

export function optsIn(text: string): boolean {
  return isWhole(text, OPT_IN_PHRASES);
}

/** Leaves the queue for a person: "never mind", 不用了. */
export function neverMind(text: string): boolean {
  return isWhole(text, NEVER_MIND_PHRASES, NEVER_MIND_FORMS);
}

export function greets(text: string): boolean {
  if (/^(?:👋|🙋|🙋‍♀️|🙋‍♂️)[\p{Emoji_Modifier}\s]*$/u.test(clean(text))) return true;
  const said = (layersOf(text)[0] ?? "").replace(/(\p{L})\1{2,}/gu, "$1");
  return said !== "" && (GREETING_PHRASES.has(said) || GREETING.test(said));
}

export function thanks(text: string): boolean {
  if (/^🙏[\p{Emoji_Modifier}\s]*$/u.test(clean(text))) return true;
  return THANKS.test(layersOf(text)[0] ?? "");
}

// Nobody says these at length; and what is not read cannot be slow.
const LONGEST = 90;
const LONGEST_HAN = 24;

/** Is the message, or what is left of it without politeness, one of these? `hint`: a word of every form. */
function isWhole(text: string, known: Set<string>, forms: RegExp[] = [], hint: RegExp = ANYTHING): boolean {
  for (const said of layersOf(text)) {
    if (known.has(said)) return true;
    if (hint.test(said) && forms.some((form) => form.test(said))) return true;
  }
  return false;
}

const ANYTHING = /^/;

// Every recogniser asks the same of the same text, one after the other.
let latest: { text: string; layers: string[] } = { text: "", layers: [] };

/** The folded message, and again with each layer of politeness taken off; none when it is too long to be one of ours. */
function layersOf(text: string): string[] {
  if (latest.text === text) return latest.layers;
  const layers: string[] = [];
  let said = text.length > 4 * LONGEST ? "" : fold(text);
  if (said.length > (hasHan(said) ? LONGEST_HAN : LONGEST)) said = "";
  for (let i = 0; i < 4 && said !== ""; i++) {
    layers.push(said);
    if (/[,.!?，。！？]/.test(said)) layers.push(said.replace(/[,.!?，。！？]/g, "").replace(/\s+/g, " "));
    const shorter = said.replace(POLITE_BEFORE, "").replace(POLITE_AFTER, "");
    if (shorter === said) break;
    said = fold(shorter);
  }
  latest = { text, layers };
  return layers;
}

const POLITE_BEFORE =
  /^(?:(?:hi|hello|hey|please|pls|plz|ok|okay|sorry|excuse me|um+|uh+|so|well|just|no|yes|yeah|look|listen|hola|por favor|porfa|disculpe|disculpa|perdon|oiga|oye|bueno|buenas|buenos dias|buenas tardes)(?: there)?(?=[\s,.!;:])[\s,.!;:]*|(?:你好|您好|请问|请|麻烦你?|那个|那|好的?|嗯|喂|不好意思|拜托)[，,。！!\s]*)/u;
const POLITE_AFTER =
  /(?:[\s,.!]+(?:please|pls|plz|thanks|thank you|thx|ty|now|right now|asap|immediately|then|ok|okay|por favor|porfavor|porfa|gracias|ya|ahora|ahora mismo|entonces)|[，,。！!\s]*(?:谢谢你?|謝謝|好吗|可以吗|行吗|吧|了吧|啊|呀|呢|哦|谢啦|拜托))$/u;

const PERSON_PHRASES = phrases(`
  person, a person, human, a human, agent, an agent, operator, representative, rep, real person, a real person, live agent, live person, live chat, human agent, real human, human being, human please, human help, human support,
  customer service, customer support, customer care, talk to someone, speak to someone, speak with someone, talk with someone, talk to a person, talk to person, talk to human, talk to agent, speak to agent, speak to human, need a human, not a bot, no bots, no bot,
  persona, una persona, humano, un humano, agente, un agente, operador, operadora, asesor, asesora, un asesor, una asesora, representante, ejecutivo, persona real, una persona real, agente humano, servicio al cliente, atencion al cliente, hablar con alguien, soporte humano, ayuda humana,
  人工, 真人, 客服, 活人, 人工台, 有人吗, 有真人吗, 有没有人, 有客服吗, 有人工吗, 人呢, 不要机器人, 我不要机器人, 不想和机器人说话, 別用機器人, 轉人工, 人工客服, 真人客服, 轉接真人, 真人服務`);

const PERSON_WORDS =
  /person|people|human|agent|rep\b|representa|operator|operador|advis|asesor|someone|somebody|staff|employee|emplead|manager|superviso|team|equipo|customer|support|soporte|servicio|atencion|specialist|expert|colleague|ejecutiv|alguien|encargad|gerente|companer|人|客服|经理|主管|领导|店长|老板/;
const WHO =
  "(?:(?:a|an|the|some|any|your|one of your|another|this)\\s)?(?:(?:real|live|actual|human|living|proper|online)\\s)*(?:person|people|human(?: being)?|agent|representative|rep|operator|advis[oe]r|someone|somebody|staff(?: member)?|member of (?:staff|your team|the team)|employee|manager|supervisor|team|customer (?:service|support|care)|support|specialist|expert|colleague)(?:\\s(?:agent|rep|representative|team|person|member|staff))?(?:\\s(?:real|human|from your team|at your company|from support|who is not a bot))?";
const WHOM =
  "(?:(?:un|una|el|la|algun|alguna|su|tu|vuestro|otro|otra)\\s)?(?:persona|humano|humana|ser humano|agente|asesora?|operadora?|representante|ejecutiv[oa]|alguien|encargad[oa]|supervisora?|gerente|servicio al cliente|atencion al cliente|soporte|equipo|companer[oa]|emplead[oa])(?:\\s(?:real|humano|humana|de verdad|en vivo|de carne y hueso|de soporte|de atencion al cliente|del equipo))*";
const TAIL =
  "(?:\\s(?:here|instead|directly|about (?:it|this|that|(?:my|the|an?|this)(?:\\s\\S+){1,4})|and not (?:a|the) (?:bot|robot|machine)|not (?:a|the) (?:bot|robot|machine)))?(?:\\s(?:please|now|right now|asap))*";
const COLA =
  "(?:\\s(?:aqui|directamente|sobre (?:esto|eso|(?:mi|el|la|un|una)(?:\\s\\S+){1,4})|y no (?:con )?(?:un|el) (?:bot|robot)|no un (?:bot|robot)))?(?:\\s(?:por favor|ahora|ya))*";

const PERSON_FORMS = [
  `^(?:(?:can|could|may|might|will) (?:i|we|you let me)|i(?:'d| would) (?:like|love|prefer) to|(?:i|we) (?:want|need|wish|have|wanna|prefer)(?: to)?|i'd rather|is it possible to|is there a way to|how (?:can|do) i|let me|i wanna|would like to|want to|need to)(?: please)?(?: just)? (?:speak|talk|chat|get in touch|be connected|be transferred|connect|get through)(?: to| with| by)? ${WHO}${TAIL}$`,
  `^(?:(?:can|could|would|will) you (?:please )?)?(?:connect|transfer|put|pass|hand|switch|redirect|get|give|find|bring|send)(?: me)?(?: over)?(?: to| with| through to| through| on to)? ${WHO}${TAIL}$`,
  `^(?:i|we) (?:want|need|would like|'d like|demand|prefer)(?: to have)? ${WHO.replace("|team|", "|").replace("|people|", "|")}(?: (?:to help(?: me)?|help))?${TAIL}$`,
  `^i'd (?:like|prefer) ${WHO}${TAIL}$`,
  `^(?:speak|talk|chat|connect|call)(?: to| with)? ${WHO}${TAIL}$`,
  `^(?:can|could) (?:i|we) (?:get|have|reach|see) ${WHO}${TAIL}$`,
  `^(?:is|are) there (?:an?|any) ?(?:(?:real|live|actual|human)\\s)*(?:person|people|human|agent|someone|somebody)(?: (?:there|here|available|i can (?:talk|speak) (?:to|with)|(?:to|who can) (?:talk|speak|help)(?: (?:to|with|me))*))*$`,
  `^(?:quiero|quisiera|necesito|deseo|prefiero|me gustaria|puedo|podria|podemos|se puede|es posible|como puedo|dejame|dejeme|quiero poder)(?: que)? (?:hablar|chatear|comunicarme|conversar|contactar|contactarme|ser atendid[oa])(?: con| por)? ${WHOM}${COLA}$`,
  `^(?:me )?(?:puede|puedes|podria|podrias|pueden)?\\s?(?:pasa|pase|pasar|pasas|comunica|comunique|comunicar|comunicas|conecta|conecte|conectar|transfiere|transfiera|transferir|pon|ponga|poner|pones)(?:me)?(?: por favor)? (?:con|a) ${WHOM}${COLA}$`,
  `^(?:quiero|quisiera|necesito|deseo|prefiero|dame|deme|busco) (?:a )?${WHOM}${COLA}$`,
  `^(?:hablar|chatear|comunicarme|contactar)(?: con)? ${WHOM}${COLA}$`,
  `^(?:hay|hay alguna?) (?:alguien|persona|humano|agente)(?: (?:real|ahi|disponible|con quien (?:hablar|pueda hablar)))*$`,
].map((form) => new RegExp(form, "u"));
PERSON_FORMS.push(
  /^(?:请|麻烦你?|帮我|给我|我要|我想要?|我需要|需要|可以|可不可以|能不能|能否|能|直接|快点?|赶紧|立刻|马上|现在|还是|换|转接?|接|找|叫|联系|要|和|跟|与|连|呼叫|想|一下|一个|个|位|名|你们的?|到|给|有没有|有|轉接?|聯繫|請|幫我|是)*(?:人工(?:客服|服务|服務|坐席|座席)?|(?:经理|主管|领导|店长|负责人|老板)|真人(?:客服|服务)?|活人|在?线?客服(?:人员|小姐姐)?|工作人员)(?:一下|聊天?|聊聊|说话?|说|讲|谈谈?|对话|沟通|服务|帮我?|帮忙|处理|解决|来|吧|吗|嘛|么|好吗|可以吗|行吗|谢谢|呢|啊|呀|了|在|在吗)*$/u,
);

const CANCEL_PHRASES = phrases(`
  cancel, cancel it, cancel that, cancel this, cancel please, i want to cancel, never mind, nevermind, nvm, forget it, forget about it, forget that, quit, exit, abort, leave it, drop it, scrap that, let's stop, lets stop, stop this, stop it, i changed my mind, changed my mind, i don't want to anymore, i dont want this anymore, i give up,
  cancelar, cancela, cancelalo, cancele, cancelar esto, quiero cancelar, olvidalo, olvidelo, olvida eso, dejalo, dejalo asi, dejelo, salir, ya no, ya no quiero, no importa, da igual, mejor no sigamos, cambie de opinion, he cambiado de opinion, me arrepenti,
  取消, 取消吧, 取消掉, 我要取消, 算了, 算了吧, 算啦, 退出, 不弄了, 不办了, 不填了, 不搞了, 不做了, 不想弄了, 不继续了, 放弃, 结束, 当我没说, 我改主意了, 改主意了`);

const SKIP_PHRASES = phrases(`
  skip, skip it, skip this, skip that, skip this one, skip this question, pass, next, next question, i'd rather not say, i would rather not say, rather not say, prefer not to say, i prefer not to say, no answer, leave blank, leave it blank, not now skip, can i skip this, can i skip it, can we skip this,
  omitir, omite, saltar, salta, saltar esto, saltala, siguiente, paso, prefiero no decirlo, prefiero no decir, sin respuesta, dejar en blanco,
  跳过, 跳過, 略过, 跳过这个, 跳过这题, 跳過這個, 下一个, 下一题, 不填, 不想说, 不方便说, 不方便透露, 过, 先跳过, 可以跳过吗, 留空`);

const REPEAT_PHRASES = phrases(`
  repeat, repeat that, repeat it, repeat please, again, say again, say that again, say it again, come again, once more, one more time, pardon, pardon me, what, what was that, what did you say, what was the question, what's the question, whats the question, what do you mean, huh, sorry what, i didn't get that, i didnt get that, i don't understand, i dont understand, i didn't understand, can you repeat, can you repeat that, could you repeat that, can you say that again, could you say that again, can you repeat the question,
  repite, repita, repetir, repitelo, otra vez, de nuevo, una vez mas, como, que, mande, perdon, que dijiste, que has dicho, que dijo, cual era la pregunta, puedes repetir, puede repetir, puedes repetirlo, puede repetirlo, podrias repetir, podrias repetirlo, no entendi, no entiendo, no te entendi, no he entendido,
  重复, 重复一下, 重复一遍, 再说一遍, 再说一次, 再来一遍, 再讲一遍, 请再说一遍, 什么, 啥, 什么意思, 没听懂, 没看懂, 没听清, 没懂, 不懂, 不明白, 没明白, 你说什么, 刚才说什么, 問題是什麼, 再說一遍, 再說一次, 重複一下, 能再说一遍吗, 你刚才问什么`);

const OPT_OUT_PHRASES = phrases(`
  stop, stopall, stop all, stop please, unsubscribe, unsubscribe me, opt out, optout, opt-out, remove me, remove me from your list, take me off your list, stop messages, stop all messages, no more messages, stop spamming me, leave me alone,
  baja, alto, parar, darme de baja, dar de baja, quiero darme de baja, dame de baja, denme de baja, cancelar suscripcion, no mas mensajes, dejen de escribirme, deja de escribirme, no me escriban mas, no me escribas mas, no quiero recibir mas mensajes, no quiero mas mensajes,
  退订, 退訂, td, 取消订阅, 取消訂閱, 我要退订, 别再发了, 别发了, 不要再发了, 不要再发消息了, 别再给我发消息了, 不要再给我发消息, 停止发送, 停止推送, 不要再打扰我, 别烦我, 不要推送了`);
const OPT_OUT_FORMS = [
  /^(?:please )?(?:stop|quit) (?:messaging|texting|sending|contacting|writing|spamming)(?: to)? ?(?:me)?(?: (?:messages|texts|any messages|these messages|these|this|stuff))?(?: (?:anymore|any more|again))?$/,
  /^(?:please )?(?:do not|don't|dont|never) (?:message|text|contact|write|send)(?: to)? (?:me|messages)(?: (?:any )?(?:messages|texts))?(?: (?:anymore|any more|again|ever again))?$/,
  /^i (?:do not|don't|dont) want (?:to (?:get|receive) )?(?:any )?(?:more )?(?:messages|texts)(?: from you)?(?: (?:anymore|any more))?$/,
];

const OPT_IN_PHRASES = phrases(`
  start, unstop, subscribe, subscribe me, resubscribe, opt in, optin, opt-in, sign me up, start messages, resume messages, send me messages again,
  alta, darme de alta, suscribir, suscribirme, suscribeme, quiero suscribirme, reanudar, volver a recibir mensajes,
  订阅, 訂閱, 重新订阅, 恢复订阅, 我要订阅, 恢复推送, 继续接收`);

const NEVER_MIND_PHRASES = new Set([
  ...CANCEL_PHRASES,
  ...phrases(`
  it's ok, its ok, it's okay, it's fine, its fine, all good, i'm good, im good, no need, not needed, no longer needed, no need anymore, solved, it's solved, already solved, i solved it, i found it, found it, i figured it out, figured it out, stop waiting, leave the queue, leave queue, i don't want to wait, i dont want to wait, i'll come back later, ill come back later, i'll try later, maybe later, back to the bot, back to bot, back to the assistant, talk to the bot, i'll ask the bot, bot, go back, no thanks, no thank you,
  no hace falta, ya no hace falta, ya no es necesario, no es necesario, ya esta, ya esta resuelto, resuelto, ya lo resolvi, ya lo encontre, no quiero esperar, vuelvo luego, vuelvo mas tarde, luego vuelvo, mas tarde, volver al bot, no gracias, salir de la cola, todo bien,
  不用了, 不需要了, 不用人工了, 不要了, 不必了, 没事了, 沒事了, 没事, 解决了, 已经解决了, 不等了, 我不等了, 不想等了, 回到机器人, 返回, 机器人, 不麻烦了, 下次吧, 以后再说, 晚点再说, 我自己解决了, 不找客服了`),
]);
const NEVER_MIND_FORMS = [
  /^(?:i|we) (?:don't|dont|do not|no longer) (?:need|want)(?: to (?:talk|speak) to| to wait for)? ?(?:a |an |the |any )?(?:person|human|agent|help|it|this|that|someone|anyone|operator)?(?: (?:anymore|any more|now))?$/,
  /^ya no (?:necesito|quiero)(?: (?:hablar con )?(?:a )?(?:un |una |al )?(?:persona|humano|agente|ayuda|asesor))?$/,
  /^(?:不用|不需要|不要|别)(?:再)?(?:转|找|等|叫|接)?(?:人工|客服|真人)(?:客服)?了?$/u,
];

const GREETING_PHRASES = phrases(`
  hi, hello, hey, heya, hiya, yo, howdy, greetings, hi there, hello there, hey there, good morning, good afternoon, good evening, good day, morning, sup, what's up, whats up, how are you, hi how are you, hello how are you, hey how are you, hi bot, hello bot, anyone there, anybody there, is anyone there, hi team,
  hola, buenas, buenos dias, buenas tardes, buenas noches, buen dia, que tal, hola que tal, hola buenas, hola buenos dias, hola buenas tardes, como estas, hola como estas, saludos, ola, holi,
  你好, 您好, 嗨, 哈喽, 哈啰, 哈囉, 嘿, 喂, 你好啊, 你好呀, 您好啊, 在吗, 在么, 在嗎, 在不在, 你好在吗, 您好在吗, 早, 早上好, 上午好, 中午好, 下午好, 晚上好, 早安, 午安, 大家好, 亲, 亲在吗, hello你好, hi你好`);
const GREETING =
  /^(?:hi|hello|hey|hola)(?:[\s,!.]+(?:hi|hello|hey|hola|there|team|everyone|all|again|bot|alder|friend|amigo|good (?:morning|afternoon|evening)|buenas|buen(?:os|as)? (?:dias|tardes|noches)))*$/;

const THANKS =
  /^(?:(?:ok|okay|great|perfect|cool|awesome|super|nice|alright|no|vale|perfecto|genial|listo|bueno)[\s,.!]+)?(?:(?:many )?thanks|thank you|thank u|thankyou|thx|tnx|ty|tysm|cheers|much appreciated|i appreciate it|appreciate it|appreciated|(?:muchas |muchisimas |mil )?gracias|te lo agradezco|se lo agradezco|muy amable)(?:[\s,.!]+(?:so much|very much|a lot|a bunch|a ton|again|for (?:your|the|all your) (?:help|time|assistance|support|info|information|answer)|for (?:helping|that|everything)|everyone|all|guys|man|mate|dude|bye|por (?:todo|su ayuda|tu ayuda|la ayuda)|de nuevo|adios))*$|^(?:好的?|嗯+|行|ok)?[，,\s]*(?:谢谢|謝謝|多谢|多謝|感谢|感謝|谢了|谢啦|谢谢啦|谢谢了|非常感谢|十分感谢|太谢谢|辛苦了|3q)+(?:你|您|大家|啦|了|哦|啊|哈|您的帮助|你的帮助|帮忙)*$/u;
