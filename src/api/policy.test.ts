// Policies: IAM's wildcards, the resources of every action, and that no pattern takes for ever.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../asl/json.ts";
import { ApiError } from "./errors.ts";
import { type Action, operations } from "./model.ts";
import { actionPatternMatches, type Allowance, compilePermits, compileWildcards, resourcesOf } from "./policy.ts";
import { type Caller, type PermittedAction, permittedActions, requirePermission } from "./policy.ts";

const space = { partition: "aws", region: "us-east-1", account: "000000000000" };
const arn = (rest: string): string => `arn:aws:states:us-east-1:000000000000:${rest}`;

test("* is any text, ? any character, and nothing else is special", () => {
  const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ["*", "", true],
    ["*", "a:b", true],
    ["a", "a", true],
    ["a", "A", false],
    ["a", "ab", false],
    ["a*", "a", true],
    ["a*", "ab", true],
    ["a*", "ba", false],
    ["*a", "bba", true],
    ["*a", "bab", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["?", "", false],
    ["??*", "ab", true],
    ["**", "", true],
    ["", "", true],
    ["", "a", false],
    ["a.c", "abc", false],
    ["[a]", "a", false],
    ["a\\*", "a\\b", true],
    [arn("stateMachine:team-?-*"), arn("stateMachine:team-a-order"), true],
    [arn("stateMachine:team-?-*"), arn("stateMachine:team-ab"), false],
  ];
  for (const [pattern, text, matches] of rows) {
    assert.equal(compileWildcards(pattern)(text), matches, `${pattern} ${text}`);
  }
});

test("wildcards match what the same regular expression matches", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (wildcards, value) => {
      const expression = new RegExp(`^${wildcards.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      return compileWildcards(wildcards)(value) === expression.test(value);
    }),
    { numRuns: 2000 },
  );
});

test("a pattern of many wildcards ends", () => {
  const matches = compileWildcards(`${"*a".repeat(100)}b`);
  // A regular expression of this form would not come back.
  assert.equal(matches("a".repeat(2048)), false);
});

const start: Json = { stateMachineArn: arn("stateMachine:m") };
const version = (name: string): Json => ({ stateMachineVersionArn: arn(`stateMachine:${name}:1`), weight: 50 });

test("the resource of a request is what it names, or what it will create, or everything of its kind", () => {
  const rows: readonly (readonly [action: Action, input: Json, ...resources: string[]])[] = [
    ["StartExecution", start, arn("stateMachine:m")],
    ["StartExecution", { stateMachineArn: arn("stateMachine:m:prod") }, arn("stateMachine:m:prod")],
    ["StartSyncExecution", { stateMachineArn: `${arn("stateMachine:m")}#HappyPath` }, arn("stateMachine:m")],
    ["StartExecution", {}, arn("stateMachine:*")],
    ["StartExecution", [], arn("stateMachine:*")],
    ["StartExecution", null, arn("stateMachine:*")],
    ["StartExecution", { stateMachineArn: 1 }, arn("stateMachine:*")],
    ["StartExecution", { stateMachineArn: `arn:${"a".repeat(3000)}` }, arn("stateMachine:*")],
    ["StopExecution", { executionArn: arn("execution:m:e") }, arn("execution:m:e")],
    ["CreateStateMachine", { name: "m" }, arn("stateMachine:m")],
    ["CreateStateMachine", {}, arn("stateMachine:*")],
    ["CreateActivity", { name: "a" }, arn("activity:a")],
    ["CreateActivity", { name: ["a"] }, arn("activity:*")],
    ["ListActivities", {}, arn("activity:*")],
    ["ListStateMachines", {}, arn("stateMachine:*")],
    ["SendTaskSuccess", { taskToken: "t" }, arn("stateMachine:*")],
    ["GetActivityTask", { activityArn: arn("activity:a") }, arn("activity:a")],
    ["TagResource", { resourceArn: arn("activity:a") }, arn("activity:a")],
    ["ListExecutions", { mapRunArn: arn("mapRun:m/l:1") }, arn("mapRun:m/l:1")],
    [
      "ListExecutions",
      { stateMachineArn: arn("stateMachine:m"), mapRunArn: arn("mapRun:n/l:1") },
      arn("stateMachine:m"),
      arn("mapRun:n/l:1"),
    ],
    ["CreateStateMachineAlias", { name: "prod", routingConfiguration: [version("m")] }, arn("stateMachine:m:prod")],
    [
      "CreateStateMachineAlias",
      { name: "prod", routingConfiguration: [version("m"), version("n")] },
      arn("stateMachine:m:prod"),
      arn("stateMachine:n:prod"),
    ],
    ["CreateStateMachineAlias", { name: "prod", routingConfiguration: [null, 1] }, arn("stateMachine:*")],
  ];
  for (const [action, input, ...resources] of rows) {
    assert.deepEqual(resourcesOf(action, input, space), resources, `${action} ${JSON.stringify(input).slice(0, 60)}`);
  }
});

test("every action that takes one ARN is about that ARN", () => {
  for (const action of Object.keys(operations) as readonly Action[]) {
    const ofInput = resourcesOf(action, { ...everyArn, name: "n" }, space);
    const isAboutAll = ofInput.every((resource) => resource.endsWith(":*"));
    const aboutAll = /^(?:ListActivities|ListStateMachines|SendTask.*|TestState|ValidateStateMachineDefinition)$/;
    assert.equal(isAboutAll, aboutAll.test(action), action);
  }
});

/** Every member that asks for more than the action itself, in every action: only some have it. */
const everythingAsked = { publish: true, tags: [{ key: "k", value: "v" }], revealSecrets: true };

/**
 * As the service authorization reference maps the operations of the API. It has DescribeExecution for StartExecution too, but
 * AWS's own policies for those that start leave it out; `iam:PassRole` is for roles, which give no rights here.
 */
const besides: Readonly<Partial<Record<Action, readonly PermittedAction[]>>> = {
  CreateActivity: ["TagResource"],
  CreateStateMachine: ["PublishStateMachineVersion", "TagResource"],
  TestState: ["RevealSecrets"],
  UpdateStateMachine: ["PublishStateMachineVersion"],
};

test("every action needs its own permission, those that a request asks for besides, and each of them", () => {
  const input = { ...everyArn, name: "n" };
  const asked = { ...input, ...everythingAsked };
  const actions = Object.keys(operations) as readonly Action[];
  assert.equal(actions.length, 37);
  for (const action of actions) {
    const needed = [action, ...(besides[action] ?? [])];
    requirePermission(callerWith([action]), action, input, space);
    requirePermission(callerWith([action]), action, { ...input, publish: false, tags: [], revealSecrets: null }, space);
    requirePermission(callerWith(needed), action, asked, space);
    for (const missing of needed) {
      const caller = callerWith(permittedActions.filter((each) => each !== missing));
      const [resource = ""] = resourcesOf(action, asked, space);
      const message = `states:${missing} on resource: ${resource} because`;
      const isDenied = (error: unknown): boolean => error instanceof ApiError && error.message.includes(message);
      assert.throws(() => requirePermission(caller, action, asked, space), isDenied, `${action} without ${missing}`);
    }
  }
});

function callerWith(actions: readonly PermittedAction[]): Caller {
  const permits = compilePermits([{ actions: actions.map((action) => `states:${action}`) }]);
  return { accessKeyId: "K", arn: "arn:aws:iam::000000000000:user/K", permits };
}

const everyArn = {
  stateMachineArn: "s",
  stateMachineAliasArn: "sa",
  stateMachineVersionArn: "sv",
  executionArn: "e",
  activityArn: "a",
  mapRunArn: "m",
  resourceArn: "r",
  routingConfiguration: [version("m")],
};

test("a caller may do what one of its allowances allows, and nothing else", () => {
  const team: readonly Allowance[] = [
    {
      actions: ["states:Start*", "STATES:stopexecution"],
      resources: [arn("stateMachine:team-*"), arn("execution:team-*")],
    },
    { actions: ["states:List*", "states:Describe*"] },
  ];
  const rows: readonly (readonly [allow: readonly Allowance[] | undefined, Action, Json, boolean])[] = [
    [undefined, "DeleteStateMachine", start, true],
    [[], "ListStateMachines", {}, false],
    [[{ actions: ["*"] }], "DeleteStateMachine", start, true],
    [[{ actions: ["states:*"], resources: ["*"] }], "DeleteStateMachine", start, true],
    [team, "StartExecution", { stateMachineArn: arn("stateMachine:team-a") }, true],
    [team, "StartSyncExecution", { stateMachineArn: arn("stateMachine:team-a") }, true],
    [team, "StartExecution", start, false],
    [team, "StartExecution", {}, false],
    [team, "StopExecution", { executionArn: arn("execution:team-a:e") }, true],
    [team, "StopExecution", { executionArn: arn("execution:m:e") }, false],
    [team, "DescribeStateMachine", start, true],
    [team, "ListStateMachines", {}, true],
    [team, "DeleteStateMachine", { stateMachineArn: arn("stateMachine:team-a") }, false],
    [team, "SendTaskSuccess", {}, false],
    [[{ actions: ["states:TestState"] }], "TestState", {}, true],
    [[{ actions: ["states:TestState"] }], "TestState", { revealSecrets: true }, false],
    [[{ actions: ["states:Create*"] }], "CreateStateMachine", { name: "m", publish: true }, false],
    [[{ actions: ["states:Create*"] }], "CreateStateMachine", { name: "m", publish: false, tags: [] }, true],
    [
      [{ actions: ["states:Create*", "states:PublishStateMachineVersion"] }],
      "CreateStateMachine",
      { publish: true },
      true,
    ],
    [[{ actions: ["states:Create*"] }], "CreateStateMachine", { name: "m", tags: [{ key: "k" }] }, false],
    [[{ actions: ["states:Create*", "states:TagResource"] }], "CreateStateMachine", { tags: [{ key: "k" }] }, true],
    [[{ actions: ["states:Create*"] }], "CreateActivity", { name: "a", tags: [{ key: "k" }] }, false],
    [
      [{ actions: ["states:Update*"] }],
      "UpdateStateMachine",
      { stateMachineArn: arn("stateMachine:m"), publish: true },
      false,
    ],
    [
      [{ actions: ["states:Update*"] }],
      "UpdateStateMachine",
      { stateMachineArn: arn("stateMachine:m"), publish: "yes" },
      false,
    ],
    [[{ actions: ["states:TestState", "states:RevealSecrets"] }], "TestState", { revealSecrets: true }, true],
  ];
  for (const [allow, action, input, isAllowed] of rows) {
    const caller = { accessKeyId: "K", arn: "arn:aws:iam::000000000000:user/K", permits: compilePermits(allow) };
    const require = (): void => requirePermission(caller, action, input, space);
    if (isAllowed) require();
    else assert.throws(require, { name: "AccessDeniedException" }, `${action} ${JSON.stringify(input)}`);
  }
});

test("every action is matched by its own name, and by no other's", () => {
  for (const action of permittedActions) {
    const matching = permittedActions.filter((other) => actionPatternMatches(`states:${action}`, other));
    assert.deepEqual(matching, [action]);
  }
});

test("whatever is asked for is permitted or denied, and nothing else is thrown", () => {
  const permits = compilePermits([{ actions: ["states:*"], resources: [arn("stateMachine:?*a*:*")] }]);
  const caller = { accessKeyId: "K", arn: "arn:aws:iam::000000000000:user/K", permits };
  const member = fc.constantFrom(...Object.keys(everyArn), "name", "__proto__", ...Object.keys(everythingAsked));
  const item = fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 2 }), fc.constant([version("a"), version("b")] as Json));
  const input = fc.oneof(fc.dictionary(member, item), fc.jsonValue());
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(operations) as Action[])), input, (action, asked) => {
      try {
        requirePermission(caller, action, asked as Json, space);
        return true;
      } catch (error) {
        return error instanceof ApiError && error.name === "AccessDeniedException";
      }
    }),
    { numRuns: 2000 },
  );
});
