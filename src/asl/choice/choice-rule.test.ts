import assert from "node:assert/strict";
import { test } from "node:test";
import { type Json, type JsonObject, parseJson, stringifyJson } from "../json.ts";
import type { PathScope } from "../jsonpath/jsonpath.ts";
import { type ChoiceRule, compileChoiceRule } from "./choice-rule.ts";

function ruleOf(rule: JsonObject): ChoiceRule {
  const compiled = compileChoiceRule(rule, "/Choices[0]");
  if ("problems" in compiled) assert.fail(stringifyJson(compiled.problems));
  return compiled.rule;
}

function scopeOf(input: Json): PathScope {
  return { input, context: () => ({ State: { Name: "S" } }), variables: new Map<string, Json>([["limit", 5]]) };
}

function matches(rule: JsonObject, input: Json): boolean | string {
  const outcome = ruleOf(rule).evaluate(scopeOf(input));
  return outcome.ok ? outcome.matched : outcome.message;
}

/** Operator, value of the variable, operand, result; the `Path` form must agree. All values are JSON text. */
const comparisons: readonly (readonly [string, string, string, boolean])[] = [
  ["StringEquals", '"a"', '"a"', true],
  ["StringEquals", '"a"', '"A"', false],
  ["StringEquals", '"a "', '"a"', false],
  ["StringEquals", "1", '"1"', false],
  ["StringEquals", "null", '"null"', false],
  ["StringLessThan", '""', '""', false],
  ["StringLessThan", '"A"', '"AB"', true],
  ["StringLessThan", '"AB"', '"A"', false],
  ["StringLessThan", '"a"', '"B"', false],
  ["StringLessThanEquals", '""', '""', true],
  ["StringLessThanEquals", '"AB"', '"A"', false],
  ["StringGreaterThan", '""', '""', false],
  ["StringGreaterThan", '"A"', '"A "', false],
  ["StringGreaterThan", '"A"', '"A\\t\\n\\r"', false],
  ["StringGreaterThan", '"AB"', '"A"', true],
  ["StringGreaterThanEquals", '"A"', '"AB"', false],
  ["StringGreaterThanEquals", '"A"', '"A"', true],
  ["NumericEquals", "0", "0.0", true],
  ["NumericEquals", "2.22", "2.22", true],
  ["NumericEquals", "1.1", "1", false],
  ["NumericEquals", '"0"', "0", false],
  ["NumericEquals", '""', "0", false],
  ["NumericEquals", "null", "0", false],
  ["NumericEquals", "false", "0", false],
  ["NumericEquals", "[]", "0", false],
  ["NumericEquals", "{}", "0", false],
  ["NumericLessThan", "0", "1", true],
  ["NumericLessThan", "0", "0.0", false],
  ["NumericLessThanEquals", "0.0", "0", true],
  ["NumericLessThanEquals", "1", "0", false],
  ["NumericGreaterThan", "1", "0", true],
  ["NumericGreaterThan", "0.0", "0", false],
  ["NumericGreaterThanEquals", "1", "1", true],
  ["NumericGreaterThanEquals", "0", "1", false],
  ["BooleanEquals", "true", "true", true],
  ["BooleanEquals", "false", "false", true],
  ["BooleanEquals", "false", "true", false],
  ["BooleanEquals", "null", "false", false],
  ["BooleanEquals", "0", "false", false],
  ["BooleanEquals", '"true"', "true", false],
  ["TimestampEquals", '"2012-10-09T19:00:55Z"', '"2012-10-09T19:00:55Z"', true],
  ["TimestampEquals", '"2012-10-09T20:00:55+01:00"', '"2012-10-09T19:00:55Z"', true],
  ["TimestampEquals", '"2012-10-09T19:00:56Z"', '"2012-10-09T19:00:55Z"', false],
  ["TimestampEquals", '"2023-02-24 12:15:56.832957"', '"2012-10-09T19:00:55Z"', false],
  ["TimestampEquals", "0", '"2012-10-09T19:00:55Z"', false],
  ["TimestampLessThan", '"2012-10-09T19:00:55Z"', '"2012-10-09T19:00:56Z"', true],
  ["TimestampLessThan", '"2012-10-09T19:00:55Z"', '"2012-10-09T19:00:55Z"', false],
  ["TimestampLessThanEquals", '"2012-10-09T19:00:55Z"', '"2012-10-09T19:00:55Z"', true],
  ["TimestampGreaterThan", '"2012-10-09T19:00:55.5Z"', '"2012-10-09T19:00:55Z"', true],
  ["TimestampGreaterThanEquals", '"2012-10-09T19:00:55Z"', '"2012-10-09T19:00:56Z"', false],
];

for (const [operator, value, operand, expected] of comparisons) {
  test(`${value} ${operator} ${operand} is ${expected}`, () => {
    const input = { value: parseJson(value), operand: parseJson(operand) };
    assert.equal(matches({ Variable: "$.value", [operator]: input.operand, Next: "N" }, input), expected);
    assert.equal(matches({ Variable: "$.value", [`${operator}Path`]: "$.operand", Next: "N" }, input), expected);
  });
}

const typed: readonly (readonly [string, readonly string[]])[] = [
  ["null", ["IsNull", "IsPresent"]],
  ["0", ["IsNumeric", "IsPresent"]],
  ["0.0", ["IsNumeric", "IsPresent"]],
  ["12345678901234567890", ["IsNumeric", "IsPresent"]],
  ['""', ["IsString", "IsPresent"]],
  ['"1"', ["IsString", "IsPresent"]],
  ['"2012-10-09T19:00:55Z"', ["IsString", "IsTimestamp", "IsPresent"]],
  ['"2012-10-09T19:00:55+01:00"', ["IsString", "IsTimestamp", "IsPresent"]],
  ['"2012-10-09T19:00:55"', ["IsString", "IsPresent"]],
  ['"2023-02-24"', ["IsString", "IsPresent"]],
  ["true", ["IsBoolean", "IsPresent"]],
  ["false", ["IsBoolean", "IsPresent"]],
  ["[]", ["IsPresent"]],
  ["{}", ["IsPresent"]],
];

for (const [value, types] of typed) {
  test(`${value} passes exactly the type tests ${types.join(", ")}`, () => {
    const input = { value: parseJson(value) };
    for (const name of ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"]) {
      assert.equal(matches({ Variable: "$.value", [name]: true }, input), types.includes(name), name);
      assert.equal(matches({ Variable: "$.value", [name]: false }, input), !types.includes(name), name);
    }
  });
}

test("only IsPresent may ask about what is not there", () => {
  const invalid = "Invalid path '$.no': The choice state's condition path references an invalid value.";
  assert.equal(matches({ Variable: "$.no", IsPresent: true }, {}), false);
  assert.equal(matches({ Variable: "$.no", IsPresent: false }, {}), true);
  assert.equal(matches({ Variable: "$.no.such", IsPresent: true }, {}), false);
  assert.equal(matches({ Variable: "$.list[1]", IsPresent: true }, { list: [0] }), false);
  assert.equal(matches({ Variable: "$.no", IsNull: true }, {}), invalid);
  assert.equal(matches({ Variable: "$.no", StringEquals: "x" }, {}), invalid);
  assert.equal(matches({ Variable: "$.a", NumericEqualsPath: "$.no" }, { a: 1 }), invalid);
});

test("a path operand of a numeric comparison is read as a number, whatever it is", () => {
  const rows: readonly (readonly [operand: Json, number: number])[] = [
    ["1", 1],
    [" -2.5e1 ", -25],
    ["1x", 0],
    [true, 1],
    [false, 0],
    [null, 0],
    [[6], 0],
    [{ a: 6 }, 0],
  ];
  for (const [b, a] of rows)
    assert.equal(matches({ Variable: "$.a", NumericEqualsPath: "$.b" }, { a, b }), true, JSON.stringify(b));
  assert.equal(matches({ Variable: "$.a", NumericEqualsPath: "$.b" }, { a: "1", b: 1 }), false, "the left one is not");
});

test("a path operand of another type makes any other comparison false", () => {
  assert.equal(matches({ Variable: "$.a", TimestampEqualsPath: "$.b" }, { a: "x", b: "x" }), false);
});

test("variables and the context object may be compared", () => {
  assert.equal(matches({ Variable: "$limit", NumericEquals: 5 }, {}), true);
  assert.equal(matches({ Variable: "$$.State.Name", StringEquals: "S" }, {}), true);
});

test("StringMatches matches strings only", () => {
  assert.equal(matches({ Variable: "$.a", StringMatches: "log-*.txt" }, { a: "log-1.txt" }), true);
  assert.equal(matches({ Variable: "$.a", StringMatches: "*" }, { a: 1 }), false);
});

const yes: JsonObject = { Variable: "$.t", BooleanEquals: true };
const no: JsonObject = { Variable: "$.t", BooleanEquals: false };
const wrong: JsonObject = { Variable: "$.no", BooleanEquals: true };
const invalid = "Invalid path '$.no': The choice state's condition path references an invalid value.";

const composites: readonly (readonly [string, JsonObject, boolean | string])[] = [
  ["And of one", { And: [yes] }, true],
  ["And with one false", { And: [yes, no] }, false],
  ["Or with one true", { Or: [no, yes] }, true],
  ["Or of false", { Or: [no, no] }, false],
  ["Not of false", { Not: no }, true],
  ["Not of an error", { Not: wrong }, invalid],
  ["And decided before an error", { And: [no, wrong] }, false],
  ["And with an error first", { And: [wrong, no] }, invalid],
  ["Or decided before an error", { Or: [yes, wrong] }, true],
  ["nesting", { And: [{ Or: [no, { Not: no }] }, { Not: { And: [yes, no] } }] }, true],
];

for (const [name, rule, expected] of composites) {
  test(`${name} is ${expected === invalid ? "an error" : expected}`, () => {
    assert.equal(matches({ ...rule, Next: "N", Comment: "c" }, { t: true }), expected);
  });
}

const refused: readonly (readonly [JsonObject, string])[] = [
  [{ Next: "N" }, "/Choices[0]"],
  [{ Variable: "$.a", Next: "N" }, "/Choices[0]"],
  [{ Variable: "$.a", StringEquals: "a", IsNull: true }, "/Choices[0]"],
  [{ StringEquals: "a" }, "/Choices[0]/Variable"],
  [{ Variable: "a", StringEquals: "a" }, "/Choices[0]/Variable"],
  [{ Variable: "$.a", StringEquals: 1 }, "/Choices[0]/StringEquals"],
  [{ Variable: "$.a", NumericEquals: "1" }, "/Choices[0]/NumericEquals"],
  [{ Variable: "$.a", BooleanEquals: "true" }, "/Choices[0]/BooleanEquals"],
  [{ Variable: "$.a", IsNull: "true" }, "/Choices[0]/IsNull"],
  [{ Variable: "$.a", TimestampEquals: "2023-02-24" }, "/Choices[0]/TimestampEquals"],
  [{ Variable: "$.a", StringEqualsPath: "x" }, "/Choices[0]/StringEqualsPath"],
  [{ Variable: "$.a", StringMatchesPath: "$.b" }, "/Choices[0]/StringMatchesPath"],
  [{ Variable: "$.a", IsNullPath: "$.b" }, "/Choices[0]/IsNullPath"],
  [{ Variable: "$.a", Sounds: "like" }, "/Choices[0]/Sounds"],
  [{ And: [] }, "/Choices[0]/And"],
  [{ And: yes }, "/Choices[0]/And"],
  [{ Or: [yes, 1] }, "/Choices[0]/Or[1]"],
  [{ Not: [yes] }, "/Choices[0]/Not"],
  [{ Not: { ...yes, Next: "N" } }, "/Choices[0]/Not/Next"],
];

for (const [rule, location] of refused) {
  test(`${stringifyJson(rule)} has a problem at ${location}`, () => {
    const compiled = compileChoiceRule(rule, "/Choices[0]");
    assert.deepEqual("problems" in compiled && compiled.problems.map((problem) => problem.location), [location]);
  });
}

test("a rule nested without end is refused", () => {
  const deep = Array.from({ length: 50_000 }).reduce<JsonObject>((inner) => ({ Not: inner }), yes);
  assert.ok("problems" in compileChoiceRule(deep, "/Choices[0]"));
});

test("an explanation shows what each comparison saw", () => {
  const rule = ruleOf({ And: [{ Variable: "$.n", NumericGreaterThanPath: "$limit" }, { Not: wrong }], Next: "N" });
  assert.deepEqual(rule.explain(scopeOf({ n: 6 })), {
    kind: "And",
    matched: undefined,
    rules: [
      { kind: "comparison", operator: "NumericGreaterThanPath", variable: "$.n", value: 6, operand: 5, matched: true },
      {
        kind: "Not",
        matched: undefined,
        rules: [{ kind: "comparison", operator: "BooleanEquals", variable: "$.no", operand: true, matched: undefined }],
      },
    ],
  });
});
