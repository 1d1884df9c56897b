import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldBytes, type Holding } from "./held-bytes.ts";

const kilobytes = (count: number): number => count * 1024;

/** Holdings by name, and the names of those that gave way. */
function held(most: number): { open: (owner: string, name: string) => Holding; gone: string[]; all: HeldBytes } {
  const all = new HeldBytes(kilobytes(most));
  const gone: string[] = [];
  return { all, gone, open: (owner, name) => all.open(owner, () => gone.push(name)) };
}

test("where there would be too many bytes, the oldest holding of the owner that holds most gives way", () => {
  const { open, gone } = held(200);
  open("victim", "v1").hold(kilobytes(60));
  for (let i = 1; i <= 3; i++) open("flood", `f${i}`).hold(kilobytes(40));
  assert.deepEqual(gone, []);
  open("flood", "f4").hold(kilobytes(40));
  assert.deepEqual(gone, ["f1"]);
  open("victim", "v2").hold(kilobytes(30));
  assert.deepEqual(gone, ["f1", "f2"], "who holds less than others does not give way to them");
});

test("one that grows makes others give way, and itself where it is the oldest", () => {
  const { open, gone } = held(200);
  const [first, second] = [open("", "first"), open("", "second")];
  first.hold(kilobytes(90));
  second.hold(kilobytes(90));
  second.hold(kilobytes(150));
  assert.deepEqual(gone, ["first"]);
  second.hold(kilobytes(201));
  assert.deepEqual(gone, ["first", "second"]);
});

test("small ones give way last, and then too: the bound holds for any number of them", () => {
  const { open, gone } = held(100);
  const ordinary = open("", "ordinary");
  ordinary.hold(kilobytes(10));
  open("", "large1").hold(kilobytes(80));
  open("", "large2").hold(kilobytes(80));
  assert.deepEqual(gone, ["large1"]);
  for (let i = 0; i < 100; i++) open("", `small${i}`).hold(kilobytes(10));
  assert.equal(gone[1], "large2");
  assert.equal(gone[2], "ordinary");
  assert.equal(gone.length, 2 + 101 - 10);
});

test("what is released is not held, and gives way to nothing", () => {
  const { open, gone } = held(100);
  const first = open("a", "first");
  first.hold(kilobytes(90));
  first.release();
  first.release();
  open("b", "second").hold(kilobytes(90));
  open("b", "third").hold(kilobytes(90));
  assert.deepEqual(gone, ["second"]);
});
