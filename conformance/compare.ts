// Strict comparison of JSON values: order, types, missing and extra members.
import { type ExactNumber, isJsonArray, isJsonNumber, isJsonObject, type Json, memberOf } from "../src/asl/json.ts";

export interface Difference {
  readonly path: string;
  readonly expected: Json | undefined;
  readonly got: Json | undefined;
}

export interface Comparison {
  /** Whether the order of an object's members counts, by its path. */
  readonly isOrdered: (path: string) => boolean;
}

export const withoutOrder: Comparison = { isOrdered: () => false };

export function differences(
  expected: Json | undefined,
  got: Json | undefined,
  comparison = withoutOrder,
  path = "$",
): readonly Difference[] {
  if (isJsonArray(expected) && isJsonArray(got)) {
    return Array.from({ length: Math.max(expected.length, got.length) }, (_, i) => i).flatMap((i) =>
      differences(expected[i], got[i], comparison, `${path}[${i}]`),
    );
  }
  if (isJsonObject(expected) && isJsonObject(got)) {
    const [wanted, found] = [Object.keys(expected), Object.keys(got)];
    const ofMembers = [...new Set([...wanted, ...found])].flatMap((name) =>
      differences(memberOf(expected, name), memberOf(got, name), comparison, `${path}.${name}`),
    );
    const isSameOrder = wanted.length !== found.length || wanted.every((name, i) => name === found[i]);
    if (isSameOrder || ofMembers.length > 0 || !comparison.isOrdered(path)) return ofMembers;
    return [{ path: `${path} (order)`, expected: wanted, got: found }];
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
