// Stopping an execution: its last event is ExecutionAborted, and what ran for it is called off.
import type { Failure } from "../../engine/journal/event.ts";
import type { Journal } from "../../store/journal.ts";
import { findRecord } from "./find-record.ts";
import type { Loop } from "./loop.ts";

export interface StopExecutionOptions {
  readonly journal: Pick<Journal, "findRecord" | "readRecord">;
  readonly loop: Loop;
}

/** @returns the time of the end, also when it had ended before; `undefined` when there is no such execution. */
export async function stopExecution(
  { journal, loop }: StopExecutionOptions,
  executionArn: string,
  { error, cause }: Failure,
): Promise<number | undefined> {
  const record = await findRecord(journal, executionArn);
  if (record === undefined) return undefined;
  const turned = await loop.deliver(record.id, { kind: "Stop", error, cause });
  await turned?.committed;
  return (await journal.readRecord(record.id))?.stoppedAt;
}
