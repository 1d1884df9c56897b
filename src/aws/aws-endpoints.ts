// The address of a service in AWS itself, by the rules that AWS's SDKs have for it.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
// Gives the rules the functions about partitions and ARNs.
import { awsEndpointFunctions } from "@aws-sdk/core/client";
import { customEndpointFunctions, resolveEndpoint, type RuleSetObject } from "@smithy/core/endpoints";

export interface AwsEndpoint {
  readonly url: URL;
  /** For the signature, where they are others than the call's. */
  readonly signingRegion?: string | undefined;
  readonly signingName?: string | undefined;
}

export type EndpointParameters = Readonly<Record<string, string | boolean>>;

customEndpointFunctions["aws"] = awsEndpointFunctions;
const ruleSets = new Map<string, RuleSetObject>();

/**
 * @param service as in ARNs of `aws-sdk` tasks.
 * @throws Error where the rules have no address for these parameters, or one that wants another signature.
 */
export function awsEndpointOf(service: string, region: string, parameters: EndpointParameters): AwsEndpoint {
  const endpointParams = { Region: region, UseFIPS: false, UseDualStack: false, ...parameters };
  const { url, properties } = resolveEndpoint(rulesOf(service), { endpointParams });
  const schemes = properties?.authSchemes ?? [];
  const scheme = schemes.find(({ name }) => name === "sigv4");
  const [other] = schemes;
  if (scheme === undefined && other !== undefined) {
    throw new Error(`${service} in AWS wants requests that are signed with ${other.name} here, which Pawl cannot make`);
  }
  return { url, signingRegion: scheme?.signingRegion, signingName: scheme?.signingName };
}

function rulesOf(service: string): RuleSetObject {
  let rules = ruleSets.get(service);
  if (rules === undefined) {
    const file = new URL("../../models/endpoint-rules.br", import.meta.url);
    const all = JSON.parse(brotliDecompressSync(readFileSync(file)).toString("utf8")) as Readonly<
      Record<string, RuleSetObject>
    >;
    rules = all[service];
    if (rules === undefined) throw new Error(`There are no rules for the address of ${service} in AWS.`);
    ruleSets.set(service, rules);
  }
  return rules;
}
