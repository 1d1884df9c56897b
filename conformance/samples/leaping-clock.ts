// Time that stands still while work goes on in this process, and leaps to the next timer when there is none left to do: waits
// of hours pass at once, and no time limit ends what only a busy machine has not come to.
import type { Clock } from "../../src/runtime/clock.ts";

/** Turns of the event loop without a timer, after which nothing is being done that does not wait for one. */
const quietTurns = 20;

export interface LeapingClock extends Clock {
  /** Ends the leaps. */
  stop(): void;
}

export function leapingClock(): LeapingClock {
  let now = Date.now();
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  let isStopped = false;
  const timers = new Map<object, { readonly at: number; readonly callback: () => void }>();

  const turn = (): void => {
    next = undefined;
    if (isStopped || timers.size === 0) return;
    turns++;
    if (turns >= quietTurns) leap();
    // Sockets have their turn, too: a call that comes in is work.
    if (timers.size > 0) next = setImmediate(turn);
  };
  const leap = (): void => {
    turns = 0;
    now = Math.max(now, Math.min(...[...timers.values()].map(({ at }) => at)));
    for (const [key, { at, callback }] of timers) {
      if (at > now || !timers.delete(key)) continue;
      callback();
    }
  };
  const callAt: Clock["callAt"] = (at, callback) => {
    const key = {};
    timers.set(key, { at, callback });
    turns = 0;
    next ??= setImmediate(turn);
    return () => {
      timers.delete(key);
      turns = 0;
    };
  };
  return {
    now: () => now,
    callAt,
    callAfter: (ms, callback) => callAt(now + ms, callback),
    stop() {
      isStopped = true;
      if (next !== undefined) clearImmediate(next);
    },
  };
}
