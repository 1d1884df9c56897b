// Whether the services that tasks call are configured: told before a task finds out.
import type { TaskResource } from "../../asl/resource.ts";
import { loadModel } from "../../aws/models/load-model.ts";
import { type ServiceSettings, Targets } from "../../aws/targets.ts";
import { isOwnAddress } from "../../server/telemetry-targets.ts";
import { calledService } from "../../tasks/registry.ts";

/** The reason why a task of the resource would call nothing; `undefined` for one that is known where to go. */
export type UnconfiguredReason = (resource: TaskResource) => string | undefined;

export interface ServicePlacesOptions {
  readonly services?: ReadonlyMap<string, ServiceSettings> | undefined;
  readonly arns: { readonly region: string };
  readonly port: number;
}

/** @param environment where `AWS_ENDPOINT_URL` and the like are read. */
export async function unconfiguredServices(
  { services = new Map(), arns, port }: ServicePlacesOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<UnconfiguredReason> {
  const isOwn = (address: string): boolean => isOwnAddress(address, port);
  const targets = new Targets({ environment, services, region: arns.region, isOwnAddress: isOwn });
  const targetOf = await targets.resolver();
  return (resource) => {
    const service = calledService(resource);
    const model = service === undefined ? undefined : loadModel(service);
    const target = model && targetOf(model);
    return target?.kind === "notConfigured" ? target.message : undefined;
  };
}
