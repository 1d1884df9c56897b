// The configuration that definitions are to run with, as far as it can lack something that their tasks name: told before a
// task finds out.
import type { TaskResource } from "../../asl/resource.ts";
import { loadModel } from "../../aws/models/load-model.ts";
import { shownAddress } from "../../aws/endpoint.ts";
import { type ServiceSettings, type Target, Targets } from "../../aws/targets.ts";
import { isOwnAddress } from "../../server/telemetry-targets.ts";
import type { ConnectionConfigurations } from "../../tasks/http/connection.ts";
import { calledService } from "../../tasks/registry.ts";

export interface Configured {
  readonly connections?: ConnectionConfigurations | undefined;
  /** The reason why a task of the resource would call nothing; `undefined` for one that is known where to go. */
  readonly unconfiguredReason: (resource: TaskResource) => string | undefined;
  /** Where the requests of a task go, and what says so; `undefined` for a task that calls no service. */
  readonly servicePlace: (resource: TaskResource) => string | undefined;
  /** Whether it is known where a service is, by its name in `aws-sdk` ARNs. */
  readonly hasService: (service: string) => boolean;
}

export interface ConfiguredOptions {
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  readonly connections?: ConnectionConfigurations | undefined;
  readonly arns: { readonly region: string };
  readonly port: number;
  readonly auth?: { readonly keys: readonly { readonly accessKeyId: string }[] } | undefined;
}

/** @param environment where `AWS_ENDPOINT_URL` and the like are read. */
export async function configuredFor(
  { services = new Map(), connections, arns, port, auth }: ConfiguredOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configured> {
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
