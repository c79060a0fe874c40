import type { BuildOptions } from "esbuild";
export const ROOT: string;
export const OPTIONS: BuildOptions;
