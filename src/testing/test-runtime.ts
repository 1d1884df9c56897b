// The real runtime over a store that a test has: children are started for real, other calls come out as the test says. The
// least that makes a machine and a request stands here once.
import assert from "node:assert/strict";
import { type Json, stringifyJson } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { createRuntime, type RuntimeOptions } from "../runtime/create-runtime.ts";
import type { Runtime, StartRequest } from "../runtime/runtime.ts";
import { startChild } from "../runtime/starts/start-child.ts";
import type { StateMachineRecord } from "../store/catalogue.ts";
import type { Store } from "../store/store.ts";
import { childOutcome, startExecutionConnector } from "../tasks/states.ts";
import { testMapRunner } from "./test-map-runner.ts";

export const testArns = { partition: "aws", region: "us-east-1", account: "123456789012" };

export function testMachineArn(name: string): string {
  return `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
}

export interface TestRuntimeOptions extends Partial<Omit<RuntimeOptions, "store" | "clock">> {
  readonly store: Store;
  readonly clock: RuntimeOptions["clock"];
  /** The outcomes of calls that start no child; a call is never answered by default. */
  readonly answer?: (task: PerformTask, signal: AbortSignal) => Promise<TaskOutcome>;
  /** Told of every call before it is made. */
  readonly onCall?: (task: PerformTask) => void;
  /** Awaited before the start of a child is told to its parent. */
  readonly childStarted?: () => Promise<void>;
}

export function openTestRuntime(options: TestRuntimeOptions): Runtime {
  const { store, clock, onCall, childStarted, ...given } = options;
  const { answer = () => new Promise<TaskOutcome>(() => undefined), ...rest } = given;
  const connector = startExecutionConnector({
    startChild: (request) => startChild({ runtime, store, arns: testArns }, request),
    now: () => clock.now(),
  });
  const runtime: Runtime = createRuntime({
    elapsed: () => 0,
    store,
    clock,
    arns: testArns,
    isKnownActivity: () => true,
    childOutcome,
    perform: async (task, signal) => {
      onCall?.(task);
      if (task.resource.kind !== "service" || task.resource.service !== "states") return answer(task, signal);
      const outcome = await connector.perform(task, signal);
      await childStarted?.();
      return outcome;
    },
    log: () => undefined,
    createMapRunner: testMapRunner,
    ...rest,
  });
  return runtime;
}

export interface NewMachine {
  readonly type?: StateMachineRecord["type"];
  readonly tracingConfiguration?: string;
}

export async function createTestMachine(
  { catalogue }: Pick<Store, "catalogue">,
  name: string,
  definition: Json,
  { type = "STANDARD", tracingConfiguration }: NewMachine = {},
): Promise<StateMachineRecord> {
  const revision = { createdAt: 0, definition: stringifyJson(definition), roleArn: "role", tracingConfiguration };
  const machine = await catalogue.createStateMachine({ name, type, createdAt: 0, tags: {} }, revision);
  assert.ok(machine !== undefined, "no machine has the name yet");
  return machine;
}

/** A start of the newest revision of a machine, with an empty object for an input. */
export async function testStartRequest(
  { catalogue }: Pick<Store, "catalogue">,
  machineName: string,
  name?: string,
): Promise<StartRequest> {
  const stateMachine = await catalogue.findStateMachine(machineName);
  const revision = await catalogue.readRevision(stateMachine?.revisionId ?? 0);
  assert.ok(stateMachine !== undefined && revision !== undefined, "the machine was created");
  return { stateMachine, revision, name, input: Payload.ofText("{}") };
}
