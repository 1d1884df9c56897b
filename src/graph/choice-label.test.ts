import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../asl/json.ts";
import { choiceRuleLabel } from "./choice-label.ts";

const rules: readonly (readonly [rule: string, label: string])[] = [
  [`{"Variable":"$.total","NumericGreaterThan":100,"Next":"A"}`, "$.total > 100"],
  [`{"Variable":"$.total","NumericLessThanEquals":1.50}`, "$.total <= 1.50"],
  [`{"StringEquals":"COMPLETED","Variable":"$.a","Next":"A"}`, `$.a == "COMPLETED"`],
  [`{"Variable":"$.a","StringEqualsPath":"$$.Execution.Name"}`, "$.a == $$.Execution.Name"],
  [`{"Variable":"$.a","StringGreaterThanEquals":"m"}`, `$.a >= "m"`],
  [`{"Variable":"$.a","StringMatches":"log-*.txt"}`, `$.a matches "log-*.txt"`],
  [`{"Variable":"$.a","BooleanEquals":false}`, "$.a == false"],
  [`{"Variable":"$.t","TimestampLessThan":"2026-01-01T00:00:00Z"}`, `$.t < "2026-01-01T00:00:00Z"`],
  [`{"Variable":"$.a","IsPresent":true}`, "$.a is present"],
  [`{"Variable":"$.a","IsPresent":false}`, "$.a is not present"],
  [`{"Variable":"$.a","IsNumeric":true}`, "$.a is a number"],
  [`{"Variable":"$.a","IsTimestamp":false}`, "$.a is not a timestamp"],
  [`{"Not":{"Variable":"$.a","IsPresent":true}}`, "$.a is not present"],
  [`{"Not":{"Variable":"$.a","IsPresent":false}}`, "$.a is present"],
  [`{"Not":{"Variable":"$.a","StringEquals":"x"}}`, `$.a != "x"`],
  [`{"Not":{"Variable":"$.a","NumericLessThan":5}}`, "not ($.a < 5)"],
  [`{"Not":{"Variable":"$.a","StringMatches":"x*"}}`, `not ($.a matches "x*")`],
  [
    `{"And":[{"Variable":"$.a","IsPresent":true},{"Or":[{"Variable":"$.b","IsNull":true},{"Variable":"$.c","NumericEquals":1}]}]}`,
    "$.a is present and ($.b is null or $.c == 1)",
  ],
  [`{"And":[{"Variable":"$.a","IsString":true}]}`, "$.a is a string"],
  [
    `{"Not":{"And":[{"Variable":"$.a","IsNull":true},{"Variable":"$.b","IsNull":true}]}}`,
    "not ($.a is null and $.b is null)",
  ],
  [`{"Condition":"{% $states.input.total > 100 %}"}`, "$states.input.total > 100"],
  [`{"Condition":"{% $a\\n   and $b %}"}`, "$a and $b"],
  [`{"Condition":true}`, "true"],
  [`{"Next":"A"}`, "?"],
  [`{"And":[]}`, "?"],
  [`{"Variable":"$.a"}`, "?"],
  [`{"NumericEquals":3}`, "? == 3"],
  [`"text"`, "?"],
  [`{"Variable":{"a":1},"StringEquals":["x"]}`, `{"a":1} == ["x"]`],
];

for (const [rule, label] of rules) {
  test(`the rule ${rule} reads ${label}`, () => assert.equal(choiceRuleLabel(parseJson(rule)), label));
}

test("a rule of any depth and width gives a text of bounded length", () => {
  const deep = `${`{"Not":`.repeat(1_000)}{}${"}".repeat(1_000)}`;
  assert.match(choiceRuleLabel(parseJson(deep)), /…/);
  const wide = { Or: Array.from({ length: 50_000 }, (_, index) => ({ Variable: `$.v${index}`, IsNull: true })) };
  assert.ok(choiceRuleLabel(wide).length <= 241);
  assert.ok(choiceRuleLabel({ Condition: `{% ${"x".repeat(500_000)} %}` }).length <= 241);
});
