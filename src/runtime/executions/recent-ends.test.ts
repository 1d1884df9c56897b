// Descriptions of executions are made without their journals while these are fresh in memory, and are the same with them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testStartRequest } from "../../testing/test-runtime.ts";
import type { ExecutionDescription, Runtime } from "../runtime.ts";

const end = { pass: { Type: "Pass", End: true }, fail: { Type: "Fail", Error: "E", Cause: "it had to" } };

async function described(runtime: Runtime, arn: string): Promise<unknown> {
  const { record, input, output, failure } = (await runtime.describeExecution(arn)) as ExecutionDescription;
  return { status: record.status, input: input.text, output: output?.text, failure };
}

for (const [how, state] of Object.entries(end)) {
  void test(`an execution that ends with a ${how} state is described in the same way from memory and from its journal`, async () => {
    const memory = openMemoryStore();
    let reads = 0;
    const readEvents: typeof memory.journal.readEvents = (...asked) => {
      reads++;
      return memory.journal.readEvents(...asked);
    };
    const findRecord: typeof memory.journal.findRecord = (...asked) => {
      reads++;
      return memory.journal.findRecord(...asked);
    };
    const store = { ...memory, journal: { ...memory.journal, readEvents, findRecord } };
    const clock = new SimulatedClock();
    const runtime = openTestRuntime({ store, clock });
    const definition = { StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 5, Next: "End" }, End: state } };
    await createTestMachine(store, "m", definition);
    const started = await runtime.startExecution(await testStartRequest(store, "m", "one"));
    assert.ok(started.kind === "started");
    const running = await described(runtime, started.executionArn);
    clock.advance(5_000);
    await settled();
    reads = 0;
    const ended = await described(runtime, started.executionArn);
    assert.equal(reads, 0);
    const fresh = openTestRuntime({ store, clock });
    assert.deepEqual(await described(fresh, started.executionArn), ended);
    assert.equal(reads, 2);
    assert.deepEqual(await described(fresh, started.executionArn), ended);
    assert.equal(reads, 3, "the ends that were read once are kept; the row is looked for again");
    assert.deepEqual(running, { status: "RUNNING", input: "{}", output: undefined, failure: undefined });
    await fresh.close();
    await runtime.close();
  });
}
