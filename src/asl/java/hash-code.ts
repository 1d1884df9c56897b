// Java's `hashCode` and `equals` of JSON values as Java collections hold them: `Integer`, `Long`, `BigInteger`, `Double`,
// `String`, `Boolean`, lists, maps and null.
import { isJsonArray, isJsonObject, type Json, type JsonObject, stringifyJson } from "../json.ts";

/** A signed 32-bit integer. */
export function javaHashCode(value: Json): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1231 : 1237;
  if (typeof value === "string") return stringHashCode(value);
  if (isJsonArray(value))
    return value.reduce<number>((hash, item) => (Math.imul(31, hash) + javaHashCode(item)) | 0, 1);
  if (isJsonObject(value)) {
    return Object.entries(value).reduce(
      (sum, [name, member]) => (sum + (stringHashCode(name) ^ javaHashCode(member))) | 0,
      0,
    );
  }
  return numberHashCode(stringifyJson(value));
}

export function stringHashCode(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** One text for all values that are equal to Java: 1 is no 1.0, and the order of an object's members is none of its own. */
export function javaIdentity(value: Json): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return stringifyJson(value);
  if (isJsonArray(value)) return `[${value.map(javaIdentity).join(",")}]`;
  if (isJsonObject(value)) return `{${membersOf(value).join(",")}}`;
  const text = stringifyJson(value);
  if (isWhole(text)) return BigInt(text).toString();
  const double = Number(text);
  return `${Object.is(double, -0) ? "-0" : double}d`;
}

function membersOf(object: JsonObject): readonly string[] {
  return Object.keys(object)
    .toSorted()
    .map((name) => `${stringifyJson(name)}:${javaIdentity(object[name] ?? null)}`);
}

/** Whether Java reads a number as an integer. */
function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function numberHashCode(text: string): number {
  if (!isWhole(text)) return doubleHashCode(Number(text));
  const whole = BigInt(text);
  if (BigInt.asIntN(32, whole) === whole) return Number(whole);
  if (BigInt.asIntN(64, whole) === whole) return foldedLong(BigInt.asUintN(64, whole));
  return bigIntegerHashCode(whole);
}

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
  const words: number[] = [];
  for (let rest = whole < 0n ? -whole : whole; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  const hash = words.reduceRight((sum, word) => (Math.imul(31, sum) + word) | 0, 0);
  return whole < 0n ? -hash | 0 : hash;
}
