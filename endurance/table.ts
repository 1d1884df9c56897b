// One table for the terminal: names above, figures below.

export function printTable(columns: Readonly<Record<string, string | number>>): void {
  const cells = Object.entries(columns).map(([name, value]) => [name, shown(value)] as const);
  const widths = cells.map(([name, value]) => Math.max(name.length, value.length));
  const line = (index: 0 | 1): string => cells.map((cell, i) => cell[index].padEnd(widths[i] ?? 0)).join("  ");
  console.log(line(0).trimEnd());
  console.log(line(1).trimEnd());
}

function shown(value: string | number): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}
