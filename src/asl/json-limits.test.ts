import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonLimitProblem } from "./json-limits.ts";

const digits = (count: number): string => "7".repeat(count);
const long = (length: number): string =>
  `Number value length (${length}) exceeds the maximum allowed (1000, from \`StreamReadConstraints.getMaxNumberLength()\`)`;
const deep =
  "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)";

const texts: readonly (readonly [what: string, text: string, problem: string | undefined])[] = [
  ["a number of 1,000 digits", digits(1_000), undefined],
  ["a number of 1,001 digits", digits(1_001), long(1_001)],
  ["one of 1,000 digits with sign, point and exponent", `-${digits(500)}.${digits(400)}e+${digits(100)}`, undefined],
  ["one of 1,001 digits with sign, point and exponent", `-${digits(500)}.${digits(400)}E-${digits(101)}`, long(1_001)],
  ["a long number among others", `{"a":[1,2,{"b":${digits(5_000)}}]}`, long(5_000)],
  ["a long number at the end of a long text", `["${"x".repeat(100_003)}",0.${digits(1_000)}]`, long(1_001)],
  ["many numbers of 1,000 digits", `[${Array.from({ length: 50 }, () => digits(1_000)).join(",")}]`, undefined],
  ["digits in a string", `["\\"${digits(5_000)}",1]`, undefined],
  ["digits in the name of a member", `{"${digits(5_000)}":1}`, undefined],
  ["a string of digits before a long number", `["${digits(2_000)}\\\\",${digits(1_001)}]`, long(1_001)],
  ["1,000 levels", `${"[".repeat(1_000)}${"]".repeat(1_000)}`, undefined],
  ["1,001 levels", `${"[".repeat(1_001)}${"]".repeat(1_001)}`, deep],
];

for (const [what, text, problem] of texts) {
  test(`${what}: ${problem === undefined ? "within the limits" : "beyond them"}`, () => {
    JSON.parse(text);
    assert.equal(jsonLimitProblem(text), problem);
  });
}

test("a long number is found wherever it stands", () => {
  const place = fc.tuple(fc.string({ maxLength: 3_000, unit: fc.constantFrom("a", "1", "e", ",", "[") }), fc.nat(40));
  fc.assert(
    fc.property(place, fc.integer({ min: 980, max: 1_020 }), ([before, spaces], length) => {
      const text = `[${JSON.stringify(before)},${" ".repeat(spaces)}${digits(length)}]`;
      assert.equal(jsonLimitProblem(text), length > 1_000 ? long(length) : undefined);
    }),
  );
});
