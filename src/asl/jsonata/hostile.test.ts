// Hostile expressions end in their own error, within their budget, and reach nothing outside their input.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../json.ts";
import { compileJsonata, evaluateJsonata, type JsonataOutcome } from "./jsonata.ts";

const boundMs = 5_000;

function outcomeOf(text: string, input?: string): JsonataOutcome {
  const compiled = compileJsonata(text);
  if ("problem" in compiled) return { kind: "error", ...compiled.problem };
  return evaluateJsonata(compiled.program, input === undefined ? undefined : parseJson(input), new Map(), {
    nowMs: 0,
    seed: "hostile",
  });
}

function endOf(outcome: JsonataOutcome): string {
  if (outcome.kind === "exceeded") return outcome.limit;
  return outcome.kind === "error" ? outcome.code : JSON.stringify(outcome).slice(0, 200);
}

const nestedElvis = (levels: number): string => (levels === 0 ? "a" : `(${nestedElvis(levels - 1)} ?: b)`);
const nestedCounts = (levels: number): string => (levels === 0 ? "a" : `(?:${nestedCounts(levels - 1)}){100}`);

/** The doing of an expression, the limit it exceeds or the code of its error, and the expression. */
const refused: readonly (readonly [what: string, end: string, text: string])[] = [
  ["endless recursion", "depth", "($f := function($x){ 1 + $f($x) }; $f(1))"],
  ["mutual recursion", "depth", "($f := function(){ 1 + $g() }; $g := function(){ 1 + $f() }; $f())"],
  ["recursion through $map", "depth", "($f := function($x){ $map([$x], $f)[0] }; $f(1))"],
  [
    "a long chain of functions",
    "depth",
    "($r := $reduce([1..10000], function($g, $i){ {'f': $g.f ~> $abs} }, {'f': $abs}); $f := $r.f; $f(1))",
  ],
  [
    "a long chain of partial applications",
    "depth",
    "($r := $reduce([1..10000], function($g, $i){ ($f := $g.f; {'f': $f(?)}) }, {'f': $abs}); $f := $r.f; $f(1))",
  ],
  ["an endless loop of tail calls", "time", "($f := function(){ $f() }; $f())"],
  ["nested loops", "memory", "[1..1000].([1..1000].([1..1000].($)))"],
  ["a quadratic join", "time", "($a := [1..10000]; $count($a[$ in $a]))"],
  ["a giant range", "D2014", "[0..100000000]"],
  ["a big range", "memory", "$count([1..9999999])"],
  ["a doubling array", "memory", "$reduce([1..40], function($a, $i){ $append($a, $a) }, [1])"],
  ["a doubling string", "memory", "$reduce([1..40], function($a, $i){ $a & $a }, 'ab')"],
  ["a giant padding", "memory", "$pad('a', 1000000000)"],
  ["a giant replacement", "memory", "$replace($pad('', 100000), ' ', $pad('', 100000))"],
  ["a giant join", "memory", "$join([1..100000].$string(), $pad('', 1000))"],
  ["a doubling tree", "time", "$string($reduce([1..60], function($a, $i){ [[$a], [$a]] }, 1))"],
  ["a doubling tree as the result", "time", "$reduce([1..60], function($a, $i){ [[$a], [$a]] }, 1)"],
  [
    "a doubling tree that keeps its array",
    "time",
    "($t := $reduce([1..60], function($a, $i){ {'l': $a, 'r': $a} }, 1); $t[])",
  ],
  [
    "equality of doubling trees",
    "time",
    "($t := function(){ $reduce([1..60], function($a, $i){ [[$a], [$a]] }, 1) }; $t() = $t())",
  ],
  ["repeated sorting", "time", "[1..100000].$sort([1..1000])"],
  ["a filter by a giant list of places", "time", "($b := [1..100000]; [1..100000][$b])"],
  ["the truth of a giant array, again and again", "time", "($b := [1..100000]; [1..100000].($b ? 1 : 0))"],
  ["an array in every member of an array", "memory", "($b := [1..100000]; [1..1000].{'b': $b}.b)"],
  [
    "comparing long strings, again and again",
    "time",
    "($a := $pad('', 1000000); $b := $pad('', 1000000); [1..100000].($a = $b))",
  ],
  ["numerals of a million M", "time", "$count([1..400].$formatInteger(1e9, 'I'))"],
  ["many digests", "time", "[1..200000].$hash('a', 'SHA-512')"],
  ["a digest of a long text", "time", "$hash($pad('', 3900000, 'a'), 'SHA-512')"],
  ["an integer picture of separators", "time", "$formatInteger(123, $pad('', 260000, '0,'))"],
  ["a number picture of separators", "time", "$formatNumber(123, $pad('', 260000, '#,') & '0')"],
  ["a date picture of separators", "time", "$fromMillis(0, '[Y' & $pad('', 200000, '0,') & ']')"],
  ["a replacement of references", "time", "$replace($pad('', 4000, 'a'), /(a)/, $pad('', 1000000, '$1'))"],
  ["a text cut into its characters", "memory", "$split($pad('', 4000000, 'a'), '')"],
  ["names that are long and alike", "time", "$keys([1..3000].{$pad($string($), -17000, 'x'): 1})"],
  ["members that are long and alike", "time", "$distinct([1..3000].($pad($string($), -17000, 'x')))"],
  ["a doubling tree in a message", "T1003", "{$reduce([1..60], function($a, $i){ [[$a], [$a]] }, 1): 1}"],
  ["a cycle as the result", "memory", "({'a': 1} ~> |$|{'self': $}|)"],
  ["a cycle as a text", "depth", "$string({'a': 1} ~> |$|{'self': $}|)"],
  ["a cycle in a message", "D1002", "-({'a': 1} ~> |$|{'self': $}|)"],
  ["a recursive wildcard", "memory", "($x := [1..1000].{'a': [1..1000]}; $x.**.**)"],
  ["a counted pattern within counted patterns", "S0303", `$match('a', /${nestedCounts(3)}/)`],
  ["back references", "time", "$match($pad('', 300, 'a'), /(a*)*(a*)*(a*)*\\1b/)"],
  ["too long an expression", "S0501", "a".repeat(100_000)],
  ["a megabyte of brackets", "S0501", "(".repeat(1_000_000)],
  ["deep brackets", "S0502", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["deep arrays", "S0502", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
  ["a long chain of signs", "S0502", `${"-".repeat(20_000)}1`],
  ["a long chain of conditions", "S0502", `${"a ? ".repeat(10_000)}1`],
  ["a long sum", "S0502", `1${"+1".repeat(30_000)}`],
  ["a path of many steps", "S0502", `a${".a".repeat(30_000)}`],
  ["defaults within defaults, which the parser copies", "S0502", nestedElvis(60)],
  ["an unfinished pattern", "S0302", "$match('a', /(a"],
  ["a wrong pattern", "S0300", "$match('a', /a)(/)"],
];

for (const [what, end, text] of refused) {
  test(`${what} ends in ${end}`, () => {
    const start = performance.now();
    const outcome = outcomeOf(text);
    const elapsedMs = performance.now() - start;
    assert.equal(endOf(outcome), end);
    assert.ok(elapsedMs < boundMs, `took ${elapsedMs} ms`);
  });
}

const searches: readonly string[] = [
  "$contains($pad('', 4000000, 'a'), $part)",
  "$count($split($pad('', 4000000, 'a'), $part))",
  "$length($replace($pad('', 4000000, 'a'), $part, ''))",
  "$length($substringAfter($pad('', 4000000, 'a'), $part))",
];

for (const text of searches) {
  test(`${text} looks at no character again and again`, () => {
    const half = "$pad('', 10000, 'a')";
    const start = performance.now();
    assert.equal(endOf(outcomeOf(`($part := ${half} & 'b' & ${half}; ${text})`)).includes("value"), true);
    assert.ok(performance.now() - start < boundMs);
  });
}

/** Values of so many levels; what walks through them ends with a limit where they are more than AWS's JSON has. */
const walks: readonly (readonly [text: string, endOfDeeper: string])[] = [
  ["$value", "memory"],
  ["$string($value) ~> $length", "depth"],
  ["$string($value, true) ~> $length", "depth"],
  ["$clone($value) ~> $exists", "depth"],
  ["$value = $other", "depth"],
  ["$distinct([$value, $other]) ~> $count", "depth"],
  ["$value.** ~> $count", "depth"],
  ["($value ~> |$|{}|) ~> $exists", "depth"],
  ["$boolean($value)", "value"],
  ["[$value, $value] ~> $count", "value"],
];

for (const [text, endOfDeeper] of walks) {
  test(`${text} takes 900 levels, and ends in ${endOfDeeper} with 100,000`, () => {
    const nested = (levels: number): string => `$reduce([1..${levels}], function($a, $i){ {'a': $a} }, 1)`;
    const ends = [900, 100_000].map((levels) => {
      const outcome = outcomeOf(`($value := ${nested(levels)}; $other := ${nested(levels)}; ${text})`);
      return outcome.kind === "exceeded" ? outcome.limit : outcome.kind;
    });
    assert.deepEqual(ends, ["value", endOfDeeper]);
  });
}

test("a result may have as many levels as AWS's JSON, and not one more", () => {
  const ends = [1_000, 1_001].map((levels) => {
    const outcome = outcomeOf(`$reduce([1..${levels}], function($a, $i){ {'a': $a} }, 1)`);
    return outcome.kind === "exceeded" ? outcome.limit : outcome.kind;
  });
  assert.deepEqual(ends, ["value", "memory"]);
});

test("a value in a message is shown where it is not too large", () => {
  const small = outcomeOf("-[1, 'a']");
  assert.equal(small.kind === "error" ? small.message : "", 'Cannot negate a non-numeric value: [1,"a"]');
  const large = outcomeOf("-[$pad('', 1000000)]");
  assert.equal(
    large.kind === "error" ? large.message : "",
    "Cannot negate a non-numeric value: (more than 262144 bytes)",
  );
});

test("a message of the user's own is not filled in", () => {
  const outcome = outcomeOf("$error('{{token}} {{{message}}}')");
  assert.equal(outcome.kind === "error" ? outcome.message : "", "{{token}} {{{message}}}");
});

const farMembers: readonly string[] = [
  "[1..20000].{'1000': $}",
  "[1..20000].{$string(1000 + $ % 7): $}",
  "[1..20000].$merge([{'1000': $}, {'a': 1}])",
  "$map([1..20000], function($x){ $spread({'1000': $x}) })",
];

for (const text of farMembers) {
  test(`${text} keeps no room for members that are not there`, () => {
    const before = process.memoryUsage().heapUsed;
    const outcome = outcomeOf(text);
    assert.equal(outcome.kind, "value");
    // With room for all members up to the thousandth they are 240 MB.
    assert.equal(process.memoryUsage().heapUsed - before < 120e6, true);
  });
}

test("a deeper nesting that an operator allows still fits the platform's stack", () => {
  const compiled = compileJsonata("($f := function($x){ 1 + $f($x) }; $f(1))");
  assert.ok("program" in compiled);
  const budget = { depth: 1_000_000 };
  const outcome = evaluateJsonata(compiled.program, undefined, new Map(), { nowMs: 0, seed: "", budget });
  assert.equal(endOf(outcome), "depth");
});

const patterns: readonly (readonly [pattern: string, text: string, outcome: "nothing" | "value"])[] = [
  ["^(a+)+$", "$pad('', 50000, 'a') & '!'", "nothing"],
  ["^(a|a)*$", "$pad('', 50000, 'a') & '!'", "nothing"],
  ["(x+x+)+y", "$pad('', 20000, 'x')", "nothing"],
  ["^(?:a?){50}a{50}$", "$pad('', 50, 'a')", "value"],
  ["(.*)*b", "$pad('', 20000, 'a')", "nothing"],
  ["(?=(a+)+$)b", "$pad('', 200, 'a') & '!'", "nothing"],
];

for (const [pattern, text, kind] of patterns) {
  test(`the pattern ${pattern}, exponential or quadratic elsewhere, ends at once`, () => {
    const start = performance.now();
    const outcome = outcomeOf(`$match(${text}, /${pattern}/)`);
    const elapsedMs = performance.now() - start;
    assert.equal(outcome.kind, kind, JSON.stringify(outcome).slice(0, 200));
    assert.ok(elapsedMs < boundMs, `took ${elapsedMs} ms`);
  });
}

const harmless: readonly (readonly [text: string, value: unknown])[] = [
  ["$x.__proto__", undefined],
  ["$x.constructor", undefined],
  ["$x.a.toString", undefined],
  ["'text'.length", undefined],
  ["$x.n.text", undefined],
  ["$x.n.value", undefined],
  ["$sum.arity", undefined],
  ["$lookup($x, 'hasOwnProperty')", undefined],
  ["$keys({'__proto__': {'b': 1}})", "__proto__"],
  ["{'__proto__': {'b': 1}}.b", undefined],
  ["{'__proto__': {'b': 1}}.__proto__.b", 1],
  ["$merge([{'__proto__': {'b': 1}}, {'c': 2}]).b", undefined],
  ["($y := $x ~> |$|{'__proto__': {'polluted': 1}}|; $y.polluted)", undefined],
  ["($x.a{'constructor': 1, '__proto__': 2}).constructor", 1],
];

for (const [text, value] of harmless) {
  test(`${text} sees own members only`, () => {
    const compiled = compileJsonata(text);
    assert.ok("program" in compiled);
    const bindings = new Map([["x", parseJson('{"a": {"b": 1}, "n": 12345678901234567890}')]]);
    const outcome = evaluateJsonata(compiled.program, undefined, bindings, { nowMs: 0, seed: "" });
    assert.deepEqual(outcome.kind === "value" ? outcome.value : undefined, value, JSON.stringify(outcome));
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });
}

test("deeply nested input ends in an overflow, not in a crash", () => {
  const compiled = compileJsonata("$string(**)");
  assert.ok("program" in compiled);
  let input: readonly unknown[] = [];
  for (let i = 0; i < 100_000; i++) input = [input];
  const outcome = evaluateJsonata(compiled.program, input as never, new Map(), { nowMs: 0, seed: "" });
  assert.equal(endOf(outcome), "depth");
});
