import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type Json, memberOf } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import { arbitraryWorkflow } from "../testing/arbitrary-workflow.ts";
import { deleteLater, redriveUntilSuccess, stopLater } from "../testing/simulated-clients.ts";
import { Simulation } from "../testing/simulation.ts";

interface Machine {
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly definition: Json;
}

const invoke = "arn:aws:states:::lambda:invoke";
const callback = "arn:aws:states:::lambda:invoke.waitForTaskToken";
const activity = "arn:aws:states:us-east-1:123456789012:activity:packing";
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

const fixed: readonly Machine[] = [
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

const input = { n: 7, items: [1, "two", { three: 3 }] };

/** Follows from the parameters alone, and every failure is alike: whichever comes first, the end is the same. */
function outcomeOf({ parameters }: Pick<PerformTask, "parameters">): TaskOutcome {
  const given = isJsonObject(parameters.value) ? parameters.value : {};
  const isFailure =
    memberOf(given, "kind") === 1 && Number(memberOf(given, "retry")) < Number(memberOf(given, "failures"));
  if (isFailure) return { kind: "failed", error: "Drawn", cause: "as drawn" };
  const { token: _, ...known } = given;
  return { kind: "succeeded", output: Payload.ofValue(known) };
}

interface Chance {
  readonly maxCrashes: number;
  readonly crashChance: number;
  readonly refusalChance: number;
  readonly downtimeMs: number;
}

const never: Chance = { maxCrashes: 0, crashChance: 0, refusalChance: 0, downtimeMs: 0 };

/** Started by others. How many there are is part of the end, but for those whose parents go before they have begun. */
const children: ReadonlySet<string> = new Set(["child", "quick", "orphan"]);

/** Children of these begin, or end in time, by chance: something else ends them. */
const byChance: ReadonlySet<string> = new Set([
  "orphan",
  "doomed/doomed",
  "endless/doomed",
  "endless/endless",
  "unluckyRun/lucky",
]);

/** The distinct ends by machine and name. Children are counted. */
async function endsOf(machines: readonly Machine[], seed: string, chance: Chance) {
  const simulation = new Simulation({ seed, outcomeOf, ...chance });
  for (const { name, type, definition } of machines) await simulation.createMachine(name, type, definition);
  simulation.work(activity);
  for (const { name } of machines) {
    if (name === "endless") simulation.start(name, "one", input, (arn) => stopLater(simulation, arn));
    else if (name === "carousel") simulation.start(name, "one", input, () => deleteLater(simulation, name));
    else if (name.startsWith("unlucky"))
      simulation.start(name, "one", input, (arn) => redriveUntilSuccess(simulation, arn));
    else if (!children.has(name)) simulation.start(name, "one", input);
  }
  await simulation.run();
  assert.equal(
    await simulation.disk.store.catalogue.findStateMachine("carousel"),
    undefined,
    "a deletion comes to its end",
  );
  const ends = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const { identity, status, output, error, cause } of simulation.disk.executions) {
    const { stateMachineName: name, type } = identity;
    if (byChance.has(name) || name.startsWith("standard/")) continue;
    const end = JSON.stringify([status, output?.text, error, cause?.replaceAll(/#\d+/g, "#n")]);
    ends.set(name, (ends.get(name) ?? new Set()).add(end));
    // Starts of Express executions are not idempotent.
    if (type === "STANDARD") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const { crashes, stoppedJobs } = simulation;
  return { ends, counts, crashes, stoppedJobs, endedAt: simulation.clock.now() };
}

/**
 * Random numbers follow from the places of events in the history, and those from what overtakes what; in Express
 * executions from their ARNs, which no seed repeats.
 */
function withoutChance(definition: Json): Json {
  const text = JSON.stringify(definition)
    .replaceAll("$random()", "0.25")
    .replaceAll("States.MathRandom", "States.MathAdd")
    // A Map Run fails by another error than what happens beside it.
    .replaceAll(
      '"ItemProcessor":{"ProcessorConfig"',
      '"ToleratedFailurePercentage":100,"ItemProcessor":{"ProcessorConfig"',
    );
  return JSON.parse(text.replaceAll('"FULL"', '"NONE"')) as Json;
}

/** Express executions cannot wait for tokens, and run no distributed Map. */
function withoutTokens(definition: Json): Json {
  const text = JSON.stringify(definition)
    .replaceAll("sqs:sendMessage.waitForTaskToken", "lambda:invoke")
    .replaceAll(/"ProcessorConfig":\{[^}]*\},/g, "");
  return JSON.parse(text.replaceAll(/,"token[^,}]*Task\.Token[^"]*"/g, "")) as Json;
}

const chances = {
  maxCrashes: fc.integer({ min: 1, max: 8 }),
  crashChance: fc.constantFrom(0.003, 0.01, 0.03, 0.1),
  refusalChance: fc.constantFrom(0, 0, 0.05, 0.2),
};
/** An Express execution has five minutes; those that a crash interrupted have them again. */
const longAway = fc.record({ ...chances, downtimeMs: fc.constantFrom(0, 5_000, 400_000) });
/** No longer than the generated tasks wait for their outcomes. */
const brieflyAway = fc.record({ ...chances, downtimeMs: fc.constantFrom(0, 2_000) });

async function proveSameEnd(machines: readonly Machine[], seed: number, chance: Chance) {
  const calm = await endsOf(machines, `calm ${seed}`, never);
  const stormy = await endsOf(machines, `stormy ${seed}`, chance);
  assert.deepEqual(stormy.ends, calm.ends);
  assert.deepEqual(stormy.counts, calm.counts);
  return stormy;
}

test("whatever crashes and whatever the store refuses, every fixed workflow comes to the end it comes to undisturbed", async () => {
  let crashes = 0;
  let stoppedJobs = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), longAway, async (seed, chance) => {
      const stormy = await proveSameEnd(fixed, seed, chance);
      crashes += stormy.crashes;
      stoppedJobs += stormy.stoppedJobs;
    }),
    { numRuns: 80 },
  );
  assert.ok(crashes > 100, `${crashes} crashes`);
  assert.ok(stoppedJobs > 160, `${stoppedJobs} jobs were stopped`);
});

test("whatever crashes and whatever the store refuses, generated workflows come to the end they come to undisturbed", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryWorkflow, arbitraryWorkflow, fc.nat(), brieflyAway, async (one, other, seed, chance) => {
      const machines: readonly Machine[] = [
        { name: "standard", type: "STANDARD", definition: withoutChance(one) },
        { name: "express", type: "EXPRESS", definition: withoutTokens(withoutChance(other)) },
      ];
      await proveSameEnd(machines, seed, chance);
    }),
    { numRuns: 200 },
  );
});

test("a seed tells a run in full", async () => {
  const stormy: Chance = { maxCrashes: 8, crashChance: 0.01, refusalChance: 0.05, downtimeMs: 5_000 };
  const first = await endsOf(fixed, "a seed", stormy);
  assert.ok(first.crashes > 2);
  assert.deepEqual(await endsOf(fixed, "a seed", stormy), first);
  assert.notEqual((await endsOf(fixed, "another", stormy)).endedAt, first.endedAt);
});
