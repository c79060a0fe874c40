/** What the engine and the server say in English, in the studio's language: the trace's notes, why a talk stays, why an act was refused. */
import { language } from "../design/prefs.ts";

const NOTES: Record<string, string> = {
  started: "开始",
  ended: "结束",
  "end: all": "全部结束",
  answered: "符合问题",
  "already filled": "已知",
  skipped: "跳过",
  skip: "跳过",
  confirmation: "确认",
  corrected: "更正",
  "correction comes too late": "更正来得太晚",
  "not accepted": "不接受",
  "not asked: when is false": "不必问：条件不成立",
  "filled from the same message": "从同一条消息得知",
  "no answer to the question": "没有回答问题",
  "no reply": "没有回复",
  "a reply ends the wait": "有了回复，不再等待",
  "nothing to wait for": "没有要等的",
  "waits until": "等到",
  called: "调用",
  "call answered": "调用有了结果",
  "call failed": "调用失败",
  "call not made": "没有调用",
  "nobody waits for this call": "没有人等这个结果",
  "handed over": "转给",
  "nobody can be promised": "现在没有人可以承诺",
  "the wait would be too long": "等待会太久",
  "given back": "已交还",
  "given back to this step": "交还到这一步",
  "fact from an agent": "坐席给出的事实",
  "returned to its open step": "回到打开的问题",
  "guard is false": "前提不成立",
  "link not taken": "没有转过去",
  "no such pattern here": "这里没有这个模式",
  pattern: "模式",
  due: "时间到了",
  "dropped: too many interruptions": "放下：打断太多",
  "gone: no program has this flow": "已不在：没有程序有这个流程",
  "does not fit its slot": "不符合它的槽位",
  "matches flow": "符合流程",
  "matches faq": "符合解答",
  refuses: "不要",
  "leans on": "接着问",
  "small talk": "闲聊",
  "a complaint": "投诉",
  abuse: "粗鲁",
  danger: "危险",
  "yes to what was offered": "答应了提议",
  "not spoken here": "不会的语言",
  "matches no advertisement": "没有对应的广告规则",
  matches: "符合",
  "asked for": "客户要求",
  heard: "听到",
  "asked for a person": "要找人工",
  phrase: "说法",
  keyword: "关键词",
  tap: "点击",
  payload: "按钮",
  collect: "询问",
  set: "设置",
  "a promise of the engine was broken": "引擎没有守住承诺",
};

/** `%` stands for a name. */
const SENTENCES: [string, string][] = [
  ["There is no flow `%` any more.", "流程 `%` 已经没有了。"],
  ["The step `%` of `%` is gone.", "`%2` 的步骤 `%1` 已经没有了。"],
  ["The step `%` of `%` was % and is % now.", "`%2` 的步骤 `%1` 原来是 %3，现在是 %4。"],
  ["The slot `%` of `%`, which is filled, is gone.", "`%2` 中已填的槽位 `%1` 没有了。"],
  ["The slot `%` of `%` was % and is % now.", "`%2` 的槽位 `%1` 原来是 %3，现在是 %4。"],
  ["The conversation changes faster than it can be moved.", "会话变化太快，来不及移过去。"],
  ["That cannot be tapped any more.", "已经不能点了。"],
  ["There is no such button.", "没有这个按钮。"],
  ["There is no such advertisement any more.", "这条广告已经没有了。"],
  ["There is no such message.", "没有这条消息。"],
  ["No timer is set.", "没有定时器。"],
  ["There is no window to pass.", "没有可以越过的窗口。"],
  ["The clock of the running server is everybody's. Use a phone on its own time.", "运行中的服务器的时钟是大家的，请用独立时间的手机。"],
  ["Nobody has written yet.", "还没有人来信。"],
  ["Nobody works at the desk yet: add an agent first.", "坐席台还没有人：请先添加坐席。"],
  ["There is a story of that name already.", "已经有同名的故事。"],
  ["It does not go the same way again: %", "重放时走法不同：%"],
  ["The conversation has changed hands since.", "会话已经换了人处理。"],
  ["This ticket is being offered to %.", "这张工单正在派给 %。"],
  ["The channel no longer lets us write to this customer; they have to write first.", "渠道已不允许给这位客户发消息，要等客户先写。"],
  ["This bot has no queue, so nobody can take a conversation over.", "这个机器人没有队列，没有人可以接管会话。"],
  ["This conversation changes faster than this could be decided; try again.", "会话变化太快，请再试一次。"],
  ["This could not be stored; try again.", "没有存下来，请再试一次。"],
  ["Too many studios are open.", "打开的工作室太多了。"],
];

const PATTERNS = SENTENCES.map(([english, chinese]): [RegExp, string] => [
  new RegExp(`^${english.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", "(.+)")}$`),
  chinese,
]);

/** A note of the trace; one that has no Chinese yet stays as it is. */
export function noted(what: string): string {
  return language() === "zh" && Object.hasOwn(NOTES, what) ? NOTES[what]! : what;
}

/** A sentence of the server. */
export function told(sentence: string): string {
  if (language() !== "zh") return sentence;
  for (const [pattern, chinese] of PATTERNS) {
    const names = pattern.exec(sentence);
    if (names) {
      let next = 0;
      return chinese.replace(/%([1-9])?/g, (_, n?: string) => names[n === undefined ? ++next : Number(n)] ?? "");
    }
  }
  return sentence;
}
