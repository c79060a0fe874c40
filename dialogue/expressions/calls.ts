/** Calls within expressions: checks what a function is given, and binds it; `has` and the macros over lists are here too. */
import { type Building, type Built, built, type Facts, missing, mistake, NO_FACTS, type Run, union, upperFirst, YES_NO } from "./built.ts";
import { dayMinute } from "./calendar.ts";
import { durationMs, FUNCTIONS, type FunctionSpec, METHODS, patternOf } from "./functions.ts";
import { MACROS, overList } from "./macros.ts";
import { QUEUE_NAMES } from "./names.ts";
import { nearNames } from "./near.ts";
import type { Node } from "./parse.ts";
import { isPrintable } from "./print.ts";
import { describe, isTextual } from "./relate.ts";

export function callFunction(building: Building, node: Extract<Node, { op: "call" }>, facts: Facts): Built {
  const [name, argNodes] = node.args;
  if (name === "has") return has(building, node, argNodes, facts);
  const spec = FUNCTIONS.get(name);
  if (!spec) {
    const known = [...FUNCTIONS.keys(), "has"];
    const method = METHODS.get(name);
    const help = method ? `It stands behind the value: \`${method.usage}\`.` : null;
    return mistake(building, node, "unknown-function", `There is no function called \`${name}\`.`, {
      near: nearNames(name, known),
      ...(help ? { help } : {}),
    });
  }
  const args = argNodes.map((arg) => building.build(building, arg, facts));
  return bind(building, node, name, spec, args, argNodes);
}

export function callMethod(building: Building, node: Extract<Node, { op: "rcall" }>, facts: Facts): Built {
  const [name, on, argNodes] = node.args;
  if (MACROS.has(name)) return overList(building, node, facts);
  const spec = METHODS.get(name);
  const receiver = building.build(building, on, facts);
  if (!spec) {
    const near = nearNames(name, [...METHODS.keys(), ...MACROS]);
    const help = FUNCTIONS.has(name) ? `It stands before the value: \`${FUNCTIONS.get(name)?.usage}\`.` : null;
    return mistake(building, node, "unknown-function", `There is no function called \`${name}\` to write behind a value.`, {
      near,
      ...(help ? { help } : {}),
    });
  }
  const args = [receiver, ...argNodes.map((arg) => building.build(building, arg, facts))];
  return bind(building, node, name, spec, args, [on, ...argNodes]);
}

function bind(building: Building, node: Node, name: string, spec: FunctionSpec, args: Built[], nodes: Node[]): Built {
  const least = spec.least ?? spec.takes.length;
  if (args.length < least || (args.length > spec.takes.length && !spec.rest)) {
    const given = args.length < least ? "too little" : "too much";
    return mistake(building, node, "wrong-arguments", `\`${name}\` is given ${given}.`, { help: `It is written \`${spec.usage}\`.` });
  }
  let wrong = false;
  for (const [index, arg] of args.entries()) {
    const kinds = spec.takes[index] ?? spec.rest ?? [];
    if (arg.type.kind === "any" || kinds.includes(arg.type.kind)) continue;
    wrong = true;
    const help = argumentHelp(name, arg) ?? `It is written \`${spec.usage}\`.`;
    mistake(building, nodes[index] ?? node, "wrong-arguments", `\`${name}\` cannot take ${describe(arg.type)} here.`, { help });
  }
  checkLiterals(building, name, args, nodes);
  const type = typeof spec.gives === "function" ? spec.gives(args.map((arg) => arg.type)) : spec.gives;
  if (wrong) return built(type, missing);
  const present = union(...args.map((arg) => arg.whenTrue));
  return built(
    type,
    bindRun(
      spec,
      args.map((arg) => arg.run),
    ),
    present,
  );
}

function argumentHelp(name: string, arg: Built): string | null {
  if (name === "date" && isTextual(arg.type)) return '`date(x)` prints a date; a date itself is written `"2026-03-31"`.';
  if (name === "time" && arg.type.kind === "date") return 'A date has no time of day; `at(date, "10:00")` makes a moment.';
  if (name === "money" && isTextual(arg.type)) return "`money(x)` prints money or a number.";
  return null;
}

function bindRun(spec: FunctionSpec, args: Run[]): Run {
  const [first, second] = args;
  if (!first) return (scope, language) => spec.call(scope, language);
  if (!second) {
    return (scope, language, locals) => {
      const value = first(scope, language, locals);
      return value === undefined ? undefined : spec.call(scope, language, value);
    };
  }
  return (scope, language, locals) => {
    const values: unknown[] = [];
    for (const arg of args) {
      const value = arg(scope, language, locals);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return spec.call(scope, language, ...values);
  };
}

/** What is written out can be judged before it runs: a pattern, a queue, a time of day. */
function checkLiterals(building: Building, name: string, args: Built[], nodes: Node[]): void {
  const judge = (
    index: number,
    code: string,
    fits: (text: string) => boolean,
    message: (text: string) => string,
    near?: string[],
  ): void => {
    const text = args[index]?.literal;
    const at = nodes[index];
    if (typeof text !== "string" || !at || fits(text)) return;
    mistake(building, at, code, message(text), { near: near ? nearNames(text, near) : [] });
  };
  switch (name) {
    case "matches":
      judge(
        1,
        "bad-pattern",
        (text) => patternOf(text) !== null,
        () => "This is not a pattern that can be searched for in linear time (no look-around, no back-references).",
      );
      break;
    case "at":
      judge(
        1,
        "wrong-arguments",
        (text) => dayMinute(text) !== null,
        (text) => `"${text}" is not a time of day, as "10:00" is.`,
      );
      break;
    case "duration":
      judge(
        0,
        "wrong-arguments",
        (text) => durationMs(text) !== undefined,
        (text) => `"${text}" is not a duration, as "1h30m" is.`,
      );
      break;
    case "hours_open":
    case "wait_estimate": {
      const queues = building.names.get(QUEUE_NAMES);
      if (queues?.kind !== "choice" || queues.values === null) return;
      const known = queues.values;
      judge(
        0,
        "unknown-queue",
        (text) => known.includes(text),
        (text) => `There is no queue called \`${text}\`.`,
        known,
      );
      break;
    }
    case "join":
      if (args[0]?.type.kind === "list" && !isPrintable(args[0].type)) {
        mistake(building, nodes[0] as Node, "wrong-arguments", `${upperFirst(describe(args[0].type.of))} cannot be joined into a text.`, {
          help: 'Make texts of them first: `list.map(x, x.name).join(", ")`.',
        });
      }
      break;
  }
}

function has(building: Building, node: Node, args: Node[], facts: Facts): Built {
  const [arg] = args;
  if (!arg || args.length !== 1)
    return mistake(building, node, "wrong-arguments", "`has` takes one path.", { help: "It is written `has(slots.x)`." });
  const outer = building.served;
  building.served = true;
  const value = building.build(building, arg, facts);
  building.served = outer;
  if (value.path === null && value.type.kind !== "any") {
    return mistake(building, arg, "wrong-arguments", "`has` takes a path, as `slots.x` is.");
  }
  const run: Run = (scope, language, locals) => value.run(scope, language, locals) !== undefined;
  const present = value.path === null ? NO_FACTS : new Set([value.path]);
  return { type: YES_NO, run, path: null, whenTrue: present, whenFalse: NO_FACTS };
}
