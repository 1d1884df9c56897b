// The time and the only ways to wait for it: until a time of the wall clock, or for a while. The wall clock can jump: it is
// set, a machine sleeps and resumes. The simulated clock of the test kit stands in for the system's.

export interface Clock {
  /** Epoch milliseconds of the wall clock, which may be less than they were a moment ago. */
  now(): number;
  /** Calls back once when the wall clock has come to a time, wherever it jumps; the function that is returned calls it off. */
  callAt(at: number, callback: () => void): () => void;
  /** Calls back once after a while, whatever becomes of the wall clock; the function that is returned calls it off. */
  callAfter(ms: number, callback: () => void): () => void;
}

/** The wall clock of a machine, and its timers, which know nothing of it: they count while the machine runs. */
export interface Host {
  now(): number;
  callAfter: Clock["callAfter"];
}

/** How late a timer is at most after a jump; also far below 2^31 ms, at which `setTimeout` overflows. */
const longestNapMs = 5_000;

export function clockOf(host: Host): Clock {
  return {
    now: () => host.now(),
    callAfter: (ms, callback) => host.callAfter(ms, callback),
    callAt(at, callback) {
      let callOff: () => void;
      // A timer of Node.js can also fire a millisecond before `Date.now()` gets there.
      const nap = (): void => {
        callOff = host.callAfter(Math.min(Math.max(0, at - host.now()), longestNapMs), () =>
          host.now() < at ? nap() : callback(),
        );
      };
      nap();
      return () => callOff();
    },
  };
}

export const systemClock: Clock = clockOf({
  now: () => Date.now(),
  callAfter(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
