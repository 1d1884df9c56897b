// Jackson's sentences and positions against those that the library gave for the same texts; three of them are recorded
// from AWS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type JacksonEdition, type JacksonReading, readFirstValue, readOnlyValue } from "./jackson.ts";

const edition: JacksonEdition = { source: () => "S", pointsAtCharacter: true, maxDepth: 1_000, maxNumberLength: 1_000 };
const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

const problems: readonly (readonly [text: string, place: string, sentence: string])[] = [
  ["{bad json}", "1:2", "Unexpected character ('b' (code 98)): was expecting double-quote to start field name"],
  [
    '{"a":1',
    "1:7",
    "Unexpected end-of-input: expected close marker for Object (start marker at [Source: S; line: 1, column: 1])",
  ],
  ["undefined", "1:10", "Unrecognized token 'undefined': was expecting <values>"],
  ["[1,]", "1:4", "Unexpected character (']' (code 93)): expected a valid value <values>"],
  ["[1,}", "1:4", "Unexpected character ('}' (code 125)): expected a value"],
  ['{"a" 1}', "1:6", "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
  ['{"a":1 "b"}', "1:8", "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"],
  ['{"a":1,}', "1:8", "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"],
  ['{"a":}', "1:6", "Unexpected character ('}' (code 125)): expected a valid value <values>"],
  ['{"a":', "1:6", "Unexpected end-of-input within/between Object entries"],
  ['{"a":1,', "1:8", "Unexpected end-of-input within/between Object entries"],
  ["[1 2]", "1:4", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
  [
    "[1",
    "1:3",
    "Unexpected end-of-input: expected close marker for Array (start marker at [Source: S; line: 1, column: 1])",
  ],
  ["]", "1:1", "Unexpected close marker ']': expected '}' (for root starting at [Source: S; line: 1])"],
  ["[1}", "1:3", "Unexpected close marker '}': expected ']' (for Array starting at [Source: S; line: 1, column: 1])"],
  ["'x'", "1:1", "Unexpected character (''' (code 39)): expected a valid value <values>"],
  ['"abc', "1:5", "Unexpected end-of-input: was expecting closing quote for a string value"],
  ['{"abc', "1:6", "Unexpected end-of-input in field name"],
  [
    '"a\nb"',
    "1:3",
    "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value",
  ],
  [
    '{"a\tb":1}',
    "1:4",
    "Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in name",
  ],
  ['"\\q"', "1:3", "Unrecognized character escape 'q' (code 113)"],
  ['"\\u12x4"', "1:6", "Unexpected character ('x' (code 120)): expected a hex-digit for character escape sequence"],
  ['"\\u12', "1:6", "Unexpected end-of-input in character escape sequence"],
  ['"\\', "1:3", "Unexpected end-of-input in character escape sequence"],
  ["tru", "1:4", "Unrecognized token 'tru': was expecting <values>"],
  ["truex", "1:6", "Unrecognized token 'truex': was expecting <values>"],
  ["NaN", "1:4", "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"],
  ["NaNx", "1:5", "Unrecognized token 'NaNx': was expecting <values>"],
  [
    '{"a":-Infinity}',
    "1:15",
    "Non-standard token '-Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
  ],
  ["-INF", "1:5", "Non-standard token '-INF': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"],
  [
    "-Ix",
    "1:3",
    "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
  ],
  [
    "+1",
    "1:2",
    "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
  ],
  ["+", "1:2", "Unexpected end-of-input in a Number value"],
  ["-", "1:2", "Unexpected end-of-inputNo digit following sign"],
  [
    "-x",
    "1:2",
    "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
  ],
  ["-.5", "1:2", "Unexpected character ('.' (code 46)): expected a valid value <values>"],
  [".5", "1:1", "Unexpected character ('.' (code 46)): expected a valid value <values>"],
  ["01", "1:2", "Invalid numeric value: Leading zeroes not allowed"],
  ["-01", "1:3", "Invalid numeric value: Leading zeroes not allowed"],
  ["1.", "1:2", "Unexpected character ('.' (code 46)) in numeric value: Decimal point not followed by a digit"],
  ["1.x", "1:2", "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit"],
  [
    "1.5ex",
    "1:2",
    "Unexpected character ('x' (code 120)) in numeric value: Exponent indicator not followed by a digit",
  ],
  ["0.x", "1:3", "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit"],
  ["1e", "1:3", "Unexpected end-of-inputexpected a digit for number exponent"],
  ["1e+x", "1:2", "Unexpected character ('x' (code 120)) in numeric value: Exponent indicator not followed by a digit"],
  ["1x", "1:2", "Unexpected character ('x' (code 120)): Expected space separating root-level values"],
  ["€", "1:2", "Unrecognized token '€': was expecting <values>"],
  ["“", "1:1", "Unexpected character ('“' (code 8220 / 0x201c)): expected a valid value <values>"],
  [
    "\u0001",
    "1:2",
    "Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens",
  ],
  [
    "/* */",
    "1:1",
    "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
  ],
  ["a-b.c d", "1:2", "Unrecognized token 'a': was expecting <values>"],
  ["[\n1,\r\n  x]", "3:4", "Unrecognized token 'x': was expecting <values>"],
];

for (const [text, place, sentence] of problems) {
  test(`${JSON.stringify(text)} is refused at ${place} in Jackson's words`, () => {
    const reading = readFirstValue(text, edition);
    assert.ok(reading.kind === "problem");
    const [line, column] = place.split(":");
    const whole = `${sentence.replace("<values>", values)}\n at [Source: S; line: ${line}, column: ${column}]`;
    assert.equal(reading.problem.text, whole);
  });
}

const readings: readonly (readonly [text: string, first: JacksonReading])[] = [
  ["", { kind: "nothing" }],
  ["  ", { kind: "nothing" }],
  ['{"a":1} x', { kind: "value", end: 7 }],
  ['"a" b', { kind: "value", end: 3 }],
  ["true$", { kind: "value", end: 4 }],
  ["[[1]]]", { kind: "value", end: 5 }],
  [" 12 13", { kind: "value", end: 3 }],
];

for (const [text, first] of readings) {
  test(`${JSON.stringify(text)} holds ${first.kind} and what follows it does not matter`, () => {
    assert.deepEqual(readFirstValue(text, edition), first);
  });
}

test("a text that is to hold one value only is refused for what follows it", () => {
  const reading = readOnlyValue("[1] 2", edition);
  assert.ok(reading.kind === "problem");
  assert.match(reading.problem.text, /^Unexpected character \('2' .* column: 5\]$/s);
});

test("an older edition gives the column behind a character", () => {
  const reading = readFirstValue("{bad json}", { ...edition, pointsAtCharacter: false });
  assert.deepEqual(reading.kind === "problem" && [reading.problem.line, reading.problem.column], [1, 3]);
});

const limits: readonly (readonly [text: string, sentence: string])[] = [
  [
    "[".repeat(1_001),
    "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)",
  ],
  [
    "1".repeat(1_001),
    "Number value length (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNumberLength()`)",
  ],
];

for (const [text, sentence] of limits) {
  test(`${sentence.slice(0, 28)} is told without a position`, () => {
    const reading = readFirstValue(text, edition);
    assert.equal(reading.kind === "problem" && reading.problem.text, sentence);
  });
}

test("a token of any length is shown cut", () => {
  const reading = readFirstValue("x".repeat(300), edition);
  assert.equal(
    reading.kind === "problem" && reading.problem.text,
    `Unrecognized token '${"x".repeat(256)}...': was expecting ${values}\n at [Source: S; line: 1, column: 257]`,
  );
});
