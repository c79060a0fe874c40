/** What our own buttons and choices carry, and how a tap on one is read again, however late. */

export type Tap =
  | { kind: "link"; flow: string }
  | { kind: "goto"; flow: string; step: string }
  | { kind: "faq"; id: string }
  | { kind: "answer"; flow: string; step: string; value: string }
  | { kind: "none_of_these" }
  | { kind: "payload"; payload: string };

const OURS = "baton:";
export const NONE_OF_THESE = "baton:none";

export const linkPayload = (flow: string) => `baton:link:${flow}`;
export const gotoPayload = (flow: string, step: string) => `baton:goto:${flow}/${step}`;
export const faqPayload = (id: string) => `baton:faq:${id}`;
/** An option of a question: the value rides along, because labels change with the language. */
export const answerPayload = (flow: string, step: string, value: string) => `baton:answer:${flow}/${step}:${value}`;

export function readTap(payload: string): Tap {
  if (!payload.startsWith(OURS)) return { kind: "payload", payload };
  if (payload === NONE_OF_THESE) return { kind: "none_of_these" };
  const match = /^baton:(link|goto|faq|answer):([a-z][a-z0-9_]*)(?:\/([a-z][a-z0-9_]*))?(?::([\s\S]*))?$/.exec(payload);
  const [, kind, name, step, value] = match ?? [];
  if (name === undefined) return { kind: "payload", payload };
  if (kind === "link" && step === undefined) return { kind: "link", flow: name };
  if (kind === "faq" && step === undefined) return { kind: "faq", id: name };
  if (kind === "goto" && step !== undefined) return { kind: "goto", flow: name, step };
  if (kind === "answer" && step !== undefined && value !== undefined) return { kind: "answer", flow: name, step, value };
  return { kind: "payload", payload };
}
