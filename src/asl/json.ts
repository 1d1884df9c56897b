// JSON values as state data: parsed without losing what `JSON.parse` loses. AWS keeps `0.0` as `0.0` and a 20-digit
// integer exact, so a number whose text a double does not reproduce is kept as an `ExactNumber`.

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

// Both are part of ECMAScript (JSON.parse source text access); TypeScript's library does not declare them yet.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown };
type SourceReviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as unknown as (text: string, reviver: SourceReviver) => Json;

// Over-approximates "some number here may not survive": a fraction ending in 0, an exponent, 16 digits in a row, or -0.
const mayLoseNumber = /\d\.\d*0(?!\d)|\d[eE]|\d{16}|-0(?![.\d])|\d\.\d{15}/;

/**
 * Parses JSON text without losing numbers.
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): Json {
  if (!mayLoseNumber.test(text)) return JSON.parse(text) as Json;
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? new ExactNumber(source) : value,
  );
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

/** Deep equality of JSON values: numbers by their double, objects without regard to member order. */
export function jsonEquals(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (isJsonNumber(left) || isJsonNumber(right)) {
    return isJsonNumber(left) && isJsonNumber(right) && toDouble(left) === toDouble(right);
  }
  if (isJsonArray(left)) {
    return (
      isJsonArray(right) && left.length === right.length && left.every((item, i) => jsonEquals(item, right[i] as Json))
    );
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && jsonEquals(left[name] as Json, right[name] as Json))
    );
  }
  return false;
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
