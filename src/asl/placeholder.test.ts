import assert from "node:assert/strict";
import { test } from "node:test";
import { fillPlaceholders, placeholdersIn, type Substitutions } from "./placeholder.ts";

const values: Substitutions = new Map<string, string | number | boolean>([
  ["Arn", "arn:aws:lambda:us-east-1:123456789012:function:f"],
  ["Attempts", 3],
  ["IsOn", false],
  ["Empty", ""],
  ["Loop", "${Attempts}"],
  ["table.name", "$& $1"],
]);

const rows: readonly (readonly [written: string, filled: string])[] = [
  ['"${Arn}"', '"arn:aws:lambda:us-east-1:123456789012:function:f"'],
  ['{"MaxAttempts": ${Attempts}, "x": ${IsOn}}', '{"MaxAttempts": 3, "x": false}'],
  ["a${Empty}b${Attempts}${Attempts}", "ab33"],
  ["${Loop}", "${Attempts}"],
  ["${table.name}", "$& $1"],
  ["${Unknown} ${ Attempts } $Attempts ${} ${a b}", "${Unknown} ${ Attempts } $Attempts ${} ${a b}"],
  ["$${Attempts}", "$3"],
];
for (const [written, filled] of rows) {
  test(`${written} becomes ${filled}`, () => {
    assert.equal(fillPlaceholders(written, values, 1000)?.text, filled);
  });
}

test("a part of the filled text is found in the written one", () => {
  const written = "ab${Attempts}cd${Arn}ef";
  const filled = fillPlaceholders(written, values, 1000);
  assert.ok(filled !== undefined);
  const found = (part: string): string => {
    const start = filled.text.indexOf(part);
    const range = filled.written({ start, end: start + part.length });
    return written.slice(range.start, range.end);
  };
  assert.deepEqual(
    ["ab", "b3c", "3", "cd", "lambda", "ef", "function:fe"].map((part) => found(part)),
    ["ab", "b${Attempts}c", "${Attempts}", "cd", "${Arn}", "ef", "${Arn}e"],
  );
});

test("a text that grows beyond the bound is not made", () => {
  assert.equal(fillPlaceholders("${Arn}".repeat(1_000_000), values, 1000), undefined);
});

test("placeholders are found with their places", () => {
  assert.deepEqual(placeholdersIn("a${b}${c.d:e}"), [
    { name: "b", start: 1, end: 5 },
    { name: "c.d:e", start: 5, end: 13 },
  ]);
});
