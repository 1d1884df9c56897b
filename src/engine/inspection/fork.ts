// A fork: a past execution tried again with another input or definition. The calls that it made come out as they were
// recorded; nothing is called, and time passes only as the workflow waits for it.
import type { Payload } from "../../asl/payload.ts";
import { decide } from "../decide.ts";
import type { PerformTask, StartMapRun, TaskAttempt } from "../effect.ts";
import { type Execution, type ExecutionIdentity, newExecution } from "../execution.ts";
import type { JournalEvent } from "../journal/event.ts";
import { scopeOfMapRun } from "../map/map-run.ts";
import { awsLimits, type Command, type Environment } from "../turn.ts";
import { wakeAt } from "../wake.ts";
import type { RecordedCall, RecordedCalls } from "./recorded-calls.ts";

export interface ForkOptions {
  /** With the definition that is to be tried. */
  readonly identity: ExecutionIdentity;
  readonly input: Payload;
  readonly roleArn: string;
  readonly calls: RecordedCalls;
  /** Epoch milliseconds at which the fork begins: that of the execution that it was forked from. */
  readonly startedAt: number;
}

export interface Fork {
  readonly execution: Execution;
  readonly events: readonly JournalEvent[];
  /** Calls that nothing was recorded for: the fork waits for them. */
  readonly unanswered: readonly UnansweredCall[];
}

export interface UnansweredCall {
  readonly state: string;
  /** Counts the calls of the state from 0. */
  readonly invocation: number;
  readonly parameters: Payload;
}

/** Decisions of one fork: an execution that goes round for ever is cut off. */
const maxDecisions = 100_000;

export function fork(options: ForkOptions): Fork {
  return new Forking(options).run();
}

interface Arrival {
  readonly at: number;
  readonly command: Command;
}

class Forking {
  readonly #options: ForkOptions;
  readonly #execution: Execution;
  readonly #events: JournalEvent[] = [];
  /** In the order of their times. */
  readonly #arrivals: Arrival[];
  readonly #invocations = new Map<string, number>();
  readonly #unanswered = new Map<number, UnansweredCall>();

  constructor(options: ForkOptions) {
    this.#options = options;
    this.#execution = newExecution(options.identity);
    const { input, roleArn, startedAt } = options;
    this.#arrivals = [{ at: startedAt, command: { kind: "Start", input, roleArn } }];
  }

  run(): Fork {
    for (let decisions = 0; decisions < maxDecisions; decisions++) {
      const arrival = this.#next();
      if (arrival === undefined) break;
      this.#decide(arrival);
    }
    const execution = this.#execution;
    const unanswered = [...this.#unanswered].filter(([id]) => isAwaited(execution, id)).map(([, call]) => call);
    return { execution, events: this.#events, unanswered };
  }

  /** The next thing that happens: an outcome, or a timer, unless that is one of a call whose outcome is not known. */
  #next(): Arrival | undefined {
    const [arrival] = this.#arrivals;
    const at = wakeAt(this.#execution);
    if (arrival !== undefined && (at === undefined || arrival.at <= at)) return this.#arrivals.shift();
    if (at === undefined || at >= this.#unknownFrom()) return undefined;
    return { at, command: { kind: "Wake" } };
  }

  /** The time at which the fork would depend on what is not known. */
  #unknownFrom(): number {
    let from = Infinity;
    for (const id of this.#unanswered.keys()) {
      const work = this.#execution.tasks.get(id)?.state?.work;
      if (work?.kind === "task") from = Math.min(from, work.deadline ?? Infinity, work.heartbeatDeadline ?? Infinity);
    }
    return from;
  }

  #decide({ at, command }: Arrival): void {
    const environment: Environment = {
      now: at,
      limits: awsLimits,
      taskToken: () => "(the token of the task)",
      isKnownActivity: () => true,
      parameterProblem: () => undefined,
      mapRunArn: ({ name }) => `(the Map Run of ${name})`,
    };
    const { events, effects } = decide(this.#execution, command, environment);
    this.#events.push(...events);
    for (const effect of effects) {
      if (effect.kind === "ContinueExecution") this.#arrive(at, { kind: "Continue" });
      else if (effect.kind === "PerformTask") this.#perform(effect, at);
      else if (effect.kind === "OfferActivityTask") this.#offer(effect.attempt, at);
      else if (effect.kind === "StartMapRun") this.#startMapRun(effect);
    }
  }

  #perform({ attempt, parameters }: PerformTask, at: number): void {
    const { scheduledEventId } = attempt;
    const call = this.#recorded(scheduledEventId, parameters);
    if (call?.outcome === undefined) return;
    this.#arrive(at + call.tookMs, { kind: "TaskOutcome", scheduledEventId, outcome: call.outcome });
  }

  /** A worker takes the task after as long as it took then. */
  #offer({ scheduledEventId }: TaskAttempt, at: number): void {
    const work = this.#execution.tasks.get(scheduledEventId)?.state?.work;
    if (work?.kind !== "task") return;
    const call = this.#recorded(scheduledEventId, work.parameters);
    if (call?.outcome === undefined) return;
    const takenAt = at + call.queuedMs;
    this.#arrive(takenAt, { kind: "ActivityTaskTaken", scheduledEventId });
    this.#arrive(takenAt + call.tookMs, { kind: "TaskOutcome", scheduledEventId, outcome: call.outcome });
  }

  /** The result of a Map Run is not in the journal of the execution. */
  #startMapRun({ startedEventId, stateName: state }: StartMapRun): void {
    const invocation = this.#invocations.get(state) ?? 0;
    this.#invocations.set(state, invocation + 1);
    const scope = scopeOfMapRun(this.#execution, startedEventId);
    const parameters = scope?.state?.input ?? this.#options.input;
    this.#unanswered.set(startedEventId, { state, invocation, parameters });
  }

  /** The recorded call that a call stands for: the one of the same state that came as often before. */
  #recorded(scheduledEventId: number, parameters: Payload): RecordedCall | undefined {
    const state = this.#execution.tasks.get(scheduledEventId)?.state?.name ?? "";
    const invocation = this.#invocations.get(state) ?? 0;
    this.#invocations.set(state, invocation + 1);
    const call = this.#options.calls.get(state)?.[invocation];
    if (call?.outcome === undefined) this.#unanswered.set(scheduledEventId, { state, invocation, parameters });
    return call;
  }

  #arrive(at: number, command: Command): void {
    const after = this.#arrivals.findIndex((arrival) => arrival.at > at);
    this.#arrivals.splice(after === -1 ? this.#arrivals.length : after, 0, { at, command });
  }
}

/** @param id of the TaskScheduled, or of the MapRunStarted. */
function isAwaited(execution: Execution, id: number): boolean {
  return execution.status === "RUNNING" && (execution.tasks.has(id) || scopeOfMapRun(execution, id) !== undefined);
}
