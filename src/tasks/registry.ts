// Which connector performs a task: the table from resources to connectors.
import type { CallAws } from "../aws/call.ts";
import { resourceName, type TaskResource } from "../asl/resource.ts";
import type { Connector } from "./connector.ts";
import type { FunctionTargets } from "./functions/config.ts";
import { LocalFunctions } from "./functions/local-functions.ts";
import { functionArnConnector, lambdaInvokeConnector, type LambdaOptions } from "./lambda.ts";
import type { LambdaApi } from "./lambda-api.ts";
import { type JobsOptions, jobConnector } from "./jobs/job-connector.ts";
import { jobKinds } from "./jobs/job-kinds.ts";
import { failed } from "./service-error.ts";
import type { CallAction, StartChild } from "./ports.ts";
import { statesSdkConnector } from "./states-sdk.ts";
import { startExecutionConnector, type StatesOptions } from "./states.ts";

export interface ConnectorsOptions {
  /** From `parseFunctionConfig`. */
  readonly functions: FunctionTargets;
  /** From `lambdaApiOf`: where functions are called that the configuration does not map. */
  readonly lambdaApi?: LambdaApi | undefined;
  readonly startChild: StartChild;
  readonly callAction: CallAction;
  /** Calls other services of AWS; without it none is configured. */
  readonly callAws?: CallAws | undefined;
  /** Receives what functions print; the process's standard error by default. */
  readonly log?: ((text: string) => void) | undefined;
  /** Epoch milliseconds; the system's clock by default. */
  readonly now?: (() => number) | undefined;
}

export interface Connectors {
  /** `undefined` for an activity only: its tasks are taken by workers. */
  connectorFor(resource: TaskResource): Connector | undefined;
  /** Later calls of function modules run fresh code. */
  reload(): void;
  /** Ends the processes of functions and what they run in the background. */
  close(): Promise<void>;
}

type Parts = LambdaOptions & StatesOptions & JobsOptions & Pick<ConnectorsOptions, "callAction">;

/** The service integrations that there are; `*` stands for every action of the service. */
const services: ReadonlyMap<string, (parts: Parts) => Connector> = new Map([
  ["lambda:invoke", lambdaInvokeConnector],
  ["states:startExecution", startExecutionConnector],
  ["aws-sdk:sfn:*", ({ callAction }: Parts) => statesSdkConnector(callAction)],
  ...jobKinds.map((kind) => [kind.resource, (parts: Parts) => jobConnector(kind, parts)] as const),
]);

/** The reason why a resource cannot be called at all, as the beginning of a sentence; `undefined` for one that is called. */
export function unsupportedResource(resource: TaskResource): string | undefined {
  if (resource.kind !== "service" || serviceKey(resource) !== undefined) return undefined;
  return `Pawl has no connector for ${resource.service}:${resourceName(resource)} yet`;
}

export function createConnectors(options: ConnectorsOptions): Connectors {
  const {
    now = Date.now,
    callAws = callNothing,
    log = (text: string): void => void process.stderr.write(text),
  } = options;
  const functions = new LocalFunctions({ targets: options.functions, log });
  const parts: Parts = { ...options, functions, api: options.lambdaApi, callAws, now };
  const functionArn = functionArnConnector(parts);
  const connectors = new Map([...services].map(([key, create]) => [key, create(parts)]));
  return {
    connectorFor(resource) {
      switch (resource.kind) {
        case "activity":
          return undefined;
        case "lambda":
          return functionArn;
        case "service":
          return connectors.get(serviceKey(resource) ?? "") ?? unsupportedConnector;
      }
    },
    reload: () => functions.reload(),
    close: () => functions.close(),
  };
}

const callNothing: CallAws = () =>
  Promise.resolve({ kind: "notConfigured", message: "This server has no way to call AWS services." });

type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

function serviceKey({ service, action }: ServiceResource): string | undefined {
  return [`${service}:${action}`, `${service}:*`].find((key) => services.has(key));
}

const unsupportedConnector: Connector = {
  perform({ resource }) {
    const cause =
      `${unsupportedResource(resource) ?? ""}, so nothing was called. Tasks can be function ARNs, activities and ` +
      `${[...services.keys()].join(", ")}. Until then let a function of your own call the service, name it under ` +
      `"functions" in pawl.config.json, and make it the Resource: "arn:aws:lambda:us-east-1:123456789012:function:<name>".`;
    // No attempt can come out differently, so none is repeated, and no Catcher takes it for the service's own failure.
    return Promise.resolve(failed("States.Runtime", cause));
  },
};
