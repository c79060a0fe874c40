/** Compiles the actions file: what the bot may ask of other systems, and what those may tell it. */
import { posix } from "node:path";
import { compileUrl } from "../expressions/compile.ts";
import { fieldExprType } from "../expressions/names.ts";
import { nearNames } from "../expressions/near.ts";
import type { ExprType, Names } from "../expressions/types.ts";
import { OWN_ACTIONS, OWN_PREFIX } from "../own-actions.ts";
import type { Action, FieldType, Value } from "../program.ts";
import type { ActionSource, ActionsFile, HttpSource } from "../read/bot-schema.ts";
import { SLOT_TYPES } from "../read/flow-schema.ts";
import { entry, type Node, placeOf, problemAt, type Scalar } from "../read/node.ts";
import { list } from "../read/shape.ts";
import type { Keyed, Written } from "../read/words.ts";
import { type Env, filled, filledNode } from "./env.ts";
import { expression, report, type Site, value, type Workshop } from "./workshop.ts";

export type Fields = Map<string, { type: FieldType; optional: boolean }>;

export function actions(shop: Workshop, file: ActionsFile, env: Env): { actions: Map<string, Action>; events: Map<string, Fields> } {
  const made = new Map<string, Action>(OWN_ACTIONS);
  for (const { key, value: source } of file.actions ?? []) {
    if (key.text.startsWith(OWN_PREFIX))
      report(shop, key, "reserved-action", `\`${key.text}\` begins with \`${OWN_PREFIX}\`, and those actions are Baton's own.`, {
        help: `Choose another name. Every bot has ${list([...OWN_ACTIONS.keys()])} already.`,
      });
    else made.set(key.text, action(shop, key, source, env));
  }
  const events = new Map<string, Fields>();
  for (const { key, value: source } of file.events ?? []) events.set(key.text, fieldsOf(shop, source.fields));
  return { actions: made, events };
}

function action(shop: Workshop, key: Scalar, source: ActionSource, env: Env): Action {
  const input = fieldsOf(shop, source.input);
  const output = fieldsOf(shop, source.output);
  const http = source.http ? httpOf(shop, source.http, input, env) : undefined;
  if (Boolean(source.http) === Boolean(source.function)) {
    report(
      shop,
      key,
      "action-kind",
      source.http ? `\`${key.text}\` has both \`http\` and \`function\`.` : `\`${key.text}\` says nothing of what it calls.`,
      { help: "An action has either `http:` with a URL, or `function: ./module.ts#name`." },
    );
  }
  const map = new Map<string, Value>();
  for (const { key: field, value: written } of source.map ?? []) {
    const declared = output.get(field.text);
    if (!declared) {
      report(shop, field, "unknown-output", `\`${field.text}\` is not a field of this action's \`output\`.`, {
        near: nearNames(field.text, output.keys()),
      });
    }
    map.set(field.text, expression(shop, written, answerSite(), declared ? fieldExprType(declared.type) : undefined).value);
  }
  const module = source.function ? moduleOf(shop, source.function) : undefined;
  return {
    name: key.text,
    safe: source.safe ?? false,
    personal: source.personal ?? false,
    timeoutMs: source.timeout?.ms ?? 10_000,
    place: placeOf(key),
    input,
    output,
    ...(http ? { http } : {}),
    map,
    ...(module && source.function ? { module, moduleAt: placeOf(source.function.at) } : {}),
  };
}

/** In `map`: what the other side answered. */
function answerSite(): Site {
  const names: Names = new Map<string, ExprType>([
    ["status", { kind: "integer" }],
    ["headers", { kind: "map", fields: new Map(), open: true }],
    ["body", { kind: "any" }],
  ]);
  return { names, uses: [], language: "en", translate: () => new Map(), context: "" };
}

export function fieldsOf(shop: Workshop, source: Keyed<Node> | undefined): Fields {
  const made: Fields = new Map();
  for (const { key, value: node } of source ?? []) {
    const optional = key.text.endsWith("?");
    const name = optional ? key.text.slice(0, -1) : key.text;
    if (made.has(name)) report(shop, key, "duplicate-key", `The field \`${name}\` is declared twice.`);
    made.set(name, { type: fieldType(shop, node), optional });
  }
  return made;
}

const TYPES: readonly string[] = [...SLOT_TYPES, "url"];
function fieldType(shop: Workshop, node: Node): FieldType {
  if (node.kind === "list") {
    const [of] = node.items;
    if (of && node.items.length === 1) return { kind: "list", of: fieldType(shop, of) };
    report(shop, node, "bad-field-type", "A list type holds exactly one type: what each of its items is.", {
      help: "Write `[text]`, or `[ { sku: text } ]` for a list of groups.",
    });
    return { kind: "list", of: { kind: "slot", type: "text" } };
  }
  if (node.kind === "map") return { kind: "map", fields: fieldsOf(shop, node.entries) };
  if (node.text === "url") return { kind: "url" };
  const type = SLOT_TYPES.find((one) => one === node.text);
  if (type) return { kind: "slot", type };
  report(shop, node, "bad-field-type", node.text === "" ? "A type is missing here." : `\`${node.text}\` is not a type.`, {
    near: nearNames(node.text, TYPES),
    help: `Types are ${TYPES.map((one) => `\`${one}\``).join(", ")}; \`[text]\` is a list, a map groups fields.`,
  });
  return { kind: "slot", type: "text" };
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
function httpOf(shop: Workshop, source: HttpSource, input: Fields, env: Env): Action["http"] {
  const given = METHODS.filter((method) => source[method]);
  const [method] = given;
  if (!method || given.length > 1) {
    report(
      shop,
      given[1] ? entry(source.node, given[1])!.key : source.node,
      "action-kind",
      method ? "An action makes one request, and two methods stand here." : "`http` needs a method and its URL.",
      {
        help: 'Write one of `get:`, `post:`, `put:`, `patch:`, `delete:` with the URL: `get: "https://shop.test/orders/{{ input.number }}"`.',
      },
    );
    if (!method) return undefined;
  }
  const site: Site = { ...answerSite(), names: new Map([["input", fieldExprType({ kind: "map", fields: input })]]) };
  const body = source.body ? filledNode(source.body, env) : null;
  const headers: [string, Value][] = [];
  for (const { key, value: written } of source.headers ?? []) {
    const made = settingValue(shop, written, site, env, false);
    if (made) headers.push([key.text, made]);
  }
  const url = settingValue(shop, source[method]!, site, env, true) ?? {
    source: source[method]!.text,
    place: placeOf(source[method]!.at),
    read: () => undefined,
  };
  return { method: method.toUpperCase() as "GET", url, headers, ...(body ? { body: value(shop, body, site).value } : {}) };
}

/** A text of the file with its settings filled in, then compiled. null: a setting is unset. */
function settingValue(shop: Workshop, written: Written, site: Site, env: Env, isUrl: boolean): Value | null {
  const { text, whole } = filled(written.text, env);
  if (!isUrl) {
    const node = text === written.text ? written.at : { ...written.at, text, value: text };
    const made = value(shop, node, site, { kind: "text" }).value;
    return whole ? made : null;
  }
  const compiled = compileUrl(text, placeOf(written.at), site.names);
  for (const one of compiled.problems)
    shop.problems.push(problemAt(written.at, one.code, one.message, { near: one.near, help: one.help, severity: one.severity ?? "error" }));
  return whole ? compiled.value : null;
}

function moduleOf(shop: Workshop, written: Written): Action["module"] {
  const [path, name, ...rest] = written.text.split("#");
  if (path && name && rest.length === 0 && /^[A-Za-z_$][\w$]*$/.test(name))
    return { path: posix.join(posix.dirname(placeOf(written.at).file), path), name };
  report(shop, written.at, "bad-function", `\`${written.text}\` does not name a module and a function.`, {
    help: "Write `./actions/tables.ts#book`: the module's path from this file, `#`, and the function that it exports.",
  });
  return undefined;
}
