/** The command line: what can be typed, and which file answers it. Each command loads only what it needs. */
import { Command, Option } from "commander";
import about from "../package.json" with { type: "json" };

const program = new Command("baton")
  .description("Conversations in YAML, on every channel, with a person when it matters.")
  .version(about.version)
  .showHelpAfterError("(`baton help <command>` tells more.)")
  .configureHelp({ sortSubcommands: false });

const project = () => new Option("--project <folder>", "the brand's folder, with bots/ and flows/ in it").default(".");

program
  .command("start")
  .description("run the bots: webhooks, the desk's API, health and metrics, on one port")
  .addOption(project())
  .option("--port <number>", "the port to listen on (PORT)")
  .option("--host <address>", "the address to listen on (HOST); 0.0.0.0 for every network")
  .option("--store <url>", "where conversations live (BATON_STORE), such as sqlite:./data/baton.db")
  .addHelpText(
    "after",
    "\nA channel without credentials runs against its built-in twin, so this works without any account.\nStop it with Ctrl+C: what is under way is finished first.",
  )
  .action(async (flags) => process.exit(await (await import("./start.ts")).start(flags)));

program
  .command("check")
  .description("read every bot and flow and report each mistake: where, what, why, what next")
  .addOption(project())
  .addOption(new Option("--format <kind>", "how to print the mistakes").choices(["text", "json", "sarif"]).default("text"))
  .option("--strict", "warnings count as mistakes")
  .action(async (flags) => process.exit(await (await import("./check.ts")).check(flags)));

program
  .command("test [files...]")
  .description("play the stories in tests/stories on a virtual clock, and say which steps none of them reaches")
  .addOption(project())
  .option("--coverage", "list every step that no story reaches")
  .addHelpText("after", "\nWith files or folders, only those stories are played:\n  baton test tests/stories/alder/late-return.story.yaml")
  .action(async (files, flags) => process.exit(await (await import("./test.ts")).test(files, flags)));

program
  .command("chat")
  .description("talk with a bot here, as a customer on any channel; /help inside tells the rest")
  .addOption(project())
  .option("--bot <name>", "which bot, when the project has several")
  .option("--channel <name>", "whose rules apply: messenger, wechat, twitter, botframework, web", "messenger")
  .option("--language <code>", "the language the customer's profile names, such as zh")
  .action(async (flags) => process.exit(await (await import("./chat.ts")).chat(flags)));

program
  .command("doctor")
  .description("ask each channel's platform whether all is there: credentials, webhook, subscriptions, clock; and what to do")
  .addOption(project())
  .option("--url <address>", "where the platforms reach this server (BATON_URL)")
  .action(async (flags) => process.exit(await (await import("./doctor.ts")).doctor(flags)));

program
  .command("qr <scene>")
  .description("make a QR code of a WeChat account; whoever scans it comes with this scene, which an ads file leads to a flow")
  .addOption(project())
  .option("--bot <name>", "which bot, when the project has several")
  .option("--account <id>", "which account, when there are several")
  .option("--days <number>", "how long it holds, 30 at most", "30")
  .option("--forever", "a code for good: an account may have 100,000 of them")
  .action(async (scene, flags) => process.exit(await (await import("./qr.ts")).qr(scene, flags)));

program
  .command("agent <verb> [name]")
  .description("people who answer: `add <name>`, `list`, `remove <name>`, `password <name>` for somebody who lost theirs")
  .addOption(project())
  .option("--bot <name>", "which bot, when the project has several")
  .addOption(new Option("--role <role>", "what they may do").choices(["agent", "supervisor", "admin"]).default("agent"))
  .option("--queues <names>", "the queues they work, separated by commas; none named: all")
  .option(
    "--sign-in <name>",
    "what they sign in to the desk with: an e-mail address or a plain name; without it, their name in small letters",
  )
  .option("--languages <codes>", "the languages they speak, separated by commas")
  .option("--skills <names>", "what they know, separated by commas")
  .option("--store <url>", "where conversations live (BATON_STORE)")
  .action(async (verb, name, flags) => process.exit(await (await import("./agent.ts")).agent(verb, name, flags)));

program
  .command("erase <customer>")
  .description("forget one customer (cu_…): everything said, known and waiting, in one commit")
  .addOption(project())
  .option("--bot <name>", "which bot, when the project has several")
  .option("--store <url>", "where conversations live (BATON_STORE)")
  .option("--yes", "do it without asking")
  .action(async (customer, flags) => process.exit(await (await import("./erase.ts")).erase(customer, flags)));

program
  .command("import <files...>")
  .description("write a *.faq.yaml for review out of CSV, Markdown, HTML or a help centre's JSON; nothing is written over")
  .addOption(project())
  .option("--bot <name>", "which bot it is for, when the project has several")
  .option("--to <folder>", "where to write", "imported")
  .addOption(new Option("--as <kind>", "questions and answers, or one document to quote from").choices(["faq", "document"]).default("faq"))
  .option("--language <code>", "the language of the texts, where it is not the bot's first")
  .option("--title <text>", "what a document is called")
  .option("--loader <module#class>", "read the file with one of langchain's document loaders, such as a PDF's")
  .action(async (files, flags) => process.exit(await (await import("./import.ts")).importFiles(files, flags)));

program
  .command("match")
  .description(
    "learn text<TAB>label lines and print label<TAB>score for each line of standard input; the score says how surely it is any label's",
  )
  .option("--train <file>", "the labelled texts to learn")
  .option("--save <file>", "keep what was learnt")
  .option("--model <file>", "go on with what an earlier --save kept")
  .option("--time", "tell on standard error what learning and each text took")
  .action(async (flags) => process.exit(await (await import("./match.ts")).match(flags)));

program
  .command("schema <folder>")
  .description("write the JSON Schemas of every kind of file, for completion in editors")
  .action(async (folder) => process.exit(await (await import("./schema.ts")).schema(folder)));

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exit(70);
});
