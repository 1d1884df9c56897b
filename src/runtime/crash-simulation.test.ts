import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Json } from "../asl/json.ts";
import { arbitraryWorkflow } from "../testing/arbitrary-workflow.ts";
import { activity, byChance, children, fixed, input, type Machine, outcomeOf } from "../testing/simulated-workflows.ts";
import { Simulation } from "../testing/simulation.ts";

interface Chance {
  readonly maxCrashes: number;
  readonly crashChance: number;
  readonly refusalChance: number;
  readonly downtimeMs: number;
}

const never: Chance = { maxCrashes: 0, crashChance: 0, refusalChance: 0, downtimeMs: 0 };

/** The distinct ends by machine and name. Children are counted. */
async function endsOf(machines: readonly Machine[], seed: string, chance: Chance) {
  const simulation = new Simulation({ seed, outcomeOf, ...chance });
  const { clients } = simulation;
  for (const { name, type, definition } of machines) await clients.createMachine(name, type, definition);
  clients.work(activity);
  for (const { name } of machines) {
    if (name === "endless") clients.start(name, "one", input, (arn) => clients.stopLater(arn));
    else if (name === "carousel") clients.start(name, "one", input, () => clients.deleteLater(name));
    else if (name.startsWith("unlucky")) clients.start(name, "one", input, (arn) => clients.redriveUntilSuccess(arn));
    else if (!children.has(name)) clients.start(name, "one", input);
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
