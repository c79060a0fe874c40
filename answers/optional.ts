/** Packages that a brand may leave out: looked for when somebody wants them, never before. */

/** @returns the package's exports; null when it is not installed */
export async function loadOptional<T>(name: string): Promise<T | null> {
  try {
    return (await import(name)) as T; // not a constant: bundlers leave it alone, and a build needs no such package
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
