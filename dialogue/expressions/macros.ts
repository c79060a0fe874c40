/** CEL's macros over lists: `all`, `exists`, `exists_one`, `filter` and `map`. */
import { ANY, type Building, type Built, built, type Facts, mistake, type Run, YES_NO } from "./built.ts";
import type { Node } from "./parse.ts";
import { describe } from "./relate.ts";
import type { ExprType } from "./types.ts";

export const MACROS = new Set(["all", "exists", "exists_one", "filter", "map"]);

export function overList(building: Building, node: Extract<Node, { op: "rcall" }>, facts: Facts): Built {
  const [name, on, args] = node.args;
  const list = building.build(building, on, facts);
  const [variable, ...bodies] = args;
  const usage = name === "map" ? "list.map(x, x.name)" : `list.${name}(x, x > 1)`;
  if (variable?.op !== "id" || bodies.length < 1 || bodies.length > (name === "map" ? 2 : 1)) {
    return mistake(building, node, "wrong-arguments", `\`${name}\` takes a name of yours and what to ask of each.`, {
      help: `It is written \`${usage}\`.`,
    });
  }
  if (list.type.kind !== "list" && list.type.kind !== "any") {
    return mistake(building, on, "wrong-type", `\`${name}\` goes through a list, and this is ${describe(list.type)}.`);
  }
  if (building.names.has(variable.args)) {
    return mistake(building, variable, "name-taken", `\`${variable.args}\` is a name already; call each of them something else.`);
  }
  const of: ExprType = list.type.kind === "list" ? list.type.of : ANY;
  const index = building.localCount++;
  const hidden = building.locals.get(variable.args);
  building.locals.set(variable.args, { type: of, index, path: list.path === null ? null : `${list.path}[]` });
  const known = list.path === null ? facts : new Set([...facts, `${list.path}[]`]);
  const parts = bodies.map((body) => building.build(building, body, known));
  if (hidden) building.locals.set(variable.args, hidden);
  else building.locals.delete(variable.args);
  const last = parts.at(-1);
  const test = name === "map" ? (parts.length === 2 ? parts[0] : undefined) : last;
  if (test && test.type.kind !== "yes_no" && test.type.kind !== "any") {
    return mistake(building, bodies[0] ?? node, "wrong-type", `\`${name}\` needs a condition here, and this is ${describe(test.type)}.`);
  }
  const each = eachOf(list.run, index);
  const ask: Run = test?.run ?? (() => true);
  switch (name) {
    case "map": {
      const made = last?.run ?? (() => undefined);
      return built({ kind: "list", of: last?.type ?? ANY }, mapOver(each, ask, made), list.whenTrue);
    }
    case "filter":
      return built(
        { kind: "list", of },
        mapOver(each, ask, (_scope, _language, locals) => locals[index]),
        list.whenTrue,
      );
    default:
      return built(YES_NO, quantify(each, ask, name), list.whenTrue);
  }
}

type Each = (scope: Parameters<Run>[0], language: string, locals: unknown[], visit: () => boolean) => boolean;

/** Calls `visit` with the variable bound to each item, until it says false; itself false when there is no list. */
function eachOf(list: Run, index: number): Each {
  return (scope, language, locals, visit) => {
    const items = list(scope, language, locals);
    if (!Array.isArray(items)) return false;
    for (const item of items) {
      locals[index] = item ?? undefined;
      if (!visit()) break;
    }
    return true;
  };
}

/** Items that the question leaves open (something in it is missing) make the whole missing, as CEL has it. */
function mapOver(each: Each, ask: Run, make: Run): Run {
  return (scope, language, locals) => {
    const made: unknown[] = [];
    let open = false;
    const went = each(scope, language, locals, () => {
      const wanted = ask(scope, language, locals);
      const value = wanted === true ? make(scope, language, locals) : undefined;
      if (wanted === true && value !== undefined) made.push(value);
      else if (wanted !== false) open = true;
      return !open;
    });
    return went && !open ? made : undefined;
  };
}

/** As with `&&` and `||`, an item that decides wins over one that is left open. */
function quantify(each: Each, ask: Run, name: string): Run {
  return (scope, language, locals) => {
    let yes = 0;
    let no = 0;
    let open = 0;
    const went = each(scope, language, locals, () => {
      const answer = ask(scope, language, locals);
      if (answer === true) yes++;
      else if (answer === false) no++;
      else open++;
      return !((name === "exists" && answer === true) || (name === "all" && answer === false));
    });
    if (!went) return undefined;
    if (name === "exists") return yes > 0 ? true : open > 0 ? undefined : false;
    if (name === "all") return no > 0 ? false : open > 0 ? undefined : true;
    return open > 0 ? undefined : yes === 1;
  };
}
