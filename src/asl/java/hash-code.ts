// Java's `hashCode` and `equals` of JSON values as Java collections hold them: `Integer`, `Long`, `BigInteger`, `Double`,
// `String`, `Boolean`, lists, maps and null.
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonArray,
  type JsonObject,
  numberText,
  stringifyJson,
} from "../json.ts";
import type { Work } from "../work.ts";

/**
 * A signed 32-bit integer.
 * @param value no deeper than a call stack
 * @param work pays for what a long number takes beyond its length
 * @throws WorkExceeded
 */
export function javaHashCode(value: Json, work: Work): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1231 : 1237;
  if (typeof value === "string") return stringHashCode(value);
  if (isJsonArray(value))
    return value.reduce<number>((hash, item) => (Math.imul(31, hash) + javaHashCode(item, work)) | 0, 1);
  if (isJsonObject(value)) {
    return Object.entries(value).reduce(
      (sum, [name, member]) => (sum + (stringHashCode(name) ^ javaHashCode(member, work))) | 0,
      0,
    );
  }
  return numberHashCode(numberText(value), work);
}

export function stringHashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/**
 * One text for all values that are equal to Java: 1 is no 1.0, and the order of an object's members is none of its own.
 * @param value no deeper than a call stack
 */
export function javaIdentity(value: Json): string {
  if (isJsonArray(value)) return `[${arrayIdentity(value)}]`;
  if (isJsonObject(value)) return `{${objectIdentity(value)}}`;
  if (value === null || typeof value === "boolean" || typeof value === "string") return stringifyJson(value);
  const text = numberText(value);
  if (isWhole(text)) return text === "-0" ? "0" : text;
  const double = Number(text);
  return `${Object.is(double, -0) ? "-0" : double}d`;
}

/** Added up piece by piece, which copies no text twice. */
function arrayIdentity(items: JsonArray): string {
  let text = "";
  for (const item of items) text += `${javaIdentity(item)},`;
  return text;
}

function objectIdentity(object: JsonObject): string {
  let text = "";
  for (const name of Object.keys(object).toSorted()) {
    text += `${stringifyJson(name)}:${javaIdentity(object[name] ?? null)},`;
  }
  return text;
}

/** Whether Java reads a number as an integer. */
function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function numberHashCode(text: string, work: Work): number {
  if (!isWhole(text)) return doubleHashCode(Number(text));
  if (text.length <= surelyInteger) return Number(text) | 0;
  if (text.length > longestLong) work.pay(stepsPerDigit * text.length);
  const whole = BigInt(text);
  if (BigInt.asIntN(32, whole) === whole) return Number(whole);
  if (BigInt.asIntN(64, whole) === whole) return foldedLong(BigInt.asUintN(64, whole));
  return bigIntegerHashCode(whole);
}

/** Characters of a number, sign included, that an `int` holds whatever they are. */
const surelyInteger = 9;
/** Characters of a number that a `long` holds, sign included. */
const longestLong = 20;
/** Measured, of 100,000 digits. */
const stepsPerDigit = 5;

function doubleHashCode(double: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  return foldedLong(view.getBigUint64(0));
}

function foldedLong(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}

/** Over the 32-bit words of the magnitude, the highest first; the sign comes last. */
function bigIntegerHashCode(whole: bigint): number {
  const hexadecimal = (whole < 0n ? -whole : whole).toString(16);
  let hash = 0;
  const first = hexadecimal.length % 8;
  for (let at = first - 8; at < hexadecimal.length; at += 8) {
    const word = Number.parseInt(hexadecimal.slice(Math.max(at, 0), at + 8), 16) || 0;
    hash = (Math.imul(31, hash) + word) | 0;
  }
  return whole < 0n ? -hash | 0 : hash;
}
