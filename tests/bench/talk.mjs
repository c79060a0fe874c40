/** The talk that every bench target holds: eight turns, each ending in a token that the reply repeats. */
import { createHmac } from "node:crypto";

export const SECRET = "a-secret-for-the-bench";
export const PAGE = "1000000000001";

const NAMES = ["Ana", "Bo", "Mei", "João", "Lena"];
const CITIES = ["Lisbon", "Osaka", "Leeds", "Da Nang"];
const TURNS = [
  () => ({ postback: "GET_STARTED", ad: true, expect: "name" }),
  (n) => ({ text: NAMES[n % NAMES.length], expect: "city" }),
  (n) => ({ text: CITIES[n % CITIES.length], expect: "people" }),
  (n) => ({ text: String(2 + (n % 5)), expect: "thank" }),
  () => ({ text: "what are your opening hours", expect: "open" }),
  () => ({ text: "where are you located", expect: "street" }),
  () => ({ text: "do you deliver to my street, I live a bit outside the centre", expect: "deliver" }),
  (n) => ({ postback: "SUMMARY", expect: CITIES[n % CITIES.length].toLowerCase() }),
];
export const STEPS = TURNS.length;

/** One event of customer `n` at `step`, as a signed webhook. */
export function webhook(n, step, token) {
  const turn = TURNS[step](n);
  const psid = `24${String(n).padStart(14, "0")}`;
  const event = { sender: { id: psid }, recipient: { id: PAGE }, timestamp: Date.now() };
  if (turn.text) event.message = { mid: `m_${token}`, text: `${turn.text} ~${token}` };
  else event.postback = { mid: `m_${token}`, title: turn.postback, payload: `${turn.postback} ~${token}` };
  if (turn.ad)
    event.postback.referral = {
      ref: `spring_${n}`,
      source: "ADS",
      type: "OPEN_THREAD",
      ad_id: "1",
      ads_context_data: { ad_title: "Spring menu", post_id: "2" },
    };
  const body = JSON.stringify({ object: "page", entry: [{ id: PAGE, time: event.timestamp, messaging: [event] }] });
  return { psid, body, expect: turn.expect, signature: `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}` };
}

/** The same turn as words alone, for a platform that makes its own events; null: it cannot be said in words. */
export function words(n, step) {
  const turn = TURNS[step](n);
  const text = turn.text ?? (turn.ad ? "Hello" : null);
  return text && { text, expect: turn.expect, ...(turn.ad ? { ref: `spring_${n}` } : {}) };
}

/** The same talk by hand, for the floors. */
export function answer(state, text) {
  const [, said, token] = /^(.*?)\s*~(\d+)$/s.exec(text) ?? [];
  const reply = (line) => `${line} ~${token}`;
  if (said === "GET_STARTED") {
    state.step = "name";
    return reply("Welcome! What is your name?");
  }
  if (said === "SUMMARY") return reply(`Booked for ${state.name}: ${state.size} people in ${state.city}.`);
  if (state.step === "name") {
    state.name = said;
    state.step = "city";
    return reply(`Nice to meet you, ${said}. In which city?`);
  }
  if (state.step === "city") {
    state.city = said;
    state.step = "size";
    return reply(`${said}, lovely. How many people?`);
  }
  if (state.step === "size") {
    if (!/^\d+$/.test(said)) return reply("A number please: how many people?");
    state.size = said;
    state.step = null;
    return reply("Thank you. Ask me anything.");
  }
  if (/hours|open/i.test(said)) return reply("We are open from nine to ten.");
  if (/where|located/i.test(said)) return reply("12 Harbour Street, by the ferry.");
  if (/deliver/i.test(said)) return reply("Yes, we deliver within five kilometres.");
  return reply("Sorry, I did not get that.");
}
