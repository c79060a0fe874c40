/** Compiles the steps of one flow from their layout. */
import { ERROR_TYPE } from "../expressions/names.ts";
import { nearNames } from "../expressions/near.ts";
import type { ExprType } from "../expressions/types.ts";
import { OWN_ACTIONS } from "../own-actions.ts";
import { type At, END, type Slot, type Step, type StepBase, type Target, type Value } from "../program.ts";
import type { StepSource } from "../read/flow-schema.ts";
import { type Node, placeOf, type Scalar } from "../read/node.ts";
import { list } from "../read/shape.ts";
import type { Keyed, Written } from "../read/words.ts";
import { type Brand, flowNamed, flowStarted, queueNamed } from "./brand.ts";
import { collect } from "./collect.ts";
import { withForAction, withForFlow } from "./given.ts";
import { type Draft, first, type Layout, reach } from "./layout.ts";
import { type Links, message, textOrMessage } from "./message.ts";
import { slotType } from "./slots.ts";
import { until } from "./until.ts";
import { condition, expression, report, type Site, text, textValue, type Use, value, type Workshop } from "./workshop.ts";

/** What is known of the flow whose steps are compiled, and what compiling them finds out. */
export type Inside = {
  flow: string;
  slots: Map<string, Slot>;
  layout: Layout;
  site: Site;
  defaults: Brand["defaults"];
  isPersonal: (path: string) => boolean;
  /** What each step's expressions read, by its index. */
  uses: Use[][];
  /** Paths known to be present: by index of an `if`, in its `then`; of a `collect`, when its `when` holds. */
  implied: Map<At, string[]>;
  /** Targets of `goto` buttons, by index of the step that shows them. */
  jumps: Map<At, At[]>;
  /** Some of the flow could not be read: what is absent may only be unread. */
  broken: boolean;
};

export function compileSteps(shop: Workshop, brand: Brand, inside: Inside): Step[] {
  const { layout } = inside;
  const steps = layout.drafts.map((draft) => compileStep(shop, brand, inside, draft));
  if (layout.endAll !== null) {
    let id = "handoff_ended";
    for (let n = 2; layout.byId.has(id); n++) id = `handoff_ended_${n}`;
    steps.push({ kind: "end", what: "all", id, at: layout.endAll, next: END, place: steps[0]!.place, writtenId: false });
    inside.uses[layout.endAll] = [];
  }
  return steps;
}

function compileStep(shop: Workshop, brand: Brand, inside: Inside, draft: Draft): Step {
  const { source } = draft;
  const uses: Use[] = [];
  inside.uses[draft.at] = uses;
  const names = draft.block.inError ? new Map([...inside.site.names, ["error", ERROR_TYPE] as const]) : inside.site.names;
  const site: Site = { ...inside.site, names, uses, context: `${inside.flow}/${draft.id}` };
  const base: StepBase = { id: draft.id, at: draft.at, next: draft.next, place: placeOf(source.node), writtenId: draft.writtenId };
  const links: Links = {
    link: (name) => flowStarted(shop, brand, name),
    goto: (id) => {
      const at = gotoTarget(shop, inside, draft, id, "goto");
      if (at !== null) inside.jumps.set(draft.at, [...(inside.jumps.get(draft.at) ?? []), at]);
    },
  };
  const block = (key: string): At | undefined => (draft.inner.has(key) ? first(draft.inner.get(key), draft.next) : undefined);

  if ("send" in source) return { ...base, kind: "send", message: message(shop, source, "send", site, links) };
  if ("collect" in source)
    return collect(shop, inside, draft, source, site, base, links, targetOf(shop, brand, inside, source.collect.at, "collect"));
  if ("set" in source) return { ...base, kind: "set", sets: sets(shop, brand, inside, source.set, site) };
  if ("if" in source) {
    const { test, present } = condition(shop, source.if, site);
    inside.implied.set(draft.at, present);
    if (!source.then && !source.else)
      report(shop, draft.mainKey, "empty-branch", "This `if` has neither `then` nor `else`, so it decides nothing.", {
        help: "Write what is to be done under `then:`.",
      });
    // biome-ignore lint/suspicious/noThenProperty: `then` is a word of the language, and nobody awaits a step.
    return { ...base, kind: "if", test, then: block("then") ?? draft.next, else: block("else") ?? draft.next };
  }
  if ("switch" in source) {
    const { value: on, type } = expression(shop, source.switch, site);
    checkCases(shop, source.cases, type);
    const cases = new Map(source.cases.map((one) => [one.key.text, block(`cases/${one.key.text}`) ?? draft.next]));
    return { ...base, kind: "switch", on, cases, else: block("else") ?? draft.next };
  }
  if ("call" in source) {
    const known = flowNamed(shop, brand, source.call, "call");
    return {
      ...base,
      kind: "call",
      flow: source.call.text,
      with: withForFlow(shop, source.with, known, site, source.call),
      ...(source.save ? { save: source.save.text } : {}),
    };
  }
  if ("link" in source) {
    const known = flowNamed(shop, brand, source.link, "link");
    return { ...base, kind: "link", flow: source.link.text, with: withForFlow(shop, source.with, known, site, source.link) };
  }
  if ("goto" in source) return { ...base, kind: "goto", to: gotoTarget(shop, inside, draft, source.goto, "goto") ?? draft.next };
  if ("end" in source) return { ...base, kind: "end", what: source.end };
  if ("action" in source) return action(shop, brand, inside, source, site, base, block("on_error"));
  if ("answer" in source) {
    const otherwise = block("otherwise");
    return { ...base, kind: "answer", text: textValue(shop, source.answer, site), ...(otherwise === undefined ? {} : { otherwise }) };
  }
  if ("wait" in source) return wait(shop, source, site, base);
  if ("handoff" in source) return handoff(shop, brand, inside, draft, source, site, base, links);
  if ("tag" in source) return { ...base, kind: "tag", add: source.tag.map((one) => tagText(shop, inside, one, site)), remove: [] };
  if ("untag" in source) return { ...base, kind: "tag", add: [], remove: source.untag.map((one) => textValue(shop, one, site)) };
  if ("note" in source) return { ...base, kind: "note", text: text(shop, source.note, site, "note") };
  report(shop, draft.mainKey, "not-yet", `\`${draft.main}\` is part of the language, and this release cannot run it yet.`, {
    help: "Leave the step out for now; a later release brings it.",
  });
  return { ...base, kind: "goto", to: draft.next };
}

/** Tags go into reports, which hold nothing personal (rule 13). */
function tagText(shop: Workshop, inside: Inside, written: Written, site: Site): Value {
  const made = value(shop, written.at, site, { kind: "text" });
  const personal = made.reads.find(inside.isPersonal);
  if (personal) {
    report(shop, written.at, "personal-value", `\`${personal}\` is personal, and tags go into reports.`, {
      help: "Tag what kind of case it is, and leave the value out.",
    });
  }
  return made.value;
}

function sets(shop: Workshop, brand: Brand, inside: Inside, source: Keyed<Node>, site: Site): Extract<Step, { kind: "set" }>["sets"] {
  return source.flatMap(({ key, value: node }): Extract<Step, { kind: "set" }>["sets"] => {
    const found = targetOf(shop, brand, inside, key, "set");
    if (!found) return [];
    if (node.kind === "scalar" && node.value === null) return [{ target: found.target, value: null }];
    return [{ target: found.target, value: value(shop, node, site, slotType(found.slot)).value }];
  });
}

/** The slot or field that `collect: x`, `collect: customer.y`, `set: { slots.x }` fill. */
function targetOf(
  shop: Workshop,
  brand: Brand,
  inside: Inside,
  written: Scalar,
  how: "collect" | "set",
): { target: Target; slot: Slot } | null {
  const dot = written.text.indexOf(".");
  const root = dot === -1 ? "slots" : written.text.slice(0, dot);
  const name = dot === -1 ? written.text : written.text.slice(dot + 1);
  if (root === "customer") {
    const slot = brand.customerFields.get(name);
    if (slot) return { target: { kind: "customer", name }, slot };
    report(shop, written, "unknown-field", `The customer has no field called \`${name}\`.`, {
      near: nearNames(name, brand.customerFields.keys()),
      help: "Fields of ours are declared in the bot's file, under `customer:`.",
    });
    return null;
  }
  if (root !== "slots" || (how === "collect" && dot !== -1)) {
    report(shop, written, "bad-target", `\`${written.text}\` is nothing that can be filled.`, {
      help:
        how === "collect"
          ? "A `collect` fills a slot of the flow by its bare name, or `customer.<field>`."
          : "A `set` writes `slots.<name>` or `customer.<name>`.",
    });
    return null;
  }
  const slot = inside.slots.get(name);
  if (slot) return { target: { kind: "slot", name }, slot };
  if (!inside.broken) {
    report(shop, written, "unknown-slot", `This flow has no slot called \`${name}\`.`, {
      near: nearNames(name, inside.slots.keys()),
      help:
        inside.slots.size === 0
          ? `Declare it at the top of the file: \`slots: { ${name}: { type: text } }\`.`
          : `Its slots are ${list([...inside.slots.keys()])}.`,
    });
  }
  return null;
}

function gotoTarget(shop: Workshop, inside: Inside, draft: Draft, id: Written, how: "goto" | "return_to"): At | null {
  const found = reach(inside.layout, draft.block, id.text);
  if (found === null) {
    if (!inside.broken) {
      report(shop, id.at, "unknown-step", `There is no step called \`${id.text}\` in this flow.`, {
        near: nearNames(id.text, inside.layout.byId.keys()),
        help:
          how === "goto"
            ? "A `goto` stays inside its flow; to move on to another one, write `link: <flow>`."
            : "`return_to` names a step of this flow, or `next`.",
      });
    }
    return null;
  }
  if (found === "barred") {
    const target = inside.layout.byId.get(id.text)!;
    report(
      shop,
      id.at,
      "goto-into-branch",
      `The step \`${id.text}\` lies inside a branch (line ${placeOf(target.source.node).line}), and a \`${how}\` cannot jump into one.`,
      {
        help: "It reaches steps of its own level and of the levels around it. Move that step out of the branch, or `goto` the step that holds it.",
      },
    );
    return null;
  }
  return found.at;
}

function checkCases(shop: Workshop, cases: Keyed<StepSource[]>, type: ExprType): void {
  const values = type.kind === "choice" ? type.values : type.kind === "yes_no" ? ["true", "false"] : null;
  if (!values) return;
  for (const { key } of cases) {
    if (!values.includes(key.text))
      report(shop, key, "unknown-choice", `\`${key.text}\` is none of the values that this can have, so the case never comes.`, {
        near: nearNames(key.text, values),
        help: `The values are ${list(values)}.`,
      });
  }
}

type ActionSource = Extract<StepSource, { action: Written }>;
function action(
  shop: Workshop,
  brand: Brand,
  inside: Inside,
  source: ActionSource,
  site: Site,
  base: StepBase,
  onError: At | undefined,
): Step {
  const declared = brand.actions.get(source.action.text) ?? null;
  if (!declared && !brand.unread.actions) {
    report(shop, source.action.at, "unknown-action", `There is no action called \`${source.action.text}\`.`, {
      near: nearNames(source.action.text, brand.actions.keys()),
      help:
        brand.actions.size === OWN_ACTIONS.size
          ? "Actions are declared in the file that the bot names under `actions:`."
          : `The declared ones are ${list([...brand.actions.keys()])}.`,
    });
  }
  return {
    ...base,
    kind: "action",
    action: source.action.text,
    with: withForAction(shop, source.with, declared, site, source.action, inside.isPersonal),
    ...(source.save ? { save: source.save.text } : {}),
    timeoutMs: source.timeout?.ms ?? declared?.timeoutMs ?? 10_000,
    ...(onError === undefined ? {} : { onError }),
  };
}

type WaitSource = Extract<StepSource, { wait: unknown }>;
function wait(shop: Workshop, source: WaitSource, site: Site, base: StepBase): Step {
  const onReply = source.on_reply ?? "keep_waiting";
  if ("ms" in source.wait) return { ...base, kind: "wait", forMs: source.wait.ms, onReply };
  const moment = until(shop, source.wait.until, site);
  return { ...base, kind: "wait", ...(moment ? { until: moment } : {}), onReply };
}

type HandoffSource = Extract<StepSource, { handoff: Written }>;
function handoff(
  shop: Workshop,
  brand: Brand,
  inside: Inside,
  draft: Draft,
  source: HandoffSource,
  site: Site,
  base: StepBase,
  links: Links,
): Step {
  queueNamed(shop, brand, source.handoff);
  for (const name of source.ask_agent ?? []) {
    if (!inside.slots.has(name.text) && !inside.broken)
      report(shop, name.at, "unknown-slot", `This flow has no slot called \`${name.text}\` that the agent could be asked for.`, {
        near: nearNames(name.text, inside.slots.keys()),
      });
  }
  let returnTo: At | undefined;
  if (source.return_to?.text === "next") returnTo = draft.next;
  else if (source.return_to) returnTo = gotoTarget(shop, inside, draft, source.return_to, "return_to") ?? draft.next;
  const after = returnTo ?? inside.layout.endAll ?? END;
  const whenClosed = draft.inner.has("when_closed") ? first(draft.inner.get("when_closed"), after) : undefined;
  const whenTooLong = draft.inner.has("when_too_long") ? first(draft.inner.get("when_too_long"), after) : undefined;
  return {
    ...base,
    kind: "handoff",
    queue: source.handoff.text,
    ...(source.reason ? { reason: text(shop, source.reason, site, "reason") } : {}),
    priority: source.priority ?? "normal",
    skills: (source.skills ?? []).map((one) => one.text),
    ...(source.notice ? { notice: textOrMessage(shop, source.notice, "notice", site, links) } : {}),
    askAgent: (source.ask_agent ?? []).map((one) => one.text),
    ...(returnTo === undefined ? {} : { returnTo }),
    ...(whenClosed === undefined ? {} : { whenClosed }),
    ...(whenTooLong === undefined ? {} : { whenTooLong }),
  };
}
