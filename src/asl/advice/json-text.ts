// Advice on text that is no JSON, at the place where Jackson gave up.

import { type JsonProblem, shortJsonProblem } from "../validate/json-problem.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

export interface JsonTextProblem {
  /** Jackson's. */
  readonly message: string;
  readonly advice?: string;
  /** Where Jackson gave up. */
  readonly offset: number;
  /** The word or the character that cannot be there. */
  readonly range: Range;
}

/** `undefined` for JSON. */
export function jsonTextProblem(source: string): JsonTextProblem | undefined {
  const problem = shortJsonProblem(source);
  if (problem === undefined) return undefined;
  const offset = offsetOf(source, problem);
  const range = wordAt(source, offset);
  const advice = jsonTextAdvice(source, range.start);
  return { message: problem.message, ...(advice === undefined ? {} : { advice }), offset, range };
}

/** The column is that of the character after the one that is wrong. */
function offsetOf(source: string, { line, column }: JsonProblem): number {
  const before = source.split("\n", line - 1);
  const offset = before.reduce((length, { length: more }) => length + more + 1, 0) + column - 2;
  return Math.min(offset, source.trimEnd().length);
}

/** A word that should not be there is found at its end. */
function wordAt(source: string, offset: number): Range {
  const word = /\w*$/.exec(source.slice(0, offset + 1))?.[0] ?? "";
  return word === "" ? { start: offset, end: offset + 1 } : { start: offset + 1 - word.length, end: offset + 1 };
}

/** @param offset of the first character that cannot be there. */
function jsonTextAdvice(source: string, offset: number): string | undefined {
  const { open, stringStart } = openAt(source, offset);
  const isUnclosed = /[\r\n]|^$/.test(source.charAt(offset)) || !source.includes('"', offset);
  if (stringStart !== undefined && isUnclosed) {
    return quoteAdvice(source, stringStart);
  }
  const character = source.charAt(offset);
  if (character === "'") return "JSON has double quotes";
  if (character === "/" || character === "#") return "JSON has no comments: use the field Comment, or YAML";
  const before = source.slice(0, offset).trimEnd();
  const last = before.at(-1) ?? "";
  if ((character === "}" || character === "]") && last === ",") {
    return `Remove the comma before it${lineNote(source, before.length, offset)}`;
  }
  // The end of the text is found at its last character.
  const isAtEnd = source.slice(offset + 1).trim() === "" && !/\w/.test(character);
  const whole = isAtEnd ? openAt(source, source.length) : undefined;
  if (whole?.stringStart !== undefined) return quoteAdvice(source, whole.stringStart);
  if (whole !== undefined && whole.open.length > 0) return closingAdvice(source, whole.open);
  if (open.length === 0 && last !== "") return "The value ends before it: remove what follows";
  if (/[\w"{[]/.test(character) && !/[,:[{]/.test(last) && last !== "") {
    return `Put a comma before it${lineNote(source, before.length, offset)}`;
  }
  return /[A-Za-z_]/.test(character) ? wordAdvice(source, offset, last) : undefined;
}

function wordAdvice(source: string, offset: number, last: string): string {
  const [word = ""] = /^[\w$.-]+/.exec(source.slice(offset, offset + 80)) ?? [];
  const constant = constants.get(word);
  if (constant !== undefined) return `Write ${constant}`;
  const isName = (last === "{" || last === ",") && /^\s*:/.test(source.slice(offset + word.length));
  return isName ? `Names stand in double quotes: "${word}"` : `Texts stand in double quotes: "${word}"`;
}

const constants: ReadonlyMap<string, string> = new Map([
  ["True", "true"],
  ["False", "false"],
  ["None", "null"],
  ["NULL", "null"],
  ["Null", "null"],
  ["nil", "null"],
  ["undefined", "null"],
]);

function lineNote(source: string, end: number, offset: number): string {
  const [line, own] = [lineOf(source, end - 1), lineOf(source, offset)];
  return line === own ? "" : `, at the end of line ${line}`;
}

function quoteAdvice(source: string, start: number): string {
  return `The text that begins in column ${columnOf(source, start)} of line ${lineOf(source, start)} has no closing quotation mark`;
}

function closingAdvice(source: string, open: readonly number[]): string | undefined {
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const opening = source.charAt(last);
  const closing = opening === "{" ? "}" : "]";
  const others = open.length === 1 ? "" : `; ${open.length} are open in all`;
  return `The ${opening} of line ${lineOf(source, last)} has no ${closing}${others}`;
}

interface Open {
  /** Offsets of the brackets that are open. */
  readonly open: readonly number[];
  /** Where the text begins that is not closed. */
  readonly stringStart: number | undefined;
}

function openAt(source: string, offset: number): Open {
  const open: number[] = [];
  let stringStart: number | undefined;
  for (let at = 0; at < offset; at++) {
    const character = source.charAt(at);
    if (stringStart !== undefined) {
      if (character === "\\") at++;
      else if (character === '"') stringStart = undefined;
    } else if (character === '"') stringStart = at;
    else if (character === "{" || character === "[") open.push(at);
    else if (character === "}" || character === "]") open.pop();
  }
  return { open, stringStart };
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

function columnOf(source: string, offset: number): number {
  return offset - source.lastIndexOf("\n", offset - 1);
}
