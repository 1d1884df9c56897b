// The public form of the journal: history events as GetExecutionHistory answers them (the service model's HistoryEvent;
// which members appear when was read off recorded histories). Paging belongs to the API.
import type { Payload } from "../../asl/payload.ts";
import { resourceName, type TaskResource } from "../../asl/resource.ts";
import {
  type Failure,
  isUnlisted,
  type JournalEvent,
  type StateEntered,
  type StateExited,
  type TaskFailed,
  type TaskScheduled,
  type TaskStarted,
  type TaskSubmitted,
  type TaskSucceeded,
} from "./event.ts";

export interface HistoryOptions {
  /** The region that this server says that it is in; shown by TaskScheduled. */
  readonly region: string;
  /** `includeExecutionData`: without it inputs, outputs, parameters and variables are left out. */
  readonly isDataIncluded: boolean;
}

export interface EventOptions extends HistoryOptions {
  /** The resource of the task that the event's scope is at work on; decides between Lambda, activity and service events. */
  readonly resource?: TaskResource | undefined;
}

/** A history event on the wire: `id`, `previousEventId`, `timestamp` in epoch seconds, `type`, and details where it has any. */
export interface PublicEvent {
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  readonly [details: `${string}EventDetails`]: object;
}

/**
 * The listed events of a journal in order.
 * @param scheduled for a journal that is read from some event on: the resources of the tasks that were scheduled before,
 * by their scopes.
 */
export function publicHistory(
  events: readonly JournalEvent[],
  options: HistoryOptions,
  scheduled: Iterable<readonly [scope: number, resource: TaskResource]> = [],
): readonly PublicEvent[] {
  const resourceOfScope = new Map(scheduled);
  const history: PublicEvent[] = [];
  for (const event of events) {
    if (event.kind === "TaskScheduled") resourceOfScope.set(event.scope, event.resource);
    const resource = "scope" in event ? resourceOfScope.get(event.scope) : undefined;
    const shown = publicEvent(event, { ...options, resource });
    if (shown !== undefined) history.push(shown);
  }
  return history;
}

type TaskEvent = TaskStarted | TaskSubmitted | TaskSucceeded | TaskFailed;

/** Whether an event is shown with the resource of a task that was scheduled before it, where its `previousEventId` leads. */
export function isOfScheduledTask(event: JournalEvent): event is JournalEvent & TaskEvent {
  switch (event.kind) {
    case "TaskStarted":
    case "TaskSubmitted":
    case "TaskSucceeded":
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return true;
    default:
      return false;
  }
}

/** `undefined` for an unlisted event. */
export function publicEvent(event: JournalEvent, options: EventOptions): PublicEvent | undefined {
  if (isUnlisted(event)) return undefined;
  const [type, details, member] = typeAndDetails(event, options);
  return {
    timestamp: event.at / 1000,
    type,
    id: event.id,
    previousEventId: event.previousEventId,
    ...(details === undefined ? {} : { [`${member ?? lowerFirst(type)}EventDetails`]: details }),
  };
}

/** The event's type, its details, and the name of the details where it does not follow from the type. */
type TypeAndDetails = readonly [type: string, details?: object, member?: string];

function typeAndDetails(event: JournalEvent, options: EventOptions): TypeAndDetails {
  switch (event.kind) {
    case "ExecutionStarted": {
      const { roleArn, stateMachineAliasArn, stateMachineVersionArn } = event;
      const qualifiers = present({ stateMachineAliasArn, stateMachineVersionArn });
      return [event.kind, { ...input(event.input, options), roleArn, ...qualifiers }];
    }
    case "ExecutionSucceeded":
      return [event.kind, output(event.output, options)];
    case "ExecutionFailed":
    case "ExecutionTimedOut":
    case "ExecutionAborted":
      return [event.kind, failure(event)];
    case "ExecutionRedriven":
      return [event.kind, { redriveCount: event.redriveCount }];
    case "StateEntered":
      return stateEntered(event, options);
    case "StateExited":
      return stateExited(event, options);
    case "StateAborted":
      return [`${event.stateType}StateAborted`];
    case "TaskScheduled":
      return taskScheduled(event, options);
    case "TaskStarted": {
      const resource = resourceOf(options);
      if (resource.kind === "lambda") return ["LambdaFunctionStarted"];
      if (resource.kind === "activity") return ["ActivityStarted", present({ workerName: event.workerName })];
      return [event.kind, serviceNames(resource)];
    }
    case "TaskSubmitted":
      return [event.kind, { ...serviceNames(resourceOf(options)), ...output(event.output, options) }];
    case "TaskSucceeded": {
      const resource = resourceOf(options);
      return [flavour("Succeeded", resource), { ...serviceNames(resource), ...output(event.output, options) }];
    }
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
      return taskFailed(event, resourceOf(options));
    case "MapStateStarted":
      return [event.kind, { length: event.length }];
    case "MapIterationStarted":
    case "MapIterationSucceeded":
    case "MapIterationFailed":
    case "MapIterationAborted":
      return [event.kind, { name: event.name, index: event.index }];
    case "MapRunStarted":
      return [event.kind, { mapRunArn: event.mapRunArn }];
    case "MapRunFailed":
      return [event.kind, failure(event)];
    case "MapRunRedriven":
      return [event.kind, { mapRunArn: event.mapRunArn, redriveCount: event.redriveCount }];
    case "EvaluationFailed": {
      const { state, error, cause, location } = event;
      return [event.kind, { state, error, cause, ...present({ location }) }];
    }
    default:
      return [event.kind];
  }
}

function stateEntered({ stateType, name, input: entered }: StateEntered, options: HistoryOptions): TypeAndDetails {
  return [`${stateType}StateEntered`, { name, ...input(entered, options) }, "stateEntered"];
}

function stateExited(event: StateExited, options: HistoryOptions): TypeAndDetails {
  const { stateType, name, assigned } = event;
  const details = { name, ...output(event.output, options) };
  const type = `${stateType}StateExited`;
  if (assigned === undefined || !options.isDataIncluded) return [type, details, "stateExited"];
  // AWS lists them by name, in whatever order they were assigned (recorded).
  const texts = Object.entries(assigned)
    .map(([variable, value]) => [variable, value.text] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (texts.length === 0) return [type, details, "stateExited"];
  const variables = {
    assignedVariables: Object.fromEntries(texts),
    assignedVariablesDetails: { truncated: false },
  };
  return [type, { ...details, ...variables }, "stateExited"];
}

function taskScheduled(event: TaskScheduled, options: HistoryOptions): TypeAndDetails {
  const { resource, parameters, timeoutSeconds, heartbeatSeconds, credentialsRoleArn: roleArn } = event;
  const timeouts = present({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds });
  const credentials = roleArn === undefined ? {} : { taskCredentials: { roleArn } };
  if (resource.kind !== "service") {
    const details = { resource: resource.arn, ...input(parameters, options), ...timeouts, ...credentials };
    return [flavour("Scheduled", resource), details];
  }
  const data = options.isDataIncluded ? { parameters: parameters.text } : {};
  return [event.kind, { ...serviceNames(resource), region: options.region, ...data, ...timeouts, ...credentials }];
}

function taskFailed(event: TaskFailed, resource: TaskResource): TypeAndDetails {
  const ending = event.kind.slice("Task".length);
  return [flavour(ending, resource), { ...serviceNames(resource), ...failure(event) }];
}

/** An event of a task that was never scheduled can only come of a broken journal; it must not hide the history. */
const unknownResource: TaskResource = { kind: "service", arn: "", service: "", action: "", pattern: "requestResponse" };

function resourceOf({ resource }: EventOptions): TaskResource {
  return resource ?? unknownResource;
}

function flavour(ending: string, { kind }: TaskResource): string {
  const subject = kind === "lambda" ? "LambdaFunction" : kind === "activity" ? "Activity" : "Task";
  return `${subject}${ending}`;
}

/** Only service tasks name what they call in every event. */
function serviceNames(resource: TaskResource): object {
  return resource.kind === "service" ? { resourceType: resource.service, resource: resourceName(resource) } : {};
}

function input(payload: Payload, { isDataIncluded }: HistoryOptions): object {
  return isDataIncluded ? { input: payload.text, inputDetails: { truncated: false } } : {};
}

function output(payload: Payload, { isDataIncluded }: HistoryOptions): object {
  return isDataIncluded ? { output: payload.text, outputDetails: { truncated: false } } : {};
}

function failure({ error, cause }: Failure): object {
  return present({ error, cause });
}

/** Leaves out the members that are `undefined`: absent on the wire means absent, never null. */
function present(members: Readonly<Record<string, string | number | undefined>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function lowerFirst(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}
