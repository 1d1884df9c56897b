// `apigateway:invoke`: a request to an API of API Gateway.
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  setMember,
  stringifyJson,
} from "../../asl/json.ts";
import { jsonLimitProblem } from "../../asl/json-limits.ts";
import type { ApiAnswer, ApiCall, CallApi } from "../../aws/call-api.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { Connector } from "../connector.ts";
import { isJson } from "../functions/invocation.ts";
import { parametersOf, textMember } from "../parameters.ts";
import { failed } from "../service-error.ts";
import { accepted, unanswered } from "./outcome.ts";

const prefix = "ApiGateway";

export function apiGatewayConnector(callApi: CallApi): Connector {
  return {
    parameterProblem: (parameters) => parameterProblem(parametersOf(parameters)),
    async perform(task, signal) {
      const parameters = parametersOf(task.parameters);
      const answer = await callApi({ ...callOf(parameters), roleArn: task.credentialsRoleArn }, signal);
      if (answer.kind === "answered") return outcomeOf(answer, task);
      if (answer.kind === "refused") return failed(`${prefix}.${answer.code || answer.status}`, answer.message);
      return unanswered(answer, task, prefix);
    },
  };
}

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
const methodsWithBody = new Set(["PATCH", "POST", "PUT"]);
const authTypes = ["NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"];
const forbiddenHeader =
  /^(?:authorization|connection|content-md5|expect|host|max-forwards|proxy-authenticate|server|te|transfer-encoding|trailer|upgrade|via|www-authenticate|x-forwarded.*|x-amzn?-.*)$/i;

type Check = (value: Json) => boolean;
const text: Check = (value) => typeof value === "string";
const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && values.includes(value);
const lists: Check = (value) =>
  isJsonObject(value) && Object.values(value).every((list) => isJsonArray(list) && list.every(text));

const fields: Readonly<Record<string, Check>> = {
  ApiEndpoint: (value) => typeof value === "string" && /^[A-Za-z0-9.:-]{1,253}$/.test(value),
  Method: oneOf(methods),
  Headers: lists,
  Stage: text,
  Path: text,
  QueryParameters: lists,
  RequestBody: () => true,
  AllowNullValues: (value) => typeof value === "boolean",
  AuthType: oneOf(authTypes),
};

function parameterProblem(parameters: JsonObject): string | undefined {
  for (const name of ["ApiEndpoint", "Method"]) {
    if ((memberOf(parameters, name) ?? null) === null) return `The field '${name}' is required but was missing`;
  }
  for (const [name, value] of Object.entries(parameters)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check === undefined) return `The field ${JSON.stringify(name)} is not supported by Step Functions`;
    if (value !== null && !check(value)) return `The value of the field '${name}' has an invalid format`;
  }
  const headers = memberOf(parameters, "Headers");
  const forbidden = isJsonObject(headers) ? Object.keys(headers).find((name) => forbiddenHeader.test(name)) : undefined;
  return forbidden === undefined ? undefined : `The header ${JSON.stringify(forbidden)} is not allowed`;
}

function callOf(parameters: JsonObject): Omit<ApiCall, "roleArn"> {
  const method = textMember(parameters, "Method") ?? "";
  const body = methodsWithBody.has(method) ? bodyOf(parameters) : undefined;
  const path = ["Stage", "Path"]
    .flatMap((name) => (textMember(parameters, name) ?? "").split("/"))
    .filter((part) => part !== "");
  const query = listsOf(memberOf(parameters, "QueryParameters")).flatMap(([name, values]) =>
    values.map((value) => `${escaped(name)}=${escaped(value)}`),
  );
  return {
    host: textMember(parameters, "ApiEndpoint") ?? "",
    method,
    target: `/${path.map(escaped).join("/")}${query.length === 0 ? "" : `?${query.join("&")}`}`,
    headers: headersOf(parameters, body),
    body: body ?? "",
    isSigned: ["IAM_ROLE", "RESOURCE_POLICY"].includes(textMember(parameters, "AuthType") ?? ""),
  };
}

/**
 * One for each name, whatever its case: the signature has each once. The length is that of the body, or else the next request
 * on the connection would be taken for a part of it.
 */
function headersOf(parameters: JsonObject, body: string | undefined): ApiCall["headers"] {
  const given = new Map<string, readonly string[]>();
  for (const [name, list] of listsOf(memberOf(parameters, "Headers"))) {
    const key = name.toLowerCase();
    given.set(key, [...(given.get(key) ?? []), ...list]);
  }
  given.delete("content-length");
  if (body !== undefined && !given.has("content-type")) given.set("content-type", ["application/json"]);
  return Object.fromEntries([...given].map(([name, list]) => [name, list.join(",")]));
}

/** Any JSON, a text too, is sent as JSON (recorded by its length). */
function bodyOf(parameters: JsonObject): string | undefined {
  const body = memberOf(parameters, "RequestBody") ?? null;
  if (body === null) return undefined;
  return stringifyJson(memberOf(parameters, "AllowNullValues") === true ? body : withoutNulls(body));
}

function withoutNulls(value: Json): Json {
  if (isJsonArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) if (item !== null) setMember(kept, name, withoutNulls(item));
  return kept;
}

function listsOf(value: Json | undefined): readonly (readonly [name: string, values: readonly string[]])[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, list]) => [name, isJsonArray(list) ? list.map(String) : []]);
}

function escaped(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}

type Answered = Extract<ApiAnswer, { readonly kind: "answered" }>;

function outcomeOf({ status, headers, contentType, body }: Answered, task: PerformTask): TaskOutcome {
  if (status < 200 || status > 299) return failed(`${prefix}.${status}`, body);
  const isReadable = contentType.includes("json") && isJson(body) && jsonLimitProblem(body) === undefined;
  return accepted(task, {
    Headers: headerLists(headers),
    ResponseBody: isReadable ? parseJson(body) : body,
    StatusCode: status,
    StatusText: reasons[status] ?? "",
  });
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
};

function headerLists(headers: Answered["headers"]): JsonObject {
  const sorted = headers.toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const all: { [name: string]: string[] } = {};
  for (const [name, value] of sorted)
    setMember(all, name, [...(Object.hasOwn(all, name) ? (all[name] ?? []) : []), value]);
  return all;
}
