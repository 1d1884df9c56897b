// The problem of the text of a path, in the words of the Java exception that json-path 2.0.0 gives for it.
import { SyntaxProblem } from "./cursor.ts";

export function invalidPath(message: string): SyntaxProblem {
  return new SyntaxProblem(`com.jayway.jsonpath.InvalidPathException: ${message}`);
}

/** The character at a place of a text. @throws SyntaxProblem where the text has ended. */
export function characterAt(text: string, at: number): string {
  const character = text[at];
  if (character === undefined) throw endOfText(at);
  return character;
}

function endOfText(at: number): SyntaxProblem {
  return new SyntaxProblem(`java.lang.StringIndexOutOfBoundsException: String index out of range: ${at}`);
}

/** The place of a character. @throws SyntaxProblem where the text has none. */
export function placeOf(character: string, text: string, from: number): number {
  const at = text.indexOf(character, from);
  if (at === -1) throw endOfText(text.length);
  return at;
}

/** `String.substring`. @throws SyntaxProblem for a part that ends before it starts */
export function part(text: string, start: number, end: number): string {
  if (start <= end) return text.slice(start, end);
  const range = `begin ${start}, end ${end}, length ${text.length}`;
  throw new SyntaxProblem(`java.lang.StringIndexOutOfBoundsException: ${range}`);
}

/** `Integer.parseInt`. */
export function parseInteger(text: string): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value + 0.5) < 2 ** 31) return value;
  throw new SyntaxProblem(`java.lang.NumberFormatException: For input string: "${text}"`);
}

/** `String.trim`: everything up to the space is space. */
export function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}
