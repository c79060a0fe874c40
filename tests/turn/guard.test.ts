/** A promise broken inside the engine: the customer hears an apology, the operator a reason, and nothing is lost. */
import { describe, expect, it } from "vitest";
import type { Program, Step } from "../../dialogue/program.ts";
import { advance } from "../../dialogue/turn/advance.ts";
import { GUARD } from "../../dialogue/turn/guard.ts";
import { EMPTY_SESSION } from "../../model/session.ts";
import { brand, linesOf, talk, turnOf } from "./talk.ts";

const FLOWS = {
  broken: "triggers: [ { keyword: BROKEN } ]\nsteps:\n  - send: This will break.\n",
  form: "triggers: [ { keyword: FORM } ]\nslots: { n: { type: integer } }\nsteps:\n  - { collect: n, ask: How many? }\n",
};

/** The program with one text that throws, as only a bug of ours could make it. */
function breaking(program: Program, flowName: string): Program {
  const flow = program.flows.get(flowName)!;
  const steps = flow.steps.map((step): Step => {
    if (step.kind !== "send") return step;
    const texts = step.message.texts.map((text) => ({
      ...text,
      print: () => {
        throw new Error("a bug");
      },
    }));
    return { ...step, message: { ...step.message, texts } };
  });
  return { ...program, flows: new Map(program.flows).set(flowName, { ...flow, steps }) };
}

describe("a broken promise", () => {
  it("becomes the pattern internal_error, with the reason in the trace", () => {
    const program = breaking(brand(FLOWS), "broken");
    const t = talk(program);
    const turn = turnOf(
      advance({ newest: program, named: () => null }, EMPTY_SESSION, { kind: "said", text: "broken", attachments: [] }, t.view()),
    );
    expect(linesOf(turn)[0]).toMatch(/went wrong on our side/);
    expect(turn.trace.find((one) => one.at === GUARD)?.data).toMatch(/a bug/);
    expect(turn.session.stack).toEqual([]);
  });

  it("spares the form that was open before", () => {
    const program = breaking(brand(FLOWS), "broken");
    const t = talk(program);
    t.says("form");
    const turn = turnOf(
      advance({ newest: program, named: () => null }, t.session, { kind: "said", text: "broken", attachments: [] }, t.view()),
    );
    expect(linesOf(turn)[0]).toMatch(/went wrong on our side/);
    expect(linesOf(turn).at(-1)).toBe("How many?");
    expect(turn.ends).toBe("question");
  });

  it("even when the pattern itself is broken, one plain line is said", () => {
    const program = breaking(breaking(brand(FLOWS), "broken"), "internal_error");
    const t = talk(program);
    const turn = turnOf(
      advance({ newest: program, named: () => null }, EMPTY_SESSION, { kind: "said", text: "broken", attachments: [] }, t.view()),
    );
    expect(linesOf(turn)).toEqual(["Something went wrong on our side. Please try again in a moment."]);
    expect(turn.session.stack).toEqual([]);
  });

  it("a session that names a flow nobody has any more goes on without it", () => {
    const t = talk(brand(FLOWS));
    t.says("form");
    const later = talk(brand({ broken: FLOWS.broken }));
    later.session = t.session;
    expect(later.says("hello")).toEqual(["Hello! What can I do for you?"]);
    expect(later.session.stack).toEqual([]);
  });
});
