// From a history as AWS shows it (GetExecutionHistory of AWS, of Pawl, of an SDK) back to journal events that can be folded.
// A history does not say which iteration or branch an event belongs to, nor which state follows: it is found by the chain of
// previousEventId and by names. Unlisted events are not in it, so that a Wait shows without its end.
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  toDouble,
} from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import { Payload } from "../../asl/payload.ts";
import type { ProgramShape } from "../../asl/program-shape.ts";
import { parseTaskResource, type TaskResource } from "../../asl/resource.ts";
import type { EventBody, JournalEvent, StateAborted, StateType } from "./event.ts";
import { type PublicHistoryEvent, Places } from "./public-places.ts";

/** The text is no history; the message says why. */
export class HistoryFileError extends Error {
  override readonly name = "HistoryFileError";
}

export interface ImportedHistory {
  readonly events: readonly JournalEvent[];
  /** It was asked for with its inputs and outputs. */
  readonly isDataIncluded: boolean;
  /** It is a page of a history that goes on: it has a `nextToken`. */
  readonly isCut: boolean;
  /** Types of events that are no part of a journal, and were left out. */
  readonly leftOut: readonly string[];
}

/** A history has 25,000 events at most on AWS; one of Express has no bound. */
const maxEvents = 200_000;

/**
 * Reads what `aws stepfunctions get-execution-history` prints, in any order of events, or the list of events alone.
 * @param shape of the definition, where it is known: it tells the branches of a Parallel.
 * @throws HistoryFileError
 */
export function parseHistory(text: string, shape?: ProgramShape): ImportedHistory {
  const file = parseFile(text);
  const list = isJsonObject(file) ? memberOf(file, "events") : file;
  if (!isJsonArray(list)) throw new HistoryFileError('It holds no history: a history is an object with "events".');
  if (list.length === 0) throw new HistoryFileError("The history has no events.");
  if (list.length > maxEvents) throw new HistoryFileError(`The history has more than ${maxEvents} events.`);
  const events = list.map(publicEventOf).toSorted((one, other) => one.id - other.id);
  for (const [i, { id }] of events.entries()) {
    if (id === events[i - 1]?.id) throw new HistoryFileError(`The history has two events with the id ${id}.`);
  }
  const [first] = events;
  if (first?.type !== "ExecutionStarted") {
    const found = `the first event that it has is ${first?.type ?? "none"} with the id ${first?.id ?? 0}`;
    throw new HistoryFileError(`The history does not begin with ExecutionStarted: ${found}. Get all of its pages.`);
  }
  const isCut = isJsonObject(file) && typeof memberOf(file, "nextToken") === "string";
  const isDataIncluded = memberOf(first.details, "input") !== undefined;
  return { ...journalOf(events, shape), isDataIncluded, isCut };
}

function parseFile(text: string): Json {
  const problem = jsonLimitProblem(text);
  if (problem !== undefined) throw new HistoryFileError(`It cannot be read: ${problem}`);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new HistoryFileError(`It is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function publicEventOf(value: Json, index: number): PublicHistoryEvent {
  const place = `Event ${index + 1} of the list`;
  if (!isJsonObject(value)) throw new HistoryFileError(`${place} is no object.`);
  const [id, type] = [memberOf(value, "id"), memberOf(value, "type")];
  if (!isJsonNumber(id) || !Number.isSafeInteger(toDouble(id)) || toDouble(id) < 1) {
    throw new HistoryFileError(`${place} has no id.`);
  }
  if (typeof type !== "string") throw new HistoryFileError(`${place} has no type.`);
  const previous = memberOf(value, "previousEventId");
  const details = Object.entries(value).find(([name]) => name.endsWith("EventDetails"))?.[1];
  return {
    id: toDouble(id),
    type,
    previousEventId: isJsonNumber(previous) ? toDouble(previous) : 0,
    at: timeOf(memberOf(value, "timestamp"), place),
    details: isJsonObject(details) ? details : {},
  };
}

/** Epoch seconds as the API has them, or a time as the AWS CLI and JSON.stringify write it. */
function timeOf(timestamp: Json | undefined, place: string): number {
  const ms = isJsonNumber(timestamp)
    ? toDouble(timestamp) * 1000
    : typeof timestamp === "string"
      ? Date.parse(timestamp)
      : Number.NaN;
  if (!(Math.abs(ms) <= 8.64e15)) throw new HistoryFileError(`${place} has no timestamp.`);
  return Math.round(ms);
}

function journalOf(
  history: readonly PublicHistoryEvent[],
  shape: ProgramShape | undefined,
): Pick<ImportedHistory, "events" | "leftOut"> {
  const places = new Places(history, shape);
  const leftOut = new Set<string>();
  const events: JournalEvent[] = [];
  for (const event of history) {
    const scope = places.scopeOf(event);
    const body = bodyOf(event, scope, places);
    if (body === undefined) leftOut.add(event.type);
    else events.push({ id: event.id, previousEventId: event.previousEventId, at: event.at, ...body });
  }
  return { events, leftOut: [...leftOut] };
}

/** The body of an event, with the version where it is not the first. */
type Body = EventBody & { readonly version?: number };

/** `undefined` for a type that has no place in a journal. */
function bodyOf({ id, type, details }: PublicHistoryEvent, scope: number, places: Places): Body | undefined {
  const [, stateType, verb] =
    /^(Task|Pass|Wait|Choice|Succeed|Fail|Parallel|Map)State(Entered|Exited|Aborted)$/.exec(type) ?? [];
  if (stateType !== undefined) {
    const next = verb === "Exited" ? places.nextOf(id) : undefined;
    return stateBody(stateType as StateType, { verb, details, scope, next });
  }
  const [, subject = "", verbOfTask] =
    /^(Task|LambdaFunction|Activity)(Scheduled|Started|Submitted|Succeeded|\w*Failed|TimedOut)$/.exec(type) ?? [];
  if (verbOfTask !== undefined) return taskBody(subject, verbOfTask, details, scope);
  if (type.startsWith("Map") || type.startsWith("Parallel")) return containerBody({ id, type, details }, scope, places);
  if (type !== "EvaluationFailed") return executionBody(type, details);
  const [error = "", cause = ""] = [textOf(details, "error"), textOf(details, "cause")];
  const [state = "", location] = [textOf(details, "state"), textOf(details, "location")];
  return { kind: type, scope, state, error, cause, location };
}

type ContainerEvent = Pick<PublicHistoryEvent, "id" | "type" | "details">;

function containerBody({ id, type, details }: ContainerEvent, scope: number, places: Places): Body | undefined {
  const name = textOf(details, "name") ?? "";
  const index = numberOf(details, "index") ?? 0;
  switch (type) {
    case "MapStateStarted":
      return {
        kind: type,
        scope,
        length: numberOf(details, "length") ?? 0,
        ...(places.isOfMapRun(id) ? { version: 2 } : {}),
      };
    case "MapRunStarted":
      return { kind: type, scope, mapRunArn: textOf(details, "mapRunArn") ?? "" };
    case "MapRunFailed":
      return { kind: type, scope, error: textOf(details, "error") ?? "", cause: textOf(details, "cause") ?? "" };
    case "MapRunRedriven":
      return {
        kind: type,
        scope,
        mapRunArn: textOf(details, "mapRunArn") ?? "",
        redriveCount: numberOf(details, "redriveCount") ?? 0,
      };
    case "MapRunSucceeded":
    case "MapRunAborted":
      return { kind: type, scope };
    case "MapIterationStarted":
      return { kind: type, scope, name, index, input: payloadOf(places.firstBelow(id), "input") };
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return { kind: type, scope, name, index };
    case "ParallelStateStarted":
      return { kind: type, scope, input: payloadOf(places.firstBelow(id), "input"), ...places.versionOf(id) };
    case "MapStateSucceeded":
    case "MapStateFailed":
    case "ParallelStateSucceeded":
    case "ParallelStateFailed":
      return { kind: type, scope };
    default:
      return undefined;
  }
}

interface StatePart {
  readonly verb: string | undefined;
  readonly details: JsonObject;
  readonly scope: number;
  readonly next: string | undefined;
}

function stateBody(stateType: StateType, { verb, details, scope, next }: StatePart): Body {
  const name = textOf(details, "name") ?? "";
  if (verb === "Aborted") return { kind: "StateAborted", scope, stateType: stateType as StateAborted["stateType"] };
  if (verb === "Entered") return { kind: "StateEntered", scope, stateType, name, input: payloadOf(details, "input") };
  const assigned = assignedOf(details);
  return { kind: "StateExited", scope, stateType, name, output: payloadOf(details, "output"), assigned, next };
}

function executionBody(type: string, details: JsonObject): Body | undefined {
  switch (type) {
    case "ExecutionStarted":
      return {
        kind: type,
        input: payloadOf(details, "input"),
        roleArn: textOf(details, "roleArn") ?? "",
        stateMachineAliasArn: textOf(details, "stateMachineAliasArn"),
        stateMachineVersionArn: textOf(details, "stateMachineVersionArn"),
      };
    case "ExecutionSucceeded":
      return { kind: type, output: payloadOf(details, "output") };
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return { kind: type, ...failureOf(details) };
    case "ExecutionRedriven":
      return { kind: type, redriveCount: numberOf(details, "redriveCount") ?? 0 };
    default:
      return undefined;
  }
}

function taskBody(subject: string, verb: string, details: JsonObject, scope: number): Body {
  switch (verb) {
    case "Scheduled": {
      const resource = resourceOf(subject, details);
      const timeoutSeconds = numberOf(details, "timeoutInSeconds");
      const credentials = memberOf(details, "taskCredentials");
      return {
        kind: "TaskScheduled",
        scope,
        resource,
        parameters: payloadOf(details, resource.kind === "service" ? "parameters" : "input"),
        timeoutSeconds,
        heartbeatSeconds: numberOf(details, "heartbeatInSeconds"),
        credentialsRoleArn: isJsonObject(credentials) ? textOf(credentials, "roleArn") : undefined,
        ...(resource.kind === "activity" && timeoutSeconds !== undefined ? { version: 2 } : {}),
      };
    }
    case "Started":
      return { kind: "TaskStarted", scope, workerName: textOf(details, "workerName") };
    case "Submitted":
      return { kind: "TaskSubmitted", scope, output: payloadOf(details, "output") };
    case "Succeeded":
      return { kind: "TaskSucceeded", scope, output: payloadOf(details, "output") };
    case "TimedOut":
      return { kind: "TaskTimedOut", scope, ...failureOf(details) };
    case "SubmitFailed":
      return { kind: "TaskSubmitFailed", scope, ...failureOf(details) };
    default:
      return { kind: "TaskFailed", scope, ...failureOf(details) };
  }
}

function resourceOf(subject: string, details: JsonObject): TaskResource {
  const resource = textOf(details, "resource") ?? "";
  const service = textOf(details, "resourceType") ?? "";
  if (subject === "LambdaFunction") return { kind: "lambda", arn: resource, pattern: "requestResponse" };
  if (subject === "Activity") return { kind: "activity", arn: resource, pattern: "requestResponse" };
  const arn = `arn:aws:states:::${service}:${resource}`;
  const parsed = parseTaskResource(arn);
  return parsed?.kind === "service"
    ? parsed
    : { kind: "service", arn, service, action: resource, pattern: "requestResponse" };
}

const noData = Payload.ofText("null");

/** A text that is cut off is no JSON any more: it stays a text. */
function payloadOf(details: JsonObject, member: string): Payload {
  const text = textOf(details, member);
  return text === undefined ? noData : payloadOfText(text);
}

function payloadOfText(text: string): Payload {
  try {
    if (jsonLimitProblem(text) !== undefined) return Payload.ofValue(text);
    parseJson(text);
    return Payload.ofText(text);
  } catch {
    return Payload.ofValue(text);
  }
}

function assignedOf(details: JsonObject): Readonly<Record<string, Payload>> | undefined {
  const variables = memberOf(details, "assignedVariables");
  if (!isJsonObject(variables)) return undefined;
  const entries = Object.entries(variables).map(([name, text]) => [name, payloadOfText(String(text))] as const);
  return Object.fromEntries(entries);
}

function failureOf(details: JsonObject) {
  return { error: textOf(details, "error"), cause: textOf(details, "cause") };
}

function textOf(details: JsonObject, member: string): string | undefined {
  const value = memberOf(details, member);
  return typeof value === "string" ? value : undefined;
}

function numberOf(details: JsonObject, member: string): number | undefined {
  const value = memberOf(details, member);
  return isJsonNumber(value) ? toDouble(value) : undefined;
}
