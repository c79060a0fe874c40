/** `${NAME}` and `${NAME:-default}` in bot and action files. */
import type { Entry, Node } from "../read/node.ts";

export type Env = Record<string, string | undefined>;

/** The text with its settings filled in. `whole` false: one is unset and has no default, so that what it stands in is left out. */
export function filled(text: string, env: Env): { text: string; whole: boolean } {
  let whole = true;
  const made = text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found !== undefined && found !== "") return found;
    if (fallback === undefined) whole = false;
    return fallback ?? "";
  });
  return { text: made, whole };
}

/** The node with all its settings filled in; keys and items that hold an unset one are left out. null: the whole is one. */
export function filledNode(node: Node, env: Env): Node | null {
  if (node.kind === "list") return { ...node, items: node.items.map((item) => filledNode(item, env)).filter((item) => item !== null) };
  if (node.kind === "map") {
    const entries = node.entries.map((one) => ({ key: one.key, value: filledNode(one.value, env) }));
    return { ...node, entries: entries.filter((one): one is Entry => one.value !== null) };
  }
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const { text, whole } = filled(node.value, env);
  return whole ? { ...node, text, value: text } : null;
}
