// The port by which tasks call any action of any AWS service: one request, and how it came out. Nothing here retries.
import type { JsonObject } from "../asl/json.ts";

export interface AwsCall {
  /** As in the ARN of an `aws-sdk` task, such as `ecs`. */
  readonly service: string;
  /** In camelCase, such as `runTask`. */
  readonly action: string;
  /** Members in PascalCase, as the AWS SDK integration takes them. */
  readonly input: JsonObject;
  /** The role to call it in; absent for the credentials that the server has. */
  readonly roleArn?: string | undefined;
  /** Another region than the service's configured one. */
  readonly region?: string | undefined;
}

export type AwsAnswer =
  /** `output` in PascalCase; blobs and streams as texts, timestamps in ISO 8601. `headers` by names in lower case. */
  | {
      readonly kind: "answered";
      readonly output: JsonObject;
      readonly status: number;
      readonly requestId: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** The service said no. `code` is the name of the error as the service gave it, such as `NoSuchKey`. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly requestId: string;
    }
  /** Nobody answered, or what answered speaks another language. Also when the signal aborts. */
  | { readonly kind: "unreachable"; readonly message: string }
  /** Neither an endpoint nor credentials are configured: nothing was sent. The message shows the line to add. */
  | { readonly kind: "notConfigured"; readonly message: string }
  /** The input is no request of that action: nothing was sent. */
  | { readonly kind: "invalid"; readonly message: string };

/** Never rejects for what the service, the network or the input does. */
export type CallAws = (call: AwsCall, signal: AbortSignal) => Promise<AwsAnswer>;
