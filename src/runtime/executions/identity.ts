// The identity of an execution, from its row and its machine: it never changes while the execution lives.
import type { JsonataBudget } from "../../asl/jsonata/budget.ts";
import type { Program } from "../../asl/program.ts";
import { type ArnSpace, executionArn, stateMachineArn } from "../../aws/arn.ts";
import type { ExecutionIdentity } from "../../engine/execution.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";

/** Longest run of an Express execution (AWS: five minutes). */
export const expressSeconds = 300;

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
  const machineName = machineNameOf(stateMachine, record);
  return {
    arn: executionArn(arns, type, stateMachine.name, key),
    name: executionName(record),
    type,
    isSynchronous,
    stateMachineArn: stateMachineArn(arns, machineName),
    stateMachineName: machineName,
    program,
    jsonataBudget,
    timeoutSeconds: type === "EXPRESS" ? Math.min(timeoutSeconds ?? expressSeconds, expressSeconds) : timeoutSeconds,
  };
}

/** The name of an execution; before it the key of a child of a Map Run has `/label:`, behind it that of Express a UUID. */
export function executionName({ type, key }: Pick<ExecutionRecord, "type" | "key">): string {
  const named = key.startsWith("/") ? key.slice(key.indexOf(":") + 1) : key;
  return type === "EXPRESS" ? named.slice(0, named.lastIndexOf(":")) : named;
}

/** The name that lists and descriptions show: that of an Express child of a Map Run has its UUID (recorded). */
export function shownName({ type, key, mapRun }: Pick<ExecutionRecord, "type" | "key" | "mapRun">): string {
  return mapRun === undefined ? executionName({ type, key }) : key.slice(key.indexOf(":") + 1);
}

/** The name of the machine as an execution has it: for a child of a Map Run, `name/label`. */
export function machineNameOf(
  { name }: Pick<StateMachineRecord, "name">,
  { key }: Pick<ExecutionRecord, "key">,
): string {
  return key.startsWith("/") ? name + key.slice(0, key.indexOf(":")) : name;
}
