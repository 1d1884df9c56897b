// Whether a case can be played here, and if not, why.
import { type JsonObject, stringifyJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/aws/arn.ts";
import type { Call, Case } from "./corpus.ts";
import { canCall } from "./service-call.ts";

/** Features of a case that are not services. */
const features = new Set(["lambda", "jsonata", "sfn", "TestState-API", "mock-config"]);
const ownServices = new Set(["lambda", "states", "activity", "sfn", "http"]);
const integration = /arn:aws:states:::(?:aws-sdk:)?([a-z0-9-]+):[A-Za-z0-9]/g;

/** Services that the runner answers for itself: CloudWatch Logs as far as it names log groups. */
export const logGroups: Readonly<Record<string, (params: JsonObject, arns: ArnSpace) => JsonObject>> = {
  CreateLogGroup: () => ({}),
  DescribeLogGroups: ({ logGroupNamePrefix: name }, { partition, region, account }) => ({
    logGroups: [
      { logGroupName: name ?? "", arn: `arn:${partition}:logs:${region}:${account}:log-group:${String(name)}:*` },
    ],
  }),
};

/** @returns the reason, or `undefined` for a case that can be played. */
export function whyNotRunnable(recorded: Case, hasEndpoint: boolean): string | undefined {
  const calls = callsOf(recorded);
  if (calls.length === 0) return "the recording has no calls";
  const unknown = calls.find(({ service, op }) => service !== undefined && !canCall({ service, op }));
  if (unknown !== undefined) return `${unknown.service}.${unknown.op} cannot be called`;
  if (calls.some(executesReally) && !calls.some(({ op }) => op === "CreateStateMachine" || op === "TestState")) {
    return "made by CloudFormation, from a template that is not recorded";
  }
  const services = servicesOf(recorded);
  return services.length === 0 || hasEndpoint ? undefined : `no AWS-compatible endpoint for ${services.join(", ")}`;
}

/** The services that an endpoint is needed for: those that are called, and those that its workflows reach. */
export function servicesOf(recorded: Case): readonly string[] {
  const calls = callsOf(recorded);
  const services = new Set(
    calls.flatMap(({ service, op }) => (service === "logs" && op in logGroups ? [] : (service ?? []))),
  );
  if (!calls.some(executesReally) || Object.keys(recorded.mockConfig).length > 0) return [...services].sort();
  for (const need of recorded.needs) if (!features.has(need) && need !== "logs") services.add(need);
  for (const definition of recorded.definitions) {
    for (const [, service = ""] of stringifyJson(definition).matchAll(integration)) {
      if (!ownServices.has(service)) services.add(service);
    }
  }
  return [...services].sort();
}

function callsOf({ steps }: Case): readonly Call[] {
  return steps.filter((step) => step.kind === "call");
}

/** A state that is tested with a mock calls nothing, and without a role it may not. */
function executesReally({ op, params }: Call): boolean {
  if (op === "TestState") return !("mock" in params) && "roleArn" in params;
  return op === "StartExecution" || op === "StartSyncExecution";
}
