// Advice on text that is no YAML: the reader's sentence says what it found.
import type { ErrorCode } from "yaml";

export interface YamlProblem {
  readonly message: string;
  readonly code?: ErrorCode | undefined;
  /** Offsets. */
  readonly pos?: readonly [number, number] | undefined;
}

/** The message with what is added to it. */
export function yamlMessage({ message, code, pos }: YamlProblem, source: string): string {
  const advice = pos === undefined ? undefined : adviceOn(code, source, pos[0]);
  if (code === "MULTIPLE_DOCS")
    return "The file has more than one document. A file is one workflow: split it at the ---";
  return advice === undefined ? message : `${message.replace(/\.$/, "")}. ${advice}`;
}

function adviceOn(code: ErrorCode | undefined, source: string, at: number): string | undefined {
  const line = lineAround(source, at);
  if (/:\s*\{%/.test(line) || /^\s*-\s*\{%/.test(line)) return expressionAdvice(line);
  switch (code) {
    case "BAD_SCALAR_START":
      return `A value that begins with ${source.charAt(at)} stands in quotation marks`;
    case "TAB_AS_INDENT":
      return "Indent with spaces";
    case "BAD_INDENT":
    case "MISSING_CHAR":
    case "UNEXPECTED_TOKEN":
    case "IMPOSSIBLE":
      return indentAdvice(source, at);
    case "BLOCK_AS_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
      return /:\s.*:\s/.test(line) ? "A text with a colon and a blank in it stands in quotation marks" : undefined;
    case "TAG_RESOLVE_FAILED":
      return tagAdvice(source.slice(at, at + 40));
    default:
      return undefined;
  }
}

/** YAML takes the brace for the beginning of an object. */
function expressionAdvice(line: string): string {
  const [, expression = "{% … %}"] = /(\{%.*%\})\s*$/.exec(line) ?? [];
  return `Put the expression in quotation marks: ${expression.includes('"') ? `'${expression.replaceAll("'", "''")}'` : `"${expression}"`}`;
}

function tagAdvice(text: string): string | undefined {
  const [tag] = /^!(?:Ref|Sub|GetAtt|Join|ImportValue|If|Select|Fn::\w+)\b/.exec(text) ?? [];
  if (tag === undefined) return undefined;
  return `${tag} is of CloudFormation, and nothing fills it here: write \${Name}, and fill it by substitutions in pawl.config.json`;
}

function indentAdvice(source: string, at: number): string | undefined {
  const own = indentOf(lineAround(source, at));
  const before = source.slice(0, startOfLine(source, at)).trimEnd().split("\n").at(-1) ?? "";
  const theirs = indentOf(before);
  return own === theirs ? undefined : `This line is indented by ${own}, the one before it by ${theirs}`;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function startOfLine(source: string, at: number): number {
  return source.lastIndexOf("\n", at - 1) + 1;
}

/** A longer line is not written by hand. */
const longestLine = 2000;

function lineAround(source: string, at: number): string {
  const [start, end] = [startOfLine(source, at), source.indexOf("\n", at)];
  return source.slice(start, Math.min(start + longestLine, end === -1 ? source.length : end));
}
