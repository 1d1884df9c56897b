import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonObject, type Json, parseJson, stringifyJson } from "./json.ts";
import { compileTemplate, type Template, type TemplateOutcome } from "./template.ts";

const location = "/States/S/Parameters";

function templateOf(template: Json): Template {
  const compiled = compileTemplate(template, location);
  if ("problems" in compiled) assert.fail(stringifyJson(compiled.problems));
  return compiled.template;
}

function evaluate(template: Json, input: Json): TemplateOutcome {
  const scope = { input, context: () => ({ State: { Name: "S" } }), variables: new Map([["v", 7]]) };
  return templateOf(template).evaluate(scope, () => 0);
}

const templates: readonly (readonly [string, string])[] = [
  ["{}", "{}"],
  ['{"a":1,"b":[1.0,{"c":null}]}', '{"a":1,"b":[1.0,{"c":null}]}'],
  ['{"a.$":"$.x"}', '{"a":[1,2]}'],
  ['{"z":0,"a.$":"$.x[0]","b":"$.x"}', '{"z":0,"b":"$.x","a":1}'],
  [
    '{"first.$":"$","second.$":"$","third.$":"$","fourth.$":"$","last":{"b.$":"$.x","a.$":"$.x","c":0}}',
    '{"last":{"c":0,"a":[1,2],"b":[1,2]},"third":{"x":[1,2]},"fourth":{"x":[1,2]},"first":{"x":[1,2]},"second":{"x":[1,2]}}',
  ],
  ['{"Aa.$":"$.x[0]","BB.$":"$.x[1]"}', '{"Aa":1,"BB":2}'],
  ['{"BB.$":"$.x[1]","Aa.$":"$.x[0]"}', '{"BB":2,"Aa":1}'],
  ['{"past.$":"$.x[2]","within.$":"$.x[7].name","name.$":"$[\'x\'][2]"}', '{"within":null,"past":null,"name":null}'],
  ['{"in":{"deep":[{"a.$":"$"}]}}', '{"in":{"deep":[{"a":{"x":[1,2]}}]}}'],
  ['{"c.$":"$$.State.Name","v.$":"$v"}', '{"c":"S","v":7}'],
  ['{"n.$":"$.none[*]"}', '{"n":[]}'],
  ['{"f.$":"States.Format(\'{}!\', $.x[1])"}', '{"f":"2!"}'],
  ['{"a.$x":"$.x","$":1}', '{"a.$x":"$.x","$":1}'],
  ['{"__proto__.$":"$.x"}', '{"__proto__":[1,2]}'],
  ["[1,2]", "[1,2]"],
  ['"$.x"', '"$.x"'],
];

for (const [template, expected] of templates) {
  test(`${template} becomes ${expected}`, () => {
    const outcome = evaluate(parseJson(template), { x: [1, 2] });
    assert.equal(outcome.ok && stringifyJson(outcome.value), expected);
  });
}

test("what has no paths is shared, and what a path names is not copied", () => {
  const template: Json = { fixed: { deep: [1] }, "x.$": "$.x", more: [{ plain: {} }, { "y.$": "$.x" }] };
  const input = { x: {} };
  const outcome = evaluate(template, input);
  assert.ok(outcome.ok && isJsonObject(outcome.value) && Array.isArray(outcome.value["more"]));
  assert.equal(outcome.value["fixed"], template["fixed"]);
  assert.equal(outcome.value["x"], input.x);
  assert.equal(outcome.value["more"][0], (template["more"] as readonly Json[])[0]);
  const plain = { a: { b: 1 } };
  const same = evaluate(plain, {});
  assert.equal(same.ok && same.value, plain);
});

test("a path that names nothing is told with its field", () => {
  assert.deepEqual(evaluate({ in: { "value.$": "$.no" } }, {}), {
    ok: false,
    kind: "missing",
    field: "value.$",
    path: "$.no",
  });
  for (const path of ["$.x[0].no", "$.nothing[0]", "$.no[0]"]) {
    const outcome = evaluate({ "value.$": path }, { x: [{}], nothing: null });
    assert.equal(!outcome.ok && outcome.kind, "missing", path);
  }
});

const problems: readonly (readonly [value: string, input: Json, message: string])[] = [
  [
    "States.ArrayGetItem($, 0)",
    {},
    "There was an error while evaluating the intrinsic function: States.ArrayGetItem($, 0). Invalid arguments in States.ArrayGetItem",
  ],
  [
    "States.Array($.no)",
    {},
    "The function 'States.Array($.no)' had the following error: The JsonPath argument for the field '$.no' could not be found in the input '{}'",
  ],
  ["$.n[0]", { n: 1 }, "Filter: [0] can only be applied to arrays. Current context is: 1"],
  ["$", null, "Unable to apply Path transformation to null or empty input."],
];

for (const [value, input, message] of problems) {
  test(`${value} fails in words of its own`, () => {
    assert.deepEqual(evaluate({ "value.$": value }, input), { ok: false, kind: "problem", message });
  });
}

const wrongValues: readonly Json[] = ["x", "", "$.", 1, null, {}, ["$.a"], "States.Nope()", "{% 1 %}", " $.x", "$.a b"];

for (const value of wrongValues) {
  test(`${stringifyJson(value)} is no value for a field that ends in .$`, () => {
    const message = "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call";
    const problem = { location, message, within: ["deep", "[0]", "x.$"], evaluated: { name: "x.$", value } };
    assert.deepEqual(compileTemplate({ deep: [{ "x.$": value }] }, location), { problems: [problem] });
  });
}

test("a field cannot be given both as it is and by a path", () => {
  const compiled = compileTemplate({ x: 1, "x.$": "$.x" }, location);
  assert.ok("problems" in compiled && compiled.problems.length === 1);
});

test("a template nested without end is refused", () => {
  const deep = Array.from({ length: 100_000 }).reduce<Json>((inner) => [inner], 1);
  assert.ok("problems" in compileTemplate(deep, location));
});
