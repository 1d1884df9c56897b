// Depth is no matter of the call stack: what AWS's 1,000 levels allow works, and what goes far beyond ends with a value, a
// text, or a failure that is told, in all that JSONPath states are made of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileChoiceRule } from "./choice/choice-rule.ts";
import { compileIntrinsic } from "./intrinsics/intrinsics.ts";
import { type Json, type JsonObject, measureJson, stringifyJson } from "./json.ts";
import { jsonText } from "./json-work.ts";
import { compileJsonPath, compileReferencePath, type PathScope } from "./jsonpath/jsonpath.ts";
import { compileTemplate } from "./template.ts";
import { unlimitedWork } from "./work.ts";

function nested(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

function scopeOf(input: Json): PathScope {
  return { input, context: () => input, variables: new Map([["v", input]]), work: unlimitedWork() };
}

function callOf(text: string, input: Json): Json | undefined {
  const compiled = compileIntrinsic(text);
  if ("problem" in compiled) assert.fail(`${text}: ${compiled.problem}`);
  const outcome = compiled.intrinsic.evaluate(scopeOf(input), () => 0.5);
  return outcome.ok ? outcome.value : undefined;
}

const calls: readonly string[] = [
  "States.Array($, $)",
  "States.ArrayPartition(States.Array($), 1)",
  "States.ArrayContains(States.Array($, 2), $)",
  "States.ArrayUnique(States.Array($, $))",
  "States.ArrayLength(States.Array($))",
  "States.Format('{}', $)",
  "States.Hash($, 'SHA-256')",
  "States.JsonToString($)",
  "States.JsonMerge($, $, false)",
];
const levels = 1_000;
const farTooDeep = 100_000;

for (const call of calls) {
  test(`${call} takes a value of ${levels} levels, and ends with one of ${farTooDeep}`, () => {
    // The outermost level of an even number is an object.
    assert.notEqual(callOf(call, nested(levels)), undefined);
    callOf(call, nested(farTooDeep));
  });
}

test("values that a state has nested in others are deeper than any of them, and are written all the same", () => {
  const template = compileTemplate({ "a.$": "States.ArrayUnique(States.Array($, $))" }, "/States/S/Parameters");
  if ("problems" in template) assert.fail();
  for (const input of [nested(1_990), { a: nested(1_990) }]) {
    const outcome = template.template.evaluate(scopeOf(input), () => 0.5);
    assert.equal(outcome.ok && stringifyJson(outcome.value), `{"a":[${stringifyJson(input)}]}`);
  }
});

test("States.StringToJson reads 1,000 levels and no more", () => {
  const text = `${"[".repeat(levels)}${"]".repeat(levels)}`;
  assert.equal(stringifyJson(callOf("States.StringToJson($)", text) ?? null), text);
  assert.equal(callOf("States.StringToJson($)", `[${text}]`), undefined);
  assert.equal(callOf("States.StringToJson($)", "[".repeat(farTooDeep)), undefined);
});

test("paths, rules and templates end with values of any depth", () => {
  const input = nested(farTooDeep);
  for (const text of ["$", "$..a", "$..*", "$.x", "$[?(@.a)]", "$[?(@.a == @.a)]", "$[?(@.a =~ /a/)]", "$v..a"]) {
    const compiled = compileJsonPath(text);
    if ("problem" in compiled) assert.fail(compiled.problem);
    const result = compiled.path.read(scopeOf(input));
    if (!result.found) assert.equal(typeof result.message, "string");
    assert.equal(typeof compiled.path.conflict?.(input), text === "$" || text === "$.x" ? "string" : "undefined");
  }
  const rule = compileChoiceRule({ Variable: "$", StringEquals: "a" }, "/States/S/Choices[0]");
  if ("problems" in rule) assert.fail();
  assert.deepEqual(rule.rule.evaluate(scopeOf(input)), { ok: true, matched: false });
  const template = compileTemplate({ "a.$": "$", b: [{ "c.$": "$.x" }] }, "/States/S/Parameters");
  if ("problems" in template) assert.fail();
  assert.equal(template.template.evaluate(scopeOf(input), () => 0.5).ok, false);
});

test("definitions of any depth end with a problem", () => {
  const wrapped = (wrap: (inner: Json) => JsonObject, inner: JsonObject): JsonObject => {
    let value = inner;
    for (let i = 0; i < farTooDeep; i++) value = wrap(value);
    return value;
  };
  const template = wrapped((inner) => ({ a: inner }), { "a.$": "$" });
  assert.equal("problems" in compileTemplate(template, "/States/S/Parameters"), true);
  const rule = wrapped((inner) => ({ Not: inner }), { Variable: "$", IsNull: true });
  assert.equal("problems" in compileChoiceRule(rule, "/States/S/Choices[0]"), true);
  const call = `${"States.Array(".repeat(farTooDeep)}${")".repeat(farTooDeep)}`;
  assert.equal("problem" in compileIntrinsic(call), true);
  assert.equal("problem" in compileJsonPath(`$${"[?(@".repeat(farTooDeep)}${")]".repeat(farTooDeep)}`), true);
});

test("a Reference Path of many levels is written in time that grows with them", () => {
  const deep = compileReferencePath(`$${".a".repeat(20_000)}`);
  if ("problem" in deep) assert.fail(deep.problem);
  const work = unlimitedWork();
  const written = deep.path.write({}, 1, work);
  if ("problem" in written) assert.fail(written.problem);
  assert.equal(work.spent < 400_000, true, `${work.spent} steps`);
  assert.equal(measureJson(written.value, { bytes: Infinity, depth: Infinity }), 20_000 * 6 + 1);
  assert.equal(measureJson(written.value, { bytes: Infinity, depth: levels }), "tooDeep");
  assert.deepEqual(deep.path.read(written.value), { found: true, value: 1 });
});

test("a value that would be too long a text has none", () => {
  const part = "a".repeat(250_000);
  const many = Array.from({ length: 50_000 }, () => part);
  assert.equal(jsonText(many, unlimitedWork()), undefined);
  assert.equal(callOf("States.JsonToString($)", many), undefined);
  assert.equal(callOf("States.Hash($, 'MD5')", many), undefined);
  assert.equal(callOf("States.ArrayUnique($)", many), undefined);
  assert.equal(callOf("States.Format('{}', $)", many), undefined);
});
