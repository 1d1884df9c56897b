// The identity of an execution, from its row and its machine: it never changes while the execution lives.
import type { JsonataBudget } from "../../asl/jsonata/budget.ts";
import type { Program } from "../../asl/program.ts";
import { type ArnSpace, executionArn, stateMachineArn } from "../../aws/arn.ts";
import type { ExecutionIdentity } from "../../engine/execution.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";

/** Longest run of an Express execution (AWS: five minutes). */
const expressSeconds = 300;

export interface IdentityOptions {
  readonly record: Pick<ExecutionRecord, "type" | "key">;
  readonly stateMachine: Pick<StateMachineRecord, "name">;
  readonly program: Program;
  readonly isSynchronous: boolean;
  readonly jsonataBudget?: JsonataBudget | undefined;
}

export function identityOf(
  { record, stateMachine, program, isSynchronous, jsonataBudget }: IdentityOptions,
  arns: ArnSpace,
): ExecutionIdentity {
  const { type, key } = record;
  const { timeoutSeconds } = program;
  return {
    arn: executionArn(arns, type, stateMachine.name, key),
    name: executionName(record),
    type,
    isSynchronous,
    stateMachineArn: stateMachineArn(arns, stateMachine.name),
    stateMachineName: stateMachine.name,
    program,
    jsonataBudget,
    timeoutSeconds: type === "EXPRESS" ? Math.min(timeoutSeconds ?? expressSeconds, expressSeconds) : timeoutSeconds,
  };
}

/** The name of an execution; the key of an Express execution goes on with a UUID. */
export function executionName({ type, key }: Pick<ExecutionRecord, "type" | "key">): string {
  return type === "EXPRESS" ? key.slice(0, key.lastIndexOf(":")) : key;
}
