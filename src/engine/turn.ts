// One turn of an execution: a command is decided, and everything that happens is applied at once and collected.
import { awsBudget, type JsonataBudget } from "../asl/jsonata/budget.ts";
import type { Payload } from "../asl/payload.ts";
import type { TaskResource } from "../asl/resource.ts";
import { applyLean } from "./apply-lean.ts";
import { HeldData } from "./held-data.ts";
import { EventSizes } from "./journal/event-size.ts";
import { scopeOf } from "./scopes.ts";
import { Work } from "../asl/work.ts";
import type { Effect, MapRunOutcome, TaskAttempt, TaskOutcome } from "./effect.ts";
import { type Failure, isEndOfExecution, isUnlisted, type JournalEvent, type NewEvent } from "./journal/event.ts";
import type { Execution, Scope } from "./execution.ts";
import type { Trace } from "./trace.ts";

/** A message that reaches an execution from outside. */
export type Command =
  | {
      readonly kind: "Start";
      readonly input: Payload;
      readonly roleArn: string;
      readonly stateMachineVersionArn?: string | undefined;
      readonly stateMachineAliasArn?: string | undefined;
      /** The test case of the mock file. */
      readonly testCase?: string | undefined;
      readonly startedBy?: TaskAttempt | undefined;
    }
  /** Go on with what is ready: after a decision that grew too long, and after a restart. */
  | { readonly kind: "Continue" }
  /** Timers may be due at the environment's `now`. */
  | { readonly kind: "Wake" }
  | ({ readonly kind: "Stop" } & Failure)
  | { readonly kind: "Redrive"; readonly clientToken?: string | undefined }
  | { readonly kind: "TaskOutcome"; readonly scheduledEventId: number; readonly outcome: TaskOutcome }
  /** A worker took the task of an activity. */
  | { readonly kind: "ActivityTaskTaken"; readonly scheduledEventId: number; readonly workerName?: string | undefined }
  | { readonly kind: "TaskHeartbeat"; readonly scheduledEventId: number }
  | ({ readonly kind: "MapRunEnded"; readonly outcome: MapRunOutcome } & MapRunTry);

/** One way through the items of a Map Run: the run from its beginning, or from one of its redrives. */
export interface MapRunTry {
  /** Id of the MapRunStarted. */
  readonly startedEventId: number;
  /** How often the run was redriven by then. */
  readonly redriveCount: number;
}

export interface Limits {
  /** Listed events of one execution, the last of which is its failure. AWS: 25,000. */
  readonly maxHistoryEvents: number;
  /** Iterations of one inline Map that run at the same time. AWS: 40. */
  readonly maxInlineConcurrency: number;
  /** Events of one decision, after which others get their turn. */
  readonly maxDecisionEvents: number;
  /** Characters that the events of one decision bring, likewise. */
  readonly maxDecisionCharacters: number;
  /**
   * Steps of work (asl/work.ts) for all that is evaluated to enter a state, or to leave it: 40 ms. AWS gives a second, to an
   * evaluator that takes 20 to 50 times as long as ours (docs/performance.md).
   */
  readonly maxStateSteps: number;
  /** Bounds of one evaluation in JSONata, see `JsonataBudget`. */
  readonly maxJsonataSteps: number;
  readonly maxJsonataDepth: number;
  readonly maxJsonataItems: number;
  readonly maxJsonataRange: number;
  readonly maxJsonataCharacters: number;
}

export const awsLimits: Limits = {
  maxHistoryEvents: 25_000,
  maxInlineConcurrency: 40,
  maxDecisionEvents: 5_000,
  maxDecisionCharacters: 2 * 1024 * 1024,
  maxStateSteps: 2_000_000,
  maxJsonataSteps: awsBudget.steps,
  maxJsonataDepth: awsBudget.depth,
  maxJsonataItems: awsBudget.sequenceLength,
  maxJsonataRange: awsBudget.rangeLength,
  maxJsonataCharacters: awsBudget.stringLength,
};

export function jsonataBudgetOf(limits: Limits): JsonataBudget {
  return {
    steps: limits.maxJsonataSteps,
    depth: limits.maxJsonataDepth,
    sequenceLength: limits.maxJsonataItems,
    rangeLength: limits.maxJsonataRange,
    stringLength: limits.maxJsonataCharacters,
  };
}

/** All that a decision may know of the world. */
export interface Environment {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly limits: Limits;
  /**
   * Milliseconds of a clock that only goes forward; without it no decision is too long. It decides where a decision is cut, and
   * ends a state as the last resort; nothing else that is decided may depend on it.
   */
  readonly elapsed?: (() => number) | undefined;
  /** The state machine is being deleted: the execution is aborted at its next state transition. */
  readonly isStateMachineDeleted?: boolean | undefined;
  /** A token that leads back to the attempt and cannot be guessed. */
  taskToken(attempt: TaskAttempt): string;
  /** The ARN of a new Map Run of a state; `label` as the definition has it. */
  mapRunArn(state: { readonly name: string; readonly label: string | undefined }): string;
  isKnownActivity(activityArn: string): boolean;
  /** The reason why a task's parameters are no request to its service; `undefined` where they are one. */
  parameterProblem(resource: TaskResource, parameters: Payload): string | undefined;
  /** Told what the data of every state that is decided goes through. */
  readonly trace?: Trace | undefined;
  /** Told of every event, and of the execution just before it. */
  readonly onEvent?: ((event: JournalEvent, before: Execution) => void) | undefined;
}

export interface Decision {
  /** Nothing happened: the command came too late or meant nothing. */
  readonly events: readonly JournalEvent[];
  readonly effects: readonly Effect[];
}

/** Thrown by `emit` when the history is full; the execution has failed by then. */
export class HistoryLimitReached extends Error {
  override readonly name = "HistoryLimitReached";
}

/** Milliseconds of a decision before others are served. */
const decisionMs = 10;

const eventsPerLook = 16;
const dearSteps = 50_000;

/** AWS gives an evaluation a second; the steps of a state take a twentieth of that, on a machine that has nothing else to do. */
const stateMs = 1_000;

export class Turn {
  readonly execution: Execution;
  readonly environment: Environment;
  readonly events: JournalEvent[] = [];
  readonly effects: Effect[] = [];
  readonly heldData: HeldData;
  /** Tasks scheduled in this turn: AWS lists their starts after everything else that the turn decides. */
  readonly scheduled: Scope[] = [];
  /** Scopes to run on, in order; one that has nothing to do is passed over. */
  readonly #queue: Scope[] = [];
  #position = 0;
  readonly #began: number;
  readonly #isLate: (() => boolean) | undefined;
  /** The number of events at which the clock is looked at. */
  #lookAt = eventsPerLook;
  readonly #sizes = new EventSizes();
  #characters = 0;
  /** The scope that is being run on. */
  #current: Scope | undefined;
  #work: Work;

  constructor(execution: Execution, environment: Environment) {
    this.execution = execution;
    this.environment = environment;
    const { elapsed } = environment;
    this.#began = elapsed?.() ?? 0;
    this.#isLate = elapsed && (() => elapsed() - this.#began > stateMs);
    this.#work = this.#newWork();
    this.heldData = new HeldData(execution);
  }

  /** The allowance of the state at hand. */
  get work(): Work {
    return this.#work;
  }

  get current(): Scope | undefined {
    return this.#current;
  }

  /** Another state is at hand, entered or left: it has an allowance of its own. */
  begin(scope: Scope): void {
    this.#current = scope;
    if (this.#work.spent > 0) this.#work = this.#newWork();
  }

  #newWork(): Work {
    return new Work({ steps: this.environment.limits.maxStateSteps, isLate: this.#isLate });
  }

  /** Has a scope run on once those before it have. */
  touch(scope: Scope): void {
    if (this.#queue[this.#position - 1] !== scope) this.#queue.push(scope);
  }

  touchById(scopeId: number): void {
    this.touch(scopeOf(this.execution, scopeId));
  }

  /** The next scope that is still there. */
  nextScope(): Scope | undefined {
    for (;;) {
      const scope = this.#queue[this.#position++];
      if (scope === undefined || this.execution.scopes.get(scope.id) === scope) return scope;
    }
  }

  get isOpen(): boolean {
    return this.execution.status === "RUNNING";
  }

  /** Whether others are to get their turn before anything more is decided. */
  get isTooLong(): boolean {
    const { limits, elapsed } = this.environment;
    const { length } = this.events;
    if (length === 0) return false;
    if (length >= limits.maxDecisionEvents || this.#characters >= limits.maxDecisionCharacters) return true;
    // The clock is looked at after some work, be it of many states or of one.
    if (elapsed === undefined || (length < this.#lookAt && this.#work.spent < dearSteps)) return false;
    this.#lookAt = length + eventsPerLook;
    return elapsed() - this.#began >= decisionMs;
  }

  /** Has the rest decided with a Continue command, once others had their turn. */
  continueLater(): void {
    if (this.effects.at(-1)?.kind !== "ContinueExecution") this.effects.push({ kind: "ContinueExecution" });
  }

  /**
   * Makes something happen: gives it its place in the history and applies it.
   * @returns the id of the event.
   */
  emit(previousEventId: number, body: NewEvent): number {
    const { execution, environment } = this;
    const isListed = !isUnlisted(body);
    const { maxHistoryEvents } = environment.limits;
    // AWS bounds the history of Standard executions alone.
    const isBounded = isListed && execution.identity.type === "STANDARD";
    if (isBounded && execution.lastEventId + 1 >= maxHistoryEvents && !isEndOfExecution(body)) {
      const cause = `The execution reached the maximum number of history events (${maxHistoryEvents}).`;
      this.#append(previousEventId, { kind: "ExecutionFailed", error: "States.Runtime", cause }, true);
      throw new HistoryLimitReached();
    }
    return this.#append(previousEventId, body, isListed);
  }

  #append(previousEventId: number, body: NewEvent, isListed: boolean): number {
    const id = this.execution.lastEventId + (isListed ? 1 : 0);
    // A history never goes back in time, whatever the clock does.
    const at = Math.max(this.environment.now, this.execution.lastEventAt);
    const event: JournalEvent = { id, previousEventId, at, ...body };
    this.#characters += this.#sizes.add(event);
    this.events.push(event);
    this.environment.onEvent?.(event, this.execution);
    applyLean(this.execution, event);
    return id;
  }
}
