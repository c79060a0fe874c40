/** One small project for each mistake: the file that holds it, the place between « », and what is said. */

export type Mistake = {
  code: string;
  /** The file that holds the mistake. */
  path: string;
  text: string;
  says: string;
  near?: string[];
  /** What the help has to name, when it matters most. */
  helps?: string;
  warning?: true;
  more?: Record<string, string | null>;
  today?: string;
};

const flow = (body: string) => ({ path: "flows/alder/f.flow.yaml", text: `format: 1\nflow: f\n${body}` });
const steps = (body: string) =>
  flow(
    `slots: { a: { type: text }, n: { type: integer, default: 1 }, c: { type: choice, of: { small: Small, big: Big } } }\nsteps:\n${body}`,
  );
const bot = (changed: string, from: string | RegExp, base: string) => ({ path: "bots/alder.bot.yaml", text: base.replace(from, changed) });
const actions = (body: string) => ({ path: "bots/alder.actions.yaml", text: `format: 1\nactions:\n${body}` });
const faq = (body: string) => ({ path: "flows/alder/x.faq.yaml", text: `format: 1\nfaq:\n${body}` });
const ads = (body: string) => ({ path: "flows/alder/x.ads.yaml", text: `format: 1\nads:\n${body}` });
const po = (body: string) => ({ path: "flows/alder/locales/zh.po", text: body });

/** @param base the right bot file, to change a line of */
export function mistakes(base: string): Mistake[] {
  return [
    // Reading YAML
    {
      code: "yaml-brackets",
      ...steps("  - { send: Hi, cards: { each: «r.items ?? []», title: T } }\n  - { send: Hello }\n"),
      says: "Inside `{ }` and `[ ]` YAML reads the brackets of this text as its own.",
      helps: '"r.items ?? []"',
    },
    {
      code: "yaml-brackets",
      ...steps("  - { if: «slots.a in [1, 2]», then: { send: Hi } }\n"),
      says: "Inside `{ }` and `[ ]` YAML reads the brackets of this text as its own.",
      helps: '"slots.a in [1, 2]"',
    },
    {
      code: "yaml-colon",
      ...steps("  - send: «Note: it is late»\n"),
      says: "The `: ` in this text would begin a map in YAML.",
      helps: '"Note: it is late"',
    },
    {
      code: "yaml-colon",
      ...steps("  - send: «x ? y : z»\n"),
      says: "The `: ` of `a ? b : c` would begin a map in YAML.",
      helps: '"x ? y : z"',
    },
    {
      code: "yaml-first-character",
      ...steps("  - send: «@alder is ours»\n"),
      says: "A text that starts with `@` has a meaning of its own in YAML.",
      helps: '"@alder is ours"',
    },
    {
      code: "yaml-first-character",
      ...steps("  - send: «%50 off»\n"),
      says: "A text that starts with `%` has a meaning of its own in YAML.",
    },
    {
      code: "yaml-first-character",
      ...steps("  - send: «`code`»\n"),
      says: "A text that starts with ``` has a meaning of its own in YAML.",
    },
    {
      code: "yaml-first-character",
      ...steps('  - send: «"Yes" is an answer»\n'),
      says: 'A text that starts with `"` ends at its closing mark in YAML, and more follows here.',
      helps: "'\"Yes\" is an answer'",
    },
    {
      code: "yaml-first-character",
      ...steps("  - send: «[x] marks it»\n"),
      says: "A text that starts with `[` ends at its closing mark in YAML, and more follows here.",
    },
    {
      code: "yaml-first-character",
      ...steps("  - send: «#1 shop»\n"),
      says: "A text that starts with `#` is a comment in YAML.",
      helps: '"#1 shop"',
    },
    {
      code: "yaml-hash",
      ...steps("  - send: We are «#1 in town»\n"),
      says: "YAML reads ` #` as the beginning of a comment, so the text ends before it.",
      helps: '"We are #1 in town"',
    },
    {
      code: "yaml-braces",
      ...steps("  - send: «{{ slots.n }}»\n"),
      says: "YAML reads an unquoted `{{` as the beginning of a map.",
      helps: '"{{ slots.n }}"',
    },
    {
      code: "yaml-braces",
      ...steps("  - send: [Hello, «{{ slots.n }}»]\n"),
      says: "YAML reads an unquoted `{{` as the beginning of a map.",
    },
    {
      code: "yaml-comma",
      ...steps("  - { send: «Hello, friend» }\n"),
      says: "A comma inside `{ }` ends the text, so the rest of it is read as a key.",
      helps: '"Hello, friend"',
    },
    {
      code: "yaml-folded-chinese",
      ...steps("  - send: «你好\n      世界»\n"),
      says: "YAML puts a space where this text goes on to the next line, and Chinese has none there.",
      helps: "`|`",
    },
    { code: "yaml-quote", ...steps("  - send: «'never closed»\n"), says: "A quote is opened and never closed." },
    {
      code: "yaml-braces",
      ...steps("  - { send: «Hi {{ slots.n }}», you }\n"),
      says: "Inside `{ }` and `[ ]` YAML reads the braces of `{{ }}` as its own.",
      helps: '"Hi {{ slots.n }}',
    },
    {
      code: "yaml-braces",
      ...steps("  - send: [«One {{ slots.n }}», Two]\n"),
      says: "Inside `{ }` and `[ ]` YAML reads the braces of `{{ }}` as its own.",
    },
    {
      code: "wrong-type",
      ...steps("  - «send:Hi»\n"),
      says: "`steps` takes a step (a map of keys), and this is `send:Hi`.",
      helps: "`send: …`",
    },
    {
      code: "wrong-type",
      path: "flows/alder/f.flow.yaml",
      text: "«- send: Hi»\n",
      says: "This is a list, and a flow file is a map of keys.",
    },
    {
      code: "yaml-tab",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: f\nsteps:\n«\t»- send: Hi\n",
      says: "A tab stands where YAML wants spaces.",
    },
    {
      code: "yaml-escape",
      ...steps('  - send: "50«\\%» off"\n'),
      says: "A backslash in double quotes begins an escape, and this is none.",
    },
    { code: "yaml-structure", ...steps("  - send: Hi\n «buttons:» []\n"), says: "YAML cannot tell what belongs to what here." },
    {
      code: "yaml-anchor",
      ...steps("  - send: «&now» limited\n"),
      says: "An unquoted `&` at the start means an anchor in YAML, and anchors are not used here.",
      helps: "quotes",
    },
    {
      code: "yaml-alias",
      ...steps("  - send: «*now*»\n"),
      says: "An unquoted `*` at the start means an alias in YAML, and aliases are not used here.",
      helps: "quotes",
    },
    {
      code: "yaml-tag",
      ...steps("  - send: «!important news»\n"),
      says: "An unquoted `!` at the start means a tag in YAML, and tags are not used here.",
      helps: '"!important news"',
    },
    {
      code: "merge-key",
      ...flow("«<<»: { steps: [] }\nsteps: { send: Hi }\n"),
      says: "`<<` merges another map in YAML, and merging is not used here.",
    },
    {
      code: "duplicate-key",
      ...steps("  - send: Hi\n    «send»: Ho\n"),
      says: "`send` is given twice in the same map; it stands first at line 5.",
    },
    {
      code: "odd-key",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: f\nsteps: { send: Hi }\n? «[a]»\n: b\n",
      says: "A key has to be a plain word here, not a list or a map.",
    },
    { code: "two-documents", ...steps("  - send: Hi\n«---»\nformat: 1\n"), says: "`---` begins a second document, and a file holds one." },
    { code: "too-deep", ...flow(`steps: ${"[".repeat(59)}«[»${"[".repeat(400)}\n`), says: "Lists and maps nest more than 60 deep here." },
    {
      code: "file-too-big",
      path: "flows/alder/f.flow.yaml",
      text: `«f»ormat: 1\n# ${"x".repeat(1_000_000)}\n`,
      says: "This file is larger than 1 MB.",
    },
    { code: "empty-file", path: "flows/alder/f.flow.yaml", text: "«#» nothing yet\n", says: "This file is empty." },

    {
      code: "not-utf8",
      ...steps("  - send: Caf«\ufffd»\n"),
      says: "This letter cannot be read: the file is not UTF-8.",
      helps: "UTF-8",
    },
    {
      code: "unread-file",
      path: "flows/alder/sizes.yml",
      text: "«format: 1»\nflow: sizes\nsteps: [ { send: Hi } ]\n",
      says: "Nothing reads this file: what is read here ends in `.flow.yaml`, `.faq.yaml` and `.ads.yaml`.",
      warning: true,
    },
    {
      code: "unread-file",
      path: "flows/alder/zh.po",
      text: '«msgid ""»\n',
      says: "Nothing reads this file: translations lie in `locales/`.",
      helps: "`locales/zh.po`",
      warning: true,
    },

    // Keys and types
    {
      code: "unknown-key",
      ...steps("  - send: Hi\n    «button»: []\n"),
      says: "`button` is not a key of a `send` step.",
      near: ["buttons"],
    },
    {
      code: "unknown-key",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: f\n«__proto__»: { polluted: true }\nsteps: { send: Hi }\n",
      says: "`__proto__` is not a key of a flow file.",
    },
    { code: "missing-key", ...steps("  - «collect»: a\n"), says: "A `collect` step needs the key `ask`: a text or a list of variants." },
    { code: "no-main-key", ...steps("  - «sned»: Hi\n"), says: "None of these keys says what this step is.", near: ["send", "end", "set"] },
    { code: "two-main-keys", ...steps("  - send: Hi\n    «goto»: a\n"), says: "This step has two main keys, `send` and `goto`." },
    {
      code: "wrong-type",
      ...steps("  - { collect: a, ask: A?, max_attempts: «often» }\n"),
      says: "`max_attempts` takes a number in its range, and this is `often`.",
    },
    {
      code: "wrong-type",
      ...steps("  - { handoff: care, priority: «hgih» }\n"),
      says: "`priority` takes one of `urgent`, `high`, `normal` and `low`, and this is `hgih`.",
      near: ["high"],
    },
    {
      code: "wrong-type",
      ...steps("  - wait: «tomorrow»\n"),
      says: "`wait` takes a duration such as `30s`, `15m`, `20h` or `1h30m`, and this is `tomorrow`.",
    },
    {
      code: "wrong-type",
      path: "flows/alder/f.flow.yaml",
      text: "format: «2»\nflow: f\nsteps: { send: Hi }\n",
      says: "`format` takes `1`, and this is the number 2.",
    },
    {
      code: "bad-name",
      ...flow("slots: { «Number»: { type: text } }\nsteps: { send: Hi }\n"),
      says: "`Number` cannot be a name here.",
      helps: "small letters",
    },
    {
      code: "bad-name",
      ...steps("  - { send: Hi, id: «next» }\n"),
      says: "`next` cannot be a step's id: in `return_to` it means the step after.",
    },
    { code: "empty-text", ...steps("  - { collect: a, ask: A?, invalid: «''» }\n"), says: "`invalid` is empty." },
    { code: "empty-text", ...steps("  - «send»:\n"), says: "`send` is empty, and nothing else is in the message." },
    { code: "empty-branch", ...steps('  - «if»: "true"\n'), says: "This `if` has neither `then` nor `else`, so it decides nothing." },
    {
      code: "setting-outside",
      ...steps('  - send: "Write to «${SHOP_MAIL}»"\n'),
      says: "`${SHOP_MAIL}` is a setting, and settings stand in the bot's and the actions' file only.",
    },
    { code: "not-yet", ...steps("  - { «track»: lead }\n"), says: "`track` is part of the language, and this release cannot run it yet." },

    // Names
    { code: "unknown-flow", ...steps("  - link: «szies»\n"), says: "There is no flow called `szies`.", near: ["sizes"], helps: "`call`" },
    {
      code: "unknown-step",
      ...steps("  - { send: Hi, id: hello }\n  - goto: «helo»\n"),
      says: "There is no step called `helo` in this flow.",
      near: ["hello"],
      helps: "`link: <flow>`",
    },
    {
      code: "goto-into-branch",
      ...steps('  - { if: "true", then: { send: In, id: inside } }\n  - goto: «inside»\n'),
      says: "The step `inside` lies inside a branch (line 5), and a `goto` cannot jump into one.",
    },
    { code: "unknown-slot", ...steps("  - { collect: «aa», ask: A? }\n"), says: "This flow has no slot called `aa`.", near: ["a"] },
    {
      code: "unknown-slot",
      ...steps("  - { call: sizes, with: { «siz»: 1 } }\n"),
      says: "The flow `sizes` has no slot called `siz`.",
      near: ["size"],
    },
    {
      code: "unknown-field",
      ...steps("  - { set: { «customer.vipp»: true } }\n"),
      says: "The customer has no field called `vipp`.",
      near: ["vip"],
    },
    { code: "bad-target", ...steps("  - { collect: «order.number», ask: A? }\n"), says: "`order.number` is nothing that can be filled." },
    {
      code: "unknown-action",
      ...steps('  - { action: «orders.fnd», with: { number: "1" } }\n'),
      says: "There is no action called `orders.fnd`.",
      near: ["orders.find"],
    },
    {
      code: "unknown-input",
      ...steps('  - { action: orders.find, with: { number: "1", «nota»: x } }\n'),
      says: "`orders.find` takes no `nota`.",
      near: ["note"],
    },
    {
      code: "missing-input",
      ...steps("  - { action: «orders.find» }\n"),
      says: "`orders.find` has to be given `number`.",
      helps: "`with: { number: … }`",
    },
    { code: "unknown-queue", ...steps("  - handoff: «caer»\n"), says: "There is no queue called `caer`.", near: ["care"] },
    {
      code: "unknown-event",
      ...flow("triggers: { event: «order_shiped» }\nsteps: { send: Hi }\n"),
      says: "There is no event called `order_shiped`.",
      near: ["order_shipped"],
    },
    {
      code: "unknown-channel",
      ...flow("only_on: [«mesenger»]\nsteps: { send: Hi }\n"),
      says: "The bot has no channel `mesenger`.",
      near: ["messenger"],
      warning: true,
    },
    {
      code: "unknown-choice",
      ...steps("  - { collect: c, ask: C? }\n  - { switch: slots.c, cases: { «smal»: { send: S } } }\n"),
      says: "`smal` is none of the values that this can have, so the case never comes.",
      near: ["small"],
    },
    { code: "unknown-choice", ...steps("  - { set: { slots.c: «smal» } }\n"), says: '"smal" is not one of the values.', near: ["small"] },
    {
      code: "unknown-text",
      ...bot("texts: { «invalid_emial»: No }\nqueues:", "queues:", base),
      says: "The engine has no line called `invalid_emial`.",
      near: ["invalid_email"],
    },
    {
      code: "duplicate-name",
      ...bot("customer:\n  «email»: { type: email }", "customer:", base),
      says: "Every customer has `email` already, so it is not declared.",
    },
    {
      code: "duplicate-id",
      ...steps("  - { send: Hi, id: x }\n  - { send: Ho, id: «x» }\n"),
      says: "The id `x` is taken by the step at line 5; ids are unique in a flow, branches included.",
    },
    {
      code: "same-automatic-id",
      ...steps("  - { wait: 1h }\n  - { «wait»: 2h }\n"),
      says: "This `wait` and the `wait` at line 5 would both be called `wait`. Conversations stand on these steps, and a release has to tell them apart.",
      helps: "`id: wait_again`",
    },
    {
      code: "file-name",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: «g»\nsteps: { send: Hi }\n",
      says: "This flow is called `g`, and its file `f.flow.yaml`.",
    },
    {
      code: "hidden-flow",
      ...bot("flows: [../flows/alder, ../flows/shared]", "flows: ../flows/alder", base),
      path: "flows/shared/sizes.flow.yaml",
      text: "format: 1\nflow: «sizes»\nsteps: { send: Hi }\n",
      more: { "bots/alder.bot.yaml": base.replace("flows: ../flows/alder", "flows: [../flows/alder, ../flows/shared]") },
      says: "`flows/alder/sizes.flow.yaml` hides this flow: its folder stands earlier in the bot's `flows`.",
      warning: true,
    },
    {
      code: "empty-folder",
      ...bot("flows: [../flows/alder, «../flows/aldr»]", "flows: ../flows/alder", base),
      says: "There is no file in the folder `flows/aldr`.",
      near: ["../flows/alder"],
    },
    {
      code: "no-file",
      ...bot("actions: «./aldr.actions.yaml»", "actions: ./alder.actions.yaml", base),
      says: "There is no file `bots/aldr.actions.yaml`.",
    },

    // Slots, values and saves
    {
      code: "no-options",
      ...flow("slots: { c: { type: choice } }\nsteps: { collect: «c», ask: C? }\n"),
      says: "`c` is a choice, and nothing says what there is to choose from.",
    },
    {
      code: "slot-keys",
      ...steps("  - { collect: a, ask: A?, «options»: [x, y] }\n"),
      says: "`options` belong to a choice, and `a` is a `text`.",
    },
    {
      code: "empty-choice",
      ...flow("slots: { c: «{ type: choice, of: {} }» }\nsteps: { send: Hi }\n"),
      says: "The choice `c` has nothing to choose from.",
    },
    {
      code: "bad-pattern",
      ...flow('slots: { a: { type: text, pattern: «"A(["» } }\nsteps: { send: Hi }\n'),
      says: "This pattern cannot be read: missing closing ]: `[`.",
    },
    {
      code: "maybe-missing",
      ...steps('  - send: "You said {{ «slots.a» }}."\n'),
      says: "`slots.a` may be missing here.",
      helps: '`{{ slots.a ?? "…" }}`',
    },
    {
      code: "maybe-missing",
      ...steps('  - { if: «customer.country» == "US", then: { send: Hi } }\n'),
      says: "`customer.country` may be missing here.",
      helps: "`has(customer.country) && …`",
    },
    {
      code: "maybe-missing",
      ...steps(
        '  - { action: orders.find, with: { number: "1" }, save: order, on_error: { send: Sorry } }\n  - send: "It is {{ «order.age_days» }} days old."\n',
      ),
      says: "`order` may be missing here, and with it `order.age_days`.",
    },
    {
      code: "save-hides",
      ...steps('  - { action: orders.find, with: { number: "1" }, save: «customer» }\n'),
      says: "`save: customer` would hide another name of expressions.",
    },
    {
      code: "save-type",
      ...steps('  - { action: orders.find, with: { number: "1" }, save: x }\n  - { call: sizes, save: «x» }\n'),
      says: "`x` is saved twice in this flow, with two different types.",
    },
    {
      code: "kept-type",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: «f»\nslots: { k: { type: text, keep: 1d } }\nsteps: { send: Hi }\n",
      more: { "flows/alder/e.flow.yaml": "format: 1\nflow: e\nslots: { k: { type: integer, keep: true } }\nsteps: { send: Hi }\n" },
      says: "The kept slot `k` has the type `text` here and `integer` in `e`; a kept slot is shared, and has one type.",
    },
    {
      code: "personal-value",
      ...flow(
        'slots: { p: { type: phone } }\nsteps:\n  - { collect: p, ask: Phone? }\n  - { action: orders.find, with: { number: «"{{ slots.p }}"» } }\n',
      ),
      says: "`slots.p` is personal, and `orders.find` is not marked to receive personal values.",
    },
    {
      code: "personal-value",
      ...steps(
        '  - { action: orders.find, with: { number: "1" }, save: order }\n  - { action: orders.find, id: again, with: { number: «"{{ order.owner }}"» } }\n',
      ),
      says: "`order.owner` is personal, and `orders.find` is not marked to receive personal values.",
    },

    // Expressions
    { code: "bad-expression", ...steps('  - { if: "slots.n «>»", then: { send: Hi } }\n'), says: "The expression ends too early." },
    { code: "bad-expression", ...steps('  - send: "Hello «{{» slots.n"\n'), says: "`{{` is opened here and never closed by `}}`." },
    {
      code: "unknown-name",
      ...steps('  - { if: "«slot».n > 1", then: { send: Hi } }\n'),
      says: "There is nothing called `slot` here.",
      near: ["slots", "bot"],
    },
    {
      code: "unknown-function",
      ...steps('  - { if: "«len(slots.n)» > 1", then: { send: Hi } }\n'),
      says: "There is no function called `len`.",
    },
    { code: "wrong-arguments", ...steps('  - send: "{{ «upper_first()» }}"\n'), says: "`upper_first` is given too little." },
    {
      code: "wrong-type",
      ...steps("  - { if: \"«slots.n == '1'»\", then: { send: Hi } }\n"),
      says: "A whole number and a text cannot be compared.",
    },
    {
      code: "name-taken",
      ...steps('  - { if: "[1].all(«slots», true)", then: { send: Hi } }\n'),
      says: "`slots` is a name already; call each of them something else.",
    },
    {
      code: "int-division",
      ...steps('  - { if: "«slots.n / 2» > 1", then: { send: Hi } }\n'),
      says: "A whole number divided by a whole number loses its fraction: 3 / 2 is 1.",
      warning: true,
    },

    {
      code: "unprintable",
      ...steps('  - { action: orders.find, with: { number: "1" }, save: order }\n  - send: "It was {{ «order.total» }}."\n'),
      says: "Money does not print by itself.",
      helps: "`{{ money(order.total) }}`",
    },
    {
      code: "maybe-missing",
      ...steps('  - { collect: a, ask: A?, optional: true }\n  - { send: "{{ «slots.a» }}" }\n'),
      more: { "flows/alder/g.flow.yaml": "format: 1\nflow: g\nsteps: { send: Hi }\n" },
      says: "`slots.a` may be missing here.",
    },

    // Ways through a flow
    {
      code: "unreachable-step",
      ...steps("  - handoff: care\n  - «send»: Never\n"),
      says: "No way leads to this step. Without `return_to` the flow ends at the `handoff` before it (`handoff`).",
      warning: true,
    },
    {
      code: "endless-loop",
      ...steps("  - { send: Hi, id: hi }\n  - «goto»: hi\n"),
      says: "From here the steps go round and round without ever stopping: nothing on the way back to `hi` waits for anyone.",
    },
    {
      code: "endless-loop",
      ...steps("  - { collect: a, ask: A? }\n  - send: Hi\n  - «goto»: a\n"),
      says: "From here the steps go round and round without ever stopping: nothing on the way back to `a` waits for anyone.",
    },
    {
      code: "question-forever",
      ...steps("  - { «collect»: a, ask: A?, otherwise: [ { send: Please! }, { goto: a } ] }\n"),
      says: "Whoever cannot answer this question is asked it for ever: its `otherwise` leads back to it and nowhere else.",
      warning: true,
    },
    {
      code: "call-cycle",
      path: "flows/alder/g.flow.yaml",
      text: "format: 1\nflow: g\nsteps: { call: «f» }\n",
      more: { "flows/alder/f.flow.yaml": "format: 1\nflow: f\nsteps: { call: g }\n" },
      says: "These flows call each other in a circle: `f` and `g`, and a flow stands at most once on the stack.",
    },
    { code: "call-cycle", ...steps("  - call: «f»\n"), says: "This flow calls itself, and a flow stands at most once on the stack." },
    {
      code: "wait-outlives-window",
      ...steps("  - { wait: 20h }\n  - { wait: 20h, id: more }\n  - «send»: Still there?\n"),
      says: "This may come 40 hours after the customer's last word, and messenger lets us speak for 24 hours; later it is not sent.",
      warning: true,
    },
    {
      code: "not-yet",
      ...steps("  - { wait: 30h }\n  - { send: Still there?, outside_window: { «messenger»: boots_reminder } }\n"),
      says: "`outside_window` is part of the language, and this release cannot send by it on messenger yet.",
      warning: true,
    },
    {
      code: "missing-key",
      ...steps("  - { wait: 30h }\n  - { send: Still there?, outside_window: { «whatsapp»: { language: en } } }\n"),
      says: "This entry names no template.",
    },
    { code: "bad-until", ...steps("  - wait: { until: «next week» }\n"), says: "`next week` is not a moment to wait for." },
    {
      code: "button-kind",
      ...steps("  - { send: Hi, buttons: [ «{ title: Shop }» ] }\n"),
      says: "This button does nothing when it is tapped.",
    },
    {
      code: "over-limit",
      ...steps("  - { send: Hi, buttons: [ { title: «A very long title for a button», link: sizes } ] }\n"),
      says: "A button's title has at most 20 characters on messenger, and this one 30.",
      warning: true,
    },
    {
      code: "over-limit",
      ...steps(
        "  - { send: Hi, buttons: [ { title: A, link: sizes }, { title: B, link: sizes }, { title: C, link: sizes }, { title: «D», link: sizes } ] }\n",
      ),
      says: "messenger shows at most 3 buttons under one message, and here are 4.",
      warning: true,
    },

    {
      code: "unknown-payload",
      ...steps("  - { send: Hi, buttons: [ { title: Back, payload: «RETURN» } ] }\n"),
      more: { "flows/alder/g.flow.yaml": "format: 1\nflow: g\ntriggers: { payload: RETURNS }\nsteps: { send: Hi }\n" },
      says: "No flow is started by the payload `RETURN`, so a tap on this button is not understood.",
      near: ["RETURNS"],
      warning: true,
    },
    {
      code: "missing-input",
      ...steps("  - { send: Hi, buttons: [ { title: Go, link: «g» } ] }\n"),
      more: { "flows/alder/g.flow.yaml": "format: 1\nflow: g\ninputs: [a]\nslots: { a: { type: text } }\nsteps: { send: Hi }\n" },
      says: "`g` has to be given `a`, and nothing is given from here.",
    },
    {
      code: "personal-value",
      ...flow('slots: { p: { type: phone } }\nsteps:\n  - { collect: p, ask: Phone? }\n  - tag: «"{{ slots.p }}"»\n'),
      says: "`slots.p` is personal, and tags go into reports.",
    },

    // Triggers, guards, patterns
    {
      code: "slots-in-guard",
      ...flow('slots: { a: { type: text } }\nguard: «slots».a == "x"\nsteps: { send: Hi }\n'),
      says: "A `guard` is asked before the flow has started, so it sees no slots.",
    },
    {
      code: "otherwise-alone",
      ...flow("«otherwise»: { send: No }\nsteps: { send: Hi }\n"),
      says: "`otherwise` runs when the `guard` of a flow is false, and this flow has none.",
    },
    {
      code: "inputs-and-phrases",
      ...flow("triggers: { «phrases»: [hello there] }\ninputs: [a]\nslots: { a: { type: text } }\nsteps: { send: Hi }\n"),
      says: "This flow has `inputs`, which come by `with` from another flow; a phrase brings none.",
    },
    {
      code: "phrase-of-two",
      ...flow("triggers: { phrases: [«Send it back!»] }\nsteps: { send: Hi }\n"),
      more: {
        "flows/alder/returns.flow.yaml": null,
        "flows/alder/a.flow.yaml": "format: 1\nflow: a\ntriggers: { phrases: [send it back] }\nsteps: { send: Hi }\n",
      },
      says: "`Send it back!` is also a phrase of the flow `a` (flows/alder/a.flow.yaml:3), so neither wins and the customer is asked which was meant.",
    },
    {
      code: "repeated-phrase",
      ...flow("triggers: { phrases: [hello there, «Hello there»] }\nsteps: { send: Hi }\n"),
      says: "`Hello there` stands twice here; the first is at line 3.",
      warning: true,
    },
    {
      code: "trigger-of-two",
      path: "flows/alder/f.flow.yaml",
      text: "format: 1\nflow: «f»\ntriggers: { keyword: RETURN }\nsteps: { send: Hi }\n",
      more: { "flows/alder/e.flow.yaml": "format: 1\nflow: e\ntriggers: { keyword: return }\nsteps: { send: Hi }\n" },
      says: "The keyword `RETURN` starts this flow and also `e` (flows/alder/e.flow.yaml).",
    },
    {
      code: "pattern-triggers",
      path: "flows/alder/greeting.flow.yaml",
      text: "format: 1\nflow: greeting\n«triggers»: { keyword: HI }\nsteps: { send: Hi }\n",
      says: "`greeting` is a pattern: the engine runs it by its name, so it has no triggers.",
    },
    {
      code: "pattern-keep",
      path: "flows/alder/greeting.flow.yaml",
      text: "format: 1\nflow: greeting\nslots: { a: { type: text, «keep»: true } }\nsteps: { send: Hi }\n",
      says: "`greeting` is a pattern, and a pattern has no `keep` slots.",
    },

    // FAQ, advertisements, translations
    { code: "faq-answers", ...faq("  - { id: «x», questions: [What?] }\n"), says: "`x` has no answer." },
    {
      code: "faq-competes",
      ...faq("  - { id: x, questions: [What is it?], answer: A }\n  - { id: y, questions: [«What is it»], answer: B }\n"),
      says: "`What is it` is also a question of the FAQ entry `x` (flows/alder/x.faq.yaml:3), so neither wins and the customer is asked which was meant.",
    },
    {
      code: "faq-expired",
      ...faq("  - { id: x, questions: [What?], answer: A, expires: «2026-01-31» }\n"),
      today: "2026-02-01",
      says: "`x` expired on 2026-01-31 and is not answered any more.",
      warning: true,
    },
    {
      code: "ad-matches-nothing",
      ...ads("  - match: «{}»\n    start: sizes\n"),
      says: "This `match` names nothing, so no advertisement ever fits it.",
    },
    {
      code: "ad-matches-twice",
      ...ads('  - { match: { ref: "spring-*" }, start: sizes }\n  - «{» match: { ref: "spring-*" }, start: returns }\n'),
      says: "An advertisement that fits this rule also fits the one at flows/alder/x.ads.yaml:3, and both rank the same.",
    },
    {
      code: "bad-match",
      ...ads('  - { match: { ref: «"spring-*-boots"» }, start: sizes }\n'),
      says: "`*` stands for any rest, so only at the end; in `spring-*-boots` it stands inside.",
    },
    {
      code: "pattern-start",
      ...ads("  - { match: { ref: x }, start: «greeting» }\n"),
      more: { "flows/alder/greeting.flow.yaml": "format: 1\nflow: greeting\nsteps: { send: Hi }\n" },
      says: "`greeting` is a pattern; an advertisement starts a flow of the brand's.",
    },
    {
      code: "not-yet",
      path: "flows/alder/x.ads.yaml",
      text: "format: 1\n«sequences»: []\n",
      says: "`sequences` are part of the language, and this release cannot run them yet.",
    },
    {
      code: "missing-translation",
      path: "flows/alder/sizes.flow.yaml",
      text: 'format: 1\nflow: sizes\nslots: { size: { type: integer, default: 42 } }\noutputs: [size]\nsteps: [ { send: «"It fits {{ slots.size }}."» } ]\n',
      more: { "bots/alder.bot.yaml": base.replace("[en]", "[en, zh]") },
      says: "1 of 1 texts of this file has no translation into `zh`; the first is `It fits {{ slots.size }}.`. A message goes out whole in one language, so those are said in `en`.",
      helps: 'msgctxt "sizes/send/send"',
      warning: true,
    },
    {
      code: "stale-translation",
      ...po('msgctxt "sizes/send/send"\nmsgid "It fitted."\nmsgstr «"»很合适。"\n'),
      more: { "bots/alder.bot.yaml": base.replace("[en]", "[en, zh]") },
      says: "No text of these flows is `It fitted.` (`sizes/send/send`), so this translation is never used.",
      warning: true,
    },
    { code: "bad-translation-file", ...po("«msgid It fits»\n"), says: "This line is not part of a gettext PO file." },

    // The bot and its actions
    {
      code: "bad-timezone",
      ...bot("timezone: «America/Los_Angles»", "timezone: America/Los_Angeles", base),
      says: "`America/Los_Angles` is not a time zone.",
      near: ["America/Los_Angeles"],
    },
    {
      code: "bad-hours",
      ...bot('mon-fri: «"9 to 5"»', 'mon-fri: "09:00-17:00"', base),
      says: "`9 to 5` is no time of opening.",
      helps: '"09:00-17:00"',
    },
    {
      code: "route-end",
      ...bot('mon-fri: "09:00-17:00" }, route: [ «{ language: same }», { overflow: anyone } ]', 'mon-fri: "09:00-17:00" }', base),
      says: "This rung has no `for`, so those below are never tried.",
    },
    {
      code: "no-person",
      ...bot("", /queues:[\s\S]*/, base.replace("bot: alder", "bot: «alder»")),
      says: "This bot has no queue, so whoever asks for a person, or cannot answer a question, never gets one.",
      warning: true,
    },
    {
      code: "action-kind",
      ...actions("  «orders.find»: { input: { number: text }, output: { age_days: integer } }\n"),
      more: { "flows/alder/returns.flow.yaml": null },
      says: "`orders.find` says nothing of what it calls.",
    },
    {
      code: "reserved-action",
      ...actions(
        '  «customer.link»: { http: { get: "https://a.test" } }\n  orders.find: { input: { number: text }, output: { age_days: integer }, http: { get: "https://a.test" } }\n',
      ),
      says: "`customer.link` begins with `customer.`, and those actions are Baton's own.",
    },
    {
      code: "bad-field-type",
      ...actions('  orders.find: { input: { number: «txet» }, output: { age_days: integer }, http: { get: "https://a.test" } }\n'),
      says: "`txet` is not a type.",
      near: ["text"],
    },
    {
      code: "unknown-output",
      ...actions(
        '  orders.find: { input: { number: text }, output: { age_days: integer }, http: { get: "https://a.test" }, map: { «age_day»: body.age } }\n',
      ),
      says: "`age_day` is not a field of this action's `output`.",
      near: ["age_days"],
    },
    {
      code: "bad-function",
      ...actions("  orders.find: { input: { number: text }, output: { age_days: integer }, function: «./orders.ts» }\n"),
      says: "`./orders.ts` does not name a module and a function.",
    },
    {
      code: "empty-document",
      path: "flows/alder/x.faq.yaml",
      text: "format: 1\ndocuments:\n  - { id: terms, title: Terms, file: «x.md» }\n",
      more: { "flows/alder/x.md": "# Terms\n" },
      says: "Nothing in `flows/alder/x.md` can be quoted.",
      warning: true,
    },
    {
      code: "long-document",
      path: "flows/alder/x.faq.yaml",
      text: "format: 1\ndocuments:\n  - { id: all, title: Everything, file: «x.md» }\n",
      more: { "flows/alder/x.md": "# One\n\nA sentence that stands alone.\n".repeat(2_001) },
      says: "`flows/alder/x.md` has 2001 passages; the first 2000 are read.",
      warning: true,
    },
    {
      code: "bad-timeout",
      ...bot("answers: { anthropic: m, timeout: «9m» }\nlanguages:", "languages:", base),
      says: "A customer waits while a model is asked: `timeout` is between 500ms and 30s.",
    },
    {
      code: "missing-price",
      ...bot('answers: { langchain: «"@l/x#C"», limits: { day: { money: 5 } } }\nlanguages:', "languages:", base),
      says: "A limit in money can only be kept where it is known what a model costs.",
    },
  ];
}
