import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { createTestMachine, openTestRuntime, testMachineArn } from "../../testing/test-runtime.ts";
import { startChild } from "./start-child.ts";

void test("a nested start is refused for what StartExecution is refused for, before anything of it happens", async () => {
  const store = openMemoryStore();
  const runtime = openTestRuntime({ store, clock: new SimulatedClock() });
  await createTestMachine(store, "m", { StartAt: "P", States: { P: { Type: "Pass", End: true } } });
  const start = (change: { readonly name?: string; readonly traceHeader?: string }) =>
    startChild(runtime, store, {
      stateMachineArn: testMachineArn("m"),
      name: undefined,
      defaultName: "default",
      input: Payload.ofText("{}"),
      traceHeader: undefined,
      startedBy: { executionArn: "arn", scheduledEventId: 3 },
      parent: undefined,
      ...change,
    });
  const refused: readonly (readonly [Parameters<typeof start>[0], name: string, message: RegExp])[] = [
    [{ name: "" }, "ValidationException", /Value '' at 'name' .* greater than or equal to 1$/],
    [{ name: "x".repeat(81) }, "ValidationException", /at 'name' .* less than or equal to 80$/],
    [{ name: "a b/<>" }, "InvalidName", /^Invalid Name: 'a b\/<>'$/],
    [{ name: "a:b" }, "InvalidName", /^Invalid Name: 'a:b'$/],
    [{ traceHeader: "x".repeat(257) }, "ValidationException", /at 'traceHeader' .* less than or equal to 256$/],
  ];
  for (const [change, name, message] of refused) {
    const outcome = await start(change);
    assert.ok(outcome.kind === "error");
    assert.equal(outcome.name, name);
    assert.match(outcome.message, message);
  }
  assert.equal((await start({ name: "x".repeat(80) })).kind, "started");
  await runtime.close();
});
