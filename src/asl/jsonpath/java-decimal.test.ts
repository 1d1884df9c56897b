import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareDecimals, parseDecimal } from "./java-decimal.ts";

function order(left: string, right: string): number {
  const [first, second] = [parseDecimal(left), parseDecimal(right)];
  if ("problem" in first || "problem" in second) assert.fail(`${left} or ${right} is no number`);
  return Math.sign(compareDecimals(first, second));
}

const ordered: readonly (readonly [string, string])[] = [
  ["-1e5", "-99999"],
  ["-1", "0"],
  ["-0.5", "-.4"],
  ["9007199254740992", "9007199254740993"],
  ["0.1", "0.10000000000000000001"],
  ["9", "1e1"],
  ["1e-999999999", "1e999999999"],
];

for (const [less, more] of ordered) {
  test(`${less} is less than ${more}`, () => {
    assert.equal(order(less, more), -1);
    assert.equal(order(more, less), 1);
  });
}

for (const [one, other] of [
  ["1", "1.0"],
  ["01", "+1"],
  ["100", "1e2"],
  ["0", "-0.00e7"],
  ["1.", "10E-00000000001"],
] as const) {
  test(`${one} equals ${other}`, () => {
    assert.equal(order(one, other), 0);
  });
}

test("decimals are ordered as the doubles they stand for", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(doubles, doubles, (a, b) => assert.equal(order(String(a), String(b)), Math.sign(a - b) || 0)));
});

const notANumber = 'is neither a decimal digit number, decimal point, nor "e" notation exponential mark.';
const problems: readonly (readonly [string, string])[] = [
  ["true", `Character t ${notANumber}`],
  ["--1", `Character - ${notANumber}`],
  ["12345678901234567890x", 'Character array is missing "e" notation exponential mark.'],
  ["1.2.3", "Character array contains more than one decimal point."],
  ["-", "No digits found."],
  [".", "No digits found."],
  ["1e5x", "Not a digit."],
  ["1e12345678901", "Too many nonzero exponent digits."],
  ["1e9999999999", "Exponent overflow."],
  ["1e+", "null"],
  ["", "null"],
];

for (const [text, problem] of problems) {
  test(`${JSON.stringify(text)} is no number: ${problem}`, () => {
    assert.deepEqual(parseDecimal(text), { problem });
  });
}
