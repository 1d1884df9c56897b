import type { Builtin } from "./builtin.ts";
export const dateFunctions: readonly Builtin[] = [];
