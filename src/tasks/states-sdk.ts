// `aws-sdk:sfn:<action>`: every action of this very API, as a task. Parameters and results are in the AWS SDK's form:
// names in PascalCase, timestamps in ISO 8601.
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, setMember, stringifyJson } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { formatTimestamp } from "../asl/timestamp.ts";
import { type Connector, idempotencyKey } from "./connector.ts";
import { exceptionName } from "../aws/models/names.ts";
import type { CallAction } from "./ports.ts";
import { requestIdOf } from "./request-id.ts";
import { sdkFailed } from "./service-error.ts";

export function statesSdkConnector(callAction: CallAction): Connector {
  return {
    async perform(task, signal) {
      const { resource, parameters } = task;
      const action = resource.kind === "service" ? upperFirst(resource.action) : "";
      const answer = await callAction(action, requestOf(parameters.value), signal);
      if (answer.kind === "error") {
        const { name, message, status } = answer;
        const requestId = requestIdOf(idempotencyKey(task));
        return sdkFailed({ prefix: "Sfn", exception: exceptionName(name), status, message, requestId });
      }
      const output = Payload.ofValue(resultOf(parseJson(answer.body), ""));
      return { kind: resource.pattern === "requestResponse" ? "succeeded" : "submitted", output };
    },
  };
}

/** Members that hold JSON as text: what is given as JSON is written as text, as Step Functions does. */
const textMembers = new Set(["Input", "Output", "Definition"]);

function requestOf(value: Json): Json {
  if (isJsonArray(value)) return value.map(requestOf);
  if (!isJsonObject(value)) return value;
  const request: { [name: string]: Json } = {};
  for (const name of Object.keys(value)) {
    const member = memberOf(value, name) ?? null;
    if (member === null) continue;
    const isText = textMembers.has(name) && typeof member !== "string";
    setMember(request, lowerFirst(name), isText ? stringifyJson(member) : requestOf(member));
  }
  return request;
}

function resultOf(value: Json, name: string): Json {
  if (isJsonArray(value)) return value.map((item) => resultOf(item, ""));
  if (typeof value === "number" && /date$|^timestamp$/i.test(name)) return formatTimestamp(Math.round(value * 1000));
  if (!isJsonObject(value)) return value;
  const result: { [member: string]: Json } = {};
  for (const member of Object.keys(value)) {
    setMember(result, upperFirst(member), resultOf(memberOf(value, member) ?? null, member));
  }
  return result;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
