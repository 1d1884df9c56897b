// The configuration that definitions are to run with, as far as it can lack something that their tasks name: told before a
// task finds out.
import type { TaskResource } from "../../asl/resource.ts";
import { loadModel } from "../../aws/models/load-model.ts";
import { type ServiceSettings, Targets } from "../../aws/targets.ts";
import { isOwnAddress } from "../../server/telemetry-targets.ts";
import type { ConnectionConfigurations } from "../../tasks/http/connection.ts";
import { calledService } from "../../tasks/registry.ts";

export interface Configured {
  readonly connections?: ConnectionConfigurations | undefined;
  /** The reason why a task of the resource would call nothing; `undefined` for one that is known where to go. */
  readonly unconfiguredReason: (resource: TaskResource) => string | undefined;
  /** Whether it is known where a service is, by its name in `aws-sdk` ARNs. */
  readonly hasService: (service: string) => boolean;
}

export interface ConfiguredOptions {
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  readonly connections?: ConnectionConfigurations | undefined;
  readonly arns: { readonly region: string };
  readonly port: number;
}

/** @param environment where `AWS_ENDPOINT_URL` and the like are read. */
export async function configuredFor(
  { services = new Map(), connections, arns, port }: ConfiguredOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configured> {
  const isOwn = (address: string): boolean => isOwnAddress(address, port);
  const targets = new Targets({ environment, services, region: arns.region, isOwnAddress: isOwn });
  const targetOf = await targets.resolver();
  const reasonOf = (service: string): string | undefined => {
    const model = loadModel(service);
    const target = model && targetOf(model);
    return target?.kind === "notConfigured" ? target.message : undefined;
  };
  return {
    connections,
    unconfiguredReason(resource) {
      const service = calledService(resource);
      return service === undefined ? undefined : reasonOf(service);
    },
    hasService: (service) => reasonOf(service) === undefined,
  };
}
