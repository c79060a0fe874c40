/** `${NAME}` and `${NAME:-default}` in bot and action files. */
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
