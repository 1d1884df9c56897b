import assert from "node:assert/strict";
import { test } from "node:test";
import { LeaseLostError } from "../store/errors.ts";
import { Readiness } from "./readiness.ts";

interface Bench {
  readonly readiness: Readiness;
  now: number;
  /** Thrown by the store from now on. */
  problem: Error | undefined;
  obstacle: string | undefined;
  looks: number;
  readonly logged: string[];
}

function bench(): Bench {
  const made: Bench = {
    now: 0,
    problem: undefined,
    obstacle: undefined,
    looks: 0,
    logged: [],
    readiness: new Readiness({
      elapsed: () => made.now,
      obstacle: () => made.obstacle,
      log: (message, error) => made.logged.push(`${message} ${String(error)}`),
      store: {
        async verifyWritable() {
          made.looks += 1;
          if (made.problem !== undefined) throw made.problem;
        },
      },
    }),
  };
  return made;
}

test("a server is ready from when it has taken up its work until it stops, or its data are lost", async () => {
  const { readiness } = bench();
  assert.match((await readiness.problem()) ?? "", /taking up what was under way/);
  readiness.enter("open");
  assert.equal(await readiness.problem(), undefined);
  readiness.enter("stopping");
  assert.match((await readiness.problem()) ?? "", /is stopping/);
  readiness.enter("open");
  assert.match((await readiness.problem()) ?? "", /is stopping/, "its work was taken up too late");
  readiness.enter("lost");
  readiness.enter("stopping");
  assert.match((await readiness.problem()) ?? "", /Another process has taken the data over/);
});

test("a server whose store cannot be written is not ready until it can be again, and no more than once a second is looked", async () => {
  const made = bench();
  made.readiness.enter("open");
  made.problem = new Error("secret");
  assert.equal(await made.readiness.problem(), "The server cannot write to its store; its log says why.");
  made.problem = undefined;
  await Promise.all([1, 2, 3].map(() => made.readiness.problem()));
  assert.equal(made.looks, 1);
  made.now += 1_000;
  assert.equal(await made.readiness.problem(), undefined);
  assert.equal(made.looks, 2);
  assert.deepEqual(made.logged, [
    "The store cannot be written, so this server is not ready. Error: secret",
    "The store can be written again. undefined",
  ]);
  made.now += 1_000;
  made.problem = new LeaseLostError("secret");
  assert.match((await made.readiness.problem()) ?? "", /Another process has taken the data over/);
});

test("a server that an obstacle keeps from its work says so without a look at its store, and what it found last without one", async () => {
  const made = bench();
  assert.match(made.readiness.known ?? "", /taking up what was under way/);
  made.readiness.enter("open");
  assert.equal(made.readiness.known, undefined);
  made.obstacle = "It is fenced.";
  assert.equal(made.readiness.known, "It is fenced.");
  assert.equal(await made.readiness.problem(), "It is fenced.");
  made.obstacle = undefined;
  made.problem = new Error("secret");
  assert.equal(made.looks, 0);
  await made.readiness.problem();
  assert.match(made.readiness.known ?? "", /cannot write to its store/);
});
