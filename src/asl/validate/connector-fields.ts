// The parameters that a Task gives to a service: that it gives anything at all, and the fields without which no request can
// be made. Fields that a service does not know are no matter here; AWS finds them when the task is scheduled.
import { httpTaskHeadersProblem } from "../http-task-headers.ts";
import { isJsonObject, type JsonObject, memberOf } from "../json.ts";
import { optimizedFields } from "../optimized-fields.ts";
import type { TaskResource } from "../resource.ts";
import { below, type Place, reportSchema } from "./place.ts";
import { isDowngraded } from "./shape.ts";

type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

export function checkConnectorFields(task: JsonObject, { arn, service, action }: ServiceResource, place: Place): void {
  if (isDowngraded(place)) return;
  const name = place.language === "JSONata" ? "Arguments" : "Parameters";
  const given = memberOf(task, name);
  if (given === undefined) {
    const hint = { mistake: { kind: "no parameters", name } } as const;
    return reportSchema(below(place, "Resource"), `${name} field is required for resource ARN: ${arn}`, hint);
  }
  // One expression gives fields that nobody knows before it is evaluated.
  if (!isJsonObject(given)) return;
  for (const field of optimizedFields(`${service}:${action}`)?.required ?? []) {
    if (!hasField(given, field, place)) reportMissingField(field, below(place, name), given);
  }
  if (service === "http") checkHeaders(given, below(place, name));
}

/** Names of headers stand in the definition, also where their values are from paths. */
function checkHeaders(parameters: JsonObject, place: Place): void {
  const headers = memberOf(parameters, "Headers");
  if (!isJsonObject(headers)) return;
  const names = Object.keys(headers);
  const plain = place.language === "JSONPath" ? names.map((name) => name.replace(/\.\$$/, "")) : names;
  const problem = httpTaskHeadersProblem(plain);
  if (problem !== undefined) reportSchema(place, problem);
}

/** Whether an object has a field, in JSONPath states also one that a path or an intrinsic call fills. */
export function hasField(object: JsonObject, field: string, { language }: Place): boolean {
  return Object.hasOwn(object, field) || (language === "JSONPath" && Object.hasOwn(object, `${field}.$`));
}

export function reportMissingField(field: string, place: Place, object: JsonObject): undefined {
  const hint = { mistake: { kind: "missing field", name: field, object } } as const;
  reportSchema(place, `The field '${field}' is required but was missing`, hint);
}
