// Long work in pieces leaves room: for other work in pieces, for turns, and for whoever else waits for the event loop.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pieces } from "../../asl/pieces.ts";
import { TurnQueue } from "./turn-queue.ts";
import { sliceMs, TurnSlice } from "./turn-slice.ts";

/** A queue in a time that goes on when a piece is done, and the notes of what was done. */
function startQueue() {
  const notes: string[] = [];
  let now = 0;
  const queue = new TurnQueue({ slice: new TurnSlice(() => now), isFull: () => false });
  function* work(name: string, { pieces, ms }: { readonly pieces: number; readonly ms: number }): Pieces<string> {
    for (let i = 0; i < pieces; i++) {
      notes.push(name);
      now += ms;
      yield;
    }
    return `${name} is done`;
  }
  return { notes, queue, work };
}

test("work that takes less than a slice is done at once", () => {
  const { notes, queue, work } = startQueue();
  void queue.runPieces(work("a", { pieces: sliceMs - 1, ms: 1 }));
  assert.equal(notes.length, sliceMs - 1);
});

test("long work takes turns, a slice long, with other work and whatever waits for the event loop", async () => {
  const { notes, queue, work } = startQueue();
  const long = queue.runPieces(work("long", { pieces: 3 * sliceMs, ms: 1 }));
  const short = queue.runPieces(work("short", { pieces: 3, ms: 1 }));
  setImmediate(() => notes.push("another"));
  assert.deepEqual(await Promise.all([long, short]), ["long is done", "short is done"]);
  assert.equal(notes.filter((note) => note === "long").length, 3 * sliceMs);
  assert.equal(notes.indexOf("short"), sliceMs);
  const slicesBefore = notes.indexOf("another") / sliceMs;
  assert.ok(slicesBefore >= 1 && slicesBefore <= 2, notes.join(" "));
});

test("a turn comes between the slices of long work", async () => {
  const { notes, queue, work } = startQueue();
  const long = queue.runPieces(work("long", { pieces: 5, ms: sliceMs }));
  const turn = queue.run(() => notes.push("turn"));
  await Promise.all([long, turn]);
  assert.deepEqual(notes, ["long", "turn", "long", "long", "long", "long"]);
});

test("what work throws reaches the one who has it done", async () => {
  const { queue } = startQueue();
  // oxlint-disable-next-line require-yield -- it fails before it could
  function* failing(): Pieces<void> {
    throw new Error("it failed");
  }
  await assert.rejects(queue.runPieces(failing()), /it failed/);
});

test("queues that share their slice hold the event loop no longer together than one of them", async () => {
  const notes: string[] = [];
  let now = 0;
  const slice = new TurnSlice(() => now);
  function* work(name: string): Pieces<void> {
    for (let i = 0; i < 2 * sliceMs; i++) {
      notes.push(name);
      now += 1;
      yield;
    }
  }
  const queues = ["a", "b", "c"].map((name) => {
    const queue = new TurnQueue({ slice, isFull: () => false });
    return queue.runPieces(work(name));
  });
  setImmediate(() => notes.push("another"));
  await Promise.all(queues);
  assert.ok(notes.indexOf("another") <= 2 * sliceMs, notes.join(" "));
  assert.deepEqual([...new Set(notes.filter((note) => note !== "another"))], ["a", "b", "c"]);
});
