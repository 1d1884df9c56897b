// How Step Functions words what went wrong in a service that it called.
import { exceptionName } from "../aws/models/names.ts";
import type { TaskOutcome } from "../engine/effect.ts";

export interface ServiceError {
  /** Prefix of the error name, such as `Lambda`. */
  readonly prefix: string;
  /** Name of the service in causes, such as `AWSLambda`. */
  readonly service: string;
  readonly status: number;
  readonly code: string;
  /** The name of the error without its prefix, where the code does not tell it. */
  readonly exception?: string | undefined;
  readonly message: string;
  readonly requestId: string;
}

type Failed = Extract<TaskOutcome, { readonly kind: "failed" }>;

/** Longest error and cause of an event (AWS quotas). */
const maxErrorLength = 256;
const maxCauseLength = 32_768;

export function failed(error: string, cause: string): Failed {
  return { kind: "failed", error: error.slice(0, maxErrorLength), cause: cause.slice(0, maxCauseLength) };
}

/** The form of optimized integrations: `<Prefix>.<Code>Exception`. */
export function serviceFailed(error: ServiceError): Failed {
  const { prefix, service, status, code, message, requestId } = error;
  const name = error.exception ?? exceptionName(code);
  const details = `Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId || "null"}; Proxy: null`;
  return failed(`${prefix}.${name}`, `${message} (${details})`);
}

export interface SdkError {
  /** Such as `DynamoDb`. */
  readonly prefix: string;
  readonly exception: string;
  readonly status: number;
  readonly message: string;
  readonly requestId: string;
  readonly extendedRequestId?: string | undefined;
}

/** The form of the AWS SDK integration. */
export function sdkFailed({ prefix, exception, status, message, requestId, extendedRequestId }: SdkError): Failed {
  const extended = extendedRequestId === undefined ? "" : `, Extended Request ID: ${extendedRequestId}`;
  const details = `(Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId || "null"}${extended})`;
  return failed(`${prefix}.${exception}`, `${message} ${details} (SDK Attempt Count: 1)`);
}
