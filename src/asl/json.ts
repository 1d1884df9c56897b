// JSON values as state data: parsed without losing what `JSON.parse` loses. AWS keeps `0.0` as `0.0` and a 20-digit
// integer exact, so a number whose text a double does not reproduce is kept as an `ExactNumber`.
import { readJson } from "./json-reader.ts";

/** A number whose source text does not survive a round trip through a double (`0.0`, `1e3`, 20-digit integers). */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The nearest double: what arithmetic and comparisons use. */
  get value(): number {
    return Number(this.text);
  }

  toJSON(): unknown {
    return rawJson(this.text);
  }
}

export type JsonObject = { readonly [name: string]: Json };
export type JsonArray = readonly Json[];
/** State data. Never mutated once made; shared freely between states. */
export type Json = null | boolean | number | string | ExactNumber | JsonArray | JsonObject;

// Part of ECMAScript (JSON.parse source text access); TypeScript's library does not declare it yet.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown };

// Over-approximates "some number here may not survive": a fraction ending in 0, an exponent, 16 digits in a row, or -0.
const mayLoseNumber = /\d\.\d*0(?!\d)|\d[eE]|\d{16}|-0(?![.\d])|\d\.\d{15}/;

/**
 * Parses JSON text without losing numbers.
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  return mayLoseNumber.test(text) ? (readJson(text, numberOf) as Json) : value;
}

function numberOf(source: string): number | ExactNumber {
  const value = Number(source);
  return String(value) === source ? value : new ExactNumber(source);
}

/** Compact JSON text of a value; numbers that were kept exact are written as they were read. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

export function isJsonArray(value: Json | undefined): value is JsonArray {
  return Array.isArray(value);
}

export function isJsonNumber(value: Json | undefined): value is number | ExactNumber {
  return typeof value === "number" || value instanceof ExactNumber;
}

/** The text of a JSON number, as it is written. */
export function numberText(value: number | ExactNumber): string {
  return typeof value === "number" ? String(value) : value.text;
}

/** The double of a JSON number. */
export function toDouble(value: number | ExactNumber): number {
  return typeof value === "number" ? value : value.value;
}

/** An own member of an object, or `undefined`: never something inherited from a prototype. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Sets an own member of an object under construction; `__proto__` is a name like any other. */
export function setMember(object: { [name: string]: Json }, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

/** The type name AWS uses in its messages. */
export function jsonTypeName(value: Json): "null" | "boolean" | "number" | "string" | "array" | "object" {
  if (value === null) return "null";
  if (isJsonNumber(value)) return "number";
  if (isJsonArray(value)) return "array";
  return typeof value as "boolean" | "string" | "object";
}

/** Levels of nesting that AWS's JSON parser accepts. */
export const maxJsonDepth = 1000;

const quote = 0x22;
const backslash = 0x5c;

/** Counts brackets outside strings, in a text that need not be JSON: walking deep JSON recurses, and a stack is finite. */
export function nestsDeeperThan(text: string, levels: number): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) if (text.charCodeAt(i) === backslash) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return false;
}

export type JsonBounds = {
  /** Most UTF-8 bytes of the compact text. */
  readonly bytes: number;
  /** Most levels of nesting; a value that is no array and no object has none. */
  readonly depth: number;
};

/**
 * The UTF-8 length of the compact text of a value, without making it. Walks level by level, so that no value is too deep
 * for the call stack, and stops as soon as a bound is passed, so that one that names the same part many times costs no
 * more than the bound.
 */
export function measureJson(value: Json, bounds: JsonBounds): number | "tooLarge" | "tooDeep" {
  const { bytes, problem } = countJson(value, bounds);
  return problem ?? bytes;
}

export type JsonCount = {
  readonly bytes: number;
  /** Values and names of members, each as often as it is written; what takes longer to write counts more than once. */
  readonly nodes: number;
  /** The bound that was passed; the rest of the value is not counted. */
  readonly problem?: "tooLarge" | "tooDeep";
};

/** `measureJson`, with all that it counts. */
export function countJson(value: Json, bounds: JsonBounds): JsonCount {
  const count: Counting = { bytes: 0, nodes: 0, most: bounds.bytes };
  let level: (JsonArray | JsonObject)[] = [];
  countValue(count, value, level);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > bounds.depth) return { ...count, problem: "tooDeep" };
    const below: (JsonArray | JsonObject)[] = [];
    for (const node of level) {
      if (isJsonArray(node)) countItems(count, node, below);
      else countMembers(count, node, below);
      if (count.bytes > count.most) return { ...count, problem: "tooLarge" };
    }
    level = below;
  }
  return count.bytes > count.most ? { ...count, problem: "tooLarge" } : count;
}

type Counting = { bytes: number; nodes: number; readonly most: number };

function countItems(count: Counting, items: JsonArray, below: (JsonArray | JsonObject)[]): void {
  count.bytes += 2 + Math.max(items.length - 1, 0);
  for (let i = 0; i < items.length && count.bytes <= count.most; i++) countValue(count, items[i] ?? null, below);
}

function countMembers(count: Counting, object: JsonObject, below: (JsonArray | JsonObject)[]): void {
  const names = Object.keys(object);
  count.bytes += 2 + names.length + Math.max(names.length - 1, 0);
  count.nodes += names.length;
  for (let i = 0; i < names.length && count.bytes <= count.most; i++) {
    const name = names[i] ?? "";
    count.bytes += stringBytes(name, count.most);
    countValue(count, object[name] ?? null, below);
  }
}

function countValue(count: Counting, value: Json, below: (JsonArray | JsonObject)[]): void {
  count.nodes++;
  if (value === null || typeof value !== "object" || value instanceof ExactNumber) {
    count.bytes += scalarBytes(value, count.most);
    if (value instanceof ExactNumber) count.nodes += 3;
  } else {
    count.nodes++;
    below.push(value);
  }
}

/** More than `most` where it is more, but not how much more. */
function scalarBytes(value: null | boolean | number | string | ExactNumber, most: number): number {
  if (typeof value === "string") return stringBytes(value, most);
  if (typeof value === "number") return Number.isFinite(value) ? String(value).length : "null".length;
  if (typeof value === "object") return value === null ? "null".length : value.text.length;
  return value ? "true".length : "false".length;
}

/** Characters that take more than one byte in the text of a string. */
// oxlint-disable-next-line no-control-regex -- control characters are escaped
const notOneByte = /["\\\u0000-\u001f\u0080-\uffff]/;
/** Up to here, a look at every character is quicker than a search for the first that is not one byte. */
const shortString = 64;

/** A loop over large data measures the same text again and again: the newest long one is remembered. */
let measured = { text: "", bytes: 2 };
const longString = 16_384;
const longestMeasured = 1_048_576;

function stringBytes(text: string, most: number): number {
  const { length } = text;
  if (length + 2 > most) return length + 2;
  if (length < longString || length > longestMeasured) return countedBytes(text);
  if (text !== measured.text) measured = { text, bytes: countedBytes(text) };
  return measured.bytes;
}

function countedBytes(text: string): number {
  const { length } = text;
  let bytes = length + 2;
  const first = length <= shortString ? 0 : text.search(notOneByte);
  for (let i = first === -1 ? length : first; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
      if (isPair) i++;
      bytes += isPair ? 2 : unit < 0x800 ? 1 : (unit & 0xf800) === 0xd800 ? 5 : 2;
    } else if (unit < 0x20) bytes += shortEscapes.has(unit) ? 1 : 5;
    else if (unit === quote || unit === backslash) bytes += 1;
  }
  return bytes;
}

/** `\b`, `\t`, `\n`, `\f` and `\r`; other control characters are written `\u001f`. */
const shortEscapes: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);
