/** What single words weigh before any corpus has spoken: particles of English, Spanish and Chinese, greetings, question words. */

/** Carry almost no meaning by themselves; a text of nothing else is about nothing. */
const FILLERS = [
  // English, apostrophes already gone
  "a an the of to in on at by for with from as is are was were be been being am do does did done doing have has had having",
  "i im ive id ill me my mine we our us you your youre he she it its they them their this that these those there here and or but so if",
  "can could would should will shall may might must just please pls thanks thank hi hello hey dear ok okay well also too very really",
  "dont doesnt didnt isnt wasnt arent about into some any get got want need like know tell let say go going make way thing something",
  // Spanish, accents already gone
  "el la los las un una unos unas de del al en con por para a y o u e que se me mi mis te tu tus su sus lo le les nos es son era esta estan ser",
  "yo usted ustedes hola buenas buenos dias tardes gracias favor puedo puede pueden quiero quisiera necesito hay he ha han este esto esa ese eso",
];
/** They tell "where is it" from "when is it", so they weigh more than fillers and less than nouns. */
const ASKING = [
  "what when where who which why how much many long whats wheres whens hows not no without",
  "que cuando donde quien cual cuales cuanto cuanta cuantos cuantas como porque sin",
];
/** So common that sharing one says little, although each may be the point of a question. */
const COMMON = [
  "today tomorrow yesterday now day days week weeks month year hour hours minute time times morning evening night again already still yet soon later",
  "open close find make made use used give take help work works working keep put show see look start stop try change new old first last next other one two",
  "people person problem question issue possible able offer good best",
  "hoy manana ayer ahora dia semana mes ano hora tiempo noche abrir hacer usar dar ayuda ayudar poner ver mirar nuevo nueva primero ultimo problema pregunta",
];
const HAN_COMMON = "今明昨天日月年时候现上下前后里开做用看说找帮新旧第来去回出进发行事种样点次最好";
const HAN_FILLERS = "的了吗呢啊吧呀嘛哦是我你您他她它们这那在有和与跟也都就还又请问要想能会可以个一下得地着过给把被让对于从到于之其及么";
const HAN_ASKING = "什怎哪谁何几多少为不没";

const FILLER_FACTOR = 0.35;
const ASKING_FACTOR = 0.65;
const COMMON_FACTOR = 0.75;

/** By the word as it is said, accents folded. */
export function factorsOfWords(): Map<string, number> {
  const factors = new Map<string, number>();
  for (const line of COMMON) for (const word of line.split(" ")) factors.set(word, COMMON_FACTOR);
  for (const line of FILLERS) for (const word of line.split(" ")) factors.set(word, FILLER_FACTOR);
  for (const line of ASKING) for (const word of line.split(" ")) factors.set(word, ASKING_FACTOR);
  return factors;
}

export function factorsOfHan(): Map<number, number> {
  const factors = new Map<number, number>();
  for (const sign of HAN_COMMON) factors.set(sign.charCodeAt(0), COMMON_FACTOR);
  for (const sign of HAN_FILLERS) factors.set(sign.charCodeAt(0), FILLER_FACTOR);
  for (const sign of HAN_ASKING) factors.set(sign.charCodeAt(0), ASKING_FACTOR);
  return factors;
}

/** Forms a rule would miss, by the stem they belong to. */
export const IRREGULAR = new Map(
  "bought:buy sent:send came:come paid:pay broke:break broken:break got:get gotten:get lost:lose wore:wear worn:wear took:take taken:take gave:give given:give went:go gone:go chose:choose chosen:choose fell:fall fallen:fall tore:tear torn:tear delivery:deliver deliveries:deliver feet:foot"
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

/**
 * The stem that plural, tense and gender share: rough, short, the same for English and Spanish, since a text may mix them.
 * Both sides of a comparison go through it, so a stem need not be a word.
 */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return stemRegular(irregular);
  return stemRegular(word);
}

function stemRegular(word: string): string {
  let stem = word;
  if (stem.length > 4 && stem.endsWith("ies")) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 3 && stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us") && !stem.endsWith("is"))
    stem = stem.slice(0, -1);
  if (stem.length > 5 && stem.endsWith("ing")) stem = single(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith("ed")) stem = single(stem.slice(0, -2));
  const last = stem.charCodeAt(stem.length - 1);
  if (stem.length > 3 && (last === 97 || last === 101 || last === 111)) stem = stem.slice(0, -1);
  return stem;
}

/** `shipp` is `ship`. */
function single(stem: string): string {
  const last = stem.charCodeAt(stem.length - 1);
  return last === stem.charCodeAt(stem.length - 2) && last !== 115 && last !== 108 ? stem.slice(0, -1) : stem;
}
