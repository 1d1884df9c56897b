// Text of an intrinsic call, `States.Format('{}', $.a)`, to its tree. Arguments are strings in single quotes, numbers,
// `true`, `false`, `null`, paths and further calls.
import { type Json, parseJson } from "../json.ts";
import {
  accept,
  type Cursor,
  expect,
  isAtEnd,
  parsed,
  peek,
  problemAt,
  skipSpaces,
  startCursor,
  SyntaxProblem,
  take,
} from "../jsonpath/cursor.ts";
import { compilePayloadPath, type PayloadPath } from "../payload-path.ts";
import { type IntrinsicFunction, intrinsicFunctions } from "./functions.ts";

export type Call = { readonly intrinsic: IntrinsicFunction; readonly arguments: readonly Argument[] };

export type Argument =
  | { readonly kind: "value"; readonly value: Json }
  /** A string literal: what it stands for, and as written, because `States.Format` gives its braces a meaning. */
  | { readonly kind: "text"; readonly value: string; readonly written: string }
  | { readonly kind: "path"; readonly path: PayloadPath }
  | { readonly kind: "call"; readonly call: Call };

/** AWS: at most ten intrinsic functions within another. */
const maxNestedCalls = 10;

export function parseCall(text: string): { readonly result: Call } | { readonly problem: string } {
  return parsed(() => {
    const cursor = startCursor(text.trimEnd());
    const call = parseOneCall(cursor);
    if (!isAtEnd(cursor)) throw problemAt(cursor, `Unexpected '${peek(cursor)}'`);
    return call;
  });
}

function parseOneCall(cursor: Cursor): Call {
  if (cursor.depth > maxNestedCalls) throw problemAt(cursor, `More than ${maxNestedCalls} nested intrinsic functions`);
  const name = take(cursor, /States\.[A-Za-z0-9]+/y);
  const intrinsic = intrinsicFunctions.get(name);
  if (intrinsic === undefined) throw problemAt(cursor, "Expected an intrinsic function");
  cursor.depth++;
  const found = parseArguments(cursor);
  cursor.depth--;
  return { intrinsic, arguments: found };
}

function parseArguments(cursor: Cursor): Argument[] {
  expect(cursor, "(");
  skipSpaces(cursor);
  const found: Argument[] = [];
  if (accept(cursor, ")")) return found;
  for (;;) {
    skipSpaces(cursor);
    found.push(parseArgument(cursor));
    skipSpaces(cursor);
    if (accept(cursor, ")")) return found;
    expect(cursor, ",");
  }
}

const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,)])/y;
const word = /(?:true|false|null)(?=[\s,)])/y;

function parseArgument(cursor: Cursor): Argument {
  switch (peek(cursor)) {
    case "'":
      return parseText(cursor);
    case "$":
      return parsePath(cursor);
    case "S":
      return { kind: "call", call: parseOneCall(cursor) };
  }
  const literal = take(cursor, numberText) || take(cursor, word);
  if (literal === "") throw problemAt(cursor, "Expected an argument");
  return { kind: "value", value: parseJson(literal) };
}

/** Only a quote, a brace and a backslash may be escaped; recorded: any other escape is refused when a machine is created. */
function parseText(cursor: Cursor): Argument {
  const start = ++cursor.at;
  let value = "";
  for (; peek(cursor) !== "'"; cursor.at++) {
    if (isAtEnd(cursor)) throw problemAt(cursor, "Missing closing quote");
    if (peek(cursor) === "\\") {
      cursor.at++;
      if (isAtEnd(cursor) || !"'{}\\".includes(peek(cursor))) throw problemAt(cursor, "Invalid escape");
    }
    value += peek(cursor);
  }
  const written = cursor.text.slice(start, cursor.at);
  cursor.at++;
  return { kind: "text", value, written };
}

/** A path ends at a comma or parenthesis that is not inside its own brackets, parentheses or quotes. */
function parsePath(cursor: Cursor): Argument {
  const start = cursor.at;
  let open = 0;
  let quote = "";
  for (; !isAtEnd(cursor); cursor.at++) {
    const character = peek(cursor);
    if (quote !== "") {
      if (character === "\\") cursor.at++;
      else if (character === quote) quote = "";
    } else if (open > 0 && (character === "'" || character === '"')) {
      quote = character;
    } else if (character === "[" || character === "(") {
      open++;
    } else if (open === 0 && (character === "," || character === ")")) {
      break;
    } else if (character === "]" || character === ")") {
      open--;
    }
  }
  const compiled = compilePayloadPath(cursor.text.slice(start, cursor.at).trimEnd());
  if ("problem" in compiled) throw new SyntaxProblem(compiled.problem);
  return { kind: "path", path: compiled.payloadPath };
}
