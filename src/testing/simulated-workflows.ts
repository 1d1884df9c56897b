// Workflows that come to the same end whatever overtakes what, and whatever goes wrong on the way: what simulations run.
import { isJsonObject, type Json, memberOf } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";

export interface Machine {
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly definition: Json;
}

const invoke = "arn:aws:states:::lambda:invoke";
const callback = "arn:aws:states:::lambda:invoke.waitForTaskToken";
export const activity = "arn:aws:states:us-east-1:123456789012:activity:packing";
const retryAlways = { Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 99, MaxDelaySeconds: 4 }] };

function machineArn(name: string): string {
  return `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
}

function only(state: Json): Json {
  return { StartAt: "Only", States: { Only: state } };
}

function nested(pattern: string, name: string): Json {
  return only({
    Type: "Task",
    Resource: `arn:aws:states:::states:startExecution${pattern}`,
    Parameters: { StateMachineArn: machineArn(name), Input: { "n.$": "$.n" } },
    ...(pattern === "" ? { ResultPath: null } : { OutputPath: "$.Output" }),
    End: true,
  });
}

const order: Json = {
  StartAt: "All",
  States: {
    All: {
      Type: "Parallel",
      Branches: [
        only({ Type: "Task", Resource: callback, Parameters: { kind: 0, "token.$": "$$.Task.Token" }, End: true }),
        // Without a time limit a task that is lost on its way to a worker would be missed for ever.
        only({ Type: "Task", Resource: activity, End: true }),
        only({
          Type: "Map",
          MaxConcurrency: 2,
          ItemsPath: "$.items",
          ItemProcessor: {
            StartAt: "Rest",
            States: {
              Rest: { Type: "Wait", Seconds: 1, Next: "Work" },
              Work: { Type: "Task", Resource: invoke, Parameters: { kind: 0, "item.$": "$" }, End: true },
            },
          },
          End: true,
        }),
      ],
      Next: "Flaky",
    },
    Flaky: {
      Type: "Task",
      Resource: invoke,
      Parameters: { kind: 1, failures: 3, "retry.$": "$$.State.RetryCount" },
      ...retryAlways,
      End: true,
    },
  },
};

const child: Json = {
  StartAt: "Work",
  States: {
    Work: { Type: "Task", Resource: invoke, Parameters: { kind: 0, "n.$": "$.n" }, Next: "Rest" },
    Rest: { Type: "Wait", Seconds: 1, End: true },
  },
};

const parent: Json = only({
  Type: "Parallel",
  Branches: [
    nested(".sync", "child"),
    nested(".sync:2", "child"),
    nested("", "child"),
    nested(".sync", "quick"),
    nested(".sync:2", "doomed"),
  ],
  End: true,
});

/** Everything that is in flight is called off when one of them fails. */
const doomed: Json = {
  StartAt: "All",
  States: {
    All: {
      Type: "Parallel",
      Branches: [
        only({ Type: "Task", Resource: callback, Parameters: { kind: 0, "token.$": "$$.Task.Token" }, End: true }),
        only({ Type: "Task", Resource: invoke, Parameters: { kind: 1, failures: 9, retry: 0 }, End: true }),
        only({ Type: "Wait", Seconds: 86_400, End: true }),
        only({ Type: "Task", Resource: activity, End: true }),
        nested(".sync", "orphan"),
        onlyRun({ label: "doomed", type: "EXPRESS", states: only({ Type: "Wait", Seconds: 200, End: true }) }),
        only(job({ seconds: 86_400 })),
      ],
      Catch: [{ ErrorEquals: ["Drawn"], Next: "Caught" }],
      End: true,
    },
    Caught: { Type: "Pass", End: true },
  },
};

/** Ends by being stopped. */
const endless: Json = only({
  Type: "Parallel",
  Branches: [
    only({ Type: "Wait", Seconds: 86_400, End: true }),
    only(job({ seconds: 86_400 })),
    nested(".sync", "orphan"),
    doomed,
    endlessRun(),
  ],
  End: true,
});

/** Goes round for ever, until its machine is deleted. */
const carousel: Json = {
  StartAt: "Rest",
  States: {
    Rest: { Type: "Wait", Seconds: 2, Next: "Again" },
    Again: { Type: "Choice", Choices: [{ Variable: "$.n", IsPresent: true, Next: "Rest" }] },
  },
};

/** Fails in several places at once, until it has been redriven twice. */
const unlucky: Json = {
  StartAt: "All",
  States: {
    All: {
      Type: "Parallel",
      Branches: [
        only({ Type: "Task", Resource: callback, Parameters: { kind: 0, "token.$": "$$.Task.Token" }, End: true }),
        only({ Type: "Task", Resource: activity, TimeoutSeconds: 20, ...retryAlways, End: true }),
        only({
          Type: "Map",
          MaxConcurrency: 2,
          ItemsPath: "$.items",
          ItemProcessor: {
            StartAt: "Work",
            States: { Work: { ...redriven(1), Next: "Rest" }, Rest: { Type: "Wait", Seconds: 1, End: true } },
          },
          End: true,
        }),
        nested(".sync", "orphan"),
      ],
      ResultPath: null,
      Next: "Last",
    },
    Last: { ...redriven(2), End: true },
  },
};

/** A job of another service, which takes at most so many seconds. */
function job(parameters: Record<string, Json>): Record<string, Json> {
  const resource = "arn:aws:states:::glue:startJobRun.sync";
  return { Type: "Task", Resource: resource, Parameters: { JobName: "j", kind: 0, ...parameters }, End: true };
}

const jobs: Json = only({
  Type: "Parallel",
  Branches: [
    only(job({ seconds: 3 })),
    only(job({ seconds: 90, "items.$": "$.items" })),
    only({ ...job({ seconds: 5, kind: 1, failures: 2, "retry.$": "$$.State.RetryCount" }), ...retryAlways }),
    {
      StartAt: "Only",
      States: {
        Only: {
          ...job({ seconds: 86_400 }),
          TimeoutSeconds: 500,
          Catch: [{ ErrorEquals: ["States.Timeout"], ResultPath: null, Next: "Late" }],
        },
        Late: { Type: "Pass", End: true },
      },
    },
  ],
  End: true,
});

function redriven(failures: number): Record<string, Json> {
  const parameters = { kind: 1, failures, "retry.$": "$$.Execution.RedriveCount" };
  return { Type: "Task", Resource: invoke, Parameters: parameters, ResultPath: null };
}

interface Children {
  readonly label: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly states: Json;
}

function mapRun({ label, type, states }: Children, fields: Record<string, Json> = {}): Record<string, Json> {
  const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: type };
  return { Type: "Map", Label: label, ItemProcessor: { ProcessorConfig, ...(states as object) }, End: true, ...fields };
}

const many = Array.from({ length: 17 }, (_, index) => index);

/** Runs within a run, one of them in batches; some children fail, as many as is tolerated. */
const distributed: Json = {
  StartAt: "Items",
  States: {
    Items: { Type: "Pass", Result: many, Next: "Each" },
    Each: {
      ...mapRun(
        {
          label: "each",
          type: "STANDARD",
          states: {
            StartAt: "Work",
            States: {
              Work: { Type: "Task", Resource: invoke, Parameters: { kind: 0, "n.$": "$" }, Next: "Rest" },
              Rest: { Type: "Wait", Seconds: 1, Next: "Which" },
              Which: {
                Type: "Choice",
                Choices: [{ Variable: "$.n", NumericEquals: 5, Next: "Bad" }],
                Default: "Inside",
              },
              Bad: { Type: "Fail", Error: "Drawn" },
              Inside: mapRun(
                { label: "inside", type: "EXPRESS", states: only({ Type: "Pass", End: true }) },
                { ItemsPath: "$", MaxConcurrency: 1 },
              ),
            },
          },
        },
        { MaxConcurrency: 3, ToleratedFailureCount: 1 },
      ),
      End: false,
      Next: "Batches",
    },
    Batches: mapRun(
      {
        label: "batches",
        type: "EXPRESS",
        states: only({ Type: "Task", Resource: invoke, Parameters: { kind: 0, "n.$": "$.Items" }, End: true }),
      },
      { ItemBatcher: { MaxItemsPerBatch: 5 }, MaxConcurrency: 2 },
    ),
  },
};

/** Fails and is aborted in all its children, until it has been redriven. */
const unluckyRun: Json = only({
  Type: "Parallel",
  Branches: [
    onlyRun(
      { label: "unlucky", type: "STANDARD", states: only({ ...redriven(1), End: true }) },
      { MaxConcurrency: 4, ItemsPath: "$.items" },
    ),
    onlyRun(
      { label: "lucky", type: "EXPRESS", states: only({ Type: "Wait", Seconds: 1, End: true }) },
      { ItemsPath: "$.items" },
    ),
  ],
  ResultPath: null,
  End: true,
});

/** A Map by its label: its children are found by the name of the state. */
function onlyRun(children: Children, fields: Record<string, Json> = {}): Json {
  return { StartAt: children.label, States: { [children.label]: mapRun(children, fields) } };
}

/** Its children go on for ever. */
function endlessRun(): Json {
  const states = only({ Type: "Wait", Seconds: 86_400, End: true });
  return onlyRun({ label: "endless", type: "STANDARD", states }, { ItemsPath: "$.items" });
}

export const fixed: readonly Machine[] = [
  { name: "distributed", type: "STANDARD", definition: distributed },
  { name: "unluckyRun", type: "STANDARD", definition: unluckyRun },
  { name: "unlucky", type: "STANDARD", definition: unlucky },
  { name: "order", type: "STANDARD", definition: order },
  { name: "child", type: "STANDARD", definition: child },
  { name: "parent", type: "STANDARD", definition: parent },
  { name: "quick", type: "STANDARD", definition: only({ Type: "Pass", End: true }) },
  { name: "orphan", type: "STANDARD", definition: child },
  { name: "endless", type: "STANDARD", definition: endless },
  { name: "doomed", type: "STANDARD", definition: doomed },
  { name: "jobs", type: "STANDARD", definition: jobs },
  { name: "carousel", type: "STANDARD", definition: carousel },
  { name: "express", type: "EXPRESS", definition: parallelTasks() },
];

function parallelTasks(): Record<string, Json> {
  const task = {
    Type: "Task",
    Resource: invoke,
    Parameters: { kind: 1, failures: 2, "retry.$": "$$.State.RetryCount" },
  };
  const branch = {
    StartAt: "Work",
    States: { Work: { ...task, ...retryAlways, Next: "Rest" }, Rest: { Type: "Wait", Seconds: 1, End: true } },
  };
  return { StartAt: "Both", States: { Both: { Type: "Parallel", Branches: [branch, branch], End: true } } };
}

export const input = { n: 7, items: [1, "two", { three: 3 }] };

/** Follows from the parameters alone, and every failure is alike: whichever comes first, the end is the same. */
export function outcomeOf({ parameters }: Pick<PerformTask, "parameters">): TaskOutcome {
  const given = isJsonObject(parameters.value) ? parameters.value : {};
  const isFailure =
    memberOf(given, "kind") === 1 && Number(memberOf(given, "retry")) < Number(memberOf(given, "failures"));
  if (isFailure) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  const { token: _, ...known } = given;
  return { kind: "succeeded", output: Payload.ofValue(known) };
}

/** Started by others. How many there are is part of the end, but for those whose parents go before they have begun. */
export const children: ReadonlySet<string> = new Set(["child", "quick", "orphan"]);

/** Children of these begin, or end in time, by chance: something else ends them. */
export const byChance: ReadonlySet<string> = new Set([
  "orphan",
  "doomed/doomed",
  "endless/doomed",
  "endless/endless",
  "unluckyRun/lucky",
]);
