// The form of a line that tells what became of a state: a mark, its place and name, its type, how long it took, and what is said of it.
import { durationText, type Paint, printable } from "./terminal.ts";

export type Mark = "done" | "retried" | "waits" | "failed" | "stopped";
const marks = {
  done: ["green", "✓"],
  retried: ["yellow", "↻"],
  waits: ["cyan", "…"],
  failed: ["red", "✗"],
  stopped: ["dim", "■"],
} as const;

export const widestName = 44;

/** Names are filled up to this length, which grows with the longest one so far. */
export interface Columns {
  nameWidth: number;
}

export interface StateLine {
  readonly mark: Mark;
  /** With its place before it, such as `Each item[2] › Pack`. */
  readonly name: string;
  readonly type: string;
  /** `undefined` for a state that goes on. */
  readonly durationMs: number | undefined;
  readonly text: string;
}

export function stateLine(
  line: StateLine,
  { paint, columns }: { readonly paint: Paint; readonly columns: Columns },
): string {
  const { mark, type, durationMs, text } = line;
  const [style, sign] = marks[mark];
  const name = printable(line.name);
  columns.nameWidth = Math.max(columns.nameWidth, Math.min(name.length, widestName));
  const duration = durationMs === undefined ? "" : durationText(durationMs);
  const start = `${name.padEnd(columns.nameWidth)}  ${paint("dim", type.padEnd(8))} ${duration.padStart(9)}`;
  return `  ${paint(style, sign)} ${start}  ${mark === "failed" ? paint("red", text) : text}`.trimEnd();
}

/** The place of an iteration or a branch, to be set before the names of its states. */
export function placeBefore(place: string, stateName: string, index: number): string {
  return `${place}${stateName}[${index}] › `;
}
