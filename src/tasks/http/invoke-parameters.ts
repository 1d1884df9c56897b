// The parameters of `http:invoke`, checked as Step Functions checks them before it schedules the task.
import { httpTaskHeadersProblem } from "../../asl/http-task-headers.ts";
import { isJsonArray, isJsonNumber, isJsonObject, type Json, type JsonObject, memberOf } from "../../asl/json.ts";
import type { Payload } from "../../asl/payload.ts";
import { parametersOf } from "../parameters.ts";
import type { Header } from "./client.ts";
import { type ArrayFormat, arrayFormats, scalarText } from "./form.ts";

export interface InvokeParameters {
  readonly url: URL;
  readonly method: string;
  readonly connectionArn: string;
  readonly headers: readonly Header[];
  readonly query: JsonObject;
  readonly body: Json | undefined;
  /** Absent for a body of JSON. */
  readonly form?: ArrayFormat | undefined;
}

export type ParsedParameters = { readonly parameters: InvokeParameters } | { readonly problem: string };

/** A problem is worded for AWS's sentence around it. */
export function parseInvokeParameters(payload: Payload): ParsedParameters {
  const given = parametersOf(payload);
  const missing = ["ApiEndpoint", "Method"].find((name) => member(given, name) === undefined);
  if (missing !== undefined) return { problem: `The field '${missing}' is required but was missing` };
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) return { problem: `The field "${unknown}" is not supported by Step Functions` };
  try {
    return { parameters: parse(given) };
  } catch (error) {
    if (error instanceof ParameterError) return { problem: error.message };
    throw error;
  }
}

const known: ReadonlySet<string> = new Set([
  "ApiEndpoint",
  "Method",
  "Authentication",
  "InvocationConfig",
  "Headers",
  "QueryParameters",
  "RequestBody",
  "Transform",
]);
const methods: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]);

/** The message is the problem of the parameters. */
class ParameterError extends Error {
  override readonly name = "ParameterError";
}

function invalid(name: string, advice: string): ParameterError {
  return new ParameterError(`The value of the field '${name}' has an invalid format: ${advice}`);
}

/** Absent and null are the same. */
function member(parameters: JsonObject, name: string): Json | undefined {
  return memberOf(parameters, name) ?? undefined;
}

/** @throws ParameterError */
function parse(given: JsonObject): InvokeParameters {
  const method = member(given, "Method");
  if (typeof method !== "string" || !methods.has(method)) {
    throw invalid("Method", `give one of ${[...methods].join(", ")}`);
  }
  const parameters = {
    url: endpointOf(member(given, "ApiEndpoint")),
    method,
    connectionArn: connectionArnOf(given),
    headers: headersOf(member(given, "Headers")),
    query: queryOf(member(given, "QueryParameters")),
    body: member(given, "RequestBody"),
    form: formOf(member(given, "Transform")),
  };
  const { body, form } = parameters;
  if (form !== undefined && body !== undefined && !isJsonObject(body)) {
    throw invalid("RequestBody", "give an object, which URL_ENCODED makes a form of");
  }
  return parameters;
}

function endpointOf(value: Json | undefined): URL {
  const url = typeof value === "string" ? URL.parse(value) : null;
  // Names and passwords belong into a connection; an address with them would be shown.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw invalid("ApiEndpoint", "give an address that starts with https://, without a name and password in it");
  }
  url.hash = "";
  return url;
}

function connectionArnOf(given: JsonObject): string {
  const [name, second] = ["InvocationConfig", "Authentication"].filter((each) => member(given, each) !== undefined);
  if (name === undefined) throw new ParameterError("The field 'InvocationConfig' is required but was missing");
  if (second !== undefined) {
    throw new ParameterError("There should only be one of the following fields: [Authentication, InvocationConfig]");
  }
  const config = member(given, name);
  const arn = isJsonObject(config) ? member(config, "ConnectionArn") : undefined;
  if (arn === undefined) throw new ParameterError("The field 'ConnectionArn' is required but was missing");
  if (typeof arn !== "string" || arn === "") throw invalid("ConnectionArn", "give the ARN of a connection");
  return arn;
}

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;

export function isHeaderName(name: string): boolean {
  return headerName.test(name);
}

export function isHeaderValue(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

function headersOf(value: Json | undefined): readonly Header[] {
  if (value === undefined) return [];
  if (!isJsonObject(value)) throw invalid("Headers", "give an object of names and texts");
  const problem = httpTaskHeadersProblem(Object.keys(value));
  if (problem !== undefined) throw new ParameterError(problem);
  return Object.entries(value).flatMap(([name, given]) => {
    const values = isJsonArray(given) ? given : [given];
    if (!isHeaderName(name) || !values.every((each) => isScalar(each) && isHeaderValue(scalarText(each)))) {
      throw invalid("Headers", `${JSON.stringify(name)} must be the name of a header, with a text or a list of texts`);
    }
    return values.map((each): Header => [name, scalarText(each)]);
  });
}

function isScalar(value: Json): boolean {
  return typeof value === "string" || typeof value === "boolean" || isJsonNumber(value);
}

function queryOf(value: Json | undefined): JsonObject {
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw invalid("QueryParameters", "give an object of names and values");
  return value;
}

function formOf(value: Json | undefined): ArrayFormat | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw invalid("Transform", "give an object with RequestBodyEncoding");
  const unknown = Object.keys(value).find((name) => !/^Request(BodyEncoding|EncodingOptions)$/.test(name));
  if (unknown !== undefined) throw new ParameterError(`The field "${unknown}" is not supported by Step Functions`);
  const encoding = member(value, "RequestBodyEncoding") ?? "NONE";
  if (encoding !== "NONE" && encoding !== "URL_ENCODED") {
    throw invalid("RequestBodyEncoding", "give NONE or URL_ENCODED");
  }
  const options = member(value, "RequestEncodingOptions") ?? {};
  const name = isJsonObject(options) ? (member(options, "ArrayFormat") ?? "INDICES") : undefined;
  const format = arrayFormats.find((each) => each === name);
  if (format === undefined) throw invalid("ArrayFormat", `give one of ${arrayFormats.join(", ")}`);
  return encoding === "NONE" ? undefined : format;
}
