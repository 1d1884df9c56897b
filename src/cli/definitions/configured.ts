// The configuration that definitions are to run with, as far as it can lack something that their tasks name: told before a
// task finds out.
import type { TaskResource } from "../../asl/resource.ts";
import { loadModel } from "../../aws/models/load-model.ts";
import { shownAddress } from "../../aws/endpoint.ts";
import { type ServiceSettings, type Target, Targets } from "../../aws/targets.ts";
import { type ArnSpace, stateMachineArn } from "../../aws/arn.ts";
import type { MockFile } from "../../runtime/mocks/mock-file.ts";
import { readMockFile } from "../../server/configuration/mock-file.ts";
import { lambdaPlace } from "../../server/lambda-place.ts";
import { isOwnAddress } from "../../server/telemetry-targets.ts";
import type { FunctionTargets } from "../../tasks/functions/config.ts";
import type { ConnectionConfigurations } from "../../tasks/http/connection.ts";
import { calledService } from "../../tasks/registry.ts";

export interface Configured {
  /** Absent where nobody knows them, or where those that the configuration does not have are called elsewhere. */
  readonly functions?: KnownFunctions | undefined;
  readonly mocks?: MockFile | undefined;
  readonly connections?: ConnectionConfigurations | undefined;
  /** The reason why a task of the resource would call nothing; `undefined` for one that is known where to go. */
  readonly unconfiguredReason: (resource: TaskResource) => string | undefined;
  /** Where the requests of a task go, and what says so; `undefined` for a task that calls no service. */
  readonly servicePlace: (resource: TaskResource) => string | undefined;
  /** Whether it is known where a service is, by its name in `aws-sdk` ARNs. */
  readonly hasService: (service: string) => boolean;
}

export interface KnownFunctions {
  readonly targets: FunctionTargets;
  /** An ARN of the account and region of the workflows. */
  readonly homeArn: string;
}

export interface ConfiguredOptions {
  readonly functions?: FunctionTargets | undefined;
  /** The path of a mock file. */
  readonly mocks?: string | undefined;
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  readonly connections?: ConnectionConfigurations | undefined;
  readonly arns: ArnSpace;
  readonly port: number;
  readonly auth?: { readonly keys: readonly { readonly accessKeyId: string }[] } | undefined;
}

/**
 * @param environment where `AWS_ENDPOINT_URL` and the like are read.
 * @throws StartError for a mock file that cannot be used.
 */
export async function configuredFor(
  options: ConfiguredOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configured> {
  const { services = new Map(), connections, arns, port, auth } = options;
  const isOwn = (address: string): boolean => isOwnAddress(address, port);
  const ownKeyIds = auth?.keys.map(({ accessKeyId }) => accessKeyId);
  const targets = new Targets({ environment, services, region: arns.region, isOwnAddress: isOwn, ownKeyIds });
  const targetOf = await targets.resolver();
  const targetOfService = (service: string): Target | undefined => {
    const model = loadModel(service);
    return model && targetOf(model);
  };
  const reasonOf = (service: string): string | undefined => {
    const target = targetOfService(service);
    return target?.kind === "notConfigured" ? target.message : undefined;
  };
  return {
    functions: knownFunctions(options, environment),
    mocks: options.mocks === undefined ? undefined : readMockFile(options.mocks),
    connections,
    unconfiguredReason(resource) {
      const service = calledService(resource);
      return service === undefined ? undefined : reasonOf(service);
    },
    servicePlace(resource) {
      const service = calledService(resource);
      const target = service === undefined ? undefined : targetOfService(service);
      return target && placeText(target);
    },
    hasService: (service) => reasonOf(service) === undefined,
  };
}

function knownFunctions(
  { functions: targets, services, arns, port }: ConfiguredOptions,
  environment: Readonly<Record<string, string | undefined>>,
): KnownFunctions | undefined {
  const elsewhere = lambdaPlace({ environment, services, arns, port, now: () => 0 });
  if (targets === undefined || elsewhere !== undefined) return undefined;
  return { targets, homeArn: stateMachineArn(arns, "any") };
}

/** With functions that were read since. */
export function withFunctions(configured: Configured, targets: FunctionTargets): Configured {
  const { functions } = configured;
  return functions === undefined ? configured : { ...configured, functions: { ...functions, targets } };
}

function placeText(target: Target): string {
  switch (target.kind) {
    case "endpoint":
      return `${shownAddress(target.url)} (${target.says})`;
    case "aws":
      return `AWS itself, ${target.region} (${target.says})`;
    case "notConfigured":
      return "nowhere";
  }
}
