// Task: has work done outside, and waits for how it comes out.
import { assert } from "../../asl/assert.ts";
import type { Expression } from "../../asl/expression.ts";
import { isJsonNumber, isJsonObject, type Json, memberOf, toDouble } from "../../asl/json.ts";
import { scheduledParameters } from "../../asl/optimized-fields.ts";
import { type Payload, shownJson } from "../../asl/payload.ts";
import type { TaskState, ValueSource } from "../../asl/program.ts";
import type { TaskResource } from "../../asl/resource.ts";
import { activeState, stateOf } from "../scopes.ts";
import {
  argumentsOf,
  dataLimitFailure,
  effectiveInput,
  evaluate,
  evaluationFailure,
  fillTemplate,
  mistyped,
  type Result,
  readSource,
  runtimeFailure,
} from "../data-flow.ts";
import type { TaskOutcome } from "../effect.ts";
import type { Failure, TaskFailed } from "../journal/event.ts";
import { heartbeatDeadlineAfter, type Scope, type TaskWork } from "../execution.ts";
import { failState, recover } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import { performTask } from "../pending.ts";
import type { Turn } from "../turn.ts";
import type { View } from "../view.ts";
import { leaveWithResult } from "../transition/leave.ts";

export function scheduleTask(turn: Turn, scope: Scope, state: TaskState): void {
  const { execution, environment } = turn;
  const { resource } = state;
  if (resource.kind === "activity" && !environment.isKnownActivity(resource.arn)) {
    const detail = `The activity ${resource.arn} does not exist.`;
    return failState(turn, scope, runtimeFailure(currentView(turn, scope), detail));
  }
  const attempt = { executionArn: execution.identity.arn, scheduledEventId: execution.lastEventId + 1 };
  // A job may hand its token on, and whoever has it may end the task before the job does.
  const hasToken = resource.kind === "activity" || resource.pattern !== "requestResponse";
  const token = hasToken ? environment.taskToken(attempt) : undefined;
  const fields = taskFields(currentView(turn, scope, token === undefined ? {} : { token }), state);
  if ("failure" in fields) return failState(turn, scope, fields.failure);
  const problem = environment.parameterProblem(resource, fields.value.parameters);
  if (problem !== undefined) {
    const detail = `The Parameters '${fields.value.parameters.text}' could not be used to start the Task: [${problem}]`;
    return failState(turn, scope, runtimeFailure(currentView(turn, scope), detail));
  }
  const parameters = scheduledParameters(resource, fields.value.parameters);
  const scheduled = { kind: "TaskScheduled", scope: scope.id, resource, token, ...fields.value, parameters } as const;
  // AWS counts the time of an activity from the moment in which a worker takes its task.
  const isTimedFromStart = resource.kind === "activity" && fields.value.timeoutSeconds !== undefined;
  turn.emit(scope.lastEventId, isTimedFromStart ? { version: 2, ...scheduled } : scheduled);
  if (resource.kind === "activity") {
    turn.effects.push({ kind: "OfferActivityTask", attempt, activityArn: resource.arn });
  } else {
    turn.scheduled.push(scope);
  }
}

/** AWS lists the start of a task after everything else that was decided with it. */
export function startScheduledTasks(turn: Turn): void {
  for (const scope of turn.scheduled) {
    const { state } = scope;
    const work = state?.work;
    if (!turn.isOpen || state === undefined || work?.kind !== "task" || work.phase !== "scheduled") continue;
    if (turn.execution.tasks.get(work.scheduledEventId) !== scope) continue;
    turn.emit(scope.lastEventId, { kind: "TaskStarted", scope: scope.id });
    turn.effects.push(performTask(turn.execution, state, work));
  }
}

export function takeActivityTask(turn: Turn, scope: Scope, workerName: string | undefined): void {
  if (workOf(scope).phase !== "scheduled") return;
  turn.emit(scope.lastEventId, { kind: "TaskStarted", scope: scope.id, workerName });
}

/** A worker is alive: the time that it has begins anew. One that changes nothing is no event. */
export function keepTaskAlive(turn: Turn, scope: Scope): void {
  const work = workOf(scope);
  if (heartbeatDeadlineAfter(work, turn.environment.now) === work.heartbeatDeadline) return;
  turn.emit(scope.lastEventId, { kind: "TaskHeartbeat", scope: scope.id });
}

/** A call is accepted once, however often that is told, with the end of the task or before it. */
export function receiveOutcome(turn: Turn, scope: Scope, outcome: TaskOutcome): void {
  const submission = outcome.kind === "submitted" ? outcome.output : outcome.submission;
  if (submission !== undefined && workOf(scope).phase === "started") {
    turn.emit(scope.lastEventId, { kind: "TaskSubmitted", scope: scope.id, output: submission });
  }
  if (outcome.kind !== "submitted") endTask(turn, scope, outcome);
}

export function endTask(turn: Turn, scope: Scope, outcome: Exclude<TaskOutcome, { kind: "submitted" }>): void {
  const state = stateOf(turn.execution, scope);
  assert(state.type === "Task", "a task belongs to a Task state");
  if (outcome.kind === "failed") {
    const kind = outcome.isRefusal === true ? "TaskSubmitFailed" : "TaskFailed";
    return failTask(turn, scope, kind, outcome);
  }
  if (outcome.output.isTooLarge) {
    const { error, cause } = dataLimitFailure(subjectOf(state.resource, state.name));
    return failTask(turn, scope, "TaskFailed", { error, cause });
  }
  turn.emit(scope.lastEventId, { kind: "TaskSucceeded", scope: scope.id, output: outcome.output });
  leaveWithResult(turn, scope, state, outcome.output);
}

function failTask(turn: Turn, scope: Scope, kind: TaskFailed["kind"], { error, cause }: Failure): void {
  const failed = turn.emit(scope.lastEventId, { kind, scope: scope.id, error, cause });
  recover(turn, scope, { error, cause }, failed);
}

/** The name that AWS has for the task in the text about too large a result. */
function subjectOf(resource: TaskResource, stateName: string): string {
  if (resource.kind === "service") return resource.service;
  return resource.kind === "lambda" ? resource.arn : stateName;
}

function workOf(scope: Scope): TaskWork {
  const { work } = activeState(scope);
  assert(work?.kind === "task", "a task is awaited");
  return work;
}

interface TaskFields {
  readonly parameters: Payload;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly credentialsRoleArn: string | undefined;
}

function taskFields(view: View, state: TaskState): Result<TaskFields> {
  const parameters = argumentsOf(view, state.flow);
  if ("failure" in parameters) return parameters;
  if (parameters.value.isTooLarge) return { failure: dataLimitFailure(state.name) };
  const input = effectiveInput(view, state.flow);
  if ("failure" in input) return input;
  const timeoutSeconds = secondsOf(view, state.timeoutSeconds, input.value, "TimeoutSeconds");
  if ("failure" in timeoutSeconds) return timeoutSeconds;
  const heartbeatSeconds = secondsOf(view, state.heartbeatSeconds, input.value, "HeartbeatSeconds");
  if ("failure" in heartbeatSeconds) return heartbeatSeconds;
  const credentialsRoleArn = roleOf(view, state, input.value);
  if ("failure" in credentialsRoleArn) return credentialsRoleArn;
  return {
    value: {
      parameters: parameters.value,
      timeoutSeconds: timeoutSeconds.value,
      heartbeatSeconds: heartbeatSeconds.value,
      credentialsRoleArn: credentialsRoleArn.value,
    },
  };
}

function secondsOf(
  view: View,
  source: ValueSource | undefined,
  input: Payload,
  field: string,
): Result<number | undefined> {
  if (source === undefined) return { value: undefined };
  const outcome = readSource(view, source, input, (path, message) => `Invalid path '${path.source}' : ${message}`);
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const seconds = isJsonNumber(value) ? toDouble(value) : Number.NaN;
  if (source.kind === "expression") return secondsOfExpression(view, source.expression, value, field);
  if (Number.isInteger(seconds) && seconds > 0) return { value: seconds };
  return {
    failure: runtimeFailure(view, `The ${field} field must be a positive integer but was: ${shownJson(value)}`),
  };
}

/** AWS's bound on the seconds that an expression may give. */
const mostSeconds = 99_999_999;

function secondsOfExpression(view: View, expression: Expression, value: Json, field: string): Result<number> {
  if (!isJsonNumber(value)) return { failure: mistyped(view, expression, "number", value) };
  const seconds = toDouble(value);
  const failure = (detail: string) => ({ failure: evaluationFailure(view, detail, expression.location) });
  if (!Number.isInteger(seconds))
    return failure(`The ${field} field cannot be parsed as an integer: ${shownJson(value)}`);
  if (seconds >= 0 && seconds <= mostSeconds) return { value: seconds };
  return failure(`${field} must be between 0 and ${mostSeconds} but was: ${shownJson(value)}`);
}

function roleOf(view: View, { credentials }: TaskState, input: Payload): Result<string | undefined> {
  if (credentials === undefined) return { value: undefined };
  const outcome =
    "location" in credentials ? evaluate(view, credentials) : valueOf(fillTemplate(view, credentials, input));
  if ("failure" in outcome) return outcome;
  const role = isJsonObject(outcome.value) ? memberOf(outcome.value, "RoleArn") : undefined;
  if (typeof role === "string") return { value: role };
  return { failure: runtimeFailure(view, "The RoleArn of the Credentials must be a string.") };
}

function valueOf(outcome: Result<Payload>): Result<Json> {
  return "failure" in outcome ? outcome : { value: outcome.value.value };
}
