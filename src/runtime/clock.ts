// The time and the only way to wait for it. The simulated clock of the test kit stands in for the system's.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once at or after a time; the function that is returned calls it off. */
  callAt(at: number, callback: () => void): () => void;
}

/** `setTimeout` counts in a signed 32-bit number of milliseconds; longer waits are made of several. */
const longestTimeoutMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  callAt(at, callback) {
    let timer: NodeJS.Timeout | undefined;
    // A timer of Node.js can fire a millisecond before `Date.now()` gets there.
    const arm = (): void => {
      const delay = Math.min(Math.max(0, at - Date.now()), longestTimeoutMs);
      timer = setTimeout(() => (Date.now() < at ? arm() : callback()), delay);
    };
    arm();
    return () => clearTimeout(timer);
  },
};
