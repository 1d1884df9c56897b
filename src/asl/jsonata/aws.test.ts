// JSONata as AWS extends and bounds it: its functions, its numbers, and what an evaluation may use.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, stringifyJson } from "../json.ts";
import { compileJsonata, evaluateJsonata, type JsonataBudget, type JsonataOutcome } from "./jsonata.ts";

function outcomeOf(text: string, input = "null", budget: Partial<JsonataBudget> = {}): JsonataOutcome {
  const compiled = compileJsonata(text);
  assert.ok("program" in compiled, text);
  const bindings = new Map([["x", parseJson(input)]]);
  return evaluateJsonata(compiled.program, undefined, bindings, { nowMs: 0, seed: "aws", budget });
}

/** JSON text, `nothing`, a limit, or code and message. */
function endOf(outcome: JsonataOutcome): string {
  switch (outcome.kind) {
    case "value":
      return stringifyJson(outcome.value);
    case "error":
      return `${outcome.code}: ${outcome.message}`;
    case "exceeded":
      return outcome.limit;
    default:
      return outcome.kind;
  }
}

const nested = (open: string, times: number, close: string): string => `${open.repeat(times)}1${close.repeat(times)}`;

const mismatch = (index: number, name: string): string =>
  `T0410: Argument ${index} of function "${name}" does not match function signature`;
const noArray = 'T0412: Argument 1 of function "partition" must be an array of undefined';
const invalid = "D3137: Invalid JSON";
const unknownHash = (name: string): string =>
  `D3137: Hash algorithm '${name}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`;

const functions: readonly (readonly [text: string, end: string])[] = [
  ["$partition([1, 2, 3, 4, 5], 2)", "[[1,2],[3,4],[5]]"],
  ["$partition([1, 2, 3], 2.9)", "[[1,2],[3]]"],
  ["$partition([0], 3)", "[[0]]"],
  ["$partition([1, 2, 3])", "[[1,2,3]]"],
  ["$partition([], 2)", "nothing"],
  ["$partition([])", "nothing"],
  ["$partition([1, 2], 0)", "nothing"],
  ["$partition([1, 2], -0.5)", "nothing"],
  ["$partition($gone, 2)", "nothing"],
  ["$partition([1, 2], -1)", "D3137: Second argument must be zero or greater"],
  ["$partition(null, 2)", noArray],
  ["$partition('ab', 2)", noArray],
  ["$partition([1, 2], '2')", mismatch(2, "partition")],
  ["$partition([1, 2], 2, 99)", mismatch(3, "partition")],
  ["$range(0, 10, 3)", "[0,3,6,9]"],
  ["$range(10, 0, -5)", "[10,5,0]"],
  ["$range(1, 9, 9)", "1"],
  ["$range(3, 3, -1)", "3"],
  ["$range(1.4, 5.6, 2.2)", "[1,3,5]"],
  ["$range(-1.7, 2, 1)", "[-1,0,1,2]"],
  ["$range(5, 1, -1.5)", "[5,4,3,2,1]"],
  ["$count($range(1, 1500, 1))", "1500"],
  ["$range(1, 5)", "nothing"],
  ["$range(1, 5, 0)", "nothing"],
  ["$range(1, 10, 0.49)", "nothing"],
  ["$range(5, 1, 1)", "nothing"],
  ["$range(1, 5, -1)", "nothing"],
  ["$range(1)", mismatch(2, "range")],
  ["$range(1, 5, null)", mismatch(3, "range")],
  ["$range('a', 5, 1)", mismatch(1, "range")],
  [
    "$range(-9223372036854775808, 9223372036854775807, 9223372036854775807)",
    "[-9223372036854775808,-1,9223372036854775806]",
  ],
  ["$hash('input data', 'SHA-1')", '"aaff4a450a104cd177d28d18d74485e8cae074b7"'],
  ["$hash('input data')", "nothing"],
  ["$hash('a', 'SHA-3')", unknownHash("SHA-3")],
  ["$hash('a', 'sha-256')", unknownHash("sha-256")],
  ["$hash()", mismatch(1, "hash")],
  ["$hash(1, 'MD5')", mismatch(1, "hash")],
  ["$hash('a', 5)", mismatch(2, "hash")],
  ["$hash('a', 'MD5', 'more')", mismatch(3, "hash")],
  [`$parse(' {"b": [1, null], "a": {"b": ":"}} ')`, '{"b":[1,null],"a":{"b":":"}}'],
  ["$parse('null')", "null"],
  ["$parse()", "nothing"],
  ["$parse('')", invalid],
  ["$parse('  ')", invalid],
  ["$parse('{z}')", invalid],
  [`$parse('{"a":1}{"b":2}')`, invalid],
  [`$parse('{"a":1,"a":2}')`, invalid],
  [`$parse('{"a":[{"b":1,"c":2,"b":3}]}')`, invalid],
  ["$parse('1e400')", invalid],
  ["$parse('[-1e400]')", invalid],
  [`$parse('[0.${"1".repeat(1_000)}]')`, invalid],
  [`$parse('[0.${"1".repeat(999)}]')`, "[0.1111111111111111]"],
  [`$count($parse('${nested("[", 1000, "]")}'))`, "1"],
  [`$parse('${nested("[", 1001, "]")}')`, invalid],
  ["$parse(null)", mismatch(1, "parse")],
  ["$parse('1', 1)", mismatch(2, "parse")],
  ["$base64decode('aGVsbG8=')", '"hello"'],
  ["$base64decode('aGVsbG8')", '"hello"'],
  ["$base64decode('')", '""'],
  ["$base64decode('!!!')", "internal"],
  ["$base64decode('aGVs bG8=')", "internal"],
  ["$base64decode('aGVsb')", "internal"],
  ["$base64decode('YQ=')", "internal"],
  ["$uuid('x')", mismatch(1, "uuid")],
  ["$random(1, 2)", mismatch(2, "random")],
  ["$random(null)", mismatch(1, "random")],
];

for (const [text, end] of functions) {
  test(`AWS's ${text.slice(0, 100)} ends in ${end}`, () => {
    assert.equal(endOf(outcomeOf(text)), end);
  });
}

const numbers: readonly (readonly [text: string, input: string, end: string])[] = [
  // Numbers that JSON does not have
  ["1/0", "0", '"Infinity"'],
  ["-1/0", "0", '"-Infinity"'],
  ["0/0", "0", '"NaN"'],
  ["1e308 * 10", "0", '"Infinity"'],
  ["$parseInteger('abc', '0')", "0", '"NaN"'],
  ["[1/0, {'n': [0/0]}, 2]", "0", '["Infinity",{"n":["NaN"]},2]'],
  ["$x.n / 0", '{"n": 1}', '"Infinity"'],
  // A whole number is a long, exact to its ends; any other a double, in Java's notation
  ["$x", '{"one": 1.0, "hundred": 1e2, "none": -0.0, "list": [1.50]}', '{"one":1,"hundred":100,"none":0,"list":[1.5]}'],
  ["$x", "[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]"],
  ["$x.n", '{"n": 9223372036854775808}', "9.223372036854776E18"],
  ["{'n': $x}", "-9223372036854775809", '{"n":-9.223372036854776E18}'],
  ["$x", "[0.001, 0.0001, 9999999.5, 12345678.5, 1e21]", "[0.001,1.0E-4,9999999.5,1.23456785E7,1.0E21]"],
  ["9223372036854775807", "0", "9223372036854775807"],
  ["-9223372036854775808", "0", "-9223372036854775808"],
  ["[9007199254740993, 1]", "0", "[9007199254740993,1]"],
  ["1e16", "0", "10000000000000000"],
  ["2 * 4611686018427387000", "0", "9223372036854773760"],
  ["-0", "0", "0"],
  ["$parse('9223372036854775807')", "0", "9223372036854775807"],
  ["$parse('[9223372036854775808, 1.0, 1e2, 1.5]')", "0", "[9.223372036854776E18,1,100,1.5]"],
  ["$parse('-0')", "0", "0"],
  // In texts, doubles are JavaScript's
  ["$string(9223372036854775807)", "0", '"9223372036854775807"'],
  ["$string($x) & ' ' & $x", "9223372036854775807", '"9223372036854775807 9223372036854775807"'],
  ["$string($x)", '{"n": 9223372036854775807, "m": 1.0}', String.raw`"{\"n\":9223372036854775807,\"m\":1}"`],
  ["$string($parse('9223372036854775808'))", "0", '"9223372036854776000"'],
  ["$string(1e20) & ' ' & $string(1e21)", "0", '"100000000000000000000 1e+21"'],
  ["$string(1/3)", "0", '"0.333333333333333"'],
  // Arithmetic is that of doubles
  ["$x + 1", "9007199254740993", "9007199254740992"],
  ["$x = 1", "1.0", "true"],
];

for (const [text, input, end] of numbers) {
  test(`${text} of ${input} is written as AWS writes it: ${end}`, () => {
    assert.equal(endOf(outcomeOf(text, input)), end);
  });
}

test("what needs no other writing passes through as the same value", () => {
  const compiled = compileJsonata("$x.a");
  assert.ok("program" in compiled);
  const inner = { list: [1, 0.5, null, "text", true, { deep: [] }] };
  const outcome = evaluateJsonata(compiled.program, undefined, new Map([["x", { a: inner }]]), { nowMs: 0, seed: "" });
  assert.ok(outcome.kind === "value" && outcome.value === inner);
});

const doubled = (times: number): string => `$length($reduce([1..${times}], function($text, $i){ $text & $text }, 'x'))`;
const recursion = (calls: number): string => `($f := function($n){ $n <= 0 ? 0 : 1 + $f($n - 1) }; $f(${calls}))`;

/** An expression for the most that AWS takes of something, what it gives, and the limit that one more exceeds. */
const limits: readonly (readonly [
  what: string,
  of: (n: number) => string,
  most: number,
  end: string,
  limit: string,
])[] = [
  ["chained operators", (n) => `1${"+1".repeat(n)}`, 99, "100", "depth"],
  ["parentheses", (n) => nested("(", n, ")"), 99, "1", "depth"],
  ["brackets", (n) => nested("[", n, "]"), 99, nested("[", 99, "]"), "depth"],
  ["functions chained", (n) => `1${"~>$string".repeat(n)}`, 99, '"1"', "depth"],
  ["calls within calls", recursion, 31, "31", "depth"],
  ["elements of an array", (n) => `[1..${n}] ~> $count()`, 873_782, "873782", "memory"],
  ["elements of a range", (n) => `$count($range(1, ${n}, 1))`, 360_145, "360145", "memory"],
  ["times that a character is doubled", doubled, 22, "4194304", "memory"],
];

for (const [what, of, most, end, limit] of limits) {
  test(`AWS takes ${most} ${what} and no more`, () => {
    assert.equal(endOf(outcomeOf(of(most))), end);
    assert.equal(endOf(outcomeOf(of(most + 1))), limit);
  });
}

test("a branch that is too deep harms only where it is taken", () => {
  const text = `$x ? ${nested("(", 100, ")")} : 'shallow'`;
  assert.equal(endOf(outcomeOf(text, "false")), '"shallow"');
  assert.equal(endOf(outcomeOf(text, "true")), "depth");
});

test("calls in tail position are as deep as the first, whatever their number", () => {
  const text = "($f := function($n){ $n = 0 ? 'done' : $f($n - 1) }; $f(50000))";
  assert.equal(endOf(outcomeOf(text)), '"done"');
});

test("a nesting is counted anew in every evaluation", () => {
  const compiled = compileJsonata("($f := function($n){ $n <= 0 ? 0 : 1 + $f($n - 1) }; $f($x))");
  assert.ok("program" in compiled);
  const { program } = compiled;
  const ends = [32, 31, 32, 31].map((x) =>
    endOf(evaluateJsonata(program, undefined, new Map([["x", x]]), { nowMs: 0, seed: "" })),
  );
  assert.deepEqual(ends, ["depth", "31", "depth", "31"]);
});

const raised: readonly (readonly [text: string, budget: Partial<JsonataBudget>, end: string])[] = [
  [recursion(100), { depth: 1000 }, "100"],
  ["$count([1..1000000])", { sequenceLength: 1_000_000 }, "1000000"],
  ["$count($range(1, 500000, 1))", { rangeLength: 500_000 }, "500000"],
  [doubled(23), { stringLength: 2 ** 23 }, "8388608"],
  [recursion(10), { depth: 20 }, "depth"],
  ["$sum([1..1000])", { steps: 1000 }, "time"],
];

for (const [text, budget, end] of raised) {
  test(`an operator's ${JSON.stringify(budget)} lets ${text} end in ${end}`, () => {
    assert.equal(endOf(outcomeOf(text, "null", budget)), end);
  });
}

const texts: readonly (readonly [text: string, message: string])[] = [
  [
    recursion(32),
    "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive",
  ],
  ["$sum([1..900000])", "Expression evaluation memory limit exceeded: Check for excessive memory usage"],
  ["($f := function($x){ $f($x + 1) }; $f(1))", "Expression evaluation timeout: Check for infinite loop"],
];

for (const [text, message] of texts) {
  test(`a limit reads as AWS's: ${message}`, () => {
    const outcome = outcomeOf(text);
    assert.equal(outcome.kind === "exceeded" && outcome.message, message);
  });
}
