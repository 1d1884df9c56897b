// Where the tasks of a definition go: to which function, address, server or workers. Told to those who watch their workflows.
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import { parseTaskResource, type TaskResource } from "../../asl/resource.ts";
import { shownAddress } from "../../aws/endpoint.ts";
import type { FunctionTarget, FunctionTargets } from "../../tasks/functions/config.ts";
import { calledFunction, findFunction, literalParameter } from "./called-functions.ts";
import { shownPath } from "./definition-file.ts";

export interface TaskPlace {
  /** Such as `./orders.ts#handler`, `http://127.0.0.1:4566 (AWS_ENDPOINT_URL)` and `this server`. */
  readonly place: string;
  /** The names of the states whose tasks go there. */
  readonly states: readonly string[];
}

export interface KnownPlaces {
  readonly functions: FunctionTargets;
  /** Where functions are called that are not among them. */
  readonly lambdaApi?: string | undefined;
  /** An ARN of the account and region of the workflows. */
  readonly homeArn: string;
  /** Where a task of an AWS service goes; `undefined` for a resource that is none. */
  readonly servicePlace: (resource: TaskResource) => string | undefined;
}

/** In the order in which the definition has the first task of each. */
export function taskPlaces(definition: Json, known: KnownPlaces): readonly TaskPlace[] {
  const places = new Map<string, string[]>();
  for (const [name, task] of tasksIn(definition)) {
    const arn = memberOf(task, "Resource");
    const resource = typeof arn === "string" ? parseTaskResource(arn) : undefined;
    const place = resource && placeOf(task, resource, known);
    if (place === undefined) continue;
    const states = places.get(place);
    if (states === undefined) places.set(place, [name]);
    else states.push(name);
  }
  return [...places].map(([place, states]) => ({ place, states }));
}

function tasksIn(value: Json | undefined): readonly (readonly [name: string, task: JsonObject])[] {
  if (isJsonArray(value ?? null)) return (value as readonly Json[]).flatMap((branch) => tasksIn(branch));
  const states = isJsonObject(value) ? memberOf(value, "States") : undefined;
  if (!isJsonObject(states)) return [];
  return Object.entries(states).flatMap(([name, state]) => {
    if (!isJsonObject(state)) return [];
    if (memberOf(state, "Type") === "Task") return [[name, state] as const];
    return ["Branches", "ItemProcessor", "Iterator"].flatMap((member) => tasksIn(memberOf(state, member)));
  });
}

function placeOf(task: JsonObject, resource: TaskResource, known: KnownPlaces): string | undefined {
  if (resource.kind === "activity")
    return `workers of the activity ${resource.arn.slice(resource.arn.lastIndexOf(":") + 1)}`;
  if (resource.kind === "lambda") return functionPlace(resource.arn, known);
  switch (`${resource.service}:${resource.action}`) {
    case "lambda:invoke": {
      const name = calledFunction(task, resource);
      return name === undefined ? "a function that is named when the state runs" : functionPlace(name, known);
    }
    case "http:invoke": {
      const url = URL.parse(literalParameter(task, "ApiEndpoint")?.text ?? "");
      return url === null ? "an address that is known when the state runs" : url.origin;
    }
    default:
      return /^(?:aws-sdk:sfn|states)$/.test(resource.service) ? "this server" : known.servicePlace(resource);
  }
}

function functionPlace(text: string, { functions, lambdaApi, homeArn }: KnownPlaces): string | undefined {
  const found = findFunction(text, functions, homeArn);
  if (found === undefined) return undefined;
  const { name, target } = found;
  if (target !== undefined) return targetPlace(target);
  if (lambdaApi !== undefined) return `the function ${name} at ${shownAddress(lambdaApi)}`;
  return `nowhere: there is no function ${name}`;
}

function targetPlace(target: FunctionTarget): string {
  switch (target.kind) {
    case "module":
      return `${shownPath(target.path)}${target.exportName === undefined ? "" : `#${target.exportName}`}`;
    case "runtime":
      return `${target.handler} in ${shownPath(target.cwd)} (${target.runtime})`;
    case "command":
      // A line for the shell may hold secrets.
      return typeof target.command === "string" ? "a command" : `the command ${target.command[0]}`;
    case "url":
      return shownAddress(target.url);
  }
}
