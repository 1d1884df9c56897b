// The few things that AWS's SDKs do to requests beyond what the models say.
import type { ServiceModel } from "./models/model.ts";
import type { WireRequest, WireResponse } from "./protocols/protocol.ts";
import type { InputMembers } from "./values/input.ts";

type Service = Pick<ServiceModel, "name" | "apiVersion">;

export function customInput({ name }: Service, members: InputMembers): InputMembers {
  switch (name) {
    case "Glacier":
      return { accountId: "-", ...members };
    case "Route53":
      return Object.fromEntries(
        Object.entries(members).map(([member, value]) => [member, withoutIdPath(member, value)]),
      );
    default:
      return members;
  }
}

/** Route 53 answers with ids such as `/hostedzone/Z1`, and takes `Z1`. */
function withoutIdPath(member: string, value: unknown): unknown {
  if (typeof value !== "string" || !/^(?:Id|HostedZoneId|DelegationSetId)$/.test(member)) return value;
  return value.replace(/^\/(?:hostedzone|change|delegationset)\//, "");
}

export function customHeaders({ name, apiVersion }: Service): WireRequest["headers"] {
  switch (name) {
    case "ApiGateway":
      return { accept: "application/json" };
    case "Glacier":
      return { "x-amz-glacier-version": apiVersion };
    default:
      return {};
  }
}

/** S3 tells of a failure that it found late in an answer that began with success. */
export function customResponse({ name }: Service, response: WireResponse): WireResponse {
  const isLateError =
    name === "S3" && response.status === 200 && /^(?:<\?xml[^>]*\?>)?\s*<Error>/.test(startOf(response.body));
  return isLateError ? { ...response, status: 500 } : response;
}

function startOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 200)).toString("latin1");
}
