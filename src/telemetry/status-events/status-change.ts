// "Step Functions Execution Status Change": what EventBridge is told when an execution starts or ends (the developer guide's
// "EventBridge payloads" and examples; members as DescribeExecution has them).
import { type Payload, utf8Length } from "../../asl/payload.ts";
import type { JournalEvent } from "../../engine/journal/event.ts";
import type { Execution } from "../../engine/execution.ts";
import { redriveStatus } from "../../runtime/redrive/redrive-status.ts";
import type { WatchedExecution } from "../../runtime/executions/watch.ts";
import type { ExecutionStatus } from "../../store/journal.ts";

export const detailType = "Step Functions Execution Status Change";

export interface StatusChange {
  readonly executionArn: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly detail: StatusDetail;
}

/** A member that does not apply is null, as in AWS's examples. */
export interface StatusDetail {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Epoch milliseconds, as are the other dates. */
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly input: string | null;
  readonly inputDetails: { readonly included: boolean };
  readonly output: string | null;
  readonly outputDetails: { readonly included: boolean } | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly redriveCount: number;
  readonly redriveDate: number | null;
  readonly redriveStatus: string;
  readonly redriveStatusReason: string | null;
}

const statuses = {
  ExecutionStarted: "RUNNING",
  ExecutionRedriven: "RUNNING",
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
} as const;

type StatusEvent = Extract<JournalEvent, { readonly kind: keyof typeof statuses }>;

export function isStatusEvent(event: JournalEvent): event is StatusEvent {
  return Object.hasOwn(statuses, event.kind);
}

/** @param before the execution as it was just before the event, and is no more once this has returned. */
export function statusChange(
  event: StatusEvent,
  before: Execution,
  watched: WatchedExecution & { readonly maxHistoryEvents: number },
): StatusChange {
  const { kind, at } = event;
  const { arn: executionArn, name, stateMachineArn } = before.identity;
  const status = statuses[kind];
  const isStart = kind === "ExecutionStarted";
  const startDate = isStart ? at : before.startedAt;
  const stopDate = status === "RUNNING" ? undefined : at;
  const isFailure = kind === "ExecutionFailed" || kind === "ExecutionTimedOut" || kind === "ExecutionAborted";
  const { redriveCount } = kind === "ExecutionRedriven" ? event : before;
  const { record, stateMachine, maxHistoryEvents } = watched;
  const after = { ...record, status, startedAt: startDate, stoppedAt: stopDate, lastEventId: event.id };
  const redrives = redriveStatus(after, { stateMachineStatus: stateMachine.status, maxHistoryEvents, now: at });
  const detail: StatusDetail = {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate,
    stopDate: stopDate ?? null,
    ...data(isStart ? event.input : before.input, kind === "ExecutionSucceeded" ? event.output : undefined),
    error: (isFailure ? event.error : undefined) ?? null,
    cause: (isFailure ? event.cause : undefined) ?? null,
    stateMachineVersionArn:
      record.versionNumber === undefined ? null : `${stateMachineArn}:${String(record.versionNumber)}`,
    stateMachineAliasArn: record.aliasName === undefined ? null : `${stateMachineArn}:${record.aliasName}`,
    redriveCount,
    redriveDate: (kind === "ExecutionRedriven" ? at : before.redrivenAt) ?? null,
    redriveStatus: redrives.redriveStatus,
    redriveStatusReason: redrives.redriveStatusReason ?? null,
  };
  return { executionArn, at, detail };
}

/** Escaped and together: AWS leaves out the input first, and the output where it is too large alone. */
const maxDataBytes = 248 * 1024;

type Data = Pick<StatusDetail, "input" | "inputDetails" | "output" | "outputDetails">;

function data(input: Payload | undefined, output: Payload | undefined): Data {
  const inputText = input?.text ?? "{}";
  const outputBytes = output === undefined ? 0 : escapedBytes(output.text);
  const isInputIncluded = escapedBytes(inputText) + outputBytes <= maxDataBytes;
  const isOutputIncluded = outputBytes <= maxDataBytes;
  return {
    input: isInputIncluded ? inputText : null,
    inputDetails: { included: isInputIncluded },
    output: output !== undefined && isOutputIncluded ? output.text : null,
    outputDetails: output === undefined ? null : { included: isOutputIncluded },
  };
}

function escapedBytes(text: string): number {
  return utf8Length(JSON.stringify(text)) - 2;
}
