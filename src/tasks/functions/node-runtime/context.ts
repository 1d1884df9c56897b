// The context object of a handler, with the members that Lambda's Node.js runtimes give it, in their order.
import type { Call } from "../process-protocol.ts";

interface EnvironmentMembers {
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
}

/** The runtime reads them afresh with every event. */
export function environmentMembers(): EnvironmentMembers {
  const { env } = process;
  return {
    functionName: env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: env["AWS_LAMBDA_FUNCTION_VERSION"],
    memoryLimitInMB: env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
  };
}

interface CallMembers {
  readonly clientContext: unknown;
  readonly identity: undefined;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly tenantId: undefined;
  readonly getRemainingTimeInMillis: () => number;
}

/** Nobody who calls a function here has a Cognito identity or is a tenant: the members are there without a value, as on Lambda. */
export function callMembers(call: Call): CallMembers {
  const { clientContext, functionArn, requestId, deadlineMs } = call;
  return {
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    tenantId: undefined,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}
