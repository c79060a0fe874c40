/**
 * Recognises what a text says about the customer rather than about an order: danger, abuse, a complaint, small talk. Danger,
 * abuse and complaints are heard anywhere in a text; small talk only as the whole message.
 */
import { clean, fold } from "./words.ts";

export type Danger = "self_harm" | "threat" | "emergency";

// Nobody reads a whole letter for a word; and what is not read cannot be slow.
const READ_UNITS_MAX = 600;

/** One look for most texts: a text without any of these words is in no danger. */
const DANGER_HINT =
  /kill|suicid|die\b|dying|dead\b|harm|hurt|myself|my life|to live|alive|bomb|gun\b|shoot|stab|burn|murder|danger|ambulance|breathe|bleed|overdose|attack|matar|morir|vivir|vida|bomba|socorro|respirar|死|殺|杀|炸|活|命|轻生|輕生|自残|自殘|割腕|跳楼|跳樓|砍|放火|喘|胸口|出血|昏迷|家暴/iu;

const SELF_HARM = [
  /\b(?:kill|killing|hang|hanging|shoot) myself\b|\bsuicid(?:e|al)\b|\b(?:end|ending|take|taking) my (?:own )?life\b|\bself[- ]harm/,
  /\b(?:want|wanna|going|gonna|plan(?:ning)?|think(?:ing)?|thought|feel like|about|will|i'll)\b[^.!?]{0,20}\b(?:hurt|harm|cut)(?:ting|ing)? myself\b/,
  /\bi (?:just |really )?(?:want to|wanna|wish i could|wish to) die\b|\bi (?:wish i (?:was|were)|'d be better off|would be better off) dead\b|\bbetter off dead\b/,
  /\b(?:don't|dont|do not|no longer) (?:want to|wanna) (?:live|be alive|be here|wake up)(?: any ?more)?\b(?! (?:in|with|near|at))|\bno (?:reason|point) (?:to|in) liv(?:e|ing)\b|\bend it all\b/,
  /suicid|\b(?:matarme|me quiero matar|quitarme la vida|no quiero (?:seguir )?vivi(?:r|endo)|quiero morir(?:me)?|hacerme dano|cortarme las venas)\b/,
  /自杀|自殺|轻生|輕生|自残|自殘|割腕|不想活|活不下去|不如死|想去死|(?<![爽累热冷想笑])想死(?![你您它他她我了])|结束(?:我|自己)的?生命|了结自己|(?:去|要|想)跳[楼樓](?!价|價)/u,
];
const THREAT = [
  /\bi(?:'ll| will| am going to|'m going to|'m gonna|m gonna)(?: fucking)? (?:kill|hurt|shoot|stab|murder|beat|burn|bomb|attack) (?:you|u|your|all of you|someone|somebody|them|him|her|everyone)\b/,
  /\b(?:blow up|burn down|shoot up|bomb) (?:your|the|this) (?:shop|store|office|place|building|warehouse)\b|\bthere(?:'s| is) a bomb\b|\bi (?:have|got|will bring) a (?:gun|bomb)\b/,
  /\b(?:te|os|los|las) voy a (?:matar|pegar|apunalar|quemar)\b|\bponer una bomba\b/,
  /(?:杀|殺|弄死|打死|砍死|砍|捅)(?:了|死)?(?:你|你们|他|她|他们|店员|客服)(?![价價])|炸(?:了|掉|毁)?(?:你们|你|这|那|店|公司)|(?:烧|燒)(?:了|掉)(?:你们|你|店)|去放火/u,
];
const EMERGENCY = [
  /\b(?:call|need) an ambulance\b|\bchest pains?\b|\bcan(?:'t|not|t) breathe\b|\bbleeding (?:a lot|badly|heavily|out)\b|\boverdosed?\b|\bheart attack\b|\b(?:i am|i'm|im|we are|she is|he is) (?:in danger|being attacked)\b|\bsomeone is (?:attacking|hurting|following) me\b/,
  /\bsocorro\b|\bno puedo respirar\b|\b(?:llamen?|necesito) una ambulancia\b|\bestoy en peligro\b/,
  /^救命|喘不[过過上]气|喘不[过過上]氣|胸口(?:很|好)?(?:疼|痛)|大出血|昏迷|有人(?:要|在)(?:杀|殺|打|伤害)我|(?:被|遭)家暴/u,
];
/** "I cut myself on the zip" is a matter for the workshop; so is a price that makes one jump. */
const HARMLESS = /\bmyself (?:on|with) (?:the|a|my|your)\b|跳楼价|跳樓價/u;

/** Is somebody in danger, and of what kind? */
export function danger(text: string): Danger | null {
  if (!DANGER_HINT.test(text)) return null;
  const said = fold(text.slice(0, READ_UNITS_MAX));
  if (HARMLESS.test(said)) return null;
  if (SELF_HARM.some((form) => form.test(said))) return "self_harm";
  if (THREAT.some((form) => form.test(said))) return "threat";
  return EMERGENCY.some((form) => form.test(said)) ? "emergency" : null;
}

const COMPLAINT = [
  /\b(?:terrible|awful|horrible|worst|disgusting|pathetic|appalling|shocking|lousy|shitty|crappy?|atrocious|useless|dreadful|poor|bad|rubbish|shit) (?:customer )?(?:service|experience|company|quality|support|shop|store|website|treatment|product)s?\b|\b(?:service|support|company|shop|store|quality|experience) (?:is|was|has been) (?:so |really |just |absolutely |very )*(?:terrible|awful|horrible|the worst|disgusting|pathetic|appalling|shit|crap|rubbish|bad|a joke|poor|useless)\b|\b(?:service|company|shop|store) sucks\b/,
  /\b(?:this|that|it)(?:'s| is| was) (?:just |so |really |absolutely |totally |completely )*(?:ridiculous|unacceptable|a joke|outrageous|a scam|a disgrace|a rip-?off|disgraceful|fraud|not acceptable|not good enough)\b/,
  /\bi(?:'m| am|m) (?:so |very |really |extremely |absolutely |quite |pretty |just )*(?:disappointed|angry|furious|upset|frustrated|annoyed|fed up|unhappy|pissed(?: off)?|not happy|not satisfied|dissatisfied|disgusted|sick of|tired of (?:this|waiting|your))\b/,
  /\b(?:complain|complaint|complaints)\b|\bnever (?:buy|buying|order|ordering|shop|shopping) (?:here|from you|with you|anything)\b|\bwaste of (?:my )?(?:time|money)\b|\b(?:nobody|no one|no-one) (?:answers|helps|cares|replies|responds|is helping)\b|\bscam(?:mer|med|ming)?s?\b|\brip-?off\b|\b(?:bad|negative|one[- ]star|1[- ]star) review\b|\b(?:sue|report) you\b|\bmy lawyer\b|\bhow (?:dare|can) you treat\b|\byou(?:'ve| have)? ruined\b/,
  /\b(?:that's|that is|this is|it's|you're|you are|that's really) not (?:what i (?:asked|meant|said|wanted|want)|help(?:ful|ing)(?: at all)?|answering|listening)\b|\b(?:did not|didn't|didnt|do not|don't|dont|not) (?:even )?(?:answer(?:ing)? my question|listen(?:ing)? to me)\b|\byou(?:'re| are) (?:wrong|no help|not helping)\b|\byou (?:don't|do not|dont|never) (?:understand|listen|get it)\b|^(?:wrong answer|no help at all|not helpful(?: at all)?|useless answer)$|\byour (?:\w+ )?\w+ (?:sucks?|(?:is|are) (?:so |really |just )?(?:terrible|awful|crap|shit|rubbish|garbage|horrible|the worst|bad))\b/,
  /\b(?:queja|quejarme|reclamacion|reclamo|pesim[oa]|decepcionad[oa]|enfadad[oa]|enojad[oa]|furios[oa]|hart[oa] de|estafa|estafadores|inaceptable|una verguenza|nunca mas)\b|\bmal(?:isim)?[oa]? servicio\b/,
  /投诉|投訴|差评|差評|太差(?:了|劲)?|真差|好差|很差劲|什么(?:破|烂|垃圾)|(?:垃圾|烂|破)(?:服务|公司|店|客服|质量|产品|东西|鞋)|态度(?:太|很|真|这么|非常)?(?:差|恶劣|不好)|气死|氣死|太过分|太過分|坑人|坑爹|骗子|骗人|骗钱|黑店|失望|不满意|不满|很生气|太生气|离谱|受够|再也不(?:来|买|会|在)|忽悠|维权|12315|曝光|消费者协会|消协|没人(?:理|管|回|回复)|一直没人|什么态度|什么服务|不像话|敷衍|踢皮球|没回答我|没有回答我|答非所问|听不懂人话|不是我(?:要)?问的|一点(?:用|帮助)都没有|没解决|还是没解决|说了(?:等于|跟)没说/u,
];

/** A face that says it all. */
const CROSS = /^(?:😡|🤬|😠|😤|👎|💩|😭|😢|\s)+$/u;

export function complains(text: string): boolean {
  if (CROSS.test(text)) return true;
  const said = fold(text.slice(0, READ_UNITS_MAX));
  return COMPLAINT.some((form) => form.test(said));
}

/** Asks for the complaint itself to be taken, so that no answer about something else will do. */
const OUTRIGHT = /\bcomplain|\bqueja|\bquejarme|\breclamacion|投诉|投訴|维权|12315/u;

export function complainsOutright(text: string): boolean {
  return OUTRIGHT.test(fold(text.slice(0, READ_UNITS_MAX)));
}

const COARSE = [
  /\b(?:fuck(?:ing|er|ers)?|motherfucker|fck|fuk|stfu|bitch(?:es)?|asshole|arsehole|dickhead|dumbass|bastard|cunt|wanker|retard(?:ed)?|piece of (?:shit|crap|garbage)|bullshit|screw you|go to hell|drop dead|kill yourself|kys|shut up)\b/,
  /\b(?:nudes?|sexting|have sex|horny|blowjob|show me your (?:tits|boobs|body))\b/,
  /\b(?:estupid[oa]s?|imbecil(?:es)?|pendej[oa]s?|mierda|put[oa]s?|cabron(?:es)?|gilipollas|callate|vete al (?:diablo|carajo|infierno))\b/,
  /傻[逼屄比叉屌Bb]|煞笔|^sb$|他妈|妈的|操你|肏|草泥马|日你|去死|滚(?:蛋|开|犊子|吧|$)|^滚|废物|廢物|垃圾机器人|白痴|智障|脑残|腦殘|蠢货|蠢(?:死了|猪)|笨蛋|混蛋|王八蛋|闭嘴|閉嘴|神经病|狗屎|贱人|裸照|约炮|做爱/u,
];
/** Said to whoever answers, and nothing else with it. */
const INSULT = [
  /^(?:(?:oh|well|ok|but|god|omg|wow)[\s,]+)*(?:you|u|this bot|the bot|this thing|bot)(?:'re| are| r|'s| is)? (?:all |just |so |such |really |an? |fucking |complete(?:ly)? |total(?:ly)? |absolute(?:ly)? )*(?:stupid|dumb|idiots?|morons?|useless|worthless|garbage|trash|rubbish|imbeciles?|pathetic|losers?|clowns?|crap|shit|annoying|suck)(?: (?:bot|robot|machine|thing))?$/,
  /^(?:you )?(?:stupid|dumb|useless|fucking|idiotic)(?: (?:bot|robot|machine|thing|ai|idiot))*$|^(?:idiot|moron|loser|fool|idiota)s?$|^i hate you$|^fuck(?: you| off| this)?$/,
  /^(?:你|你们|这|这个)(?:机器人|客服)?(?:真|太|好|就|是|个|怎么|这么|都|的)*(?:傻[逼屄比叉屌Bb]?|蠢|笨|废物|垃圾|白痴|智障|没用|烦|恶心)(?:了|啊|死了)?$/u,
];

export function abuses(text: string): boolean {
  const said = fold(text.slice(0, READ_UNITS_MAX));
  return COARSE.some((form) => form.test(said)) || INSULT.some((form) => form.test(said));
}

/** Abuse as the whole message: whatever it may look like, it asks for nothing. */
export function insults(text: string): boolean {
  const said = text.length > SMALL_UNITS_MAX ? "" : fold(text);
  return INSULT.some((form) => form.test(said));
}

export type SmallTalk = "bot" | "abilities" | "how_are_you" | "praise" | "bye" | "nothing_else" | "nod" | "chat";

const YOU_BOT =
  /^(?:(?:so|wait|hey|sorry|but|um)[\s,]+)*(?:are you|r u|is this|am i (?:talking|speaking|chatting) (?:to|with)|do i (?:talk|speak) (?:to|with))(?: really| actually| just)? (?:an? )?(?:bot|chat ?bot|robot|machine|computer|ai|human(?: being)?|real(?: person| human)?|person|actual person|real or (?:not|a bot))(?: or (?:an? )?(?:bot|robot|machine|human|person|real person|ai))?$/;
const FORMS: [SmallTalk, RegExp][] = [
  ["bot", YOU_BOT],
  [
    "bot",
    /^(?:who|what) are you(?: exactly| really)?$|^(?:what's|what is|whats) your name$|^do you have a name$|^(?:are you|r u) (?:chatgpt|gpt|claude|siri|alexa)$|^who (?:am i (?:talking|speaking) (?:to|with)|made you|built you)$|^(?:quien|que) eres$|^(?:eres|es usted|estoy hablando con) (?:un |una )?(?:robot|bot|persona(?: real)?|humano|maquina)$|^como te llamas$/,
  ],
  [
    "bot",
    /^(?:你|您|这|对面)(?:到底)?是(?:不是)?(?:个|一个)?(?:机器人|真人|人|人工|AI|ai|电脑|程序|智能客服|机器)(?:还是(?:个)?(?:机器人|真人|人工|人))?(?:吗|嘛|么|吧|呢|啊)?$|^(?:你|您)是(?:谁|什么|啥|哪位|誰)(?:呀|啊)?$|^(?:你|您)叫(?:什么|啥)(?:名字)?(?:呀|啊)?$|^(?:你|您)(?:有|的)名字(?:吗|是什么)$|^是(?:机器人|真人|人工)(?:吗|在回复吗|回复吗|还是机器人)$/u,
  ],
  [
    "abilities",
    /^(?:help|help me|i need help|need help|can you help(?: me)?|could you help(?: me)?|can (?:i|you) ask (?:you )?(?:something|a question)|(?:can|could) (?:someone|somebody|anyone|anybody) help(?: me)?(?: please)?|please help(?: me)?|i have a question|question|quick question|menu|options|what can you do(?: for me)?|what (?:else )?can you help(?: me)?(?: with)?|how can you help(?: me)?|what can i (?:ask|do|say)(?: you)?(?: here)?|what do you (?:do|know)|how does this work|how do you work)$/,
  ],
  [
    "abilities",
    /^(?:ayuda|ayudame|necesito ayuda|menu|opciones|(?:me )?puedes ayudar(?:me)?|que puedes hacer|en que (?:me )?puedes ayudar(?:me)?|tengo una (?:pregunta|duda))$|^(?:帮助|幫助|帮帮我|帮我|菜单|功能|我需要帮助|可以帮我吗|能帮我吗|能帮个忙吗|你(?:能|会|可以)(?:做|干|帮我做?|帮我)?(?:什么|啥|些什么)(?:呢|呀|啊)?|你有什么功能|有什么功能|可以问(?:你)?什么|能问(?:你)?什么|怎么用|怎么使用|我想问(?:一下|个问题|个事)?|问一下|咨询一下|我想咨询(?:一下)?|请问一下)$/u,
  ],
  [
    "how_are_you",
    /^how(?:'s| is| are) (?:it going|you doing|you feeling|things|everything|life|your day(?: going)?|you today|you doing today)(?: today)?$|^(?:how|and) (?:about )?you$|^(?:你|您)(?:最近)?(?:好吗|怎么样|还好吗|吃了吗|累吗|忙吗|开心吗|心情(?:怎么样|好吗))(?:呀|啊)?$|^(?:最近|今天)(?:怎么样|过得怎么样|好吗)$|^como (?:te va|va todo|andas)$/u,
  ],
  [
    "praise",
    /^(?:(?:wow|haha|oh|ok|okay|yes|that's|thats|that is|this is|that was|you're|you are|your|ur|very|so|really|super|pretty|absolutely|the|a|an|it's|its|i|well|good|great|nice) ?)*(?:helpful|awesome|amazing|great|perfect|excellent|brilliant|wonderful|fantastic|lovely|love (?:it|you guys|this|your (?:boots|shop|shoes))|the best|good bot|good job|well done|nice work|great job|great service|great help|super helpful|that helped|that helps|helped a lot|impressive|smart|clever|funny|cute)(?: (?:job|work|bot|service|help|indeed|guys))?$/,
  ],
  [
    "praise",
    /^(?:你|您|你们|真的?|太|好|很|非常|挺|这个|服务|态度|机器人|回复|回答|得|还)*(?:棒|厉害|厲害|聪明|不错|优秀|贴心|靠谱|给力|专业|可爱|赞|好用|有用|有帮助|帮大忙|完美|满意|喜欢|爱你|爱了|及时|快)(?:了|啊|呀|哦|的|极了|死了|你们|你)*$|^(?:好评|点赞|五星好评|夸夸你)$|^(?:excelente|perfecto todo|muy bien|genial servicio|que bueno|increible|buen trabajo|me encanta)$/u,
  ],
  [
    "bye",
    /^(?:(?:ok|okay|alright|all right|thanks|thank you|great|well|cool|gracias|vale)[\s,!.]+)*(?:bye(?:[ -]?bye)?|good ?bye|see (?:you|ya|u)(?: (?:later|soon|around|tomorrow))?|cya|take care|have a (?:good|nice|great|lovely) (?:day|one|evening|night|weekend|time)|good ?night|talk (?:to you )?later|ttyl|adios|hasta (?:luego|pronto|manana)|chao|chau|nos vemos)(?: (?:now|then|for now|all|everyone|bot))?$|^(?:好的?|嗯|那|谢谢|多谢|ok|行)*[，,\s]*(?:再见|再見|拜拜|拜|88|886|bye|bye ?bye|回见|回头见|下次见|晚安|先这样|就这样(?:吧)?|先走了|我先走了|下线了)(?:了|啦|吧|哦|呀)?$/u,
  ],
  [
    "nothing_else",
    /^(?:(?:no|nope|nah|ok|okay)[\s,.]+)*(?:that's all|thats all|that is all|that's it|thats it|that's everything|that will be all|nothing|nothing else|nothing more|no more questions|no(?:thing)? for now|all good|i'm good|im good|i'm fine|all set|i'm all set|no thanks|no thank you|no need|not (?:right )?now|it's fine|its fine|it's ok|its ok|eso es todo|nada mas|no gracias|todo bien|no nada)(?:[\s,]+(?:thanks|thank you|for now|gracias))*$|^(?:no|nope|nah)$/,
  ],
  [
    "nothing_else",
    /^(?:好的?|嗯|不|ok)?[，,\s]*(?:没有了|没了|沒有了|没别的了|没有别的了|没其他(?:的)?了|没有其他(?:的)?了|没问题了|没事了|沒事了|没事|不用了|不需要了|不必了|不用|暂时没有(?:了)?|没什么(?:了|事)?|就这些(?:了)?|没有问题了|没有|不要了谢谢)(?:[，,\s]*谢谢(?:你|您|啦)?)?(?:啦|哦|哈)?$/u,
  ],
  [
    "nod",
    /^(?:ok(?:ay|ie|i)?|k|kk|okey|alright|all right|got it|gotcha|i see|understood|sure|cool|fine|great|nice|good|right|hmm+|mhm+|aha|oh|ah|oh i see|oh ok|makes sense|good to know|noted|will do|sounds good|that's fine|that works|i understand|ok (?:got it|cool|great|good|fine|i see)|lol|haha+|hehe+|vale|de acuerdo|entendido|ya veo|bien|listo|claro|perfecto|jaja+)$|^(?:嗯+|恩+|嗯嗯|好|好的+|好滴|好哒|好吧|好嘞|哦+|噢|喔|知道了|知道啦|明白|明白了|了解|了解了|懂了|收到|行|行吧|可以|ok了|好的知道了|原来如此|这样啊|是吗|哈+|呵呵|嘿嘿|嘻嘻)$/u,
  ],
  [
    "chat",
    /^(?:(?:can you |could you |please )?(?:tell me a (?:joke|story)|sing(?: me)?(?: a song)?|make me laugh|entertain me)|do you (?:love|like|hate) me|will you marry me|marry me|i love you|are you (?:single|married|happy|real|alive|conscious|sentient)|how old are you|where (?:are you (?:from)?|do you live)|what(?:'s| is) (?:the weather(?: like)?(?: today| tomorrow)?|the meaning of life|the time|your favou?rite (?:colou?r|food|movie))|what time is it|i(?:'m| am) bored|let's chat|do you sleep|do you dream)$/,
  ],
  [
    "chat",
    /^(?:给我)?(?:讲|说|来)个?(?:笑话|故事|段子)(?:吧|听听)?$|^(?:唱(?:首|个)歌(?:吧)?|你(?:有|有没有)(?:男|女)朋友(?:吗)?|你(?:爱|喜欢)我吗|我(?:爱|喜欢)你|嫁给我(?:吧)?|你(?:多大|几岁)(?:了)?|你(?:住|在)哪(?:里|儿)?|(?:今天|明天)?天气(?:怎么样|如何|好吗)?|今天天气怎么样|现在几点(?:了)?|几点了|好无聊(?:啊)?|我好无聊|陪我聊聊?天?(?:吧)?|聊聊天(?:吧)?|你会(?:唱歌|跳舞|做梦|睡觉)吗)$|^(?:cuentame un chiste|cuantos anos tienes|te amo|que hora es|que tiempo hace)$/u,
  ],
];
/** "Not that": no more is said of what it is. */
const DENIAL =
  /^(?:no,? )?(?:not that|not this|not that one|none of (?:these|those|them|that)|neither|that's wrong|thats wrong|wrong|that's not (?:it|right)|thats not it|no not that|eso no|ninguna?(?: de (?:esas|estas))?)$|^(?:不是这个|不是这些|都不是|都不对|不对|不是|不是的|不是这个意思|我不是这个意思|错了)$/u;

export function denies(text: string): boolean {
  return text.length <= SMALL_UNITS_MAX && DENIAL.test(fold(text));
}

const NODS = /^(?:👍|👌|🆗|😊|🙂|😀|😄|😃|😁|😂|🤣|❤|♥|👏|😍|🥰|💪|💯|🎉|✅|\p{Emoji_Modifier}|\ufe0f|\s)+$/u;

/** Nobody makes small talk at length. */
const SMALL_UNITS_MAX = 80;

/** What kind of small talk the message is as a whole; null: none. */
export function smallTalk(text: string): SmallTalk | null {
  if (text.length > SMALL_UNITS_MAX) return null;
  if (NODS.test(clean(text))) return "nod";
  const said = fold(text).replace(/(\p{L})\1{2,}/gu, "$1$1");
  if (said === "") return null;
  for (const [about, form] of FORMS) if (form.test(said)) return about;
  return null;
}
