// JSONata's own test suite, where it is present: every case but those that need `$eval`.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type Json, parseJson } from "../json.ts";
import { compileJsonata, evaluateJsonata, type JsonataOutcome } from "./jsonata.ts";

const folder = process.env["PAWL_JSONATA_SUITE"] ?? join(import.meta.dirname, "../../../../shared/jsonata-suite");

type SuiteCase = {
  readonly name: string;
  readonly expr: string;
  readonly data?: Json;
  readonly dataset?: string | null;
  readonly bindings?: { readonly [name: string]: Json };
  readonly result?: Json;
  readonly undefinedResult?: boolean;
  readonly unordered?: boolean;
  readonly code?: string;
  readonly error?: unknown;
  readonly timelimit?: number;
  readonly depth?: number;
};

/** Cases that cannot pass, by their group. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ["function-eval.json", "`$eval` is refused, as AWS refuses it"],
]);

if (!existsSync(join(folder, "groups"))) {
  test("JSONata's own suite", { skip: `no suite at ${folder}: set PAWL_JSONATA_SUITE to its folder` }, () => {});
} else {
  const datasets = new Map<string, Json>();
  for (const file of readdirSync(join(folder, "datasets"))) {
    datasets.set(file.replace(/\.json$/, ""), parseJson(readFileSync(join(folder, "datasets", file), "utf8")));
  }
  for (const file of readdirSync(join(folder, "groups")).toSorted()) {
    test(`JSONata's own suite: ${file}`, { skip: exceptions.get(file) ?? false }, () => {
      const cases = JSON.parse(readFileSync(join(folder, "groups", file), "utf8")) as readonly SuiteCase[];
      for (const one of cases) {
        const input = typeof one.dataset === "string" ? datasets.get(one.dataset) : one.data;
        const outcome = outcomeOf(one, input);
        const detail = `${one.name}: ${one.expr}\n${JSON.stringify(outcome)}`;
        assert.ok(isExpected(one, outcome), detail);
      }
    });
  }
}

function outcomeOf(one: SuiteCase, input: Json | undefined): JsonataOutcome {
  const compiled = compileJsonata(one.expr, { dialect: "jsonata" });
  if ("problem" in compiled) return { kind: "error", ...compiled.problem };
  const budget = {
    depth: one.depth ?? 500,
    // The suite counts milliseconds.
    steps: (one.timelimit ?? 10_000) * 10_000,
    sequenceLength: 1e7,
  };
  return evaluateJsonata(compiled.program, input, new Map(Object.entries(one.bindings ?? {})), {
    nowMs: Date.UTC(2026, 0, 15),
    seed: one.name,
    budget,
  });
}

function isExpected(one: SuiteCase, outcome: JsonataOutcome): boolean {
  if (one.undefinedResult === true) return outcome.kind === "nothing";
  // The suite's code for an expression that its own harness stopped.
  if (one.code === "U1001") return outcome.kind === "exceeded" && outcome.limit !== "memory";
  if (one.code !== undefined) return outcome.kind === "error" && outcome.code === one.code;
  if (one.error !== undefined) return outcome.kind === "error";
  if (outcome.kind !== "value") return false;
  const value = JSON.parse(JSON.stringify(outcome.value)) as unknown;
  if (one.unordered !== true) return isDeepStrictEqual(value, one.result);
  return isDeepStrictEqual(textsOf(value), textsOf(one.result));
}

function textsOf(items: unknown): readonly string[] {
  return Array.isArray(items) ? items.map((item) => JSON.stringify(item)).toSorted() : [];
}
