// Children of Map Runs as executions of the runtime: how one begins, and how one that failed goes on.
import type { Payload } from "../../asl/payload.ts";
import type { RevisionRecord, StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { MapRunChild, MapRunRecord } from "../../store/map-run-row.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Deletions } from "../deletions.ts";
import type { LiveExecutions } from "../executions/live-executions.ts";
import type { Loop, Turned } from "../executions/loop.ts";
import { redriveStatus } from "../redrive/redrive-status.ts";
import { newUuid } from "../../store/new-uuid.ts";

export interface ChildStartsOptions {
  readonly store: Pick<Store, "catalogue">;
  readonly clock: Clock;
  readonly maxHistoryEvents: number;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly deletions: Pick<Deletions, "hasBegun">;
  readonly newExecutionId: () => number;
  /** The rest of a key, behind `prefix`. */
  readonly newKey: (stateMachineName: string, prefix: string) => string;
}

/** All that the children of a run have in common. */
export interface Family {
  readonly run: Pick<MapRunRecord, "id" | "label" | "state">;
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  readonly roleArn: string;
  readonly traceHeader: string | undefined;
  readonly testCase: string | undefined;
}

export interface NewChild {
  readonly place: Omit<MapRunChild, "id">;
  readonly input: Payload;
  /** The child in whose place it is started. */
  readonly replacedChildId?: number | undefined;
}

export interface BegunChild extends Turned {
  readonly executionId: number;
}

export class ChildStarts {
  readonly #options: ChildStartsOptions;

  constructor(options: ChildStartsOptions) {
    this.#options = options;
  }

  /** Begins a child, within a turn. */
  begin(family: Family, { place, input, replacedChildId }: NewChild): BegunChild {
    const { clock, liveExecutions, loop, newExecutionId } = this.#options;
    const { run, stateMachine, revision, roleArn, traceHeader, testCase } = family;
    const { childType: type, stateName: mapStateName } = run.state;
    const now = clock.now();
    const record: ExecutionRecord = {
      id: newExecutionId(),
      stateMachineId: stateMachine.id,
      revisionId: revision.id,
      key: this.#newKey(family, now),
      type,
      status: "RUNNING",
      startedAt: now,
      traceHeader,
      isInFlight: false,
      lastEventId: 0,
      mapRun: { id: run.id, ...place },
    };
    const start = { stateMachine, revision, record, isSynchronous: false, mapStateName, replacedChildId };
    const live = liveExecutions.add(start);
    const turned = loop.turn(live, { kind: "Start", input, roleArn, testCase });
    return { ...turned, executionId: record.id };
  }

  #newKey({ run: { label, state }, stateMachine }: Family, now: number): string {
    const prefix = state.childType === "EXPRESS" ? `/${label}:${newUuid(now)}:` : `/${label}:`;
    return prefix + this.#options.newKey(stateMachine.name, prefix);
  }

  /**
   * Has a Standard child go on where it stopped; `undefined` for one that cannot.
   * @param redrive the redrive of the run
   */
  async redrive(child: ExecutionRecord, redrive: number): Promise<Turned | undefined> {
    const { store, liveExecutions, loop } = this.#options;
    const machine = await store.catalogue.readStateMachine(child.stateMachineId);
    for (;;) {
      const live = await liveExecutions.getEnded(child.id);
      if (live === undefined) return undefined;
      const outcome = await loop.inTurn(live, () => {
        const { record } = live;
        if (record.mapRun === undefined || this.#reasonAgainst(record, machine?.status) !== undefined) {
          liveExecutions.release(live);
          return { turned: undefined };
        }
        live.record = { ...record, mapRun: { ...record.mapRun, redrive } };
        return { turned: loop.turn(live, { kind: "Redrive" }) };
      });
      if (outcome !== undefined) return outcome.turned?.isAccepted === true ? outcome.turned : undefined;
    }
  }

  #reasonAgainst(record: ExecutionRecord, machineStatus: StateMachineRecord["status"] | undefined) {
    const { deletions, clock, maxHistoryEvents } = this.#options;
    const stateMachineStatus = deletions.hasBegun(record.stateMachineId) ? "DELETING" : machineStatus;
    return redriveStatus(record, { stateMachineStatus, maxHistoryEvents, now: clock.now() }).redriveStatusReason;
  }
}
