/** What customers write, and what a slot understands of it: one row per case. */
import { expect, test } from "vitest";
import type { Slot, SlotType } from "../../dialogue/program.ts";
import { type Surroundings, understand } from "../../dialogue/slots/understand.ts";
import { ORDER, REASONS, slot } from "./slots.ts";

const MONDAY_10_AM = Date.parse("2026-03-02T18:00:00Z"); // in Los Angeles
const context: Surroundings = { language: "en", timezone: "America/Los_Angeles", country: "US", currency: "USD", nowMs: MONDAY_10_AM };
const CONTEXTS: Record<string, Surroundings> = {
  en: context,
  es: { ...context, language: "es", country: "ES", timezone: "Europe/Madrid", currency: "EUR" },
  mx: { ...context, language: "es", country: "MX", timezone: "America/Mexico_City", currency: "MXN" },
  zh: { ...context, language: "zh", country: "CN", timezone: "Asia/Shanghai", currency: "CNY" },
  gb: { ...context, language: "en", country: "GB", timezone: "Europe/London", currency: "GBP" },
};

function read(type: SlotType | Slot, text: string, where = "en"): unknown {
  const found = understand(typeof type === "string" ? slot(type) : type, { text, attachments: [] }, CONTEXTS[where] ?? context);
  return found.kind === "value" ? found.value : found.kind === "ambiguous" ? { between: found.between } : null;
}

type Row = [said: string, value: unknown, where?: string];
const rows = (title: string, type: SlotType | Slot, table: Row[]): void => {
  test.each(table)(`${title}: %j`, (said, value, where) => {
    expect(read(type, said, where)).toEqual(value);
  });
};

rows("a whole number is read from", "integer", [
  ["2", 2],
  ["２", 2],
  ["two", 2],
  ["Two please", 2],
  ["we are 4 people", 4],
  ["there will be four of us", 4],
  ["twenty", 20],
  ["twenty-one", 21],
  ["a dozen", 12],
  ["a couple", 2],
  ["1,200", 1200],
  ["1.200", 1200],
  ["1.200", 1200, "es"],
  ["-3", -3],
  ["2x", 2],
  ["x2", 2],
  ["one hundred and five", 105],
  ["两", 2, "zh"],
  ["两位", 2, "zh"],
  ["三十", 30, "zh"],
  ["我们三个人", 3, "zh"],
  ["十二", 12, "zh"],
  ["一百零五", 105, "zh"],
  ["两千五", 2500, "zh"],
  ["3万", 30000, "zh"],
  ["有5个人", 5, "zh"],
  ["俩", 2, "zh"],
  ["dos", 2, "es"],
  ["somos cuatro", 4, "es"],
  ["una mesa para cuatro", 4, "es"],
  ["treinta y cinco", 35, "es"],
  ["2 or 3", { between: ["2", "3"] }],
  ["2.5", null],
  ["lots", null],
  ["the red one", null],
  ["AL-123456", null],
  ["at 5pm", null],
  ["", null],
]);

rows("a number is read from", "number", [
  ["2.5", 2.5],
  ["1,5", 1.5],
  ["1,234.56", 1234.56],
  ["1.234,56", 1234.56, "es"],
  ["1.234", 1234, "es"],
  ["1.234", 1.234, "mx"],
  ["about 3.75 kg", 3.75],
  ["三点五", 3.5, "zh"],
  ["1 234 567", 1234567],
  [".5", 0.5],
]);

rows("money is read from", "money", [
  ["$20", { amount: 20, currency: "USD" }],
  ["20", { amount: 20, currency: "USD" }],
  ["20 dollars", { amount: 20, currency: "USD" }],
  ["twenty bucks", { amount: 20, currency: "USD" }],
  ["$1,299.99", { amount: 1299.99, currency: "USD" }],
  ["20 元", { amount: 20, currency: "CNY" }],
  ["三十块", { amount: 30, currency: "CNY" }, "zh"],
  ["20块钱", { amount: 20, currency: "CNY" }],
  ["¥99", { amount: 99, currency: "CNY" }],
  ["€15,50", { amount: 15.5, currency: "EUR" }, "es"],
  ["15 euros", { amount: 15, currency: "EUR" }],
  ["20 USD", { amount: 20, currency: "USD" }, "zh"],
  ["20usd", { amount: 20, currency: "USD" }, "zh"],
  ["200 pesos", { amount: 200, currency: "MXN" }, "mx"],
  ["$200", { amount: 200, currency: "MXN" }, "mx"],
  ["US$20", { amount: 20, currency: "USD" }, "mx"],
  ["£5", { amount: 5, currency: "GBP" }],
  ["50 cents", { amount: 0.5, currency: "USD" }],
  ["20美元", { amount: 20, currency: "USD" }, "zh"],
  ["a lot", null],
]);

rows("a day is read from", "date", [
  ["2026-03-05", "2026-03-05"],
  ["tomorrow", "2026-03-03"],
  ["Tomorrow at 5", "2026-03-03"],
  ["today please", "2026-03-02"],
  ["the day after tomorrow", "2026-03-04"],
  ["Friday", "2026-03-06"],
  ["on friday evening", "2026-03-06"],
  ["in 3 days", "2026-03-05"],
  ["in two weeks", "2026-03-16"],
  ["March 5", "2026-03-05"],
  ["5 March 2027", "2027-03-05"],
  ["May 3rd", "2026-05-03"],
  ["the 15th", "2026-03-15"],
  ["15", "2026-03-15"],
  ["12/25", "2026-12-25"],
  ["25/12", "2026-12-25"],
  ["3/5", "2026-03-05"],
  ["3/5", "2026-05-03", "gb"],
  ["3/5", "2026-03-05", "zh"],
  ["3/5/2027", "2027-03-05"],
  ["25.12.2026", "2026-12-25"],
  ["1/15", "2027-01-15"],
  ["christmas", "2026-12-25"],
  ["周五", "2026-03-06", "zh"],
  ["星期天", "2026-03-08", "zh"],
  ["礼拜二", "2026-03-03", "zh"],
  ["3月5日", "2026-03-05", "zh"],
  ["三月五号", "2026-03-05", "zh"],
  ["明天", "2026-03-04", "zh"], // in Shanghai it is already the 3rd
  ["后天晚上", "2026-03-05", "zh"],
  ["大后天", "2026-03-06", "zh"],
  ["下个月5号", "2026-04-05", "zh"],
  ["15号", "2026-03-15", "zh"],
  ["2026年3月5日", "2026-03-05", "zh"],
  ["mañana", "2026-03-03", "es"],
  ["pasado mañana", "2026-03-04", "es"],
  ["el viernes", "2026-03-06", "es"],
  ["5 de marzo", "2026-03-05", "es"],
  ["el 15", "2026-03-15", "es"],
  ["25/12", "2026-12-25", "es"],
  ["hoy", "2026-03-02", "es"],
  ["mañana por la mañana", "2026-03-03", "es"],
  ["Friday or Saturday", { between: ["2026-03-06", "2026-03-07"] }],
  ["next week", null],
  ["soon", null],
  ["2026-02-30", null],
  ["I may come", null],
  ["5pm", null],
]);

rows("a time of day is read from", "time", [
  ["17:30", "17:30"],
  ["5pm", "17:00"],
  ["5 p.m.", "17:00"],
  ["5:30 PM", "17:30"],
  ["at 5", "17:00"],
  ["5", "17:00"],
  ["9", "09:00"],
  ["17", "17:00"],
  ["half past five", "17:30"],
  ["quarter to six", "17:45"],
  ["quarter past 9", "09:15"],
  ["noon", "12:00"],
  ["midnight", "00:00"],
  ["9 in the morning", "09:00"],
  ["8 o'clock tonight", "20:00"],
  ["five thirty pm", "17:30"],
  ["12am", "00:00"],
  ["下午五点半", "17:30", "zh"],
  ["五点", "17:00", "zh"],
  ["上午9点", "09:00", "zh"],
  ["晚上8点", "20:00", "zh"],
  ["中午", "12:00", "zh"],
  ["十点一刻", "10:15", "zh"],
  ["下午3:20", "15:20", "zh"],
  ["a las cinco y media", "17:30", "es"],
  ["a las 9 de la mañana", "09:00", "es"],
  ["a las 8 de la noche", "20:00", "es"],
  ["mediodía", "12:00", "es"],
  ["las seis menos cuarto", "17:45", "es"],
  ["17.30", "17:30", "es"],
  ["later", null],
  ["25:00", null],
]);

rows("a moment is read from", "datetime", [
  ["tomorrow at 5", "2026-03-04T01:00:00.000Z"],
  ["Friday 7:30pm", "2026-03-07T03:30:00.000Z"],
  ["March 5 at noon", "2026-03-05T20:00:00.000Z"],
  ["明天下午5点", "2026-03-04T09:00:00.000Z", "zh"],
  ["周五晚上七点半", "2026-03-06T11:30:00.000Z", "zh"],
  ["mañana a las 5", "2026-03-03T16:00:00.000Z", "es"],
  ["el 5 de abril a las 10", "2026-04-05T08:00:00.000Z", "es"],
  ["at 5pm", "2026-03-03T01:00:00.000Z"],
  ["9am", "2026-03-03T17:00:00.000Z"], // it is ten: the next nine o'clock
  ["in 2 hours", "2026-03-02T20:00:00.000Z"],
  ["两个小时后", "2026-03-02T20:00:00.000Z", "zh"],
  ["半小时后", "2026-03-02T18:30:00.000Z", "zh"],
  ["2026-03-05T10:00:00-08:00", "2026-03-05T18:00:00.000Z"],
  ["2026-03-05 10:00", "2026-03-05T18:00:00.000Z"],
  ["12/25 at 9am", "2026-12-25T17:00:00.000Z"],
  ["tomorrow", null],
]);

rows("yes and no are read from", "yes_no", [
  ["yes", true],
  ["Yes!", true],
  ["yep", true],
  ["yesss", true],
  ["Sure, thanks", true],
  ["ok", true],
  ["that's right", true],
  ["yes, that’s correct", true],
  ["yes please", true],
  ["Yes I would like that", true],
  ["👍", true],
  ["👍🏽", true],
  ["✅", true],
  ["好的", true, "zh"],
  ["是", true, "zh"],
  ["可以啊", true, "zh"],
  ["没问题", true, "zh"],
  ["嗯", true, "zh"],
  ["好的，谢谢", true, "zh"],
  ["sí", true, "es"],
  ["claro que sí", true, "es"],
  ["vale", true, "es"],
  ["Sí, por favor", true, "es"],
  ["no", false],
  ["Nope", false],
  ["nooo", false],
  ["no thanks", false],
  ["No, that's wrong", false],
  ["not really", false],
  ["I don't think so", false],
  ["👎", false],
  ["❌", false],
  ["不是", false, "zh"],
  ["不用了，谢谢", false, "zh"],
  ["没有", false, "zh"],
  ["no, gracias", false, "es"],
  ["claro que no", false, "es"],
  ["no idea", null],
  ["no sé", null, "es"],
  ["不知道", null, "zh"],
  ["maybe", null],
  ["yes and no", null],
  ["where is my parcel?", null],
  ["the shop said yes but then they never sent it", null],
]);

rows("a choice is read from", REASONS, [
  ["small", "small"],
  ["Too Small", "small"],
  ["it's too small!", "small"],
  ["太小", "small"],
  ["太小了", "small"],
  ["tight", "small"],
  ["they are a bit tight", "small"],
  ["1", "small"],
  ["2.", "big"],
  ["option 3", "faulty"],
  ["the second one", "big"],
  ["第二个", "big"],
  ["二", "big", "zh"],
  ["la segunda", "big", "es"],
  ["the last one", "other_reason"],
  ["other_reason", "other_reason"],
  ["other reason", "other_reason"],
  ["somthing else", "other_reason"],
  ["faulti", "faulty"],
  ["fau", "faulty"],
  ["FAÚLTY", "faulty"],
  ["not small, big", "big"],
  ["too", { between: ["small", "big"] }],
  ["small and faulty", { between: ["small", "faulty"] }],
  ["9", null],
  ["blue", null],
  ["", null],
]);

rows("several choices are read from", { ...REASONS, type: "choices" }, [
  ["small", ["small"]],
  ["small and faulty", ["small", "faulty"]],
  ["faulty, small", ["small", "faulty"]],
  ["1, 3", ["small", "faulty"]],
  ["1 3", ["small", "faulty"]],
  ["太小和有毛病", ["small", "faulty"]],
  ["all of them", ["small", "big", "faulty", "other_reason"]],
  ["none", []],
  ["blue", null],
]);

rows("an e-mail address is read from", "email", [
  ["ana@example.com", "ana@example.com"],
  ["My address is Ana.Lee+shop@Example.CO.UK, thanks", "Ana.Lee+shop@example.co.uk"],
  ["我的邮箱是ana@example.com谢谢", "ana@example.com"],
  ["ａｎａ＠example.com", "ana@example.com"],
  ["a@b.com or c@d.com", { between: ["a@b.com", "c@d.com"] }],
  ["ana@example", null],
  ["@ana", null],
]);

rows("a phone number is read from", "phone", [
  ["(415) 555-2671", "+14155552671"],
  ["415-555-2671", "+14155552671"],
  ["my number is 415 555 2671 thanks", "+14155552671"],
  ["+44 20 7946 0958", "+442079460958"],
  ["13812345678", "+8613812345678", "zh"],
  ["我的手机是13812345678", "+8613812345678", "zh"],
  ["612 34 56 78", "+34612345678", "es"],
  ["12", null],
  ["AL-123456", null],
]);

rows("a location is read from", "location", [
  ["37.7749, -122.4194", { lat: 37.7749, lng: -122.4194 }],
  ["https://www.google.com/maps/@37.7749,-122.4194,15z", { lat: 37.7749, lng: -122.4194 }],
  ["95.1, 20.2", null],
  ["2, 3", null],
  ["at home", null],
]);

rows("an order number is read from", ORDER, [
  ["AL-123456", "AL-123456"],
  ["it's al-123456 I think", "AL-123456"],
  ["ＡＬ－１２３４５６", "AL-123456"],
  ["AL-12345", null],
]);

test("free text is taken as it is, width and invisible marks aside", () => {
  expect(read("text", "  Ｈello\u200b 👨‍👩‍👧 ")).toBe("Hello 👨‍👩‍👧");
  expect(read("text", "   ")).toBe(null);
});

test("a picture fills an attachment slot, a shared place a location slot", () => {
  const picture = { kind: "image" as const, url: "https://x.test/a.jpg" };
  const place = { kind: "location" as const, lat: 1.5, lng: 2.5, title: "Pier" };
  const all = { text: "", attachments: [picture, place] };
  expect(understand(slot("attachment"), all, context)).toEqual({ kind: "value", value: { url: "https://x.test/a.jpg", kind: "image" } });
  expect(understand(slot("location"), all, context)).toEqual({ kind: "value", value: { lat: 1.5, lng: 2.5, name: "Pier" } });
  expect(understand(slot("attachment"), { text: "no", attachments: [] }, context).kind).toBe("not_this_type");
});

test("options made at the question are chosen by label, number or payload", () => {
  const options = [
    { value: "t1", label: "6:00 PM, Terrace" },
    { value: "t2", label: "8:30 PM, Hall" },
  ];
  const made = { ...context, options };
  const choose = (text: string, payload?: string): unknown =>
    understand(slot("choice"), payload === undefined ? { text, attachments: [] } : { text, payload, attachments: [] }, made);
  expect(choose("8:30 PM, Hall")).toEqual({ kind: "value", value: "t2" });
  expect(choose("1")).toEqual({ kind: "value", value: "t1" });
  expect(choose("whatever", "t2")).toEqual({ kind: "value", value: "t2" });
});
