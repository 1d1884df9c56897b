// Numbers as AWS holds and writes them: a whole number is a Java long, any other a double in Java's notation, and what
// JSON has no number for is a text.
import { ExactNumber } from "../../json.ts";
import { javaDoubleText } from "../../jsonpath/java-text.ts";

/** A number of a result. */
export function awsNumber(value: number | ExactNumber): number | ExactNumber | string {
  if (typeof value !== "number") return longOf(value.text) ?? awsNumber(value.value);
  // The sum also makes 0 of -0, which a long has not.
  if (isPlainNumber(value)) return value + 0;
  if (!Number.isFinite(value)) return String(value);
  return new ExactNumber(
    Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? String(BigInt(value)) : javaDoubleText(value),
  );
}

/** Whether JavaScript writes a number as AWS does: Java's notation has an exponent sooner. */
export function isPlainNumber(value: number): boolean {
  const magnitude = Math.abs(value);
  return Number.isSafeInteger(value) || (magnitude >= 1e-3 && magnitude < 1e7);
}

/** A whole number that a long holds and a double may not; `undefined` for any other text. */
export function longOf(text: string): ExactNumber | undefined {
  if (!/^-?\d{16,20}$/.test(text)) return undefined;
  const whole = BigInt(text);
  return BigInt.asIntN(64, whole) === whole && !Number.isSafeInteger(Number(text)) ? new ExactNumber(text) : undefined;
}
