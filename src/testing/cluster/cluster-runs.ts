// Runs of the cluster simulation: which workflows are run on how many nodes is drawn from the seed, and every run must come to the
// ends that the same workflows come to on nodes that nothing happens to.
import assert from "node:assert/strict";
import { seededRandom } from "../../asl/random.ts";
import { activity, byChance, children, fixed, input, type Machine, outcomeOf } from "../simulated-workflows.ts";
import type { Fault, Weather } from "./cluster-faults.ts";
import { ClusterSimulation } from "./cluster-simulation.ts";

/** Machines that are started by themselves, each with those that it starts. */
const groups: readonly (readonly string[])[] = [
  ["order"],
  ["express"],
  ["carousel"],
  ["distributed"],
  ["unluckyRun"],
  ["unlucky", "orphan", "child"],
  ["parent", "child", "quick", "doomed", "orphan"],
  ["endless", "doomed", "orphan", "child"],
  ["jobs"],
];

export interface ClusterRun {
  readonly ends: ReadonlyMap<string, readonly string[]>;
  readonly counts: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly repeated: number;
  readonly late: number;
  readonly tookMs: number;
}

const calmEnds = new Map<string, Promise<ClusterRun>>();

/** @throws whatever was found wrong. */
export async function proveClusterRun(seed: string): Promise<ClusterRun> {
  const random = seededRandom(`plan ${seed}`);
  const draw = (): readonly string[] => groups[Math.floor(random() * groups.length)] ?? [];
  const names = new Set(random() < 0.7 ? draw() : [...draw(), ...draw()]);
  const machines = fixed.filter(({ name }) => names.has(name));
  const key = [...names].toSorted().join(" ");
  const calm =
    calmEnds.get(key) ?? runCluster(machines, { seed: `calm ${key}`, weather: "calm", partitions: 4, nodes: 2 });
  calmEnds.set(key, calm);
  const shape = { partitions: 1 + Math.floor(random() * 6), nodes: 1 + Math.floor(random() * 3) };
  // All that clients start is as if it had been moved in; what these start begins where it would.
  const movedKey = random() < 0.2 ? startedKey : undefined;
  const stormy = await runCluster(machines, { seed, weather: "stormy", ...shape, movedKey });
  const { ends, counts } = await calm;
  assert.deepEqual(stormy.ends, ends);
  assert.deepEqual(stormy.counts, counts);
  return stormy;
}

interface Plan {
  readonly seed: string;
  readonly weather: Weather;
  readonly partitions: number;
  readonly nodes: number;
  readonly movedKey?: string | undefined;
}

/** The name that clients give to an execution of each machine. */
const startedKey = "one";

/** The longest of the workflows take ten minutes, and may begin anew. */
const boundMs = 1_800_000;

export async function runCluster(machines: readonly Machine[], plan: Plan): Promise<ClusterRun> {
  const simulation = new ClusterSimulation({ ...plan, outcomeOf, boundMs });
  const { clients, database, faults, observer } = simulation;
  const began = simulation.endedAt;
  for (const { name, type, definition } of machines) await clients.createMachine(name, type, definition);
  clients.work(activity);
  for (const { name } of machines) {
    if (name === "endless") clients.start(name, startedKey, input, (arn) => clients.stopLater(arn));
    else if (name === "carousel") clients.start(name, startedKey, input, () => clients.deleteLater(name));
    else if (name.startsWith("unlucky"))
      clients.start(name, startedKey, input, (arn) => clients.redriveUntilSuccess(arn));
    else if (!children.has(name)) clients.start(name, startedKey, input);
    if (name === "express") clients.runToEnd(name, input);
  }
  await simulation.run();
  const ends = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const { identity, status, output, error, cause } of database.executions) {
    const { stateMachineName: name, type } = identity;
    if (byChance.has(name)) continue;
    const end = JSON.stringify([status, output?.text, error, cause?.replaceAll(/#\d+/g, "#n")]);
    ends.set(name, (ends.get(name) ?? new Set()).add(end));
    // Starts of Express executions are not idempotent.
    if (type === "STANDARD") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...ends].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ends: new Map(sorted.map(([name, each]) => [name, [...each].toSorted()])),
    counts: new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    faults: faults.counts,
    repeated: observer.repeated,
    late: observer.late,
    tookMs: simulation.endedAt - began,
  };
}
