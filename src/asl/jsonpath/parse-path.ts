// Text of a JSONPath to its segments: dots, brackets, slices, deep scan, tail functions and filters (Jayway's grammar).
// A filter becomes data that an interpreter walks: nothing in it is ever run as code.
import { accept, type Cursor, expect, isAtEnd, nested, peek, problemAt, skipSpaces, take } from "./cursor.ts";
import { parseRegex } from "./parse-regex.ts";
import { parseValue } from "./parse-value.ts";
import type { RE2JS } from "re2js";
import {
  type Comparison,
  type Filter,
  isDefiniteSegment,
  type Operand,
  type Segment,
  type Selection,
  type TailFunction,
} from "./path-syntax.ts";

/** Where a dot name ends: anywhere in a path by itself, earlier where operators follow a path inside a filter or call. */
export type PathPlace = "whole" | "operand";

const names = { whole: /[^.[(\s]+/y, operand: /[^.[(\s)\],<>=~!&|]+/y } as const;
const integers = /\s*-?\d{1,10}(?:\s*,\s*-?\d{1,10})*\s*(?=\])/y;
// Jayway reads `[a:b:step]` and ignores the step.
const sliceBounds = /\s*(-?\d{1,10})?\s*:\s*(-?\d{1,10})?\s*(?::\s*-?\d{0,10}\s*)?(?=\])/y;
const tailFunctions: ReadonlySet<string> = new Set<TailFunction>([
  "min",
  "max",
  "avg",
  "stddev",
  "sum",
  "concat",
  "append",
  "length",
  "size",
  "keys",
  "first",
  "last",
  "index",
]);

type Side = Operand | { readonly kind: "regex"; readonly regex: RE2JS };

// The longer ones first: each is tried in this order.
const symbols: readonly (Comparison | "=~")[] = ["===", "!==", "==", "!=", "<=", ">=", "=~", "<", ">"];
const words: ReadonlyMap<string, Comparison> = new Map(
  (["in", "nin", "contains", "all", "size", "empty", "subsetof", "anyof", "noneof"] as const).map((w) => [w, w]),
);
/** Parses what follows `$` or `@`; stops at the first character that cannot continue the path. */
export function parseSelection(cursor: Cursor, place: PathPlace, isFromItem: boolean): Selection {
  const segments = invertScan(markMerged(nested(cursor, (inner) => parseSegments(inner, place))));
  return { isFromItem, segments, isDefinite: segments.every(isDefiniteSegment) };
}

function parseSegments(cursor: Cursor, place: PathPlace): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (accept(cursor, "..")) {
      segments.push({ kind: "descend", segment: parseStep(cursor, place) });
    } else if (accept(cursor, ".")) {
      segments.push(parseStep(cursor, place));
    } else if (peek(cursor) === "[") {
      segments.push(parseBracket(cursor));
    } else {
      return segments;
    }
  }
}

/** What may follow a dot: a name, `*`, a function, and (Jayway allows `$.[0]`) a bracket. */
function parseStep(cursor: Cursor, place: PathPlace): Segment {
  if (isAtEnd(cursor)) throw problemAt(cursor, "Path must not end with a '.' or '..'");
  if (peek(cursor) === "[") return parseBracket(cursor);
  const name = take(cursor, names[place]);
  if (name === "") throw problemAt(cursor, "Expected a name");
  if (name === "*") return { kind: "wildcard" };
  return peek(cursor) === "(" ? parseCall(cursor, name) : { kind: "member", name };
}

function parseCall(cursor: Cursor, name: string): Segment {
  if (!isTailFunction(name)) throw problemAt(cursor, `Function with name: ${name} does not exist`);
  expect(cursor, "(");
  const parameters: Operand[] = [];
  skipSpaces(cursor);
  while (!accept(cursor, ")")) {
    parameters.push(parseParameter(cursor));
    skipSpaces(cursor);
    if (peek(cursor) !== ")") expect(cursor, ",");
    skipSpaces(cursor);
  }
  return { kind: "call", name, parameters };
}

function isTailFunction(name: string): name is TailFunction {
  return tailFunctions.has(name);
}

function parseParameter(cursor: Cursor): Operand {
  if (accept(cursor, "$")) return { kind: "path", path: parseSelection(cursor, "operand", false) };
  if (accept(cursor, "@")) return { kind: "path", path: parseSelection(cursor, "operand", true) };
  return { kind: "value", value: parseValue(cursor) };
}

function parseBracket(cursor: Cursor): Segment {
  expect(cursor, "[");
  skipSpaces(cursor);
  const segment = parseBracketContent(cursor);
  skipSpaces(cursor);
  expect(cursor, "]");
  return segment;
}

function parseBracketContent(cursor: Cursor): Segment {
  const first = peek(cursor);
  if (first === "'" || first === '"') return parseQuotedNames(cursor);
  if (accept(cursor, "*")) return { kind: "wildcard" };
  if (accept(cursor, "?")) {
    skipSpaces(cursor);
    expect(cursor, "(");
    const filter = parseFilter(cursor);
    skipSpaces(cursor);
    expect(cursor, ")");
    return { kind: "filter", filter };
  }
  const integerText = take(cursor, integers);
  if (integerText !== "") {
    const indices = integerText.split(",").map(Number);
    const [index = 0] = indices;
    return indices.length === 1 ? { kind: "index", index } : { kind: "indices", indices };
  }
  const [from, to] = take(cursor, sliceBounds)
    .split(":")
    .map((bound) => (bound.trim() === "" ? undefined : Number(bound)));
  if (from === undefined && to === undefined) throw problemAt(cursor, "Could not parse token");
  return { kind: "slice", from, to };
}

function parseQuotedNames(cursor: Cursor): Segment {
  const found: string[] = [];
  do {
    skipSpaces(cursor);
    found.push(parseQuotedName(cursor));
    skipSpaces(cursor);
  } while (accept(cursor, ","));
  const [name = ""] = found;
  return found.length === 1 ? { kind: "member", name } : { kind: "members", names: found, isMerged: false };
}

/** A backslash keeps the next character from ending the name; recorded: it stays in the name unless it escapes the quote. */
function parseQuotedName(cursor: Cursor): string {
  const quote = peek(cursor);
  if (quote !== "'" && quote !== '"') throw problemAt(cursor, "Expected a quoted name");
  let name = "";
  for (cursor.at++; !isAtEnd(cursor); cursor.at++) {
    const character = peek(cursor);
    if (character === quote) {
      cursor.at++;
      return name;
    }
    if (character === "\\") {
      cursor.at++;
      name += peek(cursor) === quote ? quote : `\\${peek(cursor)}`;
    } else {
      name += character;
    }
  }
  throw problemAt(cursor, "Property has not been closed - missing closing quote");
}

function markMerged(segments: readonly Segment[]): readonly Segment[] {
  const last = segments.at(-1);
  return last?.kind === "members" ? [...segments.slice(0, -1), { ...last, isMerged: true }] : segments;
}

/** Jayway turns `$..a.sum()` into `$.sum($..a)`: a function after a leading deep scan sees all matches at once. */
function invertScan(segments: readonly Segment[]): readonly Segment[] {
  const callAt = segments.findIndex((segment) => segment.kind === "call");
  const call = segments[callAt];
  if (segments[0]?.kind !== "descend" || call?.kind !== "call") return segments;
  const scanned: Selection = { isFromItem: false, segments: segments.slice(0, callAt), isDefinite: false };
  return [{ ...call, parameters: [{ kind: "path", path: scanned }] }, ...segments.slice(callAt + 1)];
}

/** Parses up to the closing parenthesis: `||` of `&&` of comparisons, existence checks and negations. */
function parseFilter(cursor: Cursor): Filter {
  return nested(cursor, parseOr);
}

function parseOr(cursor: Cursor): Filter {
  return parseOperands(cursor, { kind: "or", token: "||", parse: parseAnd });
}

function parseAnd(cursor: Cursor): Filter {
  return parseOperands(cursor, { kind: "and", token: "&&", parse: parseTerm });
}

type Logical = { readonly kind: "and" | "or"; readonly token: string; readonly parse: (cursor: Cursor) => Filter };

function parseOperands(cursor: Cursor, { kind, token, parse }: Logical): Filter {
  const first = parse(cursor);
  const filters = [first];
  for (skipSpaces(cursor); accept(cursor, token); skipSpaces(cursor)) filters.push(parse(cursor));
  return filters.length === 1 ? first : { kind, filters };
}

function parseTerm(cursor: Cursor): Filter {
  skipSpaces(cursor);
  if (accept(cursor, "!")) return { kind: "not", filter: nested(cursor, parseTerm) };
  if (accept(cursor, "(")) {
    const inner = parseFilter(cursor);
    skipSpaces(cursor);
    expect(cursor, ")");
    return inner;
  }
  return parseComparison(cursor);
}

function parseComparison(cursor: Cursor): Filter {
  const left = parseSide(cursor);
  const operator = parseOperator(cursor);
  if (operator === undefined) {
    if (left.kind !== "path") throw problemAt(cursor, "Expected an operator");
    return { kind: "exists", path: left.path };
  }
  const right = parseSide(cursor);
  if (operator === "=~") {
    if (left.kind === "regex" && right.kind !== "regex") return { kind: "matches", regex: left.regex, subject: right };
    if (right.kind === "regex" && left.kind !== "regex") return { kind: "matches", regex: right.regex, subject: left };
    throw problemAt(cursor, "'=~' takes one regular expression, written /pattern/flags,");
  }
  if (left.kind === "regex" || right.kind === "regex") throw problemAt(cursor, "A regular expression needs '=~'");
  return { kind: "compare", operator, left, right };
}

function parseOperator(cursor: Cursor): Comparison | "=~" | undefined {
  skipSpaces(cursor);
  const symbol = symbols.find((candidate) => accept(cursor, candidate));
  if (symbol !== undefined) return symbol;
  const start = cursor.at;
  const word = words.get(take(cursor, /[a-zA-Z]+/y).toLowerCase());
  if (word === undefined) cursor.at = start;
  return word;
}

function parseSide(cursor: Cursor): Side {
  skipSpaces(cursor);
  if (accept(cursor, "@")) return { kind: "path", path: parseSelection(cursor, "operand", true) };
  if (peek(cursor) === "$") {
    cursor.at++;
    if (!isAtEnd(cursor) && !/[.[\s)<>=~!&|,\]]/.test(peek(cursor))) {
      throw problemAt(cursor, "Inside a filter, paths begin with '@' or '$'");
    }
    return { kind: "path", path: parseSelection(cursor, "operand", false) };
  }
  if (accept(cursor, "/")) return { kind: "regex", regex: parseRegex(cursor) };
  return { kind: "value", value: parseValue(cursor) };
}
