import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileStringPattern } from "./string-pattern.ts";
import { searchFor } from "./text-search.ts";
import { unlimitedWork, Work, WorkExceeded } from "../work.ts";

function matchesPattern(pattern: string, text: string): boolean {
  return compileStringPattern(pattern, unlimitedWork())(text, unlimitedWork());
}

const matches: readonly (readonly [string, string, boolean])[] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "anything\nat all", true],
  ["log-*.txt", "log-1.txt", true],
  ["log-*.txt", "log-.txt", true],
  ["log-*.txt", "my-log-1.txt", false],
  ["log-*.txt", "log-1.txt2", false],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*b*", "abc", true],
  ["*ab*ab*", "ab", false],
  ["*ab*ab*", "abab", true],
  ["a*b*c", "a-b-b-c", true],
  ["a**c", "ac", true],
  ["A*", "abc", false],
  [".", "x", false],
  ["[a]+", "[a]+", true],
  [String.raw`\*`, "*", true],
  [String.raw`\*`, "x", false],
  [String.raw`a\\*`, String.raw`a\bc`, true],
  [String.raw`a\\`, "a\\", true],
  [String.raw`a\b`, String.raw`a\b`, true],
];

for (const [pattern, text, expected] of matches) {
  test(`'${pattern}' ${expected ? "matches" : "does not match"} ${JSON.stringify(text)}`, () => {
    assert.equal(matchesPattern(pattern, text), expected);
  });
}

test("a pattern matches what a regular expression of the same meaning matches", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text);
      assert.equal(matchesPattern(pattern, text), expected);
    }),
  );
});

test("a long part is found where it first stands", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 0, maxLength: 30 });
  fc.assert(
    fc.property(letters, letters, fc.integer({ min: 240, max: 700 }), (unit, around, length) => {
      const part = `b${unit}`.repeat(length).slice(0, length);
      for (const text of [around + part + around, part.slice(1) + part + around, part.slice(1) + around]) {
        assert.equal(searchFor(part).indexIn(text, 0), text.indexOf(part));
        assert.equal(searchFor(part).indexIn(text, around.length), text.indexOf(part, around.length));
      }
    }),
  );
});

test("a pattern of many stars is paid", () => {
  const stars = compileStringPattern("*a".repeat(100_000), unlimitedWork());
  assert.throws(() => stars("a", new Work({ steps: 50_000 })), WorkExceeded);
});
