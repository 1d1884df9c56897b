// Strict comparison of JSON values: order, types, missing and extra members.
import { type ExactNumber, isJsonArray, isJsonNumber, isJsonObject, type Json, memberOf } from "../src/asl/json.ts";

export interface Difference {
  readonly path: string;
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

export function differences(expected: Json | undefined, got: Json | undefined, path = "$"): readonly Difference[] {
  if (isJsonArray(expected) && isJsonArray(got)) {
    return Array.from({ length: Math.max(expected.length, got.length) }, (_, i) => i).flatMap((i) =>
      differences(expected[i], got[i], `${path}[${i}]`),
    );
  }
  if (isJsonObject(expected) && isJsonObject(got)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
    return [...names].flatMap((name) => differences(memberOf(expected, name), memberOf(got, name), `${path}.${name}`));
  }
  if (isJsonNumber(expected) && isJsonNumber(got)) {
    return isSameNumber(numberText(expected), numberText(got)) ? [] : [{ path, expected, got }];
  }
  return expected === got ? [] : [{ path, expected, got }];
}

const numberText = (value: number | ExactNumber): string => (typeof value === "number" ? String(value) : value.text);

/** The recorder wrote doubles in its own way; that a number is one still shows. */
function isSameNumber(left: string, right: string): boolean {
  const isDouble = (text: string): boolean => /[.eE]/.test(text);
  return left === right || (isDouble(left) && isDouble(right) && Number(left) === Number(right));
}
