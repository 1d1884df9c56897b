// Which connector performs a task: the table from resources to connectors.
import { resourceName, type TaskResource } from "../asl/resource.ts";
import type { Connector } from "./connector.ts";
import type { FunctionTargets } from "./functions/config.ts";
import { LocalFunctions } from "./functions/local-functions.ts";
import { functionArnConnector, lambdaInvokeConnector } from "./lambda.ts";
import type { LambdaApi } from "./lambda-api.ts";
import { failed } from "./service-error.ts";
import { type CallAction, statesSdkConnector } from "./states-sdk.ts";
import { type StartChild, startExecutionConnector } from "./states.ts";

export interface ConnectorsOptions {
  /** From `parseFunctionConfig`. */
  readonly functions: FunctionTargets;
  /** From `lambdaApiOf`: where functions are called that the configuration does not map. */
  readonly lambdaApi?: LambdaApi | undefined;
  readonly startChild: StartChild;
  readonly callAction: CallAction;
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

export function createConnectors(options: ConnectorsOptions): Connectors {
  const { startChild, now = Date.now, log = (text: string): void => void process.stderr.write(text) } = options;
  const functions = new LocalFunctions({ targets: options.functions, log });
  const lambda = { functions, api: options.lambdaApi, now };
  const functionArn = functionArnConnector(lambda);
  const services = new Map<string, Connector>([
    ["lambda:invoke", lambdaInvokeConnector(lambda)],
    ["states:startExecution", startExecutionConnector({ startChild, now })],
  ]);
  const statesSdk = statesSdkConnector(options.callAction);
  const unsupported = unsupportedConnector([...services.keys()]);
  return {
    connectorFor(resource) {
      switch (resource.kind) {
        case "activity":
          return undefined;
        case "lambda":
          return functionArn;
        case "service":
          if (resource.service === "aws-sdk:sfn") return statesSdk;
          return services.get(`${resource.service}:${resource.action}`) ?? unsupported;
      }
    },
    reload: () => functions.reload(),
    close: () => functions.close(),
  };
}

function unsupportedConnector(supported: readonly string[]): Connector {
  return {
    perform({ resource }) {
      const name = resource.kind === "service" ? `${resource.service}:${resourceName(resource)}` : resource.arn;
      const cause =
        `Pawl has no connector for ${name} yet, so nothing was called. Tasks can be function ARNs, activities, ` +
        `${supported.join(", ")} and aws-sdk:sfn:*. Until then let a function of your own call the service, name it under ` +
        `"functions" in pawl.config.json, and make it the Resource: "arn:aws:lambda:us-east-1:123456789012:function:<name>".`;
      // No attempt can come out differently, so none is repeated, and no Catcher takes it for the service's own failure.
      return Promise.resolve(failed("States.Runtime", cause));
    },
  };
}
