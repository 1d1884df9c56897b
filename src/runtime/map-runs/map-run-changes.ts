// The steps of Map Runs that the effects of a decision ask for.
import { assert } from "../../asl/assert.ts";
import { parseStatesArn } from "../../aws/arn.ts";
import type { Effect, StartMapRun } from "../../engine/effect.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { MapRunChange, MapRunRecord } from "../../store/map-run-row.ts";

interface Place {
  readonly record: ExecutionRecord;
  /** Epoch milliseconds: when the execution decided them. */
  readonly at: number;
  readonly newMapRunId: () => number;
}

/** `undefined` where they do nothing, as most do. */
export function mapRunChanges(effects: readonly Effect[], place: Place): readonly MapRunChange[] | undefined {
  const { at } = place;
  const changes = effects.flatMap((effect): MapRunChange | readonly [] => {
    switch (effect.kind) {
      case "StartMapRun":
        return { kind: "begin", run: newRun(effect, place) };
      case "EndMapRun": {
        const { startedEventId, status } = effect;
        // Children of a run that ends by itself have ended before.
        return { kind: "end", startedEventId, status, isOpen: status === "ABORTED", at };
      }
      case "RedriveMapRun": {
        const { startedEventId, redriveCount: count } = effect;
        return { kind: "redrive", startedEventId, redrive: { count, at } };
      }
      default:
        return [];
    }
  });
  return changes.length === 0 ? undefined : changes;
}

function newRun(effect: StartMapRun, { record, at, newMapRunId }: Place): MapRunRecord {
  const { startedEventId, mapRunArn, stateName, childType, maxConcurrency, tolerance, total } = effect;
  const arn = parseStatesArn(mapRunArn);
  assert(arn?.kind === "mapRun", "a Map Run has an ARN");
  return {
    id: newMapRunId(),
    uuid: arn.id,
    label: arn.label,
    stateMachineId: record.stateMachineId,
    executionId: record.id,
    startedEventId,
    status: "RUNNING",
    isOpen: true,
    startedAt: at,
    state: {
      stateName,
      childType,
      maxConcurrency,
      toleratedCount: tolerance.count,
      toleratedPercentage: tolerance.percentage,
      total,
    },
  };
}
