// The tasks of an execution that somebody outside is to answer, by a token or as the worker of an activity: read from the
// journal alone, so that nothing is shown that is not durable, and no execution comes into memory for it.
import { parseJson } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import { type ProgramShape, programShape } from "../../asl/program-shape.ts";
import type { TaskResource } from "../../asl/resource.ts";
import { type ArnSpace, executionArn, stateMachineArn } from "../../aws/arn.ts";
import { applyLean } from "../../engine/apply-lean.ts";
import { type FoldedExecution, newExecution } from "../../engine/execution.ts";
import type { StateMachineRecord } from "../../store/catalogue.ts";
import type { ExecutionRecord } from "../../store/journal.ts";
import type { SharedStore } from "../../store/cluster-store.ts";
import { executionName } from "../executions/identity.ts";
import { RecentlyUsed } from "../recently-used.ts";

export interface WaitingTask {
  readonly scheduledEventId: number;
  readonly state: string;
  readonly resource: TaskResource;
  /** A worker has the task of the activity; true for a callback, whose call was made. */
  readonly isTaken: boolean;
  /** Epoch milliseconds, as are the deadlines. */
  readonly since: number;
  readonly deadline: number | undefined;
  readonly heartbeatDeadline: number | undefined;
  readonly parameters: Payload;
}

export interface WaitingTasksOptions {
  readonly store: Pick<SharedStore, "journal" | "catalogue">;
  readonly arns: ArnSpace;
}

/** A definition with none of these has no such task; an escape may spell one of the others. */
const signs = [".waitForTaskToken", ":activity:", "\\u"];

const mostShapeCharacters = 32 * 1024 * 1024;
const mostFound = 2_000;
const mostKeptCharacters = 16 * 1024;

interface Found {
  /** A heartbeat moves the time of waking, and is no listed event. */
  readonly record: Pick<ExecutionRecord, "lastEventId" | "wakeAt">;
  readonly tasks: readonly WaitingTask[];
}

export class WaitingTasks {
  readonly #options: WaitingTasksOptions;
  /** The shapes of definitions that may have such tasks, by revision; `undefined` for others. */
  readonly #shapes = new RecentlyUsed<{ readonly shape: ProgramShape | undefined }>({
    mostEntries: 1_000,
    mostWeight: mostShapeCharacters,
  });

  /** The tasks of executions as they were when they were looked at last; those that wait change seldom. */
  readonly #found = new Map<number, Found>();

  constructor(options: WaitingTasksOptions) {
    this.#options = options;
  }

  /**
   * The tasks in the order in which they were scheduled; none where the execution has ended.
   * @throws whatever says that the journal cannot be read.
   */
  async of(record: ExecutionRecord, stateMachine: StateMachineRecord): Promise<readonly WaitingTask[]> {
    const shape = record.status === "RUNNING" ? await this.#shapeOf(record.revisionId) : undefined;
    if (shape === undefined) return [];
    const known = this.#found.get(record.id);
    if (known?.record.lastEventId === record.lastEventId && known.record.wakeAt === record.wakeAt) return known.tasks;
    const tasks = await this.#read(record, stateMachine, shape);
    this.#keep(record, tasks);
    return tasks;
  }

  async #read(
    record: ExecutionRecord,
    stateMachine: StateMachineRecord,
    shape: ProgramShape,
  ): Promise<readonly WaitingTask[]> {
    const execution = this.#unstarted(record, stateMachine, shape);
    for await (const events of this.#options.store.journal.eachRow(record.id))
      for (const event of events) applyLean(execution, event);
    return waitingTasksOf(execution);
  }

  #keep(record: ExecutionRecord, tasks: readonly WaitingTask[]): void {
    // There may be many large ones: they are read again.
    if (tasks.reduce((sum, { parameters }) => sum + parameters.text.length, 0) > mostKeptCharacters) return;
    this.#found.delete(record.id);
    this.#found.set(record.id, { record, tasks });
    const [longestAgo] = this.#found.keys();
    if (this.#found.size > mostFound && longestAgo !== undefined) this.#found.delete(longestAgo);
  }

  async #shapeOf(revisionId: number): Promise<ProgramShape | undefined> {
    const known = this.#shapes.get(revisionId);
    if (known !== undefined) return known.shape;
    const definition = (await this.#options.store.catalogue.readRevision(revisionId))?.definition ?? "";
    const shape = signs.some((sign) => definition.includes(sign)) ? programShape(parseJson(definition)) : undefined;
    this.#shapes.add(revisionId, { shape }, definition.length);
    return shape;
  }

  #unstarted(record: ExecutionRecord, { name }: StateMachineRecord, program: ProgramShape): FoldedExecution {
    const { arns } = this.#options;
    return newExecution({
      arn: executionArn(arns, record.type, name, record.key),
      name: executionName(record),
      type: record.type,
      isSynchronous: false,
      stateMachineArn: stateMachineArn(arns, name),
      stateMachineName: name,
      program,
      timeoutSeconds: undefined,
    });
  }
}

function waitingTasksOf(execution: FoldedExecution): readonly WaitingTask[] {
  if (execution.status !== "RUNNING") return [];
  const tasks: WaitingTask[] = [];
  for (const { state } of execution.tasks.values()) {
    const work = state?.work;
    if (state === undefined || work?.kind !== "task" || !isAnsweredOutside(work.resource)) continue;
    const { scheduledEventId, scheduledAt: since, resource, deadline, heartbeatDeadline, parameters } = work;
    const isTaken = work.phase !== "scheduled";
    const { name } = state;
    tasks.push({ scheduledEventId, state: name, resource, isTaken, since, deadline, heartbeatDeadline, parameters });
  }
  return tasks.toSorted((a, b) => a.scheduledEventId - b.scheduledEventId);
}

function isAnsweredOutside({ kind, pattern }: TaskResource): boolean {
  return kind === "activity" || pattern === "waitForTaskToken";
}
