/** Whatever a brand writes and whatever a customer does: the turn never throws, never gets stuck, and always says how it ended. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRanker } from "../../answers/match.ts";
import type { Program } from "../../dialogue/program.ts";
import { advance, readWhileWaiting } from "../../dialogue/turn/advance.ts";
import { GUARD } from "../../dialogue/turn/guard.ts";
import { type Decided, leaveQueue, resolveByPerson, returnFromPerson, ticketExpired } from "../../dialogue/turn/returns.ts";
import { address } from "../../model/address.ts";
import type { Heard } from "../../model/event.ts";
import { EMPTY_SESSION, type Session } from "../../model/session.ts";
import type { QueueView, Turn, View } from "../../model/turn.ts";
import { brand, offersIn, SHUT, START_MS } from "./talk.ts";
import { brands, type Happening, happenings } from "./wild.ts";

const files = {
  "flows/shop.faq.yaml":
    "format: 1\nfaq:\n  - id: shipping\n    questions: [How long does shipping take?, When will my parcel arrive?]\n    answers: [ { answer: A week. } ]\n",
  "flows/spring.ads.yaml":
    'format: 1\nads:\n  - { match: { ref: "spring-*" }, campaign: Spring, start: f1, with: { words: "{{ referral.rest }}" } }\n  - { match: { ad_id: "42" }, campaign: Answer, start: f2 }\n',
  "flows/shipped.flow.yaml": "format: 1\nflow: shipped\ndescription: d\ntriggers: [ { event: shipped } ]\nsteps:\n  - send: Shipped.\n",
};
const STAFFED: QueueView = { open: true, staffed: true, waiting: 0, estimateMs: 1000, opensAtMs: null };

type Recorded = { session: Session; turn: Turn; seen: number };

function play(program: Program, happenings: Happening[]): Recorded[] {
  const ranker = createRanker(program);
  const programs = { newest: program, named: () => undefined };
  const recorded: Recorded[] = [];
  let session: Session = EMPTY_SESSION;
  let nowMs = START_MS;
  let care = STAFFED;
  let withPeople = false;
  let offers: ReturnType<typeof offersIn> = [];
  const customer: View["customer"] = { id: "c", tags: [] };
  happenings.forEach((happening, seen) => {
    nowMs += 1000;
    const view: View = {
      nowMs,
      conversation: "cv",
      address: address("messenger", "1", "c"),
      customer: { ...customer },
      window: { open: true, closesAtMs: nowMs + 1e7, humanUntilMs: null, openedBy: null },
      queues: { care, closed_one: SHUT },
      seq: seen,
      rankings: new Map(),
    };
    const turn = decide(happening, view);
    if (turn === null) return;
    session = JSON.parse(JSON.stringify(turn.session));
    expect(session).toEqual(turn.session);
    for (const effect of turn.effects)
      if (effect.kind === "remember")
        for (const [key, value] of Object.entries(effect.fields)) {
          if (value === null) delete customer[key];
          else customer[key] = value;
        }
    if (turn.effects.some((effect) => effect.kind === "handoff")) withPeople = true;
    const made = offersIn(turn.effects);
    if (made.length > 0) offers = made;
    recorded.push({ session, turn, seen });
  });
  return recorded;

  function decide(happening: Happening, view: View): Turn | null {
    switch (happening.kind) {
      case "queues":
        care = happening.open ? STAFFED : SHUT;
        return null;
      case "people":
        if (!withPeople) return happening.what === "back" ? back(undefined, view) : null;
        if (happening.what === "say")
          return settle(view, () => readWhileWaiting(programs, session, { kind: "said", text: "hello?", attachments: [] }, view, true));
        withPeople = false;
        if (happening.what === "resolve") return settle(view, () => resolveByPerson(programs, session, view));
        if (happening.what === "expire") return settle(view, () => ticketExpired(programs, session, view));
        if (happening.what === "leave") return settle(view, () => leaveQueue(programs, session, view));
        return back(happening.what === "step" ? "last" : undefined, view);
      case "wait":
        nowMs += happening.ms;
        view.nowMs = nowMs;
        return withPeople ? null : ask({ kind: "due" }, view);
      case "call": {
        const call = session.awaiting?.call ?? "c1";
        const outcome = happening.ok
          ? { ok: true as const, value: happening.value }
          : { ok: false as const, error: { code: "failed" as const, message: "" } };
        return ask({ kind: "called", call, outcome }, view);
      }
      case "tap": {
        const offer = offers[happening.which % Math.max(1, offers.length)];
        if (offer === undefined) return null;
        return offer.button
          ? ask({ kind: "tapped", payload: offer.payload, title: offer.title }, view)
          : ask({ kind: "said", text: offer.title, payload: offer.payload, attachments: [] }, view);
      }
      case "event":
        return ask(happening.event, view);
    }
  }

  function back(toStep: string | undefined, view: View): Turn {
    const here = returnFromPerson(programs, session, [], toStep, view);
    const known = "refused" in here ? undefined : toStep;
    return settle(view, () => returnFromPerson(programs, session, [], known, view) as Decided);
  }

  function ask(event: Heard, view: View): Turn {
    if (withPeople) return settle(view, () => readWhileWaiting(programs, session, event, view, false));
    return settle(view, () => advance(programs, session, event, view));
  }

  function settle(view: View, decide: () => Decided): Turn {
    for (let asked = 0; asked < 9; asked++) {
      const turn = decide();
      if (!("needs" in turn)) return turn;
      view.rankings!.set(turn.needs.rank, ranker(turn.needs.rank));
    }
    throw new Error("asked for a ranking again and again");
  }
}

/** What must hold after every turn. */
function check({ session, turn }: Recorded, said: boolean): void {
  const broken = turn.trace.find((one) => one.at === GUARD);
  expect(broken, JSON.stringify(broken)).toBeUndefined();
  expect(["question", "answer", "wait", "person", "goodbye", "silence"]).toContain(turn.ends);
  if (said) expect(turn.ends).not.toBe("silence");
  expect(turn.effects.length).toBeLessThan(250);
  const names = session.stack.map((frame) => frame.flow);
  expect(new Set(names).size, "a flow is at most once on the stack").toBe(names.length);
  expect(session.stack.filter((frame) => frame.via !== "call").length).toBeLessThanOrEqual(5);
  const top = session.stack.at(-1);
  if (session.question) expect(top).toMatchObject({ flow: session.question.flow, step: session.question.step });
  for (const key of Object.keys(session.timers ?? {})) {
    if (key.startsWith("wait:")) expect(names).toContain(key.slice(5));
    if (key.startsWith("call:")) expect(session.stack.some((frame) => frame.call === key.slice(5))).toBe(true);
    if (key === "idle") expect(session.question).toBeDefined();
  }
  if (session.awaiting) expect(session.stack.some((frame) => frame.call === session.awaiting!.call)).toBe(true);
  if (top !== undefined) {
    const rests =
      session.question !== undefined || top.call !== undefined || session.timers?.[`wait:${top.flow}`] !== undefined || top.handed === true;
    expect(rests, `stuck: ${JSON.stringify(session)}`).toBe(true);
  }
}

describe("any brand, any customer", () => {
  it("a turn never throws, never gets stuck, and the same journal gives the same session", () => {
    let turns = 0;
    fc.assert(
      fc.property(
        brands,
        fc.array(fc.array(happenings, { minLength: 20, maxLength: 40 }), { minLength: 3, maxLength: 3 }),
        ({ flows }, conversations) => {
          const program = brand(flows, { files });
          for (const conversation of conversations) {
            const recorded = play(program, conversation);
            for (const one of recorded) {
              const cause = conversation[one.seen]!;
              check(one, cause.kind === "event" && cause.event.kind === "said" && cause.event.text.trim().length > 2);
            }
            turns += recorded.length;
            expect(play(program, conversation)).toEqual(recorded);
          }
        },
      ),
      { numRuns: 40, ...(process.env.WILD_RUNS ? { numRuns: Number(process.env.WILD_RUNS) } : {}) },
    );
    expect(turns).toBeGreaterThan(1000);
  }, 120_000);
});
