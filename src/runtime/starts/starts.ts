// Starts: of new executions, of those whose start is repeated, and of synchronous ones, whose end is waited for.
import { type ArnSpace, executionArn } from "../../aws/arn.ts";
import type { TaskAttempt } from "../../engine/effect.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { StoppingError } from "../executions/committer.ts";
import type { Deletions } from "../deletions.ts";
import { createKeyedQueue, type KeyedQueue } from "../keyed-queue.ts";
import { type MemoryBudget, MemorySpentError } from "../memory-budget.ts";
import type { OpenExecutions } from "./open-executions.ts";
import { findRecord } from "../executions/find-record.ts";
import type { ExecutionListener } from "../executions/listener.ts";
import type { LiveExecution } from "../executions/live-execution.ts";
import type { LiveExecutions } from "../executions/live-executions.ts";
import type { ExecutionDescription, StartOutcome, StartRequest } from "../runtime.ts";
import { newUuid } from "../../store/new-uuid.ts";
import { startCommand } from "./start-command.ts";
import type { Loop } from "../executions/loop.ts";
import type { TurnQueue } from "../executions/turn-queue.ts";

export interface StartsOptions {
  readonly store: Pick<Store, "journal">;
  readonly clock: Clock;
  readonly arns: ArnSpace;
  readonly liveExecutions: LiveExecutions;
  readonly loop: Loop;
  readonly turns: TurnQueue;
  readonly memory: Pick<MemoryBudget, "isSpent">;
  readonly deletions: Pick<Deletions, "hasBegun">;
  readonly openExecutions: Pick<OpenExecutions, "isKnown" | "ask" | "refusal">;
  readonly newExecutionId: () => number;
  /** The rest of a key, behind `prefix`. */
  readonly newKey: (stateMachineName: string, prefix: string) => string;
}

export class Starts implements ExecutionListener {
  readonly #options: StartsOptions;
  /** A second start of a name waits for the first. */
  readonly #queue: KeyedQueue = createKeyedQueue();
  /** Synchronous executions whose caller waits. */
  readonly #synchronous = new Map<number, PromiseWithResolvers<void>>();
  #isStopped = false;

  constructor(options: StartsOptions) {
    this.#options = options;
  }

  /** @throws MemorySpentError, CommitError */
  async start(request: StartRequest): Promise<StartOutcome> {
    if (this.#options.memory.isSpent) throw new MemorySpentError();
    const { stateMachine, name } = request;
    if (stateMachine.type === "EXPRESS") return this.#startNew(request, this.#expressKey(request));
    if (name === undefined) return this.#startNew(request, this.#options.newKey(stateMachine.name, ""));
    return this.#queue(`${stateMachine.id}/${name}`, async () => {
      const existing = await this.#options.store.journal.findRecord(stateMachine.name, name);
      if (existing === undefined || existing.stateMachineId !== stateMachine.id) return this.#startNew(request, name);
      return this.#repeat(request, existing);
    });
  }

  /** Runs an Express execution to its end, in memory. */
  async runToEnd(request: StartRequest): Promise<ExecutionDescription> {
    const { loop, turns, arns, memory } = this.#options;
    if (memory.isSpent) throw new MemorySpentError();
    const key = this.#expressKey(request);
    const ended = Promise.withResolvers<void>();
    const live = await turns.run(() => {
      if (this.#isStopped) throw new StoppingError();
      const begun = this.#newResident(request, key, true);
      this.#synchronous.set(begun.record.id, ended);
      loop.turn(begun, startCommand(request, arns));
      return begun;
    });
    await ended.promise.finally(() => this.#synchronous.delete(live.record.id));
    const { execution, record, stateMachine } = live;
    return {
      record,
      executionArn: execution.identity.arn,
      stateMachineName: stateMachine.name,
      name: execution.identity.name,
      input: request.input,
      output: execution.output,
      failure: execution.status === "SUCCEEDED" ? undefined : { error: execution.error, cause: execution.cause },
    };
  }

  ended({ record }: LiveExecution): void {
    this.#synchronous.get(record.id)?.resolve();
  }

  quarantined({ record }: LiveExecution, bug: unknown): void {
    this.#synchronous.get(record.id)?.reject(bug);
  }

  /** Nobody is left waiting for an end that does not come, and nothing more begins. */
  stop(): void {
    this.#isStopped = true;
    for (const { reject } of this.#synchronous.values()) reject(new StoppingError());
  }

  #expressKey({ name, stateMachine }: StartRequest): string {
    const { clock, newKey } = this.#options;
    const prefix = `${name ?? newUuid(clock.now())}:`;
    return prefix + newKey(stateMachine.name, prefix);
  }

  async #startNew(request: StartRequest, key: string): Promise<StartOutcome> {
    const { openExecutions, deletions, loop, turns, arns } = this.#options;
    const parent = request.parent === undefined ? undefined : await this.#addressOf(request.parent);
    const isStandard = request.stateMachine.type === "STANDARD";
    if (isStandard && !openExecutions.isKnown) await openExecutions.ask();
    const begun = await turns.run(() => {
      // Nothing comes between these looks and the turn.
      if (deletions.hasBegun(request.stateMachine.id)) return { outcome: { kind: "deleting" } } as const;
      const refusal = isStandard ? openExecutions.refusal : undefined;
      if (refusal !== undefined) return { outcome: refusal };
      const live = this.#newResident(request, key, false, parent);
      const { committed } = loop.turn(live, startCommand(request, arns));
      const { arn: startedArn } = live.execution.identity;
      return {
        outcome: { kind: "started", executionArn: startedArn, startedAt: live.record.startedAt },
        committed,
      } as const;
    });
    if ("committed" in begun) await begun.committed;
    return begun.outcome;
  }

  #newResident(
    request: StartRequest,
    key: string,
    isSynchronous: boolean,
    parent?: ExecutionRecord["parent"],
  ): LiveExecution {
    const { stateMachine, revision } = request;
    const record: ExecutionRecord = {
      id: this.#options.newExecutionId(),
      stateMachineId: stateMachine.id,
      revisionId: revision.id,
      key,
      type: stateMachine.type,
      status: "RUNNING",
      startedAt: this.#options.clock.now(),
      versionNumber: request.versionNumber,
      aliasName: request.aliasName,
      traceHeader: request.traceHeader,
      isInFlight: false,
      lastEventId: 0,
      parent,
    };
    return this.#options.liveExecutions.add({ stateMachine, revision, record, isSynchronous });
  }

  /**
   * Same name and input while it runs is the same start; so is a start that a task attempt makes again. An attempt cannot
   * wait for an execution that it did not start: its end would go elsewhere.
   */
  async #repeat(request: StartRequest, existing: ExecutionRecord): Promise<StartOutcome> {
    const { store, arns } = this.#options;
    const arn = executionArn(arns, existing.type, request.stateMachine.name, existing.key);
    const [first] = await store.journal.readEvents(existing.id, "first");
    if (first?.kind !== "ExecutionStarted")
      throw new Error(`The journal of execution ${existing.id} has no beginning.`);
    const { startedBy } = request;
    const isSameAttempt =
      startedBy !== undefined &&
      first.startedBy?.executionArn === startedBy.executionArn &&
      first.startedBy.scheduledEventId === startedBy.scheduledEventId;
    const isAwaited = request.parent !== undefined;
    const isSameStart = !isAwaited && existing.status === "RUNNING" && first.input.text === request.input.text;
    if (isSameAttempt || isSameStart) {
      return { kind: "started", executionArn: arn, startedAt: existing.startedAt };
    }
    return { kind: "alreadyExists", executionArn: arn };
  }

  async #addressOf({ executionArn: arn, scheduledEventId }: TaskAttempt): Promise<ExecutionRecord["parent"]> {
    const record = await findRecord(this.#options.store.journal, arn);
    return record === undefined ? undefined : { executionId: record.id, scheduledEventId };
  }
}
