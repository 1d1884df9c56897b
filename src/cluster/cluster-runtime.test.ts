// Nodes of a cluster in one process: the real runtimes on one store in memory, whose time a test has in hand.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Json } from "../asl/json.ts";
import { Payload } from "../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../engine/effect.ts";
import type { LimitExceeded } from "../runtime/starts/quotas.ts";
import type { ActivityTask, Runtime } from "../runtime/runtime.ts";
import { openMemoryCluster } from "../store/memory/memory-cluster-store.ts";
import { childOutcome } from "../tasks/states.ts";
import { settled } from "../testing/settled.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { testMapRunner } from "../testing/test-map-runner.ts";
import { createTestMachine, testArns, testStartRequest } from "../testing/test-runtime.ts";
import { type ClusterRuntime, createClusterRuntime } from "./cluster-runtime.ts";
import { PeerRefusedError } from "./peer-errors.ts";
import { partitionsFor } from "./rendezvous.ts";

const second = 1_000;
const activity = "arn:aws:states:us-east-1:123456789012:activity:packing";

class Bench {
  readonly clock = new SimulatedClock();
  readonly cluster = openMemoryCluster({ partitions: 8, leaseMs: 9 * second, now: () => this.clock.now() });
  /** Names of the nodes that made calls, in order. */
  readonly calls: string[] = [];
  answer: (task: PerformTask) => Promise<TaskOutcome> = () => new Promise(() => undefined);
  readonly #nodes = new Map<string, ClusterRuntime>();

  constructor(t: TestContext) {
    t.after(() => Promise.all([...this.#nodes.values()].map((node) => this.settling(node.close()))));
  }

  async join(id: string, limits: { readonly maxOpenExecutions?: number } = {}): Promise<ClusterRuntime> {
    const runtime = createClusterRuntime({
      store: this.cluster,
      node: { id, url: `http://${id}`, version: "1" },
      peers: {
        call: async (to, method, args) => {
          const peer = this.#nodes.get(to.id);
          if (peer === undefined) throw new PeerRefusedError(`${to.id} has gone`);
          return peer.performForPeer(method, args);
        },
      },
      clock: this.clock,
      elapsed: () => this.clock.now(),
      arns: testArns,
      limits,
      isKnownActivity: () => true,
      childOutcome,
      createMapRunner: testMapRunner,
      perform: (task) => {
        this.calls.push(id);
        return this.answer(task);
      },
      log: (message, error) => assert.fail(`${message} ${String(error)}`),
    });
    this.#nodes.set(id, runtime);
    void runtime.recover();
    await this.pass(3 * second);
    return runtime;
  }

  /** The node hears and does nothing any more; its timers are left. */
  kill(id: string): void {
    this.#nodes.delete(id);
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += second / 4) {
      this.clock.advance(second / 4);
      await settled();
    }
  }

  /** Lets time pass until something settles. */
  async settling<Result>(promise: Promise<Result>): Promise<Result> {
    const state = { isSettled: false };
    const settle = (): void => void (state.isSettled = true);
    promise.then(settle, settle);
    for (let steps = 0; !state.isSettled; steps++) {
      assert.ok(steps < 400, "it settles");
      await this.pass(second / 4);
    }
    return promise;
  }

  async start(node: Runtime, machine: string, name: string): Promise<string> {
    const started = await this.settling(
      testStartRequest(this.cluster.shared, machine, name).then((request) => node.startExecution(request)),
    );
    return started.kind === "started" ? started.executionArn : assert.fail(started.kind);
  }
}

const only = (state: Json): Json => ({ StartAt: "Only", States: { Only: state } });
const waiting = only({ Type: "Wait", Seconds: 1_000, End: true });
const calling = only({ Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", End: true });
const packing = only({ Type: "Task", Resource: activity, End: true });

const names = Array.from({ length: 12 }, (_, i) => `order-${i}`);

test("any node answers any call, whoever owns the execution", async (t) => {
  const bench = new Bench(t);
  await createTestMachine(bench.cluster.shared, "waiting", waiting);
  const nodes = [await bench.join("a"), await bench.join("b")];
  await bench.pass(10 * second);
  assert.equal(
    nodes.reduce((sum, { ownedPartitions }) => sum + ownedPartitions, 0),
    8,
  );
  assert.ok(nodes.every(({ ownedPartitions }) => ownedPartitions > 0));
  for (const [i, name] of names.entries()) {
    const [one, other] = i % 2 === 0 ? nodes : nodes.toReversed();
    assert.ok(one !== undefined && other !== undefined);
    const arn = await bench.start(one, "waiting", name);
    assert.equal((await other.describeExecution(arn))?.record.status, "RUNNING");
    const stoppedAt = await bench.settling(other.stopExecution(arn, { error: "Enough" }));
    assert.equal((await one.describeExecution(arn))?.record.stoppedAt, stoppedAt);
  }
});

test("a worker that waits at one node gets the tasks of another, and may answer at any", async (t) => {
  const bench = new Bench(t);
  await createTestMachine(bench.cluster.shared, "packing", packing);
  const nodes = [await bench.join("a"), await bench.join("b")] as const;
  await bench.pass(10 * second);
  for (const [i, name] of names.entries()) {
    const taken: Promise<ActivityTask | LimitExceeded | undefined> = nodes[0].takeActivityTask(
      activity,
      "w",
      new AbortController().signal,
    );
    const arn = await bench.start(nodes[1], "packing", name);
    const task = await bench.settling(taken);
    assert.ok(task?.kind === "task");
    task.handedOver(true);
    const node = nodes[i % 2 === 0 ? 0 : 1];
    assert.equal(await bench.settling(node.sendTaskSuccess(task.taskToken, Payload.ofText("1"))), "accepted");
    assert.equal((await nodes[0].describeExecution(arn))?.output?.text, "1");
  }
});

test("workers are counted wherever they wait, but at nodes that do not answer", async (t) => {
  const bench = new Bench(t);
  const nodes = [await bench.join("a"), await bench.join("b")] as const;
  const leave = new AbortController();
  const waits = [nodes[0], nodes[1], nodes[1]].map((node) => node.takeActivityTask(activity, "w", leave.signal));
  const other = activity.replace("packing", "sending");
  for (const node of nodes) assert.deepEqual(await bench.settling(node.countWorkers([other, activity])), [0, 3]);
  bench.kill("b");
  assert.deepEqual(await bench.settling(nodes[0].countWorkers([activity])), [1]);
  leave.abort();
  await bench.settling(Promise.all(waits));
});

test("a node that leaves waits for its calls, and none of them is made again", async (t) => {
  const bench = new Bench(t);
  await createTestMachine(bench.cluster.shared, "calling", calling);
  const outcome = Promise.withResolvers<TaskOutcome>();
  bench.answer = () => outcome.promise;
  const a = await bench.join("a");
  const arns = await Promise.all(names.map((name) => bench.start(a, "calling", name)));
  const b = await bench.join("b");
  await bench.pass(second);
  outcome.resolve({ kind: "succeeded", output: Payload.ofText("1") });
  await bench.pass(10 * second);
  assert.ok(b.ownedPartitions > 0, "some partitions have been handed over");
  await bench.settling(a.close());
  bench.kill("a");
  await bench.pass(3 * second);
  assert.equal(b.ownedPartitions, 8);
  for (const arn of arns) assert.equal((await b.describeExecution(arn))?.record.status, "SUCCEEDED");
  assert.equal(bench.calls.length, names.length);
});

test("a node that has gone leaves no timer behind", async (t) => {
  const bench = new Bench(t);
  const node = await bench.join("a");
  assert.notEqual(bench.clock.nextAt, undefined);
  await bench.settling(node.close());
  assert.equal(bench.clock.nextAt, undefined);
});

test("no more executions run than there may be, on whichever nodes", async (t) => {
  const bench = new Bench(t);
  await createTestMachine(bench.cluster.shared, "waiting", waiting);
  const nodes = [
    await bench.join("a", { maxOpenExecutions: 5 }),
    await bench.join("b", { maxOpenExecutions: 5 }),
  ] as const;
  await bench.pass(10 * second);
  const outcomes: string[] = [];
  for (const [i, name] of names.entries()) {
    const request = await testStartRequest(bench.cluster.shared, "waiting", name);
    outcomes.push((await bench.settling(nodes[i % 2 === 0 ? 0 : 1].startExecution(request))).kind);
    // The nodes hear of each other's.
    await bench.pass(6 * second);
  }
  assert.equal(outcomes.filter((kind) => kind === "started").length, 5);
  assert.equal(outcomes.filter((kind) => kind === "limitExceeded").length, names.length - 5);
});

test("a machine that is deleted at one node runs nowhere any more, and is gone once all nodes know", async (t) => {
  const bench = new Bench(t);
  const machine = await createTestMachine(bench.cluster.shared, "waiting", waiting);
  const nodes = [await bench.join("a"), await bench.join("b")] as const;
  await bench.pass(10 * second);
  const request = await testStartRequest(bench.cluster.shared, "waiting", undefined);
  await bench.settling(nodes[0].deleteStateMachine(machine));
  await bench.pass(4 * second);
  const late = await bench.settling(nodes[1].startExecution(request));
  assert.equal(late.kind, "deleting");
  const { catalogue } = bench.cluster.shared;
  assert.equal((await catalogue.readStateMachine(machine.id))?.status, "DELETING");
  await bench.pass(30 * second);
  assert.equal((await catalogue.readStateMachine(machine.id))?.status, "DELETED");
});

test("a node that comes or goes moves only the partitions that it gets or had", () => {
  const nodes = ["a", "b", "c"].map((id) => ({ id }));
  const of = (id: string, among: readonly { id: string }[]): Set<number> => partitionsFor(id, among, 300);
  const before = of("a", nodes.slice(0, 2));
  const after = of("a", nodes);
  assert.ok([...after].every((partition) => before.has(partition)));
  const all = nodes.map(({ id }) => of(id, nodes));
  assert.equal(
    all.reduce((sum, { size }) => sum + size, 0),
    300,
  );
  for (const { size } of all) assert.ok(size > 70 && size < 130, `${size} of about 100`);
});
