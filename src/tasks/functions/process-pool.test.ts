import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { failedReply, type Invocation, type Reply } from "./invocation.ts";
import {
  Lane,
  type LaneOptions,
  type PooledCall,
  type PooledProcess,
  type ProcessEvents,
  ProcessPool,
} from "./process-pool.ts";

/** A process that does what the test says, when the test says it. */
class FakeProcess implements PooledProcess {
  readonly name: string;
  readonly #events: ProcessEvents;
  readonly performed: string[] = [];
  call: PooledCall | undefined;
  isClosed = false;

  constructor(name: string, events: ProcessEvents) {
    this.name = name;
    this.#events = events;
  }

  perform(call: PooledCall): void {
    assert.equal(this.call, undefined, `${this.name} has a call already`);
    assert.ok(!this.isClosed);
    this.call = call;
    this.performed.push(call.invocation.requestId);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** The function is loaded and the call runs. */
  begin(): void {
    this.#events.began();
  }

  /** The call ends. */
  end(): void {
    this.#events.began();
    const { call } = this;
    this.call = undefined;
    call?.settle({ kind: "returned", payload: `"${call.invocation.requestId} by ${this.name}"` });
    this.#events.freed();
  }

  /** It is gone, before its call began where it has one. */
  exit(): void {
    const { call } = this;
    this.call = undefined;
    const reply = failedReply("Runtime.ExitError", "gone");
    this.#events.exited(call === undefined ? undefined : { call, reply });
  }
}

interface Kit {
  readonly clock: SimulatedClock;
  readonly pool: ProcessPool;
  readonly said: string[];
  /** All that were ever started, in their order. */
  readonly started: FakeProcess[];
  lane(functionName: string, more?: Partial<LaneOptions>): Lane;
  call(lane: Lane, requestId: string, signal?: AbortSignal): Promise<Reply>;
}

const never = new AbortController().signal;

function kitOf({ maxProcesses = 8, parallelStarts = 2 } = {}): Kit {
  const clock = new SimulatedClock();
  const said: string[] = [];
  const say = ({ functionName, text }: { readonly functionName: string; readonly text: string }): void =>
    void said.push(`${functionName}: ${text}`);
  const pool = new ProcessPool({ maxProcesses, parallelStarts, clock, say });
  const started: FakeProcess[] = [];
  return {
    clock,
    pool,
    said,
    started,
    lane(functionName, more = {}) {
      const start = (events: ProcessEvents): FakeProcess => {
        const process = new FakeProcess(`${functionName}${started.length}`, events);
        started.push(process);
        return process;
      };
      return new Lane({ functionName, isReused: true, start, ...more });
    },
    call(lane, requestId, signal = never) {
      const { functionName } = lane.options;
      const invocation: Invocation = {
        functionName,
        functionArn: "arn",
        requestId,
        idempotencyKey: "k",
        payload: "{}",
      };
      return pool.call(lane, invocation, signal);
    },
  };
}

const alive = ({ started }: Kit): readonly string[] => started.filter((each) => !each.isClosed).map(({ name }) => name);

test("a process has one call at a time, and the last used one gets the next", async () => {
  const kit = kitOf();
  const lane = kit.lane("f");
  const replies = [kit.call(lane, "a"), kit.call(lane, "b")];
  assert.deepEqual(
    kit.started.map(({ performed }) => performed),
    [["a"], ["b"]],
  );
  for (const each of kit.started) each.end();
  assert.deepEqual(
    (await Promise.all(replies)).map(({ payload }) => payload),
    [`"a by f0"`, `"b by f1"`],
  );
  for (const requestId of ["c", "d"]) {
    void kit.call(lane, requestId);
    kit.started[1]?.end();
  }
  assert.deepEqual(
    kit.started.map(({ performed }) => performed),
    [["a"], ["b", "c", "d"]],
  );
});

test("short calls are done by a few processes, and long ones get more of them, a few times as many at a time", () => {
  const kit = kitOf({ maxProcesses: 100 });
  const lane = kit.lane("f");
  for (let i = 0; i < 40; i++) void kit.call(lane, `${i}`);
  assert.equal(kit.started.length, 2, "as many as there are processors, at once");
  kit.clock.advance(1_000);
  assert.equal(kit.started.length, 2, "no more as long as none has begun");
  for (const expected of [8, 32, 40]) {
    for (const each of kit.started) each.begin();
    kit.clock.advance(100);
    assert.equal(kit.started.length, expected);
  }
  const other = kitOf({ maxProcesses: 100 });
  const short = other.lane("f");
  for (let i = 0; i < 40; i++) void other.call(short, `${i}`);
  while (other.started.some(({ call }) => call !== undefined)) for (const each of other.started) each.end();
  other.clock.advance(1_000);
  assert.deepEqual(
    other.started.map(({ performed }) => performed.length),
    [20, 20],
  );
});

test("processes that were of no use are ended", () => {
  const kit = kitOf({ maxProcesses: 100 });
  const lane = kit.lane("f");
  for (let i = 0; i < 10_000; i++) void kit.call(lane, `${i}`);
  const most: number[] = [];
  for (let round = 0; round < 200; round++) {
    kit.clock.advance(10);
    // However many there are, a call ends each millisecond.
    for (let i = 0; i < 10; i++) {
      const busy = kit.started.filter(({ call, isClosed }) => call !== undefined && !isClosed);
      busy[i % busy.length]?.end();
    }
    for (const each of kit.started) if (each.isClosed) each.exit();
    most.push(alive(kit).length);
  }
  assert.deepEqual([Math.max(...most), most.at(-1)], [4, 2]);
});

test("a function has no more processes than its concurrency, and all functions together no more than the bound", () => {
  const kit = kitOf({ maxProcesses: 3 });
  const bounded = kit.lane("a", { concurrency: 1 });
  const free = kit.lane("b");
  for (let i = 0; i < 5; i++) {
    void kit.call(bounded, `a${i}`);
    void kit.call(free, `b${i}`);
  }
  for (const each of kit.started) each.begin();
  kit.clock.advance(1_000);
  assert.deepEqual(alive(kit), ["a0", "b1", "b2"]);
  for (let i = 0; i < 5; i++) kit.started[0]?.end();
  assert.deepEqual(kit.started[0]?.performed, ["a0", "a1", "a2", "a3", "a4"], "in the order of their coming");
});

test("a process that nobody has used for five minutes is ended, and no other", () => {
  const kit = kitOf();
  const lane = kit.lane("f");
  void kit.call(lane, "a");
  void kit.call(lane, "b");
  for (const each of kit.started) each.end();
  kit.clock.advance(4 * 60_000);
  void kit.call(lane, "c");
  kit.started[1]?.end();
  kit.clock.advance(60_000);
  assert.deepEqual(alive(kit), ["f1"]);
  kit.clock.advance(4 * 60_000);
  assert.deepEqual(alive(kit), []);
  assert.equal(kit.clock.nextAt, undefined, "nothing is left to wait for");
});

test("an idle process makes room for another function, the one that has idled longest first", () => {
  const kit = kitOf({ maxProcesses: 2 });
  const [old, recent, third] = [kit.lane("old"), kit.lane("recent"), kit.lane("third")];
  void kit.call(old, "a");
  kit.started[0]?.end();
  kit.clock.advance(10);
  void kit.call(recent, "b");
  kit.started[1]?.end();
  void kit.call(third, "c");
  assert.deepEqual(alive(kit), ["recent1"]);
  assert.equal(kit.started.length, 2, "its place is free when it is gone");
  kit.started[0]?.exit();
  assert.deepEqual(alive(kit), ["recent1", "third2"]);
});

test("a function with many calls gives places to one that has none, until both have equally many", () => {
  const kit = kitOf({ maxProcesses: 4, parallelStarts: 4 });
  const [many, few] = [kit.lane("many"), kit.lane("few")];
  for (let i = 0; i < 100; i++) void kit.call(many, `m${i}`);
  for (const each of kit.started) each.begin();
  for (let i = 0; i < 100; i++) void kit.call(few, `f${i}`);
  for (let round = 0; round < 20; round++) {
    kit.clock.advance(20);
    for (const each of kit.started) {
      if (each.call !== undefined) each.end();
      if (each.isClosed && each.call === undefined) each.exit();
    }
  }
  const names = alive(kit);
  assert.deepEqual(names.map((name) => name.replace(/\d+/, "")).toSorted(), ["few", "few", "many", "many"]);
  assert.equal(kit.started.length, 6, "nobody takes a place back that was given for equal shares");
});

test("where there are more functions than places, each gets its turn in the order of the calls", async () => {
  const kit = kitOf({ maxProcesses: 1 });
  const lanes = ["a", "b", "c"].map((name) => kit.lane(name));
  const order: string[] = [];
  for (let round = 0; round < 3; round++) {
    for (const lane of lanes) {
      void kit
        .call(lane, `${lane.options.functionName}${round}`)
        .then(({ payload }) => order.push(payload.slice(1, 3)));
      kit.clock.advance(1);
    }
  }
  while (order.length < 9) {
    for (const each of kit.started) {
      if (each.call !== undefined) each.end();
      if (each.isClosed) each.exit();
    }
    await setImmediate();
  }
  assert.deepEqual(order, ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]);
});

test("a call whose process ends before it began moves on, comes first, and fails when that happens again and again", async () => {
  const kit = kitOf({ parallelStarts: 1 });
  const lane = kit.lane("f", { concurrency: 1 });
  const first = kit.call(lane, "a");
  const second = kit.call(lane, "b");
  kit.started[0]?.exit();
  kit.started[1]?.exit();
  assert.deepEqual(
    kit.started.map(({ performed }) => performed),
    [["a"], ["a"], ["a"]],
  );
  kit.started[2]?.exit();
  assert.deepEqual(await first, failedReply("Runtime.ExitError", "gone"));
  kit.started[3]?.end();
  assert.deepEqual(await second, { kind: "returned", payload: `"b by f3"` });
});

test("a call that nobody waits for any more leaves the queue, and one that has begun goes on in its process", async () => {
  const kit = kitOf();
  const lane = kit.lane("f", { concurrency: 1 });
  const controllers = [new AbortController(), new AbortController()];
  const replies = controllers.map(({ signal }, i) => kit.call(lane, `${i}`, signal));
  void kit.call(lane, "last");
  kit.started[0]?.begin();
  for (const controller of controllers) controller.abort();
  for (const reply of await Promise.all(replies)) assert.match(reply.payload, /Function\.Abandoned/);
  kit.started[0]?.end();
  assert.deepEqual(kit.started[0]?.performed, ["0", "last"]);
});

test("after a reload idle processes end at once and busy ones after their call", () => {
  const kit = kitOf();
  const lane = kit.lane("f");
  void kit.call(lane, "a");
  void kit.call(lane, "b");
  kit.started[0]?.end();
  kit.pool.reload();
  assert.deepEqual(alive(kit), ["f1"]);
  kit.started[0]?.exit();
  kit.started[1]?.end();
  assert.deepEqual(alive(kit), []);
  void kit.call(lane, "c");
  assert.deepEqual(alive(kit), ["f2"]);
});

test("a process that performs one call only is started for each, as soon as there is a place", () => {
  const kit = kitOf({ maxProcesses: 3 });
  const lane = kit.lane("f", { isReused: false });
  for (let i = 0; i < 5; i++) void kit.call(lane, `${i}`);
  assert.equal(kit.started.length, 3);
  for (const each of kit.started.slice(0, 2)) each.exit();
  assert.equal(kit.started.length, 5);
});

test("a wait of five seconds is told once a minute, with the function and what to change", () => {
  const kit = kitOf({ maxProcesses: 2 });
  const bounded = kit.lane("bounded", { concurrency: 1 });
  const free = kit.lane("free");
  for (const requestId of ["a", "b", "c"]) void kit.call(bounded, requestId);
  kit.clock.advance(4_900);
  assert.equal(kit.said.length, 0);
  void kit.call(free, "d");
  void kit.call(free, "e");
  kit.clock.advance(200);
  assert.equal(kit.said.length, 1);
  assert.match(
    kit.said[0] ?? "",
    /^bounded: 2 calls wait for a process, the first for 5 seconds: .*"concurrency" allows \(1\)/,
  );
  kit.clock.advance(10_000);
  assert.equal(kit.said.length, 2);
  assert.match(
    kit.said[1] ?? "",
    /^free: 1 call waits .*functions have all the processes that there may be \(2\), 1 of them this one.*limits\.functionProcesses/,
  );
  kit.clock.advance(50_000);
  assert.deepEqual(
    kit.said.map((text) => text.split(":")[0]),
    ["bounded", "free", "bounded"],
  );
});

test("a pool that is closed ends all processes and gives up what waits", async () => {
  const kit = kitOf({ maxProcesses: 1 });
  const lane = kit.lane("f");
  void kit.call(lane, "a");
  const waiting = kit.call(lane, "b");
  await kit.pool.close();
  assert.match((await waiting).payload, /Function\.Abandoned/);
  assert.match((await kit.call(lane, "c")).payload, /Function\.Abandoned/);
  assert.deepEqual(alive(kit), []);
  assert.equal(kit.clock.nextAt, undefined);
});
