// The rights of the holder of an access key: actions and resources with IAM's wildcards, and which resources a request is
// about, as the service authorization reference lists them for every action.
import { isJsonObject, type Json, memberOf } from "../asl/json.ts";
import { activityArn, type ArnSpace, stateMachineArn } from "../aws/arn.ts";
import { accessDenied } from "./errors.ts";
import { type Action, operations } from "./model.ts";

/** Allows each of the actions on each of the resources. */
export interface Allowance {
  /** Such as `states:Start*`; letters of either case mean the same, as in IAM. */
  readonly actions: readonly string[];
  /** Patterns of ARNs; everything when absent. */
  readonly resources?: readonly string[] | undefined;
}

/** RevealSecrets is no action of the API: TestState needs it to show secrets. */
export type PermittedAction = Action | "RevealSecrets";
export const permittedActions: readonly PermittedAction[] = [
  ...(Object.keys(operations) as readonly Action[]),
  "RevealSecrets",
];

export interface Caller {
  readonly accessKeyId: string;
  /** As AWS's messages name the user. */
  readonly arn: string;
  readonly permits: Permits;
}

export type Permits = (action: PermittedAction, resource: string) => boolean;
type Matches = (text: string) => boolean;

/** Everything is allowed where there are no allowances, nothing where the list is empty. */
export function compilePermits(allow: readonly Allowance[] | undefined): Permits {
  if (allow === undefined) return () => true;
  const byAction = new Map<PermittedAction, readonly Matches[]>();
  for (const action of permittedActions) {
    const patterns = allow
      .filter(({ actions }) => actions.some((pattern) => actionPatternMatches(pattern, action)))
      .flatMap(({ resources = ["*"] }) => resources);
    byAction.set(action, patterns.map(compileWildcards));
  }
  return (action, resource) => byAction.get(action)?.some((matches) => matches(resource)) === true;
}

export function actionPatternMatches(pattern: string, action: PermittedAction): boolean {
  return compileWildcards(pattern.toLowerCase())(`states:${action}`.toLowerCase());
}

/** @throws AccessDeniedException */
export function requirePermission(caller: Caller, action: Action, input: Json, arnSpace: ArnSpace): void {
  const needed: readonly PermittedAction[] = [action, ...furtherActions(action, input)];
  for (const resource of resourcesOf(action, input, arnSpace)) {
    for (const each of needed) requirePermitted(caller, each, resource);
  }
}

/** Members by which a request does more than its action: for each another action must be permitted, on the same resources. */
const furtherRules: { readonly [Of in Action]?: Readonly<Record<string, PermittedAction>> } = {
  CreateActivity: { tags: "TagResource" },
  CreateStateMachine: { tags: "TagResource", publish: "PublishStateMachineVersion" },
  UpdateStateMachine: { publish: "PublishStateMachineVersion" },
  TestState: { revealSecrets: "RevealSecrets" },
};

function furtherActions(action: Action, input: Json): readonly PermittedAction[] {
  const rules = furtherRules[action];
  if (rules === undefined || !isJsonObject(input)) return [];
  return Object.entries(rules).flatMap(([member, further]) => (asksFor(memberOf(input, member)) ? [further] : []));
}

/** Any value asks for something but an empty one and `false`, also one that is refused later. */
function asksFor(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

function requirePermitted(caller: Caller, action: PermittedAction, resource: string): void {
  if (!caller.permits(action, resource)) throw accessDenied(caller.arn, action, resource);
}

/**
 * `*` is any text and `?` any character. It goes back to the last `*` only, so that the time is at most that of the
 * product of both lengths.
 */
export function compileWildcards(pattern: string): Matches {
  if (pattern === "*") return () => true;
  const firstWildcard = pattern.search(/[*?]/);
  if (firstWildcard === -1) return (text) => text === pattern;
  if (firstWildcard === pattern.length - 1 && pattern.endsWith("*")) {
    const start = pattern.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  return (text) => matchesWildcards(text, pattern);
}

function matchesWildcards(text: string, pattern: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      starAt = patternAt++;
      resumeAt = at;
    } else if (wanted === "?" || wanted === text[at]) {
      patternAt++;
      at++;
    } else if (starAt === -1) {
      return false;
    } else {
      patternAt = starAt + 1;
      at = ++resumeAt;
    }
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}

/** A longer text is no ARN; the action refuses it. */
const longestArn = 2048;

/** All of them must be permitted. A request that names nothing, rightly or wrongly, is about every resource of the kind. */
export function resourcesOf(action: Action, input: Json, arnSpace: ArnSpace): readonly string[] {
  const rule = resourceRules[action];
  const resources = rule
    .find((member) => textOf(input, member), arnSpace, input)
    .filter(({ length }) => length <= longestArn);
  const arnOf = rule.kind === "activity" ? activityArn : stateMachineArn;
  return resources.length === 0 ? [arnOf(arnSpace, "*")] : resources;
}

interface ResourceRule {
  readonly kind: "stateMachine" | "activity";
  readonly find: (text: TextOf, arnSpace: ArnSpace, input: Json) => readonly string[];
}
type TextOf = (member: string) => string | undefined;

const everyStateMachine: ResourceRule = { kind: "stateMachine", find: () => [] };
const everyActivity: ResourceRule = { kind: "activity", find: () => [] };

/** The ARNs in members of the request. */
function arnsIn(...members: readonly string[]): ResourceRule {
  return {
    kind: members.includes("activityArn") ? "activity" : "stateMachine",
    find: (text) => members.map((member) => text(member)).filter((arn) => arn !== undefined),
  };
}

/** The ARN that the new thing will have. */
function arnOfName(kind: ResourceRule["kind"], arnOf: (space: ArnSpace, name: string) => string): ResourceRule {
  return {
    kind,
    find: (text, arnSpace) => {
      const name = text("name");
      return name === undefined ? [] : [arnOf(arnSpace, name)];
    },
  };
}

/** The test case of a mock file, behind `#`, is no part of the resource. */
const startTarget: ResourceRule = {
  kind: "stateMachine",
  find: (text) => {
    const arn = text("stateMachineArn");
    return arn === undefined ? [] : [arn.split("#", 1).join("")];
  },
};

/** An alias has the ARN of the machine of its versions, and its name. */
const newAlias: ResourceRule = {
  kind: "stateMachine",
  find: (text, _arnSpace, input) => {
    const routing = isJsonObject(input) ? memberOf(input, "routingConfiguration") : undefined;
    // A routing of more items is refused.
    const items = Array.isArray(routing) ? routing.slice(0, 2) : [];
    const arns = items.map((item: Json) => textOf(item, "stateMachineVersionArn")).filter((arn) => arn !== undefined);
    return arns.map((arn) => `${arn.slice(0, longestArn).split(":").slice(0, 7).join(":")}:${text("name") ?? "*"}`);
  },
};

const resourceRules: Readonly<Record<Action, ResourceRule>> = {
  CreateActivity: arnOfName("activity", activityArn),
  CreateStateMachine: arnOfName("stateMachine", stateMachineArn),
  CreateStateMachineAlias: newAlias,
  DeleteActivity: arnsIn("activityArn"),
  DeleteStateMachine: arnsIn("stateMachineArn"),
  DeleteStateMachineAlias: arnsIn("stateMachineAliasArn"),
  DeleteStateMachineVersion: arnsIn("stateMachineVersionArn"),
  DescribeActivity: arnsIn("activityArn"),
  DescribeExecution: arnsIn("executionArn"),
  DescribeMapRun: arnsIn("mapRunArn"),
  DescribeStateMachine: arnsIn("stateMachineArn"),
  DescribeStateMachineAlias: arnsIn("stateMachineAliasArn"),
  DescribeStateMachineForExecution: arnsIn("executionArn"),
  GetActivityTask: arnsIn("activityArn"),
  GetExecutionHistory: arnsIn("executionArn"),
  ListActivities: everyActivity,
  ListExecutions: arnsIn("stateMachineArn", "mapRunArn"),
  ListMapRuns: arnsIn("executionArn"),
  ListStateMachineAliases: arnsIn("stateMachineArn"),
  ListStateMachines: everyStateMachine,
  ListStateMachineVersions: arnsIn("stateMachineArn"),
  ListTagsForResource: arnsIn("resourceArn"),
  PublishStateMachineVersion: arnsIn("stateMachineArn"),
  RedriveExecution: arnsIn("executionArn"),
  SendTaskFailure: everyStateMachine,
  SendTaskHeartbeat: everyStateMachine,
  SendTaskSuccess: everyStateMachine,
  StartExecution: startTarget,
  StartSyncExecution: startTarget,
  StopExecution: arnsIn("executionArn"),
  TagResource: arnsIn("resourceArn"),
  TestState: everyStateMachine,
  UntagResource: arnsIn("resourceArn"),
  UpdateMapRun: arnsIn("mapRunArn"),
  UpdateStateMachine: arnsIn("stateMachineArn"),
  UpdateStateMachineAlias: arnsIn("stateMachineAliasArn"),
  ValidateStateMachineDefinition: everyStateMachine,
};

function textOf(input: Json, member: string): string | undefined {
  const value = isJsonObject(input) ? memberOf(input, member) : undefined;
  return typeof value === "string" ? value : undefined;
}
