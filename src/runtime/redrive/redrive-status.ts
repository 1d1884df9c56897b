// Whether an execution can be redriven, with AWS's reason where it cannot (API reference, DescribeExecution).
import type { StateMachineRecord, StateMachineType } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import { exceededLimit, type RedriveLimits } from "../../store/redrive-limits.ts";

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

/** Limits beyond which executions that did not succeed are not redriven; `deleted` where none of them is. */
export function redriveLimits(
  type: StateMachineType,
  { stateMachineStatus, maxHistoryEvents, now }: RedriveCircumstances,
): RedriveLimits | "none" | "deleted" {
  if (stateMachineStatus !== "ACTIVE") return "deleted";
  // An Express child is started anew, whatever became of it.
  if (type === "EXPRESS") return "none";
  return {
    // A redrive needs room for its own event and for another end.
    lastEventId: maxHistoryEvents - 2,
    startedAt: now - maxExecutionMs,
    stoppedAt: now - redrivablePeriodMs,
  };
}

const reasons: Readonly<Record<keyof RedriveLimits, string>> = {
  lastEventId: "Execution history event limit exceeded",
  startedAt: "Execution has exceeded the max execution time",
  stoppedAt: "Execution redrivable period exceeded",
};

function reasonAgainst(record: ExecutionRecord, circumstances: RedriveCircumstances): string | undefined {
  const { status, type } = record;
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  const limits = redriveLimits(type, circumstances);
  if (limits === "deleted") return "State machine is in DELETING status";
  const exceeded = limits === "none" ? undefined : exceededLimit(record, limits);
  return exceeded === undefined ? undefined : reasons[exceeded];
}
