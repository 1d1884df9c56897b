// Which spans executions leave behind, on the real runtime with a store in memory and time that a test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../asl/json.ts";
import { Payload } from "../../asl/payload.ts";
import type { PerformTask, TaskOutcome } from "../../engine/effect.ts";
import type { Runtime, StartRequest } from "../../runtime/runtime.ts";
import { openMemoryStore } from "../../store/memory/memory-store.ts";
import { settled } from "../../testing/settled.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import {
  createTestMachine,
  openTestRuntime,
  testArns,
  testMachineArn,
  testStartRequest,
} from "../../testing/test-runtime.ts";
import type { Span } from "./span.ts";
import type { TraceContext } from "./trace-context.ts";
import { type TracedMachines, traceExecutions } from "./trace-executions.ts";

const lambda = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const activity = "arn:aws:states:us-east-1:123456789012:activity:pack";
const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

interface Told {
  readonly span: Span;
  readonly context: TraceContext;
}

class Bench {
  readonly clock = new SimulatedClock(0);
  readonly told: Told[] = [];
  readonly logged: string[] = [];
  readonly store = openMemoryStore();
  machines: TracedMachines = "enabled";
  runtime: Runtime;
  answer: (task: PerformTask) => TaskOutcome | undefined = ({ parameters }) => ({
    kind: "succeeded",
    output: parameters,
  });
  #settled: () => Promise<void> = () => Promise.resolve();

  constructor(machines: TracedMachines = "enabled") {
    this.machines = machines;
    this.runtime = this.open();
  }

  /** Another process takes the store over. */
  async replace(): Promise<void> {
    await this.runtime.close();
    await this.open().recover();
    await this.rest();
  }

  open(): Runtime {
    const { clock, store, machines } = this;
    const { watch, settled } = traceExecutions({
      store,
      arns: testArns,
      machines,
      add: (spans, context) => this.told.push(...spans.map((span) => ({ span, context }))),
      log: (message) => this.logged.push(message),
    });
    const runtime = openTestRuntime({
      store,
      clock,
      watch,
      answer: (task) => {
        const outcome = this.answer(task);
        return outcome === undefined ? new Promise(() => undefined) : Promise.resolve(outcome);
      },
      log: (message) => this.logged.push(message),
    });
    this.runtime = runtime;
    this.#settled = settled;
    return runtime;
  }

  async start(definition: Json, more: Partial<StartRequest> = {}): Promise<string> {
    await this.create("played", definition);
    return this.begin("played", more);
  }

  async create(name: string, definition: Json, tracing = '{"enabled":true}'): Promise<void> {
    await createTestMachine(this.store, name, definition, { tracingConfiguration: tracing });
  }

  async begin(name: string, more: Partial<StartRequest> = {}): Promise<string> {
    const machineRequest = await testStartRequest(this.store, name, "one");
    const request = { ...machineRequest, input: Payload.ofText("[1,2]"), ...more };
    const started = await this.runtime.startExecution(request);
    assert.ok(started.kind === "started");
    await this.rest();
    return started.executionArn;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.rest();
  }

  async rest(): Promise<void> {
    await settled();
    await this.#settled();
  }

  /** The spans as a tree, one a line: times in seconds, `!` before a failure. */
  get tree(): readonly string[] {
    const ids = new Set(this.told.map(({ span }) => span.id));
    const roots = this.told.filter(({ span }) => span.parentId === undefined || !ids.has(span.parentId));
    return roots.flatMap((root) => this.#lines(root, ""));
  }

  #lines({ span }: Told, indent: string): readonly string[] {
    const { id, name, startedAt, endedAt, attributes, failure } = span;
    const notes = Object.entries(attributes).filter(([key]) => shown.has(key));
    const line = [
      `${indent}${name} ${startedAt / 1000}-${endedAt / 1000}`,
      ...notes.map(([key, value]) => `${key.slice(key.lastIndexOf(".") + 1)}=${value}`),
      ...(failure === undefined ? [] : [`!${failure.message ?? ""}`]),
    ].join(" ");
    const below = this.told.filter((other) => other.span.parentId === id);
    below.sort((left, right) => left.span.startedAt - right.span.startedAt);
    return [line, ...below.flatMap((child) => this.#lines(child, `${indent}  `))];
  }
}

const shown = new Set([
  "pawl.execution.status",
  "pawl.execution.redrive_count",
  "pawl.state.retries",
  "pawl.map.index",
  "pawl.parallel.branch",
  "pawl.aborted",
]);
const failed = (error: string, cause?: string): TaskOutcome => ({ kind: "failed", error, cause });
const one = (name: string, state: Record<string, Json>): Json => ({
  StartAt: name,
  States: { [name]: { ...state, End: true } },
});
const work = { Type: "Task", Resource: lambda("work") };
const pause = { Type: "Wait", Seconds: 5 };

test("an execution is a span, so is each state and each call, with what they are and not what goes through them", async () => {
  const bench = new Bench();
  const arn = await bench.start({
    StartAt: "Pause",
    States: { Pause: { ...pause, Next: "Work" }, Work: { ...work, End: true } },
  });
  assert.deepEqual(bench.tree, []);
  await bench.pass(5000);
  assert.deepEqual(bench.tree, ["played 0-5 status=SUCCEEDED", "  Pause 0-5", "  Work 5-5", "    lambda:work 5-5"]);
  const resource = { "pawl.task.resource": lambda("work") };
  assert.deepEqual(
    bench.told.map(({ span: { kind, attributes } }) => [kind, attributes]),
    [
      ["internal", { "pawl.state.name": "Pause", "pawl.state.type": "Wait" }],
      ["client", resource],
      ["internal", { "pawl.state.name": "Work", "pawl.state.type": "Task", ...resource }],
      [
        "server",
        {
          "aws.step_functions.state_machine.arn": testMachineArn("played"),
          "pawl.execution.arn": arn,
          "pawl.execution.status": "SUCCEEDED",
        },
      ],
    ],
  );
  assert.equal(new Set(bench.told.map(({ span }) => span.id)).size, 4);
  assert.equal(new Set(bench.told.map(({ context }) => context.traceId)).size, 1);
});

test("branches and iterations have their spans under those of their Parallel and Map", async () => {
  const bench = new Bench();
  const map = { Type: "Map", ItemProcessor: one("Each", work), MaxConcurrency: 1 };
  await bench.start(one("Both", { Type: "Parallel", Branches: [one("Items", map), one("Pause", pause)] }));
  await bench.pass(5000);
  assert.deepEqual(bench.tree, [
    "played 0-5 status=SUCCEEDED",
    "  Both 0-5",
    "    Items 0-0 branch=0",
    "      Items iteration 0-0 index=0",
    "        Each 0-0",
    "          lambda:work 0-0",
    "      Items iteration 0-0 index=1",
    "        Each 0-0",
    "          lambda:work 0-0",
    "    Pause 0-5 branch=1",
  ]);
});

test("failed attempts and the time before the next one are seen, and what a Catcher took stays a failure", async () => {
  const bench = new Bench();
  bench.answer = () => failed("Busy", "first line\nsecond line");
  const retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, MaxAttempts: 1 }];
  const caught = [{ ErrorEquals: ["States.ALL"], Next: "Done" }];
  await bench.start({
    StartAt: "Work",
    States: { Work: { ...work, Retry: retry, Catch: caught, Next: "Done" }, Done: { Type: "Succeed" } },
  });
  await bench.pass(2000);
  assert.deepEqual(bench.tree, [
    "played 0-2 status=SUCCEEDED",
    "  Work 0-2 retries=1 !Busy: first line",
    "    lambda:work 0-0 !Busy: first line",
    "    Back-off 0-2",
    "    lambda:work 2-2 !Busy: first line",
    "  Done 2-2",
  ]);
});

const packing = { Type: "Task", Resource: activity };
const failing = { Type: "Parallel", Branches: [one("Pack", packing), one("Work", work)] };

test("a failure marks its way up to the execution, and what it aborts is not called a failure", async () => {
  const bench = new Bench();
  bench.answer = () => failed("Bad", '{"errorMessage":"of the function","trace":["secret"]}');
  await bench.start(one("Outer", { Type: "Map", ItemProcessor: one("Both", failing), MaxConcurrency: 1 }));
  assert.deepEqual(bench.tree, [
    "played 0-0 status=FAILED !Bad: of the function",
    "  Outer 0-0 !Bad: of the function",
    "    Outer iteration 0-0 index=0 !Bad: of the function",
    "      Both 0-0 !Bad: of the function",
    "        Pack 0-0 branch=0 aborted=true",
    "          activity:pack 0-0 aborted=true",
    "        Work 0-0 branch=1 !Bad: of the function",
    "          lambda:work 0-0 !Bad: of the function",
  ]);
});

test("a Parallel that is tried again leaves the spans of both tries", async () => {
  const bench = new Bench();
  const branches = [one("Pause", pause), { StartAt: "Fail", States: { Fail: { Type: "Fail", Error: "Own" } } }];
  const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }];
  await bench.start(one("Both", { Type: "Parallel", Branches: branches, Retry: retry }));
  await bench.pass(1000);
  assert.deepEqual(bench.tree, [
    "played 0-1 status=FAILED !Own",
    "  Both 0-1 retries=1 !Own",
    "    Pause 0-0 branch=0 aborted=true",
    "    Fail 0-0 branch=1 !",
    "    Back-off 0-1",
    "    Pause 1-1 branch=0 aborted=true",
    "    Fail 1-1 branch=1 !",
  ]);
});

test("a stop or a time-out ends what is open", async () => {
  const definition = one("Items", { Type: "Map", ItemProcessor: one("Pack", packing), MaxConcurrency: 1 });
  const open = [
    "  Items 0-3 aborted=true",
    "    Items iteration 0-3 index=0 aborted=true",
    "      Pack 0-3 aborted=true",
    "        activity:pack 0-3 aborted=true",
  ];
  const stopped = new Bench();
  const arn = await stopped.start(definition);
  await stopped.pass(3000);
  await stopped.runtime.stopExecution(arn, { error: "Enough", cause: undefined });
  assert.deepEqual(stopped.tree, ["played 0-3 status=ABORTED !Enough", ...open]);

  const late = new Bench();
  await late.start({ ...(definition as object), TimeoutSeconds: 3 } as Json);
  await late.pass(3000);
  assert.deepEqual(late.tree, ["played 0-3 status=TIMED_OUT !States.Timeout", ...open]);
});

test("what another process ends has the ids that the one before would have given", async () => {
  const definition = one("Both", { Type: "Parallel", Branches: [one("Pack", packing), one("Pause", pause)] });
  const told: (readonly Told[])[] = [];
  for (const isReplaced of [false, true]) {
    const bench = new Bench();
    await bench.start(definition);
    const never = new AbortController().signal;
    const task = await bench.runtime.takeActivityTask(activity, "packer", never);
    assert.ok(task?.kind === "task");
    if (isReplaced) await bench.replace();
    await bench.pass(2000);
    await bench.runtime.sendTaskSuccess(task.taskToken, Payload.ofText("{}"));
    if (isReplaced) await bench.replace();
    await bench.pass(3000);
    assert.deepEqual(bench.tree, [
      "played 0-5 status=SUCCEEDED",
      "  Both 0-5",
      "    Pack 0-2 branch=0",
      "      activity:pack 0-2",
      "    Pause 0-5 branch=1",
    ]);
    told.push(bench.told);
  }
  assert.deepEqual(told[0], told[1]);
});

test("what goes on after a redrive has spans of its own, under the first span of the execution", async () => {
  const bench = new Bench();
  bench.answer = () => failed("Bad");
  const arn = await bench.start(one("Items", { Type: "Map", ItemProcessor: one("Work", work), MaxConcurrency: 1 }));
  await bench.pass(4000);
  bench.answer = ({ parameters }) => ({ kind: "succeeded", output: parameters });
  await bench.runtime.redriveExecution(arn, undefined);
  await bench.rest();
  assert.deepEqual(bench.tree, [
    "played 0-0 status=FAILED !Bad",
    "  Items 0-0 !Bad",
    "    Items iteration 0-0 index=0 !Bad",
    "      Work 0-0 !Bad",
    "        lambda:work 0-0 !Bad",
    "  played 4-4 status=SUCCEEDED redrive_count=1",
    "    Items 4-4",
    "      Items iteration 4-4 index=0",
    "        Work 4-4",
    "          lambda:work 4-4",
    "      Items iteration 4-4 index=1",
    "        Work 4-4",
    "          lambda:work 4-4",
  ]);
  assert.equal(new Set(bench.told.map(({ span }) => span.id)).size, bench.told.length);
});

test("an execution joins the trace that it was started with, or leaves none where that is not sampled", async () => {
  const pass = one("Only", { Type: "Pass" });
  const own = new Bench();
  await own.start(pass);
  const rows: readonly (readonly [traceHeader: string | undefined, context: TraceContext | undefined])[] = [
    [header, { traceId: "5759e988bd862e3fe1be46a994272793", parentSpanId: "53995c3f42cd8ad8" }],
    [header.replace("Sampled=1", "Sampled=0"), undefined],
    ["Root=1-5759e988-bd862e3fe1be46a994272793", { traceId: "5759e988bd862e3fe1be46a994272793" }],
    ["Self=1; Root=1-5759E988-bd862e3fe1be46a994272793", { traceId: "5759e988bd862e3fe1be46a994272793" }],
    ["Root=1-00000000-000000000000000000000000;Sampled=0", own.told[0]?.context],
    ["__proto__", own.told[0]?.context],
  ];
  for (const [traceHeader, context] of rows) {
    const bench = new Bench();
    await bench.start(pass, { traceHeader });
    const contexts = bench.told.map(({ context: { traceId, parentSpanId } }) => ({ traceId, parentSpanId }));
    const expected = { parentSpanId: undefined, ...context };
    assert.deepEqual(contexts, context === undefined ? [] : [expected, expected], traceHeader);
  }
});

const nested = (name: string): Json =>
  one("Child", {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync",
    Parameters: { StateMachineArn: testMachineArn(name) },
  });

test("a nested execution that is waited for stands under the call that started it", async () => {
  const bench = new Bench();
  await bench.create("leaf", one("Pause", pause));
  await bench.create("middle", nested("leaf"));
  await bench.create("top", nested("middle"));
  await bench.begin("top", { traceHeader: header });
  await bench.replace();
  await bench.pass(5000);
  await bench.pass(0);
  const spans = new Map(bench.told.map(({ span, context }) => [span.name, { span, context }]));
  const parents = bench.told
    .filter(({ span }) => span.kind === "server")
    .map(({ span, context }) => [span.name, context.parentSpanId]);
  const calls = bench.told.filter(({ span }) => span.kind === "client").map(({ span }) => span.id);
  assert.deepEqual(parents, [
    ["leaf", calls[0]],
    ["middle", calls[1]],
    ["top", "53995c3f42cd8ad8"],
  ]);
  assert.equal(new Set(bench.told.map(({ context }) => context.traceId)).size, 1);
  assert.equal(spans.get("top")?.context.traceId, "5759e988bd862e3fe1be46a994272793");
  assert.deepEqual(bench.logged, []);
});

test("only machines that ask for it are traced, unless all are", async () => {
  const definition = one("Only", { Type: "Pass" });
  for (const [machines, tracing, spans] of [
    ["enabled", '{"enabled":false}', 0],
    ["enabled", "{}", 0],
    ["all", '{"enabled":false}', 2],
  ] as const) {
    const bench = new Bench(machines);
    await bench.create("quiet", definition, tracing);
    await bench.begin("quiet");
    assert.equal(bench.told.length, spans, `${machines} ${tracing}`);
  }
});
