export function formatInteger(_n: number, _p: string): string { return ""; }
export function parseInteger(_n: string, _p: string): number { return 0; }
