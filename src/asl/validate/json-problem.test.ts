import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { describeJsonProblem, jsonProblem } from "./json-problem.ts";

const list = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

const problems: readonly (readonly [text: string, message: string, line: number, column: number])[] = [
  ["not a definition", `Unrecognized token 'not': was expecting ${list}`, 1, 4],
  ["{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 3],
  ["nul", `Unrecognized token 'nul': was expecting ${list}`, 1, 4],
  ["truely", `Unrecognized token 'truely': was expecting ${list}`, 1, 7],
  ['{\n  "a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 2, 8],
  ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 1, 9],
  ['{"a":}', `Unexpected character ('}' (code 125)): expected a valid value ${list}`, 1, 7],
  ["[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 5],
  ["[1,]", `Unexpected character (']' (code 93)): expected a valid value ${list}`, 1, 5],
  [
    "{",
    'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1])',
    1,
    2,
  ],
  ["[1,", "Unexpected end-of-input within/between Array entries", 1, 4],
  ['"a', "Unexpected end-of-input: was expecting closing quote for a string value", 1, 3],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)", 1, 4],
  [
    "-a",
    "Unexpected character ('a' (code 97)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
    1,
    3,
  ],
  [
    `{\n "a": ${"1".repeat(1_001)}}`,
    "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)",
    2,
    1_008,
  ],
  ["01", "Invalid numeric value: Leading zeroes not allowed", 1, 2],
  ["€", `Unrecognized token '€': was expecting ${list}`, 1, 2],
  ["“", `Unexpected character ('“' (code 8220 / 0x201c)): expected a valid value ${list}`, 1, 2],
];

for (const [text, message, line, column] of problems) {
  test(`${JSON.stringify(text).slice(0, 80)} is refused as Jackson refuses it`, () => {
    const problem = jsonProblem(text);
    assert.equal(problem?.message, message);
    assert.deepEqual([problem?.line, problem?.column], [line, column]);
  });
}

test("a position names the source, shortened to 500 characters", () => {
  assert.equal(jsonProblem("not a definition")?.location, '[Source: (String)"not a definition"; line: 1, column: 4]');
  assert.match(jsonProblem(`x${" ".repeat(600)}`)?.location ?? "", / "\[truncated 101 chars\]; line: 1, column: 2\]$/u);
});

test("JSON has no problem, and whatever is not JSON has one", () => {
  fc.assert(fc.property(fc.json(), (text) => describeJsonProblem(text) === undefined));
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", "}", "]", ",", "x", '"', "\\", "0"), (text, at, inserted) => {
      const cut = text.slice(0, at % (text.length + 1)) + inserted;
      let isJson = true;
      try {
        JSON.parse(cut);
      } catch {
        isJson = false;
      }
      const message = describeJsonProblem(cut);
      assert.equal(message === undefined, isJson);
      assert.notEqual(message, "Unexpected content");
    }),
  );
});

test("100,000 nested arrays are scanned without recursion", () => {
  assert.match(describeJsonProblem("[".repeat(100_000)) ?? "", /^Unexpected end-of-input: expected close marker/);
});
