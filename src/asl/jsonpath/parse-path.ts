// Text of a JSONPath to its segments, as json-path 2.0.0 reads it: a path is cut into names and bracketed parts first,
// and the first telling character of a bracketed part decides what it is, whatever stands before or behind.
import type { Work } from "../work.ts";
import { SyntaxProblem } from "./cursor.ts";
import { parseFilter, type Parts } from "./parse-filter.ts";
import { type Path, pathOf, type Segment } from "./path-syntax.ts";
import { characterAt, invalidPath, parseInteger, placeOf, trimmed } from "./syntax-error.ts";

/** Paths stand in filters of paths; far above what a definition nests, far below what a call stack holds. */
const maxDepth = 50;

/** Measured: the characters of a list of indices are looked at one by one. */
const stepsPerCharacter = 4;

/**
 * Parses a path that begins with `$` or `@`.
 * @throws SyntaxProblem
 * @throws WorkExceeded
 */
export function parsePath(source: string, work: Work, depth = 0): Path {
  work.pay(40 + stepsPerCharacter * source.length);
  if (depth > maxDepth) throw new SyntaxProblem(`The path nests more than ${maxDepth} filters`);
  const path = trimmed(source);
  if (path.endsWith("..")) throw invalidPath("A path can not end with a scan.");
  const text = `$${path.slice(1)}`;
  if (text.length > 1 && text[1] !== "." && text[1] !== "[") throw invalidPath(`Invalid path ${text}`);
  return pathOf(parseSegments(text, { work, depth }), path.startsWith("@"));
}

type Within = { readonly work: Work; readonly depth: number };

function parseSegments(text: string, within: Within): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 1;
  while (at < text.length) {
    const isDotted = text[at] === ".";
    if (isDotted) at++;
    const first = characterAt(text, at);
    if (isDotted && first === ".") {
      segments.push({ kind: "scan" });
      at++;
    } else if (first === " ") {
      throw invalidPath("Space not allowed in path");
    } else if (first === "[") {
      const end = endOfBrackets(text, at);
      segments.push(parseBrackets(text.slice(at, end), within));
      at = end;
    } else if (!isDotted && (first === "*" || first === "$")) {
      segments.push({ kind: first === "*" ? "wildcard" : "root" });
      at++;
    } else {
      const end = endOfName(text, at);
      segments.push(parseName(text.slice(at, end)));
      at = end;
    }
  }
  return segments;
}

function endOfName(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "." && text[at] !== "[" && text[at] !== " ") at++;
  return at;
}

/** A quote in a name has the meaning that it has in brackets: `$.it's` is `$['it']`. */
function parseName(name: string): Segment {
  if (name === "*") return { kind: "wildcard" };
  return /['\]]/.test(name) ? parseNames(`['${name}']`, 1) : { kind: "member", name };
}

/** Behind the closing bracket, or at the end where it is missing; quotes do not hide brackets here. */
function endOfBrackets(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "[") open++;
    else if (text[at] === "]" && --open === 0) return at + 1;
  }
  return text.length;
}

function parseBrackets(text: string, { work, depth }: Within): Segment {
  if (text === "[*]") return { kind: "wildcard" };
  if (/^\[[ \t\n\v\f\r]*\?[ \t\n\v\f\r,*?]*\]$/.test(text)) {
    return { kind: "openFilter", count: text.split("?").length - 1 };
  }
  const at = text.search(/[?'\d:@-]/);
  switch (text[at]) {
    case undefined:
      throw invalidPath(`Could not analyze path component: ${text}`);
    case "?": {
      const parts: Parts = { parsePath: (path) => parsePath(path, work, depth + 1), work };
      return { kind: "filter", filter: parseFilter(text, at, parts) };
    }
    case "'":
      return parseNames(text, at);
    case "@":
      return parseFromEnd(text, at + 2);
    default:
      return parseIndices(text, at);
  }
}

/** Names from the first quote to the first closing bracket, wherever that stands. There are no escapes. */
function parseNames(text: string, start: number): Segment {
  const pieces = text.slice(start, placeOf("]", text, start)).split("'");
  const names = pieces.slice(0, -1).filter((_, i) => i % 2 === 1);
  const [name] = names;
  return name !== undefined && names.length === 1 ? { kind: "member", name } : { kind: "members", names };
}

/** The text behind `[(@.`: `length-1)`, `size() - 1)`. */
function parseFromEnd(text: string, start: number): Segment {
  const minus = placeOf("-", text, start);
  const name = text.slice(start, minus).replaceAll(/[ ()]/g, "");
  if (name !== "size" && name !== "length") {
    const known = "Supported functions are: [(@.length - n)] and [(@.size() - n)]";
    throw invalidPath(`Invalid function: @.${name}. ${known}`);
  }
  const offset = text.slice(minus, placeOf(")", text, minus));
  return { kind: "fromEnd", offset: parseInteger(offset.replaceAll(" ", "")) };
}

/** `0`, `0,1`, `1:`, `:1` or `0:1`; of `0:1:2`, the step is read and has no meaning. */
function parseIndices(text: string, start: number): Segment {
  const numbers: number[] = [];
  const found = { list: false, from: false, to: false };
  let digits = "";
  const take = (): void => {
    numbers.push(parseInteger(digits));
    digits = "";
  };
  for (let at = start; /[\d, :-]/.test(characterAt(text, at)); at++) {
    const character = characterAt(text, at);
    if (character === ",") {
      take();
      found.list = true;
    } else if (character === ":") {
      const isStartOpen = digits === "";
      if (isStartOpen) found.to = true;
      else take();
      const end = endOfBound(text, at + 1);
      digits = text.slice(at + 1, end).replaceAll(" ", "");
      if (!isStartOpen && digits === "") found.from = true;
      else take();
      at = end;
      if (text[at] === "]") break;
    } else if (character !== " ") {
      digits += character;
    }
  }
  if (digits !== "") take();
  return indicesSegment(numbers, found);
}

function endOfBound(text: string, start: number): number {
  let at = start;
  while (/[\d -]/.test(characterAt(text, at))) at++;
  return at;
}

type Found = { readonly list: boolean; readonly from: boolean; readonly to: boolean };

function indicesSegment(numbers: readonly number[], found: Found): Segment {
  const [first = 0, second] = numbers;
  if (numbers.length === 1 && !found.from && !found.to) return { kind: "index", index: first };
  if (found.list) return { kind: "indices", indices: numbers };
  if (found.from) return { kind: "slice", from: first, to: undefined };
  return found.to ? { kind: "slice", from: undefined, to: first } : { kind: "slice", from: first, to: second };
}
