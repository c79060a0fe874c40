/** Rules 26 and 27: handing over to people, and every way back. */
import { describe, expect, it } from "vitest";
import { readWhileWaiting } from "../../dialogue/turn/advance.ts";
import { type Decided, leaveQueue, resolveByPerson, returnFromPerson, ticketExpired } from "../../dialogue/turn/returns.ts";
import { BOT, brand, effectsOf, SHUT, slotsOf, type Talk, talk, turnOf } from "./talk.ts";

const LATE = `
triggers: [ { keyword: LATE } ]
slots: { number: { type: text, pattern: "AL-[0-9]{6}" }, exception: { type: yes_no, default: false }, stars: { type: integer } }
steps:
  - { collect: number, ask: Number? }
  - handoff: care
    id: late
    reason: late return
    priority: high
    skills: [returns]
    ask_agent: [exception]
    return_to: after
  - send: "{{ slots.exception ? 'Granted.' : 'Sorry, no.' }}"
    id: after
  - { collect: stars, ask: How was it? }
`;
const FINAL =
  "triggers: [ { keyword: FINAL } ]\nslots: { n: { type: integer } }\nsteps:\n  - { collect: n, ask: N? }\n  - { handoff: care, reason: done }\n";
const CLOSED = `
triggers: [ { keyword: CLOSED } ]
steps:
  - handoff: closed_one
    reason: closed
    return_to: next
    when_closed: { send: We are closed. }
    when_too_long: { send: It would take too long. }
  - send: Goes on.
`;
const flows = { late: LATE, final: FINAL, closed: CLOSED };

function back(
  t: Talk,
  how: { facts?: { key: string; value: never }[] | { key: string; value: unknown }[]; toStep?: string } = {},
): string[] {
  const turn = returnFromPerson({ newest: t.program, named: () => undefined }, t.session, (how.facts ?? []) as never, how.toStep, t.view());
  if ("refused" in turn) return [`refused: ${turn.refused}`];
  return t.takes(turn);
}
const programs = (t: Talk) => ({ newest: t.program, named: () => undefined });

describe("handing over", () => {
  it("tells the people everything, and keeps the stack where there is a way back", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    expect(effectsOf(t.turn, "handoff")).toEqual([
      {
        kind: "handoff",
        request: {
          queue: "care",
          code: "policy",
          detail: "late return",
          flow: "late",
          step: "late",
          priority: "high",
          skills: ["returns"],
          askAgent: ["exception"],
          returnTo: "after",
          notice: { text: "Connecting you." },
        },
      },
    ]);
    expect(effectsOf(t.turn, "send")).toEqual([]);
    expect(t.session.stack.map((frame) => [frame.flow, frame.step])).toEqual([["late", "late"]]);
  });

  it("a queue that is closed, or has nobody, or waits too long, takes the step's own way and goes on", () => {
    const t = talk(brand(flows));
    expect(t.says("closed")).toEqual(["We are closed.", "Goes on."]);
    t.queues = { ...t.queues, closed_one: { open: true, staffed: false, waiting: 0, estimateMs: null, opensAtMs: null } };
    expect(t.says("closed")).toEqual(["We are closed.", "Goes on."]);
    expect(effectsOf(t.turn, "handoff")).toEqual([]);
    t.queues = { care: { open: true, staffed: true, waiting: 9, estimateMs: 11 * 60_000, opensAtMs: null } };
    t.says("late");
    expect(t.says("AL-123456")[0]).toMatch(/isn't here|is busy/);
    expect(t.says("3").at(-1)).not.toBe("We are closed.");
  });

  it("without a way of its own it takes the queue's, then the pattern's", () => {
    const bot = BOT.replace("max_wait: 10m }", "max_wait: 10m, when_closed: { link: leave } }");
    const t = talk(brand({ ...flows, leave: "steps:\n  - send: Leave a message.\n" }, { bot }));
    t.queues = { care: SHUT };
    t.says("late");
    expect(t.says("AL-123456")).toEqual(["Leave a message."]);
    const other = talk(brand(flows));
    other.queues = { care: SHUT };
    other.says("late");
    expect(other.says("AL-123456")).toEqual([expect.stringMatching(/so I can't connect you/), "Sorry, no.", "How was it?"]);
    const final = talk(brand(flows));
    final.queues = { care: SHUT };
    final.says("final");
    final.says("1");
    expect(final.session.stack).toEqual([]);
  });
});

describe("coming back", () => {
  it("goes on at return_to, knowing the facts, which no later text overrides", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    expect(
      back(t, {
        facts: [
          { key: "exception", value: true },
          { key: "number", value: "AL-777777" },
        ],
      }),
    ).toEqual(["Granted.", "How was it?"]);
    expect(t.session.stack[0]?.slots.exception).toMatchObject({ value: true, from: "agent" });
    t.says("sorry, I meant AL-111111");
    expect(slotsOf(t.session, "late").number).toBe("AL-777777");
  });

  it("goes on at a step the agent names", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    expect(back(t, { toStep: "stars" })).toEqual(["How was it?"]);
    expect(t.says("5")).toEqual([]);
  });

  it("refuses a step or fact that the flow does not have", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    expect(back(t, { toStep: "nowhere" })).toEqual(["refused: no_such_step"]);
    expect(back(t, { facts: [{ key: "nothing", value: 1 }] })).toEqual(["refused: bad_fact"]);
    expect(back(t, { facts: [{ key: "exception", value: "maybe" }] })).toEqual(["refused: bad_fact"]);
    expect(back(t, { facts: [{ key: "__proto__", value: 1 }] })).toEqual(["refused: bad_fact"]);
  });

  it("without return_to the flow has ended, and the pattern speaks", () => {
    const t = talk(brand(flows));
    t.says("final");
    t.says("3");
    expect(back(t)).toEqual(["I'm back. If there's anything else, just ask."]);
    expect(t.session.stack).toEqual([]);
  });

  it("a form that was left for a person goes on at its question, or at another step with facts", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("I want to talk to a person");
    expect(effectsOf(t.turn, "handoff")[0]?.request).toMatchObject({
      code: "customer_asked",
      flow: "late",
      step: "number",
      returnTo: expect.any(String),
    });
    const again = { ...t, session: t.session } as Talk;
    expect(back(t)).toEqual(["Let's pick up where we left off.", "Number?"]);
    expect(back({ ...again, takes: again.takes } as Talk, { facts: [{ key: "number", value: "AL-222222" }], toStep: "stars" })).toEqual([
      "How was it?",
    ]);
  });

  it("after a person took over, the open question comes back", () => {
    const t = talk(brand(flows));
    t.says("late");
    expect(back(t)).toEqual(["I'm back. If there's anything else, just ask.", "Number?"]);
    const idle = talk(brand(flows));
    expect(back(idle)).toEqual(["I'm back. If there's anything else, just ask."]);
  });

  it("resolving ends everything, and the next message starts afresh", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    const turn = resolveByPerson(programs(t), t.session, t.view());
    expect(t.takes(turn)).toEqual([]);
    expect(t.session.stack).toEqual([]);
    expect(t.says("late")).toEqual(["Number?"]);
  });

  it("resolved may ask for a verdict", () => {
    const t = talk(
      brand({
        ...flows,
        resolved: "slots: { stars: { type: integer } }\nsteps:\n  - { collect: stars, ask: Stars? }\n  - send: Thanks.\n",
      }),
    );
    t.says("late");
    t.says("AL-123456");
    expect(t.takes(resolveByPerson(programs(t), t.session, t.view()))).toEqual(["Stars?"]);
    expect(t.says("5")).toEqual(["Thanks."]);
  });
});

describe("waiting in the queue", () => {
  it("never mind leaves it, and the flow goes on", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    const turn = readWhileWaiting(programs(t), t.session, { kind: "said", text: "never mind", attachments: [] }, t.view(), true);
    expect(t.takes(turn)).toEqual(["Sorry, no.", "How was it?"]);
    expect(effectsOf(turnOf(turn), "leave_queue")).toHaveLength(1);
    const silent = talk(brand(flows));
    silent.says("final");
    silent.says("3");
    expect(silent.takes(leaveQueue(programs(silent), silent.session, silent.view()))).toEqual([
      "I'm back. If there's anything else, just ask.",
    ]);
  });

  it("nothing else is answered, opting out is noted, and results of calls are kept", () => {
    const t = talk(brand(flows));
    t.says("late");
    t.says("AL-123456");
    for (const text of ["late", "hello", "AL-999999"]) {
      const turn = readWhileWaiting(programs(t), t.session, { kind: "said", text, attachments: [] }, t.view(), true);
      expect(t.takes(turn)).toEqual([]);
      expect(turnOf(turn).ends).toBe("person");
    }
    t.takes(readWhileWaiting(programs(t), t.session, { kind: "said", text: "unsubscribe", attachments: [] }, t.view(), false));
    expect(t.session.optedOut).toBe(true);
    expect(
      turnOf(readWhileWaiting(programs(t), t.session, { kind: "said", text: "never mind", attachments: [] }, t.view(), false)).effects,
    ).toEqual([]);
  });

  it("a wait that lasts too long takes the other way", () => {
    const t = talk(brand(flows));
    t.queues = { ...t.queues, closed_one: t.queues.care! };
    t.says("closed");
    expect(t.turn.ends).toBe("person");
    expect(t.takes(ticketExpired(programs(t), t.session, t.view()))).toEqual(["It would take too long.", "Goes on."]);
    const late = talk(brand(flows));
    late.says("late");
    late.says("AL-123456");
    expect(late.takes(ticketExpired(programs(late), late.session, late.view()))).toEqual([
      expect.stringMatching(/can't connect you/),
      "Sorry, no.",
      "How was it?",
    ]);
  });
});

describe("whom one is talking to", () => {
  const bot = BOT.replace("defaults: {", "disclosure: You're chatting with a bot.\ndefaults: { disclose_again_after: 30d,");
  it("is said before the first line ever, after a long silence and after a person, as a line of its own", () => {
    const t = talk(brand(flows, { bot }));
    expect(t.says("late")).toEqual(["You're chatting with a bot.", "Number?"]);
    expect(t.says("AL-1")).not.toContain("You're chatting with a bot.");
    t.says("AL-123456");
    expect(back(t)).toEqual(["You're chatting with a bot.", "Sorry, no.", "How was it?"]);
    expect(t.says("5")).toEqual([]);
    t.nowMs += 31 * 86_400_000;
    expect(t.says("hi")).toEqual(["You're chatting with a bot.", "Hello! What can I do for you?"]);
    t.nowMs += 29 * 86_400_000;
    expect(t.says("hi")).toEqual(["Hello! What can I do for you?"]);
  });
});

describe("after a return", () => {
  it("a step that needs a ranking asks for one before it goes on", () => {
    const p = brand(
      {
        late: 'triggers: [ { keyword: LATE } ]\nslots: { q: { type: text, default: "when will my parcel arrive" } }\nsteps:\n  - { handoff: care, return_to: next }\n  - { answer: "{{ slots.q }}", otherwise: { send: No idea. } }\n',
      },
      {
        files: {
          "flows/shop.faq.yaml": "format: 1\nfaq:\n  - id: shipping\n    questions: [When will my parcel arrive?]\n    answer: A week.\n",
        },
      },
    );
    const t = talk(p);
    t.says("late");
    const decided = returnFromPerson(programs(t), t.session, [], undefined, t.view());
    expect(decided).toEqual({ needs: { rank: "when will my parcel arrive" } });
    const view = t.view();
    view.rankings = new Map([
      [
        "when will my parcel arrive",
        { candidates: [{ kind: "faq" as const, name: "shipping", score: 1, phrase: "" }], none: 0, language: null },
      ],
    ]);
    expect(t.takes(returnFromPerson(programs(t), t.session, [], undefined, view) as Decided)).toEqual(["A week."]);
  });
});
