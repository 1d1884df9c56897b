// Time that runs faster, so that the waits and time limits of the recordings pass quickly.
import { type Clock, systemClock } from "../src/runtime/clock.ts";

export function fastClock(speed: number): Clock {
  const start = Date.now();
  return {
    now: () => Math.floor(start + (Date.now() - start) * speed),
    callAt: (at, callback) => systemClock.callAt(Math.ceil(start + (at - start) / speed), callback),
    callAfter: (ms, callback) => systemClock.callAfter(ms / speed, callback),
  };
}
