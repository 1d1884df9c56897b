// Problems of definitions for programs: JSON, and the annotations of GitHub's checks.
import { relative } from "node:path";
import { type Problem, positionOf } from "./problem-text.ts";

export interface CheckedFile {
  /** As it was named. */
  readonly path: string;
  readonly text: string;
  /** The name of the machine. */
  readonly name: string;
  readonly type: string;
  readonly isValid: boolean;
  readonly problems: readonly Problem[];
}

interface Place {
  /** From 1; the end is exclusive. Absent for a problem of the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** An array of the files, in one line of JSON. */
export function problemsAsJson(files: readonly CheckedFile[]): string {
  const shown = files.map(({ path, text, name, type, isValid, problems }) => ({
    file: path,
    stateMachine: name,
    type,
    valid: isValid,
    problems: problems.map((problem) => {
      const { severity, code, message } = problem;
      return { severity: severity.toLowerCase(), code, message, ...placeOf(problem, text) };
    }),
  }));
  return `${JSON.stringify(shown)}\n`;
}

/** A workflow command for each problem. @param root the folder that GitHub takes paths from. */
export function problemsForGithub(files: readonly CheckedFile[], root: string): string {
  const lines = files.flatMap(({ path, text, problems }) =>
    problems.map((problem) => {
      const { line, column, endLine, endColumn } = placeOf(problem, text);
      // GitHub marks columns within one line alone.
      const columns = line === endLine ? { col: column, endColumn } : {};
      const members = { file: relative(root, path), line, endLine, ...columns, title: problem.code };
      const properties = Object.entries(members)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`);
      return `::${problem.severity.toLowerCase()} ${properties.join(",")}::${escaped(problem.message)}\n`;
    }),
  );
  return lines.join("");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function placeOf({ range }: Problem, text: string): Place {
  if (range === undefined) return {};
  const start = Math.min(Math.max(0, range.start), text.length);
  const from = positionOf(text, start);
  const to = positionOf(text, Math.max(start, Math.min(range.end, text.length)));
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
