// The port by which tasks call any action of any AWS service: one request, and how it came out. Nothing here retries.
import type { JsonObject } from "../asl/json.ts";
import type { MemberNames } from "./models/names.ts";

export interface AwsCall {
  /** As in the ARN of an `aws-sdk` task, such as `ecs` and `emrserverless`. */
  readonly service: string;
  /** In camelCase, such as `runTask`. */
  readonly action: string;
  /** Members in PascalCase. Null is as absent. */
  readonly input: JsonObject;
  /** Whose names the members of the input and of the output have; the service's own by default. */
  readonly names?: MemberNames | undefined;
  /** The role to call it in; absent for the credentials that the server has. */
  readonly roleArn?: string | undefined;
  /** Another region than the service's configured one. */
  readonly region?: string | undefined;
  /**
   * A UUID for the member by which a service tells repetitions of a request (a client token, an idempotency token), where
   * it has one and the input has none: the same for all performances of an attempt. A random one by default.
   */
  readonly idempotencyToken?: string | undefined;
}

export type AwsAnswer =
  | AwsAnswered
  | AwsRefused
  /** Nobody answered, or what answered speaks another language. Also when the signal aborts. */
  | { readonly kind: "unreachable"; readonly message: string }
  /** An answer that is larger than any result of a task may be. */
  | { readonly kind: "tooLarge"; readonly message: string }
  /** Neither an endpoint nor credentials are configured: nothing was sent. The message shows the line to add. */
  | { readonly kind: "notConfigured"; readonly message: string }
  /** The input is no request of that action, in AWS's words, or Pawl knows no such action: nothing was sent. */
  | { readonly kind: "invalid"; readonly message: string };

export interface AwsAnswered {
  readonly kind: "answered";
  /** Names in PascalCase and in the order of the alphabet; blobs and streams as texts, timestamps in ISO 8601. */
  readonly output: JsonObject;
  readonly status: number;
  readonly requestId: string;
  /** Names and values as they came and in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The service said no. */
export interface AwsRefused {
  readonly kind: "refused";
  readonly status: number;
  /** The name of the error as the service gave it, such as `NoSuchKey`; empty where it gave none. */
  readonly code: string;
  /** The name of the error in the service's model, such as `NoSuchKey`; absent for one that it does not have. */
  readonly modelled?: string | undefined;
  readonly message: string;
  readonly requestId: string;
  /** S3 gives one more. */
  readonly extendedRequestId?: string | undefined;
}

/** Never rejects for what the service, the network or the input does. */
export type CallAws = (call: AwsCall, signal: AbortSignal) => Promise<AwsAnswer>;
