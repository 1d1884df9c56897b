// `SdkHttpMetadata` and `SdkResponseMetadata` in results of optimized integrations: the headers that AWS's services
// answer with, in the order in which Step Functions was recorded to show them.
import { type JsonObject, setMember, type Json } from "../asl/json.ts";

export interface ResponseFacts {
  readonly requestId: string;
  readonly status: number;
  /** Bytes of the body. */
  readonly contentLength: number;
  /** Epoch milliseconds of the response. */
  readonly at: number;
}

export interface LambdaResponseFacts extends ResponseFacts {
  readonly executedVersion: string | undefined;
  readonly logResult: string | undefined;
}

type Headers = readonly (readonly [name: string, value: string | undefined])[];

export function lambdaMetadata(facts: LambdaResponseFacts): JsonObject {
  const { requestId, contentLength, executedVersion, logResult } = facts;
  const digits = requestId.replaceAll("-", "");
  const all = {
    logResult: ["X-Amz-Log-Result", logResult],
    version: ["X-Amz-Executed-Version", executedVersion],
    remapped: ["x-amzn-Remapped-Content-Length", "0"],
    connection: ["Connection", "keep-alive"],
    requestId: ["x-amzn-RequestId", requestId],
    length: ["Content-Length", String(contentLength)],
    date: ["Date", httpDate(facts.at)],
    trace: ["X-Amzn-Trace-Id", `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Sampled=0`],
    type: ["Content-Type", "application/json"],
  } as const;
  const { version, remapped, connection, length, date, trace, type } = all;
  return metadata(facts, {
    allHttpHeaders: [all.logResult, version, remapped, connection, all.requestId, length, date, trace, type],
    httpHeaders: [connection, length, type, date, version, all.logResult, remapped, all.requestId, trace],
  });
}

export function statesMetadata(facts: ResponseFacts): JsonObject {
  const requestId = ["x-amzn-RequestId", facts.requestId] as const;
  const connection = ["connection", "keep-alive"] as const;
  const length = ["Content-Length", String(facts.contentLength)] as const;
  const date = ["Date", httpDate(facts.at)] as const;
  const type = ["Content-Type", "application/x-amz-json-1.0"] as const;
  return metadata(facts, {
    allHttpHeaders: [requestId, connection, length, date, type],
    httpHeaders: [connection, length, type, date, requestId],
  });
}

export interface AnswerFacts {
  readonly requestId: string;
  readonly status: number;
  /** As they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The metadata of an answer that came over HTTP: all headers as they came, and the last of each in alphabetical order. */
export function answerMetadata({ headers, ...facts }: AnswerFacts): JsonObject {
  const order = (a: readonly [string, string], b: readonly [string, string]): number =>
    a[0].toLowerCase() < b[0].toLowerCase() ? -1 : 1;
  return metadata(facts, { allHttpHeaders: headers, httpHeaders: headers.toSorted(order) });
}

interface HeaderLists {
  readonly allHttpHeaders: Headers;
  readonly httpHeaders: Headers;
}

function metadata(
  { requestId, status }: Pick<ResponseFacts, "requestId" | "status">,
  { allHttpHeaders, httpHeaders }: HeaderLists,
): JsonObject {
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: headerObject(allHttpHeaders, (value) => [value]),
      HttpHeaders: headerObject(httpHeaders, (value) => value),
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

function headerObject(headers: Headers, present: (value: string) => Json): JsonObject {
  const object: { [name: string]: Json } = {};
  for (const [name, value] of headers) if (value !== undefined) setMember(object, name, present(value));
  return object;
}

function httpDate(at: number): string {
  return new Date(at).toUTCString();
}
