// The result of a Map Run: what its children gave, or where it was written.
import { type ArnSpace, mapRunArn, stateMachineArn } from "../aws/arn.ts";
import { Payload } from "../asl/payload.ts";
import { dataLimitFailure, type StateFailure } from "../engine/data-flow.ts";
import type { WriterPlan } from "../engine/map/map-run.ts";
import { redriveStatus } from "../runtime/redrive/redrive-status.ts";
import type { ExecutionDescription } from "../runtime/runtime.ts";
import type { ExecutionRecord, ExecutionStatus } from "../store/journal.ts";
import type { MapRunRecord } from "../store/map-run-row.ts";
import type { MapRuns } from "../store/map-runs.ts";
import type { ChildInput } from "./child-inputs.ts";
import type { ChildStatus, EndedChildResult, ListChildren, Transformation, WriterRun } from "./ports.ts";
import { inlineResult } from "./results/inline-result.ts";

export interface ResultsOptions {
  readonly mapRuns: Pick<MapRuns, "childrenByIndex">;
  readonly describe: (record: ExecutionRecord) => Promise<ExecutionDescription>;
  readonly run: MapRunRecord;
  readonly arns: ArnSpace;
  readonly machineName: string;
  readonly maxHistoryEvents: number;
  /** Lets others be served in between; `undefined` where they need not be. */
  readonly pause: () => Promise<void> | undefined;
  /** The inputs of children that were never begun. */
  readonly pending: () => AsyncIterable<ChildInput>;
}

export function arnOfRun(arns: ArnSpace, machineName: string, { label, uuid }: MapRunRecord): string {
  return mapRunArn(arns, machineName, label, uuid);
}

/** @throws nothing that is the run's: a failure is a value. */
export async function resultOf(
  options: ResultsOptions,
  writer: WriterPlan | undefined,
): Promise<{ readonly value: Payload } | { readonly failure: StateFailure }> {
  const transformation = (writer?.transformation ?? "COMPACT") as Transformation;
  const result = await inlineResult(childrenOf(options), transformation);
  if (result === "tooLarge") return { failure: dataLimitFailure(options.run.state.stateName) };
  return { value: Payload.ofText(result.text) };
}

/** The place and the form of what a ResultWriter writes; `undefined` where it has no destination. */
export function writerRun(
  { run, arns, machineName }: Pick<ResultsOptions, "run" | "arns" | "machineName">,
  writer: WriterPlan | undefined,
): WriterRun | undefined {
  if (writer?.destination === undefined) return undefined;
  const config = {
    transformation: (writer.transformation ?? "NONE") as Transformation,
    outputType: writer.outputType === "JSONL" ? "JSONL" : "JSON",
  } as const;
  const redrive = run.redrive?.count ?? 0;
  // Files of this redrive were perhaps written before: they are written over.
  const earlier = (run.state.succeededFiles ?? []).filter((written) => written.redrive < redrive);
  const place = { mapRunArn: arnOfRun(arns, machineName, run), uuid: run.uuid, ...writer.destination };
  return { ...place, config, redrive, earlier };
}

/** Where the results of a run were written, as the result of its state. */
export function writtenResult({ mapRunArn: MapRunArn, bucket: Bucket }: WriterRun, Key: string): Payload {
  return Payload.ofValue({ MapRunArn, ResultWriterDetails: { Bucket, Key } });
}

const pageSize = 200;

export function childrenOf(options: ResultsOptions): ListChildren {
  return async function* list(statuses: readonly ChildStatus[]) {
    const { mapRuns, describe, run, pause, pending } = options;
    const stored = statuses.filter((status): status is Exclude<ChildStatus, "PENDING"> => status !== "PENDING");
    for (let after: number | undefined; stored.length > 0;) {
      const page = await mapRuns.childrenByIndex(run.id, stored as readonly ExecutionStatus[], {
        limit: pageSize,
        after,
      });
      for (const record of page) {
        const pausing = pause();
        if (pausing !== undefined) await pausing;
        yield childResult(await describe(record), options);
      }
      after = page.at(-1)?.mapRun?.index;
      if (page.length < pageSize) break;
    }
    if (!statuses.includes("PENDING")) return;
    for await (const { input } of pending()) yield { status: "PENDING", input: input.text } as const;
  };
}

function childResult(
  { record, executionArn, name, input, output, failure }: ExecutionDescription,
  options: ResultsOptions,
) {
  const { startedAt, stoppedAt = startedAt } = record;
  return {
    executionArn,
    name,
    stateMachineArn: machineArn(options),
    status: record.status as EndedChildResult["status"],
    input: input.text,
    output: output?.text,
    error: failure?.error,
    cause: failure?.cause,
    startDate: startedAt,
    stopDate: stoppedAt,
    redriveCount: record.redrive?.count ?? 0,
    // As of its end, so that the same children give the same bytes.
    ...redriveStatus(record, {
      stateMachineStatus: "ACTIVE",
      maxHistoryEvents: options.maxHistoryEvents,
      now: stoppedAt,
    }),
    mapRunRedrive: record.mapRun?.redrive ?? 0,
  } satisfies EndedChildResult;
}

function machineArn({ arns, machineName, run }: ResultsOptions): string {
  return stateMachineArn(arns, `${machineName}/${run.label}`);
}
