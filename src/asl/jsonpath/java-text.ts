// How Java prints values. AWS runs on it, and it shows in `States.Format` and in messages: `{Arg1=1, Arg2=[]}`.
import {
  type ExactNumber,
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonArray,
  type JsonObject,
  numberText,
} from "../json.ts";
import type { Work } from "../work.ts";

/** Far deeper than data that AWS accepts; what lies deeper is left out. */
const maxTextDepth = 1_000;
/** Far longer than a payload, far shorter than a string may be; what goes beyond it is left out. */
const maxTextLength = 1 << 26;

/** A text in the making. */
type Writer = { text: string; readonly work: Work };

/** `String.valueOf` of a value as Java collections hold it. @throws WorkExceeded */
export function javaText(value: Json, work: Work): string {
  const writer: Writer = { text: "", work };
  write(writer, value, 0);
  return writer.text;
}

function write(writer: Writer, value: Json, depth: number): void {
  if (isJsonArray(value)) writeArray(writer, value, depth);
  else if (isJsonObject(value)) writeObject(writer, value, depth);
  else append(writer, isJsonNumber(value) ? javaNumberText(value, writer.work) : String(value));
}

function writeArray(writer: Writer, items: JsonArray, depth: number): void {
  if (depth > maxTextDepth) return append(writer, "...");
  writer.text += "[";
  for (const [i, item] of items.entries()) {
    if (i > 0) writer.text += ", ";
    write(writer, item, depth + 1);
  }
  writer.text += "]";
}

function writeObject(writer: Writer, object: JsonObject, depth: number): void {
  if (depth > maxTextDepth) return append(writer, "...");
  const names = Object.keys(object);
  writer.work.pay(1 + 2 * names.length);
  writer.text += "{";
  for (const [i, name] of names.entries()) {
    if (i > 0) writer.text += ", ";
    append(writer, name);
    writer.text += "=";
    write(writer, object[name] ?? null, depth + 1);
  }
  writer.text += "}";
}

function append(writer: Writer, text: string): void {
  writer.work.pay(2 + (text.length >> 4));
  if (writer.text.length + text.length <= maxTextLength) writer.text += text;
}

/** Measured. */
const stepsPerNumber = 3;

function javaNumberText(value: number | ExactNumber, work: Work): string {
  const text = numberText(value);
  work.pay(stepsPerNumber + (text.length >> 2));
  if (isFractional(text)) return javaDoubleText(Number(text));
  return text === "-0" ? "0" : text;
}

/** Whether Java reads a number as a double. */
function isFractional(text: string): boolean {
  return /[.eE]/.test(text);
}

/** `Double.toString`: always with a fraction, and with an exponent from ten million up and below a thousandth. */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${exponent.replace("+", "")}`;
}

/** Characters of a number that a `long` holds, sign included. */
const longestLong = 20;

/** The class Java holds a value in, as Jayway names it. */
export function javaClassName(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "boolean") return "java.lang.Boolean";
  if (isJsonArray(value)) return "java.util.ArrayList";
  if (isJsonObject(value)) return "java.util.LinkedHashMap";
  const text = numberText(value);
  if (isFractional(text)) return "java.lang.Double";
  if (text.length > longestLong) return "java.math.BigInteger";
  const whole = BigInt(text);
  if (BigInt.asIntN(32, whole) === whole) return "java.lang.Integer";
  return BigInt.asIntN(64, whole) === whole ? "java.lang.Long" : "java.math.BigInteger";
}
