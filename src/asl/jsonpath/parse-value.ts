// Literals inside filters and function parameters: JSON, with single quotes allowed and words taken as strings.
import { type Json, type JsonObject, parseJson, setMember } from "../json.ts";
import { accept, type Cursor, expect, isAtEnd, nested, peek, problemAt, skipSpaces, take } from "./cursor.ts";

const numberText = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![^\s()<>=~!&|,\]}:])/y;
const bareWord = /[^\s()<>=~!&|,[\]{}:'"]+/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

export function parseValue(cursor: Cursor): Json {
  skipSpaces(cursor);
  const first = peek(cursor);
  if (first === "'" || first === '"') return parseString(cursor);
  if (first === "[") return nested(cursor, parseArray);
  if (first === "{") return nested(cursor, parseObject);
  const number = take(cursor, numberText);
  if (number !== "") return parseNumber(cursor, number);
  // AWS's own samples compare with words that nobody quoted: `[?(@.TargetLanguageCode==fr)]`.
  const word = take(cursor, bareWord);
  if (word === "") throw problemAt(cursor, "Expected a value");
  return word === "true" ? true : word === "false" ? false : word === "null" ? null : word;
}

function parseNumber(cursor: Cursor, text: string): Json {
  if (/^-?0\d/.test(text)) throw problemAt(cursor, `'${text}' is not a number`);
  return parseJson(text);
}

function parseString(cursor: Cursor): string {
  const quote = peek(cursor);
  let value = "";
  for (cursor.at++; !isAtEnd(cursor); cursor.at++) {
    const character = peek(cursor);
    if (character === quote) {
      cursor.at++;
      return value;
    }
    value += character === "\\" ? parseEscape(cursor) : character;
  }
  throw problemAt(cursor, "Missing closing quote");
}

function parseEscape(cursor: Cursor): string {
  cursor.at++;
  const escaped = peek(cursor);
  const hex = /^u([0-9a-fA-F]{4})/.exec(cursor.text.slice(cursor.at, cursor.at + 5))?.[1];
  if (hex === undefined) return escapes.get(escaped) ?? escaped;
  cursor.at += 4;
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function parseArray(cursor: Cursor): Json {
  expect(cursor, "[");
  const items: Json[] = [];
  skipSpaces(cursor);
  while (!accept(cursor, "]")) {
    items.push(parseValue(cursor));
    skipSpaces(cursor);
    if (peek(cursor) !== "]") expect(cursor, ",");
    skipSpaces(cursor);
  }
  return items;
}

function parseObject(cursor: Cursor): JsonObject {
  expect(cursor, "{");
  const object: { [name: string]: Json } = {};
  skipSpaces(cursor);
  while (!accept(cursor, "}")) {
    const quote = peek(cursor);
    if (quote !== "'" && quote !== '"') throw problemAt(cursor, "Expected a quoted name");
    const name = parseString(cursor);
    skipSpaces(cursor);
    expect(cursor, ":");
    setMember(object, name, parseValue(cursor));
    skipSpaces(cursor);
    if (peek(cursor) !== "}") expect(cursor, ",");
    skipSpaces(cursor);
  }
  return object;
}
