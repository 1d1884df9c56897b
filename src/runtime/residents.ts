// The executions that are in memory. One that only waits leaves it and is folded again from its journal when something
// arrives for it, so parked executions cost no memory.
import type { ArnSpace } from "../engine/arn.ts";
import { executionArn, stateMachineArn } from "../engine/arn.ts";
import { apply } from "../engine/apply.ts";
import type { JournalEvent } from "../engine/event.ts";
import { type Execution, newExecution } from "../engine/execution.ts";
import type { ExecutionRecord, RevisionRecord, StateMachineRecord, Store } from "../store/store.ts";
import type { Programs } from "./programs.ts";

/** Longest run of an Express execution (AWS: five minutes). */
const expressSeconds = 300;

export interface Resident {
  readonly execution: Execution;
  readonly stateMachineName: string;
  record: ExecutionRecord;
  /** False until its first commit has been handed over. */
  isStored: boolean;
  /** Changes that are handed over and not yet durable. */
  uncommitted: number;
  /** Settles with the newest change. */
  committed: Promise<void>;
  /** An Express execution runs without commits; its events wait here for its end. */
  readonly volatile: JournalEvent[] | undefined;
  callOffTimer: (() => void) | undefined;
}

export interface NewResident {
  readonly stateMachine: StateMachineRecord;
  readonly revision: RevisionRecord;
  readonly record: ExecutionRecord;
  readonly isSynchronous: boolean;
}

export interface ResidentsOptions {
  readonly store: Store;
  readonly programs: Programs;
  readonly arns: ArnSpace;
}

export class Residents {
  readonly #options: ResidentsOptions;
  readonly #byId = new Map<number, Resident>();
  readonly #loading = new Map<number, Promise<Resident | undefined>>();

  constructor(options: ResidentsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The execution, if it is in memory. */
  peek(id: number): Resident | undefined {
    return this.#byId.get(id);
  }

  /** The execution, from its journal if need be; `undefined` when there is none that runs. */
  async get(id: number): Promise<Resident | undefined> {
    const resident = this.#byId.get(id);
    if (resident !== undefined) return resident;
    let loading = this.#loading.get(id);
    if (loading === undefined) {
      loading = this.#load(id).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return loading;
  }

  add(start: NewResident): Resident {
    const resident = this.#resident(start);
    this.#byId.set(start.record.id, resident);
    return resident;
  }

  /** Lets an execution go: it has ended, it is parked, or what is known of it is ahead of what is durable. */
  evict(id: number): void {
    this.#byId.get(id)?.callOffTimer?.();
    this.#byId.delete(id);
  }

  /** @returns what was let go. */
  evictUncommitted(): readonly Resident[] {
    const evicted = [...this.#byId.values()].filter((resident) => resident.uncommitted > 0);
    for (const resident of evicted) this.evict(resident.record.id);
    return evicted;
  }

  async #load(id: number): Promise<Resident | undefined> {
    const { store } = this.#options;
    const record = await store.readRecord(id);
    if (record === undefined || record.status !== "RUNNING") return undefined;
    const stateMachine = await store.readStateMachine(record.stateMachineId);
    const revision = await store.readRevision(record.revisionId);
    if (stateMachine === undefined || revision === undefined) return undefined;
    const events = await store.readEvents(id, "all");
    const resident = this.#resident({ stateMachine, revision, record, isSynchronous: false });
    resident.isStored = true;
    for (const event of events) apply(resident.execution, event);
    this.#byId.set(id, resident);
    return resident;
  }

  #resident({ stateMachine, revision, record, isSynchronous }: NewResident): Resident {
    const { arns, programs } = this.#options;
    const program = programs.of(revision);
    const isExpress = record.type === "EXPRESS";
    const { timeoutSeconds } = program;
    const identity = {
      arn: executionArn(arns, record.type, stateMachine.name, record.key),
      name: executionName(record),
      type: record.type,
      isSynchronous,
      stateMachineArn: stateMachineArn(arns, stateMachine.name),
      stateMachineName: stateMachine.name,
      program,
      timeoutSeconds: isExpress ? Math.min(timeoutSeconds ?? expressSeconds, expressSeconds) : timeoutSeconds,
    };
    return {
      execution: newExecution(identity),
      stateMachineName: stateMachine.name,
      record,
      isStored: false,
      uncommitted: 0,
      committed: Promise.resolve(),
      volatile: isExpress ? [] : undefined,
      callOffTimer: undefined,
    };
  }
}

/** The name of an execution; the key of an Express execution goes on with a UUID. */
export function executionName({ type, key }: Pick<ExecutionRecord, "type" | "key">): string {
  return type === "EXPRESS" ? key.slice(0, key.lastIndexOf(":")) : key;
}
