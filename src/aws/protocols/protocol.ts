// Requests and responses on the wire, written and read by the protocols of the AWS SDK from our models.
// Importing this file loads them, so it is imported when the first call is made.
import { hash } from "node:crypto";
import {
  AwsEc2QueryProtocol,
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsRestXmlProtocol,
  AwsSmithyRpcV2CborProtocol,
} from "@aws-sdk/core/protocols";
import { buildQueryString, JsonCodec2 } from "@smithy/core/protocols";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "@smithy/core/serde";
import { HttpResponse } from "@smithy/core/transport";
import { type OperationModel, type ServiceModel, shapeOf, structureOf, traitsOf } from "../models/model.ts";
import { Schemas } from "./schemas.ts";

export interface WireRequest {
  readonly method: string;
  /** The part of the host in AWS that is the operation's, such as `api.`; empty for most. */
  readonly hostPrefix: string;
  /** Path and query, below the endpoint's own path. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Members by the names of the model; blobs as bytes, timestamps as `Date`. */
export type Members = Readonly<Record<string, unknown>>;

export type WireAnswer =
  | { readonly kind: "answered"; readonly output: Members }
  /** `code` is empty where the response tells none. */
  | {
      readonly kind: "refused";
      readonly code: string;
      /** The name of the error's shape, where the code is one that the service had in another protocol. */
      readonly shape?: string | undefined;
      readonly message: string;
      readonly requestId: string;
    }
  /** Nothing that the protocol has. */
  | { readonly kind: "unreadable"; readonly message: string };

type Protocol = Pick<AwsRestXmlProtocol, "serializeRequest" | "deserializeResponse" | "setSerdeContext">;

/** The parts of a client that protocols ask for. */
const serde = { base64Decoder: fromBase64, base64Encoder: toBase64, utf8Decoder: fromUtf8, utf8Encoder: toUtf8 };
const endpointHost = "endpoint";
const smithyContext = "__smithy_context";

/** Writes requests and reads responses of one service. */
export class ServiceProtocol {
  readonly #model: ServiceModel;
  readonly #protocol: Protocol;
  readonly #schemas: Schemas;

  constructor(model: ServiceModel) {
    this.#model = model;
    this.#protocol = protocolOf(model);
    this.#protocol.setSerdeContext(serde as never);
    this.#schemas = new Schemas(model);
  }

  /** @throws Error when a member that is part of the path or the host is missing or empty. */
  async write(name: string, operation: OperationModel, input: Members): Promise<WireRequest> {
    const schema = this.#schemas.operation(name, operation);
    const request = await this.#protocol.serializeRequest(schema as never, input, this.#context(name));
    const { method, hostname, path, query = {}, body } = request;
    const headers = { ...request.headers, ...textHeaders(this.#model, operation, input) };
    const search = buildQueryString(query);
    return {
      method,
      hostPrefix: hostname.slice(0, hostname.length - endpointHost.length),
      target: search === "" ? path : `${path}?${search}`,
      headers: operation.isChecksumRequired === true ? withChecksum(headers, bytesOf(body)) : headers,
      body: bytesOf(body),
    };
  }

  async read(name: string, operation: OperationModel, { status, headers, body }: WireResponse): Promise<WireAnswer> {
    const schema = this.#schemas.operation(name, operation);
    const response = new HttpResponse({ statusCode: status, headers: { ...headers }, body });
    try {
      const output = await this.#protocol.deserializeResponse(schema as never, this.#context(name), response);
      return { kind: "answered", output: { ...emptyStream(this.#model, operation), ...output } };
    } catch (error) {
      return (
        refusalOf(error) ?? { kind: "unreadable", message: error instanceof Error ? error.message : String(error) }
      );
    }
  }

  #context(operation: string): never {
    const endpoint = { protocol: "https:", hostname: endpointHost, path: "/" };
    const service = this.#model.targetPrefix;
    return { ...serde, endpoint: () => Promise.resolve(endpoint), [smithyContext]: { service, operation } } as never;
  }
}

function protocolOf(model: ServiceModel): Protocol {
  const { protocol, jsonVersion, apiVersion, xmlNamespace = "", targetPrefix: serviceTarget = "" } = model;
  const defaultNamespace = "aws";
  const awsQueryCompatible = model.isQueryCompatible === true;
  const jsonCodec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });
  const jsonOptions = { defaultNamespace, serviceTarget, awsQueryCompatible, jsonCodec };
  const queryOptions = { defaultNamespace, version: apiVersion, xmlNamespace };
  switch (protocol) {
    case "json":
      return jsonVersion === "1.0" ? new AwsJson1_0Protocol(jsonOptions) : new AwsJson1_1Protocol(jsonOptions);
    case "rest-json":
      return new AwsRestJsonProtocol({ defaultNamespace });
    case "rest-xml":
      return new AwsRestXmlProtocol({ defaultNamespace, xmlNamespace });
    case "query":
      return new AwsQueryProtocol(queryOptions);
    case "ec2":
      return new AwsEc2QueryProtocol(queryOptions);
    case "smithy-rpc-v2-cbor":
      return new AwsSmithyRpcV2CborProtocol({ defaultNamespace, awsQueryCompatible });
  }
}

/** The member that streams the body, where there is one. */
function streamOf(model: ServiceModel, shape: string | undefined): string | undefined {
  const { payload, members } = structureOf(model, shape);
  const member = payload === undefined ? undefined : members[payload];
  if (member === undefined) return undefined;
  const target = shapeOf(model, member);
  const isStream = traitsOf(member).streaming === true || ("streaming" in target && target.streaming === true);
  return isStream ? payload : undefined;
}

/** Tasks stream texts, and the AWS SDK says so of one whose type is not given (recorded). */
function textHeaders(model: ServiceModel, { input: shape }: OperationModel, input: Members): WireRequest["headers"] {
  const stream = streamOf(model, shape);
  if (stream === undefined || input[stream] === undefined) return {};
  const types = Object.entries(structureOf(model, shape).members).filter(
    ([, member]) => traitsOf(member).locationName?.toLowerCase() === "content-type",
  );
  const isGiven = types.some(([name]) => input[name] !== undefined);
  return isGiven ? {} : { "content-type": "text/plain; charset=UTF-8" };
}

/** A body of nothing is a text of nothing (recorded). */
function emptyStream(model: ServiceModel, { output }: OperationModel): Members {
  const stream = streamOf(model, output);
  return stream === undefined ? {} : { [stream]: new Uint8Array() };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : "");
}

/** The checksum that all services that want one have always taken; one that the task gave is kept. */
function withChecksum(headers: WireRequest["headers"], body: Uint8Array): WireRequest["headers"] {
  const hasOne = Object.keys(headers).some((name) =>
    /^content-md5$|^x-amz-checksum-|^x-amz-content-sha256$/i.test(name),
  );
  return hasOne ? headers : { ...headers, "content-md5": hash("md5", body, "base64") };
}

/** No error is registered with the protocols, so they throw each as one of its name. */
function refusalOf(error: unknown): WireAnswer | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { requestId } = error.$metadata as { readonly requestId?: string };
  const code = error.name === "Unknown" || error.name === "Error" ? "" : error.name;
  const message = error.message === "UnknownError" || error.message === "Unknown" ? "" : error.message;
  const type = "__type" in error && typeof error.__type === "string" ? error.__type : undefined;
  return { kind: "refused", code, shape: type?.split("#").at(-1), message, requestId: requestId ?? "" };
}
