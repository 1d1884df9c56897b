// The end of a help text: commands as they can be typed.

export function examplesOf(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
