// The partition of a store that a runtime owns, and what it asks of those that own the others. A runtime that has its store to
// itself knows of none.
import type { ExecutionListener } from "./executions/listener.ts";

export interface Partition {
  /** Whether an execution is of the partition. */
  owns(executionId: number): boolean;
  /** A UUID that, behind `prefix` as the key of an execution of the machine, falls on the partition. */
  drawKey(stateMachineName: string, prefix: string): string;
  /** Stops an execution, whoever owns it. */
  stopExecution(executionArn: string): Promise<unknown>;
  /** Standard executions that run in the other partitions. */
  openElsewhere(): number;
  /** Hears what becomes of the executions, after all parts of the runtime. */
  readonly listener: ExecutionListener;
}
