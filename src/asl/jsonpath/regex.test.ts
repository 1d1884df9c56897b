// Regular expressions of filters: what runs their programs agrees with re2js, and what they cost is known before and paid.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { unlimitedWork, Work, WorkExceeded } from "../work.ts";
import { SyntaxProblem } from "./cursor.ts";
import { compileJsonPath } from "./jsonpath.ts";
import { parseRegex } from "./parse-regex.ts";

function matches(pattern: string, text: string): boolean {
  return parseRegex(pattern, unlimitedWork()).matches(text, unlimitedWork());
}

const atoms = fc.constantFrom(
  ..."a b é 😀 . \\d \\w \\s \\b \\B ^ $ \\A \\z [a-c] [^a] [a😀] \\p{L} \\P{L} (?i:A) (?s:.) (?m:^) (?m:$) \n".split(
    " ",
  ),
);
const pattern = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    atoms,
    fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => left + right),
    fc.tuple(tie("pattern"), tie("pattern")).map(([left, right]) => `(${left}|${right})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "*?", "{2}", "{0,2}", "{1,}"))
      .map(([inner, times]) => `(?:${inner})${times}`),
  ),
})).pattern;
const subject = fc.string({ unit: fc.constantFrom(..."a b A é 😀 1 _ \n".split(" "), " ", "\ud83d"), maxLength: 8 });

test("an expression matches what re2js says that it matches", () => {
  fc.assert(
    fc.property(pattern, fc.array(subject, { maxLength: 10 }), fc.constantFrom("", "i"), (inner, texts, flag) => {
      const reference = RE2JS.compile(inner, flag === "i" ? RE2JS.CASE_INSENSITIVE : 0);
      for (const text of texts) assert.equal(matches(`/${inner}/${flag}`, text), reference.matches(text), text);
    }),
    { numRuns: 1_000 },
  );
});

test("an expression that amounts to much is paid before it is made, and refused where that is too much for one", () => {
  const wide = `/${String.raw`(\p{L}{1000})`}/`;
  assert.throws(() => parseRegex(wide, new Work({ steps: 1_000_000 })), WorkExceeded);
  for (const [inner, outer] of [
    [1000, 1000],
    [999_999_999, 999_999_999],
  ]) {
    assert.throws(() => parseRegex(`/(a{${inner}}){${outer}}/`, unlimitedWork()), SyntaxProblem);
  }
});

test("expressions are paid together: a filter of thousands ends where the allowance does", () => {
  const filter = `$[?(${Array.from({ length: 12_000 }, () => String.raw`@.a =~ /(\p{L}{1000})/`).join(" || ")})]`;
  const work = new Work({ steps: 20_000_000 });
  assert.throws(() => compileJsonPath(filter, work), WorkExceeded);
  assert.equal(work.spent < 25_000_000, true);
});

test("a text that all ways through an expression lead to is paid for each of them", () => {
  const regex = parseRegex("/(a|b)*a((a|b){200})/", unlimitedWork());
  const work = unlimitedWork();
  assert.equal(regex.matches("a".repeat(2_000), work), true);
  assert.equal(work.spent > 2_000 * 200, true, String(work.spent));
  assert.throws(() => regex.matches("ab".repeat(100_000), new Work({ steps: 1_000_000 })), WorkExceeded);
});
