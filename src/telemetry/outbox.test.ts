// The queue between executions and who is told of them, on a clock that stands still: batches, order, bounds, failures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { Outbox, type OutboxOptions, type Item, type Sent } from "./outbox.ts";

interface Note extends Item {
  readonly text: string;
}

const taken: Sent<Note> = { again: [], refused: 0 };

interface Attempt {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
  readonly answer: (sent: Sent<Note>) => Promise<void>;
  readonly fail: (message: string) => Promise<void>;
}

/** Every attempt waits until the test answers it. */
class Bench {
  readonly clock = new SimulatedClock(0);
  readonly attempts: Attempt[] = [];
  readonly logged: string[] = [];
  readonly outbox: Outbox<Note>;

  constructor(options: Partial<OutboxOptions<Note>> = {}) {
    this.outbox = new Outbox<Note>({
      name: "Notes",
      send: (notes, signal) => {
        const settled = Promise.withResolvers<Sent<Note>>();
        this.attempts.push({
          texts: notes.map(({ text }) => text),
          signal,
          answer: (sent) => {
            settled.resolve(sent);
            return turn();
          },
          fail: (message) => {
            settled.reject(new Error(message));
            return turn();
          },
        });
        return settled.promise;
      },
      maxBatch: { items: 3, bytes: 100 },
      clock: this.clock,
      random: () => 1,
      log: (message) => this.logged.push(message),
      ...options,
    });
  }

  add(...texts: readonly string[]): void {
    for (const text of texts) this.addTo("lane", text);
  }

  addTo(lane: string, text: string, bytes = 10): void {
    this.outbox.add({ lane, text, bytes });
  }

  get last(): Attempt {
    const attempt = this.attempts.at(-1);
    assert.ok(attempt, "Nothing was sent.");
    return attempt;
  }

  get sent(): readonly (readonly string[])[] {
    return this.attempts.map(({ texts }) => texts);
  }
}

/** Lets everything happen that waits for nothing but its turn. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const note = (text: string): Note => ({ lane: "lane", text, bytes: 10 });

test("what comes within a tenth of a second is one batch, in order, and the next waits for its answer", async () => {
  const bench = new Bench();
  bench.add("a", "b");
  bench.clock.advance(99);
  assert.deepEqual(bench.sent, []);
  bench.clock.advance(1);
  bench.add("c");
  assert.deepEqual(bench.sent, [["a", "b"]]);
  await bench.last.answer(taken);
  assert.deepEqual(bench.sent, [["a", "b"], ["c"]]);
  await bench.last.answer(taken);
  bench.clock.advance(60_000);
  assert.equal(bench.attempts.length, 2);
});

test("a batch has no more items and bytes than it may, and at least one item", async () => {
  const bench = new Bench();
  bench.add("1", "2", "3", "4");
  bench.addTo("lane", "95 bytes", 95);
  bench.addTo("lane", "more than a batch", 1000);
  bench.add("5");
  bench.clock.advance(100);
  while (bench.attempts.length < 5) await bench.last.answer(taken);
  assert.deepEqual(bench.sent, [["1", "2", "3"], ["4"], ["95 bytes"], ["more than a batch"], ["5"]]);
});

test("lanes do not wait for each other", () => {
  const bench = new Bench();
  bench.addTo("one", "a");
  bench.addTo("other", "b");
  bench.clock.advance(100);
  assert.deepEqual(bench.sent, [["a"], ["b"]]);
});

test("so many batches at most are on their way, and lanes take turns", async () => {
  const bench = new Bench({ maxBatch: { items: 1, bytes: 100 } });
  for (let i = 0; i < 40; i++) bench.addTo(`lane ${i}`, `${i}`);
  bench.addTo("lane 0", "0 again");
  bench.clock.advance(100);
  assert.equal(bench.attempts.length, 32);
  const [earliest, second] = bench.attempts;
  await earliest?.answer(taken);
  await second?.fail("busy");
  assert.deepEqual(bench.sent.slice(32), [["32"], ["33"]]);
  for (const { answer } of bench.attempts) await answer(taken);
  assert.deepEqual(bench.sent.slice(34), [["34"], ["35"], ["36"], ["37"], ["38"], ["39"], ["0 again"]]);
  bench.clock.advance(250);
  assert.deepEqual(bench.last.texts, ["1"]);
});

test("a failure is repeated after pauses that double up to half a minute, and nothing overtakes it", async () => {
  const bench = new Bench();
  bench.add("a");
  bench.clock.advance(100);
  bench.add("b");
  for (const pauseMs of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    await bench.last.fail("connection refused");
    const { length } = bench.attempts;
    bench.clock.advance(pauseMs - 1);
    assert.equal(bench.attempts.length, length, `before ${pauseMs} ms`);
    bench.clock.advance(1);
    assert.deepEqual(bench.last.texts, ["a", "b"]);
  }
  await bench.last.answer(taken);
  bench.add("c");
  bench.clock.advance(100);
  assert.deepEqual(bench.last.texts, ["c"]);
  assert.equal(bench.logged[0], "Notes cannot all be delivered: connection refused. Waiting: 2.");
});

test("chance shortens a pause by up to the half", async () => {
  const bench = new Bench({ random: () => 0 });
  bench.add("a");
  bench.clock.advance(100);
  await bench.last.fail("no");
  bench.clock.advance(125);
  assert.equal(bench.attempts.length, 2);
});

test("what was not taken goes again before what came later; what was refused does not", async () => {
  const bench = new Bench();
  bench.add("a", "b", "c", "d");
  bench.clock.advance(100);
  await bench.last.answer({ again: [note("b")], refused: 1, problem: "c is too old" });
  bench.clock.advance(250);
  assert.deepEqual(bench.last.texts, ["b", "d"]);
  assert.deepEqual(bench.logged, ["Notes cannot all be delivered: c is too old. Refused: 1. Waiting: 2."]);
});

test("an answer that does not come is given up after half a minute", async () => {
  const bench = new Bench();
  bench.add("a");
  bench.clock.advance(100);
  bench.clock.advance(29_999);
  assert.equal(bench.last.signal.aborted, false);
  bench.clock.advance(1);
  assert.equal(bench.last.signal.aborted, true);
});

test("a full queue drops the oldest of the fullest lane, and says so once a minute", () => {
  const bench = new Bench({ maxWaiting: { items: 10, bytes: 1000 } });
  bench.addTo("other", "x");
  bench.add("1", "2", "3", "4", "5", "6", "7", "8", "9");
  bench.add("10", "11");
  bench.clock.advance(100);
  assert.deepEqual(bench.sent, [["x"], ["3", "4", "5"]]);
  assert.deepEqual(bench.logged, ["Notes cannot all be delivered. Dropped, the oldest first: 1. Waiting: 10."]);
  bench.clock.advance(59_900);
  assert.deepEqual(bench.logged.slice(1), [
    "Notes cannot all be delivered. Dropped, the oldest first: 1. Waiting: 10.",
  ]);
});

test("bytes are bounded too, and a lane that lost everything is begun anew", async () => {
  const bench = new Bench({ maxWaiting: { items: 10, bytes: 100 } });
  bench.addTo("lane", "too large", 101);
  bench.clock.advance(100);
  assert.deepEqual(bench.sent, []);
  bench.addTo("lane", "small", 100);
  bench.clock.advance(100);
  assert.deepEqual(bench.sent, [["small"]]);
});

test("closing sends at once what waits, and settles when it is taken", async () => {
  const bench = new Bench();
  bench.add("a", "b", "c", "d");
  let isClosed = false;
  const closed = bench.outbox.close().then(() => (isClosed = true));
  assert.deepEqual(bench.sent, [["a", "b", "c"]]);
  bench.add("too late");
  await bench.last.answer(taken);
  assert.deepEqual(bench.sent, [["a", "b", "c"], ["d"]]);
  assert.equal(isClosed, false);
  await bench.last.answer(taken);
  await closed;
  assert.deepEqual(bench.logged, []);
  assert.equal(bench.clock.nextAt, undefined);
});

test("closing waits three seconds for who does not answer, and says what is lost", async () => {
  const bench = new Bench();
  bench.add("a", "b");
  const closed = bench.outbox.close();
  await bench.last.fail("connection refused");
  bench.clock.advance(250);
  assert.equal(bench.attempts.length, 2);
  bench.clock.advance(2750);
  await closed;
  assert.equal(bench.last.signal.aborted, true);
  assert.match(bench.logged.at(-1) ?? "", /^Notes cannot all be delivered.* Dropped, the oldest first: 2\.$/);
  assert.equal(bench.clock.nextAt, undefined);
  await bench.last.fail("after the end");
  assert.equal(bench.clock.nextAt, undefined);
});

test("an idle queue closes at once", async () => {
  const bench = new Bench();
  await bench.outbox.close();
  await bench.outbox.close();
  assert.equal(bench.clock.nextAt, undefined);
});
