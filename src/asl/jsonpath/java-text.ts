// How Java prints values. AWS runs on it, and it shows in `States.Format` and in messages: `{Arg1=1, Arg2=[]}`.
import { isJsonArray, isJsonNumber, isJsonObject, type Json, stringifyJson } from "../json.ts";

/** Far deeper than data that AWS accepts; what lies deeper is left out. */
export const maxTextDepth = 1_000;

/** `String.valueOf` of a value as Java collections hold it. */
export function javaText(value: Json, depth = 0): string {
  if (typeof value === "string") return value;
  if (depth > maxTextDepth) return "...";
  if (isJsonArray(value)) return `[${value.map((item) => javaText(item, depth + 1)).join(", ")}]`;
  if (isJsonObject(value)) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${javaText(member, depth + 1)}`)
      .join(", ")}}`;
  }
  return isJsonNumber(value) ? numberText(stringifyJson(value)) : String(value);
}

function numberText(text: string): string {
  return isFractional(text) ? javaDoubleText(Number(text)) : String(BigInt(text));
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

/** The class Java holds a value in, as Jayway names it. */
export function javaClassName(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "boolean") return "java.lang.Boolean";
  if (isJsonArray(value)) return "java.util.ArrayList";
  if (isJsonObject(value)) return "java.util.LinkedHashMap";
  const text = stringifyJson(value);
  if (isFractional(text)) return "java.lang.Double";
  const whole = BigInt(text);
  if (BigInt.asIntN(32, whole) === whole) return "java.lang.Integer";
  return BigInt.asIntN(64, whole) === whole ? "java.lang.Long" : "java.math.BigInteger";
}
