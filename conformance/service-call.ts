// Calls of the recordings to services other than Step Functions, in each service's own protocol. Nothing is signed:
// the endpoint needs to know only which service and region a request is for.
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from "../src/asl/json.ts";
import { dateMark } from "./client.ts";

export interface ServiceCall {
  readonly service: string;
  readonly op: string;
  readonly params: JsonObject;
}
interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly target?: string;
  readonly body: string;
}

/** Services that speak JSON: version of the protocol, and prefix of the action. */
const jsonServices: Readonly<Record<string, readonly [version: string, prefix: string]>> = {
  dynamodb: ["1.0", "DynamoDB_20120810"],
  events: ["1.1", "AWSEvents"],
  logs: ["1.1", "Logs_20140328"],
  secretsmanager: ["1.1", "secretsmanager"],
  sqs: ["1.0", "AmazonSQS"],
};
/** Services that take forms: version of their API. */
const queryServices: Readonly<Record<string, string>> = { sns: "2010-03-31" };
/** Members that are not in the path are the body. */
const restPaths: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  s3: {
    CreateBucket: "PUT /{Bucket}",
    GetObject: "GET /{Bucket}/{Key}",
    PutObject: "PUT /{Bucket}/{Key}",
  },
  apigateway: {
    CreateRestApi: "POST /restapis",
    CreateResource: "POST /restapis/{restApiId}/resources/{parentId}",
    PutMethod: "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}",
    PutIntegration: "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration",
    PutIntegrationResponse:
      "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}",
    PutMethodResponse: "PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}",
    CreateDeployment: "POST /restapis/{restApiId}/deployments",
  },
};
/** Members that have another name in the body. */
const bodyNames: Readonly<Record<string, string>> = { integrationHttpMethod: "httpMethod" };

export function canCall({ service, op }: Pick<ServiceCall, "service" | "op">): boolean {
  return service in jsonServices || service in queryServices || restPaths[service]?.[op] !== undefined;
}

/** @throws Error when the service refuses. */
export async function callService(
  call: ServiceCall,
  { url, region, account }: { readonly url: string; readonly region: string; readonly account: string },
): Promise<JsonObject> {
  const { method, path, contentType, target, body } = encodeCall(call);
  const scope = `${account}/20260101/${region}/${call.service}/aws4_request`;
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
      "content-type": contentType,
      ...(target === undefined ? {} : { "x-amz-target": target }),
    },
    ...(method === "GET" ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${call.service}.${call.op} failed: ${response.status} ${text.slice(0, 300)}`);
  if (call.service === "s3") return decodeObject(text, response.headers);
  if (call.service in queryServices) return decodeXml(text);
  const parsed = text === "" ? {} : parseJson(text);
  return isJsonObject(parsed) ? parsed : {};
}

export function encodeCall({ service, op, params }: ServiceCall): HttpRequest {
  const [version, prefix] = jsonServices[service] ?? [];
  if (version !== undefined) {
    return {
      method: "POST",
      path: "/",
      contentType: `application/x-amz-json-${version}`,
      target: `${prefix}.${op}`,
      body: stringifyJson(params),
    };
  }
  const queryVersion = queryServices[service];
  if (queryVersion !== undefined) {
    const fields = Object.entries({ Action: op, Version: queryVersion, ...params }).flatMap(flatten);
    const body = new URLSearchParams(fields).toString();
    return { method: "POST", path: "/", contentType: "application/x-www-form-urlencoded", body };
  }
  const [method = "", template = ""] = restPaths[service]?.[op]?.split(" ") ?? [];
  const rest = new Map(Object.entries(params));
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return String(value).split("/").map(encodeURIComponent).join("/");
  });
  if (service === "s3")
    return { method, path, contentType: "binary/octet-stream", body: String(rest.get("Body") ?? "") };
  const members = [...rest].map(([name, value]) => [bodyNames[name] ?? name, value] as const);
  return { method, path, contentType: "application/json", body: stringifyJson(Object.fromEntries(members)) };
}

/** Lists as `name.member.1`, maps as `name.entry.1.key` and `name.entry.1.value`. */
function flatten([name, value]: readonly [name: string, value: Json]): [name: string, value: string][] {
  if (isJsonArray(value)) return value.flatMap((item, i) => flatten([`${name}.member.${i + 1}`, item]));
  if (!isJsonObject(value)) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, member], i) => [
    [`${name}.entry.${i + 1}.key`, key] satisfies [string, string],
    ...flatten([`${name}.entry.${i + 1}.value`, member]),
  ]);
}

/** The elements that hold only text: no answer to a recorded call nests what a later one needs. */
export function decodeXml(text: string): JsonObject {
  return Object.fromEntries(
    [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

function decodeObject(body: string, headers: Headers): JsonObject {
  return {
    AcceptRanges: headers.get("accept-ranges") ?? "",
    Body: body,
    ContentLength: Number(headers.get("content-length")),
    ContentType: headers.get("content-type") ?? "",
    ETag: headers.get("etag") ?? "",
    LastModified: dateMark,
    Metadata: {},
  };
}
