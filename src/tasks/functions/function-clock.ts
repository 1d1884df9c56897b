// The time as the processes of functions see it: it only goes forward, and what waits for it keeps no process alive. The
// simulated clock of the test kit stands in for it.

export interface FunctionClock {
  /** Milliseconds. */
  now(): number;
  /** Calls back once after a while; the function that is returned calls it off. */
  callAfter(ms: number, callback: () => void): () => void;
}

export const steadyClock: FunctionClock = {
  now: () => performance.now(),
  callAfter(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
