// How Step Functions words what went wrong in a service that it called.
import type { TaskOutcome } from "../engine/effect.ts";

export interface ServiceError {
  /** Prefix of the error name, such as `Lambda`. */
  readonly prefix: string;
  /** Name of the service in causes, such as `AWSLambda`. */
  readonly service: string;
  readonly status: number;
  readonly code: string;
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
export function serviceFailed({ prefix, service, status, code, message, requestId }: ServiceError): Failed {
  const name = code.endsWith("Exception") ? code : `${code}Exception`;
  const details = `Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null`;
  return failed(`${prefix}.${name}`, `${message} (${details})`);
}
