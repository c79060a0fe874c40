/** Other kinds of files through any of langchain's document loaders: what it reads of a file becomes one document. */
import { loadOptional } from "../optional.ts";

type Loaded = { pageContent: string };
type Loader = { load(): Promise<Loaded[]> };

/**
 * @param what a package's module and the loader's class in it, which is made with the file's path
 * @param find where that module is to be loaded from
 */
export async function loadDocuments(
  what: string,
  path: string,
  find: (module: string) => string,
): Promise<{ text: string } | { why: string }> {
  const [module, name] = what.split("#");
  if (!module || !name)
    return { why: `\`${what}\` names no loader. It is written \`@langchain/community/document_loaders/fs/pdf#PDFLoader\`.` };
  const loaded = await loadOptional<Record<string, unknown>>(find(module));
  if (loaded === null) return { why: `The package of ${module}, or one that it needs, is not installed.` };
  const Class = loaded[name] as (new (path: string) => Loader) | undefined;
  if (typeof Class !== "function") return { why: `${module} has no class ${name}.` };
  try {
    const parts = await new Class(path).load();
    const text = parts.map((part) => part.pageContent.trim()).filter((one) => one !== "");
    return text.length === 0 ? { why: `${name} found no text in ${path}.` } : { text: `${text.join("\n\n")}\n` };
  } catch (error) {
    return { why: `${name} could not read ${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
