// One problem of a file as a person reads it: file, line and column, what is wrong, and a caret under the place.
import { type Paint, printable } from "../terminal/terminal.ts";

export interface Problem {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** Offsets in the source, end exclusive; absent for a problem of the file as a whole. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
}

export interface Source {
  /** As it is shown. */
  readonly file: string;
  readonly text: string;
}

export interface Position {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** Longer lines, such as those of minified JSON, are cut around the place; so are those that a terminal would wrap. */
const widest = 100;
const narrowest = 30;

/** The columns of the terminal that a person looks at. */
function terminalColumns(): number {
  return process.stdout.columns ?? process.stderr.columns ?? Infinity;
}

export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/**
 * Ends with a line break.
 * @param columns how wide the terminal is: a caret below a wrapped line would be off.
 */
export function renderProblem(
  { severity, code, message, range }: Problem,
  source: Source,
  paint: Paint,
  columns = terminalColumns(),
): string {
  const label = severity === "ERROR" ? paint(["red", "bold"], "error") : paint(["yellow", "bold"], "warning");
  const text = `${label}: ${printable(message)} ${paint("dim", `[${code}]`)}`;
  if (range === undefined) return `${paint("bold", printable(source.file))}: ${text}\n`;
  const start = Math.min(Math.max(0, range.start), source.text.length);
  const { line, column } = positionOf(source.text, start);
  const place = `${printable(source.file)}:${line}:${column}`;
  return `${paint("bold", place)}: ${text}\n${excerpt(source.text, { start, end: range.end }, { paint, columns })}`;
}

/** The line of the place with the one before it, and carets below. */
function excerpt(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string {
  const { line, column } = positionOf(text, start);
  const gutter = String(line).length;
  // The number and bar before a line, and an ellipsis at either end.
  const maxWidth = Math.max(narrowest, Math.min(widest, columns - gutter - "   |  ……".length));
  const before = text.split("\n", line).at(-2)?.replace(/\r$/, "");
  const whole = lineAt(text, start);
  const length = Math.max(1, Math.min(end - start, whole.length - (column - 1)));
  const from = column - 1 + Math.min(length, 20) > maxWidth ? column - 1 - Math.floor(maxWidth / 2) : 0;
  const shown = cut(whole, from, maxWidth);
  const bar = paint("dim", "|");
  const row = (number: string, content: string): string =>
    `  ${paint("dim", number.padStart(gutter))} ${bar} ${content}`.trimEnd();
  // A tab stays a tab, so that the caret stands below its place.
  const pad = shown.text.slice(0, column - 1 - from + shown.ellipsis).replaceAll(/[^\t]/g, " ");
  const carets = "^".repeat(Math.min(length, Math.max(1, maxWidth - pad.length)));
  return [
    ...(before === undefined || before.trim() === ""
      ? []
      : [row(String(line - 1), cut(printable(before), 0, maxWidth).text)]),
    row(String(line), shown.text),
    row("", pad + paint("red", carets)),
    "",
  ].join("\n");
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
}

function cut(line: string, from: number, maxWidth: number): { readonly text: string; readonly ellipsis: number } {
  const head = from > 0 ? "…" : "";
  const tail = line.length > from + maxWidth ? "…" : "";
  return { text: printable(`${head}${line.slice(from, from + maxWidth)}${tail}`), ellipsis: head.length };
}
