// The allowance that evaluations share: what one of them uses, the next has not; compiling pays, too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileExpression } from "../expression.ts";
import type { Json } from "../json.ts";
import { Work, WorkExceeded } from "../work.ts";
import { compileJsonata, evaluateJsonata, type JsonataBudget, type JsonataOutcome } from "./jsonata.ts";

function evaluated(text: string, work: Work, budget?: Partial<JsonataBudget>): JsonataOutcome {
  const compiled = compileJsonata(text);
  assert.ok("program" in compiled, text);
  return evaluateJsonata(compiled.program, undefined, new Map(), { nowMs: 0, seed: "", budget, work });
}

function endOf(outcome: JsonataOutcome): string {
  return outcome.kind === "exceeded" ? outcome.limit : outcome.kind;
}

test("evaluations share an allowance, and the one that exceeds it ends as one that exceeds its own", () => {
  const work = new Work({ steps: 14_000 });
  const ends = Array.from({ length: 4 }, () => endOf(evaluated("$sum([1..1500])", work)));
  assert.deepEqual(ends, ["value", "value", "time", "time"]);
});

test("an evaluation has no more than its own budget, however much is left", () => {
  const work = new Work({ steps: 10_000_000 });
  assert.equal(endOf(evaluated("$sum([1..1500])", work, { steps: 1_000 })), "time");
  assert.equal(work.spent < 5_000, true);
});

const failing: readonly string[] = ["$sum([1..1000]) + 'a'", "$error('no')", "$base64decode('%')", "[1..100000000]"];

for (const text of failing) {
  test(`${text} pays, though it fails`, () => {
    const work = new Work({ steps: 1_000_000 });
    assert.notEqual(endOf(evaluated(text, work)), "value");
    assert.equal(work.spent > 400, true, String(work.spent));
  });
}

test("a deadline ends an evaluation that is within its budget", () => {
  let looks = 0;
  const isLate = (): boolean => {
    looks += 1;
    return looks === 3;
  };
  const work = new Work({ steps: Infinity, isLate });
  const outcome = evaluated("($f := function(){ $f() }; $f())", work, { steps: Infinity });
  assert.equal(endOf(outcome), "time");
  assert.equal(looks, 3);
  assert.equal(work.spent < 1_000_000, true, String(work.spent));
});

const repeated: readonly string[] = [
  "[1..3].$string()",
  "$toMillis('2024', '[Y]')",
  "$fromMillis(0, '[MNn]')",
  "$match('ab', /(a)|b/)",
  "($f := function($x)<n-:n>{$x}; [1, 2].$f())",
  "($f := function($n){$n > 0 ? 1 + $f($n - 1) : 0}; $f(30))",
];

for (const text of repeated) {
  test(`${text} takes as many steps each time`, () => {
    const compiled = compileJsonata(text);
    assert.ok("program" in compiled);
    const steps = Array.from({ length: 3 }, () => {
      const work = new Work({ steps: 1_000_000 });
      evaluateJsonata(compiled.program, undefined, new Map(), { nowMs: 0, seed: "", work });
      return work.spent;
    });
    assert.equal(new Set(steps).size, 1, String(steps));
  });
}

const costly: readonly (readonly [what: string, text: string])[] = [
  ["defaults within defaults", `${"(".repeat(13)}a${" ?: 1)".repeat(13)}`],
  ["many nodes", `[${"1,".repeat(20_000)}1]`],
  ["a path of many steps", `${"*.".repeat(5_000)}*`],
  ["a pattern with counts within counts", "$match('a', /((a{1,90}){1,90})/)"],
  ["a long pattern", `$match('a', /${"[a-z]".repeat(5_000)}/)`],
  ["a long signature", `function($x)<${"n".repeat(5_000)}>{$x}`],
];

for (const [what, text] of costly) {
  test(`${what}: not compiled with less than it takes`, () => {
    assert.throws(() => compileJsonata(text, { work: new Work({ steps: 50_000 }) }), WorkExceeded);
    assert.throws(() => compileExpression([`{% ${text} %}`], "Output", new Work({ steps: 50_000 })), WorkExceeded);
    assert.ok("program" in compileJsonata(text, { work: new Work({ steps: 200_000_000 }) }));
  });
}

test("objects in objects take as much more to compile as there are more of them", () => {
  const stepsFor = (levels: number): number => {
    const work = new Work({ steps: 1_000_000 });
    assert.ok("program" in compileJsonata(`${'{"a": '.repeat(levels)}1${"}".repeat(levels)}`, { work }));
    return work.spent;
  };
  assert.equal(stepsFor(200) < 25 * stepsFor(10), true);
});

const template: Json = Object.fromEntries(
  Array.from({ length: 300 }, (_, i) => [`m${i}`, "{% $sum([1..1000].($sum([1..700].($)))) %}"]),
);

test("the expressions of a field share the allowance, and fail as AWS words it", () => {
  const work = new Work({ steps: 5_000_000 });
  const outcome = compileExpression(template, "Output").evaluate(new Map(), { nowMs: 0, seed: "", work });
  assert.deepEqual(outcome, {
    ok: false,
    location: "Output/m1",
    detail:
      "The JSONata expression '$sum([1..1000].($sum([1..700].($))))' specified for the field 'Output/m1' threw an error " +
      "during evaluation: Expression evaluation timeout: Check for infinite loop",
  });
});

test("what stands around the expressions of a field is paid, too", () => {
  const expression = compileExpression([...Array.from({ length: 10_000 }, () => 1), "{% 1 %}"], "Output");
  const work = new Work({ steps: 10_000 });
  assert.throws(() => expression.evaluate(new Map(), { nowMs: 0, seed: "", work }), WorkExceeded);
});
