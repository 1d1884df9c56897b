// The settings of where services are that tasks call: `services`.
import { isHttpAddress } from "../../aws/endpoint.ts";
import { modelNames } from "../../aws/models/load-model.ts";
import type { ServiceSettings } from "../../aws/targets.ts";
import { integrations } from "../../tasks/services/integrations.ts";
import { text } from "./kinds.ts";
import { nearestName } from "../../asl/nearest-name.ts";
import { type Fields, isMembers, type Kind, kindOf, object, refuse } from "./walk.ts";

const fields = {
  endpoint: {
    kind: text({
      is: "address",
      advice:
        "Give one that starts with http:// or https://, without a name and password in it, or aws for AWS itself.",
      accepts: { test: (endpoint) => endpoint === "aws" || isHttpAddress(endpoint) },
      secret: "address",
    }),
    says: "its address, or `aws` for AWS itself ([services](services.md#where-requests-go))",
    otherwise: "`AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile",
  },
  region: {
    kind: text({ advice: "Give a region such as us-east-1.", accepts: /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/ }),
    says: "its region",
    otherwise: "that of the server",
  },
} satisfies Fields;

const example = '{ "sqs": { "endpoint": "http://127.0.0.1:9324" } }';
const service = object(fields, '{ "endpoint": "http://127.0.0.1:9324" }');

/** By names as in ARNs of `aws-sdk` tasks. */
export const services: Kind<ReadonlyMap<string, ServiceSettings>> = {
  is: "object",
  nested: { path: ".<service>", fields },
  read(value, place) {
    if (!isMembers(value)) return refuse(kindOf(value), `Make it an object, such as ${example}.`, place);
    const all = new Map<string, ServiceSettings>();
    for (const [given, settings] of Object.entries(value)) {
      // Optimized integrations have names of their own for some.
      const name = modelNames().has(given) ? given : integrations.get(given)?.service;
      if (name === undefined) {
        const nearest = nearestName(given, [...modelNames()]);
        const advice =
          nearest === undefined
            ? "Give the name that resources have for it: aws-sdk:<service>:<action>."
            : `Did you mean ${place.name}.${nearest}?`;
        place.report(`${place.name}.${given.slice(0, 64)} is no service. ${advice}`);
        continue;
      }
      const read = service.read(settings, { ...place, name: `${place.name}.${given}` });
      if (read !== undefined) all.set(name, read);
    }
    return all;
  },
};
