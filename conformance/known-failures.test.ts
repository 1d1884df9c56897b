import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCase } from "./fake-case.ts";
import { type KnownFailures, staleEntries } from "./known-failures.ts";
import type { RanRecording } from "./run-cases.ts";

const rule = { area: "area", calls: undefined, uses: undefined, service: undefined, compares: undefined, reason: "r" };
const byRule: KnownFailures = { cases: new Map(), rules: [rule] };
const byName: KnownFailures = { cases: new Map([["area/a", "r"]]), rules: [] };

const ran = (name: string, outcome: RanRecording["outcome"]): RanRecording => {
  const [area = ""] = name.split("/");
  return { recorded: fakeCase({ name, area }), name, area, outcome, differences: [] };
};

const rows: readonly (readonly [
  sentence: string,
  known: KnownFailures,
  results: readonly RanRecording[],
  stale: readonly string[],
])[] = [
  ["a rule for a case that fails stands", byRule, [ran("area/a", "failed")], []],
  ["a rule for cases that could not be played stands", byRule, [ran("area/a", "not runnable")], []],
  [
    "a rule for a case that passes does not, whatever else it excuses",
    byRule,
    [ran("area/a", "passed"), ran("area/b", "failed")],
    ["area/a passes, though known-failures.json says: r"],
  ],
  [
    "a rule for no case does not",
    byRule,
    [ran("other/a", "failed")],
    ['The rule "r" excuses nothing: take it out of known-failures.json.'],
  ],
  ["a listed case that fails stands", byName, [ran("area/a", "failed")], []],
  ["a listed case that could not be played stands", byName, [ran("area/a", "not runnable")], []],
  [
    "a listed case that passes does not",
    byName,
    [ran("area/a", "passed")],
    ["area/a passes: take it out of known-failures.json."],
  ],
  ["a listed case that is none does not", byName, [], ["area/a is no case: take it out of known-failures.json."]],
];

for (const [sentence, known, results, stale] of rows) {
  test(sentence, () => {
    assert.deepEqual(staleEntries(known, results), stale);
  });
}
