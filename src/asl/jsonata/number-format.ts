import type { ValueObject } from "./values.ts";
export function formatNumber(_n: number, _p: string, _o: ValueObject): string { return ""; }
