// Timers against a wall clock that is set, or that went on while the machine slept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { type Clock, clockOf } from "./clock.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
/** So late may a timer be after a jump. */
const bound = 10_000;

interface Bench {
  /** Timers count here, whatever the wall clock says. */
  readonly host: SimulatedClock;
  readonly clock: Clock;
  /** Names of timers that have fired. */
  readonly fired: string[];
  readonly longestAskedMs: () => number;
}

function bench(): Bench {
  const host = new SimulatedClock();
  let longest = 0;
  const clock = clockOf({
    now: () => host.now(),
    callAfter(ms, callback) {
      longest = Math.max(longest, ms);
      return host.callAfter(ms, callback);
    },
  });
  return { host, clock, fired: [], longestAskedMs: () => longest };
}

test("a timer fires when its time has come and not before, however far away that is", () => {
  const { host, clock, fired, longestAskedMs } = bench();
  clock.callAt(host.now() + 60 * day, () => fired.push("far"));
  host.advance(60 * day - 1);
  assert.deepEqual(fired, []);
  host.advance(1);
  assert.deepEqual(fired, ["far"]);
  assert.equal(host.nextAt, undefined, "nothing is left");
  assert.ok(longestAskedMs() < 2 ** 31, "setTimeout of Node.js fires at once beyond that");
});

test("a timer whose time the clock has jumped over fires within seconds", () => {
  const { host, clock, fired } = bench();
  clock.callAt(host.now() + 30 * day, () => fired.push("old"));
  host.advance(minute);
  host.jump(31 * day);
  clock.callAt(host.now() + 2_000, () => fired.push("new"));
  host.advance(bound);
  assert.deepEqual(fired.sort(), ["new", "old"]);
});

test("when the clock is set back a timer waits for its time, and one for a while does not", () => {
  const { host, clock, fired } = bench();
  clock.callAt(host.now() + minute, () => fired.push("time"));
  clock.callAfter(minute, () => fired.push("while"));
  host.jump(-60 * minute);
  host.advance(minute);
  assert.deepEqual(fired, ["while"]);
  host.advance(60 * minute - 1);
  assert.deepEqual(fired, ["while"]);
  host.advance(1);
  assert.deepEqual(fired, ["while", "time"]);
});

test("a timer that is called off leaves nothing behind, also after it has waited for long", () => {
  const { host, clock } = bench();
  const callOff = clock.callAt(host.now() + day, () => assert.fail("it was called off"));
  host.advance(minute);
  callOff();
  assert.equal(host.nextAt, undefined);
});
