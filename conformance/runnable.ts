// Whether a case can be played here, and if not, why.
import { type JsonObject, stringifyJson } from "../src/asl/json.ts";
import type { ArnSpace } from "../src/engine/arn.ts";
import type { Call, Case } from "./corpus.ts";

/** Features of a case that are not services. */
const features = new Set(["lambda", "jsonata", "sfn", "TestState-API", "mock-config"]);
const ownServices = new Set(["lambda", "states", "activity", "sfn", "http"]);
const integration = /arn:aws:states:::(?:aws-sdk:)?([a-z0-9-]+):[A-Za-z0-9]/g;

/** What the runner answers itself: CloudWatch Logs as far as it names log groups. */
export const logGroups: Readonly<Record<string, (params: JsonObject, arns: ArnSpace) => JsonObject>> = {
  CreateLogGroup: () => ({}),
  DeleteLogGroup: () => ({}),
  DescribeLogGroups: ({ logGroupNamePrefix: name }, { partition, region, account }) => ({
    logGroups: [
      { logGroupName: name ?? "", arn: `arn:${partition}:logs:${region}:${account}:log-group:${String(name)}:*` },
    ],
  }),
};

/** @returns the reason, or `undefined` for a case that can be played. */
export function whyNotRunnable(recorded: Case): string | undefined {
  const calls = recorded.steps.filter((step) => step.kind === "call");
  if (calls.length === 0) return "the recording has no calls";
  const called = new Set(
    calls.flatMap(({ service, op }) => (service === "logs" && op in logGroups ? [] : (service ?? []))),
  );
  if (called.size > 0) return `calls ${[...called].sort().join(", ")}`;
  if (!calls.some((call) => executes(call.op) && !isTestOfNoCall(call))) return undefined;
  if (!calls.some(({ op }) => op === "CreateStateMachine" || op === "TestState")) return "made by CloudFormation";
  if (Object.keys(recorded.mockConfig).length > 0) return undefined;
  // Those that were left over would have been called.
  const services = new Set(recorded.needs.filter((need) => !features.has(need) && need !== "logs"));
  for (const definition of recorded.definitions) {
    for (const [, service = ""] of stringifyJson(definition).matchAll(integration)) {
      if (!ownServices.has(service)) services.add(service);
    }
  }
  return services.size > 0 ? `needs ${[...services].sort().join(", ")}` : undefined;
}

/** A state that is tested with a mock calls nothing, and without a role it may not. */
function isTestOfNoCall({ op, params }: Call): boolean {
  return op === "TestState" && ("mock" in params || !("roleArn" in params));
}

function executes(op: string): boolean {
  return op === "StartExecution" || op === "StartSyncExecution" || op === "TestState";
}
