/** The examples of the language page are one brand: put together as they say, they compile. */
import { expect, it } from "vitest";
import { channelLimits } from "../../adapters/limits.ts";
import { compile } from "../../dialogue/compile.ts";
import { readBuiltins } from "../../server/project.ts";
import { blocks } from "./blocks.ts";

/** Flows that the examples name and the page does not show. */
const UNSHOWN = {
  faulty_item: "",
  track_order: "",
  leave_a_message: "",
  offer_callback: "",
  spring_boots: "slots: { product: { type: text } }\n",
  warranty: "slots: { serial: { type: text } }\n",
  csat: "slots: { topic: { type: text }, stars: { type: integer, default: 5 } }\ninputs: [topic]\noutputs: [stars]\n",
};

it("the manifest, actions, flows, FAQ and ads of docs/language.md make a brand without a mistake", () => {
  const [bot, actions, returns, booking, faq, ads] = blocks("yaml").filter((block) => block.file === "docs/language.md");
  const files = new Map([
    ["bots/alder.bot.yaml", bot!.text],
    ["bots/alder.actions.yaml", actions!.text],
    ["bots/actions/tables.ts", "export function book() {}"],
    ["flows/alder/returns.flow.yaml", returns!.text],
    ["flows/alder/booking.flow.yaml", booking!.text],
    ["flows/alder/shipping.faq.yaml", faq!.text],
    ["flows/alder/spring.ads.yaml", ads!.text],
    ["flows/patterns/completed.flow.yaml", "format: 1\nflow: completed\ndescription: Silent.\nsteps:\n  - end: flow\n"],
    ...Object.entries(UNSHOWN).map(([name, more]): [string, string] => [
      `flows/alder/${name}.flow.yaml`,
      `format: 1\nflow: ${name}\ndescription: A stand-in.\n${more}steps:\n  - send: Here.\n`,
    ]),
  ]);
  const { problems } = compile({ bot: "bots/alder.bot.yaml", files, builtins: readBuiltins(), limits: channelLimits(), env: {} });
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
});
