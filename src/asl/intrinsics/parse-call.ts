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
import type { Work } from "../work.ts";
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

/** Measured, of numbers of one digit, which take longer than characters of a string. */
const stepsPerCharacter = 4;

/** @throws WorkExceeded */
export function parseCall(text: string, work: Work): { readonly result: Call } | { readonly problem: string } {
  work.pay(50 + stepsPerCharacter * text.length);
  return parsed(() => {
    const cursor = startCursor(text.trimEnd());
    const call = parseOneCall(cursor, work);
    if (!isAtEnd(cursor)) throw problemAt(cursor, `Unexpected '${peek(cursor)}'`);
    return call;
  });
}

function parseOneCall(cursor: Cursor, work: Work): Call {
  if (cursor.depth > maxNestedCalls) throw problemAt(cursor, `More than ${maxNestedCalls} nested intrinsic functions`);
  const name = take(cursor, /States\.[A-Za-z0-9]+/y);
  const intrinsic = intrinsicFunctions.get(name);
  if (intrinsic === undefined) throw problemAt(cursor, "Expected an intrinsic function");
  cursor.depth++;
  const found = parseArguments(cursor, work);
  cursor.depth--;
  return { intrinsic, arguments: found };
}

function parseArguments(cursor: Cursor, work: Work): Argument[] {
  expect(cursor, "(");
  skipSpaces(cursor);
  const found: Argument[] = [];
  if (accept(cursor, ")")) return found;
  for (;;) {
    skipSpaces(cursor);
    found.push(parseArgument(cursor, work));
    skipSpaces(cursor);
    if (accept(cursor, ")")) return found;
    expect(cursor, ",");
  }
}

const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,)])/y;
const word = /(?:true|false|null)(?=[\s,)])/y;

function parseArgument(cursor: Cursor, work: Work): Argument {
  switch (peek(cursor)) {
    case "'":
      return parseText(cursor);
    case "$":
      return parsePath(cursor, work);
    case "S":
      return { kind: "call", call: parseOneCall(cursor, work) };
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
function parsePath(cursor: Cursor, work: Work): Argument {
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
  const compiled = compilePayloadPath(cursor.text.slice(start, cursor.at).trimEnd(), work);
  if ("problem" in compiled) throw new SyntaxProblem(compiled.problem);
  return { kind: "path", path: compiled.payloadPath };
}
