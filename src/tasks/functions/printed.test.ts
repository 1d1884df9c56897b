import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Printed, PrintedBudget } from "./printed.ts";

void test("a function that prints too much at once is told of, and may print again later", () => {
  let now = 0;
  const budget = new PrintedBudget(() => now, { burst: 100, perSecond: 10 });
  assert.equal(budget.admit("x".repeat(100)), "x".repeat(100));
  assert.equal(budget.admit("y".repeat(7)), undefined);
  assert.equal(budget.admit("z".repeat(5)), undefined);
  now += 1_000;
  const text = budget.admit("again");
  assert.match(text ?? "", /^\n… 12 characters more were printed, and are left out here.*\nagain$/s);
  assert.equal(budget.rest(), undefined, "it is told once");
});

void test("a flood is read piece by piece, with others between", async () => {
  const stream = new PassThrough();
  let taken = 0;
  let looked = 0;
  new Printed((text) => (taken += text.length)).passOn(stream, (chunk) => (looked += chunk.length));
  const piece = Buffer.alloc(16 * 1024, "x");
  for (let i = 0; i < 200; i++) stream.write(piece);
  stream.end();
  let turns = 0;
  while (!stream.readableEnded) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(turns > 20, `${turns} turns`);
  assert.equal(looked, 200 * piece.length, "all of it is read");
  assert.ok(taken > 1024 * 1024 - piece.length && taken < 1.5 * 1024 * 1024, `${taken} characters`);
});

void test("a function that is called often has no more room than one that runs long", async () => {
  let taken = "";
  const budget = new PrintedBudget(() => 0, { burst: 100, perSecond: 10 });
  const printed = new Printed((text) => (taken += text), budget);
  for (let calls = 0; calls < 50; calls++) {
    const stream = new PassThrough();
    printed.passOn(stream);
    stream.end(calls % 2 === 0 ? "x".repeat(30) : "y".repeat(5_000));
    await once(stream, "close");
  }
  assert.equal(taken.match(/x{30}/g)?.length, 3);
  assert.doesNotMatch(taken, /yy/);
  assert.match(taken, /… 5000 characters more/, "each call tells of its own");
});
