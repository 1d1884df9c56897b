// Which connector performs a task: the table from resources to connectors.
import { resourceName, type TaskResource } from "../asl/resource.ts";
import type { CallAws } from "../aws/call.ts";
import type { Connector } from "./connector.ts";
import type { FunctionTargets } from "./functions/config.ts";
import type { ServerFacts } from "./functions/environment.ts";
import type { CallApi } from "../aws/call-api.ts";
import { LocalFunctions } from "./functions/local-functions.ts";
import type { FunctionLine } from "./functions/printed.ts";
import { httpInvokeConnector, type HttpTasks, type HttpTasksOptions } from "./http/invoke.ts";
import { functionArnConnector, lambdaInvokeConnector, type LambdaOptions } from "./lambda.ts";
import type { LambdaApi } from "./lambda-api.ts";
import { failed } from "./service-error.ts";
import type { CallAction, StartChild } from "./ports.ts";
import { jobConnector } from "./jobs/job-connector.ts";
import { jobKindOf } from "./jobs/job-kinds.ts";
import { apiGatewayConnector } from "./services/api-gateway.ts";
import { invokeModelConnector } from "./services/bedrock.ts";
import { integrations } from "./services/integrations.ts";
import { awsSdkConnector, foreignSignatureOf, isSdkAction, sdkServiceOf } from "./services/aws-sdk.ts";
import { isOptimizedRequest, optimizedConnector } from "./services/optimized.ts";
import { statesSdkConnector } from "./states-sdk.ts";
import { startExecutionConnector, type StatesOptions } from "./states.ts";

export interface ConnectorsOptions {
  /** From `parseFunctionConfig`. */
  readonly functions: FunctionTargets;
  /** The facts that functions learn of the server that calls them. */
  readonly server?: ServerFacts | undefined;
  /** Processes of functions at a time; by default as many as the machine has room for. */
  readonly maxFunctionProcesses?: number | undefined;
  /** From `lambdaApiOf`: where functions are called that the configuration does not map. */
  readonly lambdaApi?: LambdaApi | undefined;
  readonly startChild: StartChild;
  readonly callAction: CallAction;
  /** Calls actions of AWS services; from `createCaller`. */
  readonly callAws: CallAws;
  readonly callApi: CallApi;
  /** Connections of HTTP tasks, and how far these reach. */
  readonly http?: Omit<HttpTasksOptions, "now"> | undefined;
  /** Receives what functions print; the process's standard error by default. */
  readonly log?: ((line: FunctionLine) => void) | undefined;
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

type Parts = LambdaOptions &
  StatesOptions &
  Pick<ConnectorsOptions, "callAction" | "callAws" | "callApi"> & { readonly httpTasks: HttpTasks };

/** The integrations that are more than requests of an AWS service; `*` stands for every action of the service. */
const services: ReadonlyMap<string, (parts: Parts) => Connector> = new Map([
  ["http:invoke", ({ httpTasks }: Parts) => httpTasks],
  ["lambda:invoke", lambdaInvokeConnector],
  ["states:startExecution", startExecutionConnector],
  ["apigateway:invoke", ({ callApi }: Parts) => apiGatewayConnector(callApi)],
  ["bedrock:invokeModel", ({ callAws }: Parts) => invokeModelConnector(callAws)],
  ["aws-sdk:sfn:*", ({ callAction }: Parts) => statesSdkConnector(callAction)],
]);

/** The services that those of them call which call any. */
const requestingServices: ReadonlyMap<string, string> = new Map([
  ["apigateway:invoke", "apigateway"],
  ["bedrock:invokeModel", "bedrockruntime"],
]);

/** The reason why a resource cannot be called at all, as the beginning of a sentence; `undefined` for one that is called. */
export function unsupportedResource(resource: TaskResource): string | undefined {
  if (resource.kind !== "service" || serviceKey(resource) !== undefined) return undefined;
  const signature = foreignSignatureOf(resource);
  if (signature !== undefined) return `Pawl cannot sign requests of ${resource.service} with ${signature} yet`;
  if (isSdkAction(resource) || isOptimizedRequest(resource) || jobKindOf(resource) !== undefined) return undefined;
  return `Pawl has no connector for ${resource.service}:${resourceName(resource)} yet`;
}

/** The service that a task of the resource sends a request to, by its name in `aws-sdk` ARNs. */
export function calledService(resource: TaskResource): string | undefined {
  if (resource.kind !== "service") return undefined;
  const own = serviceKey(resource);
  if (own !== undefined) return requestingServices.get(own);
  if (isSdkAction(resource)) return sdkServiceOf(resource);
  const isRequest = isOptimizedRequest(resource) || jobKindOf(resource) !== undefined;
  return isRequest ? integrations.get(resource.service)?.service : undefined;
}

/** An ARN may name any region and account, so that there is no end of them. */
const mostConnectors = 10_000;

export function createConnectors(options: ConnectorsOptions): Connectors {
  const { now = Date.now, log = write } = options;
  const { server, maxFunctionProcesses: maxProcesses } = options;
  const functions = new LocalFunctions({ targets: options.functions, log, server, maxProcesses });
  const httpTasks = httpInvokeConnector({ ...options.http, callAws: options.callAws, now });
  const parts: Parts = { ...options, functions, api: options.lambdaApi, now, httpTasks };
  const functionArn = functionArnConnector(parts);
  const own = new Map([...services].map(([key, create]) => [key, create(parts)]));
  /** By ARNs. */
  const requests = new Map<string, Connector>();
  const requestConnector = (resource: ServiceResource): Connector => {
    let connector = requests.get(resource.arn);
    if (connector === undefined) {
      connector = createRequestConnector({ callAws: options.callAws, now }, resource);
      if (requests.size >= mostConnectors) requests.clear();
      requests.set(resource.arn, connector);
    }
    return connector;
  };
  return {
    connectorFor(resource) {
      switch (resource.kind) {
        case "activity":
          return undefined;
        case "lambda":
          return functionArn;
        case "service":
          return own.get(serviceKey(resource) ?? "") ?? requestConnector(resource);
      }
    },
    reload: () => functions.reload(),
    close() {
      httpTasks.close();
      return functions.close();
    },
  };
}

function write({ functionName, text }: FunctionLine): void {
  process.stderr.write(`${functionName}: ${text}\n`);
}

type ServiceResource = Extract<TaskResource, { readonly kind: "service" }>;

function serviceKey({ service, action }: ServiceResource): string | undefined {
  return [`${service}:${action}`, `${service}:*`].find((key) => services.has(key));
}

interface RequestParts {
  readonly callAws: CallAws;
  readonly now: () => number;
}

function createRequestConnector({ callAws, now }: RequestParts, resource: ServiceResource): Connector {
  if (isSdkAction(resource)) return awsSdkConnector(callAws, resource);
  const kind = jobKindOf(resource);
  if (kind !== undefined) return jobConnector(kind, { callAws, now, request: optimizedConnector(callAws, resource) });
  return isOptimizedRequest(resource) ? optimizedConnector(callAws, resource) : unsupportedConnector;
}

const unsupportedConnector: Connector = {
  perform({ resource }) {
    const cause =
      `${unsupportedResource(resource) ?? ""}, so nothing was called. Until then let a function of your own call the service, name it under ` +
      `"functions" in pawl.config.json, and make it the Resource: "arn:aws:lambda:us-east-1:123456789012:function:<name>".`;
    // No attempt can come out differently, so none is repeated, and no Catcher takes it for the service's own failure.
    return Promise.resolve(failed("States.Runtime", cause));
  },
};
