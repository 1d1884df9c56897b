// Wait: sleeps for a number of seconds or until a point in time.
import { isJsonNumber, type Json, toDouble } from "../../asl/json.ts";
import { type Payload, shownJson } from "../../asl/payload.ts";
import type { WaitState } from "../../asl/program.ts";
import { parseTimestamp } from "../../asl/timestamp.ts";
import {
  effectiveInput,
  evaluationFailure,
  mistyped,
  type Result,
  outputOfInput,
  readSource,
  runtimeFailure,
} from "../data-flow.ts";
import type { Scope } from "../execution.ts";
import { failState } from "../transition/failure.ts";
import { currentView } from "../map/items.ts";
import type { Turn } from "../turn.ts";
import type { View } from "../view.ts";
import { exitState } from "../transition/exit.ts";

/** AWS refuses to wait longer: the largest signed 32-bit number of seconds. */
const maxWaitMs = 2 ** 31 * 1000;

export function enterWait(turn: Turn, scope: Scope, state: WaitState): void {
  const view = currentView(turn, scope);
  const input = effectiveInput(view, state.flow);
  if ("failure" in input) return failState(turn, scope, input.failure);
  const until =
    state.timestamp === undefined ? afterSeconds(view, state, input.value) : atTimestamp(view, state, input.value);
  if ("failure" in until) return failState(turn, scope, until.failure);
  if (until.value <= view.at) return leaveWait(turn, scope, state);
  if (until.value - view.at >= maxWaitMs)
    return failState(turn, scope, runtimeFailure(view, "Wait state delay is too long."));
  turn.emit(scope.lastEventId, { kind: "WaitStarted", scope: scope.id, until: until.value });
}

/** The time has come. */
export function leaveWait(turn: Turn, scope: Scope, state: WaitState): void {
  const outcome = outputOfInput(currentView(turn, scope), state.flow);
  if ("failure" in outcome) return failState(turn, scope, outcome.failure);
  exitState(turn, scope, outcome.value, state.next);
}

function afterSeconds(view: View, { seconds }: WaitState, input: Payload): Result<number> {
  if (seconds === undefined) return { value: view.at };
  const outcome = readSource(
    view,
    seconds,
    input,
    (path) => `The SecondsPath parameter does not reference an input value: ${path.source}`,
  );
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const number = isJsonNumber(value) ? toDouble(value) : Number.NaN;
  if (seconds.kind === "expression") {
    if (!isJsonNumber(value)) return { failure: mistyped(view, seconds.expression, "number", value) };
    if (!Number.isInteger(number) || number < 0)
      return {
        failure: runtimeFailure(view, `The Seconds field must be a non-negative integer: ${shownJson(value)}`),
      };
  } else if (seconds.kind === "path") {
    const subject = `${seconds.path.source} == ${plain(value)}`;
    if (!Number.isInteger(number))
      return {
        failure: runtimeFailure(view, `The SecondsPath parameter cannot be parsed as a long value: ${subject}`),
      };
    if (number < 0)
      return { failure: runtimeFailure(view, `The SecondsPath parameter references a negative value: ${subject}`) };
  }
  return { value: view.at + number * 1000 };
}

function atTimestamp(view: View, { timestamp }: WaitState, input: Payload): Result<number> {
  if (timestamp === undefined) return { value: view.at };
  const outcome = readSource(
    view,
    timestamp,
    input,
    (path) => `The TimestampPath parameter does not reference an input value: ${path.source}`,
  );
  if ("failure" in outcome) return outcome;
  const { value } = outcome;
  const time = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (time !== undefined) return { value: Math.ceil(time) };
  if (timestamp.kind === "path") {
    const subject = `${timestamp.path.source} == ${plain(value)}`;
    const detail = `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${subject}`;
    return { failure: runtimeFailure(view, detail) };
  }
  if (timestamp.kind === "expression" && typeof value !== "string") {
    return { failure: mistyped(view, timestamp.expression, "string", value) };
  }
  const detail = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${plain(value)}`;
  const failure = evaluationFailure(view, detail, "Timestamp");
  return { failure: { ...failure, evaluation: { location: "Timestamp", isAfterEntry: true } } };
}

function plain(value: Json): string {
  return typeof value === "string" ? value : shownJson(value);
}
