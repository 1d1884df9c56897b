// How many processes functions may have at a time, over all functions: what descriptors, memory and processors allow.
import { availableParallelism, totalmem } from "node:os";
import { descriptorShares } from "../../aws/descriptors.ts";

export interface FunctionLimits {
  /** Processes of functions at a time, commands among them. */
  readonly maxFunctionProcesses: number;
}

export interface Machine {
  readonly processors: number;
  readonly memoryBytes: number;
  /** Processes for which there are file descriptors. */
  readonly described: number;
}

export interface ProcessBound {
  readonly processes: number;
  /** Processes of one function that are started at a time while none of them has begun a call. */
  readonly parallelStarts: number;
}

/** A process of Node.js with a small function has 45 to 60 MB; half of the memory is for others. */
const usualBytes = 64 * 1024 * 1024;
/** Handlers wait most of the time; more that do not would only get in each other's way. */
const perProcessor = 32;

export function boundOf({ processors, memoryBytes, described }: Machine): ProcessBound {
  const remembered = Math.floor(memoryBytes / 2 / usualBytes);
  return {
    processes: Math.max(2, Math.min(described, remembered, perProcessor * processors)),
    parallelStarts: Math.max(2, processors),
  };
}

export const processBound: ProcessBound = boundOf({
  processors: availableParallelism(),
  // A container may have less than the machine; without a limit the figure is 0, or larger than all there is.
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
  described: descriptorShares.processes,
});
