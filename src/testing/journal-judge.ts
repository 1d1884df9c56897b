// The judge of what is appended in a simulation: it holds every append against a fold of its own. No event is missing or doubled,
// and the row beside the journal says what the journal says.
import assert from "node:assert/strict";
import { parseProgram } from "../asl/parse-program.ts";
import type { ArnSpace } from "../aws/arn.ts";
import { apply } from "../engine/apply.ts";
import { type Execution, newExecution } from "../engine/execution.ts";
import { isUnlisted } from "../engine/journal/event.ts";
import { decodeEvents, encodeEvents } from "../engine/journal/event-codec.ts";
import { awaitedJobs, pending } from "../engine/pending.ts";
import { wakeAt } from "../engine/wake.ts";
import { identityOf } from "../runtime/executions/identity.ts";
import { childProgram } from "../runtime/executions/programs.ts";
import type { ExecutionChange, ExecutionRecord } from "../store/journal.ts";
import type { Store } from "../store/store.ts";

export class JournalJudge {
  readonly #store: Pick<Store, "catalogue" | "mapRuns" | "jobs">;
  readonly #arns: ArnSpace;
  /** Every execution there is, folded from what was appended. */
  readonly #executions = new Map<number, Execution>();
  readonly #byArn = new Map<string, Execution>();
  /** Every task attempt that was ever written. */
  readonly #attempts = new Set<string>();

  /** The Map Runs that there are. */
  readonly mapRunIds = new Set<number>();

  constructor(store: Pick<Store, "catalogue" | "mapRuns" | "jobs">, arns: ArnSpace) {
    this.#store = store;
    this.#arns = arns;
  }

  get executions(): Iterable<Execution> {
    return this.#executions.values();
  }

  execution(arn: string): Execution | undefined {
    return this.#byArn.get(arn);
  }

  hasAttempt(arn: string, scheduledEventId: number): boolean {
    return this.#attempts.has(`${arn}/${scheduledEventId}`);
  }

  /** @throws AssertionError */
  async verify(changes: readonly ExecutionChange[]): Promise<void> {
    for (const change of changes) await this.#verify(change);
    await this.#verifyJobs(new Set(changes.map(({ record }) => record.id)));
  }

  /** The rows of jobs that are awaited are those of the fold. */
  async #verifyJobs(executionIds: ReadonlySet<number>): Promise<void> {
    const rows = (await this.#store.jobs.due(Number.MAX_SAFE_INTEGER, 10_000)).filter((job) => !job.isAbandoned);
    for (const id of executionIds) {
      const execution = this.#executions.get(id);
      const ofExecution = rows.filter(({ executionId }) => executionId === id);
      assert.deepEqual(
        new Map(ofExecution.map(({ scheduledEventId, submittedEventId }) => [scheduledEventId, submittedEventId])),
        execution && new Map(awaitedJobs(execution)),
        `the jobs that ${execution?.identity.arn} waits for are in the store`,
      );
    }
  }

  async #verify({ record, isNew, events, mapRuns = [] }: ExecutionChange): Promise<void> {
    for (const change of mapRuns) if (change.kind === "begin") this.mapRunIds.add(change.run.id);
    const execution = isNew ? await this.#open(record) : this.#executions.get(record.id);
    assert.ok(execution !== undefined, `execution ${record.id} was started`);
    const { arn } = execution.identity;
    for (const event of decodeEvents(encodeEvents(events))) {
      assert.equal(event.id, execution.lastEventId + (isUnlisted(event) ? 0 : 1), `the history of ${arn} is dense`);
      if (event.kind === "TaskScheduled") this.#attempts.add(`${arn}/${event.id}`);
      apply(execution, event);
    }
    const { status, lastEventId, startedAt, stoppedAt } = record;
    const isRunning = execution.status === "RUNNING";
    assert.deepEqual(
      { status, lastEventId, startedAt, stoppedAt, wakeAt: record.wakeAt, isInFlight: record.isInFlight },
      {
        status: execution.status,
        lastEventId: execution.lastEventId,
        startedAt: execution.startedAt,
        stoppedAt: execution.stoppedAt,
        wakeAt: record.type === "EXPRESS" ? undefined : wakeAt(execution),
        isInFlight: pending(execution).length > 0 || (record.type === "EXPRESS" && isRunning),
      },
      `the row of ${arn} is its fold`,
    );
  }

  async #open(record: ExecutionRecord): Promise<Execution> {
    const machine = await this.#store.catalogue.readStateMachine(record.stateMachineId);
    const revision = await this.#store.catalogue.readRevision(record.revisionId);
    assert.ok(machine !== undefined && revision !== undefined, "an execution has a machine");
    const run = record.mapRun === undefined ? undefined : await this.#store.mapRuns.readMapRun(record.mapRun.id);
    const whole = parseProgram(revision.definition);
    const program = run === undefined ? whole : childProgram(whole, run.state.stateName);
    const identity = identityOf({ record, stateMachine: machine, program, isSynchronous: false }, this.#arns);
    const execution = newExecution(identity);
    this.#executions.set(record.id, execution);
    this.#byArn.set(execution.identity.arn, execution);
    return execution;
  }
}
