// Whether an execution can be redriven, with AWS's reason where it cannot (API reference, DescribeExecution).
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";

const dayMs = 24 * 60 * 60 * 1000;
const redrivablePeriodMs = 14 * dayMs;
/** From the first start, redrives included. */
const maxExecutionMs = 365 * dayMs;
export interface RedriveCircumstances {
  readonly stateMachineStatus: StateMachineRecord["status"] | undefined;
  /** Listed events of one execution, the last of which is its end. */
  readonly maxHistoryEvents: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface RedriveStatus {
  readonly redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE" | "REDRIVABLE_BY_MAP_RUN";
  readonly redriveStatusReason?: string;
}

export function redriveStatus(record: ExecutionRecord, circumstances: RedriveCircumstances): RedriveStatus {
  const reason = reasonAgainst(record, circumstances);
  if (reason !== undefined) return { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason };
  return { redriveStatus: record.mapRun === undefined ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN" };
}

function reasonAgainst(
  { status, startedAt, stoppedAt, lastEventId }: ExecutionRecord,
  { stateMachineStatus, maxHistoryEvents, now }: RedriveCircumstances,
): string | undefined {
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  if (stateMachineStatus !== "ACTIVE") return "State machine is in DELETING status";
  if (lastEventId + 1 >= maxHistoryEvents) return "Execution history event limit exceeded";
  if (now - startedAt > maxExecutionMs) return "Execution has exceeded the max execution time";
  if (stoppedAt !== undefined && now - stoppedAt > redrivablePeriodMs) return "Execution redrivable period exceeded";
  return undefined;
}
