// The words for texts that are not JSON. The first three were recorded of StartExecution; the rest follow the parser.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deepestNesting, jsonProblem, nestsTooDeeply } from "./json-text.ts";

const valid = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

const problems: readonly (readonly [text: string, problem: string | undefined])[] = [
  ["not some json", `Unrecognized token 'not': was expecting ${valid}`],
  ["{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ["", undefined],
  ["  \n", undefined],
  ["nul", `Unrecognized token 'nul': was expecting ${valid}`],
  ["truex", `Unrecognized token 'truex': was expecting ${valid}`],
  ["[NaN]", "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"],
  ["x".repeat(300), `Unrecognized token '${"x".repeat(256)}...': was expecting ${valid}`],
  ["'a'", `Unexpected character (''' (code 39)): expected a valid value ${valid}`],
  ["[1,]", `Unexpected character (']' (code 93)): expected a valid value ${valid}`],
  ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
  ['{"a":1 "b":2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"],
  ["[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
  ["[…]", `Unexpected character ('…' (code 8230 / 0x2026)): expected a valid value ${valid}`],
  ["01", "Invalid numeric value: Leading zeroes not allowed"],
  [
    "-a",
    "Unexpected character ('a' (code 97)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
  ],
  ["[1.]", "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit"],
  ["[1e]", "Unexpected character (']' (code 93)) in numeric value: Exponent indicator not followed by a digit"],
  ["1a", "Unexpected character ('a' (code 97)): Expected space separating root-level values"],
  ['"a', "Unexpected end-of-input: was expecting closing quote for a string value"],
  ['{"a', "Unexpected end-of-input in field name"],
  ['{"a":', "Unexpected end-of-input within/between Object entries"],
  ["[1,", "Unexpected end-of-input within/between Array entries"],
  [
    '{"a":1',
    'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a":1"; line: 1, column: 1])',
  ],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)"],
  ['"\\u12g4"', "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence"],
  [
    '"a\nb"',
    "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value",
  ],
  [
    "[1}",
    `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"[1}"; line: 1, column: 1])`,
  ],
];

test("a text that is not JSON is explained in AWS's words", async (t) => {
  for (const [text, problem] of problems) {
    await t.test(JSON.stringify(text).slice(0, 40), () => assert.equal(jsonProblem(text), problem));
  }
});

test("JSON is never complained about", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
      assert.equal(jsonProblem(JSON.stringify(JSON.parse(text), undefined, indent)), undefined);
    }),
    { numRuns: 300 },
  );
});

test("reading ends for every text", () => {
  const unit = fc.constantFrom(..."{}[]:,\"\\'0-.eE+ntfu\u0001 \n€x");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      jsonProblem(text);
      nestsTooDeeply(text);
    }),
    { numRuns: 2000 },
  );
  jsonProblem("[".repeat(1_000_000));
});

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("nesting is counted outside strings only", () => {
  assert.equal(nestsTooDeeply(nested(deepestNesting)), false);
  assert.equal(nestsTooDeeply(nested(deepestNesting + 1)), true);
  assert.equal(nestsTooDeeply(`"\\"${nested(5000)}"`), false);
  assert.equal(nestsTooDeeply("[],".repeat(5000)), false);
});
