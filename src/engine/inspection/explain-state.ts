// Why a state went the way it did: the engine decides once more, on a copy and with somebody listening. Time and random
// numbers follow from the events, so that it decides as it did.
import { assert } from "../../asl/assert.ts";
import type { ChoiceRuleExplanation } from "../../asl/choice/choice-rule.ts";
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from "../../asl/json.ts";
import {
  type ConditionExplanation,
  explainCondition,
  type ExpressionView,
  type MissingReference,
  missingReferences,
} from "../../asl/jsonata/explain.ts";
import { expressionText, type Expression } from "../../asl/expression.ts";
import { type FailingPart, failingPart } from "../../asl/jsonpath/failing-part.ts";
import { Payload } from "../../asl/payload.ts";
import type { Retrier } from "../../asl/program.ts";
import { apply } from "../apply.ts";
import { copyExecution } from "../copy-execution.ts";
import { within } from "../decide.ts";
import type { Execution, Scope, Work } from "../execution.ts";
import type { Failure, JournalEvent } from "../journal/event.ts";
import { activeState, stateOf } from "../scopes.ts";
import { leaveWait } from "../states/wait.ts";
import { beginAgain } from "../transition/enter.ts";
import { recover } from "../transition/failure.ts";
import { leaveWithResult } from "../transition/leave.ts";
import type { Trace, TracedChoice, TracedProblem, TraceSteps } from "../trace.ts";
import { awsLimits, type Environment, Turn } from "../turn.ts";
import type { Occasion } from "./visits.ts";

/** A step that the data of the state went through, such as `afterInputPath`, with what it gave. */
export interface DataStep {
  readonly step:
    | "afterInputPath"
    | "afterParameters"
    | "afterArguments"
    | "afterItemsPath"
    | "result"
    | "afterResultSelector"
    | "afterResultPath";
  readonly value: Payload;
}

/** An entry of `Choices` that was looked at. */
export interface RuleExplanation {
  /** Its position in `Choices`. */
  readonly position: number;
  readonly condition: ChoiceRuleExplanation | ConditionExplanation;
}

/** The field that gave nothing to go on with, and which part of it. */
export type Problem =
  | {
      readonly kind: "path";
      readonly path: string;
      readonly field?: string | undefined;
      readonly part?: FailingPart | undefined;
    }
  | {
      readonly kind: "expression";
      readonly source: string;
      readonly location: string;
      readonly missing: readonly MissingReference[];
    };

/** One of the states that a failure came to, with what its Retriers and Catchers made of it. */
export interface Recovery {
  readonly scope: number;
  readonly state: string;
  readonly failure: Failure;
  /** The Retrier that names the error. */
  readonly retrier?:
    | {
        readonly position: number;
        readonly retrier: Retrier;
        /** Retries that it had made before. */
        readonly attempts: number;
        /** The time of the next attempt, epoch milliseconds; absent when its attempts are used up. */
        readonly until?: number | undefined;
      }
    | undefined;
  /** The Catcher that names the error. */
  readonly catcher?: { readonly position: number; readonly next: string } | undefined;
}

export interface StateExplanation {
  readonly steps: readonly DataStep[];
  readonly rules: readonly RuleExplanation[];
  readonly problem?: Problem | undefined;
  readonly recoveries: readonly Recovery[];
  /** The events that are decided. */
  readonly events: readonly JournalEvent[];
}

export interface ExplainOptions {
  /** The token that the context object shows to a task; in a viewer it is a secret that is not known. */
  readonly taskToken?: Environment["taskToken"];
}

/**
 * Explains what was decided at a moment of a state.
 * @param execution as the events before the occasion add up to it; it is left as it is.
 */
export function explainState(execution: Execution, occasion: Occasion, options: ExplainOptions = {}): StateExplanation {
  const copy = copyExecution(execution);
  const scope = copy.scopes.get(occasion.scope);
  assert(scope?.state !== undefined, `a state is active in the scope ${occasion.scope}`);
  const { work } = scope.state;
  if (occasion.outcome !== undefined) apply(copy, occasion.outcome);
  const listener = new Listener(copy, scope);
  const turn = new Turn(copy, {
    now: occasion.at,
    limits: { ...awsLimits, maxHistoryEvents: Infinity },
    taskToken: options.taskToken ?? (() => "(the token of the task)"),
    isKnownActivity: () => true,
    parameterProblem: () => undefined,
    mapRunArn: () => "(the Map Run)",
    trace: listener.trace,
  });
  turn.begin(scope);
  within(turn, () => act(turn, scope, work, occasion));
  return listener.explanation(turn.events);
}

/** @param work the thing that the state waited for before the outcome. */
function act(turn: Turn, scope: Scope, work: Work | undefined, { outcome, at }: Occasion): void {
  const state = stateOf(turn.execution, scope);
  if (outcome === undefined) {
    if (state.type === "Wait" && work?.kind === "wait") return leaveWait(turn, scope, state);
    return beginAgain(turn, scope);
  }
  switch (outcome.kind) {
    case "TaskSucceeded":
      assert(state.type === "Task", "a task belongs to a Task state");
      return leaveWithResult(turn, scope, state, outcome.output);
    case "TaskTimedOut": {
      const isHeartbeat = work?.kind === "task" && (work.deadline ?? Infinity) > at;
      return recover(turn, scope, { error: outcome.error, isHeartbeat }, outcome.id);
    }
    case "TaskFailed":
    case "TaskSubmitFailed":
      return recover(turn, scope, { error: outcome.error, cause: outcome.cause }, outcome.id);
    case "MapRunFailed":
      return recover(turn, scope, { error: outcome.error, cause: outcome.cause }, outcome.id);
    case "MapStateSucceeded":
      // The result of a Map Run stands in its child executions.
      if (work?.kind === "mapRun") return;
      assert(state.type === "Map" && work?.kind === "map", "a Map is at work");
      return leaveWithResult(turn, scope, state, Payload.ofList(work.outputs), outcome.id);
    case "ParallelStateSucceeded": {
      assert(state.type === "Parallel" && work?.kind === "parallel", "a Parallel is at work");
      const outputs = work.branches.map(({ data }) => data);
      return leaveWithResult(turn, scope, state, Payload.ofList(outputs), outcome.id);
    }
    default:
      assert(false, `${outcome.kind} is no outcome of a state`);
  }
}

type Draft<Value> = { -readonly [Member in keyof Value]: Value[Member] };

/** Gathers what the engine tells of a decision. */
class Listener {
  readonly #execution: Execution;
  /** The state that a failure comes to next. */
  #scope: Scope | undefined;
  readonly #steps: DataStep[] = [];
  readonly #rules: RuleExplanation[] = [];
  readonly #recoveries: Draft<Recovery>[] = [];
  #problem: Problem | undefined;

  constructor(execution: Execution, scope: Scope) {
    this.#execution = execution;
    this.#scope = scope;
  }

  readonly trace: Trace = (step, value) => this.#take({ step, value } as Traced);

  explanation(events: readonly JournalEvent[]): StateExplanation {
    for (const event of events) {
      if (event.kind !== "RetryScheduled") continue;
      const recovery = this.#recoveries.find(({ scope }) => scope === event.scope);
      if (recovery?.retrier !== undefined) recovery.retrier = { ...recovery.retrier, until: event.until };
    }
    return {
      steps: this.#steps,
      rules: this.#rules,
      problem: this.#problem,
      recoveries: this.#recoveries,
      events,
    };
  }

  #take(traced: Traced): void {
    switch (traced.step) {
      case "afterInputPath":
      case "afterParameters":
      case "afterArguments":
      case "result":
      case "afterResultSelector":
      case "afterResultPath":
        return this.#addStep({ step: traced.step, value: traced.value });
      case "afterItemsPath":
        return this.#addStep({ step: traced.step, value: Payload.ofValue(traced.value) });
      case "choice":
        this.#rules.push({ position: traced.value.position, condition: explainedChoice(traced.value) });
        return;
      case "problem":
        this.#problem = explainedProblem(traced.value);
        return;
      case "failure":
        return this.#addRecovery(traced.value);
      case "retryIndex":
        return this.#addRetrier(traced.value);
      case "catchIndex":
        return this.#addCatcher(traced.value);
      default:
        return;
    }
  }

  /** The effective input is asked for more than once on the way through a state. */
  #addStep(taken: DataStep): void {
    if (!this.#steps.some(({ step }) => step === taken.step)) this.#steps.push(taken);
  }

  /** A failure comes up to the next state that may have Retriers and Catchers. */
  #addRecovery(failure: Failure): void {
    while (this.#scope !== undefined && !mayRecover(this.#scope)) this.#scope = this.#scope.parent;
    const scope = this.#scope;
    assert(scope !== undefined, "a failure comes to a state");
    this.#recoveries.push({ scope: scope.id, state: activeState(scope).name, failure });
    this.#scope = scope.parent;
  }

  #addRetrier(position: number): void {
    const recovery = this.#recoveries.at(-1);
    const scope = recovery && this.#execution.scopes.get(recovery.scope);
    assert(recovery !== undefined && scope !== undefined, "a Retrier is asked by a state");
    const state = stateOf(this.#execution, scope);
    const retrier = "retry" in state ? state.retry[position] : undefined;
    assert(retrier !== undefined, "a Retrier that decides is defined");
    recovery.retrier = { position, retrier, attempts: activeState(scope).attempts.get(position) ?? 0 };
  }

  #addCatcher(position: number): void {
    const recovery = this.#recoveries.at(-1);
    const scope = recovery && this.#execution.scopes.get(recovery.scope);
    assert(recovery !== undefined && scope !== undefined, "a Catcher is asked by a state");
    const state = stateOf(this.#execution, scope);
    const catcher = "catch" in state ? state.catch[position] : undefined;
    assert(catcher !== undefined, "a Catcher that decides is defined");
    recovery.catcher = { position, next: catcher.next };
  }
}

type Traced = {
  [Step in keyof TraceSteps]: { readonly step: Step; readonly value: TraceSteps[Step] };
}[keyof TraceSteps];

function mayRecover({ state }: Scope): boolean {
  return state?.type === "Task" || state?.type === "Map" || state?.type === "Parallel";
}

/** Looking at a rule is not paid by the state. */
function explainedChoice(choice: TracedChoice): RuleExplanation["condition"] {
  if ("rule" in choice) return choice.rule.explain({ ...choice.scope, work: undefined });
  return explainCondition(choice.expression.source, choice);
}

function explainedProblem(problem: TracedProblem): Problem {
  if ("path" in problem) {
    const { path, field, scope } = problem;
    return { kind: "path", path, field, part: failingPart(path, { ...scope, work: undefined }) };
  }
  const { location, expression } = problem;
  const source = sourceAt(expression, location);
  const view: ExpressionView = { bindings: problem.bindings, context: { ...problem.context, work: undefined } };
  return { kind: "expression", location, source, missing: missingReferences(source, view) };
}

/** The text of the expression that stands at a place such as `Arguments/Items[0]` within a field. */
function sourceAt({ source, isWhole, location: field }: Expression, location: string): string {
  if (isWhole || !location.startsWith(field)) return source;
  let value: Json | undefined = parseJson(source);
  for (const [, name, index] of location.slice(field.length).matchAll(/\/([^/[]*)|\[(\d+)\]/g)) {
    if (index !== undefined && isJsonArray(value)) value = value[Number(index)];
    else if (name !== undefined && isJsonObject(value)) value = memberOf(value, name);
  }
  return (typeof value === "string" ? expressionText(value) : undefined) ?? source;
}
