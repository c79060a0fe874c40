/** All checks that look at a whole brand: what steps lead to, which values are there, what channels can show. */
import type { Brand } from "../compile/brand.ts";
import type { BrandFiles } from "../compile/files.ts";
import type { Made } from "../compile/flow.ts";
import type { Workshop } from "../compile/workshop.ts";
import type { Program } from "../program.ts";

export function checkBrand(_shop: Workshop, _brand: Brand, _program: Program, _made: Map<string, Made>, _found: BrandFiles): void {}
