import assert from "node:assert/strict";
import { test } from "node:test";
import { caseOf } from "./cases.ts";
import { fuzz } from "./run.ts";

const cases = Array.from({ length: 45 }, (_, number) => ({ number, fuzzCase: caseOf(1, number) }));

test("hostile requests, definitions and expressions end no server, no execution and no history in a way of their own", async () => {
  // How long a stall lasts is asked on demand: tests share the machine.
  const limits = { stallMs: Infinity, residentBytes: 2 ** 30 };
  const { findings, ...report } = await fuzz({ cases, signal: AbortSignal.timeout(120_000), limits }, () => undefined);
  assert.deepEqual(
    findings.map(({ kind, number, detail }) => ({ kind, number, detail })),
    [],
  );
  assert.equal(report.cases, cases.length);
  assert.ok(report.executions > 5, "executions were started");
});

test("a seed and a number make the same case in every run, and another seed another", () => {
  for (const { number } of cases.slice(0, 12)) {
    assert.deepEqual(caseOf(7, number), caseOf(7, number));
    assert.notDeepEqual(caseOf(7, number), caseOf(8, number));
  }
});
