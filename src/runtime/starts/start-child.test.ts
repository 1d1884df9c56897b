import assert from "node:assert/strict";
import { test } from "node:test";
import { Payload } from "../../asl/payload.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import type { StartChildRequest } from "../../tasks/ports.ts";
import { createTestMachine, openTestRuntime, testArns, testMachineArn } from "../../testing/test-runtime.ts";
import { startChild } from "./start-child.ts";

void test("a nested start is refused for what StartExecution is refused for, before anything of it happens", async () => {
  const store = openMemoryStore();
  const runtime = openTestRuntime({ store, clock: new SimulatedClock() });
  await createTestMachine(store, "m", { StartAt: "P", States: { P: { Type: "Pass", End: true } } });
  const start = (change: Partial<StartChildRequest>) =>
    startChild(
      { runtime, store, arns: testArns },
      {
        stateMachineArn: testMachineArn("m"),
        name: undefined,
        defaultName: "default",
        input: Payload.ofText("{}"),
        traceHeader: undefined,
        startedBy: { executionArn: "arn", scheduledEventId: 3 },
        parent: undefined,
        ...change,
      },
    );
  const refused: readonly (readonly [Parameters<typeof start>[0], name: string, message: RegExp])[] = [
    [{ name: "" }, "ValidationException", /Value '' at 'name' .* greater than or equal to 1$/],
    [{ name: "x".repeat(81) }, "ValidationException", /at 'name' .* less than or equal to 80$/],
    [{ name: "a b/<>" }, "InvalidName", /^Invalid Name: 'a b\/<>'$/],
    [{ name: "a:b" }, "InvalidName", /^Invalid Name: 'a:b'$/],
    [{ traceHeader: "x".repeat(257) }, "ValidationException", /at 'traceHeader' .* less than or equal to 256$/],
    [{ traceHeader: "Root=é" }, "ValidationException", /'Root=é' at 'traceHeader' .* pattern: \\p\{ASCII\}\*$/],
    [{ stateMachineArn: "m" }, "InvalidArn", /^Invalid Arn: 'Invalid ARN prefix: m'$/],
    [{ stateMachineArn: "arn:aws:states:m" }, "InvalidArn", /^Invalid Arn: 'Invalid ARN format: arn:aws:states:m'$/],
    [
      { stateMachineArn: "arn:aws:states:us-east-1:123456789012:activity:m" },
      "InvalidArn",
      /^Invalid Arn: 'Resource type not valid in this context: activity'$/,
    ],
    ...[
      "arn:aws-cn:states:us-east-1:123456789012:stateMachine:m",
      "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
      "arn:aws:states:us-east-1:210987654321:stateMachine:m",
    ].map((stateMachineArn) => [{ stateMachineArn }, "StateMachineDoesNotExist", /^State Machine Does Not/] as const),
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
