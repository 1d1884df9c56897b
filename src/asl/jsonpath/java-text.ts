// How Java prints values. AWS runs on it, and it shows in `States.Format` and in messages: `{Arg1=1, Arg2=[]}`.
import { isJsonArray, isJsonObject, type Json, stringifyJson } from "../json.ts";

/** `String.valueOf` of a value as Java collections hold it. */
export function javaText(value: Json): string {
  if (typeof value === "string") return value;
  if (isJsonArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (isJsonObject(value)) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${javaText(member)}`)
      .join(", ")}}`;
  }
  return stringifyJson(value);
}

/** `Double.toString`: always with a fraction, and with an exponent from ten million up and below a thousandth. */
export function javaDoubleText(value: number): string {
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
  if (/[.eE]/.test(text)) return "java.lang.Double";
  const whole = BigInt(text);
  if (BigInt.asIntN(32, whole) === whole) return "java.lang.Integer";
  return BigInt.asIntN(64, whole) === whole ? "java.lang.Long" : "java.math.BigInteger";
}
