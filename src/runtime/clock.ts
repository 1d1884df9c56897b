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
    const arm = (): void => {
      const delay = at - Date.now();
      timer = delay > longestTimeoutMs ? setTimeout(arm, longestTimeoutMs) : setTimeout(callback, Math.max(0, delay));
    };
    arm();
    return () => clearTimeout(timer);
  },
};
