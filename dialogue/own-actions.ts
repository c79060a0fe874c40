/** Actions that every bot has without declaring them: what makes two chats one customer, and two again. */
import type { Action, FieldType, OwnAction } from "./program.ts";

const TEXT: FieldType = { kind: "slot", type: "text" };
const COUNT: FieldType = { kind: "slot", type: "integer" };
const YES_NO: FieldType = { kind: "slot", type: "yes_no" };

/** Names that begin so are ours. */
export const OWN_PREFIX = "customer.";

export const OWN_ACTIONS: ReadonlyMap<string, Action> = new Map(
  [
    /** A code to be typed in another chat with the same brand; the one given here before holds no more. */
    ownAction("code", {}, { code: TEXT, minutes: COUNT }),
    /** Makes this chat and the one where the proof is from one customer's: a code, or a token that the brand's systems signed. */
    ownAction("link", { proof: TEXT }, { channel: TEXT, account: TEXT, is_new: YES_NO }),
    /** Takes this chat away from the others. */
    ownAction("unlink", {}, { was_linked: YES_NO }),
  ].map((action) => [action.name, action]),
);

/** Each is one act however often it is told, so all of them are safe to repeat. */
function ownAction(own: OwnAction, input: Record<string, FieldType>, output: Record<string, FieldType>): Action {
  const fields = (of: Record<string, FieldType>) => new Map(Object.entries(of).map(([name, type]) => [name, { type, optional: false }]));
  return {
    name: `${OWN_PREFIX}${own}`,
    safe: true,
    personal: true,
    timeoutMs: 5_000,
    place: { file: "", line: 0, column: 0 },
    input: fields(input),
    output: fields(output),
    map: new Map(),
    own,
  };
}
