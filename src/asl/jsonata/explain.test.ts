import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../json.ts";
import { type ConditionExplanation, explainCondition, missingReferences } from "./explain.ts";

const bindings = new Map<string, Json>([
  ["states", { input: { total: 120, vip: false, country: "NO", lines: [{ sku: "a" }], "first name": "Ann" } }],
  ["limit", 100],
]);
const view = { bindings, context: { nowMs: 0, seed: "s" } };

/** `And(…)`, `left > right`, with `+` for what holds, `-` for what does not and `!` for what fails. */
function shown(rule: ConditionExplanation): string {
  const sign = rule.matched === undefined ? "!" : rule.matched ? "+" : "-";
  if (rule.kind === "value") return `${sign}[${rule.text}]`;
  if (rule.kind !== "comparison") return `${sign}${rule.kind}(${rule.rules.map(shown).join(" ")})`;
  const [left, right] = [rule.left, rule.right].map(
    ({ text, value }) => `${text}:${JSON.stringify(value) ?? "nothing"}`,
  );
  return `${sign}{${left} ${rule.operator} ${right}}`;
}

const conditions = [
  ["$states.input.total > $limit", "+{$states.input.total:120 > $limit:100}"],
  [
    "$states.input.total > 100 and $states.input.vip",
    "-And(+{$states.input.total:120 > 100:100} -[$states.input.vip])",
  ],
  [
    "($states.input.vip or $states.input.country in ['NO', 'SE']) and $limit != 100 and true",
    `-And(+Or(-[$states.input.vip] +{$states.input.country:"NO" in ['NO', 'SE']:["NO","SE"]}) -{$limit:100 != 100:100} +[true])`,
  ],
  [
    "$not($states.input.country = 'NO' and $limit > 5)",
    `-Not(+And(+{$states.input.country:"NO" = 'NO':"NO"} +{$limit:100 > 5:5}))`,
  ],
  ["$states.input.gone = 1", "-{$states.input.gone:nothing = 1:1}"],
  ["$states.input.total > 'a'", `!{$states.input.total:120 > 'a':"a"}`],
  ["$exists($states.input.lines[sku = 'a'])", "+[$exists($states.input.lines[sku = 'a'])]"],
  ["($a := 1; $a = 1)", "+[($a := 1; $a = 1)]"],
  ["1 +", "![1 +]"],
] as const;

for (const [source, expected] of conditions) {
  test(`${source} is explained`, () => {
    assert.equal(shown(explainCondition(source, view)), expected);
  });
}

const references = [
  ["$states.input.order.id", [["$states.input.order.id", "$states.input"]]],
  ["$sum($states.input.rows.price) + $limit", [["$states.input.rows.price", "$states.input"]]],
  ["$states.input.lines[0].price.net", []],
  ["$states.input.`first name` & $states.input.`last name`", [["$states.input.`last name`", "$states.input"]]],
  ["$map($states.input.lines, function($l) { $l.gone })", []],
  [
    "{ 'a': $states.input.a.b, 'l': $limit.x }",
    [
      ["$states.input.a.b", "$states.input"],
      ["$limit.x", "$limit"],
    ],
  ],
] as const;

for (const [source, expected] of references) {
  test(`the references of ${source} that lead nowhere are ${JSON.stringify(expected)}`, () => {
    const missing = missingReferences(source, view);
    assert.deepEqual(
      missing.map(({ text, found }) => [text, found?.text]),
      expected,
    );
  });
}
