// Map Runs in every way of standing still, as a golden store holds them: what is left behind, told out, and lived on.
import assert from "node:assert/strict";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import { executionArn } from "../aws/arn.ts";
import type { ExecutionStatus } from "../store/journal.ts";
import { goldenArns, type GoldenWorld, plain, settle } from "./golden-store.ts";

/** The record beside a golden file of Map Runs. */
export interface GoldenMapRuns {
  /** When the file was closed, epoch milliseconds. */
  readonly now: number;
  readonly held: Json;
  /** How the executions with Standard children end, by their names: Express ones run out of time as the clock leaps. */
  readonly ends: Json;
}

const machineName = "mapping";
/** Executions, and the items that they go through: how long children wait, and whether they fail then. */
const inputs = {
  midway: [0, 3_600, 0, 7_200, 50],
  failed: [0, -1, 50, 60],
  redriven: [0, -1, 4_000, 60],
  aborted: [0, 100],
};
const names = Object.keys(inputs);

function definitionOf(childType: string): Json {
  return {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        MaxConcurrency: 2,
        ToleratedFailurePercentage: 0,
        ItemBatcher: { MaxItemsPerBatch: 1 },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: childType },
          StartAt: "Which",
          States: {
            Which: {
              Type: "Choice",
              Choices: [{ Variable: "$.Items[0]", NumericLessThan: 0, Next: "Once" }],
              Default: "Pause",
            },
            // A child that is redriven goes on here; one that is started anew fails again.
            Once: {
              Type: "Wait",
              QueryLanguage: "JSONata",
              Seconds: "{% $states.context.Execution.RedriveCount > 0 ? 4000 : $error('not yet') %}",
              End: true,
            },
            Pause: { Type: "Wait", SecondsPath: "$.Items[0]", End: true },
          },
        },
        End: true,
      },
    },
  };
}

const types = ["STANDARD", "EXPRESS"] as const;

export async function leaveMapRuns(world: GoldenWorld): Promise<void> {
  const { store, runtime } = world;
  for (const type of types) {
    const machine = await store.catalogue.createStateMachine(
      { name: `${machineName}-${type}`, type: "STANDARD", createdAt: world.clock.now(), tags: {} },
      { createdAt: world.clock.now(), definition: JSON.stringify(definitionOf(type)), roleArn: "arn:role" },
    );
    assert.ok(machine);
    const revision = await store.catalogue.readRevision(machine.revisionId);
    assert.ok(revision);
    for (const [name, items] of Object.entries(inputs)) {
      const input = Payload.ofValue(items);
      const outcome = await runtime.startExecution({ stateMachine: machine, revision, name, input });
      assert.equal(outcome.kind, "started");
    }
    await settle();
    await runtime.stopExecution(arnOf(type, "aborted"), { error: "Stopped" });
    await runtime.redriveExecution(arnOf(type, "redriven"), undefined);
    await settle();
  }
}

function arnOf(type: (typeof types)[number], name: string): string {
  return executionArn(goldenArns, "STANDARD", `${machineName}-${type}`, name);
}

const page = { limit: 99 };
const everyStatus: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

export async function heldMapRuns(world: GoldenWorld): Promise<Json> {
  const open = await world.store.mapRuns.openMapRuns(page);
  return plain({ open: open.map(({ id }) => id), executions: await executionsOf(world) });
}

async function executionsOf({ store, runtime }: GoldenWorld): Promise<Readonly<Record<string, unknown>>> {
  const { mapRuns } = store;
  const executions: Record<string, unknown> = {};
  for (const arn of types.flatMap((type) => names.map((name) => arnOf(type, name)))) {
    const described = await runtime.describeExecution(arn);
    assert.ok(described);
    const { record, output, failure } = described;
    const [run] = await mapRuns.listMapRuns(record.id, page);
    assert.ok(run);
    const children = await mapRuns.childrenByIndex(run.id, everyStatus, page);
    const listed = await mapRuns.listChildren({ mapRunId: run.id }, page);
    const counts = await mapRuns.countChildren(run.id);
    executions[arn] = { record, output, failure, run, counts, children, listed: listed.map(({ id }) => id) };
  }
  return executions;
}

/** As clients see it: what is not durable yet has not ended. */
async function isRunning({ runtime }: GoldenWorld): Promise<boolean> {
  const arns = types.flatMap((type) => names.map((name) => arnOf(type, name)));
  const described = await Promise.all(arns.map((arn) => runtime.describeExecution(arn)));
  return described.some((one) => one?.record.status === "RUNNING");
}

/** Goes on from what was left: the failed and the stopped are redriven, time passes. */
export async function liveOnMapRuns(world: GoldenWorld): Promise<Json> {
  const { store, runtime, clock } = world;
  await runtime.recover();
  await settle();
  for (const type of types) {
    for (const name of ["failed", "aborted"]) {
      assert.equal((await runtime.redriveExecution(arnOf(type, name), undefined))?.kind, "redriven");
    }
  }
  for (let rounds = 0; await isRunning(world); rounds++) {
    assert.ok(rounds < 1_000, "what runs waits for nothing");
    await settle();
    clock.advanceToNext();
  }
  assert.deepEqual(await store.mapRuns.openMapRuns(page), []);
  const ends = names.map(async (name) => {
    const { record, output, failure } = (await runtime.describeExecution(arnOf("STANDARD", name))) ?? {};
    return [name, { status: record?.status, output, failure }] as const;
  });
  return plain(Object.fromEntries(await Promise.all(ends)));
}
