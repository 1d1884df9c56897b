// The line in the log about calls that have waited long for a process: why they wait, and what to change.

export interface LongWait {
  /** Calls that wait. */
  readonly waits: number;
  /** The longest wait. */
  readonly waitedMs: number;
  readonly concurrency?: number | undefined;
  /** Processes of the function, of which so many have not begun a call. */
  readonly size: number;
  readonly starting: number;
  /** The bound over all functions, and whether it is reached. */
  readonly maxProcesses: number;
  readonly isFull: boolean;
}

export function longWaitText(wait: LongWait): string {
  const { waits, waitedMs } = wait;
  const who = waits === 1 ? "1 call waits" : `${waits} calls wait`;
  return `${who} for a process, the first for ${Math.round(waitedMs / 1000)} seconds: ${reasonOf(wait)}`;
}

function reasonOf({ concurrency, size, starting, maxProcesses, isFull }: LongWait): string {
  if (concurrency !== undefined && size >= concurrency) {
    return `it has all the processes that its "concurrency" allows (${concurrency}), and each takes one call at a time. Raise it in the configuration, or call the function less at a time (MaxConcurrency of a Map).`;
  }
  if (isFull) {
    return `functions have all the processes that there may be (${maxProcesses}), ${size} of them this one, and each takes one call at a time. Raise limits.functionProcesses where there is memory for more, give others a "concurrency", or call less at a time (MaxConcurrency of a Map).`;
  }
  return `${starting} of its ${size} processes are being started. What it does when it is loaded takes long.`;
}
