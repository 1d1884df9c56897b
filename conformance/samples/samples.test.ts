// Published workflows run to an end: all with mocked tasks, and those that call what an AWS-compatible endpoint serves there.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { parseTaskResource } from "../../src/asl/resource.ts";
import { unsupportedResource } from "../../src/tasks/registry.ts";
import { howToGiveEndpoint, openEndpoint } from "../endpoint.ts";
import { staleNames } from "../known-failures.ts";
import type { Ran } from "../ran.ts";
import { explain } from "../report.ts";
import { tasksOf } from "./definition.ts";
import { type ExpectedOutcomes, expectedServed, whyExpected } from "./expected.ts";
import { handWritten } from "./hand-written.ts";
import { findSamples, readSamples, type Sample } from "./read-samples.ts";
import { callsServed, runMocked, runServed } from "./run-samples.ts";

const directory = findSamples(fileURLToPath(new URL("../..", import.meta.url)));
const skip = directory === undefined ? "the samples are not here: set PAWL_SAMPLES to their folder" : false;
const samples = (): readonly Sample[] => readSamples(directory ?? "");

/** Outcomes that nobody expects, and those that are expected in vain. */
function surprises(t: TestContext, ran: readonly Ran[], expected: ExpectedOutcomes): readonly string[] {
  const passed = ran.filter(({ outcome }) => outcome === "passed").length;
  t.diagnostic(`${passed} of ${ran.length} samples succeeded`);
  const failed = ran.filter((one) => one.outcome === "failed" && whyExpected(one) === undefined);
  return [...failed.map(explain), ...staleNames(Object.keys(expected), ran, "expected.ts")];
}

test("every task of every sample can be called, but for a service that AWS has ended", { skip }, () => {
  const tasks = samples().flatMap(({ definition }) => tasksOf(definition));
  const refused = tasks.flatMap(({ state: { Resource: resource = "" } }) => {
    const parsed = parseTaskResource(String(resource));
    return parsed === undefined ? [String(resource)] : (unsupportedResource(parsed) ?? []);
  });
  assert.deepEqual(
    refused.filter((reason) => !reason.includes("aws-sdk:lookoutvision:")),
    [],
  );
});

test("every sample runs to its end with mocked tasks", { skip }, async (t) => {
  const all = samples();
  assert.ok(all.length > 100);
  const problems: string[] = [];
  const ran = await runMocked(all, (message) => problems.push(message));
  assert.deepEqual([...problems, ...surprises(t, ran, {})], []);
  const names = new Set(all.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(handWritten).filter((name) => !names.has(name)),
    [],
  );
});

test("samples that call SQS, SNS, DynamoDB, S3, EventBridge or Lambda run against an endpoint", { skip }, async (t) => {
  const problems: string[] = [];
  const log = (message: string): void => void problems.push(message);
  const endpoint = await openEndpoint(log);
  if (endpoint === undefined) {
    t.skip(howToGiveEndpoint);
    return;
  }
  try {
    const ran = await runServed(samples().filter(callsServed), endpoint.url, log);
    assert.deepEqual([...problems, ...surprises(t, ran, expectedServed)], []);
  } finally {
    endpoint.close();
  }
});
