// Where functions are called that the configuration does not map: a Lambda API that the configuration or the environment names.
import type { ServiceSettings } from "../aws/targets.ts";
import { type LambdaApi, lambdaApiOf } from "../tasks/lambda-api.ts";
import { StartError } from "./listen.ts";
import { isOwnAddress } from "./telemetry-targets.ts";

export interface LambdaPlaceOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The server's own: its address is no Lambda API. */
  readonly port: number;
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  readonly arns: { readonly partition: string; readonly region: string };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** @throws StartError when the variable that says where it is holds no address. */
export function lambdaPlace(options: LambdaPlaceOptions): LambdaApi | undefined {
  const { environment, port, now } = options;
  try {
    const configured = configuredLambda(options);
    const told = configured === undefined ? environment : { ...environment, AWS_ENDPOINT_URL_LAMBDA: configured };
    const api = lambdaApiOf(told, now);
    return api === undefined || isOwnAddress(api.endpoint.href, port) ? undefined : api;
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The address of Lambda that `services` has; it comes before the variables, as for every service. */
function configuredLambda({ services, arns }: LambdaPlaceOptions): string | undefined {
  const { endpoint, region = arns.region } = services?.get("lambda") ?? {};
  if (endpoint !== "aws") return endpoint;
  return `https://lambda.${region}.amazonaws.com${arns.partition === "aws-cn" ? ".cn" : ""}`;
}
