// Finds the trace of an execution: the one that its trace header names, or that of the execution whose task waits for it, or
// one of its own.
import { type ArnSpace, executionArn } from "../../aws/arn.ts";
import type { RevisionRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { JournalReader } from "../../store/cluster-store.ts";
import type { Store } from "../../store/store.ts";
import { attemptSpanId, parseTraceHeader, seedOf, type TraceContext, traceIdOf } from "./trace-context.ts";

export type LineageStore = Pick<Store, "catalogue"> & { readonly journal: JournalReader };

export interface LineageOptions {
  readonly store: LineageStore;
  readonly arns: ArnSpace;
  readonly isTraced: (revision: RevisionRecord) => boolean;
}

type Parent = NonNullable<ExecutionRecord["parent"]>;

/** An execution that may have started others; `undefined` where it is not traced. */
type Ancestor = { readonly seed: string; readonly context: TraceContext | "unsampled" } | undefined;

/** Parents that are remembered, so that a wide fan-out of nested executions asks once. */
const maxRemembered = 1000;

export class Lineage {
  readonly #options: LineageOptions;
  readonly #ancestors = new Map<number, Promise<Ancestor>>();

  constructor(options: LineageOptions) {
    this.#options = options;
  }

  /** The store is asked for nested executions only. */
  contextOf(
    record: Pick<ExecutionRecord, "traceHeader" | "parent">,
    seed: string,
  ): TraceContext | "unsampled" | Promise<TraceContext | "unsampled"> {
    const header = parseTraceHeader(record.traceHeader);
    if (header !== undefined) return header.isSampled ? { ...header, isRemote: true } : "unsampled";
    const own = { traceId: traceIdOf(seed) };
    return record.parent === undefined ? own : this.#inherited(record.parent, own);
  }

  async #inherited(parent: Parent, own: TraceContext): Promise<TraceContext | "unsampled"> {
    const ancestor = await this.#ancestor(parent.executionId);
    if (ancestor === undefined) return own;
    const { seed, context } = ancestor;
    if (context === "unsampled") return context;
    return { traceId: context.traceId, parentSpanId: attemptSpanId(seed, parent.scheduledEventId) };
  }

  #ancestor(executionId: number): Promise<Ancestor> {
    const remembered = this.#ancestors.get(executionId);
    if (remembered !== undefined) return remembered;
    const ancestor = this.#read(executionId);
    ancestor.catch(() => this.#ancestors.delete(executionId));
    this.#ancestors.set(executionId, ancestor);
    const [oldest] = this.#ancestors.keys();
    if (this.#ancestors.size > maxRemembered && oldest !== undefined) this.#ancestors.delete(oldest);
    return ancestor;
  }

  async #read(executionId: number): Promise<Ancestor> {
    const { store, arns, isTraced } = this.#options;
    const record = await store.journal.readRecord(executionId);
    if (record === undefined) return undefined;
    const stateMachine = await store.catalogue.readStateMachine(record.stateMachineId);
    const revision = await store.catalogue.readRevision(record.revisionId);
    if (stateMachine === undefined || revision === undefined || !isTraced(revision)) return undefined;
    const seed = seedOf(executionArn(arns, record.type, stateMachine.name, record.key), record.startedAt);
    return { seed, context: await this.contextOf(record, seed) };
  }
}
